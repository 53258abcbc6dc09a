"""Which policies are on a list of statutory ones, from the dated table and never from a guess."""

from __future__ import annotations

import pytest

from assistant.answer import Question
from assistant.ask import Assistant
from assistant.statutory import asks_statutory
from ingest.sync import ingest

BEHAVIOUR = "# Behaviour Policy\n\nReview date: July 2024\n\n1.1 Staff must not shout at pupils.\n"
POOL = "# Swimming Pool Rules\n\n1.1 Pupils must not run beside the pool.\n"


@pytest.fixture(scope="module")
def oak(furnish, tmp_path_factory):
    folder = tmp_path_factory.mktemp("oak")
    (folder / "behaviour.md").write_text(BEHAVIOUR)
    (folder / "pool.md").write_text(POOL)
    home = furnish(tmp_path_factory.mktemp("home"))
    ingest(folder, home, school="Oak")
    return Assistant.open(home)


@pytest.mark.parametrize(
    "question",
    [
        "which policies are statutory",
        "what policies do we have to have by law",
        "is it a statutory policy",
    ],
)
def test_a_question_for_the_law_is_told_from_one_for_a_rule(question):
    assert asks_statutory(question)
    assert not asks_statutory("can i text a parent")
    assert not asks_statutory("what does the policy say about statutory holidays")


def test_the_list_names_what_is_on_it_what_is_missing_and_its_own_day(oak):
    answer = oak.ask(Question(question="which of our policies are statutory?"))
    on, _, missing = answer.answer.partition("On those lists, and without a policy here:")
    assert "“Behaviour Policy” is on the list" in on
    assert "Swimming" not in answer.answer
    assert "Behaviour" not in missing
    assert "School attendance" in missing
    assert "20 November 2026" in on
    assert "may be incomplete" in missing
    assert [made.text for made in answer.quotes] == ["# Behaviour Policy"]
    assert answer.verdict == "informational"


def test_a_policy_on_no_list_is_said_to_be_on_none(oak):
    answer = oak.ask(Question(question="are the swimming pool rules a statutory policy"))
    assert "“Swimming Pool Rules” is on no list of statutory policies" in answer.answer
    assert answer.quotes == ()
    assert "unlawful" not in answer.answer
