"""Statements weighed: which place is believed, what contradicts it, what may be inferred."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ingest.documents import Fact
from ingest.policy.dates import When, find_dates, later, months_between_reviews
from ingest.policy.statements import Statement

# The first that states a fact gives its value; the others are kept beside it where they differ.
RANKS = (
    "cover", "version table", "signature block", "last page", "text", "header", "footer",
    "file name", "file properties",
)  # fmt: skip
DATES = frozenset({"adopted", "reviewed", "written", "review_due", "effective"})

# Earlier days, such as 1 January 1980 or 2000, are a program's zero; these its templates' own.
_FIRST_YEAR = 2005
_DEFAULT_DAYS = frozenset({dt.date(2006, 9, 16), dt.date(2013, 1, 27), dt.date(2013, 12, 23)})
_MOST = 40  # statements of one fact that are compared


@dataclass(frozen=True)
class Found:
    """A statement and where it stands; `when` is its date."""

    statement: Statement
    origin: str
    when: When | None

    @property
    def rank(self) -> tuple[int, bool, int]:
        span = self.statement.span
        return RANKS.index(self.origin), self.statement.weak, span.start


def found_in(statement: Statement, origin: str) -> Found:
    dates = find_dates(statement.value) if statement.name in (*DATES, "review") else []
    return Found(statement, origin, dates[0] if dates else None)


def _fact(found: Found) -> Fact:
    span = found.statement.span
    return Fact(found.statement.value, found.origin, span if span.end else None)


def settle_reviews(found: list[Found]) -> list[Found]:
    """Whether "Review: March 2025" looks back or ahead is told by the other dates."""
    adopted = [
        f.when.first
        for f in found
        if f.statement.name == "adopted" and f.when and f.statement.span.end
    ]
    ahead = [f.when for f in found if f.statement.name == "review_due" and f.when]
    due = any(f.statement.name == "review_due" for f in found)
    settled = []
    for each in found:
        if each.statement.name == "review" and each.when:
            same = any(each.when.overlaps(when) for when in ahead)
            back = (due and not same) or any(each.when.first <= day for day in adopted)
            name = "reviewed" if back else "review_due"
            each = replace(each, statement=replace(each.statement, name=name))
        if each.statement.name != "review":
            settled.append(each)
    return settled


def choose(name: str, found: list[Found], agreed: dt.date = dt.date.min) -> Fact:
    """The best-placed statement as a fact, with what other places say otherwise.

    Of several dates for the next review the earliest after `agreed`, the day of adoption, counts:
    nobody is to learn from the later one that a review is not yet due.
    """
    found = found[:_MOST]
    if name == "review_due":
        found = _earliest_first(found, agreed)
    if name == "reviewed":  # "Updated Feb 2021. Updated March 2024."
        here = [f for f in found if f.origin == found[0].origin]
        latest = max(here, key=lambda f: f.when.first if f.when else dt.date.min)
        found = [latest, *(f for f in found if f is not latest)]
    best, *rest = found
    others: dict[tuple[str, str], Fact] = {}
    for other in rest:
        if not _agree(name, best, other) and not any(
            _agree(name, kept, other)
            for kept in rest[: rest.index(other)]
            if kept.origin == other.origin
        ):
            others.setdefault((other.origin, other.statement.value), _fact(other))
    weak = best.origin == "file name" and name in DATES
    fact = _fact(best)
    origin = f"inferred: the {best.origin} says so" if weak else best.origin
    return replace(fact, origin=origin, also=tuple(others.values()))


def _earliest_first(found: list[Found], agreed: dt.date) -> list[Found]:
    best = found[0]
    for each in found[1:]:
        if each.when is None or best.when is None or _agree("review_due", best, each):
            continue
        if agreed < each.when.last < best.when.last and each.origin != "file name":
            best = each
    return [best, *(f for f in found if f is not best)]


def _agree(name: str, one: Found, other: Found) -> bool:
    if one.origin == other.origin and (one.statement.weak or other.statement.weak):
        return True  # "Date issued" a day after "Date approved", "Agreed by staff"
    if name in DATES:
        if one.when is None or other.when is None or one.when.overlaps(other.when):
            return True
        if "file name" in (one.origin, other.origin) and name == "effective":
            return False
        gap = abs((one.when.first - other.when.first).days)
        slack = 120 if one.statement.weak or other.statement.weak else 0
        return gap <= slack or (name == "reviewed" and one.origin == other.origin)
    if name == "version":
        return _number(one.statement.value) == _number(other.statement.value)
    if name not in ("review_cycle", "review_due"):
        return name != "approved_by" or _same_body(one.statement.value, other.statement.value)
    return months_between_reviews(one.statement.value) == months_between_reviews(
        other.statement.value
    )


def _number(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in re.findall(r"\d+", version)]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _same_body(one: str, other: str) -> bool:
    """False only for two names that share no word and are no short form of each other."""

    def words(name: str) -> set[str]:
        name = re.sub(
            r"\b(?:FGB|LGB|GB|LGC|governors?|governing|board|body|full)\b",
            "governors",
            name,
            flags=re.I,
        )
        return {
            w
            for w in re.findall(r"[a-z]+", name.lower())
            if w not in ("the", "of", "and", "local", "chair")
        }

    return bool(words(one) & words(other)) or not words(one) or not words(other)


def infer(facts: dict[str, Fact], properties: Mapping[str, str]) -> None:
    """Dates that nothing states: a review a cycle after adoption, and adoption from the file."""
    cycle, since = facts.get("review_cycle"), facts.get("adopted")
    last = facts.get("reviewed")
    if last and (not since or _first(last) > _first(since)):
        since = last
    if cycle and "review_due" not in facts and since and not since.origin.startswith("inferred"):
        when, months = find_dates(since.value), months_between_reviews(cycle.value)
        if when and months:
            due = later(when[0], months)
            what = "reviewed" if since is last else "adopted"
            why = f"inferred: {what} {since.value}, to be reviewed {cycle.value}"
            facts["review_due"] = Fact(due, why)
    if not {"adopted", "reviewed", "written", "effective"} & facts.keys():
        review = facts.get("review_due")
        until = _first(review) if review else dt.date.max
        for name in ("modified", "created"):
            day = _saved(properties.get(name, ""))
            if day and day < until:  # a file saved after its review was due was not adopted then
                why = f"inferred: the file's properties, {name} then"
                facts["adopted"] = Fact(f"{day.day} {day:%B %Y}", why)
                break


def _saved(stamp: str) -> dt.date | None:
    """The day of a property; None for none, and for those that programs put in by themselves."""
    match = re.match(r"\d{4}-\d\d-\d\d", stamp)
    dates = find_dates(match[0]) if match else []
    if not dates or dates[0].first.year < _FIRST_YEAR or dates[0].first in _DEFAULT_DAYS:
        return None
    return dates[0].first


def _first(fact: Fact) -> dt.date:
    dates = find_dates(fact.value)
    return dates[0].first if dates else dt.date.min
