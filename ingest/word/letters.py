"""Letters as people see them, those of fonts that have none among them."""

from __future__ import annotations

import re

from ingest.clean import clean

_SPACES = re.compile(" {2,}")

# What the common glyphs of fonts without letters look like, by the font's own code.
_SYMBOL = {
    0xB7: "•", 0xB0: "°", 0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠",
    0xAE: "→", 0xAC: "←", 0xDE: "⇒", 0xD7: "·", 0xA2: "′", 0xB2: "″", 0xD2: "®", 0xD3: "©",
    0xD4: "™", 0xE2: "®", 0xE3: "©", 0xE4: "™", 0xA8: "♦", 0x2D: "–", 0x6D: "μ", 0x61: "α",
    0x62: "β", 0x64: "δ", 0x70: "π", 0x53: "Σ", 0x57: "Ω", 0x44: "Δ", 0x71: "θ", 0x6C: "λ",
}  # fmt: skip
_WINGDINGS = {
    0xA7: "▪", 0x6E: "■", 0x6C: "●", 0xD8: "➢", 0xFC: "✓", 0x76: "❖", 0xA8: "□", 0x6F: "□",
    0x71: "□", 0x72: "□", 0xFE: "☑", 0xFD: "☒", 0xFB: "✗", 0x78: "☒", 0x9F: "•", 0x9E: "·",
    0xA1: "○", 0xA4: "○", 0xE0: "→", 0xDF: "←", 0xE8: "➢", 0xF0: "⇒", 0x4A: "☺", 0x4C: "☹",
    0x28: "☎", 0x2A: "✉", 0x77: "◆", 0x75: "◆", 0x73: "◆", 0xB2: "◇", 0xC4: "➢", 0x46: "☞",
}  # fmt: skip
_WINGDINGS_2 = {0x50: "✓", 0x4F: "✗", 0x52: "☑", 0x54: "☒", 0xA3: "□", 0x97: "●", 0x98: "●"}
_WEBDINGS = {0x61: "✓", 0x63: "□", 0x67: "■", 0x3D: "●", 0x72: "✗"}
_FONTS = {
    "symbol": _SYMBOL, "standardsymbolsl": _SYMBOL, "wingdings": _WINGDINGS,
    "wingdings2": _WINGDINGS_2, "wingdings3": {0x7D: "➢", 0x75: "➢"}, "webdings": _WEBDINGS,
}  # fmt: skip
_BULLETS = "•▪◦●○■□‣⁃∙·➢➤✓✔❖"


def seen(text: str) -> str:
    """The text as all readers clean it, its tabs and runs of spaces closed to one space.

    Line breaks stay.
    """
    return _SPACES.sub(" ", clean(text, keep="\n").replace("\ufffc", ""))


def in_font(text: str, font: str) -> str:
    """Text set in Symbol, Wingdings and the like, as what its glyphs look like."""
    glyphs = _FONTS.get(font.replace(" ", "").lower())
    if glyphs is None and not any("\uf000" <= letter <= "\uf0ff" for letter in text):
        return text
    shown = []
    for letter in text:
        private = "\uf000" <= letter <= "\uf0ff"
        code = ord(letter) & 0xFF if private else ord(letter)
        if glyphs is not None and code in glyphs:
            shown.append(glyphs[code])
        elif private:
            # No telling the font: the two commonest map is a guess that a bullet survives.
            either = glyphs is None and (_SYMBOL.get(code) or _WINGDINGS.get(code))
            plain = glyphs is _SYMBOL and 0x20 <= code < 0x7F
            shown.append(either or (chr(code) if plain else "•"))
        else:
            shown.append(letter)
    return "".join(shown)


def bullet(text: str, font: str) -> str:
    """The bullet a reader sees for a list's glyph."""
    shown = seen(in_font(text, font)).strip()
    if len(shown) == 1 and (shown in _BULLETS or shown in "-–—*+o→☑☒✗⇒◆◇♦☞"):
        return shown
    return shown if shown.isprintable() and shown and len(shown) <= 3 else "•"
