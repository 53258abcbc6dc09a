"""Tables as lines: which rows name the columns, and which tables only lay out a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.extract import Role
from ingest.word.content import Block, Cell, Ink, Note, Paragraph, Row, Table

_DEEPEST = 20  # tables within tables


@dataclass(frozen=True)
class FlatRow:
    """A row as one line, its cells parted by tabs; notes stand at offsets into it."""

    text: str
    role: Role
    notes: tuple[Note, ...]


def unfold(blocks: Sequence[Block], depth: int = 0) -> list[Block]:
    """The blocks with layout tables opened into the paragraphs that they place on the page."""
    opened: list[Block] = []
    for block in blocks:
        if isinstance(block, Table) and (depth > _DEEPEST or _lays_out(block)):
            for row in block.rows:
                for cell in row.cells:
                    opened += unfold(cell.blocks, depth + 1)
        else:
            opened.append(block)
    return opened


def flat_rows(table: Table) -> list[FlatRow]:
    """The rows that say something; a merged cell's words stand in each of its rows."""
    above: dict[int, str] = {}
    found: list[FlatRow] = []
    heads = _heads(table)
    for position, row in enumerate(table.rows):
        cells: list[str] = []
        notes: list[Note] = []
        length = column = 0
        below: dict[int, str] = {}
        for cell in row.cells:
            words, own = flatten(cell.blocks)
            if cell.merged:
                words, own = above.get(column, ""), ()
            below[column] = words
            column += cell.span
            notes += [Note(note.at + length, note.label, note.lines) for note in own]
            cells += [words, *[""] * (cell.span - 1)]
            length += len(words) + cell.span
        above = below
        if any(cells):
            role: Role = "header" if position < heads else "row"
            found.append(FlatRow("\t".join(cells), role, tuple(notes)))
    return found


def flatten(blocks: Sequence[Block]) -> tuple[str, tuple[Note, ...]]:
    """Paragraphs and inner tables as one line, with their notes where they stand in it."""
    ink = Ink()
    notes: list[Note] = []
    for paragraph in paragraphs(blocks):
        ink.write(" ")
        if paragraph.label:
            ink.write(f"{paragraph.label} ")
        notes += ink.join(paragraph.text.replace("\n", " "), paragraph.notes)
    return ink.text, tuple(notes)


def paragraphs(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    """All paragraphs, also those in tables, in order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from paragraphs(cell.blocks)


def _words(cell: Cell) -> int:
    return sum(len(p.text.split()) for p in paragraphs(cell.blocks))


def _full(row: Row) -> list[Cell]:
    return [cell for cell in row.cells if _words(cell)]


def _lays_out(table: Table) -> bool:
    """True for a box around text, and for columns of prose that no line rules."""
    rows = [row for row in table.rows if _full(row)]
    if len(rows) <= 1:
        return True
    if all(len(row.cells) == 1 for row in rows):
        return True
    alone = all(len(_full(row)) == 1 for row in rows)
    if alone and any(_words(cell) > 25 for row in rows for cell in row.cells):
        return True  # prose beside an empty column; names beside one are a form to fill in
    if any(row.header for row in rows):
        return False
    inner = [cell for row in rows for cell in _full(row)]
    headed = any(
        isinstance(b, Paragraph) and b.heading and len(cell.blocks) > 2
        for cell in inner
        for b in cell.blocks
    )
    nested = any(isinstance(b, Table) for cell in inner for b in cell.blocks)
    long = any(len(cell.blocks) >= 3 or _words(cell) > 80 for cell in inner)
    return (headed and len(rows) <= 3) or (long and not table.ruled and (nested or len(rows) <= 3))


def _heads(table: Table) -> int:
    """How many rows at the top name the columns."""
    rows = table.rows
    count = 0
    while count < len(rows) - 1 and count < 3 and rows[count].header:
        count += 1
    if count or len(rows) < 2:
        return count
    first, rest = rows[0], rows[1:]
    full = _full(first)
    if len(full) < 2 or len(full) < len(first.cells) - 1:
        return 0
    if any(_words(cell) > 12 for cell in full):
        return 0
    if _set_apart(first) and not any(_set_apart(row) for row in rest[:2]):
        return 1
    return 1 if _names_columns(full, rest) else 0


def _set_apart(row: Row) -> bool:
    """All of a row's cells are bold, or all are shaded."""
    full = _full(row)
    bold = all(p.looks.bold for cell in full for p in paragraphs(cell.blocks) if p.text)
    return bool(full) and (bold or all(cell.shaded for cell in full))


def _names_columns(full: Sequence[Cell], rest: Sequence[Row]) -> bool:
    """A plain first row of a few words over columns of which one holds prose."""
    if len(rest) < 2 or any(_words(cell) > 4 for cell in full):
        return False
    text = " ".join(flatten(cell.blocks)[0] for cell in full)
    if any(letter.isdigit() or letter in ".:;?" for letter in text):
        return False
    same = [row.cells for row in rest if len(row.cells) == len(full)]
    if not same:
        return False
    if len(full) >= 3 and len(same) >= 3:
        own = sum(map(_words, full))
        others = [sum(map(_words, cells)) for cells in same]
        shorter = sum(other < own for other in others)
        if 4 * shorter <= len(others) and own <= 0.7 * sum(others) / len(others):
            return True
    return any(
        sum(_words(cells[column]) for cells in same) / len(same) >= 8 for column in range(len(full))
    )
