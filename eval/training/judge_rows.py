"""What teaches the judge of contradictions: rows of two texts and what they are to each other."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.conflicts.judge import Judge, seen
from assistant.modality import bind
from eval.training.clashes import CONTRADICTS, NEITHER, SAME
from eval.training.data import DATA, lessons, passage
from ingest.embedding import TUNED, open_embedder

NOT_SAME, NO_CLASH = 3, 4  # labels that leave open which of two it is
HELD = 6  # one hand-written group in so many teaches nothing: the weights are fitted on it

_SURE = frozenset(
    "negation number time_limit condition_dropped exception_dropped exception_invented".split()
)  # changes of a sentence that make it contradict its clause
_SPARE = ("stricter", "different-thing", "definition", "should-must")
_LONG = 120  # characters of a hand-written clause
_NEAREST = 4
_MOST = 430  # characters of both neighbours: longer pairs teach no more and take long


@dataclass(frozen=True)
class Row:
    """Two texts as the judge sees them, what they are to each other, and how much that counts."""

    one: str
    other: str
    label: int
    weight: float = 1.0


def nli(folder: Path) -> list[Row]:
    """Captions and what follows from them, or not."""
    labels = {"contradiction": CONTRADICTS, "entailment": SAME, "neutral": NEITHER}
    return [
        Row(row["premise"], row["hypothesis"], labels[row["label"]])
        for path in sorted(folder.glob("snli_*.jsonl"))
        for row in _lines(path)
        if row["label"] in labels
    ]


def by_hand(rng: random.Random | None = None) -> list[Row]:
    """Each clause with what was written against it and beside it, less the groups kept apart.

    With `rng` half of the short clauses get another sentence of their group beside them, and long
    ones count for more: policies speak at length.
    """
    rows = []
    for number, group in enumerate(_lines(DATA / "clashes.jsonl")):
        if number % HELD == HELD - 1:
            continue
        clause, long = _shown(group["clause"]), len(group["clause"]["text"]) > _LONG
        weight = 3.0 if long and rng else 2.0
        spare = [o["text"] for o in group["others"] if o["type"] in _SPARE]
        alike = [_shown(o) for o in group["others"] if o["type"] == "paraphrase"]
        for other in group["others"]:
            clash, same = other["label"] == "contradiction", other["type"] == "paraphrase"
            label = CONTRADICTS if clash else SAME if same else NEITHER
            rows.append(Row(clause, _shown(other), label, weight))
            more = [text for text in spare if text != other["text"]]
            if rng and more and not same and not long and rng.random() < 0.5:
                said = f"{clause} {rng.choice(more)}"
                rows.append(Row(said, _shown(other), label, weight))
            if not same:
                rows += [Row(text, _shown(other), label) for text in alike]
    return rows


def neighbours() -> list[Row]:
    """Clauses of different schools that are near in meaning, labelled as if of one school."""
    clauses = {p.clause.id: seen(p) for lesson in lessons() for p in lesson.passages}
    return [
        Row(
            clauses[row["a"]],
            clauses[row["b"]],
            CONTRADICTS if row["label"] == "contradiction" else NO_CLASH,
            2.0,
        )
        for row in _lines(DATA / "neighbours.jsonl")
    ]


def sentences(rng: random.Random, most: int) -> list[Row]:
    """What true and untrue sentences are to the clauses that they are about."""
    policies = [p for path in DATA.glob("*policies.jsonl") for p in _lines(path)]
    clauses = {c["clause_id"]: passage(p, c) for p in policies for c in p["clauses"]}
    rows = []
    for row in _lines(DATA / "sentences.jsonl"):
        clause, said = clauses[row["clause_id"]].clause.reading, row["sentence"]
        label = NOT_SAME
        if row["faithful"]:
            label = SAME
        elif row["change"] in _SURE:
            label = CONTRADICTS
        elif row["change"] == "modality":
            both = {bind(clause).modality, bind(said).modality}
            frees = "permission" in both and both & {"prohibition", "advice_against"}
            label = CONTRADICTS if frees else NOT_SAME
        rows.append(Row(clause, said, label, 0.5 if label == NOT_SAME else 1.0))
    rng.shuffle(rows)
    return rows[:most]


def beside(home: Path, rng: random.Random, judge: Judge, most: int) -> list[Row]:
    """Near clauses of one policy: those that a judge of the first round flags, and some others."""
    embedder = open_embedder(home, TUNED, export=True)
    pairs: dict[tuple[str, str], None] = {}
    for lesson in lessons():
        vectors = embedder.embed(list(lesson.texts))
        alike = vectors @ vectors.T
        np.fill_diagonal(alike, -1)
        for one, order in enumerate(np.argsort(-alike, axis=1)[:, :_NEAREST]):
            for other in order.tolist():
                first, second = (seen(lesson.passages[n]) for n in sorted((one, other)))
                if len(first) + len(second) < _MOST:
                    pairs[first, second] = None
    some = rng.sample(list(pairs), min(len(pairs), 3 * most))
    odds = [opinion.contradicts for opinion in judge.opinions(some)]
    order = sorted(range(len(some)), key=lambda n: -odds[n])
    places = [*order[: most * 3 // 4], *order[-(most // 4) :]]
    return [Row(some[n][0], some[n][1], NO_CLASH) for n in places]


def _shown(side: dict[str, str]) -> str:
    return f"{side['policy']} | {side['lead_in']} {side['text']}".replace("|  ", "| ")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
