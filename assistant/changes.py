"""What differs between two versions of a policy, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from ingest.documents import Passage

ALIKE = 0.55  # of their words in order, from which two clauses are versions of one

ChangeKind = Literal["same", "reworded", "added", "dropped"]


@dataclass(frozen=True)
class Change:
    """A clause then and now; one of the two is None where it was added or dropped."""

    kind: ChangeKind
    old: Passage | None
    new: Passage | None


def compare(old: Sequence[Passage], new: Sequence[Passage]) -> list[Change]:
    """Every clause of both versions once: those of the new in their order, then what was dropped.

    Clauses that are equal pair up first, then the most alike, each with one other.
    """
    before, after = [_words(p) for p in old], [_words(p) for p in new]
    partner = _equal(before, after)
    free = [i for i in range(len(old)) if i not in partner.values()]
    left = [j for j in range(len(new)) if j not in partner]
    likeness = [(_likeness(before[i], after[j]), i, j) for i in free for j in left]
    for share, i, j in sorted(likeness, key=lambda row: (-row[0], abs(row[1] - row[2]))):
        if share >= ALIKE and j not in partner and i not in partner.values():
            partner[j] = i
    made = []
    for j, passage in enumerate(new):
        if j not in partner:
            made.append(Change("added", None, passage))
        else:
            same = before[partner[j]] == after[j]
            made.append(Change("same" if same else "reworded", old[partner[j]], passage))
    kept = set(partner.values())
    return made + [Change("dropped", p, None) for i, p in enumerate(old) if i not in kept]


def _equal(before: Sequence[tuple[str, ...]], after: Sequence[tuple[str, ...]]) -> dict[int, int]:
    """Place in the new version → place in the old, of clauses with the same words, in order."""
    places: dict[tuple[str, ...], list[int]] = {}
    for i, words in enumerate(before):
        places.setdefault(words, []).append(i)
    return {j: places[words].pop(0) for j, words in enumerate(after) if places.get(words)}


def _likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Between 0 and 1; cheap bounds first, since every clause is held against every other."""
    shorter, longer = sorted((len(one), len(other)))
    if 2 * shorter < ALIKE * (shorter + longer):
        return 0.0
    match = SequenceMatcher(None, one, other, autojunk=False)
    return match.ratio() if match.quick_ratio() >= ALIKE else 0.0


def _words(passage: Passage) -> tuple[str, ...]:
    """What the clause says, whatever its punctuation, case and line breaks."""
    return tuple(re.findall(r"[^\W_]+", re.sub("['’]", "", passage.clause.reading.lower())))
