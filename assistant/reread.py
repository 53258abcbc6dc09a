"""The first passages of a ranking read again, with the question, by the trained reader."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.asking import Asked
from assistant.learned import Learned
from assistant.reader import Reader
from assistant.retrieve import Candidate, query
from ingest.index import in_context

DEPTH = 12  # passages; docs/reader.md has the curve of quality against time


def reread(
    reader: Reader, asked: Asked, ranked: Sequence[Candidate], learned: Learned, depth: int = DEPTH
) -> list[Candidate]:
    """The same passages, the first of them with the reader's judgement and in its order."""
    first, rest = ranked[:depth], ranked[depth:]
    judged = reader.judge(query(asked), [in_context(c.passage) for c in first])
    read = [c._replace(judgement=j) for c, j in zip(first, judged, strict=True)]
    return reorder([*read, *rest], learned)


def reorder(ranked: Sequence[Candidate], learned: Learned) -> list[Candidate]:
    """By the first score and the reader's odds; what was not read stays behind, in its order."""
    prior, governs = learned.reread["prior"], learned.reread["governs"]
    first = [c for c in ranked if c.judgement is not None]
    rest = [c for c in ranked if c.judgement is None]
    again = [
        c._replace(score=prior * c.score + governs * c.judgement.governs)  # type: ignore[union-attr]
        for c in first
    ]
    again.sort(key=lambda candidate: -candidate.score)
    gap = min(0.0, again[-1].score - prior * rest[0].score) if again and rest else 0.0
    return [*again, *(c._replace(score=prior * c.score + gap) for c in rest)]
