"""Erasing kept answers: those that are chosen, and those that are past their time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from assistant.audit.choice import Choice
from assistant.ledger import Where, attempt, is_there, set_aside, shrink
from assistant.ledger.tables import answers
from assistant.settings import Settings

_BATCH = 1_000  # answers that go at once: whoever keeps one meanwhile waits no longer than that


@dataclass(frozen=True)
class Erased:
    """How many answers went, with their quotes; `problem` also says what could not be erased."""

    answers: int = 0
    problem: str = ""


def count(where: Where, choice: Choice) -> tuple[int, str]:
    """How many answers are meant, and a sentence where that cannot be told."""
    meant = sa.select(sa.func.count()).select_from(answers).where(choice.which())
    return attempt(where, lambda c: int(c.execute(meant).scalar_one()), 0)


def erase(where: Where, choice: Choice) -> Erased:
    """Erase what is meant, and what the file remembers of it; never raises."""
    gone, problem = _delete(where, choice)
    if not problem and is_there(where):
        problem = shrink(where)
    return Erased(gone, " ".join(filter(None, (problem, _aside(where)))))


def expire(settings: Settings, now: dt.datetime | None = None) -> str:
    """Erase what was kept longer than settings allow; a sentence where that fails."""
    now = now or dt.datetime.now(dt.UTC)
    oldest = (now - dt.timedelta(days=settings.audit.days)).date()
    return _delete(settings, Choice(before=oldest))[1]


def _delete(where: Where, choice: Choice) -> tuple[int, str]:
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
            return gone, problem


def _aside(where: Where) -> str:
    """Databases that were moved aside hold answers, too."""
    aside = set_aside(where)
    if not aside:
        return ""
    return f"{aside[0]}, which was moved aside damaged, may still hold some; delete it by hand."
