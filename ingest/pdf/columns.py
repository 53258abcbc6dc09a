"""Reading order: where a page is set in columns, each is read to its end before the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.pdf.glyphs import Word
from ingest.pdf.lines import segments

_GUTTER = 7.0  # points of white, at least
_NARROWEST = 75.0  # points; a column of prose is no narrower
_DEEPEST = 4  # columns within columns


@dataclass(frozen=True, slots=True)
class Piece:
    """What is never split: the words of a row that stand together, or a table."""

    x0: float
    x1: float
    top: float
    bottom: float
    y: float
    words: tuple[Word, ...] = ()
    table: int = -1  # place in the page's list of tables


@dataclass(frozen=True, slots=True)
class Column:
    """Pieces read from top to bottom, and the width that text may fill."""

    pieces: tuple[Piece, ...]
    x0: float
    x1: float


def pieces_of(row: Sequence[Word]) -> list[Piece]:
    """A row as pieces that a gutter may part."""
    found = []
    for part in segments(row, 0.9):
        size = max(word.style.size for word in part)
        y = max(word.y for word in part)
        found.append(
            Piece(
                min(word.x0 for word in part),
                max(word.x1 for word in part),
                min(word.y - 0.8 * word.style.size for word in part),
                y + 0.2 * size,
                y,
                tuple(part),
            )
        )
    return found


def find_gutters(pieces: Sequence[Piece]) -> list[float]:
    """Left edges of columns that a page plainly shows, for pages that show them less plainly."""
    found: list[float] = []
    for edge in _edges(pieces, 4):
        if any(_are_columns(band, edge, 4) for band in _bands(pieces, edge) if band):
            found.append(edge)
    return found


def read_columns(
    pieces: Sequence[Piece], known: Sequence[float] = (), depth: int = 0
) -> list[Column]:
    """The pieces of a page, or of a part of one, in reading order.

    `known` are gutters of the document's other pages, where fewer lines are proof enough.
    """
    ordered = sorted(pieces, key=lambda piece: (piece.y, piece.x0))
    if depth < _DEEPEST:
        best: tuple[int, float, list[list[Piece]]] | None = None
        for edge in _edges(ordered, 2):
            least = 2 if any(abs(edge - other) < 5 for other in known) else 4
            bands = _bands(ordered, edge)
            size = sum(len(band) for band in bands if _are_columns(band, edge, least))
            if size and (best is None or size > best[0]):
                best = size, edge, bands
        if best is not None:
            _, edge, bands = best
            least = 2 if any(abs(edge - other) < 5 for other in known) else 4
            return _read_bands(bands, edge, least, known, depth)
    return [_column(ordered)] if ordered else []


def _read_bands(
    bands: list[list[Piece]], edge: float, least: int, known: Sequence[float], depth: int
) -> list[Column]:
    columns: list[Column] = []
    plain: list[Piece] = []
    for place, band in enumerate(bands):
        if not _are_columns(band, edge, least):
            plain.extend(band)
            continue
        last = place == len(bands) - 1
        head, band = _head(band, edge)
        band, tail = (band, []) if last else _tail(band, edge)
        plain += head
        if plain:
            columns += read_columns(plain, known, depth + 1)
        left = [piece for piece in band if piece.x0 < edge - 2]
        right = [piece for piece in band if piece.x0 >= edge - 2]
        columns += read_columns(left, known, depth + 1)
        columns += read_columns(right, known, depth + 1)
        plain = list(tail)
    if plain:
        columns += read_columns(plain, known, depth + 1)
    return columns


def _column(pieces: Sequence[Piece]) -> Column:
    return Column(tuple(pieces), min(p.x0 for p in pieces), max(p.x1 for p in pieces))


def _edges(pieces: Sequence[Piece], least: int) -> list[float]:
    """Where several pieces begin, well inside the page: left edges of columns, perhaps."""
    if not pieces:
        return []
    first = min(piece.x0 for piece in pieces) + _NARROWEST
    starts = sorted(piece.x0 for piece in pieces if piece.x0 > first)
    found: list[float] = []
    place = 0
    while place < len(starts):
        end = place
        while end < len(starts) and starts[end] - starts[place] <= 3:
            end += 1
        if end - place >= least:
            found.append(starts[place])
        place = end
    return found[:24]


def _bands(pieces: Sequence[Piece], edge: float) -> list[list[Piece]]:
    """The page cut into stretches that cross the gutter before `edge` and stretches that don't."""
    ordered = sorted(pieces, key=lambda piece: (piece.y, piece.x0))
    bands: list[list[Piece]] = []
    crossing: bool | None = None
    rows: list[list[Piece]] = []
    for piece in ordered:
        if rows and abs(piece.y - rows[-1][0].y) <= 1:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        crosses = any(p.x0 < edge - 2 and p.x1 > edge - _GUTTER for p in row)
        if crosses != crossing:
            bands.append([])
            crossing = crosses
        bands[-1].extend(row)
    return bands


