"""Two measurements of the same questions: what differs, and whether that could be chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from eval.given import Case
from eval.intervals import bearing, draws, interval, rows_of, value_of_rows
from eval.metrics import METRICS, Metric
from eval.sums import Floats

Shown = Literal["better", "worse", "higher", "lower", "none"]


@dataclass(frozen=True)
class Difference:
    """A metric before and after, over the same questions.

    `low` to `high` is the 95 % interval of the difference by the paired bootstrap: the same
    questions are drawn for both sides, so that hard questions are hard for both (Efron and
    Tibshirani 1993; Koehn 2004). `shown` says what an interval clear of 0 shows, each by itself:
    of forty metrics that did not change one may seem to.
    """

    before: float | None
    after: float | None
    change: float | None
    low: float | None
    high: float | None
    shown: Shown
    n: int


def difference(metric: Metric, before: Sequence[Case], after: Sequence[Case]) -> Difference:
    """Both sides hold the same questions in the same order."""
    if not before:
        return _nothing(None, None)
    return difference_of_rows(metric, rows_of(metric, before), rows_of(metric, after))


def difference_of_rows(metric: Metric, before: Floats, after: Floats) -> Difference:
    one, other = value_of_rows(metric, before), value_of_rows(metric, after)
    if one is None or other is None:
        return _nothing(one, other)
    drawn = draws(len(before))
    low, high = interval(metric.value(after, drawn) - metric.value(before, drawn))
    if math.isnan(low):
        return _nothing(one, other)
    bears = max(bearing(before), bearing(after))
    return Difference(one, other, other - one, low, high, _shown(metric, low, high), bears)


def moved(metric: Metric, before: Case, after: Case) -> int:
    """1 where one question's score became better, -1 where worse, 0 where neither."""
    one, other = _score(metric, before), _score(metric, after)
    if one is None or other is None or one == other:
        return 0
    risen = 1 if other > one else -1
    return -risen if metric.good == "low" else risen


def signed(one: Difference) -> str:
    """The change with its interval, as +0.03 (−0.01 to +0.07)."""
    if one.change is None or one.low is None or one.high is None:
        return "–"
    return f"{one.change:+.2f} ({one.low:+.2f} to {one.high:+.2f})".replace("-", "−")


def scored_by_question() -> dict[str, Metric]:
    """The metrics of which one question's score alone means something good or bad."""
    return {k: m for k, m in METRICS.items() if m.plain_share and m.good != "neither"}


def _score(metric: Metric, case: Case) -> float | None:
    top, bottom = metric.counts(case)
    return top / bottom if bottom else None


def _shown(metric: Metric, low: float, high: float) -> Shown:
    if low <= 0 <= high:
        return "none"
    if metric.good == "neither":
        return "higher" if low > 0 else "lower"
    return "better" if (low > 0) == (metric.good == "high") else "worse"


def _nothing(before: float | None, after: float | None) -> Difference:
    return Difference(before, after, None, None, None, "none", 0)
