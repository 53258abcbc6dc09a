"""Entries to the text that is kept, with a mark for every line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.extract import Mark
from ingest.pdf.layout import Entry, Laid
from ingest.pdf.looks import find_body
from ingest.pdf.notes import Noted, mark_captions, mark_contents, part_notes
from ingest.pdf.overleaf import join_tables
from ingest.pdf.paragraphs import find_begins, find_indents
from ingest.pdf.ranks import rank

_SOFT = "\u00ad"
_BROKEN = re.compile(r"(?P<head>[^\W\d_]{2,})-$")
_INSIDE = re.compile(r"(?P<head>[^\W\d_]+)-\n(?P<tail>[^\W\d_]+)")  # a table's cell
# What is no word by itself, so that the hyphen before it only breaks one.
_ENDING = re.compile(
    r"(?:tion|sion|ment|ness|ing|ting|ning|ring|ling|ding|ed|ted|tied|ded|ly|ty|ity|ry|al|ial|ally"
    r"|ance|ence|ous|ive|tive|ful|ship|ible|ies|ied|tor|tors|ture|tary|cial|tial|er|ers|est)s?"
)
# First parts of compounds, which keep their hyphens.
_PARTS = frozenset(
    "well self non ex co re pre post anti mid multi semi half full part long short day follow "
    "whistle decision up on off in out cross low high one two three four first second child school "
    "staff parent year early face peer whole drop pick sign risk".split()
)
_TAIL = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Out:
    """A line to be written; `mark.start` and a footnote's `anchor` are filled in then."""

    text: str
    mark: Mark
    page: int
    place: int = -1  # in the document's running text
    anchor: tuple[int, int] | None = None


def write(pages: Sequence[Laid]) -> tuple[str, tuple[Mark, ...]]:
    """The text of laid out pages and its marks."""
    every = [entry for page in pages for entry in page.body]
    size = find_body(every).size if every else 11.0
    noted = [part_notes(page.body, size) for page in pages]
    bodies = join_tables([page.body for page in noted])
    body = mark_captions(mark_contents([entry for mine in bodies for entry in mine]))
    lines = _body_lines(body)
    asides = _asides(pages, noted)
    return _compose(lines, asides, len(pages))


def _body_lines(body: Sequence[Entry]) -> list[_Out]:
    begins = [
        True if entry.role == "contents" else begin
        for entry, begin in zip(body, find_begins(body), strict=True)
    ]
    ranks = rank(body, begins, find_body(body))
    indents = find_indents(body, begins)
    texts = _hyphenate([entry.text for entry in body], begins, [e.text_is_row for e in body])
    lines: list[_Out] = []
    for place, entry in enumerate(body):
        role = entry.role
        level = ranks.levels[place]
        if not role and place in ranks.titles:
            role = "title"
        mark = Mark(
            0,
            begins[place],
            None if role else level,
            role,
            None if role or (level or 0) > 0 else indents[place],
        )
        lines.append(_Out(texts[place], mark, entry.page, place))
    return lines


