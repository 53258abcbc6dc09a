"""Where everything is kept, and how it gets there whole or not at all.

A home holds `CURRENT` (the name of the generation that answers), `generations/NAME/`,
`documents/` (every document ever indexed, by hash) and `models/`. A generation never changes once
`CURRENT` has named it, so readers never see half of one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import filelock

from ingest.documents import IngestError

# A reader may have opened a generation just before it was replaced and read its shelves later.
_SPARED = 60  # seconds


class IndexMissing(IngestError):
    """Nothing was ever indexed in this home."""


class IndexDamaged(IngestError):
    """The files of the index contradict one another."""


@contextlib.contextmanager
def locked(home: Path) -> Iterator[None]:
    """Only one ingest at a time; readers need no lock."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(home / "ingest.lock")
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise IngestError(
            f"Another ingest is writing to {home}; wait for it to end, then try again."
        ) from error
    except OSError as error:
        raise IngestError(
            f"The home {home} cannot be written ({error.strerror or error}); "
            "choose another with --home or VERSE_HOME."
        ) from error
    try:
        yield
    finally:
        lock.release()


def current_generation(home: Path) -> str | None:
    """The name of the generation that answers, or None; cheap enough to ask at every question."""
    try:
        return answering(home)
    except IndexMissing:
        return None


def answering(home: Path) -> str:
    try:
        name = (home / "CURRENT").read_text("utf-8").strip()
    except FileNotFoundError as error:
        raise IndexMissing(
            f"There is no index in {home}; run `verse ingest` to make one."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(
            f"{home / 'CURRENT'} cannot be read ({error.__class__.__name__}); "
            "run `verse ingest` to rebuild the index."
        ) from error
    if not re.fullmatch(r"[\w-]{1,64}", name):
        raise IndexDamaged(
            f"{home / 'CURRENT'} names no generation; run `verse ingest` to rebuild the index."
        )
    return name


def document_path(home: Path, digest: str) -> Path:
    return home / "documents" / digest[:2] / digest


def store_document(home: Path, data: bytes, text: str) -> None:
    """Keep a file's bytes and its extracted text by hash, for ever; each is written whole."""
    extracted = text.encode("utf-8", "surrogatepass")
    for content in {data, extracted}:
        path = document_path(home, hashlib.sha256(content).hexdigest())
        try:
            kept = path.read_bytes() == content
        except OSError:
            kept = False
        if not kept:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)


def stored_text(home: Path, text_sha256: str) -> str:
    """The stored text of a document, checked against its hash."""
    return stored_bytes(home, text_sha256).decode("utf-8", "surrogatepass")


def stored_bytes(home: Path, digest: str) -> bytes:
    """What was stored under a hash, checked against it."""
    path = document_path(home, digest)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise IndexDamaged(
            f"The stored document {path} is missing; run `verse ingest` to rebuild the index."
        ) from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise IndexDamaged(
            f"The stored document {path} was changed after it was indexed; "
            "run `verse ingest` to rebuild the index."
        )
    return data


def switch(home: Path, generation: str) -> None:
    """Make a finished generation the one that answers, then clear older ones away."""
    try:
        write_whole(home / "CURRENT", generation.encode())
    except OSError:
        shutil.rmtree(home / "generations" / generation, ignore_errors=True)
        raise
    with contextlib.suppress(OSError):  # it answers now, whatever is left to clear
        clear(home)


def clear(home: Path) -> None:
    """Remove what can no longer be wanted: old generations, and what a killed ingest left."""
    for stray in (*home.glob(".CURRENT.*"), *home.glob("documents/*/.*")):
        with contextlib.suppress(OSError):
            stray.unlink()
    for stray in home.glob("models/*.new"):
        shutil.rmtree(stray, ignore_errors=True)
    current = current_generation(home)
    folder = home / "generations"
    if current is None or not folder.is_dir():
        return
    finished = (p for p in folder.iterdir() if (p / "manifest.json").is_file())
    whole = sorted((p for p in finished if p.name <= current), reverse=True)
    kept = {current, *(p.name for p in whole[:2])}
    for newer, older in pairwise(whole):
        if time.time() - (newer / "manifest.json").stat().st_mtime < _SPARED:
            kept.add(older.name)
    for path in folder.iterdir():
        if path.name not in kept:
            # On Windows a reader's open file keeps its folder; the next ingest tries again.
            shutil.rmtree(path, ignore_errors=True)


def next_generation(home: Path) -> str:
    """A name that sorts after every other, half-built ones included."""
    folder = home / "generations"
    names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
    last = max((int(n.split("-")[0]) for n in names if n.split("-")[0].isdigit()), default=0)
    return f"{last + 1:08d}-{uuid.uuid4().hex[:6]}"


def write_whole(path: Path, content: bytes) -> None:
    """Write whole or not at all."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.{uuid.uuid4().hex[:6]}")
    try:
        with aside.open("wb") as file:
            file.write(content)
            to_disk(file)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def to_disk(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
