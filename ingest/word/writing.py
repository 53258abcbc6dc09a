"""Paragraphs, tables and notes to the text and marks that every reader hands on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.extract import Extract, Mark, Role
from ingest.word.content import Block, Note, Paragraph, Story, Table
from ingest.word.outline import Line, outline
from ingest.word.tables import flat_rows, unfold

# A soft break before one of these begins an item, not another line of the same.
_ITEM = re.compile(
    r"[•▪◦●○■□‣⁃∙·➢➤✓✔❖]|[-–*o] |\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zA-Z]|[ivx]{2,4})[.)] "
)
# What is left of "Page 3 of 12" without its numbers.
_PAGE_OF = re.compile(r"[\W\d_]*(?:page\b)?[\W\d_]*(?:of\b)?[\W\d_]*$", re.I)
_PAGE_AT_END = re.compile(r"[\s|·–—-]*\bpage(?:\s+of)?\s*$", re.I)


_FEW = 30  # words; with pictures beside them, the pictures hold the rest


def picture_warnings(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """A warning where a file's words seem to be in its pictures; `names` are of its parts."""
    pictures = sum("media/" in name or name.startswith("pictures/") for name in names)
    if not pictures or len(text.split()) > _FEW:
        return ()
    return (
        f"holds {pictures} picture{'s' * (pictures > 1)} and hardly any text; if the policy is in "
        "the pictures, save the document as PDF and ingest that with --ocr",
    )


def write(story: Story, properties: dict[str, str]) -> Extract:
    """The story as text: a line a paragraph or row, notes after it, heads and feet at the end."""
    page = _Page()
    blocks = unfold(story.blocks)
    for block, line in zip(blocks, outline(blocks), strict=True):
        if isinstance(block, Table):
            page.table(block)
        else:
            page.paragraph(block, line)
    page.margins(unfold(story.margins))
    return Extract(
        page.text, tuple(page.marks), properties=properties, warnings=tuple(story.warnings)
    )


class _Page:
    """Lines and marks as they are written."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._length = 0
        self.marks: list[Mark] = []

    @property
    def text(self) -> str:
        return "".join(self._lines)

    def _line(self, text: str) -> int:
        start = self._length
        self._lines.append(f"{text}\n")
        self._length += len(text) + 1
        return start

    def paragraph(self, block: Paragraph, line: Line) -> None:
        """A paragraph's lines, then its notes."""
        label = f"{block.label} " if block.label else ""
        starts: list[tuple[int, int]] = []  # offset in the paragraph, offset in the text
        offset, begins = 0, True
        for text in block.text.split("\n"):
            if text or (label and not starts and not block.notes):
                first = not starts
                start = self._line(((label if first else "") + text).rstrip())
                starts.append((offset, start + (len(label) if first else 0)))
                self.marks.append(
                    Mark(
                        start,
                        begins=True if begins else None if _ITEM.match(text) else False,
                        heading=line.heading if first or begins else None,
                        role=line.role,
                        indent=line.indent if first else None,
                    )
                )
                begins = False
            else:
                begins = True
            offset += len(text) + 1
        for note in block.notes:
            # A note that hangs on nothing belongs to the line before it.
            at = max(
                (pair for pair in starts if pair[0] <= note.at), default=(note.at, self._length)
            )
            self.note(note, at[1] + note.at - at[0])

    def note(self, note: Note, anchor: int) -> None:
        before = self.text_before(anchor)
        anchor -= len(before) - len(before.rstrip())
        for position, text in enumerate(note.lines):
            words = f"{note.label} {text}" if position == 0 and note.label else text
            start = self._line(words)
            self.marks.append(Mark(start, position == 0, heading=0, role="footnote", anchor=anchor))

    def text_before(self, offset: int) -> str:
        """The few characters before an offset into what was just written."""
        back, end = self._length, len(self._lines)
        while end and back > offset:
            end -= 1
            back -= len(self._lines[end])
        return self._lines[end][: offset - back] if end < len(self._lines) else ""

    def table(self, table: Table, role: Role = "") -> None:
        for row in flat_rows(table):
            start = self._line(row.text)
            self.marks.append(Mark(start, begins=True, heading=0, role=role or row.role))
            for note in row.notes:
                self.note(note, start + note.at)

    def margins(self, blocks: Sequence[Block]) -> None:
        """Each distinct line of the heads and feet once."""
        seen: set[str] = set()
        for block in blocks:
            if isinstance(block, Table):
                lines = [row.text for row in flat_rows(block)]
            else:
                lines = [f"{block.label} {block.text}".strip()]
            for text in (line for whole in lines for line in whole.split("\n")):
                words = _PAGE_AT_END.sub("", text).strip(" |·–—-")
                if words and words not in seen and not _PAGE_OF.match(words):
                    seen.add(words)
                    start = self._line(words)
                    self.marks.append(Mark(start, begins=True, heading=0, role="furniture"))
