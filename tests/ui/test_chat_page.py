from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from assistant import record
from assistant.answer import Question
from assistant.notice import NOTICE
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


def typed(assistant):
    """What the asker asked, less what the page tried out to offer it."""
    return [question for question in assistant.asked if question.id is None]


def ask(page, question):
    return page.chat_input[0].set_value(question).run()


def press(page, label):
    return next(b for b in page.button if b.label == label).click().run()


def test_the_empty_page_says_what_this_is_and_offers_questions(page):
    page.run()
    assert not page.exception
    assert "not legal advice" in words(page)
    assert "Nothing you ask is recorded" in words(page)
    assert "remembered in this browser" in words(page)
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
    assert (typed(assistant)[0].school, typed(assistant)[0].role) == ("elm", "governor")
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
    assert typed(assistant)[0].school is None
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
    assert [question.history for question in typed(assistant)] == [
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
    assert typed(assistant)[-1].history == ()


def test_an_example_is_asked_by_pressing_it(page, assistant):
    page.run()
    example = page.button[0].label
    press(page, example)
    assert typed(assistant)[0].question == example
    assert "For example" not in words(page)


def test_an_offered_school_is_chosen_and_the_question_asked_again(page, assistant):
    ask(page.run(), "Which phone do I use?")
    press(page, "Elm Primary School")
    assert typed(assistant)[-1].question == "Which phone do I use?"
    assert typed(assistant)[-1].school == "elm"
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
    assert typed(assistant)[-1].history == ()


def test_an_error_that_nobody_foresaw_is_a_sentence_too(page, assistant, caplog):
    def fail(question, **_rest):
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
    assert typed(assistant)[0].school == "elm"


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


def test_of_the_general_questions_only_those_that_a_school_answers_are_offered(assistant):
    questions = ["Can I text?", "Where is the parking?", "Can I ring?"]
    offered = turns.answerable(assistant, "oak", questions)
    assert offered == ("Can I text?", "Can I ring?", "Which policies do you have?")
    assert len(turns.answerable(assistant, "oak", [f"Can I {n}?" for n in range(9)])) == 4


def test_an_example_that_fails_costs_the_page_nothing(page, assistant):
    assistant.broken = "It is broken."
    page.run()
    assert not page.exception
    assert "Choose your school, then ask." in words(page)


def test_a_school_that_is_not_known_is_offered_general_questions():
    assert len(turns.examples("nowhere")) >= 3


def test_a_follow_up_is_asked_by_pressing_it(page, assistant):
    ask(page.run(), "Can I text a parent?")
    assert "Ask next" in words(page)
    press(page, "What about Elm Primary School?")
    assert typed(assistant)[-1].question == "Can I text a parent?"
    assert typed(assistant)[-1].school == "elm"
    assert page.query_params["school"] == "elm"


def test_only_the_newest_answer_offers_what_to_ask_next(page):
    ask(page.run(), "Can I text a parent?")
    ask(page, "Can I ring a parent?")
    labels = [button.label for button in page.button]
    assert labels.count("What about Elm Primary School?") == 1


def test_what_may_be_asked_next_is_looked_for_again_where_that_was_broken_off(page, assistant):
    ask(page.run(), "Can I text a parent?")
    (turn,) = page.session_state["turns"]
    page.session_state["turns"] = [replace(turn, follow_ups=None)]  # a button was pressed too soon
    page.run()
    assert not page.exception
    assert "What about Elm Primary School?" in [button.label for button in page.button]
    assert len(typed(assistant)) == 1  # the question itself is not asked again


def test_an_address_without_a_role_is_for_staff_and_stays_short(page, assistant):
    ask(page.run(), "Can I text a parent?")
    assert typed(assistant)[0].role == "staff"
    assert "role" not in page.query_params and "school" not in page.query_params


def test_where_nothing_is_recorded_there_are_no_thumbs(page, tmp_path):
    page.query_params["school"] = "oak"
    ask(page.run(), "Can I text a parent?")
    assert not any("elpful" in button.label for button in page.button)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.fixture
def recorded(page, monkeypatch):
    """The page with recording on, and a question that was asked of Oak."""
    monkeypatch.setenv("VERSE_RECORD", "on")
    page.query_params["school"] = "oak"
    return ask(page.run(), "Where is the parking?")


def kept(tmp_path):
    return record.in_vain(tmp_path).asked


def test_where_recording_is_on_the_page_says_what_is_kept(recorded, tmp_path):
    assert NOTICE in words(recorded)
    assert "Nothing you ask is recorded" not in words(recorded)
    assert [asked.question for asked in kept(tmp_path)] == ["Where is the parking?"]


def test_a_thumb_and_a_word_are_kept_with_the_question(recorded, tmp_path):
    press(recorded, "Not helpful")
    assert kept(tmp_path)[0].thumb == "down"
    assert any(button.label == "✓ Not helpful" for button in recorded.button)
    recorded.text_input[0].set_value("It says nothing of bicycles.")
    press(recorded, "Send")
    assert (kept(tmp_path)[0].thumb, kept(tmp_path)[0].word) == (
        "down",
        "It says nothing of bicycles.",
    )
    assert "Thank you" in words(recorded)


def test_a_thumb_pressed_twice_is_taken_back(recorded, tmp_path):
    press(recorded, "Not helpful")
    press(recorded, "✓ Not helpful")
    assert kept(tmp_path)[0].thumb == ""
    assert not any(button.label.startswith("✓") for button in recorded.button)


def test_feedback_on_what_was_erased_meanwhile_is_a_sentence(recorded, tmp_path):
    record.erase(tmp_path, everything=True)
    press(recorded, "Helpful")
    assert not recorded.exception
    assert "no longer kept" in words(recorded)


def test_what_was_tried_out_and_a_question_back_are_not_recorded(recorded, tmp_path):
    recorded.selectbox(key="school").set_value(turns.ALL_SCHOOLS).run()
    ask(recorded, "Which phone do I use?")  # answered by "which school?"
    assert record.in_vain(tmp_path).kept == 1


def test_a_conversation_that_the_browser_kept_is_asked_again_and_not_recorded(
    page, monkeypatch, assistant, tmp_path
):
    monkeypatch.setenv("VERSE_RECORD", "on")
    names = turns.school_choices(assistant.schools)
    page.run()
    page.session_state["turns"] = list(
        turns.recalled(
            [["Can I text?", "oak", "governor"], ["And ring?", "oak", "governor"]], names
        )
    )
    page.run()
    assert "Can I text?" in words(page) and "And ring?" in words(page)
    assert "Looking through" not in words(page)
    again = typed(assistant)[-1]
    assert (again.school, again.role, again.history) == ("oak", "governor", ("Can I text?",))
    assert record.in_vain(tmp_path).kept == 0


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "Can I?",
        {"turns": []},
        [["Can I?", "oak"]],
        [["Can I?", "oak", 3]],
        [[" ", "oak", "staff"]],
        [["x" * 5000, "oak", "staff"]],
        [["Can I?", "nowhere", "staff"]],
    ],
)
def test_what_a_browser_could_not_have_kept_is_left_out(kept):
    assert turns.recalled(kept, {"oak": "Oak Primary School"}) == ()


