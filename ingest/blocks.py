"""Lines of extracted text to blocks: paragraphs, list items, headings, table rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from ingest.documents import Span, flow
from ingest.headings import looks_like_heading
from ingest.labels import counting, depth, find_label

BlockKind = Literal["prose", "heading", "number", "letter", "bullet", "header", "row", "url"]

# Private-use glyphs are what Word's Symbol and Wingdings bullets become in extracted text.
_BULLET = re.compile(
    r"[ \t\f]*(?P<glyph>[•▪◦●○■□‣⁃∙·➢➤✓✔❖\uf000-\uf0ff]|[-–*+](?=[ \t])|o(?=[ \t]+[A-Z]))[ \t]*"
)
_NUMBER = re.compile(
    r"[ \t\f]*\*{0,2}(?P<number>\d{1,2}(?:\.\d{1,3}){1,6}|\d{1,2}(?=[.):]))[.):]?[ \t]+(?=\S)"
)
_BARE = re.compile(r"[ \t\f]*\*{0,2}(?P<number>\d{1,2})[ \t]+(?=[A-Z])")
_LETTER = re.compile(r"[ \t\f]*\(?(?P<number>[a-z]|[ivx]{1,4})\)[ \t]+(?=\S)")
_SECTION = re.compile(
    r"[ \t\f]*(?P<word>Section|Part|Chapter|Appendix|Schedule|Annex)"
    r"[ \t]+(?P<number>\d{1,2}|[A-Z])\b",
    re.I,
)
_LONGEST_HEADING = 200  # characters
_HASHES = re.compile(r"[ \t\f]*(?P<hashes>#{1,6})[ \t]+(?=\S)")
# "**14 Alcohol.** Pupils must not …": a heading on the line of its first sentence.
_RUN_IN = re.compile(
    r"[ \t\f]*\*\*(?P<number>\d{1,2}(?:\.\d{1,3}){0,6})[.)]?[ \t]+"
    r"(?P<title>[^*\n]{2,90}?)[.:]?[ \t]*\*\*"
)
_UNDERLINE = re.compile(r"[ \t]*(?:={3,}|-{3,}|\*{3,}|_{3,})[ \t]*")  # of a heading, or a rule
_URL = re.compile(r"[ \t\f]*<?(?:https?://|www\.)\S+>?[ \t]*$")
_TERMINAL = re.compile(r"[.?!:;][\"”’')\]*_]*$")
_BLANK = re.compile(r"[\s\ufeff\u200b]*")


@dataclass(frozen=True)
class Block:
    """One paragraph, list item, heading or table row; `span` leaves out its bullet or number."""

    kind: BlockKind
    span: Span
    number: str = ""
    level: int = 0  # of a Markdown heading, else 0
    indent: int = 0
    glyph: str = ""
    outer: int = 0  # where the block starts, bullet or number included


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    text: str
    gap: bool  # a blank line or page break stands before it


def find_blocks(text: str) -> list[Block]:
    """The blocks of a text, in order; every word of it falls in exactly one."""
    lines = _lines(text)
    wrapped = _is_wrapped(lines)
    spaced = indents_are_bullets(text)
    labels = _labels(lines)
    blocks: list[Block] = []
    previous = ""
    width = max((len(line.text) for line in lines), default=0)
    for line in lines:
        if _UNDERLINE.fullmatch(line.text):
            if blocks and not line.gap and _may_be_underlined(text, blocks[-1]):
                level = 1 if "=" in line.text else 2
                blocks[-1] = replace(blocks[-1], kind="heading", level=level)
            previous = ""
            continue
        if run_in := _RUN_IN.match(line.text):
            blocks.append(_run_in_heading(line, run_in))
            line = _Line(line.start + run_in.end(), line.end, line.text[run_in.end() :], True)
            previous = ""
            if _BLANK.fullmatch(line.text):
                continue
        block = _start(line, spaced, labels)
        if block.kind in ("number", "letter") and _runs_on(blocks, previous, line):
            block = replace(block, kind="prose", number="", span=Span(line.start, line.end))
        if block.kind == "prose" and blocks:
            last = blocks[-1]
            if _continues(text, last, line, previous, wrapped, width):
                blocks[-1] = replace(last, span=Span(last.span.start, line.end))
                previous = line.text
                continue
        if not _is_table_rule(line.text):
            blocks.append(block)
        elif blocks and blocks[-1].kind == "row":
            blocks[-1] = replace(blocks[-1], kind="header")
        previous = line.text
    return _mark_headings(text, [b for b in blocks if b.span.of(text).strip()])


def indents_are_bullets(text: str) -> bool:
    """True where a list's bullets were lost and a single leading space is all that remains.

    A space before a line also marks a page's start in some extractions; those documents still
    have bullets of their own.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    if any(_BULLET.match(line) for line in lines):
        return False
    spaced = sum(bool(re.match(r" [A-Z“\"]", line)) for line in lines)
    return spaced >= 5 and spaced / len(lines) >= 0.05


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    # A byte order mark is no part of the first line's words.
    gap, start = True, int(text.startswith("\ufeff"))
    for raw in re.split(r"(?<=\n)|(?=\f)", text[start:]):
        content = raw.rstrip("\n\r")
        if not _BLANK.fullmatch(content):
            gap = gap or raw.startswith("\f")
            lines.append(_Line(start, start + len(content), content, gap))
            gap = False
        else:
            gap = True
        start += len(raw)
    return lines


