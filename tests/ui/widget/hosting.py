"""Servers for the tests: the widget's own, a stand-in that misbehaves as told, and intranets."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from ui.api.app import create_api
from ui.api.arriving import Forwarded, Secured
from ui.api.service import Service
from ui.chat import HEADERS
from ui.widget.pages import routes

# As strict as a page can be that loads a script and lets it ask: no style, no frame, no form, and
# no text that becomes markup.
STRICT = (
    "default-src 'none'; script-src {0}; connect-src {0}; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


class Served:
    """An ASGI application on a port of its own, in a thread; `url` goes by 127.0.0.1."""

    def __init__(self, app: Any, listening: socket.socket | None = None) -> None:
        self._socket = listening or listen()
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.daemon = True
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self._socket.close()


def listen() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def outside(service: Service, api: Any) -> Starlette:
    """What `verse serve` makes of a service, less the chat; `api` may be a stand-in."""
    return Starlette(
        routes=[Mount("/api/v1", api or create_api(service)), *routes(service)],
        middleware=[
            Middleware(Forwarded, proxies=service.settings.server.proxy_addresses),
            Middleware(Secured, headers=HEADERS),
        ],
    )


@dataclass
class Misbehaving:
    """An API that answers as the test says and remembers what it was asked."""

    answer: dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]] = field(
        default_factory=dict
    )
    schools: list[dict[str, str]] = field(default_factory=list)
    problem: Response | None = None
    slow: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=lambda: {"kept": True, "said": ""})

    def app(self, origins: list[str]) -> Starlette:
        cors = Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Content-Type",),
            expose_headers=("Retry-After",),
        )
        return Starlette(
            routes=[
                Route("/schools", self._schools),
                Route("/ask", self._ask, methods=["POST"]),
                Route("/feedback", self._feedback, methods=["POST"]),
            ],
            middleware=[cors],
        )

    def reset(self) -> None:
        """As it was made, with one school."""
        oak = {"key": "oak", "name": "Oak Primary School"}
        vars(self).update(vars(Misbehaving(schools=[oak])))

    async def _schools(self, _request: Request) -> Response:
        return JSONResponse({"schools": self.schools})

    async def _ask(self, request: Request) -> Response:
        body = await request.json()
        self.asked.append(body)
        await asyncio.sleep(self.slow)
        if self.problem is not None:
            return self.problem
        return JSONResponse(self.answer(body) if callable(self.answer) else self.answer)

    async def _feedback(self, request: Request) -> Response:
        self.told.append(await request.json())
        return JSONResponse(self.kept)


class Intranet:
    """Somebody else's site: pages by path, each with the policy it is given."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        self._served = Served(Starlette(routes=[Route("/{path:path}", self._page)]))
        self.port = self._served.port
        self.url = f"http://localhost:{self.port}"  # by another name than the widget's server
        self.other_name = f"http://127.0.0.1:{self.port}"

    def put(self, path: str, body: str, policy: str = "", head: str = "") -> str:
        """Put a page up; returns its path."""
        page = (
            f'<!doctype html><html lang="en"><head><title>Intranet</title>{head}</head>'
            f"<body><main><h1>Intranet</h1>{body}</main></body></html>"
        )
        self.pages[path] = (page, policy)
        return path

    async def _page(self, request: Request) -> Response:
        page, policy = self.pages.get(f"/{request.path_params['path']}", ("Nothing here", ""))
        return HTMLResponse(page, headers={"content-security-policy": policy} if policy else {})

    def stop(self) -> None:
        self._served.stop()


class Visits:
    """Opens pages; notes what they ask for, what they complain of and what they store."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def open(self, address: str, width: int = 1280, height: int = 900, **options: Any) -> Page:
        size: Any = {"width": width, "height": height}
        context = self._browser.new_context(viewport=size, **options)
        context.set_default_timeout(30_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)
        page.goto(address)
        return page

    def _note(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def tag(server: str, *words: str) -> str:
    return f'<script src="{server}/widget.js" {" ".join(words)} async></script>'


Told = tuple[Misbehaving, Served]
