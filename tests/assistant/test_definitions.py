"""A policy's own words for people: whom they stand for, and whom a rule about them binds."""

from __future__ import annotations

import pytest

from assistant.definitions import defined, expand, numbered
from assistant.modality import Binding, bind
from ingest.documents import Clause, Passage, Policy, Span

POLICY = Policy("oak", "Oak", "Conduct", "conduct.txt")


def passage(text: str, number: str = "") -> Passage:
    clause = Clause(text, "clause", text, Span(0, len(text)), number, (), "", None)
    return Passage(clause, POLICY, "", "")


@pytest.mark.parametrize(
    ("text", "term", "roles"),
    [
        (
            "This applies to employees, governors and contractors (referred to in this policy as"
            " “school representatives”).",
            "school representative",
            {"staff", "governor", "contractor"},
        ),
        (
            "References to adults should be taken to include staff, governors and volunteers.",
            "adult",
            {"staff", "governor", "volunteer"},
        ),
        ("“Users” means staff, pupils and visitors.", "user", {"staff", "pupil", "visitor"}),
    ],
)
def test_a_term_stands_for_those_whom_the_policy_counts_under_it(text, term, roles):
    assert roles <= defined([passage(text)])[term]


@pytest.mark.parametrize(
    "text",
    [
        "Parent means anyone who has care of the child.",
        "Staff are reminded that parents and pupils may see what they post.",
        "The word “pancake” means a treat for staff, pupils and governors.",
    ],
)
def test_a_rule_or_a_word_for_no_person_defines_nobody(text):
    assert defined([passage(text)]) == {}


def test_a_rule_about_a_term_binds_whom_the_term_stands_for():
    rule = "School representatives must not give out their own number."
    terms = {"school representative": frozenset({"parent", "governor"})}
    bound = expand(bind(rule), rule, terms, {})
    assert {"parent", "governor"} <= bound.actors
    assert bound.modality == "prohibition"


def test_a_term_in_the_predicate_binds_nobody_else():
    rule = "Parents on trips are acting as a school representative and must not text anyone."
    terms = {"school representative": frozenset({"staff", "governor"})}
    assert expand(bind(rule), rule, terms, {}).actors == bind(rule).actors


def test_those_defined_in_a_paragraph_are_those_whom_it_names():
    numbers = numbered([passage("Teachers, governors and volunteers are covered.", "1.2.1")])
    rule = "Those defined in paragraph 1.2.1 should report it."
    assert {"staff", "governor", "volunteer"} <= expand(bind(rule), rule, {}, numbers).actors
    other = "Those defined in paragraph 1.2.2 should report it."
    assert expand(bind(other), other, {}, numbers) == bind(other)


def test_a_statement_binds_nobody_whatever_it_names():
    said = Binding("statement", frozenset())
    assert (
        expand(said, "School representatives meet.", {"school representative": frozenset("x")}, {})
        == said
    )
