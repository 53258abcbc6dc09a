"""What the Governors place hands out for a meeting: CSV, Word and PDF of each of its tabs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from assistant.changes import Change
from assistant.conflicts.find import SchoolConflicts
from assistant.coverage import Coverage, SchoolCoverage
from assistant.due import Due
from ingest.documents import flow
from ui import contradictions as clashes
from ui import coverage_report, in_vain, quality
from ui.contradictions import Case
from ui.coverage_words import about, dates_table, day, notes_on, review, state
from ui.governing import Revision, by_review, told_of_dates
from ui.in_vain import Vain
from ui.paper import Paper, Section, Table, csv_rows
from ui.version_view import counted, dated

MIMES = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html",
    "json": "application/json",
}
LABELS = {
    "csv": "Download CSV",
    "docx": "Download Word",
    "pdf": "Download PDF",
    "html": "Download web page",
    "json": "Download JSON",
}
_DATES = "When our policies are due for review"
_CHANGES = "What changed in our policies"
_VAIN = "What was asked in vain"
_AT_ODDS = "Dates that contradict each other"
_KINDS = {"reworded": "Reworded", "added": "New", "dropped": "Taken out"}

Make = Callable[[], bytes]
Compared = Sequence[tuple[Revision, Sequence[Change]]]


@dataclass(frozen=True)
class Export:
    """A file to download; `make` writes it when it is asked for."""

    form: str
    file: str
    make: Make


def coverage(made: Coverage, school: str) -> list[Export]:
    """The coverage report in every form it has; `school` is a key, "" for all."""
    forms = ("csv", "docx", "pdf", "html", "json")
    return [
        Export(form, _file("coverage", school, form), partial(coverage_report.render, made, form))
        for form in forms
    ]


def dates(schools: Sequence[SchoolCoverage], as_of: dt.date, school: str) -> list[Export]:
    head = ("School", "Policy", "Next review", "State", "Adopted", "Notes", "Contradictory dates")
    rows = [
        (
            *(flow(one.school.name), flow(due.policy.title), review(due), state(due)),
            *(due.adopted, " ".join(notes_on(due, one)), " ".join(at_odds(due))),
        )
        for one, due in by_review(schools)
    ]
    return _exports("dates", school, dates_paper(schools, as_of), lambda: csv_rows(head, rows))


def dates_paper(schools: Sequence[SchoolCoverage], as_of: dt.date) -> Paper:
    sections = [
        Section(flow(one.school.name), sentences=about(one), table=dates_table(one))
        for one in schools
    ]
    if odd := tuple(said for one in schools for due in one.dates for said in at_odds(due)):
        sections.append(Section(_AT_ODDS, items=odd))
    return Paper(_DATES, (f"As of {day(as_of)}. {told_of_dates(schools)}",), tuple(sections))


def at_odds(due: Due) -> list[str]:
    """The dates of which a document says several things, with every source, in sentences."""
    return [
        f"“{flow(due.policy.title)}” says several things of {odds.called}: "
        + "; ".join(f"{one.value} ({one.place})" for one in odds.said)
        + "."
        for odds in due.at_odds
    ]


def contradictions(
    some: Sequence[Case],
    found: Sequence[SchoolConflicts],
    lines: Sequence[str],
    as_of: dt.date,
    school: str,
) -> list[Export]:
    head, rows = clashes.spreadsheet(some)
    paper = clashes.paper(some, found, (f"As of {day(as_of)}. {clashes.told(some)}", *lines))
    return _exports("contradictions", school, paper, lambda: csv_rows(head, rows))


def changes(compared: Compared, as_of: dt.date, school: str) -> list[Export]:
    head = ("School", "Policy", "Before", "Now", "Change", "Clause", "Words before", "Words now")
    rows = [
        (
            *(flow(pair.new.policy.school_name), flow(pair.new.policy.title)),
            *(dated(pair.old), dated(pair.new), *_change(change)),
        )
        for pair, found in compared
        for change in _changed(found)
    ]
    return _exports("changes", school, changes_paper(compared, as_of), lambda: csv_rows(head, rows))


def changes_paper(compared: Compared, as_of: dt.date) -> Paper:
    sections = []
    for pair, found in compared:
        policy = pair.new.policy
        title = f"{flow(policy.school_name)}: {flow(policy.title)}"
        rows = tuple(_change(change) for change in _changed(found))
        table = Table("Clause by clause", ("Change", "Clause", "Before", "Now"), rows, (3, 4, 7, 7))
        told = f"Before: {dated(pair.old)}. Now: {dated(pair.new)}."
        sections.append(Section(title, 2, (told, counted(found)), table if rows else None))
    return Paper(_CHANGES, (f"As of {day(as_of)}. Clauses stand word for word.",), tuple(sections))


def vain(
    found: Vain,
    topics: Mapping[str, str],
    schools: Mapping[str, str],
    as_of: dt.date,
    school: str,
) -> list[Export]:
    """`topics` and `schools` map keys to names."""
    named = (
        replace(group, schools=tuple((schools.get(key, key), n) for key, n in group.schools))
        for group in found.groups
    )
    found = replace(found, groups=tuple(named))
    _, rows = in_vain.table(found, topics)
    head = ("Question", "Topic", "Asked", "When", "Who and where", "Why")
    table = Table(
        "By sense, the most asked first", head, tuple(map(_few, rows)), (7, 4, 3, 4, 4, 4)
    )
    how = "Questions stand in groups of at least three, by month, without names."
    paper = Paper(_VAIN, (f"As of {day(as_of)}. {how}",), (Section("Questions", table=table),))
    return _exports(
        "questions-in-vain",
        school,
        paper,
        lambda: ("\ufeff" + in_vain.csv_of(found, topics)).encode("utf-8"),
    )


def figures(run: quality.Run) -> list[Export]:
    paper = quality.paper(run)
    head = ("Questions put", "Figure", "Value", "95 % range", "Questions", "What it says")
    rows = [(one.title, *row) for one in run.sets for row in quality.table(one).rows]
    return _exports("quality", "", paper, lambda: csv_rows(head, rows))


def _exports(name: str, school: str, paper: Paper, rows: Make) -> list[Export]:
    def word() -> bytes:
        from ui.paper_word import word

        return word(paper)

    def pdf() -> bytes:
        from ui.paper_pdf import pdf

        return pdf(paper)

    made: dict[str, Make] = {"csv": rows, "docx": word, "pdf": pdf}
    return [Export(form, _file(name, school, form), make) for form, make in made.items()]


def _few(row: Sequence[str]) -> tuple[str, ...]:
    """A row of the questions in as many columns as a page has room for."""
    words, topic, asked, first, last, months, roles, schools, why = row
    when = months or " to ".join(dict.fromkeys(filter(None, (first, last))))
    who = "; ".join(filter(None, (roles, schools)))
    return tuple(text or "–" for text in (words, topic, asked, when, who, why))


def _file(name: str, school: str, form: str) -> str:
    return f"{name}{f'-{school}' if school else ''}.{form}"


def _changed(found: Iterable[Change]) -> list[Change]:
    return [change for change in found if change.kind != "same"]


def _change(change: Change) -> tuple[str, str, str, str]:
    where = change.new or change.old
    assert where is not None  # a change has at least one side
    heading = flow(where.clause.heading[-1]) if where.clause.heading else ""
    place = ", ".join(part for part in (where.clause.number, heading) if part)
    old, new = (flow(p.clause.reading) if p else "–" for p in (change.old, change.new))
    return _KINDS[change.kind], place or "–", old, new
