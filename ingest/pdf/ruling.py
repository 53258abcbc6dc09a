"""What is drawn on a page besides its words: ruling lines, filled areas, images."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.pdf.frame import Frame

_MOST_OBJECTS = 6000  # a drawing with more is no table
_MOST_SEGMENTS = 200  # of one path
_THIN = 3.0  # points; a filled box this thin is a line
_SHORTEST = 4.0

Box = tuple[float, float, float, float]  # x0, y0, x1, y1; y downwards
_Matrix = tuple[float, float, float, float, float, float]
_PLAIN: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Ruling:
    """Level and upright lines, and areas that text may stand on, in points from the top left."""

    level: list[Box] = field(default_factory=list)
    upright: list[Box] = field(default_factory=list)
    fills: list[tuple[Box, int]] = field(default_factory=list)  # with colour, 0xRRGGBB
    images: list[Box] = field(default_factory=list)


def read_ruling(page: pdfium.PdfPage, frame: Frame) -> Ruling:
    """Lines and areas of a page; one with more than any table has keeps only what they stand on."""
    ruling = Ruling()
    for count, (found, matrix) in enumerate(_objects(page)):
        if count > _MOST_OBJECTS:
            return Ruling(fills=ruling.fills, images=ruling.images)
        kind = raw.FPDFPageObj_GetType(found)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            if box := _bounds(found, matrix, frame):
                ruling.images.append(box)
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            _add_path(found, matrix, frame, ruling)
    return ruling


def _objects(page: pdfium.PdfPage) -> Iterator[tuple[raw.FPDF_PAGEOBJECT, _Matrix]]:
    for place in range(raw.FPDFPage_CountObjects(page.raw)):
        found = raw.FPDFPage_GetObject(page.raw, place)
        if found:
            yield from _inside(found, _PLAIN, 0)


def _inside(
    found: raw.FPDF_PAGEOBJECT, matrix: _Matrix, nesting: int
) -> Iterator[tuple[raw.FPDF_PAGEOBJECT, _Matrix]]:
    """The object, or what a form holds; forms in forms are followed a few levels only."""
    if raw.FPDFPageObj_GetType(found) != raw.FPDF_PAGEOBJ_FORM:
        yield found, matrix
        return
    if nesting >= 4:
        return
    inner = _times(_matrix(found), matrix)
    for place in range(min(max(raw.FPDFFormObj_CountObjects(found), 0), _MOST_OBJECTS)):
        part = raw.FPDFFormObj_GetObject(found, place)
        if part:
            yield from _inside(part, inner, nesting + 1)


def _matrix(found: raw.FPDF_PAGEOBJECT) -> _Matrix:
    m = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(found, m):
        return _PLAIN
    return m.a, m.b, m.c, m.d, m.e, m.f


def _times(one: _Matrix, two: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _bounds(found: raw.FPDF_PAGEOBJECT, matrix: _Matrix, frame: Frame) -> Box | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(found, left, bottom, right, top):
        return None
    corners = [(left.value, bottom.value), (right.value, top.value)]
    return _box([frame.at(*_apply(matrix, x, y)) for x, y in corners])


def _apply(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _box(points: list[tuple[float, float]]) -> Box | None:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if not all(map(math.isfinite, xs)) or not all(map(math.isfinite, ys)):
        return None
    return min(xs), min(ys), max(xs), max(ys)


def _add_path(found: raw.FPDF_PAGEOBJECT, matrix: _Matrix, frame: Frame, ruling: Ruling) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(found, fill, stroke)
    box = _bounds(found, matrix, frame)
    if box is None or not (fill.value or stroke.value):
        return
    wide, high = box[2] - box[0], box[3] - box[1]
    if min(wide, high) <= _THIN:
        colour = _colour(found, bool(stroke.value))
        if colour != 0xFFFFFF and max(wide, high) >= _SHORTEST:
            _add_line(box, ruling)
        return
    segments = raw.FPDFPath_CountSegments(found)
    if fill.value:
        for part in _parts(found, matrix, frame) if 6 < segments <= _MOST_SEGMENTS else [box]:
            if min(part[2] - part[0], part[3] - part[1]) > _THIN:
                ruling.fills.append((part, _colour(found, False)))
            elif max(part[2] - part[0], part[3] - part[1]) >= _SHORTEST:
                _add_line(part, ruling)
    if stroke.value and 2 <= segments <= _MOST_SEGMENTS and _colour(found, True) != 0xFFFFFF:
        points = list(_points(found, matrix, frame))
        for (x0, y0, _, _), (x1, y1, moved, closes) in zip(
            [points[-1], *points[:-1]], points, strict=True
        ):
            if not moved:
                _add_edge((x0, y0), (x1, y1), ruling)
            if closes:
                start = _start_of(points, (x1, y1))
                _add_edge((x1, y1), start, ruling)


def _start_of(
    points: list[tuple[float, float, bool, bool]], end: tuple[float, float]
) -> tuple[float, float]:
    """Where the stretch that closes at `end` began."""
    start = points[0][:2]
    for x, y, moved, closes in points:
        if moved:
            start = x, y
        if closes and (x, y) == end:
            return start
    return start


def _points(
    found: raw.FPDF_PAGEOBJECT, matrix: _Matrix, frame: Frame
) -> Iterator[tuple[float, float, bool, bool]]:
    """x, y, whether the pen only moved here, and whether the outline closes here."""
    whole = _times(_matrix(found), matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    for place in range(raw.FPDFPath_CountSegments(found)):
        segment = raw.FPDFPath_GetPathSegment(found, place)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        at = frame.at(*_apply(whole, x.value, y.value))
        moved = raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO
        yield at[0], at[1], moved, bool(raw.FPDFPathSegment_GetClose(segment))


def _parts(found: raw.FPDF_PAGEOBJECT, matrix: _Matrix, frame: Frame) -> Iterator[Box]:
    """The boxes of a path that draws several."""
    part: list[tuple[float, float]] = []
    for x, y, moved, _ in _points(found, matrix, frame):
        if moved and len(part) > 2 and (box := _box(part)):
            yield box
        part = [(x, y)] if moved else [*part, (x, y)]
    if len(part) > 2 and (box := _box(part)):
        yield box


def _add_edge(one: tuple[float, float], two: tuple[float, float], ruling: Ruling) -> None:
    box = _box([one, two])
    if box and min(box[2] - box[0], box[3] - box[1]) <= 1:
        _add_line(box, ruling)


def _add_line(box: Box, ruling: Ruling) -> None:
    x0, y0, x1, y1 = box
    if x1 - x0 >= y1 - y0:
        middle = (y0 + y1) / 2
        ruling.level.append((x0, middle, x1, middle))
    else:
        middle = (x0 + x1) / 2
        ruling.upright.append((middle, y0, middle, y1))


def _colour(found: raw.FPDF_PAGEOBJECT, stroke: bool) -> int:
    channels = [ctypes.c_uint(0) for _ in range(4)]
    read = raw.FPDFPageObj_GetStrokeColor if stroke else raw.FPDFPageObj_GetFillColor
    read(found, *channels)
    red, green, blue, alpha = (channel.value for channel in channels)
    return 0xFFFFFF if alpha == 0 else red << 16 | green << 8 | blue
