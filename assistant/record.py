"""What was asked in the chat, for the governors' "Questions in vain"; off until switched on.

A question is kept by day, never by time, with names, addresses and numbers masked; one about
allegations, safeguarding, grievance or a crisis is counted by month and school, and its text is
never written anywhere. Nothing here raises, and nothing logs.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from assistant.answer import Answer
from assistant.discretion import answered_with_care, counted_only
from assistant.ledger import FILE, attempt, set_aside, shrink
from assistant.masking import mask
from assistant.settings import Settings
from assistant.spreadsheet import csv_text

# About the least sure fifth of the answers to the gold questions: by our own estimate fewer than
# one in six of them is right in status, verdict and first quote at once.
LOW = 0.15
LONGEST_WORD = 500  # characters of a feedback

NOTICE = (
    "Questions are kept by day, with names, addresses and phone numbers masked as well as can be, "
    "without who asked; questions about allegations, safeguarding, grievances or a crisis are only "
    "counted. They show the governors what the policies do not answer."
)
NO_NOTICE = "Nothing you ask is recorded: it is forgotten when you close this page."

Thumb = Literal["", "up", "down"]

_UNREAD = "The question cannot be masked ({}), so it is not kept; install Chapter & Verse again."
_COLUMNS = "day, school, role, status, verdict, confidence, question, topic, thumb, word"


@dataclass(frozen=True)
class Kept:
    """`ticket` is what feedback is given by, "" where nothing was kept; `problem` a sentence."""

    ticket: str = ""
    problem: str = ""


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


def notice(settings: Settings) -> str:
    """What the chat says of what is kept."""
    return NOTICE if settings.record else NO_NOTICE


def keep(settings: Settings, answer: Answer, topic: str = "", day: dt.date | None = None) -> Kept:
    """Keep or count a question that was answered; does nothing unless recording is on."""
    if not settings.record:
        return Kept()
    day = day or dt.date.today()
    school = answer.scope.school or ""
    try:
        question = _fit_to_keep(answer, topic)
    except Exception as error:  # the answer goes out all the same
        return Kept("", _UNREAD.format(type(error).__name__))
    if question is None:
        _, problem = attempt(settings.home, lambda c: _count(c, day, school), None, mode="create")
        return Kept("", problem)
    ticket = secrets.token_urlsafe(16)
    row = (
        *(ticket, day.isoformat(), school, answer.scope.role),
        *(answer.status, answer.verdict, answer.confidence, question, topic),
    )

    def work(connection: sqlite3.Connection) -> str:
        connection.execute(
            "INSERT INTO asked (ticket, day, school, role, status, verdict, confidence, question,"
            " topic) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        return ticket

    return Kept(*attempt(settings.home, work, "", mode="create"))


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

    def work(connection: sqlite3.Connection) -> bool:
        found = connection.execute("SELECT day, school FROM asked WHERE ticket = ?", (ticket,))
        if (row := found.fetchone()) is None:
            return False
        if delicate:
            connection.execute("DELETE FROM asked WHERE ticket = ?", (ticket,))
            _count(connection, dt.date.fromisoformat(row[0]), row[1])
        else:
            connection.execute(
                "UPDATE asked SET thumb = ?, word = ? WHERE ticket = ?", (thumb, masked, ticket)
            )
        return True

    found, problem = attempt(settings.home, work, False, mode="write")
    gone = "The question is no longer kept, so the feedback is not either."
    return problem or ("" if found else gone)


def in_vain(home: Path, school: str | None = None, since: dt.date | None = None) -> InVain:
    """What was not covered, thumbed down or answered with low confidence, by day.

    `school` is a key, None for all. These are single questions: show them in groups alone.
    """

    def work(connection: sqlite3.Connection) -> InVain:
        where, values = _where(school, since)
        (kept,) = connection.execute(f"SELECT COUNT(*) FROM asked {where}", values).fetchone()
        vain = (
            "(status = 'not_covered' OR thumb = 'down' OR (status = 'answered' AND confidence < ?))"
        )
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM asked {where} AND {vain} ORDER BY day, ticket", (*values, LOW)
        )
        counted = connection.execute(
            "SELECT month, SUM(questions) FROM counted WHERE (? OR school = ?) AND month >= ?"
            " GROUP BY month ORDER BY month",
            (school is None, school, since.isoformat()[:7] if since else ""),
        )
        return InVain(tuple(map(_asked, rows)), kept, tuple((m, int(n)) for m, n in counted))

    found, problem = attempt(home, work, InVain())
    return InVain(found.asked, found.kept, found.counted, problem)


def erase(
    home: Path,
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

    def work(connection: sqlite3.Connection) -> int:
        values = (school is None, school, before is None, before.isoformat() if before else "")
        gone = connection.execute(
            "DELETE FROM asked WHERE (? OR school = ?) AND (? OR day < ?)", values
        ).rowcount
        month = before.isoformat()[:7] if before else ""
        connection.execute(
            "DELETE FROM counted WHERE (? OR school = ?) AND (? OR month < ?)", (*values[:3], month)
        )
        return gone

    gone, problem = attempt(home, work, 0, mode="write")
    if not problem and (home / FILE).exists():
        problem = shrink(home)
    return Erased(gone, " ".join(filter(None, (problem, _clear_aside(home, everything)))))


def export(home: Path, school: str | None = None) -> Export:
    """All that is kept, for whoever answers for the data; for a meeting take the groups."""

    def work(connection: sqlite3.Connection) -> tuple[list[Asked], list[tuple[str, str, int]]]:
        where, values = _where(school, None)
        rows = connection.execute(f"SELECT {_COLUMNS} FROM asked {where} ORDER BY day", values)
        counted = connection.execute(
            "SELECT month, school, questions FROM counted WHERE (? OR school = ?)"
            " ORDER BY month, school",
            (school is None, school),
        )
        return list(map(_asked, rows)), list(counted)

    nothing: tuple[list[Asked], list[tuple[str, str, int]]] = ([], [])
    (asked, counted), problem = attempt(home, work, nothing)
    names = [name.strip() for name in _COLUMNS.split(",")]
    rows = ([getattr(one, name) for name in names] for one in asked)
    return Export(
        csv_text(names, rows), csv_text(["month", "school", "questions"], counted), problem
    )


def _fit_to_keep(answer: Answer, topic: str) -> str | None:
    """The question masked; None where it must only be counted."""
    about = (answer.question, *answer.history, answer.understood, topic)
    if counted_only(*about) or answered_with_care(answer):
        return None
    return mask(answer.question, _own_words(answer))


def _count(connection: sqlite3.Connection, day: dt.date, school: str) -> None:
    connection.execute(
        "INSERT INTO counted VALUES (?, ?, 1)"
        " ON CONFLICT (month, school) DO UPDATE SET questions = questions + 1",
        (day.isoformat()[:7], school),
    )


def _where(school: str | None, since: dt.date | None) -> tuple[str, tuple[object, ...]]:
    return (
        "WHERE (? OR school = ?) AND day >= ?",
        (school is None, school, since.isoformat() if since else ""),
    )


def _asked(row: Iterable[object]) -> Asked:
    day, *rest = row
    return Asked(dt.date.fromisoformat(str(day)), *rest)  # type: ignore[arg-type]


def _own_words(answer: Answer) -> frozenset[str]:
    """Words of schools and policies that are no strangers' names."""
    names = [
        answer.scope.school or "",
        *(part.school for part in answer.parts),
        *(name for quote in answer.quotes for name in (quote.school, quote.policy)),
    ]
    return frozenset(re.findall(r"[^\W\d_]+", " ".join(names).lower()))


def _clear_aside(home: Path, everything: bool) -> str:
    """Databases that were moved aside hold questions, too."""
    aside = set_aside(home)
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
