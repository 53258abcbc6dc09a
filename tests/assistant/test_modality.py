"""How a clause binds, read off its words."""

from __future__ import annotations

import pytest

from assistant.modality import actors, bind, modality


@pytest.mark.parametrize(
    "text",
    [
        "Staff must not text parents.",
        "Staff should not text parents.",
        "Staff may not text parents.",
        "Staff will not text parents.",
        "Staff shall not text parents.",
        "Staff can't text parents.",
        "Staff cannot text parents.",
        "Staff must never text parents.",
        "Staff are not permitted to text parents.",
        "Staff are not at any time permitted to text parents.",
        "Texting parents is not allowed.",
        "Texting parents is prohibited.",
        "Under no circumstances should staff text parents.",
        "Visitors will be asked not to use their phones.",
        "We would ask parents not to use their phones.",
        "Do not text parents.",
        "Don’t text parents.",
        "Staff should **not**: text parents;",
        "Staff should avoid texting parents.",
        "No member of staff may text a parent.",
        "They make no reference to pupils.",
    ],
)
def test_a_clause_that_forbids_is_a_prohibition(text):
    assert modality(text) == "prohibition"


@pytest.mark.parametrize(
    "text",
    [
        "Staff may text parents.",
        "Staff can use the office phone.",
        "Members of staff are free to use their phones at lunch.",
        "Staff are permitted to use their phones at lunch.",
        "Parents are allowed to take photographs.",
        "Staff need not report this.",
        "Staff are not required to report this.",
        "You do not have to report this.",
        "The school permits reasonable use.",
    ],
)
def test_a_clause_that_allows_or_lays_no_duty_is_a_permission(text):
    assert modality(text) == "permission"


@pytest.mark.parametrize(
    "text",
    [
        "Staff must report concerns.",
        "Staff should report concerns.",
        "Staff shall report concerns.",
        "Staff will report concerns to the DSL.",
        "Staff are required to report concerns.",
        "Staff are expected to report concerns.",
        "Visitors will be asked to sign in.",
        "We insist that visitors sign in.",
        "Report concerns to the DSL.",
        "Concerns must be reported.",
    ],
)
def test_a_clause_that_lays_a_duty_is_an_obligation(text):
    assert modality(text) == "obligation"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Staff are advised to lock their phones.", "advice"),
        ("It is also advised that staff lock their phones.", "advice"),
        ("Staff are encouraged to report concerns.", "advice"),
        ("It is recommended that staff lock their phones.", "advice"),
        ("Staff are advised not to post pictures.", "advice_against"),
        ("Staff are encouraged not to name the school.", "advice_against"),
        ("You are advised to avoid posts about the school.", "advice_against"),
        ("Staff are strongly discouraged from posting.", "advice_against"),
    ],
)
def test_advice_is_advice_whether_for_or_against(text, found):
    assert modality(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "This policy applies to all staff.",
        "Social networking is a platform to build social relations.",
        "Social media can blur the line between private and professional life.",
        "Inappropriate use may result in disciplinary action.",
    ],
)
def test_what_binds_nobody_is_a_statement(text):
    assert modality(text) == "statement"


@pytest.mark.parametrize(
    ("text", "excepts"),
    [
        ("Staff may not text parents except in an emergency.", True),
        ("Staff must not text parents unless the Headteacher agrees.", True),
        ("Staff must not text parents.", False),
    ],
)
def test_an_exception_in_the_sentence_is_noticed(text, excepts):
    assert bind(text).excepts is excepts


@pytest.mark.parametrize(
    ("text", "conditional"),
    [
        ("Phones may be used only with the Headteacher's permission.", True),
        ("Staff may use phones in designated areas only.", True),
        ("Phones should only be connected after consent from the SLT.", True),
        ("Staff may use the office phone.", False),
    ],
)
def test_a_condition_in_the_sentence_is_noticed(text, conditional):
    assert bind(text).conditional is conditional


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Staff must report concerns to parents.", {"staff"}),
        ("Parents must not film other children.", {"parent"}),
        ("Governors should follow this policy.", {"governor"}),
        ("Children are not permitted to have a phone.", {"pupil"}),
        ("We would ask parents not to use their phones.", {"parent"}),
        ("Staff should not: text parents;", {"staff"}),
        ("The Headteacher must be told.", {"headteacher"}),
        ("Photographs must be deleted.", set()),
    ],
)
def test_whom_a_rule_binds_is_its_subject_and_not_whom_it_mentions(text, named):
    assert actors(text) == named


def test_a_rule_for_everyone_binds_every_role():
    bound = actors("All individuals must sign in.")
    assert {"staff", "parent", "pupil", "governor", "visitor", "contractor"} <= bound


def test_where_a_rule_names_nobody_its_heading_does():
    assert actors("Do not film other children.", "Mobile Phones > Parents") == {"parent"}
    assert actors("Do not film other children.", "Parents > Filming") == set()
