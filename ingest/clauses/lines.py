"""The lines of a text, each with what its format says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.extract import Mark

_LINE_END = re.compile(r"(?<=\n)|(?=\f)")
_OLD_LINE_END = re.compile(r"(?<=\r)|(?=\f)")  # of old Macs, whose files have no other
_BLANK = re.compile(r"[\s\ufeff\u200b]*")
# A space before a capital, where the bullet of a list was lost in extraction.
_SPACED = re.compile(r" [A-Z“\"]")


@dataclass(frozen=True)
class Line:
    """A line with words on it, at these offsets of the text."""

    start: int
    end: int
    text: str
    gap: bool  # a blank line or page break stands before it
    mark: Mark


def split_lines(text: str, marks: Sequence[Mark] = ()) -> list[Line]:
    """Every line with words on it, in order; one without a mark gets an empty one."""
    known = {mark.start: mark for mark in marks}
    lines: list[Line] = []
    # A byte order mark is no part of the first line's words.
    gap, start = True, int(text.startswith("\ufeff"))
    ends = _LINE_END if "\n" in text else _OLD_LINE_END
    for raw in ends.split(text[start:]):
        content = raw.rstrip("\n\r")
        if not is_blank(content):
            gap = gap or raw.startswith("\f")
            # A reader marks where the words begin, which a page break may precede.
            offset = start + len(content) - len(content.lstrip("\f"))
            mark = known.get(start) or known.get(offset) or Mark(start)
            lines.append(Line(start, start + len(content), content, gap, mark))
            gap = False
        else:
            gap = True
        start += len(raw)
    return lines


def is_blank(words: str) -> bool:
    return _BLANK.fullmatch(words) is not None


def are_wrapped(lines: Sequence[Line]) -> bool:
    """True when paragraphs run over several lines, so that a line end alone means nothing."""
    long = sum(len(line.text) > 160 for line in lines)
    return long < 0.05 * len(lines) or long < 2


def starts_spaced(words: str) -> bool:
    return _SPACED.match(words) is not None
