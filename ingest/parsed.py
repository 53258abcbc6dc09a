"""Documents as they were parsed, kept so that an unchanged file is never read twice."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from ingest.documents import Document
from ingest.home import write_whole
from ingest.parsing import Task, documents, parse_apart


def parse_all(home: Path, tasks: Sequence[Task]) -> Iterator[tuple[int, Document | str]]:
    """The position of each task with its document, or with the reason why there is none.

    Those that this code has parsed before come first and at once.
    """
    new: list[int] = []
    for position, task in enumerate(tasks):
        document = _kept(home, task)
        if document is None:
            new.append(position)
        else:
            yield position, document
    for place, found in parse_apart([tasks[position] for position in new]):
        task = tasks[new[place]]
        if isinstance(found, Document):
            _keep(home, task, found)
        yield new[place], found


def forget(home: Path, live: Iterable[str]) -> None:
    """Drop what was parsed from files that are in the index no more; `live` are their hashes."""
    kept = {_name(sha256, ocr) for sha256 in live for ocr in (False, True)}
    for path in (home / "parsed").glob("*"):
        if path.name not in kept:
            with contextlib.suppress(OSError):
                path.unlink()


def _kept(home: Path, task: Task) -> Document | None:
    try:
        digest, _, data = (_path(home, task)).read_bytes().partition(b"\n")
        if hashlib.sha256(data).hexdigest().encode() != digest:
            return None
        document = documents().validate_json(data)
    except (OSError, ValidationError):
        return None
    return replace(document, source=task.source) if document.sha256 == task.sha256 else None


def _keep(home: Path, task: Task, document: Document) -> None:
    data = documents().dump_json(document)
    path = _path(home, task)
    with contextlib.suppress(OSError):  # a full disk costs only the time to parse it again
        path.parent.mkdir(exist_ok=True)
        write_whole(path, hashlib.sha256(data).hexdigest().encode() + b"\n" + data)


def _path(home: Path, task: Task) -> Path:
    return home / "parsed" / _name(task.sha256, task.ocr)


def _name(sha256: str, ocr: bool) -> str:
    return hashlib.sha256(f"{sha256} {ocr} {code_hash()}".encode()).hexdigest()


@cache
def code_hash() -> str:
    """Changes whenever files might be read or split differently."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()
