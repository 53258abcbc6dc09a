"""What stands in the files that wait: whose they are, what they say of themselves, if they read."""

from __future__ import annotations

from pathlib import Path

from ingest.documents import Document, IngestError, Policy
from ingest.folder import list_files
from ingest.home import IndexMissing
from ingest.index import Index, open_index
from ingest.parsed import parse_all
from ingest.parsing import Task
from ingest.policy.register import Register, School, describe
from ingest.policy.whose import Schools
from ingest.report import Row
from ingest.sync import ingest
from ingest.vectors import Progress
from ui.upload import (
    Found,
    Reading,
    Value,
    Waiting,
    can_ocr,
    remember_reading,
    waiting,
    waiting_folder,
)

_NOBODY = School(key="unknown", name="?")


def read_waiting(home: Path, school: str, say: Progress) -> Reading:
    """Read the files that wait; `school` names the school of them all, "" lets each tell its own.

    Nothing goes live, and nothing of the index changes.
    """
    folder = waiting_folder(home)
    there = waiting(home)
    files, failures = list_files(folder.resolve())
    tasks = [Task(file.source, file.path, file.sha256, can_ocr()) for file in files]
    reasons = {failure.source: failure.reason for failure in failures}
    documents: dict[str, Document] = {}
    say(0, len(tasks), "reading")
    for done, (place, found) in enumerate(parse_all(home, tasks), 1):
        if isinstance(found, Document):
            documents[files[place].source] = found
        else:
            reasons[files[place].source] = found
        say(done, len(tasks), "reading")
    index = _index(home)
    known = index.schools if index else ()
    whose = Schools(Register(), school or None, known, list(documents.values()))
    statuses = _statuses(home, school, index, bool(documents))
    reading = Reading(
        files=tuple(
            _found(file, documents.get(file.name), reasons, whose, statuses, index)
            for file in there
        )
    )
    remember_reading(home, reading)
    return reading


def _statuses(home: Path, school: str, index: Index | None, any_read: bool) -> dict[str, Row]:
    """What an ingest would say of each waiting file, beside what is live."""
    if not any_read:
        return {}
    try:
        report = ingest(
            waiting_folder(home),
            home,
            school=school or None,
            model=index.manifest.model if index else None,
            ocr=can_ocr(),
            dry_run=True,
        )
    except IngestError:
        return {}  # each file's own reading says what is wrong with it
    return {row.source: row for row in report.documents}


def _found(
    file: Waiting,
    document: Document | None,
    reasons: dict[str, str],
    whose: Schools,
    rows: dict[str, Row],
    index: Index | None,
) -> Found:
    if document is None:
        why = reasons.get(file.name, "cannot be read; open it and save it anew")
        return Found(name=file.name, sha256=file.sha256, trouble=why)
    try:
        school = whose.of(document)
    except IngestError:
        school = _NOBODY
    policy = describe(document, school, None)
    row = rows.get(file.name)
    live = [d.policy for d in index.manifest.documents if d.sha256 == file.sha256] if index else []
    here = next((p.title for p in live if p.school == school.key), "")
    status = row.status if row is not None else policy.status
    return Found(
        name=file.name,
        sha256=file.sha256,
        school=school.key if index and any(s.key == school.key for s in index.schools) else "",
        school_name="" if school is _NOBODY else school.name,
        title=_value(policy, "title"),
        status=Value(value=status, origin=_value(policy, "status").origin),
        adopted=_value(policy, "adopted"),
        review_due=_value(policy, "review_due"),
        clauses=sum(clause.kind == "clause" for clause in document.clauses),
        pages=document.extract.pages,
        warnings=row.warnings if row is not None else document.extract.warnings,
        here_as=here,
    )


def _value(policy: Policy, name: str) -> Value:
    fact = policy.facts.get(name)
    return Value(value=fact.value, origin=fact.origin) if fact else Value()


def _index(home: Path) -> Index | None:
    try:
        return open_index(home)
    except IndexMissing:
        return None
