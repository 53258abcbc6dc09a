"""Which kept answers are meant: of a time, a school, a person, or one by its ticket.

Questions in vain are kept beside them, by the same tickets where both are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assistant.ledger.tables import answers, asked, counted, quotes
from assistant.triage import clean

_BATCH = 200  # answers that are in memory at once


@dataclass(frozen=True)
class Choice:
    """All that are not None must hold; days begin at midnight UTC."""

    since: dt.date | None = None
    before: dt.date | None = None
    school: str | None = None  # a key; "" is what was asked of several
    user: str | None = None
    ticket: str | None = None
    delicate: bool | None = None

    def which(self) -> sa.ColumnElement[bool]:
        """The rows of `answers` that are meant."""
        all_: list[sa.ColumnElement[bool]] = [sa.true()]
        if self.since is not None:
            all_.append(answers.c.at >= _midnight(self.since))
        if self.before is not None:
            all_.append(answers.c.at < _midnight(self.before))
        if self.school is not None:
            all_.append(answers.c.school == self.school)
        if self.user is not None:
            all_.append(answers.c.who == clean(self.user))
        if self.ticket is not None:
            all_.append(answers.c.ticket == clean(self.ticket))
        if self.delicate is not None:
            all_.append(answers.c.delicate == self.delicate)
        return sa.and_(*all_)

    def which_asked(self) -> sa.ColumnElement[bool]:
        """The rows of `asked` that are meant; of a person's only their answers tell which."""
        if self.user is not None or self.delicate:
            return sa.false()
        all_: list[sa.ColumnElement[bool]] = [sa.true()]
        if self.since is not None:
            all_.append(asked.c.day >= self.since.isoformat())
        if self.before is not None:
            all_.append(asked.c.day < self.before.isoformat())
        if self.school is not None:
            all_.append(asked.c.school == self.school)
        if self.ticket is not None:
            all_.append(asked.c.ticket == clean(self.ticket))
        return sa.and_(*all_)

    def which_counted(self) -> sa.ColumnElement[bool]:
        """The rows of `counted` that are meant, by whole months: of a part of one none are."""
        if any(one is not None for one in (self.since, self.user, self.ticket, self.delicate)):
            return sa.false()
        all_: list[sa.ColumnElement[bool]] = [sa.true()]
        if self.before is not None:
            all_.append(counted.c.month < self.before.isoformat()[:7])
        if self.school is not None:
            all_.append(counted.c.school == self.school)
        return sa.and_(*all_)


def each(connection: sa.Connection, choice: Choice) -> Iterator[tuple[sa.Row[Any], list[str]]]:
    """Each chosen row with its quotes as JSON, oldest first, some at a time."""
    order = (answers.c.at, answers.c.ticket)
    rows = sa.select(answers).where(choice.which()).order_by(*order).limit(_BATCH)
    last: tuple[Any, str] | None = None
    while True:
        more = rows.where(sa.tuple_(*order) > sa.tuple_(*_bound(last))) if last else rows
        batch = connection.execute(more).all()
        if not batch:
            return
        said = _quotes(connection, [row.ticket for row in batch])
        yield from ((row, said.get(row.ticket, [])) for row in batch)
        last = (batch[-1].at, batch[-1].ticket)


def _quotes(connection: sa.Connection, tickets: list[str]) -> dict[str, list[str]]:
    rows = connection.execute(
        sa.select(quotes.c.ticket, quotes.c.quote)
        .where(quotes.c.ticket.in_(tickets))
        .order_by(quotes.c.ticket, quotes.c.place)
    )
    found: dict[str, list[str]] = {}
    for ticket, quote in rows:
        found.setdefault(ticket, []).append(quote)
    return found


def _bound(last: tuple[Any, str]) -> tuple[sa.ColumnElement[Any], ...]:
    at, ticket = last
    return sa.literal(at, answers.c.at.type), sa.literal(ticket)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
