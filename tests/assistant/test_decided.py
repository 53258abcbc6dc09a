"""Decisions on contradictions are kept by what the clauses say, with their reasons."""

from __future__ import annotations

import csv
import datetime as dt
import io
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, Scope
from assistant.decided import LONGEST_REASON, decide, decisions, export_decisions, pair_of
from assistant.ledger import FILE
from assistant.record import erase, in_vain, keep
from assistant.settings import Settings

DAY = dt.date(2026, 11, 20)
ONE = "Phones must be handed in at the office."
OTHER = "Phones stay in bags, switched off."
PAIR = pair_of(ONE, OTHER)


def test_a_pair_is_the_same_in_either_order_and_with_other_line_breaks():
    assert pair_of(OTHER, ONE) == PAIR
    assert pair_of("Phones must be\nhanded in  at the office.", OTHER) == PAIR
    assert pair_of(ONE + " Today.", OTHER) != PAIR


@given(st.text(), st.text())
def test_any_two_texts_make_a_pair(one, other):
    assert pair_of(one, other) == pair_of(other, one)


def test_the_latest_decision_holds_and_every_reason_is_kept(tmp_path):
    assert decide(tmp_path, PAIR, "dismiss", "Different year groups.", day=DAY) == ""
    assert decide(tmp_path, PAIR, "accept", day=DAY + dt.timedelta(days=7)) == ""
    found, problem = decisions(tmp_path)
    assert problem == ""
    assert (found[PAIR].ruling, found[PAIR].reason) == ("accept", "")
    text, problem = export_decisions(tmp_path)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["reason"] for row in rows] == ["Different year groups.", ""]
    assert [row["day"] for row in rows] == ["2026-11-20", "2026-11-27"]


def test_a_dismissal_needs_a_reason_of_reasonable_length(tmp_path):
    assert "Give a reason" in decide(tmp_path, PAIR, "dismiss", " \n")
    assert "at most 2,000" in decide(tmp_path, PAIR, "dismiss", "no " * LONGEST_REASON)
    assert decisions(tmp_path) == ({}, "")
    assert not (tmp_path / FILE).exists()


def test_one_school_s_decision_is_not_another_s(tmp_path):
    decide(tmp_path, PAIR, "dismiss", "Agreed in May.", school="oak")
    assert PAIR in decisions(tmp_path, "oak")[0]
    assert PAIR not in decisions(tmp_path, "elm")[0]
    assert decisions(tmp_path)[0][PAIR].school == "oak"


def test_a_reason_is_no_formula_in_the_export(tmp_path):
    decide(tmp_path, PAIR, "dismiss", "=cmd|' /C calc'!A0")
    assert "\"'=cmd" in export_decisions(tmp_path)[0]


def test_erasing_the_questions_leaves_the_decisions(tmp_path):
    on = Settings(tmp_path, None, record=True)
    scope = Scope(school="oak", role="staff", as_of=DAY)
    given = {"status": "not_covered", "verdict": "not_covered", "answer": "", "confidence": 0.5}
    keep(on, Answer.model_validate({"question": "can i", "scope": scope, **given}))
    decide(tmp_path, PAIR, "dismiss", "Agreed in May.")
    assert erase(tmp_path, everything=True).questions == 1
    assert in_vain(tmp_path).kept == 0
    assert PAIR in decisions(tmp_path)[0]


def test_deciding_needs_no_recording_and_reading_makes_no_file(tmp_path):
    home = tmp_path / "home"
    assert decisions(home) == ({}, "")
    assert export_decisions(home)[1] == ""
    assert not home.exists()
    assert decide(home, PAIR, "accept") == ""


@pytest.mark.parametrize("bad", ["format", "locked"])
def test_what_is_wrong_with_the_file_is_told_in_a_sentence(tmp_path: Path, bad):
    decide(tmp_path, PAIR, "accept")
    connection = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    connection.execute("PRAGMA user_version = 99" if bad == "format" else "BEGIN EXCLUSIVE")
    problem = decide(tmp_path, PAIR, "dismiss", "No.")
    assert ("format 99" if bad == "format" else "held by another process") in problem
    connection.close()
