"""What is kept of a question, by day and masked; what is only counted; and what may go wrong."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import logging
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import compose, record
from assistant.answer import Answer, Quote, Scope
from assistant.ledger import FILE, engine
from assistant.ledger.aside import move_aside
from assistant.notice import notice
from assistant.record import Kept, erase, export, give_feedback, in_vain, keep
from assistant.settings import LlmSettings, Settings, read_settings
from assistant.spreadsheet import cell, csv_text

DAY = dt.date(2026, 11, 20)
SECRET = "can i wear flip flops in the kiln room"
ROOT = Path(__file__).parents[2]


def said(question: str = SECRET, **changes: Any) -> Answer:
    school = changes.pop("school", "oak")
    role = changes.pop("role", "staff")
    scope = Scope(school=school, role=role, as_of=DAY)
    given = {"status": "not_covered", "verdict": "not_covered", "answer": "", "confidence": 0.6}
    return Answer.model_validate({"question": question, "scope": scope, **given, **changes})


def answered(question: str = SECRET, confidence: float = 0.9, **changes: Any) -> Answer:
    return said(question, status="answered", verdict="permitted", confidence=confidence, **changes)


@pytest.fixture
def on(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home", None, record=True)


def everything_on_disk(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# Off and on


def test_recording_is_off_until_it_is_switched_on(monkeypatch, tmp_path):
    monkeypatch.delenv("VERSE_RECORD", raising=False)
    assert not read_settings(tmp_path).record
    for word in ("on", "1", "Yes", " true "):
        monkeypatch.setenv("VERSE_RECORD", word)
        assert read_settings(tmp_path).record
    for word in ("off", "", "no"):
        monkeypatch.setenv("VERSE_RECORD", word)
        assert not read_settings(tmp_path).record


def test_while_it_is_off_no_file_is_made(tmp_path):
    off = Settings(tmp_path / "home", None)
    assert keep(off, said()) == Kept("", "")
    assert give_feedback(off, "ticket", "down", "no use") == ""
    assert in_vain(off.home).asked == ()
    assert not off.home.exists()
    assert "Nothing you ask is recorded" in notice(off)


def test_the_chat_can_say_what_is_kept(on):
    assert "kept by day" in notice(on)
    assert "only counted" in notice(on)


# What is kept


def test_a_question_is_kept_by_day_masked_and_without_a_time(on):
    kept = keep(on, said("can sarah khan (07700 900123) wear flip flops"), "uniform", DAY)
    assert kept.ticket
    assert kept.problem == ""
    (one,) = in_vain(on.home).asked
    assert one.question == "can [name] ([number]) wear flip flops"
    assert (one.day, one.school, one.role, one.topic) == (DAY, "oak", "staff", "uniform")
    assert (one.status, one.verdict, one.confidence) == ("not_covered", "not_covered", 0.6)
    on_disk = everything_on_disk(on.home)
    assert b"sarah" not in on_disk
    assert b"900123" not in on_disk
    with sqlite3.connect(on.home / FILE) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(asked)")]
    assert not {"time", "at", "when", "user", "address", "history"} & set(columns)


def test_today_is_the_day_where_none_is_given(on):
    keep(on, said())
    assert in_vain(on.home).asked[0].day == dt.date.today()


def test_rows_do_not_lie_in_the_order_they_came_in(on):
    asked = [f"can i wear hat number {n} to the swimming gala" for n in range(40)]
    for question in asked:
        keep(on, said(question), day=DAY)
    with sqlite3.connect(on.home / FILE) as connection:
        found = [row[0] for row in connection.execute("SELECT question FROM asked")]
    assert sorted(found) == sorted(asked)
    assert found != asked
    assert [one.question for one in in_vain(on.home).asked] != asked


def test_the_school_s_own_name_is_kept_where_it_is_the_school_asked(on):
    keep(on, said("can i park at weston", school="weston"))
    assert in_vain(on.home).asked[0].question == "can i park at weston"


# What is only counted


@pytest.mark.parametrize(
    "answer",
    [
        said("someone has made an allegation against me, do i need zebra"),
        said("zebra: do i have to do it", history=("my boss is bullying me",)),
        said("zebra and then", understood="a teacher hit a kid – and then"),
        said("zebra", answer=f"{compose.SAFEGUARDING} Tell: the head."),
        said("zebra", closest="Whistleblowing Policy, 2.1"),
    ],
    ids=["question", "history", "understood", "answer", "closest"],
)
def test_a_delicate_question_is_counted_by_month_and_its_text_is_nowhere(on, answer):
    assert keep(on, answer, day=DAY) == Kept("", "")
    assert keep(on, answer, day=DAY + dt.timedelta(days=1)) == Kept("", "")
    found = in_vain(on.home)
    assert (found.asked, found.kept, found.counted) == ((), 0, (("2026-11", 2),))
    assert b"zebra" not in everything_on_disk(on.home)


def test_a_delicate_topic_or_source_is_only_counted(on, quote_of: Callable[[str], Quote]):
    keep(on, said("how long does it take"), "allegations", DAY)
    keep(on, answered(quotes=(quote_of("Grievance Procedure"),)), day=DAY)
    keep(on, answered(quotes=(quote_of("Uniform Policy"),)), day=DAY)
    found = in_vain(on.home)
    assert found.counted == (("2026-11", 2),)
    assert found.kept == 1


def test_counts_go_by_month_and_school(on):
    for school, day in (("oak", DAY), ("elm", DAY), ("oak", dt.date(2026, 12, 1))):
        keep(on, said("i want to raise a grievance", school=school), day=day)
    assert in_vain(on.home).counted == (("2026-11", 2), ("2026-12", 1))
    assert in_vain(on.home, "oak").counted == (("2026-11", 1), ("2026-12", 1))
    assert in_vain(on.home, "oak", dt.date(2026, 12, 9)).counted == (("2026-12", 1),)


@pytest.fixture
def quote_of() -> Callable[[str], Quote]:
    def make(policy: str) -> Quote:
        given = {
            "text": "x",
            "kind": "rule",
            "school": "Oak",
            "status": "current",
            "start": 0,
            "end": 1,
        }
        given |= {
            "modality": "permission",
            "source": "a",
            "sha256": "",
            "text_sha256": "",
            "end": 1,
        }
        return Quote.model_validate({**given, "policy": policy})

    return make


# Feedback


def test_a_thumb_and_a_word_are_added_masked_and_can_be_taken_back(on):
    ticket = keep(on, answered()).ticket
    assert in_vain(on.home).asked == ()
    assert give_feedback(on, ticket, "down", "wrong, mrs khan said so") == ""
    (one,) = in_vain(on.home).asked
    assert (one.thumb, one.word) == ("down", "wrong, mrs [name] said so")
    assert give_feedback(on, ticket, "up") == ""
    assert in_vain(on.home).asked == ()
    assert rows(export(on.home).questions)[0]["word"] == ""


def test_a_word_that_tells_of_something_delicate_takes_the_question_out(on):
    ticket = keep(on, said(), day=DAY).ticket
    assert give_feedback(on, ticket, "down", "i meant when a teacher hits a kid") == ""
    found = in_vain(on.home)
    assert (found.kept, found.counted) == (0, (("2026-11", 1),))
    assert SECRET.encode() not in everything_on_disk(on.home)


def test_feedback_on_what_is_no_longer_kept_is_told_in_a_sentence(on):
    ticket = keep(on, said()).ticket
    erase(on.home, everything=True)
    assert "no longer kept" in give_feedback(on, ticket, "up")
    assert give_feedback(on, "", "up") == ""
    assert "up, down" in give_feedback(on, ticket, "sideways")  # type: ignore[arg-type]


def test_a_word_may_be_as_long_as_it_likes_and_only_its_start_is_kept(on):
    ticket = keep(on, said()).ticket
    assert give_feedback(on, ticket, "down", "no use " * 10_000) == ""
    assert len(in_vain(on.home).asked[0].word) <= record.LONGEST_WORD


# In vain


def test_in_vain_is_what_was_not_covered_thumbed_down_or_unsure(on):
    keep(on, said("not covered"))
    keep(on, answered("sure"))
    keep(on, answered("unsure", confidence=0.1))
    keep(on, said("declined", status="declined"))
    give_feedback(on, keep(on, answered("disliked")).ticket, "down")
    give_feedback(on, keep(on, answered("liked")).ticket, "up")
    found = in_vain(on.home)
    assert {one.question for one in found.asked} == {"not covered", "unsure", "disliked"}
    assert found.kept == 6


def test_one_school_and_one_time_can_be_asked_for(on):
    keep(on, said("old"), day=dt.date(2026, 1, 5))
    keep(on, said("new"), day=DAY)
    keep(on, said("elsewhere", school="elm"), day=DAY)
    keep(on, said("everywhere", school=None), day=DAY)
    assert [a.question for a in in_vain(on.home, "oak", dt.date(2026, 9, 1)).asked] == ["new"]
    assert len(in_vain(on.home).asked) == 4


# Erase and export


def test_what_is_erased_leaves_no_trace_on_the_disk(on):
    for n in range(50):
        keep(on, said(f"{SECRET} {n}"), day=DAY)
    assert SECRET.encode() in everything_on_disk(on.home)
    assert erase(on.home, everything=True).questions == 50
    assert SECRET.encode() not in everything_on_disk(on.home)
    assert in_vain(on.home).kept == 0


def test_a_school_s_questions_or_those_before_a_day_can_be_erased(on):
    old = dt.date(2026, 3, 10)
    for school in ("oak", "elm"):
        for day in (old, DAY):
            keep(on, said(f"{school} {day}", school=school), day=day)
            keep(on, said("i want to raise a grievance", school=school), day=day)
    assert erase(on.home, before=dt.date(2026, 3, 31)).questions == 2
    assert in_vain(on.home).counted == (("2026-03", 2), ("2026-11", 2))  # March was not over
    assert erase(on.home, before=DAY, school="elm").questions == 0
    assert in_vain(on.home).counted == (("2026-03", 1), ("2026-11", 2))
    assert erase(on.home, school="oak").questions == 1
    found = in_vain(on.home)
    assert [one.school for one in found.asked] == ["elm"]
    assert found.counted == (("2026-11", 1),)


def test_nothing_is_erased_by_a_call_that_says_nothing(on):
    keep(on, said())
    assert "Say what to erase" in erase(on.home).problem
    assert "Say what to erase" in erase(on.home, everything=True, school="oak").problem
    assert in_vain(on.home).kept == 1


def test_an_export_holds_everything_kept_and_no_formula(on):
    keep(on, said('=HYPERLINK("http://x","y") can i'), "uniform", DAY)
    keep(on, said("\t+1 and -1"), day=DAY)
    keep(on, said("i want to raise a grievance"), day=DAY)
    out = export(on.home)
    assert out.problem == ""
    cells = [value for row in rows(out.questions) for value in row.values()]
    assert len(rows(out.questions)) == 2
    assert not any(value.lstrip().startswith(("=", "+", "-", "@")) for value in cells)
    assert rows(out.counted) == [{"month": "2026-11", "school": "oak", "questions": "1"}]


@pytest.mark.parametrize(
    "begins", ["=1+1", " =1+1", "\u00a0=1+1", "＝1+1", "\t1", "+44", "-1", "@SUM(A1)", "\r=1"]
)
def test_what_a_spreadsheet_would_reckon_is_text(begins):
    assert cell(begins) == f"'{begins}"
    assert cell("a question = a question") == "a question = a question"


@given(st.text(), st.text())
def test_any_cell_comes_back_as_it_was_and_begins_no_formula(one, other):
    text = csv_text(("a", "b"), [(one, other)])
    _, back = list(csv.reader(io.StringIO(text, newline="")))
    for shown, was in zip(back, (one, other), strict=True):
        assert shown.removeprefix("'") == was.replace("\0", "") or shown == was.replace("\0", "")
        assert not shown.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


# What may go wrong


def test_a_locked_record_is_told_and_the_answer_does_not_wait_long(on):
    keep(on, said())
    holder = sqlite3.connect(on.home / FILE, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    kept = keep(on, said("another"))
    assert time.monotonic() - started < 10 * engine.PATIENCE
    assert kept.ticket == ""
    assert "held by another process" in kept.problem
    holder.execute("ROLLBACK")
    holder.close()
    assert keep(on, said("another")).problem == ""
    assert in_vain(on.home).kept == 2


FULL = """
import resource, sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {root!r}]
from test_record import said, Settings, keep
on = Settings(Path({home!r}), None, record=True)
assert keep(on, said("first")).ticket
resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))
asked = [said(f"can i wear hat number {{n}} " + "hat " * 900) for n in range(60)]
told = [kept.problem for kept in (keep(on, one) for one in asked) if kept.problem]
assert told, "the disk never filled"
print(told[-1])
"""


def test_a_full_disk_is_told_and_what_was_kept_stays(on):
    code = FULL.format(tests=str(Path(__file__).parent), root=str(ROOT), home=str(on.home))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert str(on.home / FILE) in done.stdout
    assert "hat" not in done.stdout + done.stderr
    found = in_vain(on.home)
    assert found.problem == ""
    assert "first" in {one.question for one in found.asked}


def spoil_whole(path: Path) -> None:
    path.write_bytes(b"no database at all, but a page of prose " * 200)


def spoil_inside(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


@pytest.mark.parametrize("spoil", [spoil_whole, spoil_inside])
def test_a_damaged_record_is_moved_aside_and_a_new_one_begun(on, spoil):
    for n in range(200):
        keep(on, said(f"old {n}"))
    spoil(on.home / FILE)
    kept = keep(on, said("new"))
    assert kept.ticket
    assert "moved aside" in kept.problem
    (aside,) = on.home.glob(f"{FILE}.damaged-*")
    assert aside.name in kept.problem
    assert keep(on, said("newer")).problem == ""
    assert {one.question for one in in_vain(on.home).asked} == {"new", "newer"}


def test_a_record_that_another_process_has_just_begun_anew_is_left_alone(on):
    keep(on, said())
    assert move_aside(on.home / FILE) == ""
    assert in_vain(on.home).kept == 1


def test_a_reader_who_meets_a_damaged_record_is_told_the_same(on):
    keep(on, said())
    spoil_whole(on.home / FILE)
    assert "moved aside" in in_vain(on.home).problem
    assert in_vain(on.home).problem == ""


def test_erasing_everything_takes_what_was_moved_aside_with_it(on):
    keep(on, said())
    data = b"".join(path.read_bytes() for path in on.home.glob(f"{FILE}*"))
    (on.home / FILE).write_bytes(b"broken" * 100 + data)
    keep(on, said("new"))
    assert SECRET.encode() in everything_on_disk(on.home)
    assert "moved aside damaged" in erase(on.home, school="oak").problem
    assert erase(on.home, everything=True).problem == ""
    assert SECRET.encode() not in everything_on_disk(on.home)


BUSY = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {root!r}]
from test_record import said, Settings, keep, give_feedback, engine
engine.PATIENCE = 60  # a slow disk is not what this is about
on = Settings(Path({home!r}), None, record=True)
for n in range({times}):
    kept = keep(on, said(f"{name} hat {{n}}"))
    assert kept.ticket, kept.problem
    assert give_feedback(on, kept.ticket, "down", "no use") == ""
"""


