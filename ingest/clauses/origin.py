"""Who wrote a part of a document: the school, or a union whose guidance it repeats."""

from __future__ import annotations

import re
from functools import lru_cache

# "Guidance for staff from the National Education Union", not "Trade union representatives".
_UNION = r"\b(?:union|NASUWT|NEU|ASCL|NAHT|Unison|GMB)\b"
_BY_A_UNION = re.compile(
    rf"\b(?:guidance|guidelines|advice)\b.* (?:from|by) .*{_UNION}"
    rf"|{_UNION}(?:[’']s)? (?:guidance|guidelines|advice)\b",
    re.I,
)


@lru_cache(10_000)
def is_by_a_union(heading: str) -> bool:
    """True for a heading of guidance that a union wrote, not of one that names a union."""
    return _BY_A_UNION.search(heading[:200]) is not None