def _are_columns(band: Sequence[Piece], edge: float, least: int, nested: bool = False) -> bool:
    """True where both sides of the gutter are running text and no table's cells or labels."""
    if any(piece.x0 < edge - 2 and piece.x1 > edge - _GUTTER for piece in band):
        return False
    sides = [p for p in band if p.x0 < edge - 2], [p for p in band if p.x0 >= edge - 2]
    left, right = map(_side, sides)
    if min(len(left), len(right)) < least:
        return False
    for lines, side in ((left, sides[0]), (right, sides[1])):
        if not _is_prose(lines) and (nested or not _is_parted(side)):
            return False
    overlap = min(left[-1].bottom, right[-1].bottom) - max(left[0].top, right[0].top)
    shorter = min(left[-1].bottom - left[0].top, right[-1].bottom - right[0].top)
    if overlap < 0.4 * shorter:
        return False
    return not _share_gaps(left, right)


def _side(pieces: Sequence[Piece]) -> list[Piece]:
    """One side of a gutter, its pieces joined to lines."""
    lines: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.y, piece.x0)):
        if lines and abs(lines[-1].y - piece.y) <= 1:
            last = lines[-1]
            lines[-1] = Piece(
                min(last.x0, piece.x0),
                max(last.x1, piece.x1),
                min(last.top, piece.top),
                max(last.bottom, piece.bottom),
                last.y,
                (*last.words, *piece.words),
                max(last.table, piece.table),
            )
        else:
            lines.append(piece)
    return lines


def _is_prose(lines: Sequence[Piece]) -> bool:
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    if x1 - x0 < _NARROWEST:
        return False
    full = sum(line.x1 - line.x0 >= 0.6 * (x1 - x0) for line in lines)
    words = median(len(line.words) if line.words else 9 for line in lines)
    return full >= 0.4 * len(lines) and words >= 3


def _is_parted(side: Sequence[Piece]) -> bool:
    """True where one side of a gutter is itself set in columns."""
    for edge in _edges(side, 4):
        bands = _bands(side, edge)
        held = sum(len(band) for band in bands if _are_columns(band, edge, 4, nested=True))
        if held > 0.6 * len(side):
            return True
    return False


def _share_gaps(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """True where white strips run through both sides, as between the rows of a table."""
    ones, others = _gaps(left), _gaps(right)
    shared = sum(
        any(min(b, d) - max(a, c) > 0.5 * min(b - a, d - c) for c, d in others) for a, b in ones
    )
    return shared >= 2 and shared >= 0.6 * max(len(ones), len(others))


def _gaps(lines: Sequence[Piece]) -> list[tuple[float, float]]:
    pitches = [b.y - a.y for a, b in pairwise(lines)]
    usual = min(pitches, default=0.0)
    return [
        (a.bottom, b.top)
        for a, b in pairwise(lines)
        if b.y - a.y > 1.25 * usual and b.top > a.bottom
    ]


def _head(band: list[Piece], edge: float) -> tuple[list[Piece], list[Piece]]:
    """Part from columns what stands over the right one alone, set off from it."""
    left = [piece for piece in band if piece.x0 < edge - 2]
    right = _side([piece for piece in band if piece.x0 >= edge - 2])
    above = [line for line in right if line.bottom < min(piece.top for piece in left)]
    rest = right[len(above) :]
    usual = min((b.y - a.y for a, b in pairwise(right)), default=0.0)
    if not above or not rest or rest[0].y - above[-1].y <= 1.6 * usual:
        return [], band
    head = [p for p in band if p.x0 >= edge - 2 and p.y <= above[-1].y + 1]
    return head, [piece for piece in band if piece not in head]


def _tail(band: list[Piece], edge: float) -> tuple[list[Piece], list[Piece]]:
    """Part from columns a line or two that stand below both and head what follows."""
    right = [piece.bottom for piece in band if piece.x0 >= edge - 2]
    below = sorted(
        (p for p in band if p.x0 < edge - 2 and p.top > max(right)), key=lambda piece: piece.y
    )
    above = [p for p in band if p.x0 < edge - 2 and p.top <= max(right)]
    if not below or not above or len(_side(below)) > 2:
        return band, []
    usual = min((b.y - a.y for a, b in pairwise(_side(above))), default=0.0)
    if below[0].y - max(p.y for p in above) <= 1.4 * usual:
        return band, []
    return [piece for piece in band if piece not in below], below
