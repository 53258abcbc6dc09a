"""A word processor's document between its file and its text: paragraphs, tables and notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ingest.extract import Role
from ingest.word.letters import seen


@dataclass(frozen=True)
class Note:
    """A footnote or endnote; `at` is the offset, in its paragraph's text, of its reference."""

    at: int
    label: str
    lines: tuple[str, ...]  # its paragraphs


@dataclass(frozen=True)
class Looks:
    """How a paragraph's letters are set; `size` is that of most of them, in points."""

    size: float = 0
    bold: bool = False  # all of them, as are the next two
    underlined: bool = False
    capitals: bool = False


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: "\\n" breaks a line, "\\n\\n" separates what looks like two paragraphs.

    `label` is its automatic number or bullet. `heading` is the level its style gives it, None
    where its style says nothing. `left` is its indent in points and `level` its level in its
    list, from 0. `centred` and `looks` are what its reader sees of it besides.
    """

    text: str
    label: str = ""
    heading: int | None = None
    role: Role = ""
    level: int | None = None
    left: float = 0
    looks: Looks = Looks()
    notes: tuple[Note, ...] = ()
    caption: bool = False  # by its style


@dataclass(frozen=True)
class Cell:
    """A table's cell; `merged` goes on from the cell above it and holds nothing itself."""

    blocks: tuple[Block, ...] = ()
    span: int = 1
    merged: bool = False
    shaded: bool = False


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    header: bool = False  # by the file's word: repeated on each page, or set apart by its style


@dataclass(frozen=True)
class Table:
    rows: tuple[Row, ...]
    ruled: bool = True


Block: TypeAlias = Paragraph | Table


@dataclass
class Story:
    """What a reader found: the blocks in order, heads and feet, and warnings."""

    blocks: list[Block] = field(default_factory=list)
    margins: list[Block] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Ink:
    """A paragraph being written: text closed up as it comes, with offsets that stay true."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._last = ""
        self.length = 0

    def write(self, text: str) -> None:
        """Text as the file has it; tabs and runs of spaces close to one space."""
        shown = seen(text)
        if "\n" in shown:
            for position, line in enumerate(shown.split("\n")):
                if position:
                    self.break_line()
                self._put(line)
        else:
            self._put(shown)

    def break_line(self, kind: Literal["line", "page"] = "line") -> None:
        if self.length:
            if self._last == " ":
                self._parts[-1] = self._parts[-1][:-1]
                self.length -= 1
            self._last = "\n"
            self._parts.append("\n" if kind == "line" else "\n\n")
            self.length += len(self._parts[-1])

    def _put(self, text: str) -> None:
        if self._last in ("", " ", "\n"):
            text = text.lstrip(" ")
        if text:
            self._parts.append(text)
            self.length += len(text)
            self._last = text[-1]

    @property
    def text(self) -> str:
        """Everything written, without space at its end; offsets into it hold."""
        return "".join(self._parts).rstrip(" \n")

    def join(self, text: str, notes: tuple[Note, ...] = ()) -> list[Note]:
        """Write another paragraph's text, and return its notes where they now stand."""
        before = self.length
        self.write(text)
        lost = max(0, len(text) - (self.length - before))
        return [Note(max(0, note.at + before - lost), note.label, note.lines) for note in notes]
