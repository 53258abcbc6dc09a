"""How well clauses are read as binding: against labels by hand, in `eval/labelled`.

    python -m eval.bindings [--home DIR] [--misses]

Prints precision, recall and F1 of each modality on the open two thirds and on the third that is
held out and never looked at; `--misses` lists clauses of the open part alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.table import Table

from assistant.answer import MODALITIES
from assistant.bindings import bindings_of, by_words
from eval.intervals import draws, interval
from eval.sums import macro_f1
from eval.tables import wide_console
from ingest.documents import Clause, Passage, Policy, Span
from ingest.embedding import TUNED, open_embedder
from ingest.index import Shelf, in_context

LABELS = Path(__file__).parent / "labelled" / "clauses.jsonl"


@dataclass(frozen=True)
class Labelled:
    """A clause and what two people made of it."""

    n: int
    passage: Passage
    modality: str
    bound: frozenset[str]

    @property
    def held_out(self) -> bool:
        return self.n % 3 == 2


def labelled(path: Path = LABELS) -> list[Labelled]:
    """All labelled clauses."""
    return [_labelled(json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def _labelled(row: dict[str, object]) -> Labelled:
    text, lead = str(row["text"]), str(row["lead_in"])
    span = Span(0, len(lead)) if lead else None
    heading = tuple(map(str, row["heading"]))  # type: ignore[call-overload]
    clause = Clause("", "clause", text, Span(0, len(text)), "", heading, lead, span)
    title = Path(str(row["source"])).stem.replace("-", " ")
    passage = Passage(clause, Policy("", "", title, str(row["source"])), "", "")
    bound = frozenset(map(str, row["bound"]))  # type: ignore[call-overload]
    return Labelled(int(str(row["n"])), passage, str(row["modality"]), bound)


def counts(pairs: Sequence[tuple[str, str]]) -> np.ndarray:
    """Hits, said and told of every modality, a row a clause."""
    return np.array(
        [
            [float(x) for m in MODALITIES for x in (said == told == m, said == m, told == m)]
            for said, told in pairs
        ]
    )


def table(pairs: Sequence[tuple[str, str]], title: str) -> Table:
    """Precision, recall and F1 of every modality, and their mean with its interval."""
    rows = counts(pairs)
    hits, said, told = rows.sum(axis=0).reshape(-1, 3).T
    made = Table(title=title, box=None)
    for head in ("modality", "precision", "recall", "F1", "clauses"):
        made.add_column(head, justify="left" if head == "modality" else "right")
    for k, name in enumerate(MODALITIES):
        cells = (hits[k] / max(said[k], 1), hits[k] / max(told[k], 1))
        f1 = 2 * hits[k] / max(said[k] + told[k], 1)
        made.add_row(name, *(f"{c:.2f}" for c in (*cells, f1)), f"{told[k]:.0f}")
    low, high = interval(macro_f1(rows, draws(len(rows))))
    mean = float(macro_f1(rows, np.ones((1, len(rows))))[0])
    right = np.mean([said == told for said, told in pairs])
    made.add_row("macro-F1", "", "", f"{mean:.2f} ({low:.2f}–{high:.2f})", f"{len(pairs)}")
    made.add_row("right", "", "", f"{right:.2f}", "")
    return made


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="eval.bindings", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".verse"), help="for exported models")
    parser.add_argument("--misses", action="store_true", help="list the open part's")
    args = parser.parse_args()
    everything = labelled()
    embedder = open_embedder(args.home, TUNED, export=True)
    passages = tuple(one.passage for one in everything)
    shelf = Shelf(passages, embedder.embed([in_context(p) for p in passages]))
    console = wide_console()
    for how, found in (
        ("rules alone", [by_words(p) for p in passages]),
        ("rules and the trained head", bindings_of(shelf, TUNED)),
    ):
        for part in ("open", "held out"):
            pairs = [
                (binding.modality, one.modality, one)
                for binding, one in zip(found, everything, strict=True)
                if one.held_out == (part == "held out")
            ]
            console.print(table([pair[:2] for pair in pairs], f"{how}, {part}"))
            if args.misses and part == "open":
                for said, told, one in pairs:
                    if said != told:
                        print(f"{one.n} {said}, not {told}: {one.passage.clause.reading[:160]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
