"""Vectors of passages: what an earlier generation embedded is not embedded again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ingest.documents import Passage
from ingest.embedding import Embedder, Vectors
from ingest.home import IndexDamaged
from ingest.index import Index, in_context

# steps so far, steps in all, what is being done
Progress = Callable[[int, int, str], None]


def vectors_of(
    passages: list[Passage], previous: Index | None, embedder: Embedder, say: Progress
) -> tuple[Vectors, int]:
    """Shape (passages, dimensions), and how many texts were new to the index."""
    known: dict[str, Vectors] = {}
    if previous is not None and previous.manifest.model_sha256 == embedder.model.sha256:
        for school in previous.schools:
            for status in ("current", "superseded"):
                try:
                    shelf = previous.shelf(school.key, status)
                except IndexDamaged:
                    continue
                known.update(zip(shelf.texts, shelf.vectors, strict=True))
    texts = [in_context(passage) for passage in passages]
    new = sorted(set(texts) - known.keys())
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        say(done, len(new), "embedding")

    say(0, len(new), "embedding")
    known.update(zip(new, embedder.embed(new, count), strict=True))
    if not texts:
        return np.zeros((0, 0), np.float32), 0
    return np.stack([known[text] for text in texts]).astype(np.float32), len(new)
