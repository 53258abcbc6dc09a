"""From what is counted in each question to one figure, for many draws of questions at once.

`rows` has a row a question; `weights` has a row a draw, with how often each question was drawn.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Statistic = Callable[[Floats, Floats], Floats]


def divide(top: Floats, bottom: Floats) -> Floats:
    """Quotient, not-a-number where there is nothing to divide by: no figure is not zero."""
    figures = np.full(np.broadcast(top, bottom).shape, np.nan)
    np.divide(top, bottom, out=figures, where=bottom > 0)
    return figures


def share(rows: Floats, weights: Floats) -> Floats:
    """Sum of the first column over the sum of the second."""
    sums = weights @ rows
    return divide(sums[:, 0], sums[:, 1])


def f1(rows: Floats, weights: Floats) -> Floats:
    """2 hits / (given + expected), of three columns so called."""
    return _f1(weights @ rows)


def macro_f1(rows: Floats, weights: Floats) -> Floats:
    """Mean F1 of the labels that were given or expected at least once; three columns a label."""
    by_label = _f1((weights @ rows).reshape(len(weights), -1, 3))
    return divide(np.nansum(by_label, axis=-1), np.sum(~np.isnan(by_label), axis=-1))


def percentile(percent: float) -> Statistic:
    """The least value that at least `percent` of 100 questions do not exceed (nearest rank)."""

    def value(rows: Floats, weights: Floats) -> Floats:
        order = np.argsort(rows[:, 0], kind="stable")
        reached = np.cumsum((weights * rows[:, 1])[:, order], axis=1)
        wanted = np.ceil(reached[:, -1:] * percent / 100 - 1e-9)
        place = np.argmax(reached >= np.maximum(wanted, 1), axis=1)
        found = rows[order, 0][place]
        return np.where(reached[:, -1] > 0, found, np.nan)

    return value


def _f1(sums: Floats) -> Floats:
    return divide(2 * sums[..., 0], sums[..., 1] + sums[..., 2])


def auroc(rows: Floats, weights: Floats) -> Floats:
    """Mann and Whitney's U as a share, ties half."""
    score, yes = rows[:, 0], rows[:, 1] > 0
    above = (score[yes][:, None] > score[~yes]) + 0.5 * (score[yes][:, None] == score[~yes])
    made = np.einsum("rp,pn,rn->r", weights[:, yes], above, weights[:, ~yes], optimize=True)
    pairs = weights[:, yes].sum(axis=1) * weights[:, ~yes].sum(axis=1)
    return divide(made, pairs)
