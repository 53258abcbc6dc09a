"""A model words the answer; what the clauses do not prove never reaches whoever asked."""

from __future__ import annotations

import time

import pytest

from assistant.answer import Question
from assistant.llm import NoModel, open_chat
from assistant.settings import LlmSettings

ASKED = Question(question="can i use my own phone in a lesson")
RULE = "Staff must not use their own phones in lessons, except in an emergency."
HONEST = "You must not use your own phone in lessons, except in an emergency."


def says(*sentences, verdict="conditional"):
    return lambda _data: {
        "sentences": [{"text": text, "clauses": [1]} for text in sentences],
        "verdict": verdict,
    }


def test_an_honest_sentence_is_said_with_its_clause_and_where_text_was_sent(server, worded):
    server.script = says(HONEST)
    heard = []
    answer = worded(server).ask(ASKED, hear=heard.append)
    assert HONEST in answer.answer
    assert heard == [HONEST]
    assert answer.answered_by == server.model
    assert answer.quotes[0].text == RULE
    assert any(server.url in notice and "sent" in notice for notice in answer.notices)


@pytest.mark.parametrize(
    "wrong",
    [
        "You may use your own phone in lessons, except in an emergency.",
        "You must not use your own phone in lessons.",
        "You must not use your own phone in lessons, except at lunch.",
        "Pupils must not use their own phones in lessons, except in an emergency.",
        "You must not use your own phone in lessons, except in an emergency, for 30 minutes.",
        "You must not use your own phone in lessons, except in an emergency. See https://a.b/c.",
        "You must not use your own phone in lessons ![](x), except in an emergency.",
        "Your head has agreed that phones are fine.",
    ],
)
def test_a_sentence_that_its_clause_does_not_prove_is_never_said(openai, worded, wrong):
    openai.script = says(wrong)
    heard = []
    answer = worded(openai).ask(ASKED, hear=heard.append)
    assert heard == []
    assert wrong not in answer.answer
    assert answer.answered_by == "extractive"
    assert RULE in answer.answer
    assert any("nothing that the clauses prove" in notice for notice in answer.notices)


def test_what_fails_is_repaired_once_with_the_reasons(openai, worded):
    def script(data):
        good = HONEST if data["repairs"] else "You may use your own phone in lessons."
        return {"sentences": [{"text": good, "clauses": [1]}], "verdict": "conditional"}

    openai.script = script
    answer = worded(openai).ask(ASKED)
    assert HONEST in answer.answer
    again = openai.sent[-1]["messages"][-1]["content"]
    assert "You may use your own phone in lessons." in again
    assert len(openai.data) == 2


def test_an_invented_clause_number_proves_nothing(openai, worded):
    openai.script = lambda _d: {
        "sentences": [{"text": HONEST, "clauses": [9]}],
        "verdict": "permitted",
    }
    assert worded(openai).ask(ASKED).answered_by == "extractive"


def test_the_stricter_verdict_stands_and_it_is_said(openai, worded):
    openai.script = says(HONEST, verdict="permitted")
    ours = worded(openai).ask(ASKED)
    assert ours.verdict == "conditional"
    assert any("the stricter stands" in notice for notice in ours.notices)
    openai.script = says(HONEST, verdict="not_permitted")
    assert worded(openai).ask(ASKED).verdict == "not_permitted"


def test_where_the_model_finds_that_nothing_governs_nothing_is_answered(openai, worded):
    openai.script = lambda _d: {"sentences": [], "verdict": "not_covered"}
    answer = worded(openai).ask(ASKED)
    assert (answer.status, answer.verdict, answer.quotes) == ("not_covered", "not_covered", ())
    assert "Mobile Phone Policy" in answer.closest


