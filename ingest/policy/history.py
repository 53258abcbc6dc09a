"""Tables of a policy's versions, and other tables whose first row names facts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from ingest.documents import Clause, Span, flow
from ingest.policy.dates import find_dates
from ingest.policy.evidence import Found, found_in
from ingest.policy.statements import Statement, is_label, stated_as

_NUMBERED = re.compile(
    r"(?:policy |document )?(?:version|issue|rev(?:ision)?|edition|ver)(?: (?:no\.?|number))?$"
)
_DATED = re.compile(r"\b(?:date[ds]?|agreed|approved|adopted|ratified|when|issued)\b")
_CHANGES = re.compile(
    r"(?:(?:main |key |summary of |description of |details of |nature of |reasons? for )?(?:the )?"
    r"(?:changes?|amendments?|revisions?|updates?)\b)"
)


def read_tables(text: str, clauses: Sequence[Clause], cover: int) -> tuple[list[Found], list[Span]]:
    """What rows under a row of labels state, and the stretches of text so read."""
    found: list[Found] = []
    used: list[Span] = []
    lines = [m for m in re.finditer(r"[^\n\f]+", text) if "\t" in m[0] or m[0].count("|") > 1]
    place = 0
    while place < len(lines):
        labels = _cells(lines[place][0])
        rows: list[tuple[Span, list[str]]] = []
        versions = _heads_versions(labels)
        place += 1
        if not versions and not (len(labels) > 1 and all(map(is_label, labels))):
            continue
        head = lines[place - 1]
        ends = head.end()
        while place < len(lines) and text[ends : lines[place].start()].strip() == "":
            row, ends = lines[place], lines[place].end()
            if re.search(r"\w", row[0]):
                cells = _cells(row[0])
                if len(cells) != len(labels) and not versions:
                    break
                rows.append((trim_cells(text, Span(*row.span())), cells))
            place += 1
        latest = _latest(rows) if versions else rows[0] if rows else None
        if latest is not None:
            used.append(Span(head.start(), ends))
            where = "cover" if head.start() < cover else "text"
            if versions and (len(rows) > 1 or where == "text"):
                where = "version table"
            for label, cell in zip(labels, latest[1], strict=False):
                for statement in _in_column(label, cell, latest[0]):
                    found.append(found_in(statement, where))
    for clause in clauses:
        if clause.kind == "version_table" and not any(
            u.start <= clause.span.start < u.end for u in used
        ):
            used.append(clause.span)
            listed = re.match(r"\W*v?(\d+(?:\.\d+)*)\s+(.*)", flow(clause.text), re.I)
            if listed and (dates := find_dates(listed[2])):
                said = listed[2][dates[0].start : dates[0].end]
                for name, value in (("version", listed[1]), ("adopted", said)):
                    found.append(
                        found_in(Statement(name, value, clause.span, True), "version table")
                    )
    return _last_version(found), used


def _in_column(label: str, cell: str, span: Span) -> list[Statement]:
    plain = label.strip(" *:").lower()
    if _NUMBERED.match(plain):
        return stated_as("Version", cell, span)
    if re.fullmatch(r"(?:policy )?(?:author|owner|lead|(?:amended |updated )?by(?: whom)?)", plain):
        return stated_as("Owner", cell, span)
    if "review" in plain:
        return stated_as(label, cell, span)
    if firm := re.search(r"approv|agreed|adopted|ratif", plain) or _DATED.search(plain):
        said = stated_as("Date" if _DATED.fullmatch(plain) else "Approved", cell, span)
        return said if firm and said else stated_as(label, cell, span)
    return stated_as(label, cell, span)


def _heads_versions(labels: list[str]) -> bool:
    names = [label.strip(" *:").lower() for label in labels]
    if len(names) < 2 or any(len(name) > 40 or find_dates(name) for name in names):
        return False
    numbered = any(_NUMBERED.match(name) for name in names)
    dated = any(_DATED.search(name) for name in names)
    changes = any(_CHANGES.match(name) for name in names)
    return (numbered and (dated or changes or len(names) > 2)) or (dated and changes)


def _latest(rows: list[tuple[Span, list[str]]]) -> tuple[Span, list[str]] | None:
    """The row with the latest date; of equals, and without dates, the last."""
    best: tuple[dt.date, int] | None = None
    for place, (_, cells) in enumerate(rows):
        dates = [d for cell in cells if len(cell.split()) <= 6 for d in find_dates(cell)[:1]]
        if dates and (best is None or (dates[0].first, place) >= best):
            best = dates[0].first, place
    return rows[best[1]] if best else None


def _last_version(found: list[Found]) -> list[Found]:
    """Of loose version lines only the latest; tables have been brought down to one row."""
    loose = [f for f in found if f.origin == "version table" and f.statement.name == "adopted"]
    last = max(loose, key=lambda f: f.when.first if f.when else dt.date.min, default=None)
    if last is None:
        return found
    span = last.statement.span
    return [f for f in found if f.origin != "version table" or f.statement.span == span]


def trim_cells(text: str, span: Span) -> Span:
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip(" \t|\n\f"))
    end = span.end - (len(words) - len(words.rstrip(" \t|\n\f")))
    return Span(start, max(start, end))


def _cells(line: str) -> list[str]:
    return [cell.strip(" *") for cell in re.split(r"\t|\|", line.strip("| \t"))]
