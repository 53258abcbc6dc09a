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
HELD_OUT = "h4"  # this writer's policies and questions only ever measure
# These teach no model: what stands on the models is fitted on them.
FITTED = (
    "h1-p6 h3-p4 h6-p2 k1-p14 k2-p1 k2-p5 k3-p14 k3-p5 k4-p14 k5-p1 k5-p5 k6-p5 k7-p5 k8-p5 k9-p5"
).split()


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
class Bound:
    """How a clause binds, as a person read it; whom, when it does, and what it takes out."""

    modality: str
    whom: frozenset[str]
    conditional: bool
    excepts: bool


@dataclass(frozen=True)
class Lesson:
    """A policy with all questions that were put to it; few of its clauses have a binding."""

    policy_id: str
    passages: tuple[Passage, ...]
    questions: tuple[Asked, ...]
    bindings: tuple[Bound | None, ...] = ()

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
    bound = {row["clause_id"]: _bound(row) for row in _rows(folder, "bindings")}
    return [
        _lesson(record, questions[record["policy_id"]], bound)
        for record in _rows(folder, "policies")
    ]


def split(everything: list[Lesson]) -> tuple[list[Lesson], list[Lesson], list[Lesson]]:
    """Policies to teach, to fit weights and chances on, and to measure on: never two of them."""
    measured = [lesson for lesson in everything if lesson.writer == HELD_OUT]
    fitted = [lesson for lesson in everything if lesson.policy_id in FITTED]
    aside = {lesson.policy_id for lesson in (*measured, *fitted)}
    return [lesson for lesson in everything if lesson.policy_id not in aside], fitted, measured


def _rows(folder: Path, what: str) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob(f"*{what}.jsonl")):
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _bound(row: dict[str, Any]) -> Bound:
    whom = frozenset(row["bound"])
    return Bound(row["modality"], whom, bool(row["condition"]), bool(row["exception"]))


def _lesson(record: dict[str, Any], rows: list[dict[str, Any]], bound: dict[str, Bound]) -> Lesson:
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
        tuple(bound.get(clause["clause_id"]) for clause in record["clauses"]),
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
