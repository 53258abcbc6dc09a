"""A page's characters as words with a place and a style, as PDFium sees them."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.clean import clean
from ingest.pdf.frame import Frame, page_box
from ingest.pdf.styles import Style, TextObject, TextObjects

_MOST_CHARACTERS = 100_000  # on one page; more is a poster of the whole Bible, or an attack
_GLUED = re.compile(r"(?:\(?\d{1,2}(?:\.\d{1,2})*[.)]?|\(?[a-z][.)])(?=[^\W\d_]{2})")
_TICKS = {"\uf0fc": "✓", "\uf0fe": "☑", "\uf0a8": "☐", "\uf06f": "☐", "\uf0e0": "→"}
_SPACES = frozenset([9, 10, 13, 32, 160, *range(0x2000, 0x200B), 0x202F, 0x3000])


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a space among them, in points from the page's top left corner.

    `y` is the baseline. `space` says that white space follows. `turned` words do not run along
    the page's lines. `mark` is the marked content that the word belongs to, or -1; `artifact`
    is what the file itself says is no part of the text, `layer` what it may show or not.
    """

    x0: float
    x1: float
    y: float
    text: str
    style: Style
    space: bool = False
    turned: bool = False
    unseen: bool = False  # drawn in the mode that leaves no ink, as OCR layers are
    mark: int = -1
    artifact: bool = False
    layer: bool = False


@dataclass(slots=True)
class _Raw:
    """A word in user space, before the page is turned upright."""

    box: tuple[float, float, float, float]
    origin: tuple[float, float]
    text: str
    what: TextObject
    space: bool


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The words of one page, and how many characters its fonts did not explain."""

    words: tuple[Word, ...]
    frame: Frame
    characters: int = 0
    broken: int = 0
    cut: bool = False  # the page holds more characters than we read


def read_glyphs(page: pdfium.PdfPage) -> Glyphs:
    """The words of a page in the order in which they are drawn.

    Raises pdfium.PdfiumError where the page's text cannot be loaded.
    """
    reader = _Reader(page)
    try:
        found = list(reader.words())
    finally:
        reader.text.close()
    angles: Counter[int] = Counter()
    for word in found:
        angles[word.what.angle] += len(word.text)
    turn = round(angles.most_common(1)[0][0] / 90) * 90 % 360 if angles else page.get_rotation()
    box = page_box(page)
    frame = Frame(*box, turn=turn)
    words = tuple(_place(word, frame) for word in found)
    return Glyphs(words, frame, reader.characters, reader.broken, reader.count > _MOST_CHARACTERS)


def _place(word: _Raw, frame: Frame) -> Word:
    x0, _, x1, _ = frame.box(*word.box)
    _, y = frame.at(*word.origin)
    off = abs((word.what.angle - frame.turn + 180) % 360 - 180)
    what = word.what
    return Word(
        x0,
        x1,
        y,
        word.text,
        what.style,
        word.space,
        off > 5,
        what.unseen,
        what.mark,
        what.artifact,
        what.layer,
    )


class _Reader:
    def __init__(self, page: pdfium.PdfPage) -> None:
        self.text = page.get_textpage()
        self.handle = self.text.raw
        self.count = self.text.count_chars()
        self.characters = 0
        self.broken = 0
        self._objects = TextObjects(self.handle)

    def words(self) -> Iterator[_Raw]:
        handle = self.handle
        get_unicode, get_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
        rect, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        get_origin = raw.FPDFText_GetCharOrigin
        letters: list[str] = []
        first = 0
        left = bottom = right = top = at_x = at_y = size = 0.0
        before, slanted = (0.0, 0.0), False
        for index in range(min(self.count, _MOST_CHARACTERS)):
            code = get_unicode(handle, index)
            if code in _SPACES:
                if code < 32 and raw.FPDFText_IsGenerated(handle, index) != 1:
                    # No line end that PDFium made up: a font without a table of its letters.
                    self.characters += 1
                    self.broken += 1
                if letters:
                    box = left, bottom, right, top
                    yield from self._word(letters, first, box, (at_x, at_y), True)
                    letters = []
                continue
            if not (get_box(handle, index, rect) and get_origin(handle, index, x, y)):
                continue
            x0, y0, x1, y1 = rect.left, rect.bottom, rect.right, rect.top
            if letters:
                high = max(top - bottom, 1.0)
                if slanted:
                    apart = math.dist((x.value, y.value), before) > 2 * size
                else:
                    # A superscript, another line, or a leap: a new word, no space before it.
                    level = abs(y.value - at_y) <= 0.1 * high
                    apart = not level or not -high < x0 - right < 0.5 * high
                if apart:
                    box = left, bottom, right, top
                    yield from self._word(letters, first, box, (at_x, at_y), False)
                    letters = []
            if not letters:
                first, left, bottom, right, top = index, x0, y0, x1, y1
                at_x, at_y = x.value, y.value
                what = self._objects.of(index)
                slanted = what is not None and 2 < what.angle < 358
                size = what.style.size if what is not None else 1.0
            else:
                left, right = min(left, x0), max(right, x1)
                bottom, top = min(bottom, y0), max(top, y1)
            before = x.value, y.value
            letters.append(chr(code) if code <= 0x10FFFF else "\ufffd")
        if letters:
            yield from self._word(letters, first, (left, bottom, right, top), (at_x, at_y), True)

    def _word(
        self,
        letters: list[str],
        first: int,
        box: tuple[float, float, float, float],
        origin: tuple[float, float],
        space: bool,
    ) -> Iterator[_Raw]:
        what = self._objects.of(first)
        if what is None:
            return
        text = "".join(letters)
        self.characters += len(text)
        if not (text.isascii() and text.isprintable()):
            text = self._clean(text, what.symbols)
        if not text:
            return
        if not all(map(math.isfinite, (*origin, *box))):
            return
        label = _GLUED.match(text)
        body = first + label.end() if label and len(text) == len(letters) else first
        if label and self._objects.of(body) is not what:
            # A tab so narrow that the number touches the heading: they are drawn apart.
            middle = self._box(body).left or box[2]
            start, end = (box[0], box[1], middle, box[3]), (middle, box[1], box[2], box[3])
            yield _Raw(start, origin, label.group(), what, True)
            yield _Raw(end, (middle, origin[1]), text[label.end() :], what, space)
            return
        yield _Raw(box, origin, text, what, space)

    def _clean(self, text: str, symbols: bool) -> str:
        # PDFium counts in UTF-16: two halves make one of the newer characters.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        # What stands at a line's end where a word is broken, in PDFium's words or the file's.
        text = re.sub("[\u0002\u00ad]$", "-", text)
        if symbols or any("\uf000" <= letter <= "\uf0ff" for letter in text):
            text = "".join(map(_symbol, text))
        self.broken += sum(c < " " or c == "\ufffd" or "\ue000" <= c <= "\uf8ff" for c in text)
        return clean(text, keep="").strip()

    def _box(self, index: int) -> raw.FS_RECTF:
        """Of one character; all nought where it has none."""
        rect = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(self.handle, index, rect)
        return rect


def _symbol(letter: str) -> str:
    """What a glyph of a symbol font stands for: nearly always a bullet."""
    if letter in _TICKS:
        return _TICKS[letter]
    if "\ue000" <= letter <= "\uf8ff" or letter in "·§":
        return "•"
    return letter
