"""Pages to entries: lines and table rows in the order in which people read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.extract import Role
from ingest.pdf.columns import Column, Piece, find_gutters, pieces_of, read_columns
from ingest.pdf.frame import Frame
from ingest.pdf.glyphs import Word
from ingest.pdf.lines import Line, make_line, make_rows
from ingest.pdf.margins import Sheet, find_margins
from ingest.pdf.ruling import Box, Ruling
from ingest.pdf.tables import Row, Table, cell_text, find_tables
from ingest.pdf.tags import Tag
from ingest.pdf.unruled import align


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the text to be: printed line or table row, with the column it stands in.

    `column` differs between columns of a page, `left` and `right` are its bounds. `table` counts
    the document's tables from 0; a table that goes on after a page break keeps its number.
    """

    page: int
    line: Line
    left: float
    right: float
    column: int = 0
    text: str = ""
    role: Role = ""
    table: int = -1
    goes_on: bool = False  # a table's row that began on the page before
    underlined: bool = False
    block: int = -1  # the paragraph of a tagged PDF, counted within its page
    tag: str = ""  # what that paragraph is: "P", "H1", "LBody", …

    @property
    def text_is_row(self) -> bool:
        """A row of cells, ruled or not."""
        return self.role in ("row", "header") or "\t" in self.text


@dataclass(frozen=True, slots=True)
class Page:
    """What is on a page, its words parted from its drawings."""

    frame: Frame
    words: tuple[Word, ...]
    turned: tuple[Word, ...]
    ruling: Ruling
    tags: dict[int, Tag] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Laid:
    """A page's entries: its text, and what stands in its margins or across it."""

    body: list[Entry] = field(default_factory=list)
    head: list[Entry] = field(default_factory=list)
    foot: list[Entry] = field(default_factory=list)


def lay_out(pages: Sequence[Page]) -> list[Laid]:
    """Entries of every page, page by page."""
    rows = [make_rows(page.words) for page in pages]
    tables = [find_tables(page.words, page.ruling) for page in pages]
    sheets = [
        Sheet(page.frame.height, tuple(map(tuple, mine)), _tabled(page, mine, found))
        for page, mine, found in zip(pages, rows, tables, strict=True)
    ]
    margins = find_margins(sheets)
    pieces: list[list[Piece]] = []
    for place, (page, mine, edge) in enumerate(zip(pages, rows, margins, strict=True)):
        aside = {id(word) for row in edge for word in mine[row]}
        words = [word for word in page.words if id(word) not in aside]
        if aside and tables[place]:
            tables[place] = find_tables(words, page.ruling)
        pieces.append(_pieces(words, tables[place]))
    gutters = [find_gutters(mine) for mine in pieces]
    known = [x for mine in gutters for x in mine]
    laid: list[Laid] = []
    numbers = _number_tables(tables)
    for place, page in enumerate(pages):
        columns = read_columns(pieces[place], known)
        result = Laid(body=_entries(place, page, columns, tables[place], numbers[place]))
        for row in sorted(margins[place]):
            entry = _margin(place, page, rows[place][row])
            (result.head if entry.line.y < page.frame.height / 2 else result.foot).append(entry)
        result.foot.extend(_across(place, page))
        laid.append(result)
    return laid


def _tabled(page: Page, rows: Sequence[Sequence[Word]], tables: Sequence[Table]) -> frozenset[int]:
    """Rows in tables that are no head or foot themselves."""
    boxes = [
        t.box
        for t in tables
        if not (t.box[3] < 0.25 * page.frame.height or t.box[1] > 0.8 * page.frame.height)
    ]
    return frozenset(
        place
        for place, row in enumerate(rows)
        if any(
            b[1] <= row[0].y <= b[3] + 1 and row[0].x0 <= b[2] and row[-1].x1 >= b[0] for b in boxes
        )
    )


def _pieces(words: Sequence[Word], tables: Sequence[Table]) -> list[Piece]:
    held = {id(w) for table in tables for row in table.rows for cell in row.cells for w in cell}
    pieces = [
        piece
        for row in make_rows([word for word in words if id(word) not in held])
        for piece in pieces_of(row)
    ]
    for place, table in enumerate(tables):
        x0, y0, x1, y1 = table.box
        pieces.append(Piece(x0, x1, y0, y1, y0 + 1, table=place))
    return pieces


