"""What is measured, each metric a few lines with its definition beside it.

A metric counts something in one question (`counts`) and makes a figure of the summed counts of
many (`value`). That keeps every figure traceable to its questions, and lets the bootstrap
(eval.intervals) draw questions without answering them again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from assistant.answer import Verdict
from eval.given import Case, Shown
from eval.gold import Block
from eval.sums import Floats, f1, macro_f1, share
from ingest.documents import Span

Counts = tuple[float, ...]

LABELS: tuple[str, ...] = (*get_args(Verdict), "clarify", "failed")
"""What a question can end in: a verdict, or none because it was asked back or broke."""


# ---- what counts as the same place ----------------------------------------------------------


def overlaps(one: Span, other: Span) -> bool:
    """Whether two spans share at least half of the shorter of them."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared > 0 and 2 * shared >= min(one.end - one.start, other.end - other.start)


def meets(quote: Shown, block: Block) -> bool:
    """Whether a quote stands where one of the alternatives of an evidence stands."""
    return quote.source == block.source and any(overlaps(quote.span, s) for s in block.spans)


def is_evidence(case: Case, quote: Shown) -> bool:
    """Whether a quote meets any evidence of the question, essential or supporting."""
    return any(meets(quote, block) for block in case.gold.blocks)


# ---- quoting --------------------------------------------------------------------------------


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


# ---- scope ----------------------------------------------------------------------------------


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


# ---- verdict --------------------------------------------------------------------------------


def label_expected(case: Case) -> str:
    question = case.gold.question
    return "clarify" if question.status == "clarify" else question.verdict


def label_given(case: Case) -> str:
    """The verdict as scored: "clarify" and "failed" where there is none to speak of.

    A verdict that the gold question accepts beside its own counts as its own.
    """
    given, question = case.given, case.gold.question
    if given.status in ("clarify", "failed"):
        return given.status
    expected = label_expected(case)
    return expected if given.verdict in (expected, *question.verdicts_ok) else given.verdict


def verdict(case: Case) -> Counts:
    """Verdict right: share of all questions whose verdict is the gold one or an accepted one."""
    return float(label_given(case) == label_expected(case)), 1.0


def verdict_by_label(case: Case) -> Counts:
    """Verdict macro-F1: F1 of each verdict, averaged over the verdicts expected or given.

    As scikit-learn's f1_score(average="macro"). Counts are, label by label, hit, given, expected.
    """
    got, want = label_given(case), label_expected(case)
    return tuple(
        float(flag)
        for label in LABELS
        for flag in (got == want == label, got == label, want == label)
    )


# ---- silence --------------------------------------------------------------------------------


def _must_abstain(case: Case) -> bool:
    return case.gold.question.status in ("not_covered", "declined")


def abstention_precision(case: Case) -> Counts:
    """Abstention precision: of the questions refused, the share that the policies do not cover.

    Refused is status not_covered or declined; so is not covered, on the gold side.
    """
    return float(case.given.abstains and _must_abstain(case)), float(case.given.abstains)


def abstention_recall(case: Case) -> Counts:
    """Abstention recall: of the questions that the policies do not cover, the share refused."""
    return float(case.given.abstains and _must_abstain(case)), float(_must_abstain(case))


def abstention(case: Case) -> Counts:
    """Abstention F1: harmonic mean of abstention precision and recall."""
    refused, silent = case.given.abstains, _must_abstain(case)
    return float(refused and silent), float(refused), float(silent)


def false_refusal(case: Case) -> Counts:
    """False refusals: share of covered questions that were answered not_covered or declined."""
    return float(case.gold.covered and case.given.abstains), float(case.gold.covered)


# ---- what is said ---------------------------------------------------------------------------


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
    """Facts said: share of must_say facts that the answer or a quote contains, pooled."""
    wanted = len(case.gold.question.must_say)
    return float(wanted - len(facts_missing(case))), float(wanted)


def forbidden_words(case: Case) -> list[str]:
    """What the answer's own words contain though they must not."""
    said = plain(case.given.answer)
    return [words for words in case.gold.question.must_not_say if plain(words) in said]


def forbidden(case: Case) -> Counts:
    """Forbidden said: share of questions with must_not_say whose answer says any of it."""
    return float(bool(forbidden_words(case))), float(bool(case.gold.question.must_not_say))


def whole(case: Case) -> Counts:
    """All right: share of questions with status, verdict and first quote all right.

    This is what an answer's `confidence` estimates. A question without evidence needs no quote.
    """
    right = (
        case.given.status == case.gold.question.status
        and label_given(case) == label_expected(case)
        and (not case.gold.blocks or bool(first_quote(case)[0]))
    )
    return float(right), 1.0


# ---- all of them ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Metric:
    """A metric's name for people, how it counts a question, and what it makes of the sums."""

    name: str
    counts: Callable[[Case], Counts]
    value: Callable[[Floats], Floats] = share
    good: Literal["high", "low", "neither"] = "high"

    @property
    def definition(self) -> str:
        return " ".join((self.counts.__doc__ or "").split())


METRICS: dict[str, Metric] = {
    "whole": Metric("all right", whole),
    "first_quote": Metric("first quote right", first_quote),
    "evidence_recall": Metric("evidence recall", evidence_recall),
    "quote_precision": Metric("quote precision", quote_precision),
    "verdict": Metric("verdict right", verdict),
    "verdict_macro_f1": Metric("verdict macro-F1", verdict_by_label, macro_f1),
    "abstention_precision": Metric("abstention precision", abstention_precision),
    "abstention_recall": Metric("abstention recall", abstention_recall),
    "abstention_f1": Metric("abstention F1", abstention, f1),
    "false_refusals": Metric("false refusals", false_refusal, good="low"),
    "facts": Metric("facts said", facts),
    "forbidden": Metric("forbidden said", forbidden, good="low"),
    "other_school": Metric("other school", other_school, good="low"),
    "superseded": Metric("superseded", superseded, good="low"),
    "verbatim": Metric("verbatim", verbatim),
    "quotes": Metric("quotes per answer", quotes_shown, good="neither"),
    "characters": Metric("characters to read", characters_shown, good="neither"),
}
