"""Tables without ruling lines: rows whose cells stand under one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.extract import Role
from ingest.pdf.glyphs import Word
from ingest.pdf.lines import BULLET, LABEL, join, segments
from ingest.pdf.tables import read_as_names

_GAP = 1.6  # ems of white between cells
_TAB = 6.0  # ems at most between a number and its text
_LEAST = 3  # rows

_Cells = Sequence[Sequence[Word]]


@dataclass(frozen=True, slots=True)
class Group:
    """The words of a line; `text` is set where they are a row's cells."""

    words: tuple[Word, ...]
    text: str = ""
    role: Role = ""


def align(rows: Sequence[Sequence[Word]]) -> list[Group]:
    """Each row of words as a line, or as a table's row where three or more line up."""
    cells = [_cells(row) for row in rows]
    groups: list[Group] = []
    place = 0
    while place < len(rows):
        table = _table(cells, place)
        if len(table) < _LEAST:
            groups.append(Group(tuple(rows[place])))
            place += 1
            continue
        for number, members in enumerate(table):
            words = tuple(word for member in members for word in rows[member])
            text = _text([cells[member] for member in members])
            names = not number and (
                (_is_bold(words) and not _is_bold(rows[table[1][0]]))
                or read_as_names(
                    text.split("\t"), [join(c) for row in table[1:] for c in cells[row[0]]]
                )
            )
            groups.append(Group(words, text, "header" if names else "row"))
        place = table[-1][-1] + 1
    return groups


def _text(lines: Sequence[_Cells]) -> str:
    """Cells parted by tabs; a cell's printed lines by line breaks."""
    columns = [[join(part)] for part in lines[0]]
    for line in lines[1:]:
        for part in line:
            home = next(n for n, cell in enumerate(lines[0]) if _starts_under(cell, part))
            columns[home].append(join(part))
    return "\t".join("\n".join(column) for column in columns)


def _is_bold(row: Sequence[Word]) -> bool:
    return all(word.style.bold for word in row)


def _cells(row: Sequence[Word]) -> list[list[Word]]:
    """Cells of a row; a bullet or number before a tab belongs to what follows it."""
    parts = segments(sorted(row, key=lambda word: word.x0), _GAP)
    if len(parts) > 1 and len(parts[0]) == 1:
        first, em = parts[0][0].text, parts[0][0].style.size
        if parts[1][0].x0 - parts[0][0].x1 > _TAB * em:
            return parts
        if BULLET.fullmatch(first) or LABEL.fullmatch(first) or first.rstrip(".").isdigit():
            parts = [parts[0] + parts[1], *parts[2:]]
    return parts


def _table(cells: Sequence[_Cells], start: int) -> list[list[int]]:
    """Rows from `start` on that have as many cells at the same places, each with its lines."""
    first = cells[start]
    table: list[list[int]] = []
    if len(first) < 2:
        return table
    for place in range(start, len(cells)):
        row = cells[place]
        if len(row) == len(first) and _under(first, row) and not _leads_to_page(row):
            table.append([place])
        elif table and _is_rest(cells[table[-1][0]], row):
            table[-1].append(place)
        else:
            break
    return table


def _is_rest(row: _Cells, rest: _Cells) -> bool:
    """True where a line only carries on cells of the row above it, and not the first."""
    return all(any(_starts_under(cell, part) for cell in row[1:]) for part in rest)


def _starts_under(cell: Sequence[Word], part: Sequence[Word]) -> bool:
    return abs(cell[0].x0 - part[0].x0) <= 4


def _under(one: _Cells, two: _Cells) -> bool:
    return all(
        abs(a[0].x0 - b[0].x0) <= 4
        or abs(a[-1].x1 - b[-1].x1) <= 4
        or abs(a[0].x0 + a[-1].x1 - b[0].x0 - b[-1].x1) <= 8
        for a, b in zip(one, two, strict=True)
    )


def _leads_to_page(cells: _Cells) -> bool:
    """An entry of a contents page: its last cell is a page number."""
    return len(cells) == 2 and len(cells[-1]) == 1 and cells[-1][0].text.strip(".").isdigit()