def _hyphenate(
    texts: Sequence[str], begins: Sequence[bool | None], rows: Sequence[bool]
) -> list[str]:
    """Write a soft hyphen where a line's end broke a word, and leave those of compounds."""
    words: Counter[str] = Counter()
    for text in texts:
        words.update(re.findall(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*", text.casefold()))
    breaks: list[tuple[int, str, str]] = []
    for place, text in enumerate(texts[:-1]):
        head = _BROKEN.search(text)
        tail = _TAIL.match(texts[place + 1])
        goes_on = begins[place + 1] is False and not rows[place] and not rows[place + 1]
        if head and tail and goes_on and tail.group()[0].islower():
            breaks.append((place, head["head"].casefold(), tail.group().casefold()))
    for text in texts:
        for inside in _INSIDE.finditer(text):
            breaks.append((-1, inside["head"].casefold(), inside["tail"].casefold()))
    whole = sum(words[head + tail] > 0 for _, head, tail in breaks)
    # Word leaves words whole unless it is told otherwise: then line ends with hyphens are rare.
    joints = sum(begin is False for begin in begins)
    hyphenates = (whole >= 2 and whole >= 0.15 * len(breaks)) or (
        len(breaks) >= 3 and len(breaks) >= 0.025 * joints
    )

    def only_breaks(start: str, end: str) -> bool:
        compound = words[f"{start}-{end}"] > 0
        joined = words[start + end] > 0
        # A part that is no word by itself shows that the hyphen only breaks.
        parts = start in _PARTS or (words[start] > 0 and words[end] > 1)
        plain = _ENDING.fullmatch(end) is not None and start not in _PARTS
        return not compound and (joined or plain or (hyphenates and not parts))

    result = list(texts)
    for place, start, end in breaks:
        if place >= 0 and only_breaks(start, end):
            result[place] = texts[place][:-1] + _SOFT

    def close(match: re.Match[str]) -> str:
        start, end = match["head"], match["tail"]
        broken = only_breaks(start.casefold(), end.casefold())
        return start + (_SOFT if broken else "-") + end

    return [re.sub(r"\s*\n\s*", " ", _INSIDE.sub(close, text)) for text in result]


def _asides(pages: Sequence[Laid], noted: Sequence[Noted]) -> list[tuple[list[_Out], list[_Out]]]:
    """For each page what stands above its text and what stands below."""
    offset = 0
    result: list[tuple[list[_Out], list[_Out]]] = []
    for number, (page, mine) in enumerate(zip(pages, noted, strict=True)):
        above = [_furniture(entry, number) for entry in page.head]
        below: list[_Out] = []
        for entry, marker in zip(mine.notes, mine.markers, strict=True):
            anchor = mine.anchors.get(marker) if marker else None
            where = None
            if anchor is not None:
                # Each hyphen closed within a cell takes a line break with it.
                before = mine.body[anchor[0]].text[: anchor[1]]
                where = anchor[0] + offset, anchor[1] - len(_INSIDE.findall(before))
            mark = Mark(0, bool(marker), None, "footnote")
            below.append(_Out(entry.text, mark, number, anchor=where))
        below += [_furniture(entry, number) for entry in page.foot]
        result.append((above, below))
        offset += len(mine.body)
    return result


def _furniture(entry: Entry, page: int) -> _Out:
    return _Out(entry.text, Mark(0, True, None, "furniture"), page)


def _compose(
    lines: Sequence[_Out], asides: Sequence[tuple[list[_Out], list[_Out]]], pages: int
) -> tuple[str, tuple[Mark, ...]]:
    """Put asides where they interrupt no paragraph, and break the pages."""
    by_page: list[list[_Out]] = [[] for _ in range(pages)]
    for line in lines:
        by_page[line.page].append(line)
    sheets: list[list[_Out]] = [[] for _ in range(pages)]
    waiting: list[_Out] = []  # what would interrupt a paragraph that goes on overleaf
    for number, mine in enumerate(by_page):
        above, below = asides[number]
        goes_on = _leading(mine) if number else 0
        if waiting and not goes_on:
            sheets[number - 1] += waiting
            waiting = []
        last = not any(by_page[number + 1 :])
        if goes_on and goes_on == len(mine) and not last:
            sheets[number] += mine
            waiting += above + below
            continue
        sheets[number] += mine[:goes_on] + waiting + above + mine[goes_on:]
        waiting = below
    if sheets:
        sheets[-1] += waiting
    return _join(sheets)


def _leading(mine: Sequence[_Out]) -> int:
    """How many lines at a page's top go on with what the page before began."""
    count = 0
    while count < len(mine) and mine[count].mark.begins is False:
        count += 1
    return count


def _join(sheets: Sequence[Sequence[_Out]]) -> tuple[str, tuple[Mark, ...]]:
    parts: list[str] = []
    marks: list[Mark] = []
    starts: dict[int, int] = {}
    anchors: list[tuple[int, tuple[int, int]]] = []
    at = 0
    for number, sheet in enumerate(sheets):
        if number:
            parts.append("\f")
            at += 1
        for line in sheet:
            if line.place >= 0:
                starts[line.place] = at
            if line.anchor is not None:
                anchors.append((len(marks), line.anchor))
            marks.append(replace(line.mark, start=at))
            parts.append(line.text + "\n")
            at += len(line.text) + 1
    for place, (entry, offset) in anchors:
        if entry in starts:
            marks[place] = replace(marks[place], anchor=starts[entry] + offset)
    return "".join(parts), tuple(marks)
