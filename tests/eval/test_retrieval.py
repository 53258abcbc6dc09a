"""Ranking metrics worked by hand on Oak's few lines."""

from __future__ import annotations

from math import log2

import pytest

from eval.intervals import measure
from eval.metrics import METRICS

RULE = ("oak/phones.txt", "Staff must not text parents.")
OFFICE = ("oak/phones.txt", "Staff may use the office\nphone.")
OLD = ("oak/phones-2020.txt", "Staff may text parents.")
ELM = ("elm/phones.txt", "Staff may text parents after six.")


def figure(name, *cases):
    return measure(METRICS[name], cases).value


@pytest.fixture
def ranked(case, shown):
    """A case whose evidence is (place, essential) and whose ranking is these places."""

    def make(evidence, *ranking, **gold):
        blocks = [(place[0], essential, [place[1]]) for place, essential in evidence]
        return case(blocks, ranking=[shown(*place) for place in ranking], **gold)

    return make


def test_recall_at_k_is_the_share_of_essential_evidence_in_the_first_k(ranked):
    both = [(RULE, True), (OFFICE, True)]
    one = ranked([(RULE, True)], OLD, RULE)
    two = ranked(both, RULE, OLD, ELM, OFFICE)
    assert figure("recall_1", one, two) == (0 + 1 / 2) / 2
    assert figure("recall_3", one, two) == (1 + 1 / 2) / 2
    assert figure("recall_5", one, two) == 1


def test_supporting_evidence_counts_for_mrr_and_not_for_recall(ranked):
    helped = ranked([(RULE, True), (OFFICE, False)], OFFICE, RULE)
    assert figure("recall_1", helped) == 0
    assert figure("mrr", helped) == 1


def test_mrr_is_one_over_the_rank_of_the_first_evidence_and_0_where_there_is_none(ranked):
    third = ranked([(RULE, True)], OLD, ELM, RULE)
    never = ranked([(RULE, True)], OLD, ELM)
    assert figure("mrr", third, never) == pytest.approx((1 / 3 + 0) / 2)


def test_ndcg_gains_2_for_essential_and_1_for_supporting_over_log_of_rank_plus_1(ranked):
    evidence = [(RULE, True), (OFFICE, False)]
    best = 2 / log2(2) + 1 / log2(3)
    turned = 1 / log2(2) + 2 / log2(3)
    assert figure("ndcg", ranked(evidence, RULE, OFFICE)) == pytest.approx(1)
    assert figure("ndcg", ranked(evidence, OFFICE, RULE)) == pytest.approx(turned / best)


def test_two_clauses_for_one_evidence_count_once(case, shown):
    either = [(RULE[0], True, [RULE[1], OFFICE[1]])]
    twice = case(either, ranking=[shown(*RULE), shown(*OFFICE)])
    assert figure("ndcg", twice) == pytest.approx(1)
    assert figure("recall_10", twice) == 1


def test_a_clause_that_meets_two_evidences_takes_two_places(case, shown):
    halves = [(RULE[0], True, ["Staff must not"]), (RULE[0], True, ["text parents."])]
    both = case(halves, ranking=[shown(*RULE)])
    assert figure("recall_1", both) == 1 / 2
    assert figure("recall_3", both) == 1


def test_what_has_no_ranking_or_is_not_about_clauses_in_force_does_not_bear(ranked, case):
    assert figure("recall_10", case()) is None
    for kind in ("register", "version"):
        assert figure("mrr", ranked([(RULE, True)], RULE, kind=kind)) is None
    silent = ranked([], RULE, status="not_covered", verdict="not_covered")
    assert figure("ndcg", silent) is None


def test_a_system_that_finds_nothing_bears_and_scores_0(ranked):
    assert figure("recall_10", ranked([(RULE, True)])) == 0
    assert figure("ndcg", ranked([(RULE, True)])) == 0
