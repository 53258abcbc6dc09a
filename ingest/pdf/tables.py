"""Ruled tables: lines drawn on the page to cells, words to the cells they stand in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pdfplumber.table import (
    cells_to_tables,
    edges_to_intersections,
    intersections_to_cells,
    merge_edges,
)

from ingest.pdf.glyphs import Word
from ingest.pdf.lines import join, make_rows
from ingest.pdf.ruling import Box, Ruling

_MOST_EDGES = 2500  # on one page
_MOST_CROSSINGS = 4000
_SHORT = 40  # characters in a column's name


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the words of each cell, and whether its cells look like column names."""

    top: float
    bottom: float
    cells: tuple[tuple[Word, ...], ...]
    names: bool = False

    @property
    def text(self) -> str:
        return "\t".join(cell_text(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with words in them; `lines` are the places of its upright lines."""

    box: Box
    lines: tuple[float, ...]
    rows: tuple[Row, ...]


def cell_text(words: Sequence[Word]) -> str:
    """What a cell says, its printed lines parted by line breaks."""
    return "\n".join(join(row) for row in make_rows(words))


def find_tables(words: Sequence[Word], ruling: Ruling) -> list[Table]:
    """Tables of at least two columns; a box of one column is a frame round ordinary text."""
    edges = _edges(ruling)
    if len(edges) < 5 or len(edges) > _MOST_EDGES:
        return []
    merged = merge_edges(edges, 3, 3, 3, 3)
    if sum(e["orientation"] == "v" for e in merged) < 3:
        return []
    crossings = edges_to_intersections(merged, 3, 3)
    if len(crossings) > _MOST_CROSSINGS:
        return []
    found = [
        _table(cells, words, ruling) for cells in cells_to_tables(intersections_to_cells(crossings))
    ]
    tables = [table for table in found if table is not None]
    # A table within a cell of another is part of that cell.
    return [t for t in tables if not any(o is not t and _within(t.box, o.box) for o in tables)]


def _edges(ruling: Ruling) -> list[dict[str, object]]:
    edges = [_edge("h", box) for box in ruling.level]
    edges += [_edge("v", box) for box in ruling.upright]
    for box in _tiles(ruling):
        x0, y0, x1, y1 = box
        edges += [_edge("h", (x0, y0, x1, y0)), _edge("h", (x0, y1, x1, y1))]
        edges += [_edge("v", (x0, y0, x0, y1)), _edge("v", (x1, y0, x1, y1))]
    return edges


def _edge(orientation: str, box: Box) -> dict[str, object]:
    x0, top, x1, bottom = box
    return {
        "orientation": orientation,
        "object_type": "line",
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
    }


def _tiles(ruling: Ruling) -> list[Box]:
    """Shaded areas that line up with others above or below, as shaded cells do."""
    boxes = [b for b, _ in ruling.fills if b[3] - b[1] > 8 and b[2] - b[0] > 15][:400]
    places: dict[tuple[int, int], set[int]] = {}
    for x0, y0, x1, _ in boxes:
        places.setdefault((round(x0 / 2), round(x1 / 2)), set()).add(round(y0))
    rows: dict[int, int] = {}
    for _, y0, _, _ in boxes:
        rows[round(y0)] = rows.get(round(y0), 0) + 1
    return [
        b
        for b in boxes
        if len(places[round(b[0] / 2), round(b[2] / 2)]) > 1 and rows[round(b[1])] > 1
    ]


def _table(cells: Sequence[Box], words: Sequence[Word], ruling: Ruling) -> Table | None:
    box = (
        min(cell[0] for cell in cells),
        min(cell[1] for cell in cells),
        max(cell[2] for cell in cells),
        max(cell[3] for cell in cells),
    )
    lines = _steps([x for cell in cells for x in (cell[0], cell[2])])
    if len(lines) < 3:
        return None
    inside: dict[Box, list[Word]] = {cell: [] for cell in cells}
    within = [w for w in words if _holds(box, w)]
    by_size = sorted(cells, key=lambda c: (c[2] - c[0]) * (c[3] - c[1]))
    for word in within:
        home = next((cell for cell in by_size if _holds(cell, word)), None)
        if home is not None:
            inside[home].append(word)
    rows: list[Row] = []
    tops = _steps([cell[1] for cell in cells])
    for place, top in enumerate(tops):
        mine = sorted((c for c in cells if abs(c[1] - top) <= 3), key=lambda c: c[0])
        held = tuple(tuple(inside[cell]) for cell in mine)
        if any(held):
            bottom = tops[place + 1] if place + 1 < len(tops) else box[3]
            rows.append(Row(top, bottom, held, _emphasised(mine, held, ruling)))
    if not rows or max(len(row.cells) for row in rows) < 2:
        return None
    return Table(box, tuple(lines), tuple(_with_names(rows)))


def _steps(places: Sequence[float]) -> list[float]:
    """Places that differ by more than a line's thickness, in order."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > 3:
            found.append(place)
    return found


def _holds(box: Box, word: Word) -> bool:
    x, y = (word.x0 + word.x1) / 2, word.y - 0.3 * word.style.size
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def _within(inner: Box, outer: Box) -> bool:
    return (
        inner[0] >= outer[0] - 2
        and inner[1] >= outer[1] - 2
        and inner[2] <= outer[2] + 2
        and inner[3] <= outer[3] + 2
    )


def _emphasised(cells: Sequence[Box], held: Sequence[Sequence[Word]], ruling: Ruling) -> bool:
    """True where every cell with words is bold or shaded."""
    filled = [(cell, words) for cell, words in zip(cells, held, strict=True) if words]
    return all(all(word.style.bold for word in words) for _, words in filled) or all(
        _is_shaded(cell, ruling) for cell, _ in filled
    )


def _is_shaded(cell: Box, ruling: Ruling) -> bool:
    x, y = (cell[0] + cell[2]) / 2, (cell[1] + cell[3]) / 2
    return any(
        colour != 0xFFFFFF and b[0] <= x <= b[2] and b[1] <= y <= b[3]
        for b, colour in ruling.fills
        if b[3] - b[1] < 4 * (cell[3] - cell[1]) + 4
    )


def _with_names(rows: list[Row]) -> list[Row]:
    """Only the first row names columns, and only where it differs from the rest."""
    head = rows[0]
    rest = rows[1:]
    full = [cell_text(cell) for cell in head.cells]
    names = (
        len(head.cells) > 1
        and bool(rest)
        and sum(map(bool, full)) >= 2
        and (
            (head.names and not all(row.names for row in rest))
            or (
                len(rest) > 1
                and read_as_names(full, [cell_text(c) for row in rest for c in row.cells])
            )
        )
    )
    return [
        Row(row.top, row.bottom, row.cells, names and place == 0) for place, row in enumerate(rows)
    ]


def read_as_names(head: Sequence[str], below: Sequence[str]) -> bool:
    """Short words in each of three cells or more, and longer ones or figures below them."""
    if len(head) < 3:
        return False
    if not all(0 < len(cell) <= _SHORT and not re.search(r"\d|[.;:]$", cell) for cell in head):
        return False
    return any(len(cell) > _SHORT or re.search(r"\d", cell) for cell in below)
