"""What is asked in a terminal is kept like what is asked elsewhere, where that is switched on."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant import record
from assistant.audit.choice import Choice
from assistant.audit.export import lines
from assistant.settings import AuditSettings, Settings

TRIP, WIFI = "Can I text a parent on a trip?", "what is the wifi code"


@pytest.fixture
def own(home: Path, tmp_path: Path) -> Path:
    """A home that may be added to: its files are those of the corpus's own."""
    return Path(shutil.copytree(home, tmp_path / "own", copy_function=os.link))


def kept(own: Path) -> list[dict[str, Any]]:
    settings = Settings(own, audit=AuditSettings(on=True))
    return [json.loads(line) for line in lines(settings, Choice())]


def test_by_default_nothing_asked_is_kept_and_nothing_is_said_of_it(verse, own):
    ran = verse("ask", TRIP, "--school", "dothill", "--json", "--home", own)
    assert (ran.err, ran.answer["id"]) == ("", None)
    assert not list(own.glob("record*"))


def test_an_answer_is_kept_whole_said_so_and_found_by_its_id(verse, own, monkeypatch):
    monkeypatch.setenv("VERSE_AUDIT", "on")
    ran = verse("ask", TRIP, "--school", "dothill", "--json", "--home", own)
    assert ran.status == 0 and "Every answer is kept for 365 days" in ran.err
    (one,) = kept(own)
    assert (one["id"], one["question"]) == (ran.answer["id"], TRIP)
    assert [q["start"] for q in one["quotes"]] == [q["start"] for q in ran.answer["quotes"]]
    assert one["kept"]["generation"] and one["kept"]["model"] and one["kept"]["user"] == ""
    assert verse("audit", "verify", "--home", own).out.startswith("1 answer with ")


def test_a_question_in_vain_is_one_wherever_it_is_asked(verse, own, monkeypatch):
    monkeypatch.setenv("VERSE_RECORD", "on")
    verse("ask", WIFI, "--school", "dothill", "--home", own)
    (asked,) = record.in_vain(own).asked
    assert (asked.question, asked.school) == (WIFI, "dothill")


def test_a_file_of_questions_is_kept_under_ids_of_our_own_and_tells_nothing_of_what_people_miss(
    verse, own, monkeypatch, tmp_path
):
    monkeypatch.setenv("VERSE_AUDIT", "on")
    monkeypatch.setenv("VERSE_RECORD", "on")
    file = tmp_path / "questions.jsonl"
    asked = [{"id": "a", "question": WIFI, "school": "dothill"}, {"question": ""}]
    file.write_text("\n".join(map(json.dumps, asked)))
    ran = verse("ask", "--batch", file, "--home", own)
    assert ran.status == 3 and ran.err.count("Every answer is kept") == 1
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == ["a", None]
    assert [one["question"] for one in kept(own)] == [WIFI]
    assert record.in_vain(own).asked == ()


@pytest.mark.parametrize("choice", ["answer", "refuse"])
def test_where_it_cannot_be_kept_the_answer_is_given_or_not_as_configured(
    verse, own, monkeypatch, tmp_path, choice
):
    (own / "record.sqlite3").mkdir()
    monkeypatch.setenv("VERSE_AUDIT", "on")
    monkeypatch.setenv("VERSE_AUDIT_IF_UNWRITABLE", choice)
    ran = verse("ask", TRIP, "--school", "dothill", "--home", own)
    assert "record.sqlite3" in ran.err and "Traceback" not in ran.err
    assert (ran.status == 0) == ("mobile phones" in ran.out) == (choice == "answer")
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps({"question": TRIP, "school": "dothill"}))
    line = json.loads(verse("ask", "--batch", file, "--home", own).out)
    assert (line["status"], bool(line["quotes"])) == (
        ("answered", True) if choice == "answer" else ("failed", False)
    )
