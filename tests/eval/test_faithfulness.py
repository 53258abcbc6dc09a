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
        ("Second question: Oak Primary School: Staff may text.", "Staff may text."),
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


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("Children ought to stow a scooter in the shed on arrival.",
         "Scooters should be stashed in the shed when pupils arrive."),
        ("Set at least two questions.", "Teachers should set two questions or more."),
        ("Years 3, 4 and 5 must swim.", "Pupils in Years 3 to 5 must swim."),
        ("Revise it by the end of term two.", "Revise it by the end of the second term."),
        ("Please bring a cushion.", "Parents are asked to bring a cushion."),
        ("Bring a cushion if you like.", "Parents may bring a cushion."),
        ("Unless frogs are spawning, the pond can be cleaned.",
         "The pond may be cleaned if frogs aren't spawning."),
        ("Any kite must be tethered.", "Kites must be tethered."),
    ],
)  # fmt: skip
def test_other_words_for_the_same_rule_stand(said, quote):
    assert is_faithful(said, [quote])


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("Kites are tethered.", "Kites are normally tethered."),
        (
            "Tether the kite after launching it.",
            "Staff should tether the kite before launching it.",
        ),
        ("Kites are stored by the end of the year.", "Kites are stored by the end of the week."),
        ("Please bring a cushion, as you must.", "Parents are asked to bring a cushion."),
        ("Pupils in Year 9 must swim.", "Pupils in Years 3 to 5 must swim."),
        ("Year 3 may borrow six kites.", "Year 3 may borrow two kites. Year 6 may borrow six."),
        ("Staff may fly any kite.", "Staff may fly a kite in which the ranger has an interest."),
        (
            "Kites may be flown at any time after lunch.",
            "Kites may be flown 30 minutes after lunch.",
        ),
    ],
)
def test_a_rule_that_is_nearly_the_same_does_not_stand(said, quote):
    assert not is_faithful(said, [quote])


def test_words_that_are_quoted_elsewhere_stand_for_no_other():
    rules = ["Sixth formers may eat in the pavilion.", "Chairs must be stacked in the gallery."]
    assert not is_faithful("Sixth formers may eat in the gallery.", rules)


def test_how_often_is_not_how_long():
    assert read("Checked yearly.").amounts == {("1", "year")}
    assert not read("Checked in their first year.").amounts


def test_on_answers_judged_by_hand_it_is_no_worse_than_it_was():
    """What it scores is in docs/evaluation.md; this only keeps it from slipping unseen."""
    pairs = judged.pairs()
    assert len(pairs) >= 200
    right = sum(is_faithful(pair.answer, pair.quotes) == pair.faithful for pair in pairs)
    assert right / len(pairs) >= 0.75
    assert faithfulness.is_faithful("", ())
