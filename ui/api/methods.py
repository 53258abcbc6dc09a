"""HEAD and OPTIONS, as HTTP has them, for routes that name only GET or POST."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Methods:
    """HEAD is GET, of which the server leaves the body out; OPTIONS names what an address takes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"] if scope["type"] == "http" else ""
        named = False

        async def sending(message: Message) -> None:
            nonlocal named
            if message["type"] == "http.response.start" and message["status"] == 405:
                headers = MutableHeaders(scope=message)
                headers["allow"] = allowed = _allowed(headers.get("allow", ""))
                named = method == "OPTIONS"
                if named:
                    told = {"allow": allowed, "cache-control": "no-store"}
                    await Response(status_code=204, headers=told)(scope, receive, send)
            if named:
                return
            await send(message)

        if method != "HEAD":
            await self.app(scope, receive, sending)
            return
        asked = {**scope, "method": "GET"}
        await self.app(asked, receive, sending)
        scope["route"] = asked.get("route")  # for whoever measures outside


def _allowed(named: str) -> str:
    """The methods that an Allow header names, with those that come of themselves."""
    found = {method.strip() for method in named.split(",") if method.strip()}
    return ", ".join(sorted(found | {"OPTIONS"} | ({"HEAD"} if "GET" in found else set())))
