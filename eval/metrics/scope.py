"""Whether what is quoted is the school's own, and in force."""

from __future__ import annotations

from eval.given import Case, Shown
from eval.metrics.places import Counts


def is_foreign(case: Case, quote: Shown) -> bool:
    """Whether a quote is from a school that neither the question's scope nor its evidence names."""
    question, corpus = case.gold.question, case.corpus
    if not question.school or question.kind == "comparison" or quote.source not in corpus:
        return False
    ours = {question.school, *(corpus[block.source].school for block in case.gold.blocks)}
    return corpus[quote.source].school not in ours


def is_superseded(case: Case, quote: Shown) -> bool:
    """Whether a quote is from a replaced version that neither the kind nor the evidence wants."""
    source = case.corpus.get(quote.source)
    wanted = case.gold.question.kind == "version" or any(
        block.source == quote.source for block in case.gold.blocks
    )
    return source is not None and source.superseded and not wanted


def other_school(case: Case) -> Counts:
    """Other school: share of questions of one school that were shown another school's text."""
    asked = bool(case.gold.question.school) and case.gold.question.kind != "comparison"
    return float(any(is_foreign(case, quote) for quote in case.given.quotes)), float(asked)


def superseded(case: Case) -> Counts:
    """Superseded: share of questions not about versions that were shown replaced text."""
    asked = case.gold.question.kind != "version"
    return float(any(is_superseded(case, quote) for quote in case.given.quotes)), float(asked)
