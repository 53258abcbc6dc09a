"""A page of a PDF as a picture, with the words of a clause marked on it.

Files are drawn in a process of their own: one that crashes its reader costs only its picture.
"""

from __future__ import annotations

import bisect
import ctypes
import io
import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageChops, ImageDraw

from ingest.apart import Call, run_apart
from ingest.documents import Clause
from ingest.home import document_path
from ingest.index import Held, Index
from ingest.pdf.leaf import open_page
from ingest.pdf.picture import render_page

_SCALE = 1.6  # 115 dots an inch
_WIDEST = 1800  # pixels; more is shown by no screen of ours
_MOST_LETTERS = 60_000  # on one page
_FEWEST = 10  # letters in a row, fewer of which may be a chance likeness
_EDGE = 0.2  # of a page's letters, within which a clause that goes on overleaf ends or begins
_ENOUGH = 0.5  # of a clause's letters, less of which are better not marked at all
_TINT = (255, 226, 120)
_FRAME = (122, 75, 0)

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels


@dataclass(frozen=True)
class Picture:
    """A page as PNG; `found` is the share of the words looked for that are marked on it."""

    page: int
    png: bytes
    found: float


def picture(index: Index, held: Held, clause: Clause | None, page: int) -> Picture | str:
    """A page with a clause marked on it, or a sentence that says why there is no picture."""
    wanted = clause.text if clause is not None else ""
    near = _place_on_page(index.text(held.text_sha256), clause) if clause is not None else 0.0
    if clause is not None and clause.page != page:
        near = 0.0  # what a page break parted goes on at the top
    path = document_path(index.home, held.sha256)
    for _, answer in run_apart([Call(draw, (path, page, wanted, near), 30)]):
        if isinstance(answer, bytes):
            told, _, png = answer.partition(b"\n")
            return Picture(page, png, float(json.loads(told)["found"]))
        return f"Page {page} of {held.source} cannot be drawn: it {answer}."
    return f"Page {page} of {held.source} cannot be drawn; open the original."


def _place_on_page(text: str, clause: Clause) -> float:
    """Where on its page a clause begins, from 0 to 1."""
    start = text.rfind("\f", 0, clause.span.start) + 1
    end = text.find("\f", clause.span.start)
    end = len(text) if end < 0 else end
    return (clause.span.start - start) / max(1, end - start)


def draw(path: Path, page: int, wanted: str, near: float) -> bytes:
    """In the process apart: a line of JSON with the share found, then the PNG."""
    data = path.read_bytes()
    image = Image.open(io.BytesIO(render_page(data, page, _SCALE))).convert("RGB")
    image.thumbnail((_WIDEST, 3 * _WIDEST))
    with pdfium.PdfDocument(data) as document:
        leaf = open_page(document, page)
        letters, boxes = _letters(leaf, image.width, image.height)
    target = _plain(wanted)
    runs = find(letters, target, near) if target else []
    image = _mark(image, [box for start, end in runs for box in _lines(boxes[start:end])])
    found = sum(end - start for start, end in runs) / max(1, len(target))
    file = io.BytesIO()
    image.save(file, "PNG", optimize=False)
    return json.dumps({"found": round(found, 3)}).encode() + b"\n" + file.getvalue()


def _plain(text: str) -> str:
    """Letters and figures alone, so that no line end, hyphen or ligature hides a likeness."""
    return "".join(map(_letter, text))


def _letter(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char).casefold()
    return "".join(c for c in folded if c.isalnum())