def test_of_a_long_conversation_the_newest_questions_come_back():
    kept = [[f"Can I {n}?", "", "nobody"] for n in range(50)]
    back = turns.recalled(kept, {})
    assert [turn.question for turn in back] == [f"Can I {n}?" for n in range(30, 50)]
    assert back[0].role == "staff"


def test_the_text_to_be_copied_holds_question_answer_quote_place_and_day(page):
    page.query_params["school"] = "oak"
    ask(page.run(), "Can I text a parent?")
    (turn,) = page.session_state["turns"]
    assert turn.plain.startswith(
        "Can I text a parent?\nOak Primary School · staff, 20 November 2026"
    )
    for said in (
        "✕ Not permitted",
        "> - text parents;",
        "Phone Policy, Oak Primary School, clause",
    ):
        assert said in turn.plain


def test_what_a_language_model_writes_is_shown_as_it_comes_and_then_the_answer(page, assistant):
    heard = []
    given = assistant.ask

    def ask_slowly(question, *, hear):
        hear("A sentence that came first.")
        heard.append(question.question)
        return given(question)

    assistant.ask = ask_slowly
    ask(page.run(), "Can I text a parent slowly?")
    assert heard
    assert "A sentence that came first." not in words(page)  # the answer has taken its place
    assert "text" in words(page)
