"""Whether `confidence` means what it says: the probability that an answer is all right.

Answers without a confidence do not bear. Equal confidences are taken together, so that the
figures do not depend on the order of the questions.
"""

from __future__ import annotations

import numpy as np

from eval.given import Case
from eval.metrics.places import Counts
from eval.metrics.verdicts import whole
from eval.sums import Floats, divide

BINS = 10


def risk_coverage(case: Case) -> Counts:
    """AURC: area under the risk–coverage curve; risk is the share not all right.

    Taking questions from the most confident down, the mean over questions of the risk among those
    taken so far (El-Yaniv and Wiener 2010; Geifman and El-Yaniv 2017). 0 is best; a confidence
    that knows nothing gets the plain share of answers not all right.
    """
    return _rated(case)


def calibration(case: Case) -> Counts:
    """ECE: expected calibration error, over ten bins of as many questions each.

    Mean distance between a bin's mean confidence and its share all right, weighed by its questions
    (Guo and others 2017; equal-mass bins after Nixon and others 2019). Few questions push it up:
    read it with its interval.
    """
    return _rated(case)


def _rated(case: Case) -> Counts:
    """Confidence, whether it bears, and whether the answer is not all right."""
    confidence = case.given.confidence
    if confidence is None:
        return 0.0, 0.0, 0.0
    return confidence, 1.0, 1.0 - whole(case)[0]


def curve(rows: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Coverage and risk after each confidence from the highest down, and the mass of each."""
    mass, _, wrong = _tied(rows, weights)
    taken, failed = np.cumsum(mass, axis=1), np.cumsum(wrong, axis=1)
    return divide(taken, taken[:, -1:]), divide(failed, taken), mass


def aurc(rows: Floats, weights: Floats) -> Floats:
    _, risk, mass = curve(rows, weights)
    return divide(np.nansum(risk * mass, axis=1), mass.sum(axis=1))


def bins(rows: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Mass, mean confidence and share all right of each bin, most confident bin first."""
    mass, confident, wrong = _tied(rows, weights)
    total = mass.sum(axis=1, keepdims=True)
    middle = divide(np.cumsum(mass, axis=1) - mass / 2, total)
    place = np.minimum((np.nan_to_num(middle) * BINS).astype(int), BINS - 1)
    sums = np.stack(
        [
            np.stack([np.where(place == i, one, 0).sum(axis=1) for i in range(BINS)], axis=1)
            for one in (mass, confident, wrong)
        ]
    )
    return sums[0], divide(sums[1], sums[0]), 1 - divide(sums[2], sums[0])


def ece(rows: Floats, weights: Floats) -> Floats:
    mass, confidence, right = bins(rows, weights)
    apart = np.nansum(np.abs(confidence - right) * mass, axis=1)
    return divide(apart, mass.sum(axis=1))


def _tied(rows: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Mass, summed confidence and summed failures of each confidence, from the highest down."""
    values, group = np.unique(-rows[:, 0], return_inverse=True)
    member = np.zeros((len(rows), len(values)))
    member[np.arange(len(rows)), group] = 1
    mass = (weights * rows[:, 1]) @ member
    return mass, mass * -values, (weights * rows[:, 2]) @ member
