"""Faithfulness without an LLM: what it tells apart, on rules written for these tests."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from assistant import compose, facts
from eval import faithfulness, judged
from eval.claims import read, sentences
from eval.claims.phrases import unframed
from eval.faithfulness import findings, is_faithful
from eval.intervals import measure
from eval.metrics import METRICS

RULES = tomllib.loads((Path(__file__).parent / "rules.toml").read_text("utf-8"))["rule"]


@pytest.mark.parametrize("row", RULES, ids=lambda row: row["rule"][:40])
def test_what_says_the_same_is_told_from_what_does_not(row):
    rule = row["rule"]
    assert [said for said in row["faithful"] if not is_faithful(said, [rule])] == []
    assert [said for said in row["not"] if is_faithful(said, [rule])] == []


def test_a_fault_is_named():
    (finding,) = findings("Staff should not text parents.", ["Staff must not text parents."])
    assert "force" in finding.faults
    (finding,) = findings("Reply within ten days.", ["Reply within five days."])
    assert "number" in finding.faults


def test_a_quote_word_for_word_stands_whatever_it_says():
    quote = (
        "Staff should not:\nshare pass-\nwords, e.g. by e-mail; nor write them down. Parents may."
    )
    assert is_faithful("Staff should not: share pass-words, e.g. by e-mail.", [quote])
    assert is_faithful("Parents may.", [quote])


def test_half_a_sentence_does_not_stand_word_for_word():
    assert not is_faithful("Staff may text parents.", ["Staff may text parents in an emergency."])
    assert not is_faithful("text parents.", ["Staff must not text parents."])


def test_a_lead_in_gives_its_bullet_the_meaning():
    quote = "Staff should not: lend their phone to a pupil"
    assert is_faithful("Staff should not lend a pupil their phone.", [quote])
    assert not is_faithful("Staff should lend their phone to a pupil.", [quote])


def test_words_of_two_quotes_do_not_make_a_third_rule():
    quotes = ["Visitors must wear a badge.", "Volunteers may use the staff kitchen."]
    assert is_faithful("Volunteers may use the staff kitchen.", quotes)
    assert not is_faithful("Visitors may use the staff kitchen.", quotes)


def test_an_opening_must_not_contradict_what_follows():
    rule = "Staff must not text parents."
    assert is_faithful(f"No. {rule}", [rule])
    assert not is_faithful(f"Yes. {rule}", [rule])
    assert not is_faithful(f"It depends on the circumstances. {rule}", [rule])
    only = "Staff may text parents only in an emergency."
    assert is_faithful(f"It depends on the circumstances. {only}", [only])


def test_every_fixed_phrase_of_the_assistant_is_known():
    phrases = {*compose.FIXED, facts.UNKNOWN, "It is overdue.", "It is in date."}
    assert sorted(phrase for phrase in phrases if unframed(phrase).claims) == []


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Oak Primary School: Staff may text.", "Staff may text."),
        ("“Phones” is due for review: July 2022.", "July 2022."),
        ("The policy advises: Staff are asked to ring.", "Staff are asked to ring."),
    ],
)
def test_the_frame_around_a_sentence_is_not_its_claim(sentence, said):
    assert unframed(sentence).text == said


@pytest.mark.parametrize(
    "phrase", ["Your policies don't say.", "Ask: Headteacher.", "Oak School: No.", "Tell: the DSL."]
)
def test_silence_and_whom_to_ask_claim_nothing_of_a_clause(phrase):
    assert not unframed(phrase).claims


def test_the_metric_counts_sentences_that_stand(case, shown):
    quotes = [shown("oak/phones.txt", "Staff must not text parents.")]
    good = case(quotes=quotes, answer="No. Staff must not text parents.")
    half = case(quotes=quotes, answer="Staff must not text parents. Staff may text pupils.")
    silent = case(given_status="not_covered", answer="Your policies don't say. Ask: Headteacher.")
    assert measure(METRICS["faithful"], [good, half, silent]).value == pytest.approx(2 / 3)
    assert measure(METRICS["faithful"], [silent]).value is None


def test_numbers_that_do_not_end_a_sentence_do_not_split_it():
    assert sentences("Use form no. 5, e.g. for trips. Then ring; they answer.") == [
        "Use form no. 5, e.g. for trips.",
        "Then ring",
        "they answer.",
    ]


@pytest.mark.parametrize(
    ("sentence", "forces"),
    [
        ("Staff must not smoke.", ["must not"]),
        ("No member of staff may smoke.", ["must not"]),
        ("You don't have to come.", ["need not"]),
        ("Staff are not expected to come.", ["is asked not to"]),
        ("No more than ten may come.", ["may"]),
        ("Ring the office.", ["do"]),
        ("Staff must ring if they may be late.", ["must"]),
        ("Staff who may be late must ring.", ["must"]),
        ("The office opens at nine.", []),
        ("Staff should **not**: text parents.", ["should not"]),
        ("Staff should: Not text parents.", ["should not"]),
    ],
)
def test_how_a_sentence_binds_is_read_from_its_verbs(sentence, forces):
    assert [bind.force for bind in read(sentence).binds] == forces


def test_on_answers_judged_by_hand_it_is_no_worse_than_it_was():
    """What it scores is in docs/evaluation.md; this only keeps it from slipping unseen."""
    pairs = judged.pairs()
    assert len(pairs) >= 200
    right = sum(is_faithful(pair.answer, pair.quotes) == pair.faithful for pair in pairs)
    assert right / len(pairs) >= 0.75
    assert faithfulness.is_faithful("", ())
