"""Every metric worked by hand on Oak's few lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.gold import Span
from eval.intervals import measure
from eval.metrics import METRICS
from eval.metrics.places import overlaps

RULE = ("oak/phones.txt", "Staff must not text parents.")
OFFICE = ("oak/phones.txt", "Staff may use the office\nphone.")
OLD = ("oak/phones-2020.txt", "Staff may text parents.")
ELM = ("elm/phones.txt", "Staff may text parents after six.")


def figure(name, *cases):
    return measure(METRICS[name], cases).value


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ((0, 10), (0, 10), True),
        ((0, 10), (5, 15), True),  # 5 of 10
        ((0, 10), (6, 16), False),  # 4 of 10
        ((0, 1000), (500, 510), True),  # all of the shorter
        ((0, 10), (10, 20), False),  # touching is not sharing
        ((0, 10), (9, 10), True),
    ],
)
def test_spans_are_the_same_place_from_half_of_the_shorter_on(one, other, same):
    assert overlaps(Span(*one), Span(*other)) is same
    assert overlaps(Span(*other), Span(*one)) is same


def test_the_first_quote_is_right_only_where_it_meets_evidence_in_the_same_source(case, shown):
    right = case(quotes=[shown(*RULE), shown(*OFFICE)])
    second = case(quotes=[shown(*OFFICE), shown(*RULE)])
    none = case()
    elsewhere = case(quotes=[replace(shown(*RULE), source="elm/phones.txt")])
    assert figure("first_quote", right, second, none, elsewhere) == 1 / 4


def test_a_supporting_quote_may_come_first(case, shown):
    evidence = [(RULE[0], True, [RULE[1]]), (OFFICE[0], False, [OFFICE[1]])]
    assert figure("first_quote", case(evidence, [shown(*OFFICE)])) == 1


def test_questions_without_evidence_do_not_bear_on_the_first_quote(case, shown):
    silent = case(status="not_covered", verdict="not_covered", quotes=[shown(*RULE)])
    assert figure("first_quote", silent) is None
    assert measure(METRICS["first_quote"], [silent, case(quotes=[shown(*RULE)])]).n == 1


def test_evidence_recall_pools_essential_evidence_and_takes_any_alternative(case, shown):
    two = [(RULE[0], True, [RULE[1]]), (OFFICE[0], True, [OFFICE[1]])]
    any_of = [(RULE[0], True, [OFFICE[1], RULE[1]])]
    optional = [(RULE[0], True, [RULE[1]]), (OFFICE[0], False, [OFFICE[1]])]
    cases = [
        case(two, [shown(*RULE)]),  # 1 of 2
        case(any_of, [shown(*RULE)]),  # 1 of 1
        case(optional, [shown(*OFFICE)]),  # 0 of 1: supporting evidence does not count
    ]
    assert figure("evidence_recall", *cases) == 2 / 4


def test_quote_precision_counts_every_quote_those_for_silence_too(case, shown):
    cases = [
        case(quotes=[shown(*RULE), shown(*OFFICE)]),
        case(status="not_covered", verdict="not_covered", quotes=[shown(*RULE), shown(*OFFICE)]),
        case(),
    ]
    assert figure("quote_precision", *cases) == 1 / 4


def test_quotes_and_characters_are_counted_per_question_not_refused(case, shown):
    cases = [
        case(quotes=[shown(*RULE), shown(*OFFICE)]),
        case(),
        case(given_status="not_covered", given_verdict="not_covered"),
    ]
    assert figure("quotes", *cases) == 2 / 2
    assert figure("characters", *cases) == (len(RULE[1]) + len(OFFICE[1])) / 2


def test_verbatim_is_checked_against_the_file(case, shown):
    true = shown(*OFFICE)
    cases = [
        case(quotes=[true]),
        case(quotes=[replace(true, text=true.text.replace("\n", " "))]),
        case(quotes=[replace(true, start=true.start + 1)]),
        case(quotes=[replace(true, source="oak/gone.txt")]),
    ]
    assert figure("verbatim", *cases) == 1 / 4


def test_another_schools_text_is_foreign_unless_asked_for(case, shown):
    elm = shown(*ELM)
    assert figure("other_school", case(quotes=[elm]), case(quotes=[shown(*RULE)])) == 1 / 2
    assert figure("other_school", case(quotes=[elm], kind="comparison")) is None
    assert figure("other_school", case(quotes=[elm], school="")) is None
    assert figure("other_school", case([(ELM[0], True, [ELM[1]])], [elm])) == 0


def test_superseded_text_is_wrong_unless_versions_are_asked_about(case, shown):
    old = shown(*OLD)
    assert figure("superseded", case(quotes=[shown(*RULE), old]), case()) == 1 / 2
    assert figure("superseded", case(quotes=[old], kind="version")) is None
    assert figure("superseded", case([(OLD[0], True, [OLD[1]])], [old], kind="register")) == 0


def test_a_verdict_is_right_when_it_is_the_gold_one_or_an_accepted_one(case):
    cases = [
        case(),
        case(given_verdict="conditional", verdicts_ok=("conditional",)),
        case(given_verdict="permitted", verdicts_ok=("conditional",)),
        case(given_status="failed", given_verdict="not_covered", verdicts_ok=("not_covered",)),
        case(given_status="clarify", given_verdict="not_covered", status="clarify"),
    ]
    assert figure("verdict", *cases) == 3 / 5


def test_macro_f1_averages_over_the_verdicts_that_occur(case):
    cases = [
        case(),  # not_permitted: hit
        case(),  # not_permitted: hit
        case(given_verdict="permitted"),  # not_permitted taken for permitted
        case(verdict="required", given_verdict="required"),
    ]
    # not_permitted 2*2/(2+3) = .8; permitted 0; required 1
    assert figure("verdict_macro_f1", *cases) == pytest.approx((0.8 + 0 + 1) / 3)


def test_abstention_takes_not_covered_and_declined_as_one_silence(case):
    covered = case()
    refused = case(given_status="not_covered", given_verdict="not_covered")
    silent = {"status": "not_covered", "verdict": "not_covered"}
    kept_silent = case(**silent, given_status="declined", given_verdict="not_covered")
    guessed = case(**silent)
    joke = case(
        status="declined",
        verdict="not_covered",
        kind="adversarial",
        given_status="not_covered",
        given_verdict="not_covered",
    )
    cases = [covered, refused, kept_silent, guessed, joke]
    assert figure("abstention_precision", *cases) == 2 / 3
    assert figure("abstention_recall", *cases) == 2 / 3
    assert figure("abstention_f1", *cases) == pytest.approx(2 / 3)
    assert figure("false_refusals", *cases) == 1 / 2


def test_a_system_that_never_abstains_has_no_abstention_precision(case):
    silent = case(status="not_covered", verdict="not_covered")
    assert figure("abstention_precision", silent, case()) is None
    assert figure("abstention_recall", silent, case()) == 0
    assert figure("abstention_f1", silent, case()) == 0


def test_facts_are_found_in_answer_quotes_and_lead_in_whatever_the_apostrophes(case, shown):
    cases = [
        case(must_say=(("child's safety", "never"),), answer="Only in a CHILD’S\n safety."),
        case(must_say=(("office phone",), ("after six",)), quotes=[shown(*OFFICE)]),
        case(
            must_say=(("should not",),),
            quotes=[replace(shown(*RULE), lead_in="Staff should\nnot:")],
        ),
    ]
    assert figure("facts", *cases) == 3 / 4


def test_forbidden_words_count_in_the_answer_and_not_in_the_quotes(case, shown):
    said = case(must_not_say=("may",), answer="Yes, you may.")
    only_quoted = case(must_not_say=("may",), answer="No.", quotes=[shown(*OFFICE)])
    assert figure("forbidden", said, only_quoted, case()) == 1 / 2


def test_all_right_needs_status_verdict_and_first_quote(case, shown):
    good = [shown(*RULE)]
    silent = {"status": "not_covered", "verdict": "not_covered"}
    cases = [
        case(quotes=good),
        case(quotes=good, given_verdict="permitted"),
        case(quotes=[shown(*OFFICE)]),
        case(**silent, given_status="not_covered", given_verdict="not_covered"),
        case(**silent, given_status="declined", given_verdict="not_covered"),
    ]
    assert figure("whole", *cases) == 2 / 5


def test_every_metric_says_what_it_is():
    assert all(metric.definition and metric.name for metric in METRICS.values())


def test_intervals_hold_the_value_and_are_the_same_every_time(case, shown):
    cases = [case(quotes=[shown(*RULE)]) for _ in range(30)] + [case() for _ in range(10)]
    once, again = (measure(METRICS["first_quote"], cases) for _ in range(2))
    assert once == again
    assert once.value == 0.75
    # Normal approximation: .75 ± 1.96 * sqrt(.75 * .25 / 40) = .62 to .88
    assert once.low == pytest.approx(0.62, abs=0.03)
    assert once.high == pytest.approx(0.88, abs=0.03)
    assert once.n == 40


def test_nothing_asked_gives_no_figure():
    assert measure(METRICS["verdict"], []).value is None
