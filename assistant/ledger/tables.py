"""The tables of the record, for SQLite and PostgreSQL alike; `migrations/` makes them.

Text that may hold anything (answers, quotes) is kept as JSON in ASCII: PostgreSQL takes no NUL.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

NAMES = sa.MetaData(
    naming_convention={"ix": "%(table_name)s_%(column_0_N_name)s", "pk": "%(table_name)s_pkey"}
)


class Moment(sa.TypeDecorator[dt.datetime]):
    """A moment in UTC; SQLite keeps it as text, and sorts it."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=dt.UTC)


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


# Questions in vain. Rows lie in the order of a random ticket (SQLite; PostgreSQL promises no
# order): their place must not tell when they came.
asked = sa.Table(
    "asked",
    NAMES,
    sa.Column("ticket", sa.Text, primary_key=True),
    *map(_text, ("day", "school", "role", "status", "verdict")),
    sa.Column("confidence", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
    *map(_text, ("question", "topic")),
    _text("thumb", ""),
    _text("word", ""),
    sa.Index("asked_on", "school", "day"),
    sqlite_with_rowid=False,
)

counted = sa.Table(
    "counted",
    NAMES,
    sa.Column("month", sa.Text, primary_key=True),
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("questions", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

decided = sa.Table(
    "decided",
    NAMES,
    sa.Column("number", sa.Integer, primary_key=True),
    *map(_text, ("day", "school", "first", "second", "verdict", "reason")),
)

# Answers as they were given, with what they were made from.
answers = sa.Table(
    "answers",
    NAMES,
    sa.Column("ticket", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),  # of a delicate question only the day
    *map(_text, ("school", "role", "status", "verdict", "answered_by")),
    sa.Column("confidence", sa.Double, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
    _text("question"),  # masked
    _text("contract"),  # the answer as JSON, without its quotes; what was typed is masked
    *map(_text, ("generation", "model", "who")),
    sa.Column("delicate", sa.Boolean, nullable=False),
    _text("thumb", ""),
    _text("word", ""),
    _text("digest"),  # of all this but the feedback, and of the quotes
    sa.Index("answers_at", "at"),
    sa.Index("answers_school_at", "school", "at"),
    sqlite_with_rowid=False,
)

quotes = sa.Table(
    "quotes",
    NAMES,
    sa.Column(
        "ticket", sa.Text, sa.ForeignKey("answers.ticket", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("place", sa.Integer, primary_key=True),  # in the answer, from 0
    *map(_text, ("sha256", "text_sha256", "source")),
    _text("quote"),  # as JSON
    sa.Index("quotes_sha256", "sha256"),
    sqlite_with_rowid=False,
)
