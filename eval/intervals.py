"""Figures with the range they might as well have had, had other questions been asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.given import Case
from eval.metrics import METRICS, Metric
from eval.sums import Floats

ROUNDS = 2000
SEED = 20261120


@dataclass(frozen=True)
class Figure:
    """A metric's value, its 95 % interval, and how many questions bear on it.

    None stands for "nothing to measure": a share of nothing is not zero.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int


def value_of(metric: Metric, cases: Sequence[Case]) -> float | None:
    """The metric over the cases, without its interval."""
    if not cases:
        return None
    value = float(metric.value(_rows(metric, cases).sum(axis=0)))
    return None if math.isnan(value) else value


def measure(
    metric: Metric, cases: Sequence[Case], rounds: int = ROUNDS, seed: int = SEED
) -> Figure:
    """The metric over the cases with its percentile bootstrap interval (Efron 1979).

    Questions are drawn with replacement `rounds` times; the interval runs from the 2.5th to the
    97.5th percentile of the figures. It knows of no questions but these: where all are right it
    has no width, however few they are.
    """
    value = value_of(metric, cases)
    if value is None:
        return Figure(None, None, None, 0)
    rows = _rows(metric, cases)
    drawn = np.random.default_rng(seed).multinomial(
        len(rows), np.full(len(rows), 1 / len(rows)), size=rounds
    )
    low, high = np.nanpercentile(metric.value(drawn @ rows), [2.5, 97.5])
    # A question bears on a figure when it adds to what is divided by (for F1: given or expected).
    n = int(np.count_nonzero(rows[:, 1:].any(axis=1)))
    return Figure(value, float(low), float(high), n)


def measure_all(cases: Sequence[Case]) -> dict[str, Figure]:
    """Every metric over the same cases."""
    return {key: measure(metric, cases) for key, metric in METRICS.items()}


def _rows(metric: Metric, cases: Sequence[Case]) -> Floats:
    return np.array([metric.counts(case) for case in cases])
