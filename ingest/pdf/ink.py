"""Which words of a page people see: what is hidden in a file is no part of its policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pdf.glyphs import Glyphs, Word
from ingest.pdf.ruling import Box, Ruling

_SMALLEST = 2.0  # points; smaller text is not meant to be read


@dataclass(frozen=True, slots=True)
class Seen:
    """Words along the lines of the page, words across it, and how many words nobody sees."""

    words: tuple[Word, ...]
    turned: tuple[Word, ...]
    hidden: int
    layer: bool  # the words are an OCR layer over an image


def see(glyphs: Glyphs, ruling: Ruling) -> Seen:
    """Part what is seen from what is not: no ink, no size, white on white, off the page.

    Text without ink over an image is the text of a scan, and kept.
    """
    frame = glyphs.frame
    inked = sum(len(word.text) for word in glyphs.words if not word.unseen)
    uninked = sum(len(word.text) for word in glyphs.words if word.unseen)
    covered = sum((b[2] - b[0]) * (b[3] - b[1]) for b in ruling.images)
    layer = uninked > 2 * inked and covered > 0.3 * frame.width * frame.height
    level: list[Word] = []
    turned: list[Word] = []
    hidden = 0
    places: dict[str, list[tuple[float, float]]] = {}
    for word in glyphs.words:
        if not (layer if word.unseen else _shows(word, frame.width, frame.height, ruling)):
            hidden += not (word.unseen and inked > uninked)
            continue
        # Shadows, and a missing bold faked by printing twice.
        twins = places.setdefault(word.text, [])
        if any(abs(word.x0 - x) < 1.2 and abs(word.y - y) < 1.2 for x, y in twins):
            continue
        twins.append((word.x0, word.y))
        (turned if word.turned else level).append(word)
    return Seen(tuple(level), tuple(turned), hidden, layer and not inked)


def _shows(word: Word, width: float, height: float, ruling: Ruling) -> bool:
    if word.style.size < _SMALLEST:
        return False
    if word.x1 < 0 or word.x0 > width or word.y < 0 or word.y - word.style.size > height:
        return False
    if not _is_white(word.style.colour):
        return True
    dark = [box for box, colour in ruling.fills if not _is_white(colour)]
    return _stands_on(word, dark) or _stands_on(word, ruling.images)


def _is_white(colour: int) -> bool:
    return all(colour >> shift & 0xFF >= 0xFA for shift in (16, 8, 0))


def _stands_on(word: Word, boxes: Sequence[Box]) -> bool:
    x, y = (word.x0 + word.x1) / 2, word.y - 0.3 * word.style.size
    return any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in boxes)
