"""One database for the record: brought up to date without losing a row, in SQLite or PostgreSQL."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from assistant.answer import Answer, Scope
from assistant.audit import Audit
from assistant.audit.choice import Choice
from assistant.audit.erase import count
from assistant.decided import decide, decisions, export_decisions, pair_of
from assistant.ledger import FILE, LedgerError, attempt, connected, engine, is_there, migrate
from assistant.ledger.engine import engine_of, place_of
from assistant.ledger.migrate import VERSIONS
from assistant.ledger.tables import NAMES
from assistant.record import Thumb, erase, export, give_feedback, in_vain, keep
from assistant.settings import AuditSettings, Settings

DAY = dt.date(2026, 11, 20)

# How a record was made before alembic, word for word.
FORMAT_1 = """
CREATE TABLE asked (
    ticket TEXT PRIMARY KEY, day TEXT NOT NULL, school TEXT NOT NULL, role TEXT NOT NULL,
    status TEXT NOT NULL, verdict TEXT NOT NULL, confidence REAL NOT NULL,
    question TEXT NOT NULL, topic TEXT NOT NULL,
    thumb TEXT NOT NULL DEFAULT '', word TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX asked_on ON asked (school, day);
CREATE TABLE counted (
    month TEXT NOT NULL, school TEXT NOT NULL, questions INTEGER NOT NULL,
    PRIMARY KEY (month, school)
) WITHOUT ROWID;
CREATE TABLE decided (
    number INTEGER PRIMARY KEY, day TEXT NOT NULL, school TEXT NOT NULL,
    first TEXT NOT NULL, second TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL
);
PRAGMA user_version = 1;
PRAGMA application_id = 0x56455253;
"""


def said(question: str = "can i", **changes: Any) -> Answer:
    scope = Scope(school="oak", role="staff", as_of=DAY)
    given = {"status": "not_covered", "verdict": "not_covered", "answer": "", "confidence": 0.5}
    return Answer.model_validate({"question": question, "scope": scope, **given, **changes})


def on(home: Path, url: str = "", **changes: Any) -> Settings:
    return Settings(home, record=True, audit=AuditSettings(on=True, url=url), **changes)


def put(settings: Settings, question: str = "can i") -> str:
    return Audit(settings).keep(said(question), generation="g", model="m").problem


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A home whose record is of before alembic, with 200 questions, counts and a decision in it."""
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(FORMAT_1)
        rows = [
            (f"t{n}", "2026-03-04", "oak", "staff", "not_covered", "not_covered", 0.25, f"q{n}")
            for n in range(200)
        ]
        connection.executemany("INSERT INTO asked VALUES (?,?,?,?,?,?,?,?,'pets','up','ta')", rows)
        connection.execute("INSERT INTO counted VALUES ('2026-03', 'oak', 7)")
        pair = pair_of("one", "other")
        decision = ("2026-03-04", "oak", *pair, "dismiss", "Agreed.")
        connection.execute("INSERT INTO decided VALUES (1,?,?,?,?,?,?)", decision)
        connection.commit()
    return tmp_path


# Forms


def test_a_record_of_before_alembic_is_brought_up_and_keeps_every_row(old):
    found = in_vain(old)
    assert (found.problem, found.kept, found.counted) == ("", 200, (("2026-03", 7),))
    assert {one.question for one in found.asked} == {f"q{n}" for n in range(200)}
    one = next(one for one in found.asked if one.question == "q7")
    assert (one.day, one.school, one.confidence) == (dt.date(2026, 3, 4), "oak", 0.25)
    assert (one.topic, one.thumb, one.word) == ("pets", "up", "ta")
    assert decisions(old)[0][pair_of("one", "other")].reason == "Agreed."
    assert give_feedback(on(old), "t7", "down", "no") == ""
    assert keep(on(old), said("new")).problem == ""
    assert put(on(old), "kept") == ""
    assert in_vain(old).kept == 201
    with contextlib.closing(sqlite3.connect(old / FILE)) as connection:
        # An older Chapter & Verse, which looks at this number, leaves the file alone.
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_step_that_fails_leaves_the_record_as_it_was(old, monkeypatch):
    def broken(connection: sa.Connection, step: str) -> None:
        assert step == "0001"
        upgrade(connection, step)
        raise OSError(28, "No space left on device")

    upgrade = migrate._upgrade
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_upgrade", broken)
        assert "No space left" in in_vain(old).problem
    with contextlib.closing(sqlite3.connect(old / FILE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        assert "answers" not in tables
        assert VERSIONS not in tables
    assert in_vain(old).kept == 200


@pytest.mark.parametrize("database", ["new", "old", "postgresql"])
def test_what_the_steps_make_is_what_the_code_takes_for_granted(database, request, tmp_path):
    url = request.getfixturevalue("postgresql")() if database == "postgresql" else ""
    home = request.getfixturevalue("old") if database == "old" else tmp_path / "home"
    settings = on(home, url)
    assert put(settings) == ""
    with engine_of(place_of(settings)).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSIONS})
        differences = compare_metadata(context, NAMES)
    # SQLite says of a key that it may be null where it was not told otherwise, and never is.
    keys = [[("modify_nullable", None, *of)] for of in (("asked", "ticket"), ("decided", "number"))]
    assert [d for d in differences if [d[0][:4]] not in keys] == []


def to_later(connection: sa.Connection) -> int:
    later = f"UPDATE {VERSIONS} SET version_num = '0099'"
    return connection.exec_driver_sql(later).rowcount


def test_a_step_of_a_later_chapter_and_verse_is_refused_and_left_alone(tmp_path, postgresql):
    for settings in (on(tmp_path / "home"), on(tmp_path / "home", postgresql())):
        assert put(settings) == ""
        assert attempt(settings, to_later, 0, mode="write") == (1, "")
        problem = put(settings)
        assert "format 0099" in problem
        assert "update it" in problem
        assert in_vain(settings).problem == problem


def test_many_may_begin_a_record_at_once(tmp_path, postgresql):
    for settings in (on(tmp_path / "home"), on(tmp_path / "home", postgresql())):
        with ThreadPoolExecutor(6) as threads:
            assert list(threads.map(put, [settings] * 6)) == [""] * 6
        assert count(settings, Choice()) == (6, "")


def test_who_reads_does_not_wait_for_who_writes(old):
    assert in_vain(old).kept == 200
    holder = sqlite3.connect(old / FILE, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    assert in_vain(old).kept == 200
    assert time.monotonic() - started < engine.PATIENCE
    holder.close()


# Places


def test_settings_may_name_another_file(tmp_path):
    settings = on(tmp_path / "home", f"sqlite:///{tmp_path}/elsewhere/kept.sqlite3")
    assert put(settings) == ""
    assert (tmp_path / "elsewhere" / "kept.sqlite3").stat().st_mode & 0o077 == 0
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://verse:sesame@host/verse", "neither SQLite nor PostgreSQL"),
        ("sqlite://", "neither SQLite nor PostgreSQL"),
        ("verse:sesame@host", "no address of a database"),
        ("postgresql://verse:sesame@host:port/verse", "no address of a database"),
    ],
)
def test_an_address_that_is_none_is_told_without_its_password(tmp_path, url, told):
    settings = on(tmp_path, url)
    problem = put(settings)
    assert told in problem
    assert "sesame" not in problem
    assert Audit(settings).healthy() == problem
    assert in_vain(settings).problem == problem
    assert not is_there(settings)
    with pytest.raises(LedgerError), connected(settings):
        pass