def _is_wrapped(lines: list[_Line]) -> bool:
    """True when paragraphs run over several lines, so that a line end alone means nothing."""
    long = sum(len(line.text) > 160 for line in lines)
    return long < 0.05 * len(lines) or long < 2


def _start(line: _Line, spaced: bool, labels: frozenset[str]) -> Block:
    """The block that would begin with this line."""
    words = line.text
    indent = len(words) - len(words.lstrip(" \t\f"))
    whole = Block("prose", Span(line.start, line.end), indent=indent, outer=line.start)
    if (hashes := _HASHES.match(words)) and len(words) <= _LONGEST_HEADING:
        span = Span(line.start + hashes.end(), line.end)
        return replace(whole, kind="heading", span=span, level=len(hashes["hashes"]))
    if _URL.match(words):
        return replace(whole, kind="url")
    if "\t" in words.strip() or re.match(r"[ \t]*\|.*\|[ \t]*$", words):
        return replace(whole, kind="row")
    offset, glyph = 0, ""
    if bullet := _BULLET.match(words):
        offset, glyph = bullet.end(), bullet["glyph"]
    elif spaced and re.match(r" [A-Z“\"]", words):
        offset, glyph = 1, " "
    itemised: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
        ("number", _NUMBER),
        ("letter", _LETTER),
    )
    for kind, pattern in itemised:
        if match := pattern.match(words, offset):
            span = Span(line.start + match.end(), line.end)
            return replace(whole, kind=kind, span=span, number=match["number"], glyph=glyph)
    label = find_label(words, offset)
    if label and label["label"] in labels:
        span = Span(line.start + label.end(), line.end)
        return replace(whole, kind="number", span=span, number=label["label"], glyph=glyph)
    if glyph:
        return replace(whole, kind="bullet", span=Span(line.start + offset, line.end), glyph=glyph)
    if section := _SECTION.match(words):
        rest = flow(words[section.end() :]).lstrip(":.–—- ")
        if not rest or looks_like_heading(rest):
            named = re.match(r"section|part|chapter", section["word"], re.I)
            number = section["number"] if named else ""
            return replace(whole, kind="heading", number=number, level=1)
    if (bare := _BARE.match(words)) and looks_like_heading(flow(words[bare.end() :])):
        span = Span(line.start + bare.end(), line.end)
        return replace(whole, kind="number", span=span, number=bare["number"])
    return whole


def _labels(lines: list[_Line]) -> frozenset[str]:
    """Labels of this document that count on, from lines where a paragraph may begin."""
    before = ["", *(line.text.rstrip() for line in lines)]
    return counting(
        match["label"]
        for line, last in zip(lines, before, strict=False)
        if (line.gap or _TERMINAL.search(last)) and (match := find_label(line.text))
    )


def _may_be_underlined(text: str, block: Block) -> bool:
    """A heading, and not a rule above a line that someone drew across the page."""
    if (
        block.kind not in ("prose", "heading")
        or block.span.end - block.span.start > _LONGEST_HEADING
    ):
        return False
    return not re.search(r"[.;:,][\"”’')\]*_]*$", flow(block.span.of(text)))


