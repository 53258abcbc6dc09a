"""Which sentence of a clause decides, which part of it, and what may stand after a "yes"."""

from __future__ import annotations

import numpy as np
import pytest

from assistant import compose
from assistant.answer import Question
from assistant.ask import Assistant
from assistant.asking import understand
from assistant.bindings import by_words
from assistant.decisive import decisive, parts_of
from assistant.learned import learned
from assistant.modality import bind
from assistant.reader import VERDICTS, Judgement
from assistant.reading import read
from assistant.retrieve import FEATURES, Candidate
from ingest.documents import Clause, Passage, Policy, Span
from ingest.sync import ingest

READER = learned("tuned+reader")
HELPERS = "Helpers may read to pupils but may not sign in to a computer themselves."


def passage(text: str) -> Passage:
    clause = Clause("1", "clause", text, Span(0, len(text)), "", ("Helpers",))
    return Passage(clause, Policy("oak", "Oak School", "Helpers", "oak/helpers.txt"), "f", "t")


def judged(governs: float, verdict: str = "informational") -> Judgement:
    return Judgement(governs, governs, tuple(3.0 * (v == verdict) for v in VERDICTS))


def reader_that_likes(word: str):
    """A reader by which a line governs as far as it has a word."""
    return lambda _, lines: [judged(5.0 if word in line else -3.0) for line in lines]


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        (HELPERS, ["Helpers may read to pupils", "but may not sign in to a computer themselves."]),
        ("Staff must not: run; shout.", ["Staff must not: run", "Staff must not: shout."]),
        (
            "Boots are not permitted, save that they may be worn in snow.",
            ["Boots are not permitted", "save that they may be worn in snow."],
        ),
        ("Staff must not text parents.", ["Staff must not text parents."]),
    ],
)
def test_a_sentence_is_cut_where_it_turns(sentence, parts):
    assert parts_of(sentence) == parts


@pytest.mark.parametrize(
    ("word", "modality"), [("read to", "permission"), ("sign in", "prohibition")]
)
def test_the_part_that_is_asked_about_binds(word, modality):
    found = decisive(understand("can i"), passage(HELPERS), reader_that_likes(word))
    assert (found.mixed, found.found, found.binding.modality) == (True, True, modality)
    assert found.line == HELPERS  # and all of it is said


def test_where_no_part_stands_out_none_is_taken_for_the_one_meant():
    found = decisive(understand("can i help"), passage(HELPERS), reader_that_likes("Helpers"))
    assert found.mixed
    nobody = decisive(understand("can i help"), passage(HELPERS), reader_that_likes("zebra"))
    assert nobody.mixed and not nobody.found


def test_the_reader_chooses_the_sentence_that_shares_no_word_with_the_question():
    text = "Staff do not give pupils their addresses. A pupil who writes is reported to the head."
    asked = understand("kid from my class messaged me, do i answer")
    assert decisive(asked, passage(text), reader_that_likes("writes")).line.startswith("A pupil")


def answered(question: str, text: str, verdict: str, word: str):
    """Opening and verdict of an answer from one clause, as a reader of that verdict has it."""
    found = passage(text)
    top = Candidate(found, 5.0, np.ones(len(FEATURES), np.float32), by_words(found))
    top = top._replace(judgement=judged(5.0, verdict))

    def judge(_, lines):
        return [judged(5.0 if word in line else -3.0, verdict) for line in lines]

    asked = understand(question)
    reading = read(asked, [top], {"1": 0}, READER, 0.0, judge)
    excepts = bind(text).excepts
    return reading.verdict, compose.opening(asked, reading.verdict, reading.force, excepts)


def test_no_stands_before_no_sentence_that_allows_what_is_asked():
    fan = "Electric fans are allowed if the guard is on; a wet towel must not be hung over one."
    verdict, opening = answered("can i bring my desk blower", fan, "not_permitted", "fans")
    assert (verdict, opening) == ("conditional", compose._OPENINGS["conditional"])
    verdict, opening = answered("can i dry a towel on it", fan, "not_permitted", "towel")
    assert (verdict, opening) == ("not_permitted", "No.")
    _, opening = answered("can i bring my desk blower", fan, "not_permitted", "zebra")
    assert opening == ""  # nobody knows which half is meant


def test_yes_stands_before_no_clause_that_leaves_a_case_open_or_that_the_reader_denies():
    asked = "can i photograph my son"
    plain = "Parents may photograph their own children."
    assert answered(asked, plain, "permitted", "Parents") == ("permitted", "Yes.")
    open_case = "Parents may photograph their own children with the Headteacher's approval."
    assert answered(asked, open_case, "permitted", "Parents")[0] == "conditional"
    assert answered(asked, plain, "not_permitted", "Parents")[0] == "conditional"


def test_a_rule_with_an_exception_is_denied_as_a_rule_only():
    rule = "Staff must not text parents except in an emergency."
    verdict, opening = answered("can i text a mum, its urgent", rule, "not_permitted", "text")
    assert (verdict, opening) == ("not_permitted", "As a rule, no.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Nothing that identifies a pupil may be typed into such a tool.",
        "Nobody may be given worse shifts for having raised a concern.",
        "None of the keys may be lent.",
    ],
)
def test_a_subject_that_is_nobody_forbids(sentence):
    assert bind(sentence).modality == "prohibition"


def test_whom_the_school_insists_on_is_bound_however_late_it_says_so():
    sentence = (
        "Mindful of the law and in order to safeguard the welfare of all young people who are "
        "taught within this school, we insist that parents do not publish images of others."
    )
    assert bind(sentence).actors == {"parent"}


@pytest.fixture(scope="module")
def concerts(furnish, tmp_path_factory):
    """A school that welcomes filming and forbids publishing it."""
    folder = tmp_path_factory.mktemp("concerts")
    (folder / "events.md").write_text(
        "# Photographs at School Events\n\n"
        "Parents may take photographs and videos of their children at concerts and plays.\n\n"
        "Parents must not publish photographs or videos of school events on social media.\n"
    )
    home = furnish(tmp_path_factory.mktemp("home"))
    ingest(folder, home, school="Oak")
    return Assistant.open(home)


def test_what_a_second_clause_forbids_is_said_beside_what_the_first_allows(concerts):
    asked = Question(question="can i film the play and put the video on facebook", role="parent")
    answer = concerts.ask(asked)
    assert answer.verdict in ("conditional", "not_permitted")
    assert "must not publish photographs or videos" in answer.answer


def test_an_answer_that_may_rest_on_another_rule_says_so_and_affirms_nothing(ask):
    answer = ask("can i use my phone in class", "dothill")
    assert answer.confidence < compose.DOUBT
    assert answer.answer.startswith(compose.UNSURE)
    assert " No. " not in answer.answer


def test_an_answer_that_is_sure_enough_says_no(ask):
    answer = ask("can i add a pupil as a friend", "weston")
    assert answer.confidence >= compose.DOUBT
    assert answer.answer.startswith("No. ")
