"""When each policy is next due for review, and where its dates are missing or at odds."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant import compose, facts
from assistant.answer import Quote
from assistant.library import Library, in_force
from assistant.topics import Sure, Topic
from assistant.verify import Unverified, quote_fact
from ingest.documents import Fact, IngestError, Policy, flow
from ingest.index import Held
from ingest.policy.dates import period
from ingest.policy.register import School

State = Literal["overdue", "due", "undated", "draft"]
_CALLED = {"review_due": "when it is due for review", "adopted": "when it was adopted"}
_INFERRED = "inferred:"
_SURE: dict[Sure, str] = {  # how a source is known
    "seen": "",
    "secondary": ", as another source tells it",
    "not verified": ", which was not checked",
}


@dataclass(frozen=True)
class Said:
    """One of the values that a document gives for a date, and the place where it does."""

    value: str
    place: str
    quote: Quote | None = None  # None where no line of the document says it


@dataclass(frozen=True)
class AtOdds:
    """A date of which a document says several things: `called` is "when it was adopted"."""

    called: str
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Due:
    """When a policy is due for review. Overdue is a fact about a date and nothing more.

    A draft is not in force, so that it is never overdue: its state is "draft".

    `due` and `adopted` are the words of the document, "" where it has none (of an inferred
    `adopted` it is said from what); `last_day` is the last day of what `due` names, and `days_over`
    how many days have passed since (0 where none has). `notices` are sentences that go with it;
    `standing` says why we take it to be in force where the file does not say so.
    """

    policy: Policy
    state: State
    due: str = ""
    last_day: dt.date | None = None
    days_over: int = 0
    inferred: str = ""  # why we take `due` for its review date where no line says so
    adopted: str = ""
    quotes: tuple[Quote, ...] = ()
    at_odds: tuple[AtOdds, ...] = ()
    notices: tuple[str, ...] = ()
    standing: str = ""

    @property
    def draft(self) -> bool:
        return self.state == "draft"


def due_dates(
    library: Library, school: School, as_of: dt.date, topics: Iterable[Topic] = ()
) -> tuple[Due, ...]:
    """A school's policies in force, longest overdue first and undated last; then its drafts.

    `topics` may set cycles of review; policies on them that are past those are told so.
    """
    everything = library.policies(school.key)
    cycles = [topic for topic in topics if topic.cycle is not None]
    shown = [p for p in everything if p.status == "draft" or in_force(p, everything, as_of)]
    found = [_due(library, school, policy, as_of, cycles) for policy in shown]
    return tuple(sorted(found, key=_order))


def _order(due: Due) -> tuple[bool, bool, dt.date, str]:
    date = due.last_day or dt.date.max
    return due.draft, due.last_day is None, date, due.policy.title.casefold()


def _due(
    library: Library, school: School, policy: Policy, as_of: dt.date, cycles: Sequence[Topic]
) -> Due:
    held = library.held(policy)
    review, adopted, status = (policy.facts.get(n) for n in ("review_due", "adopted", "status"))
    when = period(review.value) if review else None
    last_day = when[1] if when else None
    over = (as_of - last_day).days if last_day else 0
    state: State = "undated" if last_day is None else "overdue" if over > 0 else "due"
    if policy.status == "draft":
        state, over = "draft", 0
    line = _quote(library, held, review)
    return Due(
        policy=policy,
        state=state,
        due=flow(review.value.split(" (")[0]) if review else "",
        last_day=last_day,
        days_over=max(over, 0),
        inferred=_place(review) if review and review.origin.startswith(_INFERRED) else "",
        adopted=_told(adopted) if adopted else "",
        quotes=(line,) if line else (),
        at_odds=tuple(_at_odds(library, held)),
        notices=_notices(school, held, as_of, cycles),
        standing=_place(status) if status and status.origin.startswith(_INFERRED) else "",
    )


def _at_odds(library: Library, held: Held) -> Iterable[AtOdds]:
    for name, called in _CALLED.items():
        fact = held.policy.facts.get(name)
        if fact is not None and fact.also:
            both = (fact, *fact.also)
            said = (Said(flow(f.value), _place(f), _quote(library, held, f)) for f in both)
            yield AtOdds(called, tuple(said))


def _quote(library: Library, held: Held, fact: Fact | None) -> Quote | None:
    """The line that states a fact, None where there is none that can be checked."""
    if fact is None or fact.span is None:
        return None
    try:
        return quote_fact(library.index, held, fact)
    except (Unverified, IngestError):
        return None


def _told(fact: Fact) -> str:
    """A date's words, and with them that they are inferred and from what where no line says it."""
    words = flow(fact.value.split(" (")[0])
    return f"{words} ({flow(fact.origin)})" if fact.origin.startswith(_INFERRED) else words


def _place(fact: Fact) -> str:
    return flow(fact.origin.removeprefix(_INFERRED)).rstrip(".")


def _notices(
    school: School, held: Held, as_of: dt.date, cycles: Sequence[Topic]
) -> tuple[str, ...]:
    policy = held.policy
    # `standing` says what is inferred of most policies, and `state` that one is overdue.
    told = ("status", "review_due")
    bare = replace(policy, facts={n: f for n, f in policy.facts.items() if n not in told})
    said = [*compose.notices_of(bare, school, as_of), *facts.doubts(policy)]
    if held.stale:
        said.append(compose.stale_notice(policy, held.stale))
    for topic in cycles:
        if topic.is_subject_of(policy) and (late := _past_cycle(policy, topic, as_of)):
            said.append(late)
    return tuple(dict.fromkeys(said))


def _past_cycle(policy: Policy, topic: Topic, as_of: dt.date) -> str:
    """That more time has gone by than a named source gives for a review; "" where it has not."""
    dates = [policy.facts[n] for n in ("adopted", "reviewed") if n in policy.facts]
    stated = [f for f in dates if not f.origin.startswith(_INFERRED)]
    known = [(when[1], fact) for fact in stated if (when := period(fact.value))]
    basis = topic.cycle
    if not known or basis is None or basis.cycle_months is None:
        return ""
    last, fact = max(known, key=lambda pair: pair[0])
    if _months_after(last, basis.cycle_months) >= as_of:
        return ""
    told = basis.law or basis.source.title
    return (
        f"“{flow(policy.title)}” was last agreed or reviewed {flow(fact.value.split(' (')[0])}. "
        f"“{told}” names a review every {basis.cycle_months} months for a policy on "
        f"“{topic.title}”{_SURE[basis.sure]}."
    )


def _months_after(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
