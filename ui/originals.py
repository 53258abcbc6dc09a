"""The files that the policies were read from, as they were brought, for reading and download.

A file is asked for by its sha256 and by nothing else, and only what is in the index, and may be
seen by whoever asks, is given.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from assistant.seen import Views
from assistant.settings import read_settings
from ingest.documents import IngestError
from ingest.home import current_generation, stored_bytes
from ingest.index import open_index
from ui.access import carried

_GONE = "This file is not among the policies any more; look for its policy in the list.\n"
_PRIVATE = {"cache-control": "private, no-store"}  # not everybody may see what one of them saw
_NAMES = "attachment; filename*=UTF-8''"


@lru_cache(maxsize=2)
def _views(home: Path, generation: str | None) -> Views:  # noqa: ARG001  (it never changes)
    return Views(open_index(home))


def address(sha256: str, page: int | None = None) -> str:
    """Where a document's file is, relative to any place of the app; a PDF opens at the page."""
    return f"original/{sha256}{f'#page={page}' if page else ''}"


def routes(home: Path, hosts: tuple[str, ...] = ()) -> list[Route]:
    """`hosts` are the names that the server goes by; it answers to no other, where any is given."""

    def original(request: Request) -> Response:
        if hosts and request.url.hostname not in hosts:
            return PlainTextResponse("Ask by this machine's own address.\n", 403)
        sha256 = request.path_params["sha256"]
        who = carried.read(request.headers.get(carried.HEADER), read_settings(home))
        try:
            index = _views(home, current_generation(home)).of(who.sight)
            held = next((d for d in index.manifest.documents if d.sha256 == sha256), None)
            if held is None or not re.fullmatch(r"[0-9a-f]{64}", sha256):
                return PlainTextResponse(_GONE, 404)
            data = stored_bytes(home, sha256)
        except IngestError as error:
            return PlainTextResponse(f"{error}\n", 503)
        name = quote(PurePosixPath(held.source).name)
        if data.startswith(b"%PDF-"):
            headers = {"content-disposition": f"inline; filename*=UTF-8''{name}", **_PRIVATE}
            return Response(data, media_type="application/pdf", headers=headers)
        # A page of HTML in which a script runs would run it as ours: never shown, only saved.
        headers = {"content-disposition": f"{_NAMES}{name}", "content-security-policy": "sandbox"}
        headers |= _PRIVATE
        return Response(data, media_type="application/octet-stream", headers=headers)

    return [Route("/original/{sha256}", original)]
