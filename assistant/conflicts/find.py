"""Pairs of a school's clauses that may contradict each other, the likeliest first.

Of the clauses in force those that are near in meaning are read in pairs by the judge; its opinion
and a few things that can be seen plainly are weighed together into a chance (`chance.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Quote
from assistant.choosing import Chosen
from assistant.conflicts.chance import Kind, chance_of, kind_of, weighed
from assistant.conflicts.judge import Opines, Step, seen
from assistant.conflicts.near import Rules, near_pairs, rules_of
from assistant.library import Library
from assistant.response import quotes_of
from ingest.documents import Passage, flow
from ingest.policy.register import School

MOST = 60  # pairs of one school that are shown; nobody reads hundreds


@dataclass(frozen=True)
class Conflict:
    """Two clauses that bind the same people and may not both be kept.

    `chance` is the estimated probability that they contradict each other. `quotes` are theirs.
    """

    kind: Kind
    chance: float
    one: Passage
    other: Passage
    quotes: tuple[Quote, Quote]


@dataclass(frozen=True)
class SchoolConflicts:
    """What was found at one school; `clauses` and `pairs` are how many were looked at.

    `more` is how many pairs were flagged beyond the likeliest MOST.
    """

    school: School
    found: tuple[Conflict, ...]
    clauses: int
    pairs: int
    more: int = 0
    warnings: tuple[str, ...] = ()  # what could not be checked, in sentences


@dataclass(frozen=True)
class Flagged:
    """Places of two clauses among the rules of a school, and what is made of them."""

    pair: tuple[int, int]
    kind: Kind
    chance: float


def find_conflicts(
    library: Library,
    school: School,
    judge: Opines,
    as_of: dt.date,
    step: Step = lambda _done, _all: None,
) -> SchoolConflicts:
    """A school's own clauses against each other and against those of its trust that bind it."""
    rules = rules_of(library, school.key, as_of)
    pairs = near_pairs(rules)
    found: list[Conflict] = []
    warnings: list[str] = []
    every = flag(rules, pairs, judge, step)
    for flagged in every[:MOST]:
        one, other = (rules.passages[n] for n in flagged.pair)
        quotes = [
            made
            for n in flagged.pair
            for made in quotes_of(
                library, [Chosen(rules.passages[n], "rule", rules.bindings[n], flagged.chance)]
            )
        ]
        if len(quotes) == 2:
            conflict = Conflict(flagged.kind, flagged.chance, one, other, (quotes[0], quotes[1]))
            found.append(conflict)
        else:
            warnings.append(
                f"Clauses of “{flow(one.policy.title)}” or “{flow(other.policy.title)}” could not "
                "be checked against the stored document; run `verse ingest` to rebuild the index."
            )
    more = max(0, len(every) - MOST)
    warned = tuple(dict.fromkeys(warnings))
    return SchoolConflicts(school, tuple(found), rules.own, len(pairs), more, warned)


def flag(
    rules: Rules,
    pairs: Sequence[tuple[int, int]],
    judge: Opines,
    step: Step = lambda _done, _all: None,
) -> list[Flagged]:
    """Those pairs that may well contradict each other, the likeliest first."""
    texts = [seen(passage) for passage in rules.passages]
    opinions = judge.opinions([(texts[one], texts[other]) for one, other in pairs], step)
    found = []
    for pair, opinion in zip(pairs, opinions, strict=True):
        chance = chance_of(rules, pair, opinion)
        if chance >= weighed().threshold:
            found.append(Flagged(pair, kind_of(rules, pair), chance))
    return sorted(found, key=lambda flagged: (-flagged.chance, flagged.pair))
