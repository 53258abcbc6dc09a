"""Questions that give their asker away are recognised, and everyday ones are not taken for them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.discretion import counted_only

GOLD = Path(__file__).parents[2] / "eval"
SET = tomllib.loads(Path(__file__).with_name("delicate.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def gold() -> list[dict[str, Any]]:
    files = [*GOLD.glob("gold/*.toml"), *GOLD.glob("invented/gold/*.toml")]
    return [q for file in files for q in tomllib.loads(file.read_text("utf-8"))["question"]]


def lost(questions: list[dict[str, Any]]) -> list[str]:
    return [q["question"] for q in questions if counted_only(q["question"], *q.get("history", ()))]


def test_sixty_sentences_each_way():
    assert len(SET["delicate"]) >= 60
    assert len(SET["plain"]) >= 60


@pytest.mark.parametrize("question", SET["delicate"])
def test_a_delicate_question_is_only_counted(question):
    assert counted_only(question)
    assert counted_only(question.upper())
    assert counted_only(question.replace("'", "’"))


@pytest.mark.parametrize("question", SET["plain"])
def test_an_everyday_question_may_be_kept(question):
    assert not counted_only(question)


def test_every_gold_question_about_a_child_in_danger_is_only_counted(gold):
    danger = [q for q in gold if q["kind"] == "safeguarding"]
    assert len(danger) >= 10
    assert set(lost(danger)) == {q["question"] for q in danger}


def test_few_other_gold_questions_are_lost_to_caution(gold, capsys):
    others = [q for q in gold if q["kind"] != "safeguarding"]
    cautious = lost(others)
    with capsys.disabled():
        print(f"\nCounted only: {len(cautious)} of {len(others)} gold questions on other things.")
    assert len(cautious) / len(others) < 0.08, cautious


@pytest.mark.parametrize(
    "topic", ["safeguarding", "allegations", "whistleblowing", "staff-discipline"]
)
def test_a_delicate_topic_is_enough(topic):
    assert counted_only("how long does it take", topic)


@settings(deadline=None)
@given(st.lists(st.text(), max_size=4))
def test_any_texts_at_all_can_be_looked_at(texts):
    assert counted_only(*texts) in (True, False)
    assert counted_only(*texts, "someone has made an allegation against me")
