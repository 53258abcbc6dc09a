"""Fit how the judge's opinion and a few plain cues add up to the chance of a contradiction.

    python -m eval.training.weigh [--home DIR] [--write]

The weights on the hand-written pairs that taught the judge nothing (`data/clashes.jsonl`, one group
in six); the chance from which a pair is shown on the dev schools of `eval/contradictions`, where
precision and recall are nearest each other. Without --write it only prints. What is then measured
on the test schools goes into the weights' file as well, for the pages that tell how sure they
are.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.bindings import bindings_of
from assistant.conflicts import chance
from assistant.conflicts.judge import Judge, seen
from assistant.conflicts.near import Rules
from eval.contradictory import chances, find, read_set, scores
from eval.training.data import DATA
from eval.training.fit import fit_logistic
from eval.training.judge_rows import HELD
from ingest.documents import Clause, Passage, Policy, Span
from ingest.embedding import TUNED, Embedder, open_embedder
from ingest.index import Shelf, in_context

CUES = ("contradicts", "same", "at odds", "agreed", "opposite", "other people")
# Whoever writes a policy seldom contradicts it; by hand, for the pairs that the other weights are
# fitted on have policies' titles by way of example only.
_ONE_POLICY = -1.5
_PENALTY = 8.0  # two hundred pairs are few
_TOLD = ("precision", "recall", "shown precision", "shown recall", "whole precision")

Floats = NDArray[np.float64]


def held_out() -> tuple[tuple[Passage, ...], list[tuple[int, int]], list[bool]]:
    """Clauses, pairs of their places, and which pairs contradict each other."""
    passages: list[Passage] = []
    pairs: list[tuple[int, int]] = []
    labels: list[bool] = []
    with (DATA / "clashes.jsonl").open(encoding="utf-8") as lines:
        for number, group in enumerate(map(json.loads, lines)):
            if number % HELD != HELD - 1:
                continue
            first = len(passages)
            passages.append(_passage(group["clause"], first))
            for other in group["others"]:
                pairs.append((first, len(passages)))
                labels.append(other["label"] == "contradiction")
                passages.append(_passage(other, len(passages)))
    return tuple(passages), pairs, labels


def cues(embedder: Embedder) -> tuple[Floats, NDArray[np.bool_]]:
    """A row of CUES a held-out pair, and the labels."""
    passages, pairs, labels = held_out()
    shelf = Shelf(passages, embedder.embed([in_context(passage) for passage in passages]))
    rules = Rules(passages, shelf.vectors, tuple(bindings_of(shelf, TUNED)), len(passages))
    texts = [seen(passage) for passage in passages]
    opinions = Judge().opinions([(texts[one], texts[other]) for one, other in pairs])
    found = [chance.cues(rules, p, o) for p, o in zip(pairs, opinions, strict=True)]
    return np.array([[row[name] for name in CUES] for row in found]), np.array(labels)


def fit(rows: Floats, labels: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Weights of the cues, in log-odds a unit, and the bias."""
    weights, bias, mean, spread = fit_logistic(rows, labels.astype(np.float64), _PENALTY)
    units = weights / spread
    return units, float(bias - units @ mean)


def threshold(chances: Floats, labels: NDArray[np.bool_]) -> float:
    """The chance from which pairs are shown: where precision and recall are nearest each other."""
    levels = np.unique(chances)
    apart = []
    for level in levels:
        shown = chances >= level
        right = (shown & labels).sum()
        apart.append(abs(right / shown.sum() - right / labels.sum()))
    return float(levels[int(np.argmin(apart))])


def write(made: dict[str, Any]) -> None:
    chance.PATH.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    chance.weighed.cache_clear()


def main() -> None:
    """Fit, print, and with --write replace the weights and the figures told with them."""
    parser = argparse.ArgumentParser(description=__doc__, prog="eval.training.weigh")
    parser.add_argument("--home", type=Path, default=Path(".verse"), help="for exported models")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    embedder = open_embedder(args.home, TUNED, export=True)
    rows, labels = cues(embedder)
    units, bias = fit(rows, labels)
    made: dict[str, Any] = {
        "cues": {
            **{name: round(float(unit), 4) for name, unit in zip(CUES, units, strict=True)},
            "one policy": _ONE_POLICY,
        },
        "bias": round(bias, 4),
        "threshold": 0.5,
        "measured": {},
    }
    print(f"{len(labels)} held-out pairs, {labels.sum()} contradictions")
    print(json.dumps(made, indent=1))
    if not args.write:
        return
    write(made)
    known, judge = read_set(), Judge()
    dev = chances(known, "dev", embedder, judge)
    made["threshold"] = round(threshold(*dev) - 0.0005, 3)
    write(made)
    figures = scores(known, find(known, embedder, judge), "test")
    made["measured"] = {name: round(figures[name].value, 3) for name in _TOLD}
    write(made)
    print(json.dumps(made, indent=1))


def _passage(side: dict[str, str], number: int) -> Passage:
    lead, text = side["lead_in"], side["text"]
    clause = Clause(
        str(number), "clause", text, Span(0, len(text)), "", (), lead,
        Span(0, len(lead)) if lead else None,
    )  # fmt: skip
    return Passage(clause, Policy("", "", side["policy"], side["policy"]), "", "")


if __name__ == "__main__":
    main()
