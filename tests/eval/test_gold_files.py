"""The gold files themselves: valid, every quote word for word, every silence searched for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.corpus import read_corpus
from eval.gold import UNSOUGHT, load_gold
from eval.sets import SETS

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
GOLD = sorted((ROOT / "eval" / "gold").glob("*.toml"))
ALL = [
    pytest.param(file, one.corpus, id=f"{one.name}-{file.stem}")
    for one in SETS.values()
    for file in sorted(one.gold[0].glob("*.toml"))
]


@pytest.mark.parametrize(("file", "documents"), ALL)
def test_a_gold_file_is_valid_and_its_quotes_verbatim(file, documents):
    for gold in load_gold([file], documents):
        for evidence, block in zip(gold.question.evidence, gold.blocks, strict=True):
            text = (documents / block.source).read_bytes().decode("utf-8")
            found = {" ".join(span.of(text).split()) for span in block.spans}
            assert found == {" ".join(wanted.split()) for wanted in evidence.any_of}


def test_there_are_enough_questions_and_enough_silence():
    gold = load_gold(GOLD, CORPUS)
    assert len(gold) >= 60
    assert sum(one.question.verdict == "not_covered" for one in gold) >= 15
    assert {one.question.school for one in gold} >= {
        "dothill",
        "derbyshire",
        "st-nicholas",
        "weston",
    }
    assert {one.split for one in gold} == {"dev", "test"}


def test_superseded_text_is_gold_for_version_and_register_questions_only():
    for one in load_gold(GOLD, CORPUS):
        if any(block.source.endswith("-2020.txt") for block in one.blocks):
            assert one.question.kind in ("version", "register"), one.question.id


@pytest.mark.parametrize(("file", "documents"), ALL)
def test_where_gold_claims_silence_each_key_term_is_in_no_document_or_its_clauses_are_explained(
    file, documents
):
    corpus = read_corpus(documents).values()
    for gold in load_gold([file], documents):
        question = gold.question
        texts = [one.text for one in corpus if question.school in ("", one.school)]
        found = {term for term in question.terms if any(begins_a_word(term, t) for t in texts)}
        assert found == set(question.terms_elsewhere), question.id


def begins_a_word(term, text):
    """Whether the term stands there, in any case and with any ending."""
    words = r"\s+".join(re.escape(word) for word in term.split())
    return re.search(rf"\b{words}", text, re.IGNORECASE)


def test_every_question_that_a_policy_could_have_answered_names_the_terms_searched_for():
    silent = [
        one.question
        for gold_set in SETS.values()
        for one in load_gold(gold_set.gold, gold_set.corpus)
        if one.question.verdict == "not_covered"
    ]
    sought = [question for question in silent if question.kind not in UNSOUGHT]
    assert len(sought) > len(silent) / 2
    assert all(len(question.terms) >= 2 for question in sought)
