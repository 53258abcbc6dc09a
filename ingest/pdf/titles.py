"""The title of a document: the largest words on its first page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingest.pdf.layout import Entry
from ingest.pdf.looks import Body, Look, Passage

_SCHOOL = re.compile(
    r"\b(?:school|academy|academies|college|nursery|infants?|juniors?|trust|federation|council)\b",
    re.I,
)


def find_titles(
    passages: Sequence[Passage], entries: Sequence[Entry], body: Body
) -> frozenset[int]:
    """Openings of paragraphs on the first page, larger than any heading that comes back."""
    often = Counter(p.key for p in passages if p.key is not None)
    cover: list[Passage] = []
    for p in passages:
        if entries[p.first].page > entries[0].page or _is_prose(p):
            break
        if p.key is not None and (p.depth or p.tag or often[p.key] > 3):
            break
        if entries[p.first].table >= 0 and any(q.key for q in cover):
            break
        cover.append(p)
    known = {p.first for p in cover}
    again = {p.key for p in passages if p.first not in known}
    later = [key.size for key in again if key is not None]
    floor = max(max(later, default=0.0), body.size * 1.15)
    largest = max((p.key.size for p in cover if p.key), default=0.0)
    if largest <= floor:
        return frozenset()
    # Smaller ones may be headings of the first section: those are followed by its text.
    after = {p.first: following for p, following in pairwise(passages)}
    return frozenset(
        p.first
        for p in cover
        if p.key
        and (
            p.key.size == largest
            or (p.key not in again and len(p.text) <= 60 and _SCHOOL.search(p.text))
            or (p.key not in again and _heads_cover(after.get(p.first), known, again))
        )
    )


def _heads_cover(following: Passage | None, known: set[int], again: set[Look | None]) -> bool:
    """True where a line of the cover or a heading comes next, and no text of a section."""
    if following is None:
        return False
    heads = following.key is not None and following.key in again
    return heads or (following.first in known and len(following.text) <= 80)


def _is_prose(p: Passage) -> bool:
    return p.key is None and len(p.text) > 160