def test_an_exception_that_the_model_leaves_out_is_said_all_the_same(openai, worded):
    openai.script = says(RULE)
    answer = worded(openai).ask(ASKED)
    assert "emergency" in answer.answer


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"status": 429}, "takes no more questions"),
        ({"status": 500}, "cannot be reached"),
        ({"status": 401}, "refused to answer"),
        ({"script": lambda _d: "I am sorry, but as a"}, "sent nothing that could be read"),
        ({"script": lambda _d: ""}, "sent nothing that could be read"),
        ({"script": lambda _d: {"sentences": "x", "verdict": 3}}, "nothing that could be read"),
        ({"script": lambda _d: "x" * 60_000}, "sent nothing that could be read"),
        ({"cut": True}, "is our own answer"),
        ({"pause": 0.5}, "did not answer in time"),
    ],
    ids=["busy", "broken", "refused", "prose", "empty", "malformed", "endless", "cut", "slow"],
)
def test_whatever_goes_wrong_our_own_answer_is_given_in_time(openai, worded, fault, said):
    openai.script = says(HONEST)
    for name, value in fault.items():
        setattr(openai, name, value)
    assistant = worded(openai, deadline_seconds=2.0)
    begun = time.monotonic()
    answer = assistant.ask(ASKED)
    assert time.monotonic() - begun < 5
    assert answer.answered_by == "extractive"
    assert RULE in answer.answer
    assert said in " ".join(answer.notices)


def test_a_server_that_is_gone_costs_a_notice_and_no_answer(openai, worded):
    assistant = worded(openai, base_url="http://127.0.0.1:9/v1", deadline_seconds=2.0)
    answer = assistant.ask(ASKED)
    assert RULE in answer.answer
    assert any("cannot be reached" in n or "in time" in n for n in answer.notices)


def test_a_server_that_knows_no_schema_is_asked_without_one(server, worded):
    server.refuses_schema, server.script = True, says(HONEST)
    assert worded(server).ask(ASKED).answered_by == server.model


def test_names_addresses_and_numbers_are_masked_before_they_leave(openai, worded):
    asked = "can i ring dave jenkins on 07700 900123 or d.j@mail.com on my own phone in a lesson"
    worded(openai).ask(Question(question=asked, history=("is priya patel in year 3 off sick",)))
    sent = " ".join(str(request) for request in openai.sent)
    for private in ("jenkins", "900123", "d.j@mail", "priya", "patel"):
        assert private not in sent.lower()


def test_only_the_clauses_that_are_needed_are_sent(openai, worded):
    worded(openai).ask(ASKED)
    (data,) = openai.data
    assert data["clauses"][0]["text"] == RULE
    assert len(data["clauses"]) <= 8


def test_the_budget_of_a_day_is_kept_and_said(openai, worded):
    openai.script = says(HONEST)
    assistant = worded(openai, budget_per_school=1)
    assert assistant.ask(ASKED).answered_by == openai.model
    spent = assistant.ask(ASKED)
    assert spent.answered_by == "extractive"
    assert any("calls for today" in notice for notice in spent.notices)
    assert not any("were sent" in notice for notice in spent.notices)
    assert len(openai.data) == 1


def test_what_was_once_written_is_used_again_and_verified_again(openai, worded):
    openai.script = says(HONEST)
    assistant = worded(openai, cache=True)
    first, second = assistant.ask(ASKED), assistant.ask(ASKED)
    assert first.answer == second.answer
    assert len(openai.data) == 1


def test_a_school_may_go_without_or_have_a_model_of_its_own(openai, worded):
    openai.script = says(HONEST)
    assert worded(openai, schools={"oak": "off"}).ask(ASKED).answered_by == "extractive"
    assert openai.sent == []
    only = worded(openai, model="", schools={"oak": openai.model})
    assert only.ask(ASKED).answered_by == openai.model


def test_no_model_is_named_and_none_is_asked(phones):
    from assistant.ask import Assistant

    answer = Assistant.open(phones, llm=LlmSettings()).ask(ASKED)
    assert answer.answered_by == "extractive"
    assert open_chat(LlmSettings()) is None


@pytest.mark.parametrize("name", ["llama3", "nosuch:model", ":x", "openai:"])
def test_a_model_that_cannot_be_used_is_one_sentence(name):
    with pytest.raises(NoModel, match=r"^The language model '.*\.$"):
        open_chat(LlmSettings(model=name))
