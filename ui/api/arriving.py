"""What every request passes first: whom it comes from, which host it names; and headers for all.

Plain ASGI, round chat, API and widget alike.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import URL, Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.settings import ServerSettings
from ui.api.problems import Problem

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WILDCARDS = ("0.0.0.0", "::", "")

_HOST = (
    "This server does not go by the name that the request has for it; if it should, set server.url "
    "to the address that people type."
)


class Forwarded:
    """Notes whom a request comes from, and by which scheme, where a proxy that we believe says so.

    `request.client` stays the one who is at the other end of the line: the guard asks whether that
    is a proxy. `request.state.address` is whom it comes from, for counting.
    """

    def __init__(self, app: ASGIApp, proxies: Iterable[str]) -> None:
        self.app = app
        self._believing = ProxyHeadersMiddleware(_nothing, list(proxies))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            seen = dict(scope)  # it writes what it believes into what it is given
            await self._believing(seen, receive, send)  # type: ignore[arg-type]
            client = seen.get("client")
            scope["scheme"] = seen["scheme"]
            scope.setdefault("state", {})["address"] = client[0] if client else ""
        await self.app(scope, receive, send)


async def _nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Nothing comes of it."""


class KnownHosts:
    """Turns away whatever asks for a host that we are not: a page elsewhere may have sent it."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self.app, self._hosts = app, frozenset(host.lower().rstrip(".") for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or host_of(scope) in self._hosts:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await Problem(421, "unknown_host", _HOST).response()(scope, receive, send)


def host_of(scope: Scope) -> str:
    """The name that a request's one Host header has for us, "" where it has none that is one."""
    named = Headers(scope=scope).getlist("host")
    if len(named) != 1 or any(mark in named[0] for mark in "/?#@\\ \t"):
        return ""
    try:
        split = urlsplit(f"//{named[0]}")
        _ = split.port  # raises where it is none
    except ValueError:
        return ""
    return (split.hostname or "").rstrip(".")


def hosts_of(server: ServerSettings) -> tuple[str, ...]:
    """The names that a server goes by."""
    names = dict.fromkeys(LOOPBACK)
    if server.url:
        names[URL(server.url).hostname or ""] = None
    if server.host not in _WILDCARDS:
        names[server.host] = None
    elif not server.url:
        names |= dict.fromkeys(_own_names())
    return tuple(name for name in names if name)


def _own_names() -> list[str]:
    """What this machine is called, where it listens on every address and no url is set."""
    name = socket.gethostname()
    found = [name, socket.getfqdn()]
    with contextlib.suppress(OSError):
        found += [str(row[4][0]).partition("%")[0] for row in socket.getaddrinfo(name, None)]
    return found


class Secured:
    """Adds headers to every response that has not its own of that name."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app, self._headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                framed = "frame-ancestors" in headers.get("content-security-policy", "")
                for name, value in self._headers.items():
                    if not (framed and name == "x-frame-options"):  # it has said who may
                        headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, sending)
