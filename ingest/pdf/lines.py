"""Words to rows (what shares a baseline) and lines (what is read together)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.pdf.glyphs import Word
from ingest.pdf.styles import Style

BULLET = re.compile(r"[•▪◦●○■□‣⁃∙·➢➤✓✔❖►▶➔➜♦◆★☐☑–*-]|o")
LABEL = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[A-Z])[.):]|\((?:\d{1,3}|[a-z]|[ivx]{1,5})\)"
    r"|\d{1,3}(?:\.\d{1,3}){1,5}[.):]?|[A-Z]\d{1,2}(?:\.\d{1,3})*[.):]?)(?:\([a-z]{1,3}\))*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Line:
    """Words that are read one after another on one baseline, in points from the top left.

    `style` is that of most of its letters; `bold` and `coloured` hold for all of them.
    `body` is where the text begins after a bullet or number, else `x0`.
    """

    words: tuple[Word, ...]
    x0: float
    x1: float
    y: float
    text: str
    style: Style
    bold: bool
    label: str = ""
    body: float = 0.0

    @property
    def size(self) -> float:
        return self.style.size

    @property
    def first_width(self) -> float:
        return self.words[0].x1 - self.words[0].x0


def make_line(words: Iterable[Word]) -> Line:
    """A line of at least one word, read from left to right."""
    ordered = tuple(sorted(words, key=lambda word: word.x0))
    letters: Counter[Style] = Counter()
    for word in ordered:
        letters[word.style] += len(word.text)
    style = letters.most_common(1)[0][0]
    label, body = _label(ordered)
    weighty = [w for w in ordered if any(c.isalnum() for c in w.text)] or list(ordered)
    return Line(
        ordered,
        ordered[0].x0,
        max(word.x1 for word in ordered),
        max((w.y for w in ordered if w.style.size == style.size), default=ordered[0].y),
        join(ordered),
        style,
        all(word.style.bold for word in weighty),
        label,
        body,
    )


def _label(words: Sequence[Word]) -> tuple[str, float]:
    """The bullet or number that opens a line and where the text after it starts."""
    first = words[0]
    if len(words) == 1:
        whole = BULLET.fullmatch(first.text) or LABEL.fullmatch(first.text)
        return (first.text if whole else ""), first.x1
    gap = words[1].x0 - first.x1
    if not (first.space or gap > 0.2 * first.style.size):
        if BULLET.fullmatch(first.text) and first.text not in "o*-–":
            return first.text, words[1].x0
        return "", first.x0
    if BULLET.fullmatch(first.text):
        return first.text, words[1].x0
    if LABEL.fullmatch(first.text):
        return first.text, words[1].x0
    # A bare number is a label where a tab follows it, as in "1     Introduction".
    if re.fullmatch(r"\d{1,2}|[A-Z]", first.text) and gap > 0.8 * first.style.size:
        return first.text, words[1].x0
    return "", first.x0


def join(words: Sequence[Word]) -> str:
    """The words with single spaces where the page shows white space."""
    parts: list[str] = []
    before: Word | None = None
    for word in words:
        if before is not None:
            gap = word.x0 - before.x1
            least = 0.18 * max(min(before.style.size, word.style.size), 1)
            if before.space or gap > least:
                parts.append(" ")
            elif gap < least and BULLET.fullmatch(before.text) and len(parts) == 1:
                parts.append(" " if before.text not in "o*-–" else "")
        parts.append(word.text)
        before = word
    return "".join(parts)


def make_rows(words: Iterable[Word]) -> list[list[Word]]:
    """Words grouped by baseline from top to bottom, raised and lowered ones with their line."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.y, word.x0)):
        if rows and abs(word.y - rows[-1][0].y) <= max(0.12 * word.style.size, 1.0):
            rows[-1].append(word)
        else:
            rows.append([word])
    return _with_raised([sorted(row, key=lambda word: word.x0) for row in rows])


def _with_raised(rows: list[list[Word]]) -> list[list[Word]]:
    """Put superscripts and subscripts into the row of the word that they touch."""
    kept: list[list[Word]] = [list(row) for row in rows]
    sizes = [max(word.style.size for word in row) for row in rows]
    for place, row in enumerate(kept):
        near = [
            other
            for other in (place + 1, place - 1, place + 2, place - 2)
            if 0 <= other < len(kept) and abs(rows[other][0].y - rows[place][0].y) < sizes[other]
        ]
        for word in list(row) if near else ():
            for other in near:
                if word.style.size <= 0.85 * sizes[other] and _touches(word, kept[other]):
                    kept[other].append(word)
                    row.remove(word)
                    break
    return [sorted(row, key=lambda word: word.x0) for row in kept if row]


def _touches(word: Word, row: Sequence[Word]) -> bool:
    size = word.style.size
    for other in row:
        large = other.style.size
        if large * 0.85 < size or not -0.25 * large < other.y - word.y < 0.65 * large:
            continue
        if -0.1 * large < word.x0 - other.x1 < 0.35 * large:
            return True
        if -0.1 * large < other.x0 - word.x1 < 0.35 * large:
            return True
    return False


def segments(row: Sequence[Word], widest: float = 1.0) -> list[list[Word]]:
    """A row cut where white space is wider than `widest` ems."""
    parts: list[list[Word]] = []
    for word in row:
        if parts:
            before = parts[-1][-1]
            em = max(min(before.style.size, word.style.size, 14.0), 6.0)
            if word.x0 - max(w.x1 for w in parts[-1]) <= widest * em:
                parts[-1].append(word)
                continue
        parts.append([word])
    return parts
