from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from assistant.answer import Question
from ingest.home import IndexDamaged, IndexMissing
from ui import turns

APP = Path(turns.__file__).with_name("app.py")


@pytest.fixture
def page(assistant, monkeypatch, tmp_path):
    """The chat over the fake assistant, not yet run."""
    monkeypatch.setattr(turns, "open_assistant", lambda _home: assistant)
    monkeypatch.setenv("VERSE_HOME", str(tmp_path))
    st.cache_resource.clear()
    return AppTest.from_file(str(APP), default_timeout=30)


def words(page):
    """All that the page shows, without tags."""
    text = " ".join(re.sub(r"<[^>]+>", " ", block.body) for block in page.html)
    return " ".join(text.split())


def ask(page, question):
    return page.chat_input[0].set_value(question).run()


def press(page, label):
    return next(b for b in page.button if b.label == label).click().run()


def test_the_empty_page_says_what_this_is_and_offers_questions(page):
    page.run()
    assert not page.exception
    assert "not legal advice" in words(page)
    assert "Nothing you ask is recorded" in words(page)
    assert any(button.label.startswith("Can I") for button in page.button)


def test_a_question_is_answered_with_verdict_quote_and_citation(page):
    page.query_params["school"] = "oak"
    ask(page.run(), "Can I text a parent?")
    shown = words(page)
    assert "Not permitted" in shown
    assert "Staff must not: text parents;" in shown
    assert "clause 2.4" in shown


def test_school_and_role_come_from_the_address_and_go_back_to_it(page, assistant):
    page.query_params["school"] = "elm"
    page.query_params["role"] = "governor"
    ask(page.run(), "Can I text a parent?")
    assert (assistant.asked[0].school, assistant.asked[0].role) == ("elm", "governor")
    page.selectbox(key="school").set_value("oak").run()
    assert page.query_params["school"] == "oak"
    assert page.query_params["role"] == "governor"


def test_an_unknown_school_in_the_address_is_said_and_not_echoed(page):
    page.query_params["school"] = "<b>nowhere</b>"
    page.run()
    assert "The school in the link is not known here" in words(page)
    assert not any("nowhere" in block.body for block in page.html)
    assert page.selectbox(key="school").value == turns.ALL_SCHOOLS


def test_all_schools_asks_of_none_in_particular_and_shows_each(page, assistant):
    ask(page.run(), "Can I text a parent?")
    assert assistant.asked[0].school is None
    assert "Oak Primary School" in words(page)
    assert "Elm Primary School" in words(page)


def test_where_there_is_one_school_there_is_no_choice_of_all(page, assistant):
    assistant.schools = assistant.schools[:1]
    page.run()
    assert page.selectbox(key="school").options == ["Oak Primary School"]


def test_a_follow_up_brings_the_earlier_questions_to_the_same_school_only(page, assistant):
    page.query_params["school"] = "oak"
    ask(page.run(), "Can I text a parent?")
    ask(page, "And after six?")
    page.selectbox(key="school").set_value("elm").run()
    ask(page, "What about here?")
    assert [question.history for question in assistant.asked] == [
        (),
        ("Can I text a parent?",),
        (),
    ]
    assert "Can I text a parent?" in words(page)  # the conversation stays readable


def test_a_new_conversation_forgets_the_old_one(page, assistant):
    ask(page.run(), "Can I text a parent?")
    press(page, "Start a new conversation")
    assert "Can I text a parent?" not in words(page)
    ask(page, "And after six?")
    assert assistant.asked[-1].history == ()


def test_an_example_is_asked_by_pressing_it(page, assistant):
    page.run()
    example = page.button[0].label
    press(page, example)
    assert assistant.asked[0].question == example
    assert "For example" not in words(page)


def test_an_offered_school_is_chosen_and_the_question_asked_again(page, assistant):
    ask(page.run(), "Which phone do I use?")
    press(page, "Elm Primary School")
    assert assistant.asked[-1].question == "Which phone do I use?"
    assert assistant.asked[-1].school == "elm"
    assert page.query_params["school"] == "elm"


