"""Whether a quote is where the answer says: number, headings, page.

The truth is a clause list made by hand, which says of every word of a document where it stands;
documents without one do not bear. Only quotes that meet evidence are looked at, and only where
the system names a place at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from eval.given import Case, Locator
from eval.hand_lists import Piece, piece_at
from eval.metrics.places import Counts, is_evidence
from ingest.documents import flow


def located(case: Case) -> Iterator[tuple[Locator, Piece]]:
    """Each quote's named place beside the true one."""
    for quote in case.given.quotes:
        source = case.corpus.get(quote.source)
        if source is None or quote.locator is None or not is_evidence(case, quote):
            continue
        if piece := piece_at(source.pieces, quote.span):
            yield quote.locator, piece


def clause_number(case: Case) -> Counts:
    """Clause number right: share of located quotes with the number a reader would cite, pooled.

    Where the document numbers nothing there, naming no number is right.
    """
    pairs = list(located(case))
    return float(sum(said.clause == true.number for said, true in pairs)), float(len(pairs))


def heading_path(case: Case) -> Counts:
    """Headings right: share of located quotes with the whole path of headings right, pooled."""
    pairs = list(located(case))
    right = sum(tuple(map(flow, said.heading)) == true.heading for said, true in pairs)
    return float(right), float(len(pairs))


def page(case: Case) -> Counts:
    """Page right: share of located quotes with the right page, where the document has pages."""
    pairs = [(said, true) for said, true in located(case) if true.page is not None]
    return float(sum(said.page == true.page for said, true in pairs)), float(len(pairs))
