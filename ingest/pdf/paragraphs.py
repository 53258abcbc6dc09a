"""Where paragraphs and items begin: what the white space, indents and line ends of a page say."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from ingest.pdf.layout import Entry
from ingest.pdf.lines import Line

_TERMINAL = re.compile(r"[.?!:;][\"”’')\]]*$")
# "Agreed by governors: 2 May 2024", one under another on a cover.
_FACT = re.compile(r"[A-Z][^:.;]{2,45}:\s+\S")
_GLYPHS = re.compile(r"[•▪◦●○■□‣⁃∙·➢➤✓✔❖►▶➔➜♦◆★☐☑]")


def find_begins(body: Sequence[Entry]) -> list[bool | None]:
    """For each entry in reading order: it begins a paragraph (True), goes on, or nothing tells."""
    pitch = _pitches(body)
    rights = _rights(body)
    found: list[bool | None] = []
    starts: list[int] = []  # place of the first line of each line's paragraph
    for place, entry in enumerate(body):
        if place == 0:
            begins: bool | None = True
        elif entry.table >= 0 or body[place - 1].table >= 0 or entry.text_is_row:
            begins = not entry.goes_on
        else:
            opener = body[starts[-1]]
            begins = _begins(body[place - 1], entry, opener, pitch, rights)
        found.append(begins)
        starts.append(place if begins is not False else starts[-1])
    return _with_tags(body, found)


def _with_tags(body: Sequence[Entry], begins: list[bool | None]) -> list[bool | None]:
    """Believe a tagged PDF where it agrees with what is seen nearly everywhere."""
    said: dict[int, bool] = {}
    for place, (a, b) in enumerate(pairwise(body), 1):
        if a.page == b.page and min(a.block, b.block) >= 0 and a.table == b.table == -1:
            said[place] = a.block != b.block
    agreed = sum(
        begins[place] is not None and begins[place] == told for place, told in said.items()
    )
    if len(said) < 5 or agreed < 0.85 * len(said) or all(said.values()):
        return begins
    return [said.get(place, begin) for place, begin in enumerate(begins)]


def _pitches(body: Sequence[Entry]) -> dict[float, float]:
    """The distance of a paragraph's lines, for each size of type."""
    gaps: dict[float, Counter[float]] = defaultdict(Counter)
    for a, b in pairwise(body):
        gap = b.line.y - a.line.y
        together = a.page == b.page and a.column == b.column and a.table == b.table == -1
        size = max(a.line.size, 1.0)
        if together and abs(a.line.size - b.line.size) < 0.6 and 0.7 * size < gap < 2.6 * size:
            full = a.line.x1 > a.right - 0.15 * (a.right - a.left)
            gaps[round(size)][round(gap * 2) / 2] += 4 if full else 1
    # Of what is common the narrowest: paragraphs may be as common as lines.
    return {
        size: min(gap for gap, count in found.items() if count >= 0.5 * max(found.values()))
        for size, found in gaps.items()
    }


def _rights(body: Sequence[Entry]) -> dict[tuple[int, int], float]:
    """Where lines end that are as long as they may be, for each column."""
    return {(entry.page, entry.column): entry.right for entry in body}


