"""The governors' coverage report in words: its sentences, its tables, and the paper they make."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.answer import Quote
from assistant.coverage import LEVELS as RANKED
from assistant.coverage import Coverage, Level, SchoolCoverage, TopicRow, no_policy
from assistant.due import Due
from assistant.topics import Basis
from ingest.documents import flow
from ui.paper import Paper, Section, Table

TITLE = "What our policies cover"
# A symbol and words, so that colour never carries the meaning alone.
LEVELS: dict[Level, tuple[str, str]] = {
    "covered": ("✓", "Covered by rules"),
    "mentioned": ("◐", "Mentioned only"),
    "silent": ("–", "Silent"),
}
_SURE = {
    "seen": "read on {}",
    "secondary": "not read itself: another source tells of it, {}",
    "not verified": "not checked, {}",
}
_NAMES = {"maintained": "maintained schools", "trusts": "academy trusts"}
HOW = (
    "Covered means that a clause which binds somebody was found on the topic, mentioned that one "
    "names it, silent that none does. The reading is by machine: open the clauses before you rely "
    "on it."
)
COMBINE = (
    "Boards may combine policies, so that a topic without a policy of its own may well be dealt "
    "with in another."
)
STATUTORY = "Statutory topics without a policy"
OTHERS = "Other topics without a policy of their own"
WHY = "What names the topics without a policy"
_UNSAID = "the file does not say whether it is in force"  # what ingest notes of such a policy
_SEVERAL = 3
_ABREAST = 6
SILENT = "Every policy that is not named in a row is silent on its topic."


def paper(coverage: Coverage) -> Paper:
    """The report for Word and PDF."""
    sections: list[Section] = []
    several = len(coverage.schools) > 1
    if several:  # what is missing stands on the first page, before any table
        sections += (gap for school in coverage.schools for gap in _gaps(school, 2))
        sections += (Section("All schools at a glance", table=one) for one in glance(coverage))
    for school in coverage.schools:
        sections += _sections(school, several)
    sources = Section(
        "Where the table of topics comes from",
        sentences=tuple(filter(None, (coverage.table.note,))),
        table=sources_table(coverage),
    )
    lines = (
        f"As of {day(coverage.as_of)}. Table of topics of {day(coverage.table.as_of)}.",
        HOW,
        "Made from the policies that are indexed; it is no legal advice.",
    )
    return Paper(TITLE, lines, (*sections, sources))


def _sections(school: SchoolCoverage, several: bool) -> Iterator[Section]:
    yield Section(school.school.name, sentences=about(school))
    if not several:
        yield from _gaps(school, 3)
    yield Section("Dates", 3, table=dates_table(school))
    yield Section("Topics", 3, sentences=(SILENT,), table=coverage_table(school))
    if named := tuple(f"{row.topic.title}: {bases(row)}" for row in without(school)):
        yield Section(WHY, 3, items=named)


def _gaps(school: SchoolCoverage, level: int) -> Iterator[Section]:
    of = f": {school.school.name}" if level == 2 else ""
    for number, (title, rows) in enumerate(gaps(school)):
        said = () if number else (COMBINE,)
        yield Section(f"{title}{of}", level, said, items=tuple(map(no_policy, rows)))


def about(school: SchoolCoverage) -> tuple[str, ...]:
    """How many policies there are, what is inferred of most, and what could not be checked."""
    count = len(school.policies)
    drafts = sum(due.draft for due in school.dates)
    inferred = (_taken(reason, number, count) for reason, number in _shared(school).items())
    said = f"{count} {'policy' if count == 1 else 'policies'} in force"
    return (f"{said}{besides(drafts)}.", *inferred, *school.warnings)


def besides(drafts: int) -> str:
    """That there are drafts as well, which are not counted; "" where there are none."""
    if not drafts:
        return ""
    are = "1 draft, which is" if drafts == 1 else f"{drafts} drafts, which are"
    return f", and {are} not in force"


def _taken(reason: str, number: int, count: int) -> str:
    taken = f"We take {'all' if number == count else number} of them to be in force"
    why = "their files do not say whether they are" if reason == _UNSAID else reason
    return f"{taken}: {why}."


def _shared(school: SchoolCoverage) -> dict[str, int]:
    """Reasons to take policies to be in force that hold for several, which are given once."""
    reasons = Counter(due.standing for due in school.dates if due.standing and not due.draft)
    return {reason: number for reason, number in reasons.items() if number >= _SEVERAL}


def missing(school: SchoolCoverage) -> Iterator[str]:
    """Topics without a policy, with what names them, in the order of `without`."""
    for row in without(school):
        yield f"{no_policy(row)} {bases(row)}"


def without(school: SchoolCoverage) -> list[TopicRow]:
    """Topics that a list or a law names and no policy has: statutory ones, silent ones first.

    Guidance of an authority need have none.
    """
    if school.school.body not in ("school", "trust"):
        return []
    return sorted(school.missing, key=lambda row: (not _statutory(row), -RANKED.index(row.level)))


def gaps(school: SchoolCoverage) -> list[tuple[str, list[TopicRow]]]:
    """The same under their headings, those on a list of statutory policies first."""
    rows = without(school)
    parts = (
        (STATUTORY, [row for row in rows if _statutory(row)]),
        (OTHERS, [row for row in rows if not _statutory(row)]),
    )
    return [(title, some) for title, some in parts if some]


def _statutory(row: TopicRow) -> bool:
    return any(one.source.statutory for one in row.topic.basis)


def bases(row: TopicRow) -> str:
    """What names a topic, in sentences."""
    return " ".join(f"{basis(one)}." for one in row.topic.basis)


def basis(one: Basis) -> str:
    """What names a topic, in words, without a full stop."""
    names = " and ".join(_NAMES[name] for name in one.names)
    said = f"{one.law or one.source.title}{f', for {names}' if names else ''}"
    if one.cycle_months is not None:
        said += f", review every {one.cycle_months} months"
    said += f" ({_SURE[one.sure].format(day(one.source.looked_up))})"
    return f"{said}. {one.says.rstrip('.')}" if one.says else said


def glance(coverage: Coverage) -> Iterator[Table]:
    """Topics × schools, as many schools a table as a page is wide."""
    for first in range(0, len(coverage.schools), _ABREAST):
        schools = coverage.schools[first : first + _ABREAST]
        rows = tuple(
            (topic.title, *(found(school.rows[n]) for school in schools))
            for n, topic in enumerate(coverage.table.topics)
        )
        names = tuple(school.school.name for school in schools)
        yield Table("Topics by school", ("Topic", *names), rows, (3, *(2 for _ in names)))


def dates_table(school: SchoolCoverage) -> Table:
    """Every policy by its next review, the longest overdue first."""
    rows = tuple(
        (
            flow(due.policy.title),
            review(due),
            state(due),
            due.adopted or "–",
            "\n".join(notes_on(due, school)) or "–",
        )
        for due in school.dates
    )
    return Table(
        f"Policies of {school.school.name} by next review",
        ("Policy", "Next review", "State", "Adopted", "Notes"),
        rows,
        (5, 3, 4, 3, 6),
    )


def review(due: Due) -> str:
    return f"{due.due} (inferred)" if due.inferred else due.due or "–"


def state(due: Due) -> str:
    """Whether a policy is due, with a symbol; a fact about a date and nothing more."""
    if due.draft:
        return "– Draft, not in force"
    if due.state == "undated":
        return "? No review date found"
    if due.state == "overdue":
        return f"! Overdue by {_long(due.days_over)}"
    return "✓ Not yet due"


def _long(days: int) -> str:
    """A number of days in the largest unit of which there are two: "3 months", never rounded up."""
    for unit, length in (("years", 365.25), ("months", 30.44)):
        if days >= 2 * length:
            return f"{int(days / length)} {unit}"
    return f"{days} {'day' if days == 1 else 'days'}"


def notes_on(due: Due, school: SchoolCoverage) -> tuple[str, ...]:
    """What must be known of a policy's dates and standing, in sentences."""
    alone = due.standing and due.standing not in _shared(school)
    why = "the file does not say whether it is" if due.standing == _UNSAID else due.standing
    inferred = (f"We take it to be in force: {why}.",) if alone else ()
    return (*due.notices, *inferred)


