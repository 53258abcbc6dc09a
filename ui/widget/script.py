"""What a page loads: one script made of the parts beside this file, and what it then asks for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant import compose
from assistant.ask import MOST_EARLIER
from assistant.notice import notice
from assistant.settings import Settings
from ui.words import FLAGS, KINDS, ORIGINS, STATUSES, TIED, UNANSWERED, UNSURE, VERDICTS

HERE = Path(__file__).parent
PARTS = ("talk.js", "answer.js", "thumbs.js", "panel.js", "widget.js")
_SPARE = 10.0  # seconds beyond the server's own limit: its sentence says more than ours

# Shown while a newer one is fetched for next time; an answer's form only ever gains.
_KEPT = "public, max-age=86400, stale-while-revalidate=604800"


@dataclass(frozen=True)
class Static:
    """A file of ours as any page of any site may load it; nothing in it is anybody's."""

    data: bytes
    media_type: str
    cache_control: str = _KEPT

    @property
    def etag(self) -> str:
        # Weak, for it may be sent compressed.
        return f'W/"{hashlib.sha256(self.data).hexdigest()[:32]}"'

    def answer(self, request: Request) -> Response:
        headers = {
            "cache-control": self.cache_control,
            "cross-origin-resource-policy": "cross-origin",
            "etag": self.etag,
        }
        if self.etag in _tags(request.headers.getlist("if-none-match")):
            return Response(status_code=304, headers=headers)
        return Response(self.data, headers=headers, media_type=self.media_type)


@cache
def script() -> Static:
    """The widget, whole: its parts in a scope of their own, with its style as text."""
    parts = "\n".join((HERE / name).read_text("utf-8") for name in PARTS)
    style = json.dumps((HERE / "widget.css").read_text("utf-8"))
    whole = f'(() => {{\n"use strict";\nconst STYLE = {style};\n{parts}}})();\n'
    return Static(whole.encode(), "text/javascript")


@cache
def style(name: str) -> Static:
    return Static((HERE / name).read_bytes(), "text/css")


def standing(settings: Settings) -> str:
    """What this is and what is kept, in plain sentences."""
    said = "Answers quote the policies word for word. They are not legal advice."
    return f"{said} {notice(settings)}"


def about(settings: Settings) -> Response:
    """What the script must know of this server; asked for when a panel opens, and never old."""
    told: dict[str, Any] = {
        "standing": standing(settings),
        "signs_in": settings.sign_in.mode != "none",
        "feedback": settings.record or settings.audit.on,
        "seconds": settings.server.request_seconds + _SPARE,
        "recalled": MOST_EARLIER,
        "words": {
            "verdicts": VERDICTS,
            "unsure": [compose.UNSURE, UNSURE],
            "unanswered": UNANSWERED,
            "kinds": KINDS,
            "tied": TIED,
            "statuses": STATUSES,
            "origins": ORIGINS,
            "flags": FLAGS,
        },
    }
    return JSONResponse(told, headers={"cache-control": "no-store"})


def _tags(given: Sequence[str]) -> set[str]:
    return {tag.strip() for one in given for tag in one.split(",")}
