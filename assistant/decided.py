"""What governors decided of contradictions: whether a pair of clauses is one, and why not.

A pair is known by what its clauses say, in either order, so that a decision outlives a new ingest
and lapses when one of the clauses is reworded. Every decision is kept, and the latest holds.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from assistant.ledger import Where, attempt
from assistant.ledger.tables import decided
from assistant.spreadsheet import csv_text
from assistant.triage import clean
from ingest.documents import flow, hash_text

LONGEST_REASON = 2_000  # characters

Ruling = Literal["accept", "dismiss"]  # it is a contradiction; it is none, or is left standing
Pair = tuple[str, str]


@dataclass(frozen=True)
class Decision:
    """`pair` as `pair_of` makes it; `school` is the key of the school it was decided for."""

    pair: Pair
    ruling: Ruling
    reason: str
    day: dt.date
    school: str = ""


def pair_of(one: str, other: str) -> Pair:
    """What two clauses are known by: hashes of what they say (`Clause.reading`), in fixed order."""
    first, second = sorted((hash_text(flow(one)), hash_text(flow(other))))
    return first, second


def decide(
    where: Where,
    pair: Pair,
    ruling: Ruling,
    reason: str = "",
    *,
    school: str = "",
    day: dt.date | None = None,
) -> str:
    """Keep a decision on a pair; a sentence where that fails. A dismissal needs a reason."""
    given = clean(reason)
    if ruling == "dismiss" and not given:
        return "Give a reason for dismissing the contradiction; it is kept with the decision."
    if len(given) > LONGEST_REASON:
        return f"The reason has {len(given):,} characters; say it in at most {LONGEST_REASON:,}."
    row = {
        **{"day": (day or dt.date.today()).isoformat(), "school": school},
        **{"first": pair[0], "second": pair[1], "verdict": ruling, "reason": given},
    }

    def work(connection: sa.Connection) -> None:
        connection.execute(sa.insert(decided).values(row))

    return attempt(where, work, None, mode="create")[1]


def decisions(where: Where, school: str | None = None) -> tuple[dict[Pair, Decision], str]:
    """The latest decision on each pair of a school (None: of any), and a sentence if that fails."""
    found, problem = _all(where, school)
    return {decision.pair: decision for decision in found}, problem


def export_decisions(where: Where, school: str | None = None) -> tuple[str, str]:
    """Every decision ever taken, oldest first, as CSV; and a sentence if that fails."""
    found, problem = _all(where, school)
    header = ("day", "school", "decision", "reason", "first clause", "second clause")
    rows = ((d.day, d.school, d.ruling, d.reason, *d.pair) for d in found)
    return csv_text(header, rows), problem


def _all(where: Where, school: str | None) -> tuple[list[Decision], str]:
    of_school = sa.true() if school is None else decided.c.school == school
    rows = sa.select(decided).where(of_school).order_by(decided.c.number)

    def work(connection: sa.Connection) -> list[Decision]:
        return [
            Decision((one, other), ruling, reason, dt.date.fromisoformat(day), whose)
            for _, day, whose, one, other, ruling, reason in connection.execute(rows)
        ]

    return attempt(where, work, [])