def coverage_table(school: SchoolCoverage) -> Table:
    """Topics with the clauses that cover or mention them, policy by policy."""
    rows = tuple((row.topic.title, found(row), _where(row) or "–") for row in school.rows)
    return Table(
        f"Topics in the policies of {school.school.name}",
        ("Topic", "Found", "Where"),
        rows,
        (4, 3, 10),
    )


def found(row: TopicRow) -> str:
    return " ".join(LEVELS[row.level])


def _where(row: TopicRow) -> str:
    lines = []
    for level in ("covered", "mentioned"):
        for cell in row.cells:
            if cell.level == level:
                symbol = LEVELS[cell.level][0]
                lines.append(f"{symbol} {flow(cell.policy.title)}: {reference(cell.quotes)}")
    return "\n".join(lines)


def reference(quotes: Sequence[Quote]) -> str:
    """Where quotes stand in their policy: "clause 3.1, page 4; “Phones”, page 5"."""
    return "; ".join(dict.fromkeys(map(_place, quotes))) or "its title"


def _place(quote: Quote) -> str:
    named = f"clause {quote.clause}" if quote.clause else ""
    tells = any(char.isdigit() for char in quote.clause)  # every list has its (a)
    heading = f"“{flow(quote.heading[-1])}”" if quote.heading and not tells else ""
    page = f"page {quote.page}" if quote.page is not None else ""
    return ", ".join(part for part in (named, heading, page) if part) or "text without a heading"


def sources_table(coverage: Coverage) -> Table:
    rows = tuple(
        (one.title, one.looked_up.isoformat(), "\n".join(filter(None, (one.says, one.url))) or "–")
        for one in coverage.table.sources
    )
    return Table(
        "Sources of the table of topics", ("Source", "Looked up", "Remarks"), rows, (6, 3, 8)
    )


def day(date: dt.date) -> str:
    return f"{date.day} {date:%B %Y}"
