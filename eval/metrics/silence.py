"""Whether it is silent where the policies are, and there alone."""

from __future__ import annotations

from eval.given import Case
from eval.metrics.places import Counts


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