def test_what_was_never_kept_cannot_be_read(tmp_path):
    with pytest.raises(LedgerError, match="There is no record"), connected(tmp_path / "home"):
        pass
    assert not (tmp_path / "home").exists()


# PostgreSQL


def test_questions_in_vain_and_decisions_are_kept_in_postgresql_too(tmp_path, postgresql):
    settings = on(tmp_path / "home", postgresql())
    tickets = [keep(settings, said(f"can i {n}"), "pets", DAY).ticket for n in range(3)]
    assert keep(settings, said("i want to raise a grievance"), day=DAY).problem == ""
    assert keep(settings, said("my boss is bullying me"), day=DAY).problem == ""
    assert give_feedback(settings, tickets[0], "down", "mrs khan said so\0") == ""
    assert give_feedback(settings, tickets[1], "down", "a teacher hit a kid") == ""
    found = in_vain(settings, "oak")
    assert (found.kept, found.counted) == (2, (("2026-11", 3),))
    assert {one.word for one in found.asked} == {"mrs [name] said so", ""}
    assert "can i 2" in export(settings).questions
    assert in_vain(settings, "elm").asked == ()
    assert decide(settings, pair_of("a", "b"), "dismiss", "No.", school="oak") == ""
    assert decide(settings, pair_of("a", "b"), "accept", school="oak") == ""
    assert decisions(settings, "oak")[0][pair_of("a", "b")].ruling == "accept"
    assert export_decisions(settings)[0].count("\n") == 3
    gone = erase(settings, before=DAY + dt.timedelta(days=1))
    assert (gone.questions, gone.problem) == (2, "")
    assert erase(settings, everything=True).problem == ""
    assert in_vain(settings).counted == ()
    assert decisions(settings)[0]
    assert not (tmp_path / "home").exists()


