"""Contradictions: which clauses are held against each other, their numbers, and what is flagged."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as hyp

from assistant.conflicts import near
from assistant.conflicts.chance import weighed
from assistant.conflicts.find import find_conflicts
from assistant.conflicts.judge import FOLDER, Judge, Opinion, open_judge
from assistant.conflicts.kept import FOLDER as OPINIONS
from assistant.conflicts.kept import Kept
from assistant.conflicts.near import near_pairs, rules_of
from assistant.conflicts.quantities import agreed, at_odds, quantities
from assistant.library import Library
from ingest.sync import ingest

TODAY = dt.date(2026, 11, 20)

PHONES = """Phone Policy

Adopted: March 2025

1. Pupils must hand their mobile phones in at the office every morning.

2. A confiscated phone is given back at the end of the same day.

3. Parents complain in writing within five school days.
"""
BEHAVIOUR = """Behaviour Policy

Adopted: May 2025

1. Pupils may keep their mobile phones with them all day and need not hand them in.

2. A confiscated phone is kept until the end of term.

3. Chairs are stacked by the last class of the day.
"""
OLD = """Behaviour Policy

Adopted: May 2020

1. Pupils must not bring mobile phones to school at all.
"""
TRUST = """Trust Complaints Policy

Adopted: May 2025

1. Parents complain in writing within twenty school days.
"""
ELM = """Elm Phone Policy

1. Pupils at Elm may use their mobile phones in every lesson.
"""
REGISTER = """
[[school]]
key = "oak"
name = "Oak Primary School"

[[school]]
key = "elm"
name = "Elm Primary School"

[[school]]
key = "wood"
name = "The Wood Trust"
body = "trust"

[[policy]]
school = "oak"
source = "oak/phones.txt"

[[policy]]
school = "oak"
source = "oak/behaviour.txt"
supersedes = "oak/behaviour-2020.txt"

[[policy]]
school = "oak"
source = "oak/behaviour-2020.txt"
status = { value = "superseded", from = "us" }

[[policy]]
school = "elm"
source = "elm/phones.txt"

