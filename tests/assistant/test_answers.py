"""What a whole answer says, on the policies of the corpus."""

from __future__ import annotations

import pytest

from assistant.answer import Question
from assistant.ask import Assistant
from assistant.compose import gathered
from ingest.documents import flow
from ingest.sync import ingest


def test_a_list_that_is_asked_for_is_quoted_whole_and_in_order(ask):
    answer = ask("want an eco club insta, what do i have to do first", "weston")
    starts = [made.start for made in answer.quotes]
    assert len(starts) >= 5 and starts == sorted(starts)
    assert len({made.lead_in for made in answer.quotes}) == 1
    for made in answer.quotes:
        assert flow(made.text).rstrip(" ;,.") in answer.answer


def test_may_i_text_a_parent_on_a_trip(ask):
    """The question that stands on the README's first screen, with the clause for the asker."""
    answer = ask("Can I text a parent on a trip?", "dothill")
    assert answer.verdict == "conditional"
    assert "except in the interest of a child’s safety" in flow(answer.quotes[0].text)
    helper = ask("Can I text a parent on a trip?", "dothill", role="parent")
    assert helper.verdict == "not_permitted"
    assert "acting as a school representative" in flow(helper.quotes[0].text)


def test_a_rule_on_one_thing_of_a_list_brings_no_others(ask):
    answer = ask(
        "some troll has had a go at us under the school tweets, what do i do", "derbyshire"
    )
    assert len(answer.quotes) <= 4


@pytest.mark.parametrize(
    "question", ["whos on the slt", "who is the head", "who are the governors?"]
)
def test_who_somebody_is_wants_a_name_and_not_what_they_must_do(ask, question):
    assert ask(question, "weston").status == "not_covered"


def test_who_somebody_is_is_answered_where_a_clause_names_them(ask):
    answer = ask("who is the dsl", "weston")
    assert answer.status == "answered"
    assert "Mrs S Badger" in answer.quotes[0].text


def test_a_word_that_ties_a_sentence_to_the_one_before_is_left_out_of_the_answer(ask):
    answer = ask("can i use my phone instead of the school camera", "dothill")
    assert "However, staff" not in answer.answer
    assert any(made.lead_in.startswith("However") for made in answer.quotes)


def test_policies_in_force_by_inference_alone_share_one_notice():
    alone = "We infer that “A” is in force: the only copy we hold."
    one, other = (
        f"We infer that “{title}” is in force: the file does not say whether it is in force."
        for title in ("Phones", "Trips")
    )
    assert gathered([one, "Overdue."]) == (one, "Overdue.")
    assert gathered([alone, one, "Overdue.", other]) == (
        alone,
        "We infer that “Phones” and “Trips” are in force: their files do not say whether they are.",
        "Overdue.",
    )


@pytest.fixture(scope="module")
def at_odds(furnish, tmp_path_factory):
    """A school whose visits policy allows what its code of conduct forbids."""
    folder = tmp_path_factory.mktemp("at-odds")
    (folder / "visits.md").write_text(
        "# Educational Visits Policy\n\n## Photographs on visits\n\n"
        "Staff may use their own phones to photograph pupils on visits.\n\n"
        "## Travel\n\nStaff travel with the pupils on the coach.\n"
    )
    (folder / "conduct.md").write_text(
        "# Staff Code of Conduct\n\n## Phones and cameras\n\n"
        "Staff must not use their own phones to photograph pupils, on visits or in school.\n\n"
        "## Gifts\n\nStaff must declare gifts worth more than £25.\n"
    )
    home = furnish(tmp_path_factory.mktemp("home"))
    ingest(folder, home, school="Oak")
    return Assistant.open(home)


def test_two_clauses_that_contradict_each_other_are_both_quoted_and_it_is_said(at_odds):
    asked = Question(question="can i take pics of the kids on my own phone on a trip")
    answer = at_odds.ask(asked)
    assert answer.verdict == "conditional"
    assert answer.answer.startswith("The policies contradict each other here")
    assert {made.modality for made in answer.quotes} == {"permission", "prohibition"}
    assert len({made.policy for made in answer.quotes}) == 2
    plain = at_odds.ask(Question(question="do i have to declare a bottle of gin from a parent"))
    assert "contradict" not in plain.answer


STEPS = """# Medicines Policy

If the wrong medicine has been given:

1. ring 111, or 999 if the pupil seems unwell;
2. ring the parent;
3. tell the named person;
4. fill in the incident form on the same day.
"""


@pytest.fixture(scope="module")
def medicines(furnish, tmp_path_factory):
    """A school whose only policy is one list of steps; it names nobody for safeguarding."""
    folder = tmp_path_factory.mktemp("medicines")
    (folder / "medicines.md").write_text(STEPS)
    home = furnish(tmp_path_factory.mktemp("home"))
    ingest(folder, home, school="Oak")
    return Assistant.open(home)


@pytest.mark.parametrize(
    "question",
    ["gave the wrong kid the tablets!! help", "what happens if a child got the wrong medicine"],
)
def test_steps_are_never_told_without_the_first(medicines, question):
    answer = medicines.ask(Question(question=question))
    assert answer.status == "answered"
    assert [made.clause for made in answer.quotes] == ["1", "2", "3", "4"]
    assert "ring 111, or 999 if the pupil seems unwell; ring the parent" in answer.answer


def test_where_a_child_may_be_in_danger_somebody_is_always_named(medicines):
    answer = medicines.ask(Question(question="a child told me her dad hits her"))
    assert "call 999" in answer.answer
    assert answer.ask == "the designated safeguarding lead"
