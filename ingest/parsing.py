"""One file to a document: detect what it is, read it, find its clauses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from ingest.apart import Call, run_apart
from ingest.clauses.structure import find_clauses
from ingest.documents import Document, IngestError
from ingest.extract import Extract
from ingest.policy.genre import seems
from ingest.readers import read

_MOST_TEXT = 5_000_000  # characters: two thousand dense pages
_MOST_CLAUSES = 50_000
_SECONDS, _OCR_SECONDS = 120, 1800  # for one file


@dataclass(frozen=True)
class Task:
    """A file to be parsed; `path` is where its bytes lie now."""

    source: str
    path: Path
    sha256: str
    ocr: bool = False


def parse(task: Task) -> Document:
    """The document in a file.

    Raises IngestError with the reason and what to do, the file's name left to the caller.
    """
    data = task.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != task.sha256:
        raise IngestError("was changed while it was read; run `verse ingest` again")
    extract = read(data, task.source, task.ocr) if data else Extract("")
    if not extract.text.strip():
        raise IngestError("is empty; save the policy's text in it")
    if len(extract.text) > _MOST_TEXT:
        raise IngestError(f"holds over {_MOST_TEXT // 1_000_000} million characters; split it")
    clauses = find_clauses(extract.text, extract.marks)
    if extract.pages and "\f" not in extract.text:
        clauses = tuple(replace(clause, page=1) for clause in clauses)
    if len(clauses) > _MOST_CLAUSES:
        raise IngestError(f"falls into over {_MOST_CLAUSES} clauses; split it")
    if not any(clause.kind in ("clause", "lead_in") for clause in clauses):
        warning = "No rule was found in it; open it and see whether it holds any."
        extract = replace(extract, warnings=(*extract.warnings, warning))
    if kind := seems(extract.text):
        warning = f"It reads like {kind}; take it out of the folder if it is no policy."
        extract = replace(extract, warnings=(*extract.warnings, warning))
    return Document(task.source, task.sha256, extract, clauses)


def parse_apart(
    tasks: Sequence[Task], jobs: int | None = None
) -> Iterator[tuple[int, Document | str]]:
    """The position of each task with its document, or the reason why there is none.

    In the order in which they finish, each in a process of its own.
    """
    calls = [Call(as_json, (task,), _OCR_SECONDS if task.ocr else _SECONDS) for task in tasks]
    for position, answer in run_apart(calls, jobs):
        if isinstance(answer, str):
            yield position, answer
            continue
        document, task = documents().validate_json(answer), tasks[position]
        if (document.source, document.sha256) != (task.source, task.sha256):
            yield position, "made its reader answer for another file; do not open it"
        else:
            yield position, document


def as_json(task: Task) -> bytes:
    return documents().dump_json(parse(task))


@cache
def documents() -> TypeAdapter[Document]:
    """Documents to JSON and back, checked."""
    return TypeAdapter(Document)
