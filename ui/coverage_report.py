"""The governors' coverage report in the forms a meeting needs: HTML, CSV, Word, PDF, JSON.

In Word and PDF each cell is named by its clauses; HTML, CSV and JSON quote them as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.coverage import Cell, Coverage, SchoolCoverage, no_policy
from ingest.documents import flow
from ui.coverage_record import record
from ui.coverage_words import (
    COMBINE,
    LEVELS,
    SILENT,
    TITLE,
    WHY,
    about,
    bases,
    day,
    found,
    gaps,
    missing,
    notes_on,
    paper,
    reference,
    review,
    sources_table,
    state,
    without,
)
from ui.paper import csv_rows, plain
from ui.words import labels


def render(coverage: Coverage, form: str) -> bytes:
    """The report as a file; `form` is one of FORMS."""
    return FORMS[form](coverage)


def html(coverage: Coverage) -> bytes:
    """One self-contained page; every cell opens its quotes."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"shown": lambda text: plain(flow(text)), "day": day}
    page = environment.get_template("coverage_report.html").render(
        coverage=coverage,
        title=TITLE,
        lines=paper(coverage).lines,
        levels=LEVELS,
        silent=SILENT,
        combine=COMBINE,
        found=found,
        state=state,
        review=review,
        notes=notes_on,
        reference=reference,
        labels=labels,
        without=without,
        gaps=gaps,
        bases=bases,
        no_policy=no_policy,
        why=WHY,
        about=about,
    )
    return page.encode("utf-8", "replace")


def spreadsheet(coverage: Coverage) -> bytes:
    """Everything as one CSV: a row a quote, a silent cell, a date, a missing policy, a source."""
    head = (
        "part", "school", "topic", "found", "policy", "clause", "heading", "page",
        "lead-in", "quote", "next review", "state", "adopted", "notes", "file",
    )  # fmt: skip
    rows: list[dict[str, str]] = []
    for school in coverage.schools:
        name = {"school": school.school.name}
        rows += [name | row for row in _date_rows(school)]
        for row in school.rows:
            for cell in row.cells:
                rows += [name | {"topic": row.topic.title} | line for line in _cell_rows(cell)]
        rows += [name | {"part": "no policy", "notes": said} for said in missing(school)]
    rows += [
        {"part": "source", "notes": " ".join((*row[:2], flow(row[2])))}
        for row in sources_table(coverage).rows
    ]
    return csv_rows(head, ([row.get(column, "") for column in head] for row in rows))


def _date_rows(school: SchoolCoverage) -> Iterator[dict[str, str]]:
    for due in school.dates:
        yield {
            "part": "date", "policy": flow(due.policy.title), "file": due.policy.source,
            "next review": review(due), "state": state(due), "adopted": due.adopted,
            "notes": " ".join(notes_on(due, school)),
        }  # fmt: skip


def _cell_rows(cell: Cell) -> Iterator[dict[str, str]]:
    shared = {
        "part": "topic", "found": LEVELS[cell.level][1], "policy": flow(cell.policy.title),
        "file": cell.policy.source,
    }  # fmt: skip
    if not cell.quotes:
        yield shared
    for quote in cell.quotes:
        yield shared | {
            "clause": quote.clause,
            "heading": " › ".join(flow(part) for part in quote.heading),
            "page": "" if quote.page is None else str(quote.page),
            "lead-in": quote.led,
            "quote": flow(quote.text),
            "notes": "; ".join(labels(quote)),
        }


def _word(coverage: Coverage) -> bytes:
    from ui.paper_word import word

    return word(paper(coverage))


def _pdf(coverage: Coverage) -> bytes:
    from ui.paper_pdf import pdf

    return pdf(paper(coverage))


FORMS: dict[str, Callable[[Coverage], bytes]] = {
    "html": html,
    "csv": spreadsheet,
    "docx": _word,
    "pdf": _pdf,
    "json": record,
}
BINARY = ("docx", "pdf")
