"""Keeping answers as they are given, as settings say; nothing here raises, and nothing logs.

Questions in vain are another matter: `assistant/record.py`, which takes the same ticket.
"""

from __future__ import annotations

import datetime as dt
import secrets
import threading
import time
from typing import get_args

import sqlalchemy as sa

from assistant.answer import Answer
from assistant.audit.erase import expire
from assistant.audit.row import Made, Row, by_day, digest, rows_of
from assistant.discretion import counted_only
from assistant.ledger import attempt
from assistant.ledger.tables import answers, quotes
from assistant.masking import mask
from assistant.record import GONE, LONGEST_WORD, Kept, Thumb
from assistant.settings import Settings
from assistant.triage import clean

CHECKED = 10.0  # seconds for which a check of the database holds
_DAY = 86_400.0
_SOON = 3_600.0  # when what could not be erased is tried again

_UNREAD = (
    "The question cannot be masked ({}), so its answer is not kept; install Chapter & Verse again."
)


def open_audit(settings: Settings) -> Audit:
    """The log of a process, once what is past its time was erased."""
    audit = Audit(settings)
    audit.expire()
    return audit


class Audit:
    """Keeps answers and feedback, erases what is past its time once a day, and knows its health.

    One serves all threads of a process.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._trouble = self._overdue = ""
        self._checked = float("-inf")  # by the monotonic clock
        self._expired = time.monotonic()

    @property
    def on(self) -> bool:
        """Whether every answer is kept."""
        return self.settings.audit.on

    def keep(self, answer: Answer, *, generation: str, model: str, user: str = "") -> Kept:
        """Keep an answer that is about to be given, made from an index's generation by a model.

        `user` is kept only where settings ask for it.
        """
        if self.on or self.settings.record:
            self._daily()
        if not self.on:
            return Kept()
        ticket = secrets.token_urlsafe(16)
        who = user if self.settings.audit.keep_user else ""
        made = Made(dt.datetime.now(dt.UTC), generation, model, who)
        kept, problem = self._keep(answer, ticket, made)
        if kept:
            return Kept(ticket, problem)
        return Kept("", problem, withhold=self.settings.audit.if_unwritable == "refuse")

    def feedback(self, id: str, thumb: Thumb, word: str = "") -> str:
        """Add a thumb and a word to what is kept under a ticket; a sentence where that fails.

        An empty thumb takes them back. A word that tells of something delicate makes the answer
        one that is kept as such: without a name, by day only.
        """
        if not (self.on and id):
            return ""
        if thumb not in get_args(Thumb):
            return f"The thumb is {clean(str(thumb))!r:.20}; it is up, down or nothing."
        try:
            delicate = counted_only(word)
            masked = mask(word[: 2 * LONGEST_WORD])[:LONGEST_WORD]
        except Exception as error:
            return _UNREAD.format(type(error).__name__)
        found, problem = attempt(
            self.settings,
            lambda c: _rate(c, clean(id), thumb, masked, delicate),
            False,
            mode="write",
        )
        return problem or ("" if found else GONE)

    def healthy(self) -> str:
        """ "" where answers can be kept or need not be, else a sentence; looked at now and then."""
        if not self.on:
            return ""
        self._daily()
        if time.monotonic() - self._checked >= CHECKED:
            fine, problem = attempt(self.settings, _try_out, False, mode="create")
            self._note("" if fine else problem)
        return self._trouble or self._overdue

    def expire(self) -> str:
        """Erase what is past its time; a sentence where that fails.

        That is done after the log was switched off, too.
        """
        problem = expire(self.settings)
        with self._lock:
            self._overdue = problem
            self._expired = time.monotonic() - (_DAY - _SOON if problem else 0.0)
        return problem

    def _keep(self, answer: Answer, ticket: str, made: Made) -> tuple[bool, str]:
        """Whether it is kept, and a sentence if anything is wrong."""
        try:
            row, said = rows_of(answer, ticket, made)
        except Exception as error:  # its message may hold the question
            return False, _UNREAD.format(type(error).__name__)

        def work(connection: sa.Connection) -> bool:
            connection.execute(sa.insert(answers).values(row))
            if said:
                connection.execute(sa.insert(quotes), said)
            return True

        kept, problem = attempt(self.settings, work, False, mode="create")
        self._note("" if kept else problem)
        return kept, problem

    def _note(self, trouble: str) -> None:
        with self._lock:
            self._trouble, self._checked = trouble, time.monotonic()

    def _daily(self) -> None:
        """Once a day, erase what is past its time, aside from whoever is waiting."""
        with self._lock:
            due = time.monotonic() - self._expired >= _DAY
            if due:
                self._expired = time.monotonic()
        if due:
            threading.Thread(target=self.expire, name="verse-expire", daemon=True).start()


def _rate(connection: sa.Connection, ticket: str, thumb: Thumb, word: str, delicate: bool) -> bool:
    ours = answers.c.ticket == ticket
    row = connection.execute(sa.select(answers).where(ours)).one_or_none()
    if row is None:
        return False
    new: Row = {"thumb": thumb, "word": word}
    if delicate and not row.delicate:
        said = sa.select(quotes.c.quote).where(quotes.c.ticket == ticket).order_by(quotes.c.place)
        hidden: Row = {"who": "", "at": by_day(row.at), "delicate": True}
        told = list(connection.execute(said).scalars())
        new |= hidden | {"digest": digest(row._asdict() | hidden, told)}
    connection.execute(sa.update(answers).where(ours).values(new))
    return True


def _try_out(connection: sa.Connection) -> bool:
    """Write something and take it back: a full disk or a lost right is found in no other way."""
    row: Row = {c.name: "" for c in answers.c}
    at = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
    ticket = f"try-{secrets.token_urlsafe(8)}"
    row |= {"ticket": ticket, "at": at, "confidence": 0.0, "seconds": 0.0, "delicate": False}
    connection.execute(sa.insert(answers).values(row))
    connection.execute(sa.delete(answers).where(answers.c.ticket == ticket))
    return True
