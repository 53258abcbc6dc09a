"""Headings: how the looks of those paragraphs that stand out rank in the document."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pdf.layout import Entry
from ingest.pdf.looks import LONGEST, Body, Look, Passage, find_passages
from ingest.pdf.titles import find_titles

_DEEPEST = 6
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,3})*[.):]?\s+\w")

_Group = tuple[Look, int]  # with the depth of its numbers, where a look has several


@dataclass(frozen=True, slots=True)
class Ranks:
    """For each entry: its heading level (0: surely none), and whether it is the title."""

    levels: list[int | None]
    titles: frozenset[int]


def rank(entries: Sequence[Entry], begins: Sequence[bool | None], body: Body) -> Ranks:
    """Levels from 1, outermost, by size, weight and number; None where looks say nothing."""
    passages = find_passages(entries, begins, body)
    titles = find_titles(passages, entries, body)
    headings = [p for p in passages if p.key is not None and p.first not in titles]
    groups = _group(headings)
    order = _order(headings, groups)
    levels: list[int | None] = [None] * len(entries)
    styled = len(headings) >= 2
    for p in passages:
        level: int | None = None
        if p.first in titles:
            continue
        if p.key is not None:
            level = p.tag or order[groups[p.first]]
        elif _is_surely_body(p, entries, body, styled):
            level = 0
        for place in range(p.first, p.last):
            levels[place] = level
    inside = {place for p in passages if p.first in titles for place in range(p.first, p.last)}
    return Ranks(levels, frozenset(inside))


def _group(headings: Sequence[Passage]) -> dict[int, _Group]:
    """The group of each heading, by its first entry; looks with several depths are parted."""
    depths: dict[Look, set[int]] = defaultdict(set)
    for p in headings:
        if p.key is not None and p.depth:
            depths[p.key].add(p.depth)
    groups: dict[int, _Group] = {}
    for p in headings:
        if p.key is not None:
            parted = len(depths[p.key]) > 1
            groups[p.first] = p.key, (p.depth or min(depths[p.key])) if parted else 0
    return groups


def _order(headings: Sequence[Passage], groups: dict[int, _Group]) -> dict[_Group, int]:
    """Level of each look, and of each depth of numbering within it."""
    first: dict[_Group, int] = {}
    depths: dict[_Group, Counter[int]] = defaultdict(Counter)
    for p in headings:
        group = groups[p.first]
        first.setdefault(group, p.first)
        depths[group][p.depth] += 1

    def usual(group: _Group) -> int:
        return depths[group].most_common(1)[0][0]

    def weight(group: _Group) -> tuple[float, bool, bool, bool, bool, int, int]:
        key = group[0]
        return (
            -key.size,
            not key.caps,
            not key.bold,
            key.italic,
            not key.underlined,
            usual(group),
            first[group],
        )

    ordered = sorted(first, key=weight)
    levels: dict[_Group, int] = {}
    tags = _usual_tags(headings, groups)
    outer = 0
    for level, group in enumerate(ordered, 1):
        # Looks that the file's own tags rank have that rank; others stand below the one before.
        outer = tags.get(group, outer)
        levels[group] = min(outer + (group not in tags) if tags else level, _DEEPEST)
    if tags:
        return levels
    # Numbers say more than looks: "1.1" stands below "1." however large it is.
    by_depth: dict[int, int] = {}
    for group in ordered:
        if depth := usual(group):
            by_depth[depth] = min(by_depth.get(depth, 99), levels[group])
    for group in ordered:
        if depth := usual(group):
            above = [by_depth[d] for d in by_depth if d < depth]
            floor = max(above, default=0) + 1
            levels[group] = min(max(by_depth[depth], floor), _DEEPEST)
            by_depth[depth] = levels[group]
    return levels


def _usual_tags(headings: Sequence[Passage], groups: dict[int, _Group]) -> dict[_Group, int]:
    """The level that a tagged PDF gives most headings of each look."""
    told: dict[_Group, Counter[int]] = defaultdict(Counter)
    for p in headings:
        if p.tag:
            told[groups[p.first]][p.tag] += 1
    return {group: counts.most_common(1)[0][0] for group, counts in told.items()}


def _is_surely_body(p: Passage, entries: Sequence[Entry], body: Body, styled: bool) -> bool:
    mine = entries[p.first : p.last]
    if any(e.table >= 0 for e in mine) or re.match(r"\W", mine[0].line.label):
        return True
    words = [w for e in mine for w in e.line.words]
    bold = sum(len(w.text) for w in words if w.style.bold)
    letters = sum(len(w.text) for w in words)
    if bold > 0.5 * letters and not body.bold and len(p.text) <= LONGEST:
        return False
    if _NUMBERED.match(p.text) and len(p.text) <= 60 and p.text.rstrip()[-1:] not in ".;,:":
        return False  # "3.1 Reporting", set like a rule, may be either
    long = len(mine) > 2 or len(p.text) > LONGEST
    return styled or long or p.text.rstrip()[-1:] in ".;,"
