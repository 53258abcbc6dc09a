"""How a page's text objects are set: font, size, angle, colour, and what marks they bear."""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass

import pypdfium2.raw as raw

_SMALL = 2.0  # points; smaller text is hardly ever meant to be read
_BOLD = re.compile(r"bold|black|heavy|semibold|demi(?!lune)|-bd|,bd", re.I)
_SYMBOLS = re.compile(r"symbol|wingding|webding|dingbat", re.I)


@dataclass(frozen=True, slots=True)
class Style:
    """How a word is set; `size` in points as it appears, `colour` as 0xRRGGBB."""

    font: str
    size: float
    bold: bool = False
    italic: bool = False
    colour: int = 0


@dataclass(frozen=True, slots=True)
class TextObject:
    """What the characters of one text object share."""

    style: Style
    angle: int
    unseen: bool  # drawn in a mode, or a colour, that leaves no ink
    mark: int
    artifact: bool
    layer: bool  # on a layer that may be switched off
    symbols: bool  # its font holds bullets and ticks, no letters


class TextObjects:
    """The text objects that the characters of one page stand in, each described once."""

    def __init__(self, handle: raw.FPDF_TEXTPAGE) -> None:
        self.handle = handle
        self._objects: dict[int, TextObject] = {}
        self._fonts: dict[int, tuple[str, bool, bool]] = {}

    def of(self, index: int) -> TextObject | None:
        """The object of a character, None where PDFium made the character up."""
        found = raw.FPDFText_GetTextObject(self.handle, index)
        if not found:
            return None
        key = ctypes.addressof(found.contents)
        if key not in self._objects:
            self._objects[key] = self._describe(found, index)
        return self._objects[key]

    def _describe(self, found: raw.FPDF_PAGEOBJECT, index: int) -> TextObject:
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self.handle, index, matrix)
        size = raw.FPDFText_GetFontSize(self.handle, index) * math.hypot(matrix.c, matrix.d)
        angle = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
        if size < 0:  # the same as half a turn
            size, angle = -size, (angle + 180) % 360
        if size < _SMALL:  # or a font whose letters are drawings, with a unit of its own
            rect = raw.FS_RECTF()
            raw.FPDFText_GetLooseCharBox(self.handle, index, rect)
            size = max(size, rect.top - rect.bottom)
        name, bold, italic = self._font(found)
        channels = [ctypes.c_uint(0) for _ in range(4)]
        raw.FPDFPageObj_GetFillColor(found, *channels)
        red, green, blue, alpha = (channel.value for channel in channels)
        mode = raw.FPDFTextObj_GetTextRenderMode(found)
        # Word fakes a missing bold by drawing the outline too.
        bold = bold or mode == raw.FPDF_TEXTRENDERMODE_FILL_STROKE
        mark = raw.FPDFPageObj_GetMarkedContentID(found)
        marks = _marks(found)
        size = round(size, 1) if math.isfinite(size) else 0.0
        style = Style(name, size, bold, italic, red << 16 | green << 8 | blue)
        unseen = mode in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
        return TextObject(
            style,
            angle,
            unseen or (alpha == 0 and mode == raw.FPDF_TEXTRENDERMODE_FILL),
            mark,
            "Artifact" in marks,
            "OC" in marks,
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


def _marks(found: raw.FPDF_PAGEOBJECT) -> set[str]:
    """What the file marks the text as: "Artifact" is page furniture, "OC" stands on a layer."""
    names: set[str] = set()
    for place in range(min(max(raw.FPDFPageObj_CountMarks(found), 0), 8)):
        mark = raw.FPDFPageObj_GetMark(found, place)
        buffer = ctypes.create_string_buffer(64)
        length = ctypes.c_ulong()
        if mark and raw.FPDFPageObjMark_GetName(
            mark, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), 64, length
        ):
            raw_name = buffer.raw[: max(min(length.value, 64) - 2, 0)]
            names.add(raw_name.decode("utf-16-le", "replace"))
    return names