[[policy]]
school = "wood"
source = "wood/complaints.txt"
applies_to = ["oak"]
"""


class Says:
    """A judge that holds every pair for a contradiction, and remembers what it was asked."""

    sha256 = "fixed"

    def __init__(self):
        self.asked = []

    def opinions(self, pairs, step=lambda _done, _all: None):
        self.asked += pairs
        step(len(pairs), len(pairs))
        return [Opinion(9.0, -9.0)] * len(pairs)


@pytest.fixture(scope="module")
def library(furnish, tmp_path_factory):
    place = tmp_path_factory.mktemp("conflicts")
    folder = place / "policies"
    files = {
        "oak/phones.txt": PHONES,
        "oak/behaviour.txt": BEHAVIOUR,
        "oak/behaviour-2020.txt": OLD,
        "elm/phones.txt": ELM,
        "wood/complaints.txt": TRUST,
        "register.toml": REGISTER,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    home = furnish(place / "home")
    ingest(folder, home)
    return Library.open(home, reader=False)


@pytest.fixture(scope="module")
def judge():
    return Judge()


def school(library, key):
    return next(one for one in library.index.schools if one.key == key)


def said(conflict):
    return {conflict.one.clause.text, conflict.other.clause.text}


# Quantities


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("within five school days", "duration", 7),
        ("inside a week", "duration", 7),
        ("a fortnight's notice", "duration", 14),
        ("forty-eight hours after", "duration", 2),
        ("at least twenty-five years old", "age", 25),
        ("one adult to every six children", "ratio", 6),
        ("eight pupils to a grown-up", "ratio", 8),
        ("a ratio of 1:10", "ratio", 10),
        ("twice a term", "frequency", 6),
        ("every two years", "frequency", 0.5),
        ("termly", "frequency", 3),
        ("half past eight", "time of day", 8.5),
        ("by 8.30 am", "time of day", 8.5),
        ("not before 6 pm", "time of day", 18),
        ("two thousand pounds", "sum", 2000),
        ("£5 million", "sum", 5_000_000),
        ("cover of £10,000", "sum", 10_000),
        ("three written quotations", "count of quotations", 3),
        ("half of the price", "share", 50),
    ],
)
def test_a_quantity_is_read_in_the_unit_of_its_kind(text, kind, value):
    [read] = quantities(text)[kind]
    assert read == pytest.approx(value, abs=0.01)


def test_the_same_time_in_other_words_is_no_difference_and_another_is():
    assert not at_odds("Reply within five school days.", "An answer comes inside a week.")
    assert agreed("Reply within five school days.", "An answer comes inside a week.")
    assert at_odds("Reply within five school days.", "An answer comes in three weeks.")
    assert not at_odds("Reply within a day.", "Pay £5.")  # another kind of thing


@given(hyp.text(max_size=300))
def test_no_text_stops_the_reading_of_quantities(text):
    assert not at_odds(text, text)


# Which pairs are read


def test_only_clauses_in_force_of_the_school_and_of_its_trust_are_held_against_each_other(library):
    rules = rules_of(library, "oak", TODAY)
    sources = {p.policy.source for p in rules.passages}
    assert sources == {"oak/phones.txt", "oak/behaviour.txt", "wood/complaints.txt"}
    assert rules.own == sum(p.policy.school == "oak" for p in rules.passages)
    assert len(rules.vectors) == len(rules.bindings) == len(rules.passages)


def test_on_a_day_of_the_past_the_version_of_that_day_is_read(library):
    sources = {p.policy.source for p in rules_of(library, "oak", dt.date(2021, 1, 1)).passages}
    assert "oak/behaviour-2020.txt" in sources and "oak/behaviour.txt" not in sources


def test_a_pair_has_a_clause_of_the_schools_own_and_none_twice(library):
    rules = rules_of(library, "oak", TODAY)
    pairs = near_pairs(rules)
    assert len({frozenset(pair) for pair in pairs}) == len(pairs) > 0
    assert all(one < rules.own and one != other for one, other in pairs)
    assert near_pairs(rules_of(library, "nobody", TODAY)) == []


def test_the_trusts_clauses_are_not_held_against_each_other_at_its_schools(library):
    rules = rules_of(library, "wood", TODAY)
    assert {p.policy.source for p in rules.passages} == {"wood/complaints.txt"}


def test_a_school_of_any_size_is_read_in_blocks(monkeypatch, library):
    rules = rules_of(library, "oak", TODAY)
    whole = near_pairs(rules)
    monkeypatch.setattr(near, "_BLOCK", 2)
    assert near_pairs(rules) == whole


# What is flagged


def test_what_is_flagged_is_quoted_word_for_word_with_its_place(library):
    found = find_conflicts(library, school(library, "oak"), Says(), TODAY)
    assert found.found and not found.warnings
    for conflict in found.found:
        for passage, quote in zip((conflict.one, conflict.other), conflict.quotes, strict=True):
            text = library.index.text(quote.text_sha256)
            assert quote.text == text[quote.start : quote.end] == passage.clause.text
            assert quote.status == "current"


def test_the_opposite_and_another_number_are_flagged_and_told_apart(library, judge):
    found = find_conflicts(library, school(library, "oak"), judge, TODAY).found
    kinds = {frozenset(said(one)): one.kind for one in found}
    phones = next(k for k in kinds if any("hand their mobile" in text for text in k))
    assert any("need not hand them in" in text for text in phones)
    assert kinds[phones] == "opposite"
    times = next(k for k in kinds if any("twenty school days" in text for text in k))
    assert any("five school days" in text for text in times) and kinds[times] == "number"
    assert [one.chance for one in found] == sorted((one.chance for one in found), reverse=True)
    assert all(one.chance >= weighed().threshold for one in found)


def test_another_schools_rule_contradicts_nothing(library):
    found = find_conflicts(library, school(library, "oak"), Says(), TODAY).found
    assert not any("Elm" in text for one in found for text in said(one))


def test_only_the_likeliest_are_shown_and_the_others_counted(library, monkeypatch):
    whole = find_conflicts(library, school(library, "oak"), Says(), TODAY)
    monkeypatch.setattr("assistant.conflicts.find.MOST", 2)
    some = find_conflicts(library, school(library, "oak"), Says(), TODAY)
    assert some.found == whole.found[:2] and some.more == len(whole.found) - 2 > 0


def test_progress_is_told_and_ends_with_all(library):
    heard = []

    def step(done, total):
        heard.append((done, total))

    found = find_conflicts(library, school(library, "oak"), Says(), TODAY, step)
    assert heard[-1] == (found.pairs, found.pairs)


def test_a_quote_that_the_document_does_not_bear_out_is_left_out_and_told(library, monkeypatch):
    monkeypatch.setattr("assistant.conflicts.find.quotes_of", lambda *_: ())
    found = find_conflicts(library, school(library, "oak"), Says(), TODAY)
    assert found.found == () and "could not be checked" in found.warnings[0]


# The judge


def test_the_judge_does_not_care_which_clause_stands_first(judge):
    one, other = "A | Staff must not smoke on site.", "B | Staff may smoke behind the hall."
    [there], [back] = judge.opinions([(one, other)]), judge.opinions([(other, one)])
    assert there.contradicts == pytest.approx(back.contradicts, abs=1e-4)
    assert judge.opinions([]) == []


def test_megabytes_in_a_clause_are_read_in_no_time(judge):
    [opinion] = judge.opinions([("x" * 3_000_000, "\ud800 odd \0 text")])
    assert np.isfinite([opinion.contradicts, opinion.same]).all()


def test_a_missing_or_damaged_judge_is_told_in_one_sentence(tmp_path):
    assert open_judge(FOLDER)[1] == ""
    assert "is missing" in open_judge(tmp_path)[1]
    broken = tmp_path / "judge"
    shutil.copytree(FOLDER, broken)
    (broken / "model.onnx").write_bytes(b"nothing")
    judge, told = open_judge(broken)
    assert judge is None and "is damaged" in told and told.count(". ") == 0


# What is kept


def test_a_pair_is_read_once_and_again_when_a_clause_was_reworded(tmp_path):
    judge = Says()
    first = Kept(tmp_path, "oak", judge).opinions([("a", "b"), ("c", "d")])
    again = Kept(tmp_path, "oak", judge).opinions([("c", "d"), ("a", "b"), ("a", "b, reworded")])
    assert judge.asked == [("a", "b"), ("c", "d"), ("a", "b, reworded")]
    assert again[:2] == first[::-1]
    assert len(list((tmp_path / OPINIONS).iterdir())) == 1


@pytest.mark.parametrize(
    "found", [b"", b"{", b"[]", b'{"judge": "fixed", "opinions": {"x": [1]}}', b"\xff\x00"]
)
def test_what_was_kept_damaged_or_by_another_judge_is_read_anew(tmp_path, found):
    judge = Says()
    Kept(tmp_path, "oak", judge).opinions([("a", "b")])
    [file] = (tmp_path / OPINIONS).iterdir()
    file.write_bytes(found)
    assert len(Kept(tmp_path, "oak", judge).opinions([("a", "b")])) == 1
    other = {**json.loads(file.read_text()), "judge": "another"}
    file.write_text(json.dumps(other))
    Kept(tmp_path, "oak", judge).opinions([("a", "b")])
    assert len(judge.asked) == 3


def test_a_home_that_cannot_be_written_to_costs_time_alone(tmp_path):
    (tmp_path / OPINIONS).write_text("in the way")
    assert len(Kept(tmp_path, "oak", Says()).opinions([("a", "b")])) == 1


def test_schools_of_any_name_have_a_file_each_in_their_folder(tmp_path):
    for key in ("../../oak", "oak", "Oak", "öak", ""):
        Kept(tmp_path, key, Says()).opinions([("a", "b")])
    assert len(list((tmp_path / OPINIONS).iterdir())) == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == [OPINIONS]