def trouble(settings: Settings) -> str:
    """The sentence, which everything that is done with the record tells alike."""
    started = time.monotonic()
    problem = put(settings)
    assert time.monotonic() - started < 10
    assert in_vain(settings).problem == problem
    assert Audit(settings).healthy() == problem
    thumb: Thumb = "up"
    assert give_feedback(settings, "t", thumb) == problem
    assert problem.endswith(".")
    assert problem.count(". ") == 0
    assert "sesame" not in problem
    return problem


def test_a_server_that_is_not_there_is_told(tmp_path, postgresql):
    url = postgresql().partition("?")[0]
    assert "cannot be reached" in trouble(on(tmp_path, f"{url}?host={tmp_path}"))


def test_a_database_that_is_not_there_is_told(tmp_path, postgresql):
    assert "does not exist" in trouble(on(tmp_path, postgresql().replace("@/verse", "@/other")))


def test_a_person_whom_the_server_does_not_know_is_told(tmp_path, postgresql):
    url = postgresql().replace("//verse:", "//nobody:")
    assert "refuses the name or password" in trouble(on(tmp_path, url))


def test_a_database_that_may_not_be_written_is_told(tmp_path, postgresql):
    url = postgresql()
    with engine_of(place_of(on(tmp_path, url))).connect() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"CREATE ROLE r_{name} LOGIN")
        connection.commit()
    assert "may not be written" in trouble(on(tmp_path, url.replace("verse:", f"r_{name}:", 1)))
    only = f"{url}&options=-c%20default_transaction_read_only%3Don"
    assert "may only be read" in read_only(on(tmp_path, only))


def read_only(settings: Settings) -> str:
    """By what the server is told, for ours are told over it."""
    place = place_of(settings)
    with engine_of(place).connect() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        connection.commit()
    engine_of(place).dispose()
    return trouble(settings)


def test_tables_of_something_else_are_told_and_left_alone(tmp_path, postgresql):
    settings = on(tmp_path, postgresql())
    with engine_of(place_of(settings)).connect() as connection:
        connection.exec_driver_sql("CREATE TABLE answers (life integer)")
        connection.commit()
    assert "has tables of something else" in trouble(settings)
    with engine_of(place_of(settings)).connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["answers"]


def test_a_table_that_somebody_holds_is_not_waited_for_long(tmp_path, postgresql, monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE", 0.2)
    settings = on(tmp_path, postgresql())
    assert put(settings) == ""
    with engine_of(place_of(settings)).connect() as connection:
        connection.exec_driver_sql("LOCK TABLE answers, asked")
        assert "held by another process" in trouble(settings)
    assert put(settings) == ""


def test_a_server_that_was_started_anew_is_found_again(tmp_path, postgresql):
    settings = on(tmp_path, postgresql())
    assert put(settings) == ""
    ends = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND application_name = 'chapter-and-verse'"
    )
    other = sa.create_engine(place_of(settings).url)
    with other.connect() as connection:
        connection.exec_driver_sql(ends)
    other.dispose()
    assert put(settings) == ""


def test_without_its_driver_the_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    problem = put(on(tmp_path, "postgresql://verse:sesame@nowhere/unopened"))
    assert "chapter-and-verse[postgres]" in problem
    assert "sesame" not in problem


def test_a_password_is_in_no_description_of_the_place(tmp_path):
    place = place_of(on(tmp_path, "postgres://verse:sesame@db.example/verse?password=sesame"))
    assert place.name == "verse on db.example"
    assert "sesame" not in repr(place) + repr(engine_of(place)) + str(place)
