"""Flips are wrong on purpose: verification must reject them, and not by rejecting everything."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from eval import adversarial, judged
from eval.adversarial import accepts, agreement, closeness, flips_of, judge, metric_accepts
from eval.command import COMMANDS
from eval.corpus import Source, read_corpus
from eval.flips import MAKERS, Cited, Flip, generate, rules_of
from eval.gold import GoldError
from eval.judged import Pair
from eval.sets import SETS

TEXT = """Phones

Staff must not text parents, except in an emergency.

Parents may ring the office within five days.

Teachers should keep their phones in a locker at all times.

Visitors must sign in at the front office before 9 am.
"""


@pytest.fixture(scope="module")
def made():
    """The flips that the suite really uses."""
    return flips_of([read_corpus(one.corpus) for one in SETS.values()])


@pytest.fixture
def few():
    elm = "Phones\n\nPupils may carry a camera on every visit to a museum.\n"
    return generate(rules_of({"a.txt": Source(TEXT, "oak"), "b.txt": Source(elm, "elm")}))


def test_there_are_a_thousand_flips_and_some_of_every_change(made):
    changes = Counter(flip.change for flip in made)
    assert len(made) >= 1000
    assert set(changes) == set(MAKERS)
    assert min(changes.values()) >= 30


def test_flips_are_the_same_whenever_they_are_made(few):
    rules = rules_of({"a.txt": Source(TEXT, "oak")})
    assert generate(rules) == generate(rules)
    assert len({(flip.change, flip.sentence) for flip in few}) == len(few)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("may for must not", "Staff may text parents, except in an emergency."),
        ("must not for may", "Parents must not ring the office within five days."),
        (
            "should not for should",
            "Teachers should not keep their phones in a locker at all times.",
        ),
        ("deadline", "Parents may ring the office within five weeks."),
        ("deadline", "Visitors must sign in at the front office after 9 am."),
        ("actor", "Pupils must not text parents, except in an emergency."),
        ("exception dropped", "Staff must not text parents."),
    ],
)
def test_a_flip_changes_one_thing(few, change, sentence):
    assert sentence in [flip.sentence for flip in few if flip.change == change]


def test_a_splice_cites_both_clauses_and_a_foreign_quote_the_wrong_school(few):
    for flip in few:
        if flip.change == "splice":
            assert len(flip.quotes) == 2
        if flip.change == "another school's":
            oak = {rule.cited for rule in rules_of({"a.txt": Source(TEXT, "oak")})}
            assert (flip.quotes[0] in oak) != (flip.sentence in {one.reading for one in oak})


def test_no_flip_is_what_its_quotes_say(made):
    for flip in made:
        assert all(flip.sentence != quote.reading for quote in flip.quotes)


def test_verification_rejects_flips_of_every_kind(made):
    rejected = judge(accepts, made).flips
    assert rejected["all"].value >= 0.99
    assert min(share.value for share in rejected.values()) >= 0.97
    for change in ("number", "must for should", "should for must", "may for must not", "actor"):
        assert rejected[change].value >= 0.995, change


def test_verification_rejects_flips_written_by_hand_and_accepts_more_than_copies():
    outcome = judge(accepts, [Flip("none", "Yes.", (Cited("Staff may."),))])
    assert outcome.by_hand["all"].value >= 0.98
    assert outcome.paraphrases["all"].right >= 5
    assert outcome.paraphrases["its words"].value > outcome.paraphrases["other words"].value


@pytest.mark.parametrize(
    ("sentence", "close"),
    [
        ("Staff must not text parents.", "its words"),
        ("Staff are never to text parents.", "most of its words"),
        ("Nobody employed here messages mums.", "other words"),
    ],
)
def test_a_paraphrase_is_as_close_as_the_words_it_shares(sentence, close):
    assert closeness(sentence, [Cited("Staff must not text parents.")]) == close


@pytest.mark.parametrize("judge_by", [accepts, metric_accepts])
def test_a_quote_word_for_word_is_accepted(judge_by):
    assert judge_by("Staff should not: text parents.", [Cited("text parents", "Staff should not:")])


def test_the_metric_is_compared_with_people():
    rule = ("Staff must not text parents.",)
    pairs = [
        Pair(id="1", answer=rule[0], quotes=rule, faithful=True, faults=(), note=""),
        Pair(
            id="2",
            answer="Staff may text parents.",
            quotes=rule,
            faithful=False,
            faults=(),
            note="",
        ),
        Pair(id="3", answer="No texts to mums.", quotes=rule, faithful=True, faults=(), note=""),
    ]
    found = agreement(pairs)
    assert found.n == 3
    assert found.precision.value == 1
    assert found.recall.value in (1 / 2, 1)


def test_no_topic_is_in_both_halves():
    halves = {}
    for one in (*judged.pairs(), *judged.flips(), *judged.paraphrases()):
        halves.setdefault("-".join(one.id.split("-")[1:-1]), set()).add(judged.half(one))
    assert all(len(half) == 1 for half in halves.values())


@pytest.mark.parametrize("items", [judged.pairs, judged.flips, judged.paraphrases])
def test_about_half_of_every_set_is_kept_aside(items):
    halves = Counter(judged.half(one) for one in items())
    assert 0.4 <= halves["test"] / halves.total() <= 0.6


def test_enough_was_written_by_hand():
    assert len(judged.flips()) >= 200
    assert len(judged.paraphrases()) >= 150
    assert len(judged.pairs()) >= 200
    assert 0.3 <= sum(pair.faithful for pair in judged.pairs()) / len(judged.pairs()) <= 0.7
    for rows in (judged.flips(), judged.paraphrases(), judged.pairs()):
        assert len({row.id for row in rows}) == len(rows)


def test_a_broken_file_of_judged_sentences_is_named(tmp_path):
    (tmp_path / "pairs.toml").write_text('[[pair]]\nid = "a"\n', "utf-8")
    with pytest.raises(GoldError, match=r"pairs\.toml: answer: Field required"):
        judged.pairs(tmp_path)


def test_the_command_prints_every_share_as_json(evaluate, made, monkeypatch):
    # To judge all flips twice takes half a minute; what they come to is tested above.
    monkeypatch.setattr(adversarial, "flips_of", lambda _corpora: made[::9])
    code, out, _ = evaluate("adversarial", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["outcomes"]["verification"]["flips"]["all"]["n"] == len(made[::9])
    for part in (found["outcomes"]["metric"][key] for key in ("by_hand", "paraphrases")):
        assert part["all"]["n"] == part["dev"]["n"] + part["test"]["n"] >= 150
    assert found["metric_on_pairs"]["dev"]["n"] >= 100
    assert found["metric_on_pairs"]["test"]["n"] >= 100
    assert "adversarial" in COMMANDS
