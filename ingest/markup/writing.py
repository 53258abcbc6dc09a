"""A text written line by line together with its marks, footnotes tied to where they belong."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.clean import clean
from ingest.extract import Extract, Mark

_REFERENCE = re.compile("\x01(\\d+)\x02")


def reference(note: int) -> str:
    """A sign for the place, in words still to be written, that a footnote belongs to."""
    return f"\x01{note}\x02"


def without_references(words: str) -> str:
    return _REFERENCE.sub("", words)


def without_signs(words: str) -> str:
    """Words from a file, in which nobody may forge such a sign."""
    return words.replace("\x01", "").replace("\x02", "")


class Writing:
    """Collects lines in order; `extract` is what they come to.

    Of what a line holds, invisible characters are left out and white space is closed, but for the
    tabs between a row's cells.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._marks: list[Mark] = []
        self._length = 0
        self._referred: dict[int, int] = {}  # note → offset of its first reference

    def line(self, words: str, mark: Mark, note: int | None = None) -> None:
        """Write one line unless it is blank; `note` is the footnote whose line it is.

        The mark's own `start` and `anchor` are ignored.
        """
        written = _closed(without_references(words))
        if not written.strip():
            return
        anchor = self._referred.get(note) if note is not None else None
        self._marks.append(replace(mark, start=self._length, anchor=anchor))
        for match in _REFERENCE.finditer(words):
            before = _closed(without_references(words[: match.start()])).rstrip()
            self._referred.setdefault(int(match[1]), self._length + len(before))
        self.lines.append(written)
        self._length += len(written) + 1

    def extract(self, properties: dict[str, str], warnings: tuple[str, ...]) -> Extract:
        text = "\n".join(self.lines)
        return Extract(text, tuple(self._marks), properties, warnings=warnings)


def _closed(words: str) -> str:
    cells = [" ".join(cell.split()) for cell in clean(words, keep="\t").split("\t")]
    return "\t".join(cells).strip(" ")
