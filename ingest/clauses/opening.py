"""The block that a line opens: heading, numbered clause, bullet, table row, or prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.clauses.headings import looks_like_heading
from ingest.clauses.labels import A_DAY, counting, depth, find_label
from ingest.clauses.lines import Line, starts_spaced
from ingest.documents import Span, flow
from ingest.extract import Mark

BlockKind = Literal[
    "prose", "heading", "number", "letter", "bullet", "header", "row", "url", "aside"
]

# Private-use glyphs are what Word's Symbol and Wingdings bullets become in extracted text.
_BULLET = re.compile(
    r"[ \t\f]*(?P<glyph>[•▪◦●○■□‣⁃∙·➢➤✓✔❖\uf000-\uf0ff]|[-–*+](?=[ \t])|o(?=[ \t]+[A-Z]))[ \t]*"
)
# Word draws the second level of bullets with the letter o.
_HOLLOW = re.compile(r"[ \t\f]*(?P<glyph>o)[ \t]+")
_NUMBER = re.compile(
    r"[ \t\f]*\*{0,2}(?P<number>\d{1,2}(?:\.\d{1,3}){1,6}|\d{1,2}(?=[.):]))[.):]?[ \t]+(?=\S)"
)
_BARE = re.compile(rf"[ \t\f]*\*{{0,2}}(?!{A_DAY})(?P<number>\d{{1,2}})[ \t]+(?=[A-Z])")
_LETTER = re.compile(
    r"[ \t\f]*(?:\((?=\d)|\(?(?!\d))(?P<number>[a-z]|[ivx]{1,4}|\d{1,2})\)[ \t]+(?=\S)"
)
# "a. Staff must": as sure a label as "(a)" only where a paragraph is known to begin.
_DOTTED = re.compile(r"[ \t\f]*(?P<number>[a-z]|[ivx]{2,4})\.[ \t]+(?=\S)")
_SECTION = re.compile(
    r"[ \t\f]*(?P<word>Section|Part|Chapter|Appendix|Schedule|Annex)"
    r"[ \t]+(?P<number>\d{1,2}|[A-Z])\b",
    re.I,
)
LONGEST_HEADING = 200  # characters
_HASHES = re.compile(r"[ \t\f]*(?P<hashes>#{1,6})[ \t]+(?=\S)")
# "**14 Alcohol.** Pupils must not …": a heading on the line of its first sentence.
_RUN_IN = re.compile(
    r"[ \t\f]*\*\*(?P<number>\d{1,2}(?:\.\d{1,3}){0,6})[.)]?[ \t]+"
    r"(?P<title>[^*\n]{2,90}?)[.:]?[ \t]*\*\*"
)
_URL = re.compile(r"[ \t\f]*<?(?:https?://|www\.)\S+>?[ \t]*$")
TERMINAL = re.compile(r"[.?!:;][\"”’')\]*_]*$")
_UNMARKED = Mark(0)
# What stands in the text but is no part of its flow, by the word of its format.
_ASIDE = ("title", "furniture", "contents", "caption", "footnote", "comment")


@dataclass(frozen=True)
class Block:
    """One paragraph, list item, heading or table row; `span` leaves out its bullet or number.

    An "aside" is what the format itself labels as outside the flow: see `mark.role`.
    """

    kind: BlockKind
    span: Span
    number: str = ""
    level: int = 0  # of a heading whose format tells it, else 0
    indent: int = 0
    glyph: str = ""
    outer: int = 0  # where the block starts, bullet or number included
    mark: Mark = _UNMARKED


def open_block(line: Line, spaced: bool, labels: frozenset[str]) -> Block:
    """The block that would begin with this line.

    `spaced`: single leading spaces are all that is left of bullets. `labels`: see `labels_of`.
    """
    block = _by_words(line, spaced, labels)
    level = line.mark.heading
    if not level or block.kind in ("aside", "row", "header"):
        return block
    span = block.span if block.kind in ("number", "heading") else Span(line.start, line.end)
    number = block.number if block.kind in ("number", "heading") else ""
    return replace(block, kind="heading", span=span, number=number, level=level)


def _by_words(line: Line, spaced: bool, labels: frozenset[str]) -> Block:
    words = line.text
    indent = len(words) - len(words.lstrip(" \t\f"))
    mark = line.mark
    whole = Block("prose", Span(line.start, line.end), indent=indent, outer=line.start, mark=mark)
    if mark.role in _ASIDE:
        return replace(whole, kind="aside")
    if mark.role in ("row", "header"):
        return replace(whole, kind="header" if mark.role == "header" else "row")
    if (hashes := _HASHES.match(words)) and len(words) <= LONGEST_HEADING:
        span = Span(line.start + hashes.end(), line.end)
        return replace(whole, kind="heading", span=span, level=len(hashes["hashes"]))
    if _URL.match(words):
        return replace(whole, kind="url")
    if "\t" in words.strip() or re.match(r"[ \t]*\|.*\|[ \t]*$", words):
        return replace(whole, kind="row")
    offset, glyph = 0, ""
    if bullet := _BULLET.match(words) or (
        _HOLLOW.match(words) if mark.indent or mark.begins else None
    ):
        offset, glyph = bullet.end(), bullet["glyph"]
    elif spaced and starts_spaced(words):
        offset, glyph = 1, " "
    itemised: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
        ("number", _NUMBER),
        ("letter", _LETTER),
    )
    for kind, pattern in itemised:
        if match := pattern.match(words, offset):
            span = Span(line.start + match.end(), line.end)
            return replace(whole, kind=kind, span=span, number=match["number"], glyph=glyph)
    if mark.begins and (match := _DOTTED.match(words, offset)):
        span = Span(line.start + match.end(), line.end)
        return replace(whole, kind="letter", span=span, number=match["number"], glyph=glyph)
    label = find_label(words, offset)
    if label and label["label"] in labels:
        span = Span(line.start + label.end(), line.end)
        return replace(whole, kind="number", span=span, number=label["label"], glyph=glyph)
    if glyph:
        return replace(whole, kind="bullet", span=Span(line.start + offset, line.end), glyph=glyph)
    if mark.heading != 0 and (section := _SECTION.match(words)):
        rest = flow(words[section.end() :]).lstrip(":.–—- ")
        if not rest or looks_like_heading(rest):
            named = re.match(r"section|part|chapter", section["word"], re.I)
            number = section["number"] if named else ""
            return replace(whole, kind="heading", number=number, level=1)
    if (bare := _BARE.match(words)) and looks_like_heading(flow(words[bare.end() :])):
        span = Span(line.start + bare.end(), line.end)
        return replace(whole, kind="number", span=span, number=bare["number"])
    return whole


def starts_bullet(words: str) -> bool:
    return _BULLET.match(words) is not None


def labels_of(lines: Sequence[Line]) -> frozenset[str]:
    """Labels of this document that count on, from lines where a paragraph may begin."""
    before = ["", *(line.text.rstrip() for line in lines)]
    return counting(
        match["label"]
        for line, last in zip(lines, before, strict=False)
        if (line.gap or line.mark.begins or TERMINAL.search(last))
        and (match := find_label(line.text))
    )


def run_in_heading(line: Line) -> tuple[Block, Line] | None:
    """A bold number and title on the line of its first sentence, and what is left of the line."""
    match = _RUN_IN.match(line.text)
    if match is None:
        return None
    span = Span(line.start + match.start("title"), line.start + match.end("title"))
    outer, number = line.start + match.start("number"), match["number"]
    block = Block("heading", span, number, depth(number), outer=outer)
    rest = Line(line.start + match.end(), line.end, line.text[match.end() :], True, line.mark)
    return block, rest
