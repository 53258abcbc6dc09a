"""Where the record lies, and connections to it: SQLite in the home, or PostgreSQL by URL."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from assistant.answer import AssistantError
from assistant.settings import Settings

FILE = "record.sqlite3"
PATIENCE = 1.5  # seconds that an answer may wait for another process to finish writing
_REACHED = 2  # seconds in which a server must answer; the least that PostgreSQL's library takes
_URL = "postgresql://user:password@host/database"


class LedgerError(AssistantError):
    """The database is not ours to use, in one sentence."""


@dataclass(frozen=True)
class Place:
    """A database: a file, or else a server's address, password and all."""

    url: str
    path: Path | None = None

    def __repr__(self) -> str:
        return f"Place({self.name!r})"  # never the password

    @property
    def name(self) -> str:
        """What sentences call it."""
        if self.path is not None:
            return str(self.path)
        url = sa.make_url(self.url)
        return f"{url.database or ''} on {url.host or 'this machine'}".strip()


def place_of(where: Path | Settings) -> Place:
    """The record of a home, or of settings that may name another place for it.

    Raises LedgerError where the settings name no database that we know.
    """
    url = where.audit.url.strip() if isinstance(where, Settings) else ""
    if url:
        return _placed(url)
    home = where.home if isinstance(where, Settings) else where
    return _file(home / FILE)


def _placed(text: str) -> Place:
    try:
        url = sa.make_url(text)
    except (ArgumentError, ValueError) as error:
        # The error may hold the password.
        raise LedgerError(f"audit.url is no address of a database; write {_URL}.") from error
    match url.get_backend_name():
        case "sqlite" if url.database and url.database != ":memory:":
            return _file(Path(url.database).expanduser().absolute())
        case "postgresql" | "postgres":
            driven = url.set(drivername="postgresql+psycopg")
            if isinstance(given := url.query.get("password"), str):  # where nothing would hide it
                driven = driven.set(password=given).difference_update_query(["password"])
            return Place(driven.render_as_string(hide_password=False))
    raise LedgerError(f"audit.url names neither SQLite nor PostgreSQL; write {_URL}.")


def _file(path: Path) -> Place:
    return Place(sa.URL.create("sqlite+pysqlite", database=str(path)).render_as_string(), path)


def engine_of(place: Place) -> sa.Engine:
    """Its engine; one for each database in a process."""
    return _sqlite(place.url, PATIENCE) if place.path else _postgresql(place.url, PATIENCE)


# Nothing that was asked may reach a log: statements are not echoed, and errors hide their values.
@lru_cache(maxsize=32)
def _sqlite(url: str, patience: float) -> sa.Engine:
    engine = sa.create_engine(
        url,
        poolclass=NullPool,  # a file that was moved aside is let go of
        connect_args={"timeout": patience, "isolation_level": None},
        hide_parameters=True,
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


@lru_cache(maxsize=8)
def _postgresql(url: str, patience: float) -> sa.Engine:
    wait = int(1000 * patience)
    limits = f"-c lock_timeout={wait} -c statement_timeout={20 * wait} -c timezone=UTC"
    try:
        return sa.create_engine(
            url,
            pool_size=10,
            max_overflow=0,
            pool_timeout=2 * patience,
            pool_pre_ping=True,  # the server may have been started anew
            connect_args={
                "connect_timeout": _REACHED,
                "tcp_user_timeout": 1000 * _REACHED,
                "options": limits,
                "application_name": "chapter-and-verse",
            },
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise LedgerError(
            f"A record in PostgreSQL needs {error.name}; install chapter-and-verse[postgres]."
        ) from error


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # A byte that is no UTF-8 would be told with the whole text round it.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: sa.Connection) -> None:
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