def _letters(leaf: pdfium.PdfPage, wide: int, high: int) -> tuple[str, list[Box]]:
    """A page's letters in the order of its text, and the box of each in the picture."""
    text = leaf.get_textpage()
    letters: list[str] = []
    boxes: list[Box] = []
    rect, x, y = raw.FS_RECTF(), ctypes.c_int(), ctypes.c_int()
    try:
        for place in range(min(text.count_chars(), _MOST_LETTERS)):
            code = raw.FPDFText_GetUnicode(text.raw, place)
            plain = _letter(chr(code)) if 0x20 < code < 0xD800 or code > 0xDFFF else ""
            if not plain or not raw.FPDFText_GetLooseCharBox(text.raw, place, rect):
                continue
            corners = []
            for across, up in ((rect.left, rect.top), (rect.right, rect.bottom)):
                raw.FPDF_PageToDevice(leaf.raw, 0, 0, wide, high, 0, across, up, x, y)
                corners.append((x.value, y.value))
            (ax, ay), (bx, by) = corners
            box = (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
            for letter in plain:
                letters.append(letter)
                boxes.append(box)
    finally:
        text.close()
    return "".join(letters), boxes


def find(page: str, wanted: str, near: float = 0.0) -> list[tuple[int, int]]:
    """Where the letters wanted stand among a page's letters, as runs in the page's order.

    All of them in one place, the nearest to `near` (0 top, 1 bottom) if there are several; else
    their beginning at the page's end or their end at its beginning, for a page may break a clause;
    else what of them stands in longer runs.
    """
    whole = list(_occurrences(page, wanted))
    if whole:
        start = min(whole, key=lambda at: abs(at - near * len(page)))
        return [(start, start + len(wanted))]
    cut = _cut_by_the_page(page, wanted)
    runs = [r for r in _in_runs(page, wanted) if r[1] - r[0] >= _FEWEST]
    length = sum(end - start for start, end in runs)
    if length >= _ENOUGH * len(wanted) and length > sum(end - start for start, end in cut):
        return runs
    return cut


def _occurrences(page: str, wanted: str) -> Iterator[int]:
    at = page.find(wanted)
    while wanted and at >= 0:
        yield at
        at = page.find(wanted, at + 1)


def _cut_by_the_page(page: str, wanted: str) -> list[tuple[int, int]]:
    """The longest beginning, or else end, of the words that stands on the page."""
    lengths = range(1, len(wanted))
    begun = bisect.bisect_left(lengths, True, key=lambda n: wanted[:n] not in page)
    ended = bisect.bisect_left(lengths, True, key=lambda n: wanted[-n:] not in page)
    runs = []
    if begun >= _FEWEST:
        at = page.rfind(wanted[:begun])
        runs.append((at, at + begun, len(page) - at - begun))
    if ended >= _FEWEST:
        at = page.find(wanted[-ended:])
        runs.append((at, at + ended, at))
    # Elsewhere on the page it is another clause that begins or ends alike.
    cut = [(a, b) for a, b, off in runs if off < _EDGE * len(page)]
    return sorted(cut, key=lambda run: run[0] - run[1])[:1]


def _in_runs(page: str, wanted: str) -> list[tuple[int, int]]:
    match = SequenceMatcher(None, page, wanted, autojunk=len(page) * len(wanted) > 10_000_000)
    return [(m.a, m.a + m.size) for m in match.get_matching_blocks() if m.size]


def _lines(boxes: Sequence[Box]) -> list[Box]:
    """The boxes of letters joined into one a line."""
    made: list[Box] = []
    for left, top, right, bottom in boxes:
        if made:
            a, b, c, d = made[-1]
            level = min(bottom, d) - max(top, b) > 0.5 * min(bottom - top, d - b)
            if level and left - c < 3 * (bottom - top) and right >= a:
                made[-1] = (min(a, left), min(b, top), max(c, right), max(d, bottom))
                continue
        made.append((left, top, right, bottom))
    return made


def _mark(image: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """Tinted as with a felt pen, and underlined, for colour alone does not show to everybody."""
    tint = Image.new("RGB", image.size, (255, 255, 255))
    pen = ImageDraw.Draw(tint)
    for left, top, right, bottom in boxes:
        pen.rectangle((left - 2, top - 1, right + 2, bottom + 1), fill=_TINT)
    marked = ImageChops.multiply(image, tint)
    pen = ImageDraw.Draw(marked)
    for left, _, right, bottom in boxes:
        pen.line((left - 2, bottom + 2, right + 2, bottom + 2), fill=_FRAME, width=2)
    return marked