def test_what_is_not_covered_names_whom_to_ask(page):
    page.query_params["school"] = "oak"
    ask(page.run(), "Where is the parking?")
    shown = words(page)
    assert "Not covered" in shown
    assert "Headteacher" in shown
    assert "Phone Policy, 2.4 Phones on trips" in shown


def test_an_error_is_a_sentence_and_the_question_is_kept(page, assistant):
    assistant.broken = "The stored document is missing; run `verse ingest` to rebuild the index."
    ask(page.run(), "Can I text a parent?")
    assert not page.exception
    assert "The stored document is missing; run" in words(page)
    assert "Can I text a parent?" in words(page)
    assert page.chat_input[0].proto.value == "Can I text a parent?"  # back in the box


def test_once_the_error_is_mended_the_question_is_answered_in_its_place(page, assistant):
    assistant.broken = "It is broken."
    ask(page.run(), "Can I text a parent?")
    assistant.broken = ""
    ask(page, "Can I text a parent?")
    assert "It is broken." not in words(page)
    assert assistant.asked[-1].history == ()


def test_an_error_that_nobody_foresaw_is_a_sentence_too(page, assistant, caplog):
    def fail(question):
        raise KeyError(question.question)

    assistant.ask = fail
    ask(page.run(), "Can I text a parent?")
    assert not page.exception
    assert "Something unexpected went wrong (KeyError)" in words(page)
    assert "KeyError" in caplog.text
    assert "Can I text" not in caplog.text  # nothing asked is recorded


def test_a_question_asked_before_the_last_was_answered_loses_neither(page):
    page.run()
    page.session_state["turns"] = [turns.Turn("Can I text a parent?", "oak", "staff")]
    ask(page, "And may I ring one?")
    assert "Looking through" not in words(page)
    assert "Can I text a parent?" in words(page) and "And may I ring one?" in words(page)


@pytest.mark.parametrize(
    "error",
    [
        IndexMissing("There is no index in h; run `verse ingest` to make one."),
        IndexDamaged("The manifest cannot be read; run `verse ingest` to rebuild the index."),
    ],
)
def test_without_an_index_the_page_says_so_and_keeps_what_is_asked(page, monkeypatch, error):
    def fail(_home):
        raise error

    monkeypatch.setattr(turns, "open_assistant", fail)
    page.run()
    assert not page.exception
    assert str(error).split(";")[0] in words(page)
    ask(page, "Can I text a parent?")
    assert "Can I text a parent?" in words(page)
    assert str(error).split(";")[0] in words(page)


def test_an_index_made_while_the_page_is_open_is_used(page, monkeypatch, assistant):
    def fail(_home):
        raise IndexMissing("There is no index.")

    monkeypatch.setattr(turns, "open_assistant", fail)
    ask(page.run(), "Can I text a parent?")
    monkeypatch.setattr(turns, "open_assistant", lambda _home: assistant)
    ask(page, "Can I text a parent?")
    assert "There is no index" not in words(page)
    assert "Oak Primary School" in words(page)


def test_the_school_of_the_address_is_kept_while_there_is_no_index(page, monkeypatch, assistant):
    def fail(_home):
        raise IndexMissing("There is no index.")

    page.query_params["school"] = "elm"
    monkeypatch.setattr(turns, "open_assistant", fail)
    page.run()
    monkeypatch.setattr(turns, "open_assistant", lambda _home: assistant)
    ask(page, "Can I text a parent?")
    assert assistant.asked[0].school == "elm"


def test_html_in_a_question_is_shown_as_text(page):
    ask(page.run(), "<img src=x onerror=alert(1)> can I?")
    assert not any("<img" in block.body for block in page.html)
    assert any("&lt;img src=x" in block.body for block in page.html)


def test_each_school_is_offered_questions_that_its_own_policies_answer(home):
    real = turns.open_assistant(home)
    for school in real.schools:
        for example in turns.examples(school.key):
            answer = real.ask(Question(question=example, school=school.key))
            assert answer.status == "answered", f"{school.key}: {example}"


def test_a_school_that_is_not_known_is_offered_general_questions():
    assert len(turns.examples("nowhere")) >= 3
