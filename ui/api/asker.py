"""Who asks: counted, known, and sent by no page that may not ask for somebody.

Settled before a body is read, so that a stranger's costs us nothing.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.access.guard import who_asks
from ui.access.who import Who
from ui.api.problems import Problem
from ui.api.service import Service

PUBLIC = ("/health", "/openapi.json")  # whoever watches over the process does not sign in

_UNKNOWN = "Nobody is signed in; sign in, or send a key as `Authorization: Bearer cv_…`."
_NO_KEY = "This is none of our keys, or it was revoked; ask whoever looks after this for another."
_NOT_ALONE = (
    "This server answers its own machine alone; ask whoever looks after it to set up signing in."
)
_ELSEWHERE = (
    "This was sent by a page of another site, which may not ask for you; add that site to "
    "server.allowed_origins if it should."
)
_RANK = "This is for those who look after the policies; ask them for it."


class Gate:
    """Lets nobody in who asks too often, is not known, or was sent by another site's page."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _is_public(scope):
            request = Request(scope)
            scope.setdefault("state", {})["who"] = known(request, self._service)
        await self.app(scope, receive, send)


def _is_public(scope: Scope) -> bool:
    """True where nothing of anybody's is told: of ourselves, and which methods there are."""
    path: str = scope["path"]
    inside = path.removeprefix(scope.get("root_path", ""))
    return inside in PUBLIC or scope["method"] == "OPTIONS"


def known(request: Request, service: Service) -> Who:
    """Whoever asks, counted; a Problem where that is once too often, or nobody we know."""
    client = request.client.host if request.client else ""
    address, limiter = getattr(request.state, "address", client), service.limiter
    with_key = request.headers.get("authorization", "")[:7].lower() == "bearer "
    if with_key:
        limiter.check_guesses(address)
        who = who_asks(request, service.settings, service.keys)
        if who is None:
            limiter.count_guess(address)
        else:
            limiter.count_key(who.name)
    else:
        limiter.count_address(address)
        who = who_asks(request, service.settings, service.keys)
    if who is None:
        alone = service.settings.sign_in.mode == "none"
        said = _NO_KEY if with_key else _NOT_ALONE if alone else _UNKNOWN
        raise Problem(401, "not_signed_in", said, {"www-authenticate": "Bearer"})
    if request.method not in ("GET", "HEAD") and who.via != "key":
        require_own_page(request, service)
    return who


def require_own_page(request: Request, service: Service) -> None:
    """A Problem where a page of another site sent this with somebody's cookies or address."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if origin is not None:
        if origin in own_origins(request, service):
            return
    elif site is not None:
        if site in ("same-origin", "none"):
            return
    elif "cookie" not in request.headers:
        return  # a program, not a browser
    raise Problem(403, "another_site", _ELSEWHERE)


def own_origins(request: Request, service: Service) -> frozenset[str]:
    """Our own and those of the sites that may show the widget."""
    server = service.settings.server
    host = request.headers.get("host", "")
    url = urlsplit(server.url)
    public = {f"{url.scheme}://{url.netloc}"} if server.url else set()
    # A proxy that ends TLS may not say so: whether it is http or https is not ours to know.
    return frozenset({f"http://{host}", f"https://{host}", *public, *server.allowed_origins})


# Only so that openapi.json names it: the guard reads the header itself.
_key = HTTPBearer(
    scheme_name="key", bearerFormat="cv_…", description="Made by `verse keys`", auto_error=False
)


def _who(request: Request, _: Annotated[Any, Depends(_key)]) -> Who:
    who: Who = request.state.who
    return who


def _governor(who: Annotated[Who, Depends(_who)]) -> Who:
    if who.rank not in ("governor", "admin"):
        raise Problem(403, "not_a_governor", _RANK)
    return who


def _admin(who: Annotated[Who, Depends(_who)]) -> Who:
    if who.rank != "admin":
        raise Problem(403, "not_an_admin", _RANK)
    return who


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Serving = Annotated[Service, Depends(_service)]
Asker = Annotated[Who, Depends(_who)]
Governor = Annotated[Who, Depends(_governor)]
Admin = Annotated[Who, Depends(_admin)]
