"""Footnotes, contents pages and captions: lines that are no part of the running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.pdf.glyphs import Word
from ingest.pdf.layout import Entry
from ingest.pdf.lines import join

_MARKER = re.compile(r"\d{1,3}|[*†‡§]{1,3}|[ivx]{1,5}")
_CONTENTS = re.compile(r"(?:table of )?contents(?: page)?:?|index", re.I)
_LEADERS = re.compile(r"(?:(?:\.\s?){4,}|…{2,}|_{4,})\s*(?:\d{1,3}|[ivx]+)$")
_TO_PAGE = re.compile(r"\s\d{1,3}(?:\s?[-–]\s?\d{1,3})?$")
_CAPTION = re.compile(r"table\s+(?:\d+|[A-Z]\b|[ivx]+\b)", re.I)


@dataclass(frozen=True, slots=True)
class Noted:
    """A page's text, its footnotes, and where their numbers stand: marker → entry, offset."""

    body: list[Entry]
    notes: list[Entry]
    markers: list[str]  # of each note line; "" where a note goes on
    anchors: dict[str, tuple[int, int]]  # place in body, offset in its text


def part_notes(body: Sequence[Entry], size: float) -> Noted:
    """Part footnotes from a page's text, and leave their numbers out of it.

    `size` is that of the document's running text.
    """
    references = {
        marker
        for entry in body
        for word in entry.line.words
        if _is_raised(word, entry.line.size, entry.line.y)
        for marker in word.text.split(",")
    }
    text: list[Entry] = []
    notes: list[Entry] = []
    for _, group in groupby(body, key=lambda entry: entry.column):
        column = list(group)
        start = _first_note(column, size, references)
        text += column[:start]
        notes += column[start:]
    if not notes:
        return Noted(list(body), [], [], {})
    markers = [_marker(note, size) or "" for note in notes]
    wanted = {marker for marker in markers if marker}
    kept: list[Entry] = []
    anchors: dict[str, tuple[int, int]] = {}
    for entry in text:
        kept.append(_without_references(entry, wanted, anchors, len(kept)))
    return Noted(kept, notes, markers, anchors)


def _first_note(column: Sequence[Entry], size: float, references: set[str]) -> int:
    """Where the small print at the foot of a column begins, if a number or star opens it."""
    start = len(column)
    while start and column[start - 1].table < 0 and column[start - 1].line.size <= size - 0.9:
        start -= 1
    for place in range(start, len(column)):
        marker = _marker(column[place], size)
        if marker and (marker in references or _is_raised_first(column[place])):
            return place
    return len(column)


def _is_raised_first(entry: Entry) -> bool:
    return _is_raised(entry.line.words[0], entry.line.size, entry.line.y)


def _is_raised(word: Word, size: float, y: float) -> bool:
    return (
        word.style.size <= 0.8 * size
        and (word.y < y - 0.15 * size)
        and bool(re.fullmatch(r"(?:\d{1,3}|[*†‡§]{1,3}|[ivx]{1,5})(?:,\d{1,3})*", word.text))
    )


def _marker(entry: Entry, size: float) -> str | None:
    if entry.line.size > size - 0.9:
        return None
    match = _MARKER.match(entry.line.words[0].text)
    if match is None or len(entry.line.words) < 2:
        return None
    whole = match.end() == len(entry.line.words[0].text)
    return match.group() if whole or match.group()[0] in "*†‡§" else None


def _without_references(
    entry: Entry, wanted: set[str], anchors: dict[str, tuple[int, int]], place: int
) -> Entry:
    line = entry.line
    if entry.text_is_row:
        return _without_references_in_cells(entry, wanted, anchors, place)
    kept: list[Word] = []
    for word in line.words:
        if _is_raised(word, line.size, line.y) and set(word.text.split(",")) <= wanted and kept:
            for marker in word.text.split(","):
                anchors.setdefault(marker, (place, len(join(kept))))
            kept[-1] = replace(kept[-1], space=kept[-1].space or word.space)
        else:
            kept.append(word)
    if len(kept) == len(line.words):
        return entry
    text = join(kept)
    return replace(entry, line=replace(line, words=tuple(kept), text=text), text=text)


def _without_references_in_cells(
    entry: Entry, wanted: set[str], anchors: dict[str, tuple[int, int]], place: int
) -> Entry:
    """As `_without_references`, in a row whose words stand in several lines and columns."""
    words, text = entry.line.words, entry.text
    for word in words:
        markers = word.text.split(",")
        if not (_is_raised_in(word, words) and set(markers) <= wanted):
            continue
        before = [w for w in words if w is not word and _ends_at(w, word)]
        at = text.find(before[0].text + word.text) if before else -1
        if at < 0:
            continue
        at += len(before[0].text)
        text = text[:at] + text[at + len(word.text) :]
        for marker in markers:
            anchors.setdefault(marker, (place, at))
    return entry if text == entry.text else replace(entry, text=text)


def _is_raised_in(word: Word, words: Sequence[Word]) -> bool:
    return any(_ends_at(w, word) and _is_raised(word, w.style.size, w.y) for w in words)


def _ends_at(word: Word, raised: Word) -> bool:
    """True where a raised number touches the end of a word."""
    size = word.style.size
    return abs(raised.x0 - word.x1) < 0.35 * size and 0 < word.y - raised.y < 0.65 * size


def mark_contents(body: Sequence[Entry]) -> list[Entry]:
    """Lines of tables of contents, told by leaders or by the heading over them."""
    leads = [bool(_LEADERS.search(e.text)) and e.table < 0 for e in body]
    last = {_plain(entry.text): place for place, entry in enumerate(body)}
    result = list(body)
    inside = False
    misses = 0
    listed: set[str] = set()
    for place, entry in enumerate(body):
        name = _plain(_TO_PAGE.sub("", _LEADERS.sub("", entry.text)))
        if entry.table >= 0 or name in listed:
            inside = False  # the first of the headings that the contents list
            listed = set()
            continue
        if _CONTENTS.fullmatch(entry.text.strip()):
            ahead = body[place + 1 : place + 7]
            found = sum(_lists(e, n, last) for n, e in enumerate(ahead, place + 1))
            inside = found >= max(min(2, len(ahead)), 1)
            misses = 0
            if inside:
                result[place] = replace(entry, role="contents")
            continue
        near = sum(leads[max(place - 3, 0) : place + 4])
        if leads[place] and (inside or near >= 3):
            inside, misses = True, 0
            listed.add(name)
            result[place] = replace(entry, role="contents")
        elif inside and _lists(entry, place, last):
            for skipped in range(place - misses, place):
                result[skipped] = replace(body[skipped], role="contents")
            misses = 0
            listed.add(name)
            result[place] = replace(entry, role="contents")
        elif inside:
            misses += 1
            inside = misses < 2
    return result


def _lists(entry: Entry, place: int, last: dict[str, int]) -> bool:
    """An entry of a contents page leads to a page, or comes back as a heading."""
    return _leads_on(entry.text) or (
        entry.table < 0 and len(entry.text) < 120 and last.get(_plain(entry.text), place) > place
    )


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _leads_on(text: str) -> bool:
    return bool(_TO_PAGE.search(text) or _LEADERS.search(text))


def mark_captions(body: Sequence[Entry]) -> list[Entry]:
    """ "Table 1: …" directly above a table."""
    result = list(body)
    for place, entry in enumerate(body[:-1]):
        following = body[place + 1]
        row = following.table >= 0 or following.text_is_row
        if row and entry.table < 0 and not entry.role and _CAPTION.match(entry.text):
            result[place] = replace(entry, role="caption")
    return result
