"""How well contradictions are found: sixty planted among the clauses of six invented schools.

    verse eval contradictions [--home DIR] [--json]

Every school's clauses are compared as the Governors place compares them. A planted pair that is
shown is found; an innocent pair that is shown is a false alarm. `eval/contradictions/README.md`
says how the set was written, and which of it is dev (looked into) and test (only ever measured).
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from assistant.bindings import bindings_of
from assistant.conflicts.chance import chance_of
from assistant.conflicts.find import flag
from assistant.conflicts.judge import Judge, seen
from assistant.conflicts.near import Rules, near_pairs
from eval.intervals import draws, interval
from eval.tables import wide_console
from ingest.documents import Clause, IngestError, Passage, Policy, Span
from ingest.embedding import TUNED, Embedder, open_embedder
from ingest.index import Shelf, in_context

SET = Path(__file__).parent / "contradictions"
DEV = ("ostlebridge", "pennywick")  # schools, with their trust, whose failures may be looked into
Part = Literal["dev", "test", "all"]
Names = frozenset[str]  # the ids of two clauses


@dataclass(frozen=True)
class Pair:
    """Two clauses by their ids, as labelled by hand; `school` is the one that is not a trust."""

    ids: Names
    school: str
    contradiction: bool
    type: str


@dataclass(frozen=True)
class Set:
    """The labelled set: every clause by its id, the pairs, and those that count for neither."""

    passages: dict[str, Passage]
    pairs: tuple[Pair, ...]
    grey: frozenset[Names]
    trusts: dict[str, str | None]  # school's key → its trust's, None where it has none

    @cached_property
    def schools(self) -> tuple[str, ...]:
        """Those that have policies and are no trust."""
        whose = dict.fromkeys(p.policy.school for p in self.passages.values())
        return tuple(key for key in whose if key not in self.trusts.values())

    def of(self, part: Part) -> list[Pair]:
        return [p for p in self.pairs if part == "all" or (p.school in DEV) == (part == "dev")]


@dataclass(frozen=True)
class Found:
    """What is shown at the schools: pairs of ids, and how many pairs were read."""

    shown: frozenset[Names]
    near: frozenset[Names]
    judged: dict[Names, bool]  # every labelled pair → whether it would be shown once it is read
    schools: dict[Names, str]


def read_set(folder: Path = SET) -> Set:
    passages: dict[str, Passage] = {}
    for policy in _rows(folder / "policies.jsonl"):
        for clause in policy["clauses"]:
            passages[clause["clause_id"]] = _passage(policy, clause)
    schools = json.loads((folder / "schools.json").read_text("utf-8"))
    trusts = {s["key"]: s["trust"] for s in schools}
    pairs = []
    for row in _rows(folder / "pairs.jsonl"):
        keys = {passages[row[side]].policy.school for side in ("a", "b")}
        [school] = [key for key in keys if key not in trusts.values()] or list(keys)
        ids = frozenset((row["a"], row["b"]))
        pairs.append(Pair(ids, school, row["label"] == "contradiction", row["type"]))
    grey = frozenset(frozenset((r["a"], r["b"])) for r in _rows(folder / "grey.jsonl"))
    return Set(passages, tuple(pairs), grey, trusts)


def find(known: Set, embedder: Embedder, judge: Judge) -> Found:
    """What the Governors place would show of every school of the set."""
    shown: set[Names] = set()
    near: set[Names] = set()
    judged: dict[Names, bool] = {}
    schools: dict[Names, str] = {}
    for school in known.schools:
        rules, ids = _rules(known, school, embedder)
        pairs = near_pairs(rules)
        listed = [_places(pair, ids) for pair in known.pairs if pair.school == school]
        every = list(dict.fromkeys([*pairs, *listed]))
        flagged = {frozenset(ids[n] for n in one.pair) for one in flag(rules, every, judge)}
        names = [frozenset(ids[n] for n in pair) for pair in pairs]
        near.update(names)
        shown.update(flagged & set(names))
        schools.update(dict.fromkeys(names, school))
        judged.update({p.ids: p.ids in flagged for p in known.pairs if p.school == school})
    return Found(frozenset(shown), frozenset(near), judged, schools)


def chances(
    known: Set, part: Part, embedder: Embedder, judge: Judge
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The chance that each labelled pair of a part contradicts itself, and whether it does."""
    made: list[float] = []
    labels: list[bool] = []
    for school in known.schools:
        pairs = [pair for pair in known.of(part) if pair.school == school]
        rules, ids = _rules(known, school, embedder)
        texts = [seen(passage) for passage in rules.passages]
        places = [_places(pair, ids) for pair in pairs]
        said = judge.opinions([(texts[one], texts[other]) for one, other in places])
        made += [chance_of(rules, *both) for both in zip(places, said, strict=True)]
        labels += [pair.contradiction for pair in pairs]
    return np.array(made), np.array(labels)


def _places(pair: Pair, ids: Sequence[str]) -> tuple[int, int]:
    one, other = sorted(ids.index(id) for id in pair.ids)
    return one, other


