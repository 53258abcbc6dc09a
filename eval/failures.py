"""What went wrong in an answer, in words that say what to look at."""

from __future__ import annotations

from eval.given import Case
from eval.metrics.places import meets
from eval.metrics.quoting import first_quote, is_verbatim
from eval.metrics.saying import facts_missing, forbidden_words
from eval.metrics.scope import is_foreign, is_superseded
from eval.metrics.verdicts import label_expected, label_given
from ingest.documents import flow


def faults(case: Case) -> list[str]:
    """Every way in which the answer falls short of the gold question; none means it passed."""
    gold, given = case.gold, case.given
    found = []
    if given.status != gold.question.status:
        found.append(f"status {given.status}, expected {gold.question.status}")
    elif label_given(case) != label_expected(case):
        found.append(f"verdict {given.verdict}, expected {label_expected(case)}")
    if gold.blocks and not first_quote(case)[0]:
        found.append("first quote is not evidence" if given.quotes else "no quote")
    for block, text in zip(gold.blocks, evidence(case), strict=True):
        if block.essential and not any(meets(quote, block) for quote in given.quotes):
            found.append(f"not quoted: {text}")
    found += [f"not said: {' / '.join(fact)}" for fact in facts_missing(case)]
    found += [f"must not be said: {words}" for words in forbidden_words(case)]
    for says, wrong in (
        ("another school's text", is_foreign),
        ("superseded text", is_superseded),
        ("not verbatim", lambda case, quote: not is_verbatim(case, quote)),
    ):
        found += [f"{says}: {quote.source}" for quote in given.quotes if wrong(case, quote)]
    return found


def evidence(case: Case) -> list[str]:
    """Each evidence's first alternative with its source, on one line."""
    return [f"{block.any_of[0]} [{block.source}]" for block in case.gold.question.evidence]


def quoted(case: Case) -> list[str]:
    """Each quote given with its source, on one line."""
    return [f"{flow(quote.text)} [{quote.source}]" for quote in case.given.quotes]
