"""The API: `create_api(service)` is mounted at /api/v1."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.cors import CORSMiddleware

from assistant.settings import Settings
from ui.access.sessions import cookie_name
from ui.api import coverage, health, problems, reading, routes
from ui.api.arriving import Secured
from ui.api.asker import Gate
from ui.api.bounds import Bounds
from ui.api.methods import Methods
from ui.api.metrics import Measured
from ui.api.service import Service

_ABOUT = """Ask a school's policies. Every quote is a character span of a stored document;
`/documents/{sha256}` has the file to check it against."""

# Nothing of the API is a page; whoever opens an answer in a browser gets text and no more.
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def create_api(service: Service) -> FastAPI:
    """Where it is mounted is its own business: its addresses are relative to that place."""
    server = service.settings.server
    api = FastAPI(
        title="Chapter & Verse",
        summary="Ask your school's policies. Get chapter and verse.",
        description=_ABOUT,
        version=_version(),
        openapi_url="/openapi.json",
        docs_url=None,  # those pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"auto_configure": False},
    )
    api.state.service = service
    # The last one added is passed first.
    api.add_middleware(Gate, service=service)
    api.add_middleware(Methods)
    api.add_middleware(Bounds, size=server.request_bytes, seconds=server.request_seconds)
    api.add_middleware(Measured, metrics=service.metrics)
    if server.allowed_origins:
        api.add_middleware(
            CORSMiddleware,
            allow_origins=server.allowed_origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Content-Type",),
            allow_credentials=service.settings.sign_in.mode != "none",
            allow_private_network=True,  # an intranet page may stand outside, and we within
            expose_headers=("Retry-After",),
        )
    api.add_middleware(Secured, headers=_HEADERS)
    problems.install(api)
    for part in (routes, reading, coverage, health):
        api.include_router(part.router)
    api.openapi = lambda: _described(api, service.settings)  # type: ignore[method-assign]
    return api


def _described(api: FastAPI, settings: Settings) -> dict[str, Any]:
    """openapi.json, with what our problems look like and who may ask as we are set up."""
    if api.openapi_schema is None:
        made = get_openapi(
            title=api.title,
            version=api.version,
            summary=api.summary,
            description=api.description,
            routes=api.routes,
            servers=[{"url": "/api/v1"}],
        )
        schemas = made["components"]["schemas"]
        problem = problems.ProblemBody.model_json_schema(
            mode="serialization", ref_template="#/components/schemas/{model}"
        )
        schemas |= problem.pop("$defs", {}) | {"ProblemBody": problem}
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        schemes, wanted = _security(settings)
        made["components"]["securitySchemes"] |= schemes
        for path in made["paths"].values():
            for operation in path.values():
                if "security" in operation:
                    operation["security"] = wanted
        api.openapi_schema = made
    return api.openapi_schema


def _security(settings: Settings) -> tuple[dict[str, Any], list[dict[str, list[str]]]]:
    """Ways to be known beside a key, and which of them will do; {} is none at all."""
    if settings.sign_in.mode == "oidc":
        cookie = {"type": "apiKey", "in": "cookie", "name": cookie_name(settings)}
        return {"session": cookie | {"description": "Set at /sign-in"}}, [
            {"key": []},
            {"session": []},
        ]
    if settings.sign_in.mode == "proxy":  # whom it names is not for whoever asks to say
        return {}, [{"key": []}]
    return {}, [{"key": []}, {}]


def _version() -> str:
    try:
        return version("chapter-and-verse")
    except PackageNotFoundError:
        return "0"
