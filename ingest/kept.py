"""What the index keeps though today's folder did not bring it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ingest.documents import Document, Policy
from ingest.extract import Extract
from ingest.folder import Failure
from ingest.home import IndexDamaged, document_path
from ingest.index import Held, Index
from ingest.parsed import parse_all
from ingest.parsing import Task
from ingest.policy.register import Register

Kept = list[tuple[Held, Document]]


def failed(failures: Iterable[Failure], source: str) -> str:
    """Why a file, or the folder it stands in, could not be read; "" where nothing failed."""
    places = {source, *map(str, PurePosixPath(source).parents)}
    return next((failure.reason for failure in failures if failure.source in places), "")


def keep_stale(
    before: Sequence[Held],
    failures: Sequence[Failure],
    previous: Index | None,
    register: Register,
) -> Kept:
    """Files that cannot be read today go on answering as they were read before, and say so.

    To whom, the register says: it can be read, and a limit must not wait for the file.
    """
    return [
        (replace(held, stale=reason, policy=_limited(held, register)), _stored(previous, held))
        for held in before
        if previous is not None and (reason := failed(failures, held.source))
    ]


def _limited(held: Held, register: Register) -> Policy:
    registered = register.of(held.source)
    if registered is None:
        return held.policy
    audience, applies_to = registered.audience, registered.applies_to
    return replace(held.policy, audience=audience, applies_to=applies_to)


def carry_over(folder: Path, read: Kept, previous: Index | None) -> tuple[Kept, set[str]]:
    """What other folders brought, and the folders of which this one takes some over.

    Taken over is what this folder brings too: the same text for the same school.
    """
    brought = {(held.policy.school, held.text_sha256) for held, _ in read}
    others = [h for h in previous.manifest.documents if h.folder != str(folder)] if previous else []
    taken = {h.folder for h in others if (h.policy.school, h.text_sha256) in brought}
    carried = [
        (held, _stored(previous, held))
        for held in others
        if previous is not None and (held.policy.school, held.text_sha256) not in brought
    ]
    return carried, taken


def _stored(index: Index, held: Held) -> Document:
    """The document with the clauses that it was indexed with."""
    try:
        text = index.text(held.text_sha256)
    except IndexDamaged as error:
        raise _lost(index, held) from error
    try:
        shelf = index.shelf(held.policy.school, held.status)
    except IndexDamaged:
        return _parsed_again(index, held)
    place = (held.source, held.text_sha256)
    clauses = tuple(p.clause for p in shelf.passages if (p.policy.source, p.text_sha256) == place)
    return Document(held.source, held.sha256, Extract(text), clauses)


def _parsed_again(index: Index, held: Held) -> Document:
    task = Task(held.source, document_path(index.home, held.sha256), held.sha256)
    for _, document in parse_all(index.home, [task]):
        if isinstance(document, Document) and document.text_sha256 == held.text_sha256:
            return document
    raise _lost(index, held)


def _lost(index: Index, held: Held) -> IndexDamaged:
    return IndexDamaged(
        f"The stored copy of {held.source} in {index.home} is damaged; "
        f"run `verse ingest {held.folder}` first, or delete the home to start afresh."
    )
