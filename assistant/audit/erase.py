"""Erasing kept answers: those that are chosen, and those that are past their time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import sqlalchemy as sa

from assistant.audit.choice import Choice
from assistant.ledger import Where, attempt, is_there, set_aside, shrink
from assistant.ledger.tables import answers, asked, counted
from assistant.settings import Settings
from assistant.writing.remembered import forget

_BATCH = 1_000  # answers that go at once: whoever keeps one meanwhile waits no longer than that


@dataclass(frozen=True)
class Erased:
    """How many answers went, with their quotes, and how many questions in vain.

    `problem` also says what could not be erased.
    """

    answers: int = 0
    questions: int = 0
    problem: str = ""


def count(where: Where, choice: Choice) -> tuple[int, str]:
    """How many answers are meant, and a sentence where that cannot be told."""
    meant = sa.select(sa.func.count()).select_from(answers).where(choice.which())
    return attempt(where, lambda c: int(c.execute(meant).scalar_one()), 0)


def count_asked(where: Where, choice: Choice) -> int:
    """How many questions in vain go with them; 0 where that cannot be told."""
    meant = sa.select(sa.func.count()).select_from(asked).where(_asked(choice))
    return attempt(where, lambda c: int(c.execute(meant).scalar_one()), 0)[0]


def erase(where: Where, choice: Choice) -> Erased:
    """Erase what is meant, and what the file remembers of it; never raises."""
    gone = _delete(where, choice)
    problem = gone.problem
    if not problem and is_there(where):
        problem = shrink(where)
    return replace(gone, problem=" ".join(filter(None, (problem, _aside(where)))))


def expire(settings: Settings, now: dt.datetime | None = None) -> str:
    """Erase what was kept longer than settings allow; a sentence where that fails.

    That is answers, questions in vain and their counts, databases that were moved aside, and what
    a language model once wrote.
    """
    oldest = (now or dt.datetime.now(dt.UTC)) - dt.timedelta(days=settings.audit.days)
    told = _delete(settings, Choice(before=oldest.date())).problem
    drafts = forget(settings.home, oldest.timestamp())
    return " ".join(filter(None, (told, _expire_aside(settings, oldest), drafts)))


def _delete(where: Where, choice: Choice) -> Erased:
    """Questions in vain first: which of them are meant, the answers may tell."""

    def work(connection: sa.Connection) -> int:
        connection.execute(sa.delete(counted).where(choice.which_counted()))
        return connection.execute(sa.delete(asked).where(_asked(choice))).rowcount

    questions, problem = attempt(where, work, 0, mode="write")
    if problem:
        return Erased(problem=problem)
    some = sa.select(answers.c.ticket).where(choice.which()).limit(_BATCH)
    gone = 0
    while True:
        found, problem = attempt(
            where,
            lambda c: c.execute(sa.delete(answers).where(answers.c.ticket.in_(some))).rowcount,
            0,
            mode="write",
        )
        gone += found
        if problem or found < _BATCH:
            return Erased(gone, questions, problem)


def _asked(choice: Choice) -> sa.ColumnElement[bool]:
    theirs = sa.select(answers.c.ticket).where(choice.which())
    return sa.or_(choice.which_asked(), asked.c.ticket.in_(theirs))


def _aside(where: Where) -> str:
    """Databases that were moved aside hold answers, too."""
    aside = set_aside(where)
    if not aside:
        return ""
    return f"{aside[0]}, which was moved aside damaged, may still hold some; delete it by hand."


def _expire_aside(where: Where, oldest: dt.datetime) -> str:
    for path in set_aside(where):
        try:
            if path.stat().st_mtime < oldest.timestamp():
                path.unlink(missing_ok=True)
        except OSError as error:
            return f"{path} is past its time and cannot be deleted ({error.strerror}); delete it."
    return ""
