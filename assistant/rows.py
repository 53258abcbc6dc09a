"""A row of a table said with the names of its columns: "Item: Polo shirt; Colour: White"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.documents import Clause, flow

_EDGE = re.compile(r"[ \n\f]*[\t|][ \n\f]*")


def as_row(outer: Sequence[str], head: str, row: str) -> str:
    """The cells of a row, each behind its column's name, after what leads into the table.

    "" where this is no row of a table, or its cells do not fall under the names.
    """
    names, cells = _cells(head), _cells(row)
    if len(cells) < 2 or not cells[0] or (head and len(cells) != len(names)):
        return ""
    if not head:
        said = ": ".join(cells) if len(cells) == 2 else "; ".join(filter(None, cells))
    else:
        said = "; ".join(_under(*pair) for pair in zip(names, cells, strict=True) if pair[1])
    lead = flow(" ".join(outer))
    tied = "" if not lead or lead[-1] in ":.;" else ":"
    return f"{lead}{tied} {said.rstrip(' .')}.".strip()


def row_of(clause: Clause) -> str:
    """A clause that is a row of a table, said so; "" for any other."""
    return as_row([outer.text for outer in clause.outer], clause.lead_in, clause.text)


def _under(name: str, cell: str) -> str:
    tied = "" if not name or name[-1] in "?:" else ":"
    return f"{name}{tied} {cell}".strip()


def _cells(row: str) -> list[str]:
    if not re.search(r"[\t|]", row):
        return []
    return [flow(cell) for cell in _EDGE.split(row.strip(" |"))]
