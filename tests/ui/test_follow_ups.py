"""Every question that is offered next leads somewhere; over fakes, and over the real index."""

from __future__ import annotations

import pytest

from assistant.answer import Answer, Part, Question
from ui import turns
from ui.follow_ups import EXCEPTION, WHAT_CHANGED, WHICH_POLICIES, follow_ups

REVISED = "We infer that it is in force: it reads as a revision of the copy of 2020."


class Knows:
    """Answers what it knows; everything else is not covered."""

    def __init__(self, answer, **known: Answer) -> None:
        self.answer, self.known = answer, known
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> Answer:
        self.asked.append(question)
        for word, reply in self.known.items():
            if word in question.question:
                return reply
        return self.answer(status="not_covered", verdict="not_covered", quotes=())


def offered(answer, ask, history=(), schools=()):
    return [one.words for one in follow_ups(answer, history, schools, ask)]


def test_a_question_whose_answer_is_not_known_is_not_offered(answer):
    ask = Knows(answer)
    assert offered(answer(), ask) == []
    assert ask.asked  # they were tried


def test_dates_and_approval_are_offered_where_the_register_knows_them(answer):
    due = answer(answer="“Phone Policy” is due for review: May 2030.", quotes=())
    assert offered(answer(), Knows(answer, due=due)) == ["When is “Phone Policy” due for review?"]


def test_an_answer_about_another_policy_does_not_count(answer):
    due = answer(answer="“Dog Policy” is due for review: May 2030.", quotes=())
    assert offered(answer(), Knows(answer, due=due)) == []


def test_an_exception_is_offered_where_the_answer_did_not_say_it(answer, quote):
    told = quote("In an emergency they may.", kind="exception")
    ask = Knows(answer, exception=answer(quotes=(quote(), told)))
    assert offered(answer(quotes=(quote(), told)), ask) == [EXCEPTION]
    said = answer(answer="No. In an emergency they may.", quotes=(quote(), told))
    assert offered(said, ask) == []


def test_what_changed_is_offered_only_where_older_text_is_shown_for_it(answer, quote):
    old = quote(status="superseded", source="oak/old.txt")
    ask = Knows(answer, changed=answer(quotes=(quote(), old)))
    assert offered(answer(notices=(REVISED,)), ask) == [WHAT_CHANGED]
    assert offered(answer(), ask) == []
    assert offered(answer(notices=(REVISED,)), Knows(answer, changed=answer())) == []


def test_at_most_three_are_offered_and_none_that_was_asked_before(answer, quote):
    old = quote(status="superseded", source="oak/old.txt")
    all_of_it = answer(answer="“Phone Policy” …", quotes=(quote(), old))
    ask = Knows(answer, **{"": all_of_it})
    first = offered(answer(notices=(REVISED,)), ask)
    assert len(first) == 3
    again = offered(answer(notices=(REVISED,)), ask, history=(first[0].upper(),))
    assert first[0] not in again and len(again) == 3


def test_where_nothing_is_covered_the_policies_there_are_can_be_asked_for(answer):
    silent = answer(status="not_covered", verdict="not_covered", quotes=())
    assert offered(silent, Knows(answer, Which=answer(answer="Oak has: “Phone Policy”."))) == [
        WHICH_POLICIES
    ]


@pytest.mark.parametrize("status", ["declined", "clarify", "failed"])
def test_what_was_not_answered_has_no_follow_up(answer, status):
    assert offered(answer(status=status), Knows(answer, **{"": answer()})) == []


def test_an_error_while_trying_costs_the_answer_nothing(answer):
    def fail(_question):
        raise RuntimeError

    assert follow_ups(answer(), (), (), fail) == ()


@pytest.fixture
def compared(answer):
    parts = tuple(
        Part(school=name, verdict=verdict, answer="…", quotes=())
        for name, verdict in (
            ("Oak Primary School", "permitted"),
            ("Elm Primary School", "not_covered"),
        )
    )
    return lambda **changes: answer(parts=parts, **changes)


def test_of_a_comparison_the_schools_that_speak_can_be_asked_alone(compared, assistant):
    (one,) = follow_ups(compared(), (), assistant.schools, assistant.ask)
    assert (one.words, one.school) == ("What about Oak Primary School?", "oak")
    assert one.question == compared().question
    assert assistant.asked == []


@pytest.mark.parametrize(
    "changes",
    [{"understood": "about: text"}, {"question": "Can I text at Oak and at Elm?"}],
)
def test_a_question_that_would_mean_something_else_alone_is_not_offered(
    compared, assistant, changes
):
    assert follow_ups(compared(**changes), (), assistant.schools, assistant.ask) == ()


def test_over_the_real_policies_every_follow_up_is_answered(home):
    real = turns.open_assistant(home)
    seen: set[str] = set()
    for school in ("", *(school.key for school in real.schools)):
        for example in (*turns.examples(school), "What has changed?", "How long is lunch?"):
            first = turns.settle([turns.Turn(example, school, "staff")], real, "")
            for one in turns.suggest([first], real).follow_ups or ():
                next_turn = turns.Turn(one.question, one.school or school, "staff")
                reply = turns.settle([first, next_turn], real, "").answer
                assert reply is not None and reply.status == "answered", (school, example, one)
                seen.add(one.words.split("“")[0])
    assert {"When is ", "Who approved ", WHICH_POLICIES, WHAT_CHANGED} <= seen
    assert len(seen) >= 7