def _rules(known: Set, school: str, embedder: Embedder) -> tuple[Rules, list[str]]:
    """A school's clauses, then its trust's, as `conflicts.near.rules_of` has them of an index."""
    owners = [school, *filter(None, [known.trusts[school]])]
    ids = [
        id
        for key in owners
        for id, passage in known.passages.items()
        if passage.policy.school == key
    ]
    passages = tuple(known.passages[id] for id in ids)
    shelf = Shelf(passages, embedder.embed([in_context(passage) for passage in passages]))
    own = sum(passage.policy.school == school for passage in passages)
    return Rules(passages, shelf.vectors, tuple(bindings_of(shelf, TUNED)), own), ids


@dataclass(frozen=True)
class Share:
    """Of how many things how many, with the range it might as well have had."""

    value: float
    low: float
    high: float
    hits: int
    of: int


def share(hits: Sequence[bool]) -> Share:
    """The 95 % interval is the percentile bootstrap's over the things counted."""
    many = np.array(hits, dtype=np.float64)
    if not len(many):
        return Share(float("nan"), float("nan"), float("nan"), 0, 0)
    low, high = interval(draws(len(many)) @ many / len(many))
    return Share(float(many.mean()), low, high, int(many.sum()), len(many))


def scores(known: Set, found: Found, part: Part) -> dict[str, Share]:
    """Precision and recall on the labelled pairs, as judged and as shown, and over all clauses."""
    pairs = known.of(part)
    planted = {p.ids for p in known.pairs if p.contradiction}
    whole = [
        ids in planted
        for ids in sorted(found.shown - known.grey, key=sorted)
        if part == "all" or (found.schools[ids] in DEV) == (part == "dev")
    ]
    return {
        "precision": share([p.contradiction for p in pairs if found.judged[p.ids]]),
        "recall": share([found.judged[p.ids] for p in pairs if p.contradiction]),
        "shown precision": share([p.contradiction for p in pairs if p.ids in found.shown]),
        "shown recall": share([p.ids in found.shown for p in pairs if p.contradiction]),
        "whole precision": share(whole),
        "near": share([p.ids in found.near for p in pairs if p.contradiction]),
    }


_WORDS = {
    "precision": "of labelled pairs that the judge flags, those that contradict",
    "recall": "of pairs that contradict, those that it flags",
    "shown precision": "the same, of pairs that were also found among all clauses",
    "shown recall": "of pairs that contradict, those found and flagged",
    "whole precision": "of all that is shown of a school, those planted",
    "near": "of pairs that contradict, those near enough to be read",
}


def table(made: dict[str, Share], title: str) -> Table:
    shown = Table(title=title, box=None)
    for head in ("figure", "value", "95 %", "pairs", "what it says"):
        shown.add_column(head, justify="right" if head in ("value", "pairs") else "left")
    for name, one in made.items():
        between = f"{one.low:.2f}–{one.high:.2f}"
        shown.add_row(name, f"{one.value:.2f}", between, f"{one.hits}/{one.of}", _WORDS[name])
    return shown


def by_type(known: Set, found: Found, part: Part) -> Table:
    """How many of each type are flagged: of contradictions the more, of innocent ones the fewer."""
    shown = Table(title=f"flagged, by type ({part})", box=None)
    for head in ("label", "type", "flagged"):
        shown.add_column(head)
    pairs = known.of(part)
    for label, kind in sorted({(p.contradiction, p.type) for p in pairs}, reverse=True):
        some = [found.judged[p.ids] for p in pairs if (p.contradiction, p.type) == (label, kind)]
        name = "contradiction" if label else "innocent"
        shown.add_row(name, kind, f"{sum(some)} of {len(some)}")
    return shown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
    parser.add_argument("--misses", action="store_true", help="list the failures of dev alone")


def run(args: argparse.Namespace, _openers: object = None) -> int:
    """Print the figures of the test part, of dev, and of both."""
    home = Path(args.home or os.environ.get("VERSE_HOME") or ".verse")
    known = read_set()
    try:
        found = find(known, open_embedder(home, TUNED, export=True), Judge())
    except IngestError as error:
        print(error)
        return 1
    parts: tuple[Part, ...] = ("test", "dev", "all")
    if getattr(args, "json", False):
        figures = {p: {k: vars(s) for k, s in scores(known, found, p).items()} for p in parts}
        print(json.dumps(figures))
        return 0
    console = wide_console()
    for part in parts:
        console.print(table(scores(known, found, part), f"contradictions, {part}"))
    console.print(by_type(known, found, "all"))
    if args.misses:
        for pair in known.of("dev"):
            if found.judged[pair.ids] != pair.contradiction:
                print("missed" if pair.contradiction else "false", pair.type, *sorted(pair.ids))
    return 0


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _passage(policy: dict[str, Any], clause: dict[str, Any]) -> Passage:
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
    school = policy["school"]
    return Passage(made, Policy(school, school, policy["title"], policy["policy_id"]), "", "")