def _begins(
    last: Entry,
    entry: Entry,
    opener: Entry,
    pitch: dict[float, float],
    rights: dict[tuple[int, int], float],
) -> bool | None:
    line, before = entry.line, last.line
    if _changes_style(before, line):
        return True
    lower = line.text[:1].islower() and not line.label
    width = max(last.right - last.left, 1.0)
    centred = _is_centred(last) and _is_centred(entry) and not opener.line.label
    slack = _slack(last, line, rights, centred)
    facts = _FACT.match(before.text) and _FACT.match(line.text)
    ended = bool(_TERMINAL.search(before.text))
    broken = slack > 0.02 * width and not lower and (ended or slack > 0.06 * width)
    broken = broken or slack > 0.4 * width or bool(facts)
    hangs = bool(opener.line.label) and abs(line.x0 - opener.line.body) <= 3
    if not (last.page == entry.page and last.column == entry.column):
        if _is_item(line, before, broken, True):
            return True
        if lower and not line.label:
            return slack > 0.6 * width and ended
        if broken:
            return True
        if not ended or (hangs and opener.page == last.page):
            return False
        return None
    usual = pitch.get(round(line.size), 1.25 * line.size)
    gap = line.y - before.y
    wide = gap > usual + max(1.6, 0.14 * usual)
    if wide:
        # Double spacing between some lines only; a lower-case word after a full line goes on.
        return not (lower and not ended and slack <= 0.02 * width and gap < 1.7 * usual)
    if _is_item(line, before, broken, abs(line.x0 - before.x0) > 0.5 * line.size):
        return True
    if broken:
        return True
    if hangs:
        return False
    if lower:
        return False
    em = line.size
    if line.x0 > before.x0 + 0.9 * em and not before.label:
        return ended and not centred
    if line.x0 < before.x0 - 0.7 * em:
        indented = last is opener and not before.label
        return ended and not indented and not centred
    return False


def _changes_style(before: Line, line: Line) -> bool:
    if abs(before.size - line.size) > 0.6:
        letters = sum(len(w.text) for w in line.words)
        alike = sum(len(w.text) for w in line.words if abs(w.style.size - before.size) <= 0.6)
        return alike < 0.3 * letters
    if before.bold == line.bold:
        return False
    turns = before.words[-1].style.bold != line.words[0].style.bold
    return turns and not line.text[:1].islower() and len(line.text) > 2


def _slack(last: Entry, line: Line, rights: dict[tuple[int, int], float], centred: bool) -> float:
    """How much room the line before left after the word that it might still have held."""
    right = rights.get((last.page, last.column), last.right)
    first = 0.0
    for word in line.words:
        first = word.x1 - line.x0
        if word.space:
            break
    room = right - last.line.x1
    if centred:
        room = min(last.right, right) - last.left - (last.line.x1 - last.line.x0)
    return room - 0.28 * line.size - first


def _is_item(line: Line, before: Line, broken: bool, moved: bool) -> bool:
    """A bullet or number that opens an item, and no figure that a line happens to begin with."""
    if not line.label:
        return False
    if _GLYPHS.fullmatch(line.label):
        return True
    space = 0.5 * line.size
    first = line.words[0]
    tabbed = len(line.words) > 1 and line.body - first.x1 > space
    if tabbed or broken or moved:
        return True
    return bool(_TERMINAL.search(before.text)) or bool(before.label)


def _is_centred(entry: Entry) -> bool:
    wide = entry.right - entry.left
    line = entry.line
    off = abs(line.x0 + line.x1 - entry.left - entry.right)
    return off < 0.025 * wide and line.x0 > entry.left + 0.05 * wide


def find_indents(body: Sequence[Entry], begins: Sequence[bool | None]) -> list[int | None]:
    """Depth of each bulleted or lettered item by where its bullet stands; 0 for plain text."""
    found: list[int | None] = []
    open_at: list[float] = []
    column: tuple[int, int] | None = None
    for entry, begin in zip(body, begins, strict=True):
        line = entry.line
        if begin is False or entry.table >= 0:
            found.append(None)
            continue
        if not line.label:
            open_at = []
            found.append(0)
            continue
        if re.match(r"\d|[A-Z]+\d", line.label):
            open_at = []
            found.append(None)
            continue
        if column is not None and column[1] != entry.column:
            open_at = []
        column = entry.page, entry.column
        while open_at and line.x0 < open_at[-1] - 3:
            open_at.pop()
        if not open_at or line.x0 > open_at[-1] + 3:
            open_at.append(line.x0)
        found.append(len(open_at))
    return found
