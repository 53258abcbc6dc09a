"""A damaged SQLite file is moved aside, by one process at a time, and only if it is damaged."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import uuid
from pathlib import Path

import filelock

from assistant.ledger import engine
from assistant.ledger.engine import LedgerError
from assistant.ledger.troubles import sqlite_code

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def is_damage(error: BaseException) -> bool:
    """True where SQLite says that the file itself is broken."""
    return sqlite_code(error) in _DAMAGED


def move_aside(path: Path) -> str:
    """Move a damaged database away, unless another process has just done so; what was done."""
    try:
        with filelock.FileLock(path.with_name("record.lock"), timeout=engine.PATIENCE):
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
        with contextlib.closing(sqlite3.connect(path, timeout=engine.PATIENCE)) as connection:
            found: tuple[str] = connection.execute("PRAGMA quick_check(1)").fetchone()
            return found != ("ok",)
    except sqlite3.Error as error:
        if is_damage(error):
            return True
        raise
