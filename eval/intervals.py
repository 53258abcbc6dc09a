"""Figures with the range they might as well have had, had other questions been asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

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
    return value_of_rows(metric, rows_of(metric, cases)) if cases else None


def value_of_rows(metric: Metric, rows: Floats) -> float | None:
    value = float(metric.value(rows, np.ones((1, len(rows))))[0])
    return None if math.isnan(value) else value


def measure(
    metric: Metric, cases: Sequence[Case], rounds: int = ROUNDS, seed: int = SEED
) -> Figure:
    """The metric over the cases with its percentile bootstrap interval (Efron 1979).

    Questions are drawn with replacement `rounds` times; the interval runs from the 2.5th to the
    97.5th percentile of the figures. It knows of no questions but these: where all are right it
    has no width, however few they are.
    """
    if not cases:
        return Figure(None, None, None, 0)
    rows = rows_of(metric, cases)
    value = value_of_rows(metric, rows)
    if value is None:
        return Figure(None, None, None, 0)
    low, high = interval(metric.value(rows, draws(len(rows), rounds, seed)))
    return Figure(value, low, high, bearing(rows))


def measure_all(cases: Sequence[Case]) -> dict[str, Figure]:
    """Every metric over the same cases."""
    return {key: measure(metric, cases) for key, metric in METRICS.items()}


def interval(figures: Floats) -> tuple[float, float]:
    """From the 2.5th to the 97.5th percentile."""
    low, high = np.nanpercentile(figures, [2.5, 97.5])
    return float(low), float(high)


@lru_cache(maxsize=8)
def draws(n: int, rounds: int = ROUNDS, seed: int = SEED) -> Floats:
    """How often each of `n` questions is drawn, a row a round; the same whenever asked."""
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=rounds)
    return drawn.astype(np.float64)


def bearing(rows: Floats) -> int:
    """How many questions bear on a figure: add to what is divided by (for F1: either side)."""
    return int(np.count_nonzero(rows[:, 1:].any(axis=1)))


def rows_of(metric: Metric, cases: Sequence[Case]) -> Floats:
    return np.array([metric.counts(case) for case in cases], dtype=np.float64)
