"""The addresses at which people sign in and out, where OpenID Connect does it."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from assistant.settings import Settings
from ui.access import oidc, pages
from ui.access.handover import FORGET, hand_over
from ui.access.secret import cookie_secret
from ui.access.sessions import (
    cookie_name,
    cookie_of,
    drop_cookie,
    is_secure,
    put_cookie,
    sessions_of,
)
from ui.access.who import Who, mark_of

SIGN_IN, SIGN_OUT, SIGNED_OUT = "/sign-in", "/sign-out", "/signed-out"
STILL = "/sign-in/still"
PATHS = (SIGN_IN, oidc.CALLBACK, STILL, SIGN_OUT, SIGNED_OUT)
_PATIENCE = 600  # seconds in which somebody who began to sign in may come back
_LONGEST = 1500  # characters of an address to go on to


def signing_in(settings: Settings) -> Starlette:
    """An application of these addresses alone."""
    # What the issuer's answer must fit travels in a cookie of its own, signed and short-lived:
    # kept here, it would let anybody who knocks often enough crowd others out.
    kept = Middleware(
        SessionMiddleware,
        secret_key=cookie_secret(settings),
        session_cookie=cookie_name(settings, "signing-in"),
        max_age=_PATIENCE,
        same_site="lax",
        https_only=is_secure(settings),
    )
    return Starlette(routes=routes(settings), middleware=[kept])


def routes(settings: Settings) -> list[Route]:
    """They need `request.session` round them; `signing_in` gives it."""
    sessions = sessions_of(settings)

    async def sign_in(request: Request) -> Response:
        there = onward(request.query_params.get("next", ""))
        if sessions.find(cookie_of(request, settings)) is not None:
            return _go(there)
        request.session["next"] = there
        try:
            return _unkept(await oidc.begin(request, settings))
        except oidc.SignInFailed as error:
            return pages.problem(str(error), 502, SIGN_IN)

    async def come_back(request: Request) -> Response:
        there = onward(str(request.session.get("next", "")))
        before = cookie_of(request, settings)
        try:
            who = await oidc.finish(request, settings)
        except oidc.SignInFailed as error:
            if sessions.find(before) is not None:  # in another window, meanwhile
                return _go(there)
            return pages.problem(str(error), 403, SIGN_IN)
        request.session.clear()
        response = _go(there)
        hand_over(response, request, settings, who)
        # A new id, whatever this browser came with: nobody can have planted it.
        put_cookie(response, settings, sessions.begin(who, before))
        return response

    async def still(request: Request) -> Response:
        return whose(sessions.peek(cookie_of(request, settings)))

    async def ask_to_sign_out(request: Request) -> Response:
        who = sessions.find(cookie_of(request, settings))
        return pages.sign_out(who.name) if who is not None else _go(SIGNED_OUT)

    async def sign_out(request: Request) -> Response:
        if not _is_ours(request, settings):
            said = "This was sent by a page of another site; nobody was signed out."
            return pages.problem(said, 403)
        sessions.end(cookie_of(request, settings))
        response = _go(SIGNED_OUT)
        response.headers.update(FORGET)
        drop_cookie(response, settings)
        return response

    async def signed_out(request: Request) -> Response:
        back = f"{oidc.own_address(request, settings)}{SIGNED_OUT}"
        return pages.signed_out(await oidc.sign_out_address(settings, back))

    return [
        Route(SIGN_IN, sign_in),
        Route(oidc.CALLBACK, come_back),
        Route(STILL, still),
        Route(SIGN_OUT, ask_to_sign_out),
        Route(SIGN_OUT, sign_out, methods=["POST"]),
        Route(SIGNED_OUT, signed_out),
    ]


def onward(address: str) -> str:
    """Where to go on to, on our own site alone: "/" for whatever else is given."""
    # Browsers take a backslash for a slash and leave out what is no printing character.
    plain = address.isascii() and address.isprintable() and "\\" not in address
    if not plain or len(address) > _LONGEST or not address.startswith("/"):
        return "/"
    if address.startswith("//"):
        return "/"
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or parts.path in PATHS:
        return "/"
    return address


def whose(who: Who | None) -> Response:
    """Tells a page that is open for whom it would be opened now."""
    return _unkept(JSONResponse({"as": mark_of(who)}))


def _go(there: str) -> Response:
    return _unkept(RedirectResponse(there, 303))


def _unkept(response: Response) -> Response:
    response.headers["cache-control"] = "no-store"
    return response


def _is_ours(request: Request, settings: Settings) -> bool:
    """True where a page of ours sent it, which every browser of today says by itself."""
    origin, site = (request.headers.get(n) for n in ("origin", "sec-fetch-site"))
    own = urlsplit(oidc.own_address(request, settings))
    ours = origin is None or origin == f"{own.scheme}://{own.netloc}"
    if site is not None:
        return site == "same-origin" and (ours or origin == "null")
    return origin is not None and ours
