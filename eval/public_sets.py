"""Public question sets, read from where they lie; nothing of them is kept here."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.gold import GoldError
from eval.systems import Embed
from ingest.documents import Clause, Passage, Policy, Span
from ingest.index import Shelf, in_context

Said = Literal["yes", "no", "conditional"]


@dataclass(frozen=True)
class PublicSet:
    """What one set tests, and how it is put: over all its documents, or within one."""

    name: str
    folder: str
    pooled: bool
    verdicts: bool  # whether its yes, no and conditional are verdicts of ours
    note: str


PUBLIC = (
    PublicSet("ConditionalQA", "condqa/dev", True, True, "gov.uk pages, pooled"),
    PublicSet("OR-ShARC", "orsharc/dev", True, True, "rule snippets, pooled; all answerable"),
    PublicSet("WHITE-ShARC", "whitesharc/dev", True, False, "wh-questions on the same snippets"),
    PublicSet(
        "ContractNLI",
        "contractnli/dev",
        False,
        False,
        "within one contract; asks whether it says something, which is no verdict of ours",
    ),
)


class ClauseRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    clause_id: str
    text: str
    section: str = ""


class DocumentRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    doc_id: str
    title: str
    clauses: tuple[ClauseRow, ...]


class QuestionRow(BaseModel):
    """A question; its situation belongs to it, so both are searched for."""

    model_config = ConfigDict(extra="ignore")

    qid: str
    doc_id: str | None = None
    question: str
    scenario: str = ""
    evidence_clause_ids: tuple[str, ...] = ()
    verdict: str | None = None
    answerable: bool

    @property
    def text(self) -> str:
        return f"{self.question} {self.scenario}".strip()


@dataclass(frozen=True)
class Read:
    """A set as read: its shelves by document, or one for all under ""."""

    documents: tuple[DocumentRow, ...]
    questions: tuple[QuestionRow, ...]

    def shelved(self, pooled: bool) -> dict[str, tuple[DocumentRow, ...]]:
        if pooled:
            return {"": self.documents}
        return {document.doc_id: (document,) for document in self.documents}


def read_set(sets: Path, which: PublicSet) -> Read:
    """Raises GoldError, naming file, line and reason."""
    folder = sets / which.folder
    return Read(
        _rows(folder / "corpus.jsonl", DocumentRow), _rows(folder / "questions.jsonl", QuestionRow)
    )


def shelve(documents: Sequence[DocumentRow], embed: Embed) -> Shelf:
    """The set's own clauses as a shelf of ours: the page's title and section stand before each."""
    passages = tuple(
        _passage(document, clause) for document in documents for clause in document.clauses
    )
    return Shelf(passages, embed([in_context(passage) for passage in passages]))


def _passage(document: DocumentRow, row: ClauseRow) -> Passage:
    # A file name or an address is no title; a policy's register would give a real one.
    title = document.title if " " in document.title else ""
    heading = (row.section,) if row.section else ()
    clause = Clause(row.clause_id, "clause", row.text, Span(0, len(row.text)), heading=heading)
    return Passage(clause, Policy("public", "public", title, document.doc_id), "", "")


Row = TypeVar("Row", bound=BaseModel)


def _rows(path: Path, kind: type[Row]) -> tuple[Row, ...]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise GoldError(f"{path}: cannot be read ({error.strerror}).") from error
    return tuple(_row(path, number, line, kind) for number, line in enumerate(lines, 1) if line)


def _row(path: Path, number: int, line: str, kind: type[Row]) -> Row:
    parse: Callable[[str], Any] = json.loads
    try:
        return kind.model_validate(parse(line))
    except (json.JSONDecodeError, ValidationError) as error:
        why = str(error).splitlines()[0]
        raise GoldError(f"{path}, line {number}: {why}.") from error
