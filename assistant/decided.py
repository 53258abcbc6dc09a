"""What governors decided of contradictions: whether a pair of clauses is one, and why not.

A pair is known by what its clauses say, in either order, so that a decision outlives a new ingest
and lapses when one of the clauses is reworded. Every decision is kept, and the latest holds.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.ledger import attempt
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
    home: Path,
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
    row = ((day or dt.date.today()).isoformat(), school, *pair, ruling, given)

    def work(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO decided (day, school, first, second, verdict, reason)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )

    return attempt(home, work, None, mode="create")[1]


def decisions(home: Path, school: str | None = None) -> tuple[dict[Pair, Decision], str]:
    """The latest decision on each pair of a school (None: of any), and a sentence if that fails."""
    found, problem = _all(home, school)
    return {decision.pair: decision for decision in found}, problem


def export_decisions(home: Path, school: str | None = None) -> tuple[str, str]:
    """Every decision ever taken, oldest first, as CSV; and a sentence if that fails."""
    found, problem = _all(home, school)
    header = ("day", "school", "decision", "reason", "first clause", "second clause")
    rows = ((d.day, d.school, d.ruling, d.reason, *d.pair) for d in found)
    return csv_text(header, rows), problem


def _all(home: Path, school: str | None) -> tuple[list[Decision], str]:
    def work(connection: sqlite3.Connection) -> list[Decision]:
        rows = connection.execute(
            "SELECT first, second, verdict, reason, day, school FROM decided"
            " WHERE (? OR school = ?) ORDER BY number",
            (school is None, school),
        )
        return [
            Decision((one, other), ruling, reason, dt.date.fromisoformat(day), whose)
            for one, other, ruling, reason, day, whose in rows
        ]

    return attempt(home, work, [])
