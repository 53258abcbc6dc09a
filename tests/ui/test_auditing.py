"""`verse audit`: what an operator does with kept answers, and what it proves."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from assistant.answer import Answer, Question, Scope
from assistant.ask import Assistant
from assistant.audit import Audit, open_audit
from assistant.settings import AuditSettings, Settings
from ingest.home import document_path
from ingest.sync import ingest

OLD = """Mobile Phone Policy

Agreed: March 2024

1. Phones

1.1 Staff must not text parents from their own phones.
"""
NEW = OLD.replace("2024", "2026").replace("must not text", "may text")
REGISTER = """
[[school]]
key = "oak"
name = "Oak School"

[[policy]]
school = "oak"
source = "phones.txt"
"""
LATER = (
    REGISTER
    + """supersedes = "phones-2024.txt"

[[policy]]
school = "oak"
source = "phones-2024.txt"
status = { value = "superseded", from = "test" }
"""
)


def said(question: str, school: str = "oak") -> Answer:
    scope = Scope(school=school, role="staff", as_of=dt.date(2026, 3, 2))
    given = {"status": "not_covered", "verdict": "not_covered", "answer": "", "confidence": 0.5}
    return Answer.model_validate({"question": question, "scope": scope, **given})


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    """A home of its own, in which every answer is kept."""
    return Settings(tmp_path / "kept", audit=AuditSettings(on=True))


@pytest.fixture
def kept(here: Settings) -> Settings:
    """Two everyday questions, of two schools, and a delicate one."""
    audit = Audit(here)
    for answer in (said("oak hats"), said("elm hats", "elm"), said("my boss is bullying me")):
        assert audit.keep(answer, generation="g", model="m").ticket
    return here


def verify(verse, home: Path, *words: str):
    return verse("audit", "verify", "--home", home, *words)


def test_an_answer_of_march_is_proved_in_november_though_the_policy_was_replaced_and_removed(
    verse, new_home, tmp_path
):
    folder, settings = tmp_path / "policies", Settings(new_home, audit=AuditSettings(on=True))
    folder.mkdir()
    (folder / "phones.txt").write_text(OLD, "utf-8")
    (folder / "register.toml").write_text(REGISTER, "utf-8")
    ingest(folder, new_home)

    def ask() -> Answer:
        assistant = Assistant.open(new_home)
        answer = assistant.ask(Question(question="can i text a mum from my own phone"))
        kept = open_audit(settings).keep(answer, generation="g", model="m")
        assert kept.ticket, kept.problem
        return answer

    march = ask()
    assert march.verdict == "not_permitted"
    # The policy is superseded: another answer, and the old one is still proved.
    (folder / "phones.txt").rename(folder / "phones-2024.txt")
    (folder / "phones.txt").write_text(NEW, "utf-8")
    (folder / "register.toml").write_text(LATER, "utf-8")
    ingest(folder, new_home)
    assert "may text" in ask().quotes[0].text
    assert verify(verse, new_home).status == 0
    # Both are taken out of the folder, for a page on something else.
    (folder / "register.toml").write_text(REGISTER.replace("phones", "dogs"), "utf-8")
    (folder / "dogs.txt").write_text("Dog Policy\n\n1.1 Dogs must not come to school.\n", "utf-8")
    for gone in folder.glob("phones*"):
        gone.unlink()
    ingest(folder, new_home)
    ran = verify(verse, new_home)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "2 answers with 2 quotes: 2 proved.\n"
    # Now its document is lost: it is named, and the other answer still proved.
    document_path(new_home, march.quotes[0].sha256).unlink()
    ran = verify(verse, new_home)
    assert ran.status == 3
    assert "2 quotes: 1 proved." in ran.out
    assert "phones.txt" in ran.out
    assert "has gone" in ran.out
    assert march.quotes[0].sha256[:12] in ran.out
    # Ingesting the file again from a backup brings the proof back.
    (folder / "phones.txt").write_text(OLD, "utf-8")
    ingest(folder, new_home)
    assert verify(verse, new_home).status == 0


def test_verify_tells_a_program_what_is_not_proved(verse, kept):
    ran = verify(verse, kept.home, "--json")
    assert ran.answer == {"answers": 3, "quotes": 0, "proved": 0, "not_proved": []}


def test_an_export_leaves_delicate_answers_out_unless_asked_and_says_so(verse, kept):
    ran = verse("audit", "export", "--home", kept.home)
    assert [answer["question"] for answer in ran.answers] == ["oak hats", "elm hats"]
    assert "1 answer on delicate matters was left out" in ran.err
    ran = verse("audit", "export", "--delicate", "--home", kept.home)
    assert {answer["question"] for answer in ran.answers} >= {"my boss is bullying me"}
    assert ran.err == ""
    ran = verse("audit", "export", "--school", "elm", "--home", kept.home)
    assert [answer["question"] for answer in ran.answers] == ["elm hats"]
    assert ran.err == ""


def test_a_file_of_answers_is_whole_and_for_its_owner_alone(verse, kept, tmp_path):
    path = tmp_path / "answers.csv"
    ran = verse("audit", "export", "--output", path, "--home", kept.home)
    assert (ran.status, ran.out) == (0, "")
    assert path.stat().st_mode & 0o077 == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["question"] for row in csv.DictReader(file)] == ["oak hats", "elm hats"]
    before = path.read_bytes()
    (kept.home / "record.sqlite3").write_bytes(b"no database " * 999)
    ran = verse("audit", "export", "--output", path, "--home", kept.home)
    ran.one_sentence(1, "record.sqlite3")
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.glob(".*answers*")] == []


def test_nothing_is_erased_until_yes_is_said(verse, kept):
    ran = verse("audit", "erase", "--school", "oak", "--home", kept.home)
    assert (ran.status, ran.out) == (0, "2 answers would be erased; add --yes to erase them.\n")
    assert verify(verse, kept.home).out.startswith("3 answers")
    ran = verse("audit", "erase", "--school", "oak", "--yes", "--home", kept.home)
    assert (ran.status, ran.out) == (0, "2 answers were erased.\n")
    ran = verse("audit", "erase", "--everything", "--yes", "--home", kept.home)
    assert ran.out == "1 answer was erased.\n"


@pytest.mark.parametrize("words", [(), ("--everything", "--school", "oak"), ("--yes",)])
def test_an_erasure_that_does_not_say_what_is_wrong_usage(verse, kept, words):
    verse("audit", "erase", "--home", kept.home, *words).one_sentence(2, "--everything")
    assert verify(verse, kept.home).out.startswith("3 answers")


def test_the_delicate_alone_can_be_erased(verse, kept):
    ran = verse("audit", "erase", "--delicate", "--yes", "--home", kept.home)
    assert ran.out == "1 answer was erased.\n"
    assert verify(verse, kept.home).out.startswith("2 answers")


@pytest.mark.parametrize(
    "words",
    [
        ("export",),
        ("verify",),
        ("erase", "--user", "bob"),
        ("erase", "--everything", "--yes"),
        ("verify", "--json"),
    ],
)
def test_a_home_without_a_record_is_told_in_a_sentence(verse, tmp_path, words):
    verse("audit", *words, "--home", tmp_path / "none").one_sentence(
        1, "There is no record", "--home"
    )
    assert not (tmp_path / "none").exists()


ALL = {"verify": (), "export": (), "erase": ("--everything",)}


@pytest.mark.parametrize("does", ALL)
def test_where_no_answer_is_kept_each_says_so_and_that_it_did_nothing(verse, kept, does):
    ran = verse("audit", does, "--ticket", "none", "--home", kept.home)
    assert ran.status == 0
    assert "fits what you chose, so there is nothing to " in ran.out + ran.err
    assert verse("audit", "erase", "--everything", "--yes", "--home", kept.home).status == 0
    ran = verse("audit", does, *ALL[does], "--home", kept.home)
    assert ran.status == 0
    assert " is kept, so there is nothing to " in ran.out + ran.err
    assert (ran.out + ran.err).count("\n") == 1
    assert bool(ran.out) == (does != "export")  # stdout is for answers, there


def test_erasing_names_a_record_that_was_moved_aside_even_where_there_is_no_other(verse, kept):
    (kept.home / "record.sqlite3").rename(kept.home / "record.sqlite3.damaged-20260302-ab12cd")
    ran = verse("audit", "erase", "--everything", "--yes", "--home", kept.home)
    assert ran.status == 1
    assert "damaged-20260302-ab12cd" in ran.err
    assert "There is no record" in ran.err


def test_a_wrong_date_is_wrong_usage(verse, kept):
    assert verse("audit", "export", "--since", "march", "--home", kept.home).status == 2
    assert verse("audit").status == 2


def test_a_record_that_was_moved_aside_is_not_passed_over(verse, kept):
    (kept.home / "record.sqlite3").write_bytes(b"no database " * 999)
    assert Audit(kept).keep(said("new"), generation="g", model="m").ticket
    ran = verify(verse, kept.home)
    assert "moved aside damaged" in ran.err
    assert json.dumps(ran.out).count("1 answer") == 1


def test_kept_answers_are_read_where_the_configuration_says(verse, tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/elsewhere.sqlite3"
    monkeypatch.setenv("VERSE_AUDIT_URL", url)
    elsewhere = Settings(tmp_path / "kept", audit=AuditSettings(on=True, url=url))
    assert Audit(elsewhere).keep(said("hats"), generation="g", model="m").ticket
    ran = verse("audit", "export", "--home", tmp_path / "kept")
    assert [answer["question"] for answer in ran.answers] == ["hats"]
