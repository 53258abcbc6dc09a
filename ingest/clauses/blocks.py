"""Lines of extracted text to blocks: paragraphs, list items, headings, table rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.clauses.headings import looks_like_heading
from ingest.clauses.labels import depth
from ingest.clauses.lines import Line, are_wrapped, is_blank, split_lines, starts_spaced
from ingest.clauses.opening import (
    LONGEST_HEADING,
    TERMINAL,
    Block,
    labels_of,
    open_block,
    run_in_heading,
    starts_bullet,
)
from ingest.documents import Span, flow
from ingest.extract import Mark

_UNDERLINE = re.compile(r"[ \t]*(?:={3,}|-{3,}|\*{3,}|_{3,})[ \t]*")  # of a heading, or a rule


def find_blocks(text: str, marks: Sequence[Mark] = ()) -> list[Block]:
    """The blocks of a text, in order; every word of it falls in exactly one."""
    lines = split_lines(text, marks)
    wrapped = are_wrapped(lines)
    spaced = not knows_paragraphs(marks) and indents_are_bullets(text)
    labels = labels_of(lines)
    blocks: list[Block] = []
    previous = ""
    width = max((len(line.text) for line in lines), default=0)
    for line in lines:
        if line.mark.role == "" and _UNDERLINE.fullmatch(line.text):
            if blocks and not line.gap and _may_be_underlined(text, blocks[-1]):
                level = 1 if "=" in line.text else 2
                blocks[-1] = replace(blocks[-1], kind="heading", level=level)
            previous = ""
            continue
        if line.mark.begins is False and blocks:
            blocks[-1] = replace(blocks[-1], span=Span(blocks[-1].span.start, line.end))
            previous = line.text
            continue
        if run_in := run_in_heading(line):
            heading, line = run_in
            blocks.append(heading)
            previous = ""
            if is_blank(line.text):
                continue
        block = open_block(line, spaced, labels)
        joins = line.mark.begins is None and line.mark.heading is None
        if joins and block.kind in ("number", "letter") and _runs_on(blocks, previous, line):
            block = replace(block, kind="prose", number="", span=Span(line.start, line.end))
        if joins and block.kind == "prose" and blocks:
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


def knows_paragraphs(marks: Sequence[Mark]) -> bool:
    """True where the format says where paragraphs begin, so that words need not.

    Markdown marks its tables and comments alone.
    """
    plain = sum(mark.begins is not None and not mark.role for mark in marks)
    return 2 * plain > len(marks) or any(mark.heading is not None for mark in marks)


def indents_are_bullets(text: str) -> bool:
    """True where a list's bullets were lost and a single leading space is all that remains.

    A space before a line also marks a page's start in some extractions; those documents still
    have bullets of their own.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    if any(map(starts_bullet, lines)):
        return False
    spaced = sum(map(starts_spaced, lines))
    return spaced >= 5 and spaced / len(lines) >= 0.05


def _may_be_underlined(text: str, block: Block) -> bool:
    """A heading, and not a rule above a line that someone drew across the page."""
    if (
        block.kind not in ("prose", "heading")
        or block.span.end - block.span.start > LONGEST_HEADING
    ):
        return False
    return not re.search(r"[.;:,][\"”’')\]*_]*$", flow(block.span.of(text)))


def _runs_on(blocks: list[Block], previous: str, line: Line) -> bool:
    """A number in mid-sentence ("within\\n24. hours") begins no item."""
    return bool(
        blocks
        and not line.gap
        and blocks[-1].kind in ("prose", "bullet", "number")
        and previous.strip()
        and not TERMINAL.search(previous.rstrip())
        and len(previous.strip()) > 40
    )


def _continues(
    text: str, last: Block, line: Line, previous: str, wrapped: bool, width: int
) -> bool:
    if last.kind in ("row", "header", "url") or last.level:
        return False
    if last.kind == "aside":
        return False
    if is_blank(last.span.of(text)):
        return True  # a bullet alone on its line: its text follows
    words, before = line.text.strip(), previous.rstrip()
    lower = words[0].islower() or words[0] in ",;)"
    if line.gap or not wrapped:
        # Broken by a page or a blank line, but still in mid-sentence.
        return lower and not TERMINAL.search(before) and not before.endswith(",,")
    if _is_web_or_mail_address(words):
        return False
    if _signs(words) or _signs(before.strip()):
        return False
    if TERMINAL.search(before) and re.search(r"[”\"]$", before) and _ATTRIBUTION.match(words):
        return False
    if lower:
        return True
    short = len(before) + 1 + len(words.split()[0]) <= 0.75 * width
    if short and looks_like_heading(before.strip()) and last.kind in ("prose", "number"):
        alone = last.kind == "number" or last.span.end - last.span.start == len(previous)
        return not (alone and words[0].isupper())
    if TERMINAL.search(before) and looks_like_heading(words) and len(words) <= 0.75 * width:
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
        if block.mark.heading == 0:
            pass
        elif block.kind == "prose" and not _ATTRIBUTION.match(words) and looks_like_heading(words):
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