def _run_in_heading(line: _Line, match: re.Match[str]) -> Block:
    span = Span(line.start + match.start("title"), line.start + match.end("title"))
    outer, number = line.start + match.start("number"), match["number"]
    return Block("heading", span, number, depth(number), outer=outer)


def _runs_on(blocks: list[Block], previous: str, line: _Line) -> bool:
    """A number in mid-sentence ("within\\n24. hours") begins no item."""
    return bool(
        blocks
        and not line.gap
        and blocks[-1].kind in ("prose", "bullet", "number")
        and previous.strip()
        and not _TERMINAL.search(previous.rstrip())
        and len(previous.strip()) > 40
    )


def _continues(
    text: str, last: Block, line: _Line, previous: str, wrapped: bool, width: int
) -> bool:
    if last.kind in ("row", "url") or last.level:
        return False
    if _BLANK.fullmatch(text, last.span.start, last.span.end):
        return True  # a bullet alone on its line: its text follows
    words, before = line.text.strip(), previous.rstrip()
    lower = words[0].islower() or words[0] in ",;)"
    if line.gap or not wrapped:
        # Broken by a page or a blank line, but still in mid-sentence.
        return lower and not _TERMINAL.search(before) and not before.endswith(",,")
    if _is_web_or_mail_address(words):
        return False
    if _signs(words) or _signs(before.strip()):
        return False
    if _TERMINAL.search(before) and re.search(r"[”\"]$", before) and _ATTRIBUTION.match(words):
        return False
    if lower:
        return True
    short = len(before) + 1 + len(words.split()[0]) <= 0.75 * width
    if short and looks_like_heading(before.strip()) and last.kind in ("prose", "number"):
        alone = last.kind == "number" or last.span.end - last.span.start == len(previous)
        return not (alone and words[0].isupper())
    if _TERMINAL.search(before) and looks_like_heading(words) and len(words) <= 0.75 * width:
        return not line.text.startswith(" ")
    return True


def _is_table_rule(words: str) -> bool:
    """The line of dashes below a Markdown table's head."""
    return "|" in words and "---" in words and not words.strip(" \t|:-")


def _is_web_or_mail_address(words: str) -> bool:
    address = re.sub(r"^[\W_]+", "", words)
    if address.startswith(("http://", "https://", "www.")):
        return True
    return "@" in address[1:-1] and len(address.split(maxsplit=1)) == 1


_ATTRIBUTION = re.compile(r"[(–—-]?\s*[A-Z]\w+,? (?:19|20)\d\d\)?$")


def _signs(words: str) -> bool:
    return re.match(r"(?:signed|signature)\b.{0,60}$", words, re.I) is not None


def _mark_headings(text: str, blocks: list[Block]) -> list[Block]:
    """Tell headings from one-line paragraphs and numbered headings from numbered rules."""
    marked: list[Block] = []
    for position, block in enumerate(blocks):
        following = blocks[position + 1] if position + 1 < len(blocks) else None
        words = flow(block.span.of(text))
        if block.kind == "prose" and not _ATTRIBUTION.match(words) and looks_like_heading(words):
            block = replace(block, kind="heading")
        elif (
            block.kind == "number"
            and looks_like_heading(words)
            and not _in_list(block, following, marked)
        ):
            block = replace(block, kind="heading", level=depth(block.number))
        marked.append(block)
    return marked


def _in_list(block: Block, following: Block | None, before: list[Block]) -> bool:
    """Numbered lines that follow one another without anything between are a list, not headings."""
    if following is None:
        return True
    if block.number.count(".") >= 2 and following.kind == "number":
        return following.number.count(".") <= block.number.count(".")
    last = next((b for b in reversed(before)), None)
    if last is not None and last.kind == "number" and _next(last.number, block.number):
        return True
    return following.kind == "number" and _next(block.number, following.number)


def _next(number: str, other: str) -> bool:
    """True when `other` counts one on from `number`: 1 → 2, 2.3 → 2.4."""
    head, _, tail = number.rpartition(".")
    other_head, _, other_tail = other.rpartition(".")
    return head == other_head and tail.isdigit() and other_tail == str(int(tail) + 1)
