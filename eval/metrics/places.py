"""When two stretches of a document count as the same place."""

from __future__ import annotations

from eval.given import Case, Place
from eval.gold import Block
from ingest.documents import Span

Counts = tuple[float, ...]


def overlaps(one: Span, other: Span) -> bool:
    """Whether two spans share at least half of the shorter of them."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared > 0 and 2 * shared >= min(one.end - one.start, other.end - other.start)


def meets(place: Place, block: Block) -> bool:
    """Whether a quote, or a clause found, stands where an alternative of an evidence stands."""
    return place.source == block.source and any(overlaps(place.span, s) for s in block.spans)


def is_evidence(case: Case, place: Place) -> bool:
    """Whether a place meets any evidence of the question, essential or supporting."""
    return any(meets(place, block) for block in case.gold.blocks)
