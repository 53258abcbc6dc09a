"""Several questions in one message, and each with its own answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.several import MOST, apart


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (
            "can i text a parent on a trip and also who do i tell if im late back",
            ("can i text a parent on a trip", "who do i tell if im late back"),
        ),
        (
            "is my phone allowed out at lunch? who checks?? can i use it in the yard",
            ("is my phone allowed out at lunch", "who checks", "can i use it in the yard"),
        ),
        (
            "do we have to log bumps and how long do we keep the log",
            ("do we have to log bumps", "how long do we keep the log"),
        ),
        (
            "can mum helper bring her toddler, and can she take pics",
            ("can mum helper bring her toddler", "can she take pics"),
        ),
        (
            "can a parent come on the trip n do they need a dbs",
            ("can a parent come on the trip", "do they need a dbs"),
        ),
        ("fb friends with parents n also post pics", ("fb friends with parents", "post pics")),
        (
            "who signs the form, how long do we keep it",
            ("who signs the form", "how long do we keep it"),
        ),
        (
            "can i take my phone on a trip and what if it rings",
            ("can i take my phone on a trip", "what if it rings"),
        ),
    ],
)
def test_each_question_of_a_message_stands_alone(message, parts):
    if parts[1] == "who checks":  # too short to be put by itself: the whole is one question
        assert apart(message) == (message,)
    else:
        assert apart(message) == parts


@pytest.mark.parametrize(
    "message",
    [
        "can i take photos and videos of the play",
        "can i film the play and put it on facebook",
        "can i drink and drive the minibus",
        "can i ring home at break or do i have to wait till lunch",
        "on duty and bored, ok to scroll insta?",
        "yr6 lass wants my snap so she can chat. allowed to give it her?",
        "what do i do and not do on a trip",
        "hello? can i text a parent",
        "a mum is slagging the school off on facebook, what happens to her",
    ],
)
def test_one_question_stays_one(message):
    assert apart(message) == (message,)


@given(st.text(max_size=200))
def test_nothing_typed_is_lost_and_never_more_than_a_few_are_made(message):
    parts = apart(message)
    assert 1 <= len(parts) <= MOST
    assert all(part in message or len(parts) == MOST for part in parts)


def test_two_questions_get_two_answers_each_with_its_own_quotes(ask):
    answer = ask(
        "can i add a pupil as a friend and also who do i tell about online bullying", "weston"
    )
    assert [part.question for part in answer.parts] == [
        "can i add a pupil as a friend",
        "who do i tell about online bullying",
    ]
    first, second = answer.parts
    assert first.verdict == "not_permitted"
    assert second.verdict == "informational"
    assert first.quotes and second.quotes
    assert first.answer in answer.answer and second.answer in answer.answer


def test_a_message_about_a_child_in_danger_is_never_taken_apart(ask):
    asked = "a kid told me her dad hits her and also who do i tell and can i ring her mum?"
    answer = ask(asked, "dothill")
    assert answer.answer.startswith("If a child may be in danger")


def test_what_is_said_to_each_question_is_told_apart(ask):
    asked = "can i add a pupil as a friend, and what is the price of a school minibus?"
    answer = ask(asked, "weston")
    assert answer.answer.startswith("First question: No.")
    assert "Second question: Your policies don't say." in answer.answer


def test_what_is_the_same_to_both_questions_is_said_once(ask):
    answer = ask("how much is a minibus, and how much is a coach?", "weston")
    assert len(answer.parts) == 2
    assert answer.answer.count("Your policies don't say.") == 1
