"""Everyday words meet the words of policies; modals and negations stay out of it."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import assistant.wording
from assistant.wording import concepts, expand, wanted

TABLES = tomllib.loads(
    (Path(assistant.wording.__file__).parent / "lexicon.toml").read_text("utf-8")
)
LEXICON = {
    concept: words
    for name, table in TABLES.items()
    if name not in ("broader", "letters")
    for concept, words in table.items()
}


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("can i ring a mum", "Staff may telephone... call parents"),
        ("kids on insta", "Pupils on social media"),
        ("add a lad on fb", "friend a pupil on Facebook"),
        ("my iphone", "my phone"),
        ("take pics", "take photographs"),
        ("tell the head", "report to the Headteacher"),
        ("Mums’ phones", "parent's phone"),
        ("wi-fi", "network"),
        ("parent helper", "volunteers"),
    ],
)
def test_what_people_type_and_what_policies_write_share_a_concept(typed, written):
    assert set(concepts(typed)) & set(concepts(written))
    assert set(concepts(typed)) - set(concepts(written)) <= {"ring"}


@pytest.mark.parametrize("text", ["", "can i", "is it ok to do that", "📱", "and the", "???"])
def test_words_without_a_topic_are_no_concepts(text):
    assert concepts(text) == ()


@pytest.mark.parametrize(
    "pair", [("text", "texting"), ("photo", "photographs"), ("policy", "rule")]
)
def test_forms_of_a_word_are_one_concept_or_none(pair):
    assert concepts(pair[0]) == concepts(pair[1])


def test_a_question_also_wants_what_its_words_are_kinds_of_and_a_policy_does_not():
    assert "contact" in wanted("can i text a mum")
    assert "contact" not in concepts("can i text a mum")
    assert len(set(wanted("text text text"))) == len(wanted("text text text"))


def test_slang_is_explained_and_nothing_the_asker_wrote_is_lost():
    assert expand("can i whatsapp a mum") == "can i whatsapp (social media) a mum (parent)"
    assert expand("can i text a parent") == "can i text a parent"


def test_a_negation_survives_the_explanation():
    for question in ("i must not text", "i cannot text", "never text"):
        assert expand(question) == question
    assert expand("i dont text") == "i do not text"
    assert expand("i can't text") == "i cannot text"


@pytest.mark.parametrize(("concept", "words"), LEXICON.items())
def test_each_word_of_the_lexicon_is_read_as_what_it_stands_for(concept, words):
    """Not as another's: "reporter" and "report" have one stem."""
    for word in (concept, *words):
        assert concepts(word) == (concept.replace(" ", "_"),), word


def test_each_everyday_word_stands_for_one_thing():
    listed = [word for words in LEXICON.values() for word in words]
    assert [word for word, count in Counter(listed).items() if count > 1] == []


def test_no_word_of_the_lexicon_is_a_modal_or_a_negation():
    listed = {word for words in LEXICON.values() for word in words}
    modals = "may can must should shall will not never no cannot might could would need ought"
    assert not listed & set(modals.split())


@given(st.text(max_size=200))
def test_any_text_has_concepts_and_an_explanation(text):
    assert all(concept for concept in concepts(text))
    assert set(concepts(text)) <= set(wanted(text))
    assert isinstance(expand(text), str)
