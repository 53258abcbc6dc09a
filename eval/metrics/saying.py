"""Whether what must be said is said, and nothing that must not."""

from __future__ import annotations

import re

from eval.given import Case
from eval.metrics.places import Counts


def plain(text: str) -> str:
    """Lower case, straight quotes, plain dashes, single spaces: how must_say is compared."""
    for odd, usual in (("‘’", "'"), ("“”", '"'), ("‐‑–—", "-")):
        text = re.sub(f"[{odd}]", usual, text)
    return re.sub(r"\s+", " ", text).casefold()


def facts_missing(case: Case) -> list[tuple[str, ...]]:
    """The facts, each with its alternatives, that neither the answer nor a quote contains."""
    parts = [case.given.answer, *(f"{q.lead_in} {q.text}" for q in case.given.quotes)]
    shown = plain("\n".join(parts))
    facts = case.gold.question.must_say
    return [fact for fact in facts if not any(plain(words) in shown for words in fact)]


def facts(case: Case) -> Counts:
    """Facts said: share of must_say facts that the answer or a quote contains, pooled.

    This is fact recall: what a good answer must say and did say.
    """
    wanted = len(case.gold.question.must_say)
    return float(wanted - len(facts_missing(case))), float(wanted)


def forbidden_words(case: Case) -> list[str]:
    """What the answer's own words contain though they must not."""
    said = plain(case.given.answer)
    return [words for words in case.gold.question.must_not_say if plain(words) in said]


def fact_precision(case: Case) -> Counts:
    """Fact precision: of the facts found, the share that is right, pooled.

    Right are the must_say facts that answer or quotes contain; wrong are the must_not_say words
    that the answer's own words contain.
    """
    right = len(case.gold.question.must_say) - len(facts_missing(case))
    return float(right), float(right + len(forbidden_words(case)))


def forbidden(case: Case) -> Counts:
    """Forbidden said: share of questions with must_not_say whose answer says any of it."""
    return float(bool(forbidden_words(case))), float(bool(case.gold.question.must_not_say))
