"""Whether the right words are quoted, and are the file's own."""

from __future__ import annotations

from eval.given import Case, Shown
from eval.metrics.places import Counts, is_evidence, meets


def first_quote(case: Case) -> Counts:
    """First quote right: share of questions with evidence whose first quote meets any of it.

    A question with evidence that got no quote counts as wrong.
    """
    quotes = case.given.quotes
    return float(bool(quotes) and is_evidence(case, quotes[0])), float(bool(case.gold.blocks))


def evidence_recall(case: Case) -> Counts:
    """Evidence recall: share of essential evidence that some quote meets, pooled."""
    essential = [block for block in case.gold.blocks if block.essential]
    met = sum(any(meets(quote, block) for quote in case.given.quotes) for block in essential)
    return float(met), float(len(essential))


def quote_precision(case: Case) -> Counts:
    """Quote precision: share of all quotes shown that meet any evidence, pooled.

    Quotes for a question that the policies do not cover are all wrong, and count.
    """
    right = sum(is_evidence(case, quote) for quote in case.given.quotes)
    return float(right), float(len(case.given.quotes))


def quotes_shown(case: Case) -> Counts:
    """Quotes per answer: quotes shown per question that was not refused."""
    return float(len(case.given.quotes)), float(not case.given.abstains)


def characters_shown(case: Case) -> Counts:
    """Characters to read: characters quoted per question that was not refused."""
    return float(sum(len(q.text) for q in case.given.quotes)), float(not case.given.abstains)


def is_verbatim(case: Case, quote: Shown) -> bool:
    source = case.corpus.get(quote.source)
    return (
        bool(quote.text)
        and source is not None
        and source.text[quote.start : quote.end] == (quote.text)
    )


def verbatim(case: Case) -> Counts:
    """Verbatim: share of quotes equal, character for character, to their span of the file."""
    return (
        float(sum(is_verbatim(case, quote) for quote in case.given.quotes)),
        float(len(case.given.quotes)),
    )
