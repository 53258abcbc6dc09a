"""Figures with their intervals as the cells of a markdown table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.intervals import Figure, draws, interval
from eval.sums import Floats, Statistic, share


def share_of(values: Sequence[float | bool]) -> str:
    return figure_of([(float(v), 1.0) for v in values], share)


def figure_of(counts: Sequence[tuple[float, ...]], value: Statistic, rounds: int = 2000) -> str:
    rows = np.array(counts, dtype=np.float64)
    figure = float(value(rows, np.ones((1, len(rows))))[0])
    low, high = interval(value(rows, draws(len(rows), rounds)))
    return cell(Figure(figure, low, high, len(rows)))


def ece(rows: Floats, weights: Floats) -> Floats:
    """Expected calibration error over ten bins of as many questions each."""
    order = np.argsort(rows[:, 0], kind="stable")
    groups = np.array_split(order, 10)
    total = np.zeros(len(weights))
    for group in groups:
        mass = weights[:, group]
        gap = mass @ (rows[group, 0] - rows[group, 1])
        total += np.abs(gap)
    found: Floats = total / weights.sum(axis=1)
    return found


def cell(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "–"
    return f"{figure.value:.2f} ({figure.low:.2f}–{figure.high:.2f})".replace("0.", ".")


def markdown(rows: dict[str, dict[str, str]]) -> str:
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "--:|" * len(columns)]
    for name, row in rows.items():
        lines.append(f"| {name} | " + " | ".join(row.get(c, "–") for c in columns) + " |")
    return "\n".join(lines)
