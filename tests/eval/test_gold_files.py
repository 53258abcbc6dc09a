"""The gold files themselves: valid, and every gold quote word for word in its document."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.gold import load_gold

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
GOLD = sorted((ROOT / "eval" / "gold").glob("*.toml"))


@pytest.mark.parametrize("file", GOLD, ids=lambda file: file.stem)
def test_a_gold_file_is_valid_and_its_quotes_verbatim(file):
    for gold in load_gold([file], CORPUS):
        for evidence, block in zip(gold.question.evidence, gold.blocks, strict=True):
            text = (CORPUS / block.source).read_bytes().decode("utf-8")
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
