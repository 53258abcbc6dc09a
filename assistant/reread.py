"""The first passages of a ranking read again, with the question, by the trained reader."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.asking import Asked
from assistant.learned import Learned
from assistant.reader import Judgement, Reader
from assistant.retrieve import FEATURES, Candidate, query
from ingest.documents import Passage
from ingest.index import in_context

AGAIN = ("meaning", "meaning_plain", "coverage", "words")  # features weighed anew beside them
_COLUMNS = [FEATURES.index(name) for name in AGAIN]
DEPTH = 12  # passages; docs/reader.md has the curve of quality against time


def reread(
    reader: Reader, asked: Asked, ranked: Sequence[Candidate], learned: Learned, depth: int = DEPTH
) -> list[Candidate]:
    """The same passages, the first of them with the reader's judgement and in its order."""
    first, rest = ranked[:depth], ranked[depth:]
    judged = reader.judge(query(asked), [in_context(c.passage) for c in first])
    read = [c._replace(judgement=j) for c, j in zip(first, judged, strict=True)]
    return reorder([*read, *rest], learned)


def reread_lines(
    reader: Reader, asked: Asked, passage: Passage, lines: Sequence[str]
) -> list[Judgement]:
    """Each line judged as if it were the whole clause."""
    return reader.judge(query(asked), [in_context(passage, line) for line in lines])


def reorder(ranked: Sequence[Candidate], learned: Learned) -> list[Candidate]:
    """By the first score, the reader's odds and some features; what was not read stays behind."""
    prior, governs = learned.reread["prior"], learned.reread["governs"]
    first = [c for c in ranked if c.judgement is not None]
    rest = [c for c in ranked if c.judgement is None]
    added = np.array([learned.reread.get(name, 0.0) for name in AGAIN], np.float32)

    def score(c: Candidate) -> float:
        return prior * c.score + float(c.features[_COLUMNS] @ added)

    again = [c._replace(score=score(c) + governs * c.judgement.governs) for c in first]  # type: ignore[union-attr]
    again.sort(key=lambda candidate: -candidate.score)
    gap = min(0.0, again[-1].score - max(map(score, rest))) if again and rest else 0.0
    return [*again, *(c._replace(score=score(c) + gap) for c in rest)]
