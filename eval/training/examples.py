"""Training questions as the product meets them: over the clauses of a school, small or large."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.asking import Asked, understand
from assistant.learned import Learned
from assistant.retrieve import FEATURES, Candidate, Ranker, queries
from eval.training import data
from eval.training.data import Lesson
from ingest.embedding import Embedder
from ingest.index import Shelf

Array = NDArray[np.float64]

_FOREIGN = 3  # every so many questions are also put to policies on other subjects


@dataclass(eq=False)
class Example:
    """One question over the clauses of a few policies, its own among them or not."""

    asked: Asked
    told: data.Asked
    ranker: Ranker
    table: Array  # (clauses, features)
    governs: NDArray[np.bool_]
    verdict: str
    ranked: list[Candidate] = None  # type: ignore[assignment]  # set once weights are known


def examples(some: Sequence[Lesson], embedder: Embedder, *beside: int) -> Iterator[Example]:
    """Every question over its own policy and some beside it, and a third over others alone.

    `beside` says how many policies stand beside a question's own; the questions take turns.
    """
    vectors = {lesson.policy_id: embedder.embed(lesson.texts) for lesson in some}
    for n, lesson in enumerate(some):
        others = [other for other in some if other.writer != lesson.writer] or [
            other for other in some if other is not lesson
        ]
        rankers = [
            _rankers(lesson, _beside(others, n * many, many), vectors, embedder.model.name)
            for many in beside
        ]
        asked = [understand(q.text, q.history, q.role) for q in lesson.questions]  # type: ignore[arg-type]
        texts = [text for a in asked for text in queries(a, embedder.model.name)]
        pairs = embedder.embed(texts).reshape(len(asked), 2, -1)
        for place, (told, a, pair) in enumerate(zip(lesson.questions, asked, pairs, strict=True)):
            ranker, foreign = rankers[place % len(rankers)]
            table = ranker.features(a, pair).astype(np.float64)
            governs = np.zeros(len(table), bool)
            governs[list(told.governs)] = True
            yield Example(a, told, ranker, table, governs, told.verdict)
            if foreign is not None and place // len(rankers) % _FOREIGN == 0:
                table = foreign.features(a, pair).astype(np.float64)
                none = np.zeros(len(table), bool)
                yield Example(a, replace(told, governs=()), foreign, table, none, "not_covered")


def _beside(others: list[Lesson], start: int, many: int) -> list[Lesson]:
    start %= len(others)
    return (others + others)[start : start + min(many, len(others))]


def _rankers(
    lesson: Lesson, shelf: list[Lesson], vectors: dict[str, Any], model: str
) -> tuple[Ranker, Ranker | None]:
    """Of the policy with those beside it, and of those alone."""
    foreign = _ranker(shelf, vectors, model) if shelf else None
    return _ranker([lesson, *shelf], vectors, model), foreign


def _ranker(some: Sequence[Lesson], vectors: dict[str, Any], model: str) -> Ranker:
    passages = tuple(p for lesson in some for p in lesson.passages)
    rows = np.concatenate([vectors[lesson.policy_id] for lesson in some])
    return Ranker(Shelf(passages, rows), model)


def rank(example: Example, weights: Array) -> list[Candidate]:
    """The example's clauses as the product would rank them, nobody having read them again."""
    scores = example.table @ weights
    ranker = example.ranker
    return [
        Candidate(
            ranker.shelf.passages[i],
            float(scores[i]),
            example.table[i].astype(np.float32),
            ranker.bindings[i],
        )
        for i in np.argsort(-scores, kind="stable")
    ]


def weights_of(made: Learned) -> Array:
    """Of the features, in their order."""
    return np.array([made.ranking[name] for name in FEATURES])


def answers(e: Example, candidate: Candidate) -> bool:
    """Whether a clause governs the question."""
    return bool(e.governs[e.ranker.places[candidate.passage.clause.id]])
