"""What a whole answer says, on the policies of the corpus."""

from __future__ import annotations

import pytest

from ingest.documents import flow


def test_a_list_that_is_asked_for_is_quoted_whole_and_in_order(ask):
    answer = ask("want an eco club insta, what do i have to do first", "weston")
    starts = [made.start for made in answer.quotes]
    assert len(starts) >= 5 and starts == sorted(starts)
    assert len({made.lead_in for made in answer.quotes}) == 1
    for made in answer.quotes:
        assert flow(made.text).rstrip(" ;,.") in answer.answer


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
