"""A web page's tables: those that hold data, row by row, and those that only place the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from lxml import etree

Element = etree._Element

WIDEST = 60  # columns; a page may claim millions
_LONGEST_CELL = 1500  # characters; more is running text that a table only places
Reach: TypeAlias = dict[int, tuple[int, str]]  # column → rows that a cell still covers, its words
_PARTS = ("thead", "tbody", "tfoot")
_FLOWING = ("table", "h1", "h2", "h3", "h4", "h5", "h6", "article", "main", "section", "form")


@dataclass(frozen=True)
class Row:
    """Its cells' words, "" where a cell is empty or covered by its neighbour."""

    cells: tuple[str, ...]
    header: bool


def is_layout(table: Element) -> bool:
    """True for a table that only places running text on the page, or frames it."""
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return True
    if any(e is not table and not _in_header(e) for e in table.iter(*_FLOWING)):
        return True
    rows = [list(row.iterchildren("td", "th")) for row, _ in _rows(table)]
    widest = max(map(len, rows), default=0)
    if widest <= 1:
        return True
    lengths = [len("".join(cell.itertext()).strip()) for row in rows for cell in row]
    one_row = len(rows) == 1 and not any(True for _ in table.iter("th"))
    return max(lengths) > _LONGEST_CELL or (one_row and max(lengths) > 200)


def read_rows(table: Element, read: Callable[[Element], tuple[str, bool]]) -> Iterator[Row]:
    """The rows of a table as shown; `read` gives a cell's words, and whether all are bold.

    A cell that spans several columns or rows is written once in each row, in its first column.
    """
    covered: Reach = {}
    found: list[tuple[list[str], bool, bool]] = []
    for row, part in _rows(table):
        cells: list[str] = []
        headed, bold = part == "thead", True
        ths = list(row.iterchildren("td", "th"))
        for cell in ths:
            reach_down(cells, covered)
            words, is_bold = read(cell)
            bold = bold and (is_bold or not words)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for offset in range(across):
                shown = "" if offset else words
                if down > 1:
                    covered[len(cells)] = (down - 1, shown)
                cells.append(shown)
        own = any(cells)
        end_row(cells, covered)
        headed = headed or (bool(ths) and all(c.tag == "th" for c in ths))
        if own:
            found.append((cells, headed, bold))
    if len(found) > 1 and not any(headed for _, headed, _ in found):
        # Word marks no heads, but people set them in bold.
        cells, _, bold = found[0]
        only = bold and not all(bold for _, _, bold in found[1:])
        found[0] = (cells, only and sum(map(bool, cells)) > 1, bold)
    for cells, headed, _ in found:
        yield Row(tuple(cells), headed)


def reach_down(cells: list[str], covered: Reach) -> None:
    """Fill the next columns of a row as far as cells above reach down into it."""
    while len(cells) < WIDEST and (above := covered.pop(len(cells), None)) is not None:
        left, words = above
        if left > 1:
            covered[len(cells)] = (left - 1, words)
        cells.append(words)


def end_row(cells: list[str], covered: Reach) -> None:
    """Fill what is left of a row, which may have fewer cells than others."""
    for column in sorted(column for column in covered if column >= len(cells)):
        cells += [""] * (column - len(cells))
        reach_down(cells, covered)


def is_glossary(terms: Element) -> bool:
    """True for a definition list of terms and short texts, each of which makes one row."""
    tags = [part.tag for part in _terms(terms)]
    paired = tags[:1] == ["dt"] and all(
        tag == "dt" or before == "dt" for before, tag in pairwise(tags)
    )
    long = any(True for part in terms.iter("dd") for _ in part.iter("p", "ul", "ol", "table", "dl"))
    return paired and "dd" in tags and not long


def read_terms(terms: Element, read: Callable[[Element], tuple[str, bool]]) -> Iterator[Row]:
    """Each term beside what it means; several terms may share one meaning."""
    names: list[str] = []
    for part in _terms(terms):
        if part.tag == "dt":
            names.append(read(part)[0])
        else:
            yield Row((" ".join(names), read(part)[0]), header=False)
            names = []
    if names:
        yield Row(tuple(names[:1]), header=False)


def _terms(terms: Element) -> list[Element]:
    parts = [*terms.iterchildren("div", "dt", "dd")]
    return [e for p in parts for e in (p.iterchildren("dt", "dd") if p.tag == "div" else [p])]


def _rows(table: Element) -> Iterator[tuple[Element, str]]:
    """The table's own rows in the order shown, each with the part it stands in."""
    parts = list(table.iterchildren(*_PARTS, "tr"))
    parts.sort(key=lambda part: {"thead": 0, "tfoot": 2}.get(str(part.tag), 1))
    for part in parts:
        if part.tag == "tr":
            yield part, ""
        else:
            for row in part.iterchildren("tr"):
                yield row, str(part.tag)


def _span(cell: Element, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(WIDEST, int(value))) if value.isdecimal() and len(value) < 7 else 1


def _in_header(element: Element) -> bool:
    """Headings are often used for the names of a table's columns."""
    return any(above.tag in ("th", "thead") for above in element.iterancestors())
