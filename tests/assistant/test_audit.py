"""Every answer can be kept, in SQLite and PostgreSQL alike, masked, for a time, and be proved."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import hashlib
import io
import json
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from assistant import record
from assistant.answer import Answer, LeadIn, Quote, Scope
from assistant.audit import Audit, Kept, open_audit
from assistant.audit.choice import Choice
from assistant.audit.erase import Erased, count, erase, expire
from assistant.audit.export import HEADER, lines
from assistant.audit.prove import prove
from assistant.ledger import attempt, engine
from assistant.ledger.tables import answers, quotes
from assistant.notice import notice
from assistant.settings import AuditSettings, Settings, SignInSettings
from assistant.writing.remembered import remember
from ingest.home import document_path, store_document

DAY = dt.date(2026, 11, 20)
TEXT = """Mobile Phone Policy

1. Staff must not:
text parents on a trip;
lend their phones to pupils.

2. The “office phone” may be used at any time.\n"""
GENERATION, MODEL = "00000003-abcdef", "tuned"


def stored(home: Path, text: str = TEXT, data: bytes = b"%PDF of it") -> tuple[str, str]:
    """Keep a document as an ingest does; the hashes of its file and of its text."""
    store_document(home, data, text)
    return hashlib.sha256(data).hexdigest(), hashlib.sha256(text.encode()).hexdigest()


def quote(home: Path, said: str = "text parents on a trip;", **changes: Any) -> Quote:
    sha256, text_sha256 = stored(home)
    lead = "Staff must not:"
    start, led = TEXT.index(said), TEXT.index(lead)
    about = {"kind": "rule", "modality": "prohibition", "status": "current", "clause": "1"}
    place = {"school": "Oak School", "policy": "Mobile Phone Policy", "source": "oak/phones.pdf"}
    spans = {"start": start, "end": start + len(said), "lead_in": lead, "lead_in_start": led}
    hashes = {"sha256": sha256, "text_sha256": text_sha256, "lead_in_end": led + len(lead)}
    return Quote.model_validate({"text": said, **about, **place, **spans, **hashes, **changes})


def said(question: str = "can i text a mum on a trip", *quotes: Quote, **changes: Any) -> Answer:
    scope = Scope(school=changes.pop("school", "oak"), role="staff", as_of=DAY)
    given = {"status": "answered", "verdict": "not_permitted", "answer": "No.", "confidence": 0.8}
    given |= {"seconds": 0.021, "quotes": quotes}
    return Answer.model_validate({"question": question, "scope": scope, **given, **changes})


def keep(audit: Audit, answer: Answer, user: str = "") -> str:
    kept = audit.keep(answer, generation=GENERATION, model=MODEL, user=user)
    assert kept.problem == ""
    assert kept.ticket
    return kept.ticket


def exported(settings: Settings, **chosen: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(settings, Choice(**chosen))]


def everything_on_disk(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


@pytest.fixture(params=["sqlite", "postgresql"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Settings]:
    """Settings that keep every answer, in either database."""
    url = request.getfixturevalue("postgresql")() if request.param == "postgresql" else ""

    def made(**changes: Any) -> Settings:
        return Settings(tmp_path / "home", audit=AuditSettings(on=True, url=url, **changes))

    return made


@pytest.fixture
def on(make: Callable[..., Settings]) -> Settings:
    return make()


@pytest.fixture
def lite(tmp_path: Path) -> Settings:
    """For what is the same in both."""
    return Settings(tmp_path / "home", audit=AuditSettings(on=True))


# Off and on


def test_nothing_is_kept_and_no_file_is_made_until_it_is_switched_on(tmp_path):
    off = Settings(tmp_path / "home")
    audit = open_audit(off)
    assert audit.keep(said(), generation=GENERATION, model=MODEL) == Kept()
    assert audit.feedback("ticket", "down") == ""
    assert audit.healthy() == ""
    assert not off.home.exists()


def test_the_chat_says_that_answers_are_kept_and_for_how_long(lite):
    assert "kept for 365 days" in notice(lite)
    assert "without who asked" in notice(lite)
    assert "Nothing you ask is recorded" not in notice(lite)
    named = Settings(lite.home, audit=AuditSettings(on=True, keep_user=True, days=1))
    assert "kept for 1 day," in notice(named)
    assert "without who asked" in notice(named), "nobody signs in"
    signed_in = dataclasses.replace(named, sign_in=SignInSettings(mode="proxy"))
    assert "the name you signed in with" in notice(signed_in)
    assert "Nothing you ask is recorded" in notice(Settings(lite.home))


# What is kept


def test_an_answer_is_kept_whole_with_what_it_was_made_from(on):
    given = said("can i text a mum on a trip", quote(on.home), notices=("Overdue.",), ask="Head")
    before = dt.datetime.now(dt.UTC)
    ticket = keep(Audit(on), given)
    (line,) = exported(on)
    kept = line.pop("kept")
    assert line == json.loads(given.model_copy(update={"id": ticket}).model_dump_json())
    assert (kept["generation"], kept["model"]) == (GENERATION, MODEL)
    assert before <= dt.datetime.fromisoformat(kept["at"]) <= dt.datetime.now(dt.UTC)
    assert (kept["user"], kept["thumb"], kept["word"]) == ("", "", "")
    assert kept["delicate"] is False


def test_names_addresses_and_numbers_are_masked_wherever_they_were_typed(on):
    typed = "can sarah khan ring me on 07700 900123 or s.khan@example.com"
    part = {"school": "oak", "question": typed, "verdict": "permitted", "answer": "Yes."}
    given = said(typed, history=(typed,), understood=f"{typed} – and then", parts=(part,))
    keep(Audit(on), given)
    (line,) = exported(on)
    masked = "can [name] ring me on [number] or [e-mail]"
    assert (line["question"], line["history"]) == (masked, [masked])
    assert line["understood"] == f"{masked} – and then"
    assert line["parts"][0]["question"] == masked
    whole = json.dumps(line).lower()
    assert "khan" not in whole
    assert "900123" not in whole


def test_words_of_the_clause_that_answered_are_no_strangers_names(lite):
    odd = quote(lite.home).model_copy(update={"text": "The snibbet and Mrs Quibell may be used."})
    keep(Audit(lite), said("is the snibbet mine or mrs quibell's", odd))
    assert exported(lite)[0]["question"] == "is the snibbet mine or mrs [name]'s"


def test_who_asked_is_kept_only_where_settings_ask_for_it(make):
    keep(Audit(make()), said(), user="j.bloggs@oak.example")
    keep(Audit(make(keep_user=True)), said(), user="j.bloggs@oak.example")
    assert {line["kept"]["user"] for line in exported(make())} == {"", "j.bloggs@oak.example"}


def test_a_delicate_question_is_kept_masked_without_a_name_and_by_day_only(make):
    settings = make(keep_user=True)
    for answer in (
        said("can mr khan suspend me after an allegation"),
        said("and then", history=("my boss is bullying me",)),
        said("how long", quote(settings.home, policy="Whistleblowing Policy")),
    ):
        keep(Audit(settings), answer, user="j.bloggs@oak.example")
    found = exported(settings)
    assert {line["kept"]["delicate"] for line in found} == {True}
    assert {line["kept"]["user"] for line in found} == {""}
    moments = {dt.datetime.fromisoformat(line["kept"]["at"]).time() for line in found}
    assert moments == {dt.time(0, 0)}
    assert "khan" not in json.dumps(found)
    assert exported(settings, delicate=False) == []


def test_any_number_of_threads_may_keep_answers_at_once(on):
    audit = open_audit(on)
    problems: list[str] = []

    def ask(n: int) -> None:
        for i in range(5):
            kept = audit.keep(said(f"hat {n} {i}"), generation=GENERATION, model=MODEL)
            problems.extend(filter(None, [kept.problem, audit.healthy()]))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert count(on, Choice()) == (40, "")


# Feedback


def test_feedback_is_added_masked_changed_and_taken_back(on):
    audit = Audit(on)
    ticket = keep(audit, said())
    assert audit.feedback(ticket, "down", "wrong, mrs khan said so") == ""
    assert exported(on)[0]["kept"]["word"] == "wrong, mrs [name] said so"
    assert audit.feedback(ticket, "") == ""
    kept = exported(on)[0]["kept"]
    assert (kept["thumb"], kept["word"]) == ("", "")
    assert prove(on, Choice()).doubts == []


def test_a_word_that_tells_of_something_delicate_takes_name_and_hour_away(make):
    settings = make(keep_user=True)
    audit = Audit(settings)
    ticket = keep(audit, said("zebra", quote(settings.home)), user="j.bloggs@oak.example")
    assert audit.feedback(ticket, "down", "i meant when a teacher hits a kid") == ""
    kept = exported(settings)[0]["kept"]
    assert (kept["delicate"], kept["user"]) == (True, "")
    assert dt.datetime.fromisoformat(kept["at"]).time() == dt.time(0, 0)
    assert prove(settings, Choice()).doubts == []  # its digest was made anew


def test_feedback_on_nothing_or_of_no_kind_is_told_in_a_sentence(on):
    audit = Audit(on)
    ticket = keep(audit, said())
    assert "no longer kept" in audit.feedback("unknown", "up")
    assert "no longer kept" in audit.feedback("' OR 1=1 --\0", "up")
    assert "up, down" in audit.feedback(ticket, "side\nways")  # type: ignore[arg-type]
    assert "\n" not in audit.feedback(ticket, "side\nways")  # type: ignore[arg-type]
    assert audit.feedback("", "up") == ""


# Time, erasure, export


def backdate(settings: Settings, ticket: str, days: int) -> None:
    at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    old = sa.update(answers).where(answers.c.ticket == ticket).values(at=at)
    assert attempt(settings, lambda c: c.execute(old).rowcount, 0, mode="write") == (1, "")


def test_what_is_past_its_time_is_erased_when_the_log_is_opened(make):
    settings = make(days=30)
    audit = open_audit(settings)
    old, new = keep(audit, said("old", quote(settings.home))), keep(audit, said("new"))
    backdate(settings, old, 31)
    backdate(settings, new, 29)
    assert open_audit(settings).healthy() == ""
    assert [line["question"] for line in exported(settings)] == ["new"]
    left, _ = attempt(settings, lambda c: c.execute(sa.select(quotes)).all(), None)
    assert left == []  # its quotes went with it


def test_what_is_past_its_time_leaves_no_trace_in_the_file(lite):
    audit = open_audit(lite)
    for n in range(20):
        backdate(lite, keep(audit, said(f"flip flops in the kiln room {n}")), 400)
    keep(audit, said("new"))
    assert b"kiln room" in everything_on_disk(lite.home)
    assert expire(lite) == ""
    assert b"kiln room" not in everything_on_disk(lite.home)


def test_and_once_a_day_while_it_is_open(lite, monkeypatch):
    audit = open_audit(lite)
    old = keep(audit, said("old"))
    backdate(lite, old, 400)
    keep(audit, said("same day"))
    assert count(lite, Choice())[0] == 2
    monkeypatch.setattr("assistant.audit.log._DAY", 0.0)
    assert audit.healthy() == ""
    for thread in threading.enumerate():
        if thread.name == "verse-expire":
            thread.join(10)
    assert [line["question"] for line in exported(lite)] == ["same day"]


def test_what_was_kept_expires_after_the_log_was_switched_off_too(lite):
    backdate(lite, keep(Audit(lite), said()), 400)
    open_audit(Settings(lite.home))
    assert count(lite, Choice()) == (0, "")


def test_more_answers_than_go_at_once_expire(lite, monkeypatch):
    monkeypatch.setattr("assistant.audit.erase._BATCH", 3)
    for n in range(8):
        backdate(lite, keep(Audit(lite), said(f"q {n}")), 400 if n < 7 else 0)
    assert expire(lite) == ""
    assert count(lite, Choice()) == (1, "")


def both(settings: Settings, question: str, day: dt.date = DAY, **changes: Any) -> str:
    """Keep an answer, and the question in vain, under one ticket; that ticket."""
    user, school = changes.pop("user", ""), changes.pop("school", "oak")
    answer = said(question, school=school, status="not_covered", verdict="not_covered")
    ticket = keep(Audit(settings), answer, user=user)
    assert record.keep(settings, answer, day=day, ticket=ticket).ticket == ticket
    return ticket


def in_vain(settings: Settings) -> list[str]:
    return sorted(one.question for one in record.in_vain(settings).asked)


def test_questions_in_vain_and_their_counts_expire_with_the_answers(make):
    settings = dataclasses.replace(make(days=40), record=True)
    now = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
    for days, question in ((41, "old hats"), (39, "new hats")):
        both(settings, question, now.date() - dt.timedelta(days=days))
    for day in (dt.date(2026, 9, 3), dt.date(2026, 10, 30), dt.date(2026, 11, 2)):
        assert record.keep(settings, said("my boss is bullying me"), day=day) == Kept()
    assert record.in_vain(settings).counted == (("2026-09", 1), ("2026-10", 1), ("2026-11", 1))
    assert expire(settings, now) == ""  # it is 13 October forty days before
    assert in_vain(settings) == ["new hats"]
    assert record.in_vain(settings).counted == (("2026-10", 1), ("2026-11", 1))


def test_where_questions_in_vain_alone_are_kept_they_expire_too_once_a_day(lite, monkeypatch):
    settings = dataclasses.replace(lite, record=True, audit=AuditSettings(days=30))
    old = dt.date.today() - dt.timedelta(days=31)
    for question, day in (("old hats", old), ("new hats", dt.date.today())):
        record.keep(settings, said(question, status="not_covered"), day=day)
    audit = open_audit(settings)
    assert in_vain(settings) == ["new hats"]
    record.keep(settings, said("old hats", status="not_covered"), day=old)
    monkeypatch.setattr("assistant.audit.log._DAY", 0.0)
    assert audit.keep(said(), generation="g", model="m") == Kept()
    for thread in threading.enumerate():
        if thread.name == "verse-expire":
            thread.join(10)
    assert in_vain(settings) == ["new hats"]


def test_whose_answers_are_erased_their_questions_in_vain_are_too(make):
    settings = dataclasses.replace(make(keep_user=True), record=True)
    both(settings, "hats", user="ann")
    shoes = both(settings, "shoes", user="bob")
    both(settings, "ties", user="bob")
    assert erase(settings, Choice(user="ann")) == Erased(1, 1)
    assert erase(settings, Choice(ticket=shoes)) == Erased(1, 1)
    assert in_vain(settings) == ["ties"]


def test_questions_in_vain_of_a_school_or_a_time_are_erased_with_its_answers(make):
    settings = dataclasses.replace(make(), record=True)
    days = {"hats": dt.date(2026, 3, 5), "shoes": dt.date(2026, 6, 5)}
    for question, day in days.items():
        for school in ("oak", "elm"):
            answer = said(f"{question} {school}", school=school, status="not_covered")
            record.keep(settings, answer, day=day)
            record.keep(settings, said("my boss is bullying me", school=school), day=day)
    assert erase(settings, Choice(school="oak", before=dt.date(2026, 6, 1))) == Erased(0, 1)
    assert erase(settings, Choice(since=dt.date(2026, 6, 1))) == Erased(0, 2)
    assert in_vain(settings) == ["hats elm"]
    assert record.in_vain(settings).counted == (("2026-03", 1), ("2026-06", 2))
    assert erase(settings, Choice(delicate=True)) == Erased(0, 0)
    assert erase(settings, Choice()) == Erased(0, 1)
    assert record.in_vain(settings) == record.InVain()


def test_what_a_language_model_once_wrote_and_what_was_moved_aside_expire(lite):
    now = dt.datetime.now(dt.UTC)
    remember(lite.home, "a" * 64, {"search": "kiln room"})
    remember(lite.home, "b" * 64, {"search": "hats"})
    drafts = lite.home / "llm" / "drafts"
    aside = [lite.home / f"record.sqlite3.damaged-{n}" for n in (1, 2)]
    for path in aside:
        path.write_bytes(b"kiln room")
    long_ago = (now - dt.timedelta(days=400)).timestamp()
    for path in (drafts / f"{'a' * 64}.json", aside[0]):
        os.utime(path, (long_ago, long_ago))
    assert expire(lite, now) == ""
    assert [path.name for path in drafts.iterdir()] == [f"{'b' * 64}.json"]
    assert not aside[0].exists() and aside[1].exists()


def test_answers_are_erased_by_school_day_person_and_ticket(make):
    settings = make(keep_user=True)
    audit = Audit(settings)
    tickets = {
        name: keep(audit, said(name, school=school), user=user)
        for name, school, user in [
            ("one", "oak", "ann"),
            ("two", "elm", "ann"),
            ("three", "oak", "bob"),
            ("four", "elm", "bob"),
        ]
    }
    backdate(settings, tickets["one"], 10)
    today = dt.datetime.now(dt.UTC).date()
    assert erase(settings, Choice(school="oak", before=today)).answers == 1
    assert erase(settings, Choice(user="ann")).answers == 1
    assert erase(settings, Choice(ticket=tickets["three"])).answers == 1
    assert [line["question"] for line in exported(settings)] == ["four"]
    assert erase(settings, Choice()).answers == 1
    assert exported(settings) == []


def test_what_is_erased_leaves_no_trace_on_the_disk(lite):
    audit = Audit(lite)
    for n in range(30):
        keep(audit, said(f"flip flops in the kiln room {n}", quote(lite.home)))
    (lite.home / "documents").rename(lite.home.parent / "documents")  # they say other things
    assert b"kiln room" in everything_on_disk(lite.home)
    assert erase(lite, Choice()).problem == ""
    left = everything_on_disk(lite.home)
    assert b"kiln room" not in left
    assert b"text parents" not in left


def test_many_answers_are_exported_in_order_some_at_a_time(on, monkeypatch):
    monkeypatch.setattr("assistant.audit.choice._BATCH", 4)
    audit = Audit(on)
    for n in range(11):
        ticket = keep(audit, said(f"q {n}", *[quote(on.home)] * (n % 3)))
        backdate(on, ticket, 20 - n)
    found = exported(on)
    assert [line["question"] for line in found] == [f"q {n}" for n in range(11)]
    assert [len(line["quotes"]) for line in found] == [n % 3 for n in range(11)]
    day = dt.datetime.now(dt.UTC).date()
    since, before = day - dt.timedelta(days=15), day - dt.timedelta(days=12)
    assert len(exported(on, since=since, before=before)) == 3


def test_a_spreadsheet_gets_every_answer_and_no_formula(on):
    keep(Audit(on), said('=HYPERLINK("http://x","y") can i', quote(on.home), school=None))
    text = "".join(lines(on, Choice(), "csv"))
    (row,) = csv.DictReader(io.StringIO(text))
    assert tuple(row) == HEADER
    assert row["question"].startswith("'=")
    assert row["quotes"] == "Mobile Phone Policy, 1: Staff must not: text parents on a trip;"


@bounded(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=st.text(), who=st.text(max_size=300), word=st.text(max_size=600), answer=st.text())
def test_whatever_is_typed_it_is_kept_exported_and_proved(make, typed, who, word, answer):
    settings = make(keep_user=True)
    audit = Audit(settings)
    given = said(typed, quote(settings.home), history=(typed,), understood=typed, answer=answer)
    ticket = keep(audit, given, user=who)
    assert audit.feedback(ticket, "down", word) == ""
    found = list(lines(settings, Choice(ticket=ticket)))
    assert len(found) == 1
    assert len(found[0].splitlines()) == 1
    assert json.loads(found[0])["answer"] == answer
    assert list(csv.DictReader(io.StringIO("".join(lines(settings, Choice(), "csv")), newline="")))
    assert prove(settings, Choice(ticket=ticket)).doubts == []


# Proof


def test_a_kept_quote_is_proved_by_the_stored_document_alone(on):
    outer = LeadIn(text="Mobile Phone Policy", start=0, end=19)
    keep(Audit(on), said("a", quote(on.home), quote(on.home, outer_lead_ins=(outer,))))
    keep(Audit(on), said("b", status="not_covered", verdict="not_covered"))
    proof = prove(on, Choice())
    assert (proof.answers, proof.quotes, proof.proved, proof.doubts) == (2, 2, 2, [])


def test_a_document_that_has_gone_is_named(on):
    ticket = keep(Audit(on), said("a", quote(on.home)))
    sha256 = quote(on.home).sha256
    path = document_path(on.home, sha256)
    path.unlink()
    (doubt,) = prove(on, Choice()).doubts
    assert (doubt.ticket, doubt.source, doubt.sha256) == (ticket, "oak/phones.pdf", sha256)
    assert doubt.why.startswith("The stored document has gone")
    assert str(path) in doubt.why


@pytest.mark.parametrize("which", ["sha256", "text_sha256"])
def test_a_document_or_a_text_that_was_changed_proves_nothing(lite, which):
    keep(Audit(lite), said("a", quote(lite.home)))
    path = document_path(lite.home, getattr(quote(lite.home), which))
    path.write_bytes(path.read_bytes() + b" ")
    (doubt,) = prove(lite, Choice()).doubts
    assert "was changed" in doubt.why


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "text parents on a ship;"},
        {"start": 3},
        {"end": 10_000},
        {"start": -5, "end": -1},
        {"lead_in": "Staff may:"},
        {"lead_in": "Staff may:", "lead_in_start": None, "lead_in_end": None},
        {"outer_lead_ins": (LeadIn(text="Pupils may", start=0, end=10),)},
    ],
)
def test_a_quote_that_the_document_does_not_hold_is_not_proved(lite, changes):
    keep(Audit(lite), said("a", quote(lite.home).model_copy(update=changes)))
    (doubt,) = prove(lite, Choice()).doubts
    assert doubt.why == "The stored document does not say that there."
    assert doubt.place == 0


@pytest.mark.parametrize("digest", ["", "../../../etc/passwd", "A" * 64, "a" * 63, "\0"])
def test_a_hash_that_is_none_reads_no_file(lite, digest):
    keep(Audit(lite), said("a", quote(lite.home).model_copy(update={"sha256": digest})))
    (doubt,) = prove(lite, Choice()).doubts
    assert "no hash" in doubt.why


@pytest.mark.parametrize(
    ("column", "value"),
    [("question", "other"), ("contract", '{"answer": "Yes."}'), ("seconds", 9.0), ("who", "ann")],
)
def test_a_row_that_was_changed_since_is_told(on, column, value):
    ticket = keep(Audit(on), said("a", quote(on.home)))
    change = sa.update(answers).values({column: value})
    assert attempt(on, lambda c: c.execute(change).rowcount, 0, mode="write") == (1, "")
    (doubt,) = prove(on, Choice()).doubts
    assert (doubt.ticket, doubt.place, doubt.why) == (ticket, None, "Its row was changed since.")


# What may go wrong


def spoilt(settings: Settings) -> Settings:
    """A home that can be no folder."""
    settings.home.parent.joinpath("file").write_text("")
    return Settings(settings.home.parent / "file" / "home", audit=settings.audit)


def test_where_the_log_cannot_be_written_the_answer_is_given_or_not_as_configured(lite):
    kept = Audit(spoilt(lite)).keep(said(), generation=GENERATION, model=MODEL)
    assert (kept.ticket, kept.withhold) == ("", False)
    assert "cannot be used" in kept.problem
    strict = Settings(lite.home, audit=AuditSettings(on=True, if_unwritable="refuse"))
    refused = Audit(spoilt(strict)).keep(said(), generation=GENERATION, model=MODEL)
    assert refused.withhold
    assert refused.problem == kept.problem
    assert not Audit(strict).keep(said(), generation=GENERATION, model=MODEL).withhold


def test_health_tells_at_once_what_went_wrong_and_when_it_is_well_again(lite, monkeypatch):
    audit = open_audit(lite)
    assert audit.healthy() == ""
    lite.home.rename(lite.home.with_name("gone"))
    lite.home.write_text("")
    assert audit.healthy() == ""  # looked at not every time
    assert audit.keep(said(), generation=GENERATION, model=MODEL).problem
    assert "record.sqlite3" in audit.healthy()
    lite.home.unlink()
    lite.home.with_name("gone").rename(lite.home)
    monkeypatch.setattr("assistant.audit.log.CHECKED", 0.0)
    assert audit.healthy() == ""
    assert count(lite, Choice()) == (0, "")  # the check leaves nothing


def test_a_damaged_log_is_begun_anew_and_the_answer_is_kept_there(lite):
    strict = Settings(lite.home, audit=AuditSettings(on=True, if_unwritable="refuse"))
    keep(Audit(strict), said("old"))
    (strict.home / "record.sqlite3").write_bytes(b"no database " * 999)
    kept = Audit(strict).keep(said("new"), generation=GENERATION, model=MODEL)
    assert "moved aside" in kept.problem
    assert kept.ticket
    assert not kept.withhold
    assert [line["question"] for line in exported(strict)] == ["new"]
    assert "moved aside damaged" in erase(strict, Choice()).problem


def test_no_failure_tells_a_log_or_a_sentence_what_was_asked(make, caplog, capfd, monkeypatch):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "sqlalchemy")
    settings = make()
    audit = open_audit(settings)
    secret = "zebra crossing\nERROR forged line"
    problems = []
    keep(audit, said(secret, quote(settings.home)))
    monkeypatch.setattr("assistant.audit.log.secrets.token_urlsafe", lambda _: "same")
    keep(audit, said("first"))
    problems.append(audit.keep(said(secret), generation=GENERATION, model=MODEL).problem)
    attempt(settings, lambda c: c.exec_driver_sql("DROP TABLE quotes"), None, mode="write")
    kept = audit.keep(said(secret, quote(settings.home)), generation=GENERATION, model=MODEL)
    problems += [kept.problem, audit.feedback("same", "up", secret)]
    monkeypatch.setattr("assistant.audit.row.mask", lambda *_: 1 / 0)
    problems.append(audit.keep(said(secret), generation=GENERATION, model=MODEL).problem)
    assert [bool(problem) for problem in problems] == [True, True, False, True]
    out = capfd.readouterr()
    everywhere = " ".join([caplog.text, out.out, out.err, *problems])
    assert "zebra" not in everywhere
    assert "forged" not in everywhere


def test_another_process_that_holds_the_database_is_not_waited_for_long(lite, monkeypatch):
    keep(Audit(lite), said())
    monkeypatch.setattr(engine, "PATIENCE", 0.1)
    holder = sa.create_engine(f"sqlite:///{lite.home / 'record.sqlite3'}").connect()
    holder.connection.driver_connection.execute("BEGIN EXCLUSIVE")
    kept = Audit(lite).keep(said(), generation=GENERATION, model=MODEL)
    assert "held by another process" in kept.problem
    holder.close()
