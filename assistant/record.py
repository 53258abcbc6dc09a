"""What was asked, for the governors' "Questions in vain"; off until switched on.

A question is kept by day, never by time, with names, addresses and numbers masked; one about
allegations, safeguarding, grievance or a crisis is counted by month and school. Nothing here
raises, and nothing logs.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from assistant.answer import Answer
from assistant.discretion import answered_with_care, counted_only
from assistant.ledger import Where, attempt, is_there, set_aside, shrink
from assistant.ledger.tables import asked, counted
from assistant.masking import mask, own_words
from assistant.settings import Settings
from assistant.spreadsheet import csv_text
from assistant.triage import clean

# About the least sure fifth of the answers to the gold questions: by our own estimate fewer than
# one in six of them is right in status, verdict and first quote at once.
LOW = 0.15
LONGEST_WORD = 500  # characters of a feedback
Thumb = Literal["", "up", "down"]

GONE = "The question is no longer kept, so the feedback is not either."
_UNREAD = "The question cannot be masked ({}), so it is not kept; install Chapter & Verse again."
_COLUMNS = (
    *(asked.c.day, asked.c.school, asked.c.role, asked.c.status, asked.c.verdict),
    *(asked.c.confidence, asked.c.question, asked.c.topic, asked.c.thumb, asked.c.word),
)
_BY_DAY = (asked.c.day, asked.c.ticket)


@dataclass(frozen=True)
class Kept:
    """`ticket` is what feedback is given by, "" where nothing was kept; `problem` a sentence.

    `withhold`: the answer must not be given, because it could not be kept (`assistant/audit`).
    """

    ticket: str = ""
    problem: str = ""
    withhold: bool = False


@dataclass(frozen=True)
class Asked:
    """A question as it is kept, and what became of it."""

    day: dt.date
    school: str  # a key; "" where it was asked of several
    role: str
    status: str
    verdict: str
    confidence: float
    question: str
    topic: str = ""
    thumb: Thumb = ""
    word: str = ""


@dataclass(frozen=True)
class InVain:
    """Questions asked in vain, and of all: how many are kept, and how many a month only counted."""

    asked: tuple[Asked, ...] = ()
    kept: int = 0
    counted: tuple[tuple[str, int], ...] = ()  # month ("2026-03"), questions; oldest first
    problem: str = ""


@dataclass(frozen=True)
class Export:
    """Two CSV files as text: what is kept, and what was only counted."""

    questions: str
    counted: str
    problem: str = ""


@dataclass(frozen=True)
class Erased:
    """How many questions went; `problem` also says what could not be erased."""

    questions: int = 0
    problem: str = ""


def keep(
    settings: Settings,
    answer: Answer,
    topic: str = "",
    day: dt.date | None = None,
    ticket: str = "",
) -> Kept:
    """Keep or count a question that was answered; does nothing unless recording is on.

    `ticket` is one that feedback on it is to be given by; a new one by default.
    """
    if not settings.record:
        return Kept()
    day, school = day or dt.date.today(), answer.scope.school or ""
    try:
        question = _fit_to_keep(answer, topic)
    except Exception as error:  # the answer goes out all the same
        return Kept("", _UNREAD.format(type(error).__name__))
    if question is None:
        return Kept("", attempt(settings, lambda c: _count(c, day, school), None, mode="create")[1])
    ticket = ticket or secrets.token_urlsafe(16)
    row = (
        *(ticket, day.isoformat(), school, answer.scope.role, answer.status, answer.verdict),
        *(answer.confidence, question, clean(topic), "", ""),
    )

    def work(connection: sa.Connection) -> str:
        connection.execute(sa.insert(asked).values(row))
        return ticket

    return Kept(*attempt(settings, work, "", mode="create"))


def give_feedback(settings: Settings, ticket: str, thumb: Thumb, word: str = "") -> str:
    """Add a thumb and a word to what is kept; "" takes them back. A sentence if that fails.

    A word that tells of something delicate makes the question one that is only counted.
    """
    if not settings.record or not ticket:
        return ""
    if thumb not in get_args(Thumb):
        return f"The thumb is {thumb!r:.20}; it is up, down or nothing."
    try:
        delicate = counted_only(word)
        masked = "" if delicate else mask(word[: 2 * LONGEST_WORD])[:LONGEST_WORD]
    except Exception as error:
        return _UNREAD.format(type(error).__name__)
    ours = asked.c.ticket == clean(ticket)

    def work(connection: sa.Connection) -> bool:
        row = connection.execute(sa.select(asked.c.day, asked.c.school).where(ours)).one_or_none()
        if row is None:
            return False
        if delicate:
            connection.execute(sa.delete(asked).where(ours))
            _count(connection, dt.date.fromisoformat(row.day), row.school)
        else:
            connection.execute(sa.update(asked).where(ours).values(thumb=thumb, word=masked))
        return True

    found, problem = attempt(settings, work, False, mode="write")
    return problem or ("" if found else GONE)


def in_vain(where: Where, school: str | None = None, since: dt.date | None = None) -> InVain:
    """What was not covered, thumbed down or answered with low confidence, by day.

    `where` is a home, or settings that may name another place for its record; `school` is a key,
    None for all. These are single questions: show them in groups alone.
    """
    which = _which(school, since)
    vain = sa.or_(
        asked.c.status == "not_covered",
        asked.c.thumb == "down",
        sa.and_(asked.c.status == "answered", asked.c.confidence < LOW),
    )

    def work(connection: sa.Connection) -> InVain:
        kept = connection.execute(sa.select(sa.func.count()).select_from(asked).where(which))
        rows = connection.execute(sa.select(*_COLUMNS).where(which, vain).order_by(*_BY_DAY))
        months = connection.execute(
            sa.select(counted.c.month, sa.func.sum(counted.c.questions))
            .where(_counted_at(school), counted.c.month >= (since.isoformat()[:7] if since else ""))
            .group_by(counted.c.month)
            .order_by(counted.c.month)
        )
        numbers = tuple((month, int(number)) for month, number in months)
        return InVain(tuple(map(_asked, rows)), kept.scalar_one(), numbers)

    found, problem = attempt(where, work, InVain())
    return replace(found, problem=problem)


def erase(
    where: Where,
    *,
    everything: bool = False,
    before: dt.date | None = None,
    school: str | None = None,
) -> Erased:
    """Erase all questions, or those before a day, of a school, or both; decisions stay.

    Counts go by whole months: of the month in which `before` lies, they stay.
    """
    if everything == (before is not None or school is not None):
        return Erased(0, "Say what to erase: everything, or what was before a day or of a school.")
    day = before.isoformat() if before else "~"  # after every day

    def work(connection: sa.Connection) -> int:
        months = sa.delete(counted).where(_counted_at(school), counted.c.month < day[:7])
        connection.execute(months)
        old = sa.delete(asked).where(_which(school, None), asked.c.day < day)
        return connection.execute(old).rowcount

    gone, problem = attempt(where, work, 0, mode="write")
    problem = problem or (shrink(where) if is_there(where) else "")
    return Erased(gone, " ".join(filter(None, (problem, _clear_aside(where, everything)))))


def export(where: Where, school: str | None = None) -> Export:
    """All that is kept, for whoever answers for the data; for a meeting take the groups."""
    of_month = tuple(counted.c)

    def work(connection: sa.Connection) -> tuple[list[Asked], list[Sequence[object]]]:
        rows = sa.select(*_COLUMNS).where(_which(school, None)).order_by(*_BY_DAY)
        months = sa.select(*of_month).where(_counted_at(school)).order_by(*of_month[:2])
        found = connection.execute(rows), connection.execute(months)
        return [_asked(row) for row in found[0]], [tuple(row) for row in found[1]]

    nothing: tuple[list[Asked], list[Sequence[object]]] = ([], [])
    (all_, months), problem = attempt(where, work, nothing)
    names = [column.name for column in _COLUMNS]
    rows = ([getattr(one, name) for name in names] for one in all_)
    header = [column.name for column in of_month]
    return Export(csv_text(names, rows), csv_text(header, months), problem)


def _fit_to_keep(answer: Answer, topic: str) -> str | None:
    """The question masked; None where it must only be counted."""
    about = (answer.question, *answer.history, answer.understood, topic)
    if counted_only(*about) or answered_with_care(answer):
        return None
    return mask(answer.question, own_words(answer))


def _count(connection: sa.Connection, day: dt.date, school: str) -> None:
    of = postgresql if connection.dialect.name == "postgresql" else sqlite
    one = of.insert(counted).values((day.isoformat()[:7], school, 1))
    more = {"questions": counted.c.questions + 1}
    connection.execute(one.on_conflict_do_update(index_elements=["month", "school"], set_=more))


def _which(school: str | None, since: dt.date | None) -> sa.ColumnElement[bool]:
    of_school = sa.true() if school is None else asked.c.school == school
    return sa.and_(of_school, asked.c.day >= (since.isoformat() if since else ""))


def _counted_at(school: str | None) -> sa.ColumnElement[bool]:
    return sa.true() if school is None else counted.c.school == school


def _asked(row: Sequence[Any]) -> Asked:
    day, *rest = row
    return Asked(dt.date.fromisoformat(str(day)), *rest)


def _clear_aside(where: Where, everything: bool) -> str:
    """Databases that were moved aside hold questions, too."""
    aside = set_aside(where)
    if not aside:
        return ""
    if not everything:
        return f"{aside[0]}, which was moved aside damaged, may still hold some; delete it by hand."
    try:
        for path in aside:
            path.unlink(missing_ok=True)
    except OSError as error:
        return f"{aside[0]} could not be deleted ({error.strerror}); delete it by hand."
    return ""
