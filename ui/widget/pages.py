"""Where the widget is: `routes(service)` are mounted beside the API and the chat."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.settings import ServerSettings
from ui.api.bounds import Bounds
from ui.api.service import Service
from ui.widget.framed import framed
from ui.widget.script import HERE, about, script, style

# The demonstration allows itself what a strict intranet would: its own files, and the widget.
_DEMO = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


def routes(service: Service) -> list[Route]:
    """/widget.js, /widget.json, /embed, and the demonstration at /widget/demo."""
    settings = service.settings
    server = settings.server

    async def _script(request: Request) -> Response:
        return script().answer(request)

    async def _about(_request: Request) -> Response:
        return about(settings)

    async def _style(request: Request) -> Response:
        return style(request.url.path.rpartition("/")[2]).answer(request)

    async def _demo(_request: Request) -> Response:
        page = (HERE / "demo.html").read_bytes()
        return Response(page, headers=_DEMO, media_type="text/html")

    async def _embed(request: Request) -> Response:
        return await framed(request, service)

    small = [Middleware(GZipMiddleware)]
    bounds = [Middleware(Bounds, size=server.request_bytes, seconds=server.request_seconds)]
    return [
        Route("/widget.js", _script, middleware=small),
        Route("/widget.json", _about, middleware=_allowed(server)),
        *(
            Route(f"/widget/{name}", _style, middleware=small)
            for name in ("widget.css", "embed.css", "demo.css")
        ),
        Route("/widget/demo", _demo, middleware=small),
        Route("/embed", _embed, methods=["GET", "POST"], middleware=bounds),
    ]


def _allowed(server: ServerSettings) -> list[Middleware]:
    """What of other sites may read it: those that may ask."""
    if not server.allowed_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=server.allowed_origins,
            allow_credentials=True,  # a proxy in front may know people by their cookies
        )
    ]
