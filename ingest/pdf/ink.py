"""Which words of a page people see: what is hidden in a file is no part of its policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image

from ingest.pdf.glyphs import Glyphs, Word
from ingest.pdf.ruling import Box, Ruling

_SMALLEST = 2.0  # points; smaller text is not meant to be read
_CONTRAST = 24  # of 255, at which letters are seen
_MOST_PIXELS = 4_000_000
_MOST_FILLS = 400
_MARGIN = 0.1  # of a page's height, from either edge, where numbers and file names are stamped


@dataclass(frozen=True, slots=True)
class Seen:
    """Words along the lines of the page, words across it, and how many words nobody sees."""

    words: tuple[Word, ...]
    turned: tuple[Word, ...]
    hidden: int
    layer: bool  # the words are an OCR layer over an image
    stamped: bool  # an image holds the page, and the words are only stamped on its margins


def see(page: pdfium.PdfPage, glyphs: Glyphs, ruling: Ruling) -> Seen:
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
    doubtful = _doubtful(glyphs.words, ruling)
    blank = _blank(page, glyphs, doubtful) if doubtful else frozenset()
    for word in glyphs.words:
        shows = _is_on(word, frame.width, frame.height) and id(word) not in blank
        if not (layer if word.unseen else shows):
            hidden += not (word.unseen and inked > uninked)
            continue
        # Shadows, and a missing bold faked by printing twice.
        twins = places.setdefault(word.text, [])
        if any(abs(word.x0 - x) < 1.2 and abs(word.y - y) < 1.2 for x, y in twins):
            continue
        twins.append((word.x0, word.y))
        (turned if word.turned else level).append(word)
    stamped = covered > 0.5 * frame.width * frame.height and not any(
        _MARGIN * frame.height < word.y < (1 - _MARGIN) * frame.height for word in level
    )
    return Seen(tuple(level), tuple(turned), hidden, layer and not inked, stamped and not layer)


def _is_on(word: Word, width: float, height: float) -> bool:
    """Large enough to be read, and on the page."""
    return (
        word.style.size >= _SMALLEST
        and word.x1 >= 0
        and word.x0 <= width
        and 0 <= word.y <= height + word.style.size
    )


def _doubtful(words: Sequence[Word], ruling: Ruling) -> list[Word]:
    """Words on layers, and words on a ground of their own colour as far as drawings tell."""
    found: list[Word] = []
    grounds: dict[int, list[Box]] = {}  # for white those that are not, for others their own
    for word in words:
        colour = word.style.colour
        white = _is_white(colour)
        if colour not in grounds:
            grounds[colour] = [
                box
                for box, fill in ruling.fills[:_MOST_FILLS]
                if (not _is_white(fill) if white else _is_alike(colour, fill))
            ]
        inked = _stands_on(word, grounds[colour])
        doubted = not (inked or _stands_on(word, ruling.images)) if white else inked
        if not word.unseen and (doubted or word.layer):
            found.append(word)
    return found


def _blank(page: pdfium.PdfPage, glyphs: Glyphs, doubtful: Sequence[Word]) -> frozenset[int]:
    """Of these words those, by identity, that leave no trace on the page as it is shown.

    What is drawn may cover words, and layers may be switched off. White is also what PDFium calls
    the colour of letters filled with a pattern or drawn in outline, and what a gradient lies under
    need not be a filled box.
    """
    frame = glyphs.frame
    scale = min(1.0, (_MOST_PIXELS / max(frame.width * frame.height, 1.0)) ** 0.5)
    turn = (frame.turn - page.get_rotation()) % 360
    try:
        image = page.render(scale=scale, rotation=turn, grayscale=True).to_pil()
    except pdfium.PdfiumError:
        return frozenset(map(id, doubtful))
    suspect = set(map(id, doubtful))
    plain = [word for word in glyphs.words if not word.unseen and id(word) not in suspect]
    return frozenset(
        id(word)
        for word in doubtful
        if not _has_contrast(image, _box(word), scale) or _is_covered(word, plain)
    )


def _box(word: Word) -> Box:
    """Where small letters stand."""
    return word.x0, word.y - 0.5 * word.style.size, word.x1, word.y


def _has_contrast(image: Image.Image, box: Box, scale: float) -> bool:
    x0, y0, x1, y1 = (round(place * scale) for place in box)
    x0, y0 = max(x0, 0), max(y0, 0)
    x1, y1 = min(max(x1, x0 + 1), image.width), min(max(y1, y0 + 1), image.height)
    if x0 >= x1 or y0 >= y1:
        return False
    shades = image.crop((x0, y0, x1, y1)).tobytes()
    return max(shades) - min(shades) >= _CONTRAST


def _is_covered(word: Word, others: Sequence[Word]) -> bool:
    """True where other words are written over this one, so that the trace may be theirs."""
    x0, y0, x1, y1 = _box(word)
    return any(
        other.x0 < x1 and other.x1 > x0 and other.y > y0 and other.y - 0.7 * other.style.size < y1
        for other in others
    )


def _is_white(colour: int) -> bool:
    return all(colour >> shift & 0xFF >= 0xFA for shift in (16, 8, 0))


def _is_alike(one: int, two: int) -> bool:
    return all(abs((one >> shift & 0xFF) - (two >> shift & 0xFF)) < 16 for shift in (16, 8, 0))


def _stands_on(word: Word, boxes: Sequence[Box]) -> bool:
    x, y = (word.x0 + word.x1) / 2, word.y - 0.3 * word.style.size
    return any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in boxes)
