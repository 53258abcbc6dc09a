"""Quality of the reader against its time: how many clauses it reads, and in which numbers.

    python -m eval.training.cost [HOME]

Prints a table for docs/reader.md. Time is a question's reading over the embedding of that question,
both in this process, one after the other; quality is over all unseen policies as one school.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from assistant.learned import learned
from assistant.network import export
from assistant.reader import WEIGHTS, Reader
from assistant.reread import reread
from assistant.retrieve import query
from eval.training import data
from eval.training.cells import share_of
from eval.training.examples import Example, examples, rank, weights_of
from ingest.embedding import TUNED, Embedder, open_embedder
from ingest.index import in_context

DEPTHS = (2, 4, 8, 12, 16, 24, 32)
_TIMED = 60  # questions


def main() -> int:
    """Print the table."""
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(".verse")
    _, _, lessons = data.split(data.lessons())
    embedder = open_embedder(home, TUNED, export=True)
    asked = [e for e in examples(lessons, embedder, len(lessons) - 1) if e.told.governs]
    print("| numbers | clauses read | first clause right | time of embedding a question, × |")
    print("|---|--:|--:|--:|")
    print(f"| none | 0 | {_first(asked, None, 0)} | 0 |")
    with tempfile.TemporaryDirectory() as aside:
        for name, whole in (("int8", True), ("float32", False)):
            folder = Path(aside) / name
            export(WEIGHTS, folder, whole)
            reader = Reader(folder)
            for depth in DEPTHS:
                spent = _time(asked[:: len(asked) // _TIMED], reader, embedder, depth)
                print(
                    f"| {name} | {depth} | {_first(asked, reader, depth)} | {spent:.1f} |",
                    flush=True,
                )
    return 0


def _first(asked: list[Example], reader: Reader | None, depth: int) -> str:
    made = learned("tuned+reader")
    right = []
    for e in asked:
        ranked = rank(e, weights_of(made))
        if reader is not None:
            ranked = reread(reader, e.asked, ranked, made, depth)
        right.append(bool(e.governs[e.ranker.places[ranked[0].passage.clause.id]]))
    return share_of(right)


def _time(asked: list[Example], reader: Reader, embedder: Embedder, depth: int) -> float:
    """The median over questions of one ratio each."""
    made = learned("tuned+reader")
    ratios = []
    for e in asked:
        ranked = rank(e, weights_of(made))[:depth]
        clauses = [in_context(c.passage) for c in ranked]
        text = query(e.asked)
        spent = _seconds(lambda t=text, c=clauses: reader.judge(t, c))  # type: ignore[misc]
        ratios.append(spent / _seconds(lambda t=text: embedder.embed([t])))  # type: ignore[misc]
    return float(np.median(ratios))


def _seconds(action: Callable[[], object]) -> float:
    """The least of three."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return min(times)


if __name__ == "__main__":
    raise SystemExit(main())
