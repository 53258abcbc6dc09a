"""One process for all: the chat at /, the API at /api/v1, the widget beside them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import request_response

from assistant.settings import ServerSettings
from ui.access.gate import guarded
from ui.api.app import create_api
from ui.api.arriving import Forwarded, KnownHosts, Secured, hosts_of
from ui.api.problems import Problem
from ui.api.service import Service
from ui.chat import HEADERS, options
from ui.widget import pages

HERE = Path(__file__).parent
API = "/api/v1"


def create_app(service: Service) -> FastAPI:
    """The whole of `verse serve` as one ASGI application; it closes the service when it ends."""
    import streamlit as st  # slow, and not needed to refuse a port
    from streamlit.web import bootstrap

    from ui.originals import routes

    settings = service.settings
    config: dict[str, Any] = options(HERE / ".streamlit" / "config.toml") | {
        "server.port": settings.server.port,
        "server.address": settings.server.host,
        "server.allowedHosts": list(hosts_of(settings.server)),
    }
    bootstrap.load_config_options(config)
    chat = st.App(HERE / "app.py", routes=routes(settings.home))
    running = chat.lifespan()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(app):
            yield
        service.close()

    server = settings.server
    app = FastAPI(
        openapi_url=None,
        lifespan=lifespan,
        telemetry={"auto_configure": False},
        middleware=[
            Middleware(Forwarded, proxies=server.proxy_addresses),
            Middleware(KnownHosts, hosts=hosts_of(server)),
            Middleware(Secured, headers=_headers(server)),
        ],
    )
    app.mount(API, create_api(service))
    app.mount("/api", request_response(_no_such_api))
    app.add_route("/api", _no_such_api, methods=["GET", "POST"])
    app.router.routes += pages.routes(service)
    app.mount("/", guarded(chat, settings, service.keys))
    return app


async def _no_such_api(_request: Request) -> Response:
    return Problem(404, "no_such_api", f"The API is at {API}.").response()


def _headers(server: ServerSettings) -> dict[str, str]:
    """The chat's, with the address that its page keeps a line open to."""
    url = urlsplit(server.url)
    own = f" wss://{url.netloc} ws://{url.netloc}" if server.url else ""
    policy = HEADERS["content-security-policy"]
    found = HEADERS | {
        "content-security-policy": policy.replace("connect-src 'self'", f"connect-src 'self'{own}")
    }
    if url.scheme == "https":
        found["strict-transport-security"] = "max-age=31536000"
    return found
