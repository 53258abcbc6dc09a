"""Where an index keeps its vectors: Chroma's own files in a generation, or a Chroma server.

Whoever answers reads snapshots; Chroma is what they are made anew from where one is damaged, and
what other programs may search.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from ingest.documents import IngestError
from ingest.embedding import Vectors

_MOST = 5000  # rows at a time; Chroma takes at most 5,461
_OURS = "verse-"


@dataclass(frozen=True)
class Store:
    """Chroma's files in `folder`, or the collections of a server whose names begin so."""

    folder: Path
    url: str = ""
    prefix: str = ""


@dataclass(frozen=True)
class Stored:
    """One collection: what is kept of each clause, what was embedded of it, and as what."""

    name: str
    rows: list[list[Any]]
    texts: Sequence[str]
    vectors: Vectors


def prefix_for(generation: str, before: str) -> str:
    """How a generation's collections begin on a server; `before` is how the last one's did.

    Homes may share a server, so each has a name of its own in it.
    """
    home = before.split("-")[1] if before.startswith(_OURS) else uuid.uuid4().hex[:8]
    return f"{_OURS}{home}-{generation}-"


def put(store: Store, collections: Iterable[Stored]) -> None:
    """Add whole collections. Raises OSError, or IngestError where a server is not there."""
    with _chroma(store) as client:
        for one in collections:
            made = client.create_collection(store.prefix + one.name, embedding_function=None)
            for start in range(0, len(one.rows), _MOST):
                batch = slice(start, start + _MOST)
                made.add(
                    ids=[f"{n:06d}" for n in range(start, start + len(one.rows[batch]))],
                    embeddings=one.vectors[batch],
                    documents=list(one.texts[batch]),
                    metadatas=[{"row": json.dumps(row)} for row in one.rows[batch]],
                )


def take(store: Store, name: str) -> tuple[list[list[Any]], Vectors]:
    """Rows and vectors of a collection, in their order. Raises whatever Chroma does."""
    if not store.url and not store.folder.is_dir():
        raise OSError("no Chroma folder")
    with _chroma(store) as client:
        got = client.get_collection(store.prefix + name, embedding_function=None).get(
            include=["embeddings", "metadatas"]
        )
    order = sorted(range(len(got["ids"])), key=lambda i: got["ids"][i])
    rows = [json.loads(got["metadatas"][i]["row"]) for i in order]
    return rows, np.asarray(got["embeddings"], np.float32)[order]


def sweep(store: Store, wanted: Iterable[str]) -> None:
    """Remove this home's collections on a server, but for those that begin as wanted.

    What cannot be removed is tried again after the next ingest.
    """
    if not store.url:
        return
    kept = tuple(wanted)
    mine = "-".join(store.prefix.split("-")[:2]) + "-"
    with contextlib.suppress(Exception), _chroma(store) as client:
        for one in client.list_collections():
            if one.name.startswith(mine) and not one.name.startswith(kept):
                client.delete_collection(one.name)


@contextlib.contextmanager
def _chroma(store: Store) -> Iterator[Any]:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb  # half a second to import; answering reads snapshots and does without
    from chromadb.errors import ChromaError

    settings = chromadb.Settings(anonymized_telemetry=False)
    try:
        if store.url:
            client = _server(store.url, settings)
        else:
            client = chromadb.PersistentClient(str(store.folder), settings)
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.close()
    except ChromaError as error:
        raise OSError(errno.EIO, f"Chroma: {error}".splitlines()[0]) from error


def _server(url: str, settings: Any) -> Any:
    import chromadb
    import httpx

    try:
        where = urlsplit(url)
        port = where.port or (443 if where.scheme == "https" else 8000)
        if where.scheme not in ("http", "https") or not where.hostname or where.username:
            raise ValueError(url)
    except ValueError:
        shown = "What chroma_url says" if "@" in url else repr(url)  # it may hold a password
        raise IngestError(
            f"{shown} is no address of a Chroma server; write it as http://localhost:8000."
        ) from None
    try:
        client = chromadb.HttpClient(
            where.hostname, port, ssl=where.scheme == "https", settings=settings
        )
        client.heartbeat()
    except (OSError, ValueError, httpx.HTTPError) as error:
        raise IngestError(
            f"The Chroma server at {url} does not answer ({type(error).__name__}), so nothing was "
            "changed; start it, or leave chroma_url empty to keep vectors in the home."
        ) from error
    return client
