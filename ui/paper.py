"""A paper for a meeting, before it takes a form: titles, sentences, lists and tables.

`paper_word` and `paper_pdf` write one out; a table of it is written as CSV here. All of it is
plain text: whatever comes from files is shown and never obeyed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ui.words import printable

# What a spreadsheet takes for the beginning of a formula, full-width forms included.
_FORMULA = re.compile(r"\s*[=+\-@\t\r\n|%＝＋－＠]")
# Noncharacters, which XML refuses and no font has.
_REFUSED = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True)
class Table:
    """Rows of plain text under their heads; the first cell of a row names it.

    A line break in a cell begins a new line. `widths` are shares of the page, one a column.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True)
class Section:
    """A heading (`level` 2 or 3) with, in this order, sentences, a table, a list."""

    title: str
    level: int = 2
    sentences: tuple[str, ...] = ()
    table: Table | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """What governors get: a title, lines that say what it is, and sections."""

    title: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]


def plain(text: str) -> str:
    """Text that XML, fonts and readers of files can take; what is left out shows as �."""
    return _REFUSED.sub("\ufffd", printable(text))


def csv_table(table: Table) -> bytes:
    """A table for a spreadsheet."""
    return csv_rows(table.head, table.rows)


def csv_rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV in UTF-8 with the mark that Excel knows it by; no cell begins a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(map(_guarded, head))
    writer.writerows(map(_guarded, row) for row in rows)
    return file.getvalue().encode("utf-8-sig", "replace")


def _guarded(text: str) -> str:
    shown = plain(text)
    return f"'{shown}" if _FORMULA.match(shown) else shown
