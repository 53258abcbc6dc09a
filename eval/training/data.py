"""The training files: policies, questions, and who may see which."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ingest.documents import Clause, Passage, Policy, Span
from ingest.index import in_context

DATA = Path(__file__).parent / "data"
HELD_OUT = "h4"  # its policies and questions only ever measure


@dataclass(frozen=True)
class Asked:
    """One question; `governs` are positions among its policy's clauses, none where it is silent."""

    qid: str
    text: str
    role: str
    history: tuple[str, ...]
    verdict: str
    governs: tuple[int, ...]
    supports: tuple[int, ...]


@dataclass(frozen=True)
class Lesson:
    """A policy with all questions that were put to it."""

    policy_id: str
    passages: tuple[Passage, ...]
    questions: tuple[Asked, ...]

    @property
    def writer(self) -> str:
        return self.policy_id.split("-")[0]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Each clause as it is embedded."""
        return tuple(in_context(passage) for passage in self.passages)


def lessons(folder: Path = DATA) -> list[Lesson]:
    """Every policy of the training files with its questions."""
    questions: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(folder, "questions"):
        questions.setdefault(row["policy_id"], []).append(row)
    return [_lesson(record, questions[record["policy_id"]]) for record in _rows(folder, "policies")]


def _rows(folder: Path, what: str) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob(f"*{what}.jsonl")):
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _lesson(record: dict[str, Any], rows: list[dict[str, Any]]) -> Lesson:
    place = {clause["clause_id"]: n for n, clause in enumerate(record["clauses"])}
    return Lesson(
        record["policy_id"],
        tuple(passage(record, clause) for clause in record["clauses"]),
        tuple(
            Asked(
                row["qid"],
                row["question"],
                row["role"] or "staff",
                tuple(row["history"]),
                row["verdict"],
                tuple(place[id] for id in row["evidence"]),
                tuple(place[id] for id in row["supporting"]),
            )
            for row in rows
        ),
    )


def passage(record: dict[str, Any], clause: dict[str, Any]) -> Passage:
    """A clause of a training policy as the index would hold it."""
    lead = clause["lead_in"]
    made = Clause(
        clause["clause_id"],
        "clause",
        clause["text"],
        Span(0, len(clause["text"])),
        clause["number"],
        tuple(clause["heading"]),
        lead,
        Span(0, len(lead)) if lead else None,
    )
    policy = Policy(record["school"], record["school"], record["title"], record["policy_id"])
    return Passage(made, policy, "", "")
