"""Word's tables, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ingest.word.archive import Element
from ingest.word.content import Block, Cell, Row, Table
from ingest.word.names import attribute, child, children, number, switch, tag, value
from ingest.word.runs import CHANGED, choose
from ingest.word.styles import Styles

_COLUMNS = 63  # Word's own limit
_THROUGH = frozenset(("w:customXml", "w:ins", "w:moveTo", "w:sdtContent"))
_WHITE = ("auto", "ffffff")

Blocks = Callable[[Element], Iterator[Block]]


def read_table(
    element: Element, styles: Styles, blocks: Blocks, warnings: dict[str, None]
) -> Table:
    """`blocks` reads a cell's inside; `warnings` take note of rows that are left out."""
    properties = child(element, "w:tblPr")
    name = value(properties, "w:tblStyle")
    apart = _marks_first_row(properties) and styles.table(name).first_row
    borders = child(properties, "w:tblBorders")
    if borders is not None:
        ruled = any(attribute(b, "w:val") not in ("none", "nil") for b in children(borders))
    else:
        ruled = bool(name) and styles.table(name).names[:1] != ("Normal Table",)
    rows: list[Row] = []
    for row in _through(element, "w:tr"):
        about = child(row, "w:trPr")
        if child(about, "w:del") is not None:
            warnings[CHANGED] = None
        else:
            header = switch(about, "w:tblHeader") or (apart and not rows)
            rows.append(Row(tuple(_cells(row, about, blocks)), bool(header)))
    return Table(tuple(rows), ruled)


def _marks_first_row(properties: Element | None) -> bool:
    look = child(properties, "w:tblLook")
    said = attribute(look, "w:firstRow")
    if said:
        return said in ("1", "true", "on")
    try:
        return bool(int(attribute(look, "w:val", "0"), 16) & 0x20)
    except ValueError:
        return False


def _cells(row: Element, about: Element | None, blocks: Blocks) -> Iterator[Cell]:
    before = min(number(value(about, "w:gridBefore")), _COLUMNS)
    if before > 0:
        yield Cell(span=before)
    for cell in _through(row, "w:tc"):
        properties = child(cell, "w:tcPr")
        if child(properties, "w:cellDel") is not None:
            continue
        merge = child(properties, "w:vMerge")
        merged = merge is not None and attribute(merge, "w:val", "continue") != "restart"
        shade = child(properties, "w:shd")
        inside = tuple(blocks(cell))
        yield Cell(
            inside,
            span=max(1, min(number(value(properties, "w:gridSpan"), 1), _COLUMNS)),
            merged=merged and not any(isinstance(b, Table) or b.text for b in inside),
            shaded=shade is not None and attribute(shade, "w:fill", "auto").lower() not in _WHITE,
        )


def _through(element: Element | None, name: str) -> Iterator[Element]:
    """Rows or cells, also those wrapped in content controls."""
    for inner in children(element):
        if tag(inner) == name:
            yield inner
        elif tag(inner) in _THROUGH:
            yield from _through(inner, name)
        elif tag(inner) == "w:sdt":
            yield from _through(child(inner, "w:sdtContent"), name)
        elif tag(inner) == "mc:AlternateContent":
            yield from _through(choose(inner), name)
