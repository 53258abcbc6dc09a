"""Whether the verdict is the gold one."""

from __future__ import annotations

from typing import get_args

from assistant.answer import Verdict
from eval.given import Case
from eval.metrics.places import Counts
from eval.metrics.quoting import first_quote

LABELS: tuple[str, ...] = (*get_args(Verdict), "clarify", "failed")
"""What a question can end in: a verdict, or none because it was asked back or broke."""


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


def confusion(cases: list[Case] | tuple[Case, ...]) -> dict[tuple[str, str], int]:
    """How many questions expected one label and were given another, by (expected, given)."""
    counts: dict[tuple[str, str], int] = {}
    for case in cases:
        pair = (label_expected(case), label_given(case))
        counts[pair] = counts.get(pair, 0) + 1
    return counts


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
