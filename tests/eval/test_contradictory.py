"""How contradictions are measured: what counts for and against, and that the figures told hold."""

from __future__ import annotations

import argparse
import json
from collections import Counter

import pytest

from assistant.conflicts.chance import weighed
from assistant.conflicts.judge import Judge, Opinion
from eval import contradictory
from eval.contradictory import Found, find, read_set, scores, share
from eval.training.clashes import gerund, made
from eval.training.data import DATA, lessons
from ingest.documents import flow
from ingest.embedding import TUNED, open_embedder


@pytest.fixture(scope="module")
def known():
    return read_set()


@pytest.fixture(scope="module")
def embedder(models):
    return open_embedder(models.parent, TUNED)


def lines(name):
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


class Always:
    """A judge of one opinion."""

    def __init__(self, odds):
        self.odds = odds

    def opinions(self, pairs, _step=None):
        return [Opinion(self.odds, -self.odds)] * len(pairs)


def test_dev_and_test_share_no_school_and_hold_as_many_of_each_label(known):
    dev, test = known.of("dev"), known.of("test")
    assert {p.school for p in dev}.isdisjoint(p.school for p in test)
    assert len(dev) + len(test) == 120
    for part in (dev, test):
        assert 2 * sum(p.contradiction for p in part) == len(part)


def test_whoever_flags_everything_finds_all_and_is_right_half_the_time(known, embedder):
    found = find(known, embedder, Always(30.0))
    made = scores(known, found, "all")
    assert made["recall"].value == 1 and made["precision"].value == 0.5
    assert made["shown recall"].value == made["near"].value < 1
    assert made["whole precision"].value < 0.1
    assert found.shown == found.near


def test_whoever_flags_nothing_finds_nothing_and_is_never_wrong(known, embedder):
    made = scores(known, find(known, embedder, Always(-30.0)), "all")
    assert made["recall"].value == 0 and made["precision"].of == 0


def test_a_pair_that_a_careful_reader_might_flag_counts_for_neither(known):
    grey = next(iter(known.grey))
    never = dict.fromkeys((p.ids for p in known.pairs), False)
    found = Found(frozenset({grey}), frozenset({grey}), never, {grey: known.schools[0]})
    assert scores(known, found, "all")["whole precision"].of == 0


def test_an_interval_holds_its_value_and_is_narrower_for_more():
    few, many = share([True, False, True, True]), share([True, False, True, True] * 50)
    assert few.low <= few.value <= few.high
    assert many.high - many.low < few.high - few.low


def test_what_governors_are_told_of_the_figures_is_what_is_measured(known, embedder):
    """The pages quote these figures; whoever changes judge or weights must measure anew."""
    figures = scores(known, find(known, embedder, Judge()), "test")
    for name, told in weighed().measured.items():
        assert figures[name].value == pytest.approx(told, abs=0.035), name


def test_the_command_prints_the_figures_of_each_part_as_json(models, capsys, monkeypatch):
    monkeypatch.setattr(contradictory, "Judge", lambda: Always(30.0))
    args = argparse.Namespace(home=models.parent, json=True, misses=False)
    assert contradictory.run(args) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures) == {"test", "dev", "all"}
    assert figures["test"]["recall"]["of"] == 36


def test_nothing_that_is_measured_on_was_learned_from(known):
    measured = {flow(p.clause.text).casefold() for p in known.passages.values()}
    for group in lines("clashes.jsonl"):
        for side in (group["clause"], *group["others"]):
            assert flow(side["text"]).casefold() not in measured, group["id"]


def test_every_hand_written_pair_has_a_label_and_neighbours_are_clauses_of_the_training_files():
    groups = lines("clashes.jsonl")
    assert len({group["id"] for group in groups}) == len(groups)
    labels = Counter(o["label"] for group in groups for o in group["others"])
    assert set(labels) == {"contradiction", "innocent"} and min(labels.values()) > 400
    clauses = {p.clause.id for lesson in lessons() for p in lesson.passages}
    pairs = lines("neighbours.jsonl")
    assert all({row["a"], row["b"]} <= clauses for row in pairs)
    assert {row["label"] for row in pairs} == {"contradiction", "innocent"}


def test_pairs_made_by_program_are_the_same_for_one_seed_and_of_every_label():
    pairs = made(600, seed=3, beside=["The office is open until four."])
    assert pairs == made(600, seed=3, beside=["The office is open until four."])
    assert min(Counter(label for *_, label in pairs).values()) > 50
    assert not any("{" in one or "{" in other or one == other for one, other, _ in pairs)


@pytest.mark.parametrize(
    ("phrase", "told"),
    [("sit down", "sitting down"), ("be alone", "being alone"), ("use it", "using it")],
)
def test_a_phrase_has_its_gerund(phrase, told):
    assert gerund(phrase) == told