def run_two(home: Path, times: int) -> None:
    tests = str(Path(__file__).parent)
    code = [
        BUSY.format(tests=tests, root=str(ROOT), home=str(home), times=times, name=name)
        for name in ("one", "two")
    ]
    both = [subprocess.Popen([sys.executable, "-c", c], stderr=subprocess.PIPE) for c in code]
    for process in both:
        _, error = process.communicate(timeout=120)
        assert process.returncode == 0, error.decode()


def test_two_processes_may_begin_and_write_a_record_at_once(on):
    run_two(on.home, 40)
    found = in_vain(on.home)
    assert found.kept == 80
    assert {one.thumb for one in found.asked} == {"down"}


def test_two_processes_that_meet_the_same_damage_lose_nothing_of_the_new_record(on):
    on.home.mkdir()
    spoil_whole(on.home / FILE)
    run_two(on.home, 10)
    assert in_vain(on.home).kept == 20
    assert len(list(on.home.glob(f"{FILE}.damaged-*"))) == 1


def test_a_record_of_a_newer_version_is_refused_in_one_sentence_and_left_alone(on):
    keep(on, said())
    with contextlib.closing(sqlite3.connect(on.home / FILE)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.commit()
    problem = keep(on, said("new")).problem
    assert "format 99" in problem
    assert problem.count(". ") == 0
    assert in_vain(on.home).problem == problem
    assert not list(on.home.glob("*damaged*"))
    with contextlib.closing(sqlite3.connect(on.home / FILE)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM asked").fetchone() == (1,)


def test_somebody_else_s_database_is_refused_and_left_alone(on):
    on.home.mkdir()
    with contextlib.closing(sqlite3.connect(on.home / FILE)) as connection:
        connection.execute("CREATE TABLE pupils (name TEXT)")
        connection.commit()
    assert "something else" in keep(on, said()).problem
    with contextlib.closing(sqlite3.connect(on.home / FILE)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("pupils",)]


def test_a_home_that_cannot_be_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    on = Settings(tmp_path / "file" / "home", None, record=True)
    kept = keep(on, said())
    assert kept.ticket == ""
    assert str(on.home / FILE) in kept.problem


def test_only_its_owner_may_read_the_record(on):
    keep(on, said())
    assert (on.home / FILE).stat().st_mode & 0o077 == 0


def test_no_failure_tells_a_log_what_was_asked(on, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    problems = [keep(on, said()).problem]
    with contextlib.closing(sqlite3.connect(on.home / FILE)) as connection:
        connection.execute("UPDATE asked SET question = CAST(x'ff63616e2069ff' AS TEXT)")
        connection.commit()
    problems += [in_vain(on.home).problem, export(on.home).problem]
    spoil_whole(on.home / FILE)
    problems += [keep(on, said()).problem]
    with contextlib.closing(sqlite3.connect(on.home / FILE)) as connection:
        connection.execute("DROP TABLE asked")
        connection.commit()
    problems += [keep(on, said()).problem, in_vain(on.home).problem, export(on.home).problem]
    assert any(problems[-3:])
    out = capfd.readouterr()
    everywhere = " ".join([caplog.text, out.out, out.err, *problems])
    assert "flip" not in everywhere
    assert "can i" not in everywhere


@settings(deadline=None, max_examples=40)
@given(question=st.text(max_size=300), word=st.text(max_size=100), topic=st.text(max_size=20))
def test_whatever_is_typed_nothing_is_raised(tmp_path_factory, question, word, topic):
    on = Settings(tmp_path_factory.getbasetemp() / "typed", None, record=True)
    kept = keep(on, said(question), topic)
    assert kept.problem == ""
    assert give_feedback(on, kept.ticket, "down", word) == ""
    assert in_vain(on.home).problem == ""
    assert export(on.home).problem == ""


def test_what_leaves_for_a_language_model_is_said_before_anybody_asks():
    llm = LlmSettings(model="ollama:tiny", base_url="http://127.0.0.1:11434")
    told = notice(replace(Settings(Path("home")), llm=llm))
    assert "ollama:tiny" in told
    assert "sent to http://127.0.0.1:11434" in told
    assert "sent to" not in notice(Settings(Path("home")))
