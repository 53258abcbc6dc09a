"""Confidence, speed and cost worked by hand."""

from __future__ import annotations

import pytest

from eval.intervals import measure, rows_of
from eval.metrics import METRICS, confidence


def figure(name, *cases):
    return measure(METRICS[name], cases).value


@pytest.fixture
def rated(case):
    """An answer that is all right, or not, with a confidence."""

    def make(sure, right):
        silent = {"status": "not_covered", "verdict": "not_covered"}
        given = "not_covered" if right else "answered"
        return case(**silent, given_status=given, given_verdict="not_covered", confidence=sure)

    return make


def test_aurc_is_the_mean_risk_from_the_most_confident_down(rated):
    cases = [rated(0.9, True), rated(0.8, False), rated(0.7, True), rated(0.6, False)]
    # risk among the first 1, 2, 3, 4: 0, 1/2, 1/3, 1/2
    assert figure("aurc", *cases) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_the_best_and_the_worst_order_differ_and_ignorance_is_the_plain_share(rated):
    best = [rated(0.9, True), rated(0.8, True), rated(0.2, False), rated(0.1, False)]
    worst = [rated(0.9, False), rated(0.8, False), rated(0.2, True), rated(0.1, True)]
    same = [rated(0.5, True), rated(0.5, False), rated(0.5, False), rated(0.5, True)]
    assert figure("aurc", *best) == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)
    assert figure("aurc", *worst) == pytest.approx((1 + 1 + 2 / 3 + 1 / 2) / 4)
    assert figure("aurc", *same) == pytest.approx(1 / 2)


def test_equal_confidences_are_taken_together_whatever_their_order(rated):
    one = [rated(0.9, True), rated(0.5, True), rated(0.5, False)]
    assert figure("aurc", *one) == figure("aurc", *reversed(one))


def test_calibration_error_is_the_distance_of_confidence_from_being_right(rated):
    sure = [rated(0.9, True)] * 9 + [rated(0.9, False)]
    assert figure("ece", *sure) == pytest.approx(0, abs=1e-9)
    boasting = [rated(0.9, False)] * 10
    assert figure("ece", *boasting) == pytest.approx(0.9)


def test_calibration_bins_hold_as_many_questions_each(rated):
    # Twenty confidences, two a bin: each bin is half right, at .05 apart from its confidence mean.
    cases = [rated(0.025 + 0.05 * n, n % 2 == 0) for n in range(20)]
    mass, sure, right = confidence.bins(rows_of(METRICS["ece"], cases), [[1.0] * 20])
    assert mass[0].tolist() == [2.0] * 10
    assert right[0].tolist() == [0.5] * 10
    assert sure[0][0] == pytest.approx((0.925 + 0.975) / 2)
    expected = sum(abs((0.025 + 0.05 * (2 * n + 0.5)) - 0.5) for n in range(10)) / 10
    assert figure("ece", *cases) == pytest.approx(expected)


def test_answers_without_confidence_do_not_bear(case, rated):
    assert figure("aurc", case()) is None
    assert figure("ece", case(), case()) is None
    assert measure(METRICS["aurc"], [case(), rated(0.5, True)]).n == 1


def test_half_and_95_of_100_questions_took_at_most_as_long(case):
    cases = [case(seconds=n / 1000) for n in range(1, 21)]
    assert figure("p50", *cases) == pytest.approx(10)
    assert figure("p95", *cases) == pytest.approx(19)
    assert figure("p95", case(seconds=0.007)) == pytest.approx(7)


def test_cost_counts_where_it_is_told(case):
    assert figure("cost", case()) is None
    assert figure("cost", case(cost=0.02), case(cost=0.04), case()) == pytest.approx(0.03)
