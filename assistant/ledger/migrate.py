"""Bringing a database up to the tables we know, by alembic; refusing what is not ours.

`versions/` holds the steps. A record of before alembic (SQLite's user_version 1) is at the first.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import sqlalchemy as sa

from assistant.ledger.engine import LedgerError, Place

HEAD = "0002"  # the step that makes the tables we know
_FIRST = "0001"
_STEPS = ("0001", "0002")
_OURS = 0x56455253  # "VERS", SQLite's application_id
_FORMAT = 2  # SQLite's user_version: what is from before alembic refuses it
_LOCK = 0x56455253  # PostgreSQL: who brings the database up holds this
VERSIONS = "verse_record"  # the table that names the step a database is at

_version = sa.table(VERSIONS, sa.column("version_num"))


def bring_up(connection: sa.Connection, place: Place) -> None:
    """Make the database one of ours, if it is not yet; raises LedgerError where it is another's.

    Ends without a transaction.
    """
    try:
        connection.execution_options(reads=True)
        if _step(connection, place) == HEAD:
            return
        connection.rollback()
        connection.execution_options(reads=False)
        if place.path is not None:
            # Outside a transaction. Where that is refused, another process is doing so just now.
            with contextlib.suppress(sqlite3.OperationalError):
                driver(connection).execute("PRAGMA journal_mode = WAL").close()
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        step = _step(connection, place)  # under the lock: another may have been quicker
        if step != HEAD:
            _upgrade(connection, step)
            if place.path is not None:
                connection.exec_driver_sql(f"PRAGMA application_id = {_OURS}")
                connection.exec_driver_sql(f"PRAGMA user_version = {_FORMAT}")
        connection.commit()
    finally:
        connection.rollback()


def _step(connection: sa.Connection, place: Place) -> str:
    """The step a database is at, "" where it is empty."""
    if place.path is not None:
        pragma = connection.exec_driver_sql
        whose = pragma("PRAGMA application_id").scalar_one()
        old = pragma("PRAGMA user_version").scalar_one()
        if whose != _OURS:
            if connection.execute(sa.text("SELECT 1 FROM sqlite_master")).first():
                raise LedgerError(
                    f"{place.name} is a database of something else; move it away, and a record "
                    "is begun there."
                )
            return ""
        if old > _FORMAT:
            raise _newer(place, str(old))
        if old == 1:
            return _FIRST
    elif not _is_stamped(connection):
        return ""
    step = connection.execute(sa.select(_version.c.version_num)).scalar()
    if step is not None and step not in _STEPS:
        raise _newer(place, str(step))
    return step or ""


def _newer(place: Place, step: str) -> LedgerError:
    return LedgerError(
        f"The record {place.name} has format {step:.20}, and this Chapter & Verse knows formats up "
        f"to {_FORMAT}; update it, or name another place for the record."
    )


def _upgrade(connection: sa.Connection, step: str) -> None:
    from alembic import command  # slow to import, and seldom needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    if step == _FIRST and not _is_stamped(connection):
        command.stamp(config, _FIRST)
    command.upgrade(config, HEAD)


def _is_stamped(connection: sa.Connection) -> bool:
    if connection.dialect.name == "sqlite":
        return sa.inspect(connection).has_table(VERSIONS)
    return connection.execute(sa.select(sa.func.to_regclass(VERSIONS))).scalar() is not None


def driver(connection: sa.Connection) -> sqlite3.Connection:
    """SQLite's own connection, which no transaction was begun on."""
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found
