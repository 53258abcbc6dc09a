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

_MOST_CHARACTERS = 100_000  # on one page; more is a poster of the whole Bible, or an attack
_SMALL = 2.0  # points; smaller text is hardly ever meant to be read
_BOLD = re.compile(r"bold|black|heavy|semibold|demi(?!lune)|-bd|,bd", re.I)
_SYMBOLS = re.compile(r"symbol|wingding|webding|dingbat", re.I)
_GLUED = re.compile(r"(?:\(?\d{1,2}(?:\.\d{1,2})*[.)]?|\(?[a-z][.)])(?=[^\W\d_]{2})")
_TICKS = {"\uf0fc": "✓", "\uf0fe": "☑", "\uf0a8": "☐", "\uf06f": "☐", "\uf0e0": "→"}
_SPACES = frozenset([9, 10, 13, 32, 160, *range(0x2000, 0x200B), 0x202F, 0x3000])


@dataclass(frozen=True, slots=True)
class Style:
    """How a word is set; `size` in points as it appears, `colour` as 0xRRGGBB."""

    font: str
    size: float
    bold: bool = False
    italic: bool = False
    colour: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a space among them, in points from the page's top left corner.

    `y` is the baseline. `space` says that white space follows. `turned` words do not run along
    the page's lines. `mark` is the marked content that the word belongs to, or -1; `artifact`
    is what the file itself says is no part of the text.
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


@dataclass(slots=True)
class _Object:
    """What the characters of one text object share."""

    style: Style
    angle: int
    unseen: bool
    mark: int
    artifact: bool
    symbols: bool


@dataclass(slots=True)
class _Raw:
    """A word in user space, before the page is turned upright."""

    box: tuple[float, float, float, float]
    origin: tuple[float, float]
    text: str
    what: _Object
    space: bool


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The words of one page, and how many characters its fonts did not explain."""

    words: tuple[Word, ...]
    frame: Frame
    characters: int = 0
    broken: int = 0


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
    return Glyphs(words, frame, reader.characters, reader.broken)


def _place(word: _Raw, frame: Frame) -> Word:
    x0, _, x1, _ = frame.box(*word.box)
    _, y = frame.at(*word.origin)
    off = abs((word.what.angle - frame.turn + 180) % 360 - 180)
    what = word.what
    return Word(
        x0, x1, y, word.text, what.style, word.space, off > 5, what.unseen, what.mark, what.artifact
    )


class _Reader:
    def __init__(self, page: pdfium.PdfPage) -> None:
        self.text = page.get_textpage()
        self.handle = self.text.raw
        self.characters = 0
        self.broken = 0
        self._objects: dict[int, _Object] = {}
        self._fonts: dict[int, tuple[str, bool, bool]] = {}

    def words(self) -> Iterator[_Raw]:
        handle = self.handle
        get_unicode, get_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
        rect, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        get_origin = raw.FPDFText_GetCharOrigin
        letters: list[str] = []
        first = 0
        left = bottom = right = top = at_x = at_y = size = 0.0
        before, slanted = (0.0, 0.0), False
        for index in range(min(self.text.count_chars(), _MOST_CHARACTERS)):
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
                what = self._object(index)
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
        what = self._object(first)
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
        if label and len(text) == len(letters) and self._object(first + label.end()) is not what:
            # A tab so narrow that the number touches the heading: they are drawn apart.
            middle = self._box(first + label.end()).left or box[2]
            start, end = (box[0], box[1], middle, box[3]), (middle, box[1], box[2], box[3])
            yield _Raw(start, origin, label.group(), what, True)
            yield _Raw(end, (middle, origin[1]), text[label.end() :], what, space)
            return
        yield _Raw(box, origin, text, what, space)

    def _clean(self, text: str, symbols: bool) -> str:
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

    def _object(self, index: int) -> _Object | None:
        found = raw.FPDFText_GetTextObject(self.handle, index)
        if not found:
            return None
        key = ctypes.addressof(found.contents)
        if key not in self._objects:
            self._objects[key] = self._describe(found, index)
        return self._objects[key]

    def _describe(self, found: raw.FPDF_PAGEOBJECT, index: int) -> _Object:
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self.handle, index, matrix)
        size = raw.FPDFText_GetFontSize(self.handle, index) * math.hypot(matrix.c, matrix.d)
        angle = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
        if size < 0:  # the same as half a turn
            size, angle = -size, (angle + 180) % 360
        if size < _SMALL:  # or a font whose letters are drawings, with a unit of its own
            size = max(size, self._box(index).top - self._box(index).bottom)
        name, bold, italic = self._font(found)
        channels = [ctypes.c_uint(0) for _ in range(4)]
        raw.FPDFPageObj_GetFillColor(found, *channels)
        red, green, blue, alpha = (channel.value for channel in channels)
        mode = raw.FPDFTextObj_GetTextRenderMode(found)
        # Word fakes a missing bold by drawing the outline too.
        bold = bold or mode == raw.FPDF_TEXTRENDERMODE_FILL_STROKE
        mark = raw.FPDFPageObj_GetMarkedContentID(found)
        size = round(size, 1) if math.isfinite(size) else 0.0
        style = Style(name, size, bold, italic, red << 16 | green << 8 | blue)
        unseen = mode in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
        return _Object(
            style,
            angle,
            unseen or (alpha == 0 and mode == raw.FPDF_TEXTRENDERMODE_FILL),
            mark,
            _is_artifact(found),
            bool(_SYMBOLS.search(name)),
        )

    def _font(self, found: raw.FPDF_PAGEOBJECT) -> tuple[str, bool, bool]:
        font = raw.FPDFTextObj_GetFont(found)
        if not font:
            return "", False, False
        key = ctypes.addressof(font.contents)
        if key not in self._fonts:
            buffer = ctypes.create_string_buffer(256)
            raw.FPDFFont_GetBaseFontName(font, buffer, 256)
            name = buffer.value.decode("utf-8", "replace")
            name = re.sub(r"^[A-Z]{6}\+", "", name)
            flags = raw.FPDFFont_GetFlags(font)
            bold = bool(_BOLD.search(name)) or bool(flags > 0 and flags & 1 << 18)
            italic = bool(re.search(r"italic|oblique", name, re.I)) or bool(
                flags > 0 and flags & 1 << 6
            )
            self._fonts[key] = (name, bold, italic)
        return self._fonts[key]


def _symbol(letter: str) -> str:
    """What a glyph of a symbol font stands for: nearly always a bullet."""
    if letter in _TICKS:
        return _TICKS[letter]
    if "\ue000" <= letter <= "\uf8ff" or letter in "·§":
        return "•"
    return letter


def _is_artifact(found: raw.FPDF_PAGEOBJECT) -> bool:
    """True where the file marks the text as page furniture ("/Artifact BMC")."""
    for place in range(min(max(raw.FPDFPageObj_CountMarks(found), 0), 8)):
        mark = raw.FPDFPageObj_GetMark(found, place)
        buffer = ctypes.create_string_buffer(64)
        length = ctypes.c_ulong()
        if mark and raw.FPDFPageObjMark_GetName(
            mark, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), 64, length
        ):
            name = buffer.raw[: max(min(length.value, 64) - 2, 0)].decode("utf-16-le", "replace")
            if name == "Artifact":
                return True
    return False
