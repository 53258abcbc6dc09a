"""What is wrong with the record, in one sentence that holds nothing anybody asked."""

from __future__ import annotations

import re
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

# PostgreSQL's states, by their first characters, the longest first.
_STATES = {
    "28": "refuses the name or password of audit.url; mend them there, or on the server",
    "3D": "does not exist; create it on the server, or mend audit.url",
    "42501": "may not be written; give the user of audit.url the right to make tables there",
    "42P01": "lacks a table; restore it, or name another database in audit.url",
    "42P07": "has tables of something else; name another database in audit.url",
    "53100": "cannot be written, the disk is full; free space there",
    "53300": "has no connection left; raise max_connections on the server",
    "55P03": "is held by another process; try again in a moment",
    "57014": "is held by another process; try again in a moment",
    "57P": "is being shut down or started; try again in a moment",
    "25006": "may only be read; name the server that may be written in audit.url",
}

_REFUSALS = {
    "28": re.compile(r"authentication failed|no pg_hba\.conf entry|role \S+ does not exist"),
    "3D": re.compile(r"database \S+ does not exist"),
    "53300": re.compile(r"too many clients|connection slots"),
    "57P": re.compile(r"is (?:starting up|shutting down|not yet accepting)"),
}


def sentence(name: str, error: BaseException) -> str:
    """By the database's code alone: its message may hold what somebody asked."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"The record {name} {_what(cause)}.".replace("  ", " ")


def sqlite_code(error: BaseException) -> int:
    """SQLite's own number for an error, less its finer kinds; 0 where it is none of SQLite's."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return int(getattr(cause, "sqlite_errorcode", 0) or 0) & 0xFF


def _what(error: BaseException) -> str:
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    if isinstance(error, PoolExhausted):
        return "is slow to answer; try again in a moment"
    if isinstance(error, OSError):
        return f"cannot be used ({error.strerror}); check it"
    if type(error).__module__.startswith("psycopg"):
        return _of_postgresql(error)
    return f"cannot be used ({type(error).__name__}); move it away, or name another place"


def _of_sqlite(error: sqlite3.Error) -> str:
    match sqlite_code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "is held by another process; try again in a moment"
        case sqlite3.SQLITE_FULL:
            return "cannot be written, the disk is full; free space there"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return "may not be written; check who owns the file and its folder"
        case sqlite3.SQLITE_CANTOPEN:
            return "cannot be opened; check that its folder may be written"
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    return f"cannot be used ({name}); check the disk, or move the file away"


def _refused(message: str) -> str:
    """The state that a server means which lets nobody in: its library passes on words alone."""
    return next((state for state, words in _REFUSALS.items() if words.search(message)), "")


def _of_postgresql(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None) or _refused(str(error))
    for begins, what in _STATES.items():
        if state.startswith(begins):
            return what
    if not state:
        return "cannot be reached; start its server, or mend audit.url"
    return f"cannot be used (PostgreSQL {state:.5}); see the server's log"