def _number_tables(tables: Sequence[Sequence[Table]]) -> list[list[int]]:
    count = 0
    numbers: list[list[int]] = []
    for mine in tables:
        numbers.append(list(range(count, count + len(mine))))
        count += len(mine)
    return numbers


def _entries(
    place: int, page: Page, columns: Sequence[Column], tables: Sequence[Table], numbers: list[int]
) -> list[Entry]:
    entries: list[Entry] = []
    level = page.ruling.level
    for number, column in enumerate(columns):
        right = _right(column)
        rows: list[list[Word]] = []
        for piece in (*column.pieces, None):
            if piece is None or piece.table >= 0:
                for group in align(rows):
                    line = make_line(group.words)
                    tag = _tag(line, page)
                    entries.append(
                        Entry(
                            place,
                            line,
                            column.x0,
                            right,
                            number,
                            group.text or line.text,
                            group.role,
                            underlined=_is_underlined(line, level),
                            block=tag.block,
                            tag=tag.kind,
                        )
                    )
                rows = []
            if piece is not None and piece.table >= 0:
                table = tables[piece.table]
                entries += [
                    _row(place, row, table, numbers[piece.table], number) for row in table.rows
                ]
            elif piece is not None:
                if rows and _same_row(rows[-1], piece):
                    rows[-1].extend(piece.words)
                else:
                    rows.append(list(piece.words))
    return entries


def _tag(line: Line, page: Page) -> Tag:
    """The paragraph to which most of a line's letters belong."""
    letters: Counter[Tag] = Counter()
    for word in line.words if page.tags else ():
        if tag := page.tags.get(word.mark):
            letters[tag] += len(word.text)
    return letters.most_common(1)[0][0] if letters else Tag(-1, "")


def _same_row(row: Sequence[Word], piece: Piece) -> bool:
    """Raised words may stand between the pieces of their row."""
    return (
        abs(row[0].y - piece.words[0].y) <= 1.5 or abs(max(word.y for word in row) - piece.y) <= 1
    )


def _right(column: Column) -> float:
    """Where the text of a column ends; one line that sticks out does not count."""
    ends = sorted((p.x1 for p in column.pieces if p.table < 0), reverse=True)
    if not ends:
        return column.x1
    return ends[2] if len(ends) >= 10 else ends[0]


def _row(place: int, row: Row, table: Table, number: int, column: int) -> Entry:
    words = [word for cell in row.cells for word in cell]
    texts = [cell_text(cell) for cell in row.cells]
    role: Role = "header" if row.names else "row"
    line = make_line(words)
    return Entry(
        place, line, table.box[0], table.box[2], column, "\t".join(texts), role, table=number
    )


def _margin(place: int, page: Page, row: Sequence[Word]) -> Entry:
    line = make_line(row)
    return Entry(place, line, 0, page.frame.width, -1, line.text, "furniture")


def _across(place: int, page: Page) -> list[Entry]:
    """Watermarks and words up the side; each line of them is one entry."""
    lines: list[list[Word]] = []
    for word in page.turned:
        if lines and lines[-1][-1].style == word.style and len(lines[-1]) < 40:
            lines[-1].append(word)
        else:
            lines.append([word])
    found = []
    for words in lines:
        text = " ".join(word.text for word in words)
        line = make_line(words)
        found.append(Entry(place, line, 0, page.frame.width, -1, text, "furniture"))
    return found


def _is_underlined(line: Line, level: Sequence[Box]) -> bool:
    drawn = sum(
        min(x1, line.x1) - max(x0, line.x0)
        for x0, y, x1, _ in level
        if 0 < y - line.y + 0.5 < 0.3 * line.size + 0.5 and x1 > line.x0 and x0 < line.x1
        # A rule across the page under a heading is no underline of it, but serves as well.
    )
    start = line.body if line.label else line.x0
    return drawn > 0.75 * (line.x1 - start)
