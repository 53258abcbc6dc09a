"""The database that holds questions in vain, decisions on contradictions, and kept answers.

Whatever is wrong with it is told in one sentence: nobody's answer waits for it or fails with it. A
damaged file is moved aside, and a new one begun.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from assistant.ledger import engine
from assistant.ledger.aside import is_damage, move_aside
from assistant.ledger.engine import LedgerError, Place, engine_of, place_of
from assistant.ledger.migrate import bring_up, driver
from assistant.ledger.troubles import sentence
from assistant.settings import Settings

Mode = Literal["read", "write", "create"]
Found = TypeVar("Found")
Where = Path | Settings  # a home, or settings that may name another place for its record


def attempt(
    where: Where,
    work: Callable[[sa.Connection], Found],
    otherwise: Found,
    *,
    mode: Mode = "read",
) -> tuple[Found, str]:
    """What `work` found in one transaction, else `otherwise`; and a sentence if anything is wrong.

    Unless the mode is "create", a home that has no database is left without one. Never raises.
    """
    told = ""
    place: Place | None = None
    try:
        place = place_of(where)
        if mode != "create" and not _exists(place):
            return otherwise, ""
        try:
            return _within(place, work, mode), ""
        except (sqlite3.Error, DBAPIError) as error:
            if place.path is None or not is_damage(error):
                raise
            told = move_aside(place.path)
            return _within(place, work, mode), told
    except LedgerError as error:
        return otherwise, str(error)
    except Exception as error:  # the answer goes out, whatever became of its record
        return otherwise, told or sentence(place.name if place else "", error)


@contextlib.contextmanager
def connected(where: Where) -> Iterator[sa.Connection]:
    """A connection in a transaction that reads, for what is too long to be read at once.

    Raises LedgerError, in one sentence, where there is no record or it cannot be read.
    """
    place = place_of(where)
    if not _exists(place):
        raise LedgerError(
            f"There is no record {place.name}: nothing was kept yet, or it is another home's, "
            "which --home or VERSE_HOME must name."
        )
    try:
        with engine_of(place).connect() as connection:
            bring_up(connection, place)
            connection.execution_options(reads=True)
            yield connection
    except (sqlite3.Error, DBAPIError, PoolExhausted, OSError) as error:
        raise LedgerError(sentence(place.name, error)) from error


def shrink(where: Where) -> str:
    """Let go of what was deleted, so that no trace of it is left; a sentence if that fails.

    Of PostgreSQL's own log and of backups, whoever runs the server must take care.
    """
    place = place_of(where)
    try:
        with engine_of(place).connect() as connection:
            if place.path is None:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("VACUUM (FULL) asked, counted, answers, quotes")
                return ""
            raw = driver(connection)  # outside any transaction
            raw.execute("VACUUM")
            busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except (sqlite3.Error, SQLAlchemyError):
        busy = 1
    return f"Traces of it stay in {place.name} until it is erased again: it is in use." * bool(busy)


def is_there(where: Where) -> bool:
    """Whether anything could have been kept: a server's database always might."""
    try:
        return _exists(place_of(where))
    except LedgerError:
        return False


def set_aside(where: Where) -> list[Path]:
    """Damaged databases that were moved aside, with what belongs to them."""
    try:
        path = place_of(where).path
    except LedgerError:
        return []
    return sorted(path.parent.glob(f"{path.name}.damaged-*")) if path else []


def _exists(place: Place) -> bool:
    return place.path is None or place.path.exists()


def _within(place: Place, work: Callable[[sa.Connection], Found], mode: Mode) -> Found:
    if place.path is not None:
        place.path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            place.path.touch(mode=0o600, exist_ok=False)  # for whoever runs this alone
    with _turn(place, mode), engine_of(place).connect() as connection:
        bring_up(connection, place)
        connection.execution_options(reads=mode == "read")
        with connection.begin():
            return work(connection)


@contextlib.contextmanager
def _turn(place: Place, mode: Mode) -> Iterator[None]:
    """Threads of a process write to a file one after another; SQLite would let some starve."""
    if place.path is None or mode == "read":
        yield
        return
    lock = _lock(place.url)
    if not lock.acquire(timeout=3 * engine.PATIENCE):
        raise LedgerError(f"The record {place.name} is held by others; try again in a moment.")
    try:
        yield
    finally:
        lock.release()


@lru_cache(maxsize=32)
def _lock(_url: str) -> threading.Lock:
    return threading.Lock()
