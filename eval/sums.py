"""From summed counts to a figure; works on one row of sums or on many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _divide(top: Floats, bottom: Floats) -> Floats:
    """Quotient, not-a-number where there is nothing to divide by: no figure is not zero."""
    figures = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=figures, where=bottom > 0)
    return figures


def share(sums: Floats) -> Floats:
    """First count over second."""
    return _divide(sums[..., 0], sums[..., 1])


def f1(sums: Floats) -> Floats:
    """2 hits / (given + expected)."""
    return _divide(2 * sums[..., 0], sums[..., 1] + sums[..., 2])


def macro_f1(sums: Floats) -> Floats:
    """Mean F1 of the labels that were given or expected at least once."""
    by_label = f1(sums.reshape(*sums.shape[:-1], -1, 3))
    return _divide(np.nansum(by_label, axis=-1), np.sum(~np.isnan(by_label), axis=-1))
