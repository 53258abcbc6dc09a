"""OpenDocument's tables, with cells that reach over rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ingest.word.archive import Element
from ingest.word.content import Block, Cell, Row, Table
from ingest.word.names import attribute, children, number, tag
from ingest.word.open_styles import Styles

_COLUMNS = 63
_REPEATED = 100  # rows or cells that a file may claim to repeat


def read_table(
    element: Element, styles: Styles, blocks: Callable[[Element], Iterator[Block]]
) -> Table:
    """`blocks` reads a cell's inside."""
    rows: list[Row] = []
    reaching: dict[int, int] = {}  # rows that the cell in a column still covers
    for header, row in _rows(element, header=False):
        cells = tuple(_cells(row, styles, blocks, reaching))
        times = min(number(attribute(row, "table:number-rows-repeated"), 1), _REPEATED)
        empty = not any(cell.blocks for cell in cells)
        rows += [Row(cells, header)] * (1 if empty else max(1, times))
    return Table(tuple(rows))


def _rows(element: Element, *, header: bool) -> Iterator[tuple[bool, Element]]:
    for inner in children(element):
        name = tag(inner)
        if name == "table:table-row":
            yield header, inner
        elif name == "table:table-header-rows":
            yield from _rows(inner, header=True)
        elif name in ("table:table-rows", "table:table-row-group"):
            yield from _rows(inner, header=header)


def _cells(
    row: Element,
    styles: Styles,
    blocks: Callable[[Element], Iterator[Block]],
    reaching: dict[int, int],
) -> Iterator[Cell]:
    column = 0
    spanned = 0  # columns that the cell before still covers in this row
    for cell in children(row, "table:table-cell", "table:covered-table-cell"):
        times = min(max(number(attribute(cell, "table:number-columns-repeated"), 1), 1), _COLUMNS)
        covered = tag(cell) == "table:covered-table-cell"
        inside = () if covered else tuple(blocks(cell))
        shaded = styles.get("table-cell", attribute(cell, "table:style-name")).shaded
        for _ in range(times):
            if column >= _COLUMNS:
                return
            if covered and spanned:
                spanned -= 1
            elif covered:
                merged = reaching.get(column, 0) > 0
                reaching[column] = reaching.get(column, 0) - 1
                yield Cell(merged=merged)
            else:
                span = number(attribute(cell, "table:number-columns-spanned"), 1)
                span = max(1, min(span, _COLUMNS - column))
                down = max(number(attribute(cell, "table:number-rows-spanned"), 1), 1) - 1
                reaching[column] = down
                spanned = span - 1
                yield Cell(inside, span, shaded=shaded)
            column += 1
