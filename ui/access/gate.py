"""The gate before the browser's pages: nobody unknown gets past it, and pages learn who asks."""

from __future__ import annotations

import time
from urllib.parse import urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.settings import Settings
from ui.access import carried, pages
from ui.access.guard import who_asks
from ui.access.handover import handing_over
from ui.access.keys import Keys
from ui.access.signing_in import PATHS, SIGN_IN, STILL, signing_in, whose
from ui.access.who import Who
from ui.api.limits import Limiter
from ui.api.problems import Problem

SIGN_IN_AGAIN = 4401  # why a page's line is closed
_UPLOADS = "/_stcore/upload_file/"

_NOBODY = "Nobody is signed in; open this address in a browser and sign in."
_NO_PROXY = (
    "The proxy did not say who you are; open the address at which you sign in, or ask whoever "
    "looks after this."
)
_NOT_ALONE = (
    "This server answers its own machine alone; ask whoever looks after it to set up signing in."
)
_MAY_NOT = "Only those who look after the policies may add some."


def guarded(app: ASGIApp, settings: Settings, keys: Keys | None) -> ASGIApp:
    """An ASGI application behind the gate; with OpenID Connect it also has the sign-in pages."""
    return Guarded(app, settings, keys)


class Guarded:
    """Passes on what somebody known sends, with `carried.HEADER`, and nothing else.

    It stands at the root of the site: the addresses of signing in and out are absolute.
    """

    def __init__(self, app: ASGIApp, settings: Settings, keys: Keys | None) -> None:
        self._app, self._settings, self._keys = app, settings, keys
        sign_in = settings.sign_in
        self._entrance = signing_in(settings) if sign_in.mode == "oidc" else None
        server = settings.server
        self._limiter = Limiter(server.rate_per_address, server.rate_per_key)
        self._ours = {carried.HEADER}
        self._by_proxy = sign_in.mode == "proxy"
        if self._by_proxy:
            self._ours |= {sign_in.proxy_user_header.lower(), sign_in.proxy_groups_header.lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif self._entrance is not None and _path(scope) in PATHS and scope["type"] == "http":
            answering = self._too_often(scope) or self._entrance
            await answering(scope, receive, send)
        elif self._by_proxy and _path(scope) == STILL and scope["type"] == "http":
            await whose(self._who(scope))(scope, receive, send)
        elif (who := self._who(scope)) is None:
            await self._refuse(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._keep_line(scope, receive, send, who)
        elif _path(scope).startswith(_UPLOADS) and not _may_send(scope, who):
            await PlainTextResponse(f"{_MAY_NOT}\n", 403)(scope, receive, send)
        else:
            if who.via == "proxy" and _wants_page(scope):
                send = handing_over(send, HTTPConnection(scope), self._settings, who)
            await self._app(self._told(scope, who), receive, send)

    def _too_often(self, scope: Scope) -> Response | None:
        """A page that says so, where somebody's address signs in more often than people do.

        Whether somebody is still signed in is not counted: their pages ask now and then.
        """
        if _path(scope) == STILL:
            return None
        client = scope.get("client")
        try:
            told = scope.get("state", {}).get("address", client[0] if client else "")
            self._limiter.count_sign_in(told)
        except Problem as problem:
            page = pages.problem(problem.body.detail, problem.status, SIGN_IN)
            page.headers.update(problem.headers)
            return page
        return None

    def _who(self, scope: Scope) -> Who | None:
        return who_asks(HTTPConnection(scope), self._settings, self._keys)

    def _told(self, scope: Scope, who: Who) -> Scope:
        """The request as the pages see it: what it said of whoever asks is replaced by our word."""
        ours = {name.encode("latin-1") for name in self._ours}
        kept = [(name, value) for name, value in scope["headers"] if name.lower() not in ours]
        told = {**scope, "headers": kept}
        MutableHeaders(scope=told)[carried.HEADER] = carried.write(who)
        return told

    async def _keep_line(self, scope: Scope, receive: Receive, send: Send, who: Who) -> None:
        """A line on which nothing is heard or said once whoever opened it is not who they were."""
        opened = time.monotonic()
        longest = self._settings.sign_in.session_hours * 3600
        over = False

        async def hear() -> Message:
            nonlocal over
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            # What a proxy says is said once, when the line is opened.
            late = who.via == "proxy" and time.monotonic() - opened > longest
            if not late and self._who(scope) == who:
                return message
            over = True
            await send({"type": "websocket.close", "code": SIGN_IN_AGAIN})
            return {"type": "websocket.disconnect", "code": SIGN_IN_AGAIN}

        async def say(message: Message) -> None:
            if not over:
                await send(message)

        await self._app(self._told(scope, who), hear, say)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": SIGN_IN_AGAIN})
            return
        await self._answer(Request(scope))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        """For a page the way to sign in, for anything else that nobody is."""
        mode = self._settings.sign_in.mode
        wants_page = _wants_page(request.scope)
        if mode == "oidc" and wants_page and "authorization" not in request.headers:
            query = f"?{request.url.query}" if request.url.query else ""
            there = urlencode({"next": f"{_path(request.scope)}{query}"})
            return RedirectResponse(f"{SIGN_IN}?{there}", 303, {"cache-control": "no-store"})
        said = {"oidc": _NOBODY, "proxy": _NO_PROXY}.get(mode, _NOT_ALONE)
        if wants_page:
            return pages.problem(said, 401)
        headers = {"cache-control": "no-store", "www-authenticate": "Bearer"}
        return PlainTextResponse(f"{said}\n", 401, headers)


def _path(scope: Scope) -> str:
    """The path within the site, without what a mount has taken off it already."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


def _wants_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def _may_send(scope: Scope, who: Who) -> bool:
    return who.rank == "admin" or scope["method"] in ("OPTIONS",)
