"""The small database in the home that holds the record and what was decided of contradictions.

Whatever is wrong with the file is told in one sentence: nobody's answer waits for it or fails with
it. A damaged file is moved aside, and a new one begun.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar

import filelock

from assistant.answer import AssistantError

FILE = "record.sqlite3"
PATIENCE = 1.5  # seconds that an answer may wait for another process to finish writing
_OURS = 0x56455253  # "VERS", SQLite's application_id
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

# What makes a database of one version one of the next; the last is the version we write.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # Rows lie in the order of a random ticket: their place must not tell when they came.
        """CREATE TABLE asked (
            ticket TEXT PRIMARY KEY, day TEXT NOT NULL, school TEXT NOT NULL, role TEXT NOT NULL,
            status TEXT NOT NULL, verdict TEXT NOT NULL, confidence REAL NOT NULL,
            question TEXT NOT NULL, topic TEXT NOT NULL,
            thumb TEXT NOT NULL DEFAULT '', word TEXT NOT NULL DEFAULT ''
        ) WITHOUT ROWID""",
        "CREATE INDEX asked_on ON asked (school, day)",
        """CREATE TABLE counted (
            month TEXT NOT NULL, school TEXT NOT NULL, questions INTEGER NOT NULL,
            PRIMARY KEY (month, school)
        ) WITHOUT ROWID""",
        """CREATE TABLE decided (
            number INTEGER PRIMARY KEY, day TEXT NOT NULL, school TEXT NOT NULL,
            first TEXT NOT NULL, second TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL
        )""",
    ),
)

Mode = Literal["read", "write", "create"]
Found = TypeVar("Found")


class LedgerError(AssistantError):
    """The database is not ours to use, in one sentence."""


def attempt(
    home: Path,
    work: Callable[[sqlite3.Connection], Found],
    otherwise: Found,
    *,
    mode: Mode = "read",
) -> tuple[Found, str]:
    """What `work` found in one transaction, else `otherwise`; and a sentence if anything is wrong.

    Unless the mode is "create", a home that has no database is left without one. Never raises.
    """
    path = home / FILE
    begin = "BEGIN" if mode == "read" else "BEGIN IMMEDIATE"
    told = ""
    try:
        if mode != "create" and not path.exists():
            return otherwise, ""
        try:
            return _within(path, work, begin), ""
        except sqlite3.Error as error:
            if _code(error) not in _DAMAGED:
                raise
            told = _move_aside(path)
            return _within(path, work, begin), told
    except LedgerError as error:
        return otherwise, str(error)
    except sqlite3.Error as error:
        return otherwise, told or _sentence(path, error)
    except OSError as error:
        return otherwise, told or f"The record {path} cannot be used ({error.strerror}); check it."
    except Exception as error:  # the answer goes out, whatever became of its record
        name = type(error).__name__
        return otherwise, told or f"The record {path} cannot be used ({name}); move the file away."


def shrink(home: Path) -> str:
    """Let go of what was deleted, so that no trace of it is left; a sentence if that fails."""
    path = home / FILE
    try:
        with contextlib.closing(_connect(path)) as connection:
            connection.execute("VACUUM")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        busy = 1
    return f"Traces of it stay in {path} until it is erased again: it is in use." if busy else ""


def set_aside(home: Path) -> list[Path]:
    """Damaged databases that were moved aside, with what belongs to them."""
    return sorted(home.glob(f"{FILE}.damaged-*"))


def _within(path: Path, work: Callable[[sqlite3.Connection], Found], begin: str) -> Found:
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)  # for whoever runs this alone
    with contextlib.closing(_connect(path)) as connection:
        _bring_up(connection, path)
        connection.execute(begin)
        try:
            found = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        return found


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    # A byte that is no UTF-8 would be told with the whole text round it.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def _bring_up(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse what is not ours, and make an older database one of our version."""
    if _version(connection, path) == len(MIGRATIONS):
        return
    with contextlib.suppress(sqlite3.OperationalError):  # another process is doing so just now
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    for statements in MIGRATIONS[_version(connection, path) :]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    connection.execute(f"PRAGMA application_id = {_OURS}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of a database of ours, 0 of an empty one."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    whose = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if whose != _OURS and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise LedgerError(
            f"{path} is a database of something else; move it away, and a record is begun there."
        )
    if version > len(MIGRATIONS):
        raise LedgerError(
            f"The record {path} has format {version}, and this Chapter & Verse knows formats up "
            f"to {len(MIGRATIONS)}; update it, or name another home with VERSE_HOME."
        )
    return version


def _move_aside(path: Path) -> str:
    """Move a damaged database away, unless another process has just done so; what was done."""
    try:
        with filelock.FileLock(path.with_name("record.lock"), timeout=PATIENCE):
            if not _is_damaged(path):
                return ""
            mark = f"damaged-{dt.date.today():%Y%m%d}-{uuid.uuid4().hex[:6]}"
            aside = path.with_name(f"{path.name}.{mark}")
            for ending in ("-wal", "-shm"):
                beside = path.with_name(path.name + ending)
                if beside.exists():
                    beside.replace(aside.with_name(aside.name + ending))
            path.replace(aside)
    except filelock.Timeout as error:
        raise LedgerError(
            f"The record {path} is damaged, and another process is moving it aside; try again in "
            "a moment."
        ) from error
    return f"The record {path} was damaged; it was moved aside as {aside.name} and a new one begun."


def _is_damaged(path: Path) -> bool:
    try:
        with contextlib.closing(_connect(path)) as connection:
            found: tuple[str] = connection.execute("PRAGMA quick_check(1)").fetchone()
            return found != ("ok",)
    except sqlite3.Error as error:
        if _code(error) in _DAMAGED:
            return True
        raise


def _code(error: sqlite3.Error) -> int:
    """SQLite's own number for an error, less its finer kinds; 0 where Python made it."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _sentence(path: Path, error: sqlite3.Error) -> str:
    """By SQLite's code alone: its message may hold what somebody asked."""
    match _code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"The record {path} is held by another process; try again in a moment."
        case sqlite3.SQLITE_FULL:
            return f"The record {path} cannot be written, the disk is full; free space there."
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return f"The record {path} may not be written; check who owns the file and its folder."
        case sqlite3.SQLITE_CANTOPEN:
            return f"The record {path} cannot be opened; check that its folder may be written."
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    return f"The record {path} cannot be used ({name}); check the disk, or move the file away."
