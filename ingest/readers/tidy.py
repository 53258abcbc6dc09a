"""A last look at what a reader hands on, whose libraries may know more characters than it does."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from ingest.clean import clean
from ingest.extract import Extract

_SOFT = "\u00ad"


def tidy(extract: Extract) -> Extract:
    """The extract without invisible characters in its text, its marks where they belong.

    A soft hyphen that ends a line stays, as do tabs and page breaks.
    """
    whole = extract.text.replace(f"{_SOFT}\n", "\n").removesuffix(_SOFT)
    if clean(whole, keep="\n\t\f") == whole:
        return extract
    old = extract.text.split("\n")
    new = [_clean(line) for line in old]
    old_starts, new_starts = _starts(old), _starts(new)

    def move(offset: int) -> int:
        line = bisect_right(old_starts, offset) - 1
        before = _clean(old[line][: offset - old_starts[line]])
        return new_starts[line] + min(len(before), len(new[line]))

    marks = tuple(
        replace(
            mark,
            start=move(mark.start),
            anchor=None if mark.anchor is None else move(mark.anchor),
        )
        for mark in extract.marks
    )
    return replace(extract, text="\n".join(new), marks=marks)


def _clean(line: str) -> str:
    # A line separator within a line breaks none here: the lines' number must not change.
    cleaned = clean(line, keep="\t\f")
    return cleaned + _SOFT if line.endswith(_SOFT) else cleaned


def _starts(lines: list[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return starts[:-1]
