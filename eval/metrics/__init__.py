"""What is measured, each metric a few lines with its definition beside it.

A metric counts something in one question (`counts`) and makes a figure of the counts of many
(`value`). That keeps every figure traceable to its questions, and lets the bootstrap
(eval.intervals) draw questions without answering them again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from eval.faithfulness import faithful
from eval.given import Case
from eval.metrics import (
    confidence,
    locating,
    quoting,
    retrieval,
    saying,
    scope,
    silence,
    speed,
    verdicts,
)
from eval.metrics.places import Counts
from eval.sums import Statistic, f1, macro_f1, percentile, share


@dataclass(frozen=True)
class Metric:
    """A metric's name for people, how it counts a question, and what it makes of the counts.

    A promise is kept whole or broken: the gate lets none of them fall at all.
    """

    name: str
    counts: Callable[[Case], Counts]
    value: Statistic = share
    good: Literal["high", "low", "neither"] = "high"
    promise: bool = False

    @property
    def definition(self) -> str:
        return " ".join((self.counts.__doc__ or "").split())

    @property
    def plain_share(self) -> bool:
        """Whether one question's score alone means something."""
        return self.value is share


METRICS: dict[str, Metric] = {
    "whole": Metric("all right", verdicts.whole),
    "first_quote": Metric("first quote right", quoting.first_quote),
    "evidence_recall": Metric("evidence recall", quoting.evidence_recall),
    "quote_precision": Metric("quote precision", quoting.quote_precision),
    "recall_1": Metric("recall@1", retrieval.recall_at(1)),
    "recall_3": Metric("recall@3", retrieval.recall_at(3)),
    "recall_5": Metric("recall@5", retrieval.recall_at(5)),
    "recall_10": Metric("recall@10", retrieval.recall_at(10)),
    "mrr": Metric("MRR@10", retrieval.mrr),
    "ndcg": Metric("nDCG@10", retrieval.ndcg),
    "verdict": Metric("verdict right", verdicts.verdict),
    "verdict_macro_f1": Metric("verdict macro-F1", verdicts.verdict_by_label, macro_f1),
    "abstention_precision": Metric("abstention precision", silence.abstention_precision),
    "abstention_recall": Metric("abstention recall", silence.abstention_recall),
    "abstention_f1": Metric("abstention F1", silence.abstention, f1),
    "false_refusals": Metric("false refusals", silence.false_refusal, good="low"),
    "aurc": Metric("AURC", confidence.risk_coverage, confidence.aurc, good="low"),
    "ece": Metric("calibration error", confidence.calibration, confidence.ece, good="low"),
    "faithful": Metric("faithful", faithful),
    "facts": Metric("facts said", saying.facts),
    "fact_precision": Metric("fact precision", saying.fact_precision),
    "forbidden": Metric("forbidden said", saying.forbidden, good="low"),
    "other_school": Metric("other school", scope.other_school, good="low", promise=True),
    "superseded": Metric("superseded", scope.superseded, good="low", promise=True),
    "verbatim": Metric("verbatim", quoting.verbatim, promise=True),
    "clause_number": Metric("clause number right", locating.clause_number),
    "heading": Metric("headings right", locating.heading_path),
    "page": Metric("page right", locating.page),
    "quotes": Metric("quotes per answer", quoting.quotes_shown, good="neither"),
    "characters": Metric("characters to read", quoting.characters_shown, good="neither"),
    "p50": Metric("p50, ms a question", speed.milliseconds, percentile(50), good="neither"),
    "p95": Metric("p95, ms a question", speed.milliseconds, percentile(95), good="neither"),
    "cost": Metric("cost a question", speed.cost, good="neither"),
}


def scores(case: Case) -> dict[str, float | None]:
    """One question's share of every metric that is a plain share; None where it does not bear."""
    counted = {key: metric.counts(case) for key, metric in METRICS.items() if metric.plain_share}
    return {key: counts[0] / counts[1] if counts[1] else None for key, counts in counted.items()}
