"""Which of a school's clauses may speak of the same thing: pairs near in meaning, worth reading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.conflicts.quantities import quantities
from assistant.library import Library, in_force
from assistant.modality import Binding
from ingest.documents import Passage, flow
from ingest.embedding import Vectors

NEAREST = 5  # clauses that each one is held against
ALIKE = 0.3  # cosine from which two clauses may speak of the same thing
_WORDS = 4  # a clause of fewer is a heading that was taken for one
_BLOCK = 512  # rows compared at a time: ten thousand clauses would not fit in memory at once


@dataclass(frozen=True)
class Rules:
    """What holds at one school on one day: its own clauses first, then those of its trust.

    `own` is how many are the school's own; `vectors` has a row a passage.
    """

    passages: tuple[Passage, ...]
    vectors: Vectors
    bindings: tuple[Binding, ...]
    own: int


def rules_of(library: Library, school: str, as_of: dt.date) -> Rules:
    """A school's clauses in force, and those of policies of others that apply to it."""
    owners = [school]
    for key in (s.key for s in library.index.schools):
        if key != school and any(school in p.applies_to for p in library.policies(key)):
            owners.append(key)
    passages: list[Passage] = []
    vectors: list[Vectors] = []
    bindings: list[Binding] = []
    own = 0
    for key in owners:
        policies = library.policies(key)
        valid = {
            p.source
            for p in policies
            if in_force(p, policies, as_of) and (key == school or school in p.applies_to)
        }
        for status in ("current", "superseded"):
            shelf = library.index.shelf(key, status)
            places = [
                n for n, p in enumerate(shelf.passages) if p.policy.source in valid and _rules(p)
            ]
            if not places:
                continue
            passages += [shelf.passages[n] for n in places]
            vectors.append(shelf.vectors[places])
            bindings += [library.binding(key, status, shelf.passages[n]) for n in places]
        if key == school:
            own = len(passages)
    rows = np.concatenate(vectors) if vectors else np.zeros((0, 0), np.float32)
    return Rules(tuple(passages), rows, tuple(bindings), own)


def _rules(passage: Passage) -> bool:
    """A union's advice and an unfilled template are no rules of the school's, nor is "Ladders."."""
    clause = passage.clause
    return clause.origin in ("policy", "guidance") and len(clause.reading.split()) >= _WORDS


def near_pairs(rules: Rules) -> list[tuple[int, int]]:
    """Places of two clauses near in meaning, one of which binds and one of which is the school's.

    The first of the two is the school's own.
    """
    if len(rules.passages) < 2:
        return []
    readings = [flow(p.clause.reading) for p in rules.passages]
    binds = [
        b.modality != "statement" or bool(quantities(text))
        for b, text in zip(rules.bindings, readings, strict=True)
    ]
    found: dict[tuple[int, int], None] = {}
    for one, other in _nearest(rules.vectors):
        pair = (min(one, other), max(one, other))
        worth = pair[0] < rules.own and (binds[one] or binds[other])
        if worth and _may_clash(rules.passages, readings, pair):
            found[pair] = None
    return list(found)


def _nearest(vectors: Vectors) -> Iterator[tuple[int, int]]:
    """Each clause with the NEAREST others."""
    many = min(NEAREST, len(vectors) - 1)
    for start in range(0, len(vectors), _BLOCK):
        alike = vectors[start : start + _BLOCK] @ vectors.T
        alike[np.arange(len(alike)), start + np.arange(len(alike))] = -1.0
        for row, nearest in enumerate(np.argsort(-alike, axis=1)[:, :many]):
            for column in nearest.tolist():
                if alike[row, column] >= ALIKE:
                    yield start + row, column


def _may_clash(passages: Sequence[Passage], readings: Sequence[str], pair: tuple[int, int]) -> bool:
    """False for two items of one list, and for a clause that stands in two documents."""
    one, other = (passages[n] for n in pair)
    lead = one.clause.lead_in_span
    of_one_list = (
        lead is not None
        and lead == other.clause.lead_in_span
        and one.text_sha256 == other.text_sha256
    )
    return not of_one_list and readings[pair[0]] != readings[pair[1]]
