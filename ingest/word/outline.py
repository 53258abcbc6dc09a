"""Headings, list depths and captions of a word processor's paragraphs, from style or from looks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.extract import Role
from ingest.word.content import Block, Paragraph, Table

_LONGEST = 14  # words in a heading that only its looks make one
_STATES = re.compile(r"[.;:,][\"”’')\]]*$")
_NAMES_A_PART = re.compile(r"(?:appendix|schedule|annex|section|part|chapter)\b", re.I)
_BINDS = re.compile(r"\b(?:should|must|may|will|shall|can|cannot|not|to|are|is)\b.*:$", re.I)
_DECIMAL = re.compile(r"\d{1,3}(?:\.\d{1,3})*\.?$")
_TYPED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)[.)]? (?=[A-Z])")
_TYPED_ITEM = re.compile(
    r"\d{1,2}(?:\.\d{1,3})*[.)]? |\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,5})[.)] "
    r"|[•▪◦●○■□‣⁃∙·➢➤✓✔❖]|[-–*o] "
)
_FIELD = re.compile(r"[\t|@]|https?://|www\.|_{3,}|\.{4,}")


@dataclass(frozen=True)
class Line:
    """What the mark of a paragraph's first line says."""

    heading: int | None = None
    role: Role = ""
    indent: int | None = None


def outline(blocks: Sequence[Block]) -> list[Line]:
    """One for each block; those of tables say nothing."""
    looks = _Looks(blocks)
    lists = _Lists()
    lines: list[Line] = []
    prose = False  # seen: a title that comes later heads a part
    for position, block in enumerate(blocks):
        if isinstance(block, Table):
            lists.interrupt()
            lines.append(Line())
            continue
        following = blocks[position + 1] if position + 1 < len(blocks) else None
        if position in looks.cover or (block.role == "title" and not prose):
            lines.append(Line(role="title"))
        elif block.role == "contents":
            lines.append(Line(role="contents"))
        elif block.caption:
            lines.append(Line(0, "caption" if isinstance(following, Table) else ""))
        else:
            heading = looks.heading(block)
            prose = prose or len(block.text.split()) > 20 or (heading == 0 and bool(block.label))
            if heading:
                lists.interrupt()
            lines.append(Line(heading, indent=None if heading else lists.depth(block)))
    return lines


def _words(paragraph: Paragraph) -> int:
    return len(paragraph.text.split())


def _is_bullet(paragraph: Paragraph) -> bool:
    return bool(paragraph.label) and not any(map(str.isalnum, paragraph.label.strip("o")))


class _Looks:
    """What headings look like in this document."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        plain = [b for b in blocks if isinstance(b, Paragraph) and b.role != "contents"]
        body: Counter[float] = Counter()
        for p in plain:
            body[p.looks.size] += _words(p) if not p.heading else 0
        self.body = max(body, key=lambda size: body[size]) if body else 0.0
        total = sum(map(_words, plain)) or 1
        self.bold_is_plain = sum(_words(p) for p in plain if p.looks.bold) > 0.4 * total
        self.capitals_are_plain = sum(_words(p) for p in plain if p.looks.capitals) > 0.4 * total
        # Size of each level of heading that styles make, outermost first.
        self.styled: dict[int, float] = {}
        for p in plain:
            if p.heading and self._styled(p):
                self.styled[p.heading] = max(p.looks.size, self.styled.get(p.heading, 0.0))
        direct = [p for p in plain if p.heading is None and self._stands_out(p)]
        self.cover = self._cover(blocks, direct)
        named = {id(blocks[position]) for position in self.cover}
        direct = [p for p in direct if id(p) not in named]
        self.ranks = sorted({self._rank(p) for p in direct}, reverse=True)
        self.sure = len(direct) + sum(1 for p in plain if p.heading) >= 3

    def _cover(self, blocks: Sequence[Block], direct: Sequence[Paragraph]) -> frozenset[int]:
        """Positions of the lines at the very top that are set larger than any heading."""
        top: list[Paragraph] = []
        for block in blocks:
            if not (isinstance(block, Paragraph) and any(block is p for p in direct[:20])):
                break
            top.append(block)
        later = [self._rank(p)[0] for p in direct[len(top) :]] + list(self.styled.values())
        largest = max(later, default=self.body)
        named = [place for place, p in enumerate(top) if self._rank(p)[0] > largest + 0.25]
        # What stands above a document's name, a crest's motto or an authority's, heads nothing.
        return frozenset(range(named[-1] + 1)) if named else frozenset()

    def heading(self, p: Paragraph) -> int | None:
        """The level of a heading; 0 where it surely is none, None where words must decide."""
        if p.heading or p.role == "title":
            return (p.heading or 1) if self._styled(p) else (0 if _words(p) > 30 else None)
        if self._stands_out(p):
            return self._level(p)
        short = _words(p) <= _LONGEST and not p.text[:1].islower()
        short = short and not _STATES.search(p.text) and not _is_bullet(p)
        numbered = _DECIMAL.match(p.label.rstrip(".)")) or _TYPED.match(p.text)
        if short and (not self.sure or numbered or _NAMES_A_PART.match(p.text)):
            return None
        return 0

    def _styled(self, p: Paragraph) -> bool:
        """Whole rules are set in heading styles for the sake of their numbers."""
        if _words(p) > 30:
            return False
        # "Staff must not:" in a heading's style still leads in what follows.
        return not (re.search(r"[.;]$", p.text) and _words(p) > 5) and not _BINDS.search(p.text)

    def _rank(self, p: Paragraph) -> tuple[float, bool, bool]:
        bold = p.looks.bold and not self.bold_is_plain
        return (round(max(p.looks.size, self.body) * 2) / 2, bold, p.looks.capitals)

    def _stands_out(self, p: Paragraph) -> bool:
        if not p.text or _words(p) > _LONGEST or _is_bullet(p) or p.caption or p.role:
            return False
        if _STATES.search(p.text.rstrip(":")) or _FIELD.search(p.text) or "\n\n" in p.text:
            return False
        letters = [letter for letter in p.text if letter.isalpha()]
        if not letters or letters[0].islower():
            return False
        larger = p.looks.size >= max(self.body + 1, self.body * 1.08)
        bold = p.looks.bold and not self.bold_is_plain
        capitals = p.looks.capitals and not self.capitals_are_plain and len(letters) > 3
        if _BINDS.search(p.text) or (p.text.endswith(":") and not (larger or bold)):
            return False
        return larger or bold or p.looks.underlined or capitals

    def _level(self, p: Paragraph) -> int:
        label = p.label.rstrip(".)")
        typed = _TYPED.match(p.text)
        counted = label if _DECIMAL.match(label) else typed[1] if typed else ""
        if "." in counted:
            return min(counted.count(".") + 1, 9)
        rank = self._rank(p)
        above = [level for level, size in self.styled.items() if size > rank[0] + 0.25]
        same = [level for level, size in self.styled.items() if abs(size - rank[0]) <= 0.25]
        if same:
            return min(same)
        if above:
            return min(max(above) + 1, 9)
        return min(self.ranks.index(rank) + 1, 9) if rank in self.ranks else 1


class _Lists:
    """How deep items stand, by how far they are indented: lists of Word's rarely use levels."""

    def __init__(self) -> None:
        self._open: list[tuple[float, bool]] = []  # indent, is a bullet

    def interrupt(self) -> None:
        self._open = []

    def depth(self, p: Paragraph) -> int | None:
        """Depth from 1 of an item; 0 for a paragraph in no list, None where it may go on in one."""
        if not p.label:
            if (p.left > 0 and self._open) or _TYPED_ITEM.match(p.text):
                return None
            self._open = self._open if self._open and p.left > 0 else []
            return 0
        left, bullet = p.left, _is_bullet(p)
        while self._open and self._open[-1][0] > left + 1:
            self._open.pop()
        if self._open and abs(self._open[-1][0] - left) <= 1:
            if bullet and not self._open[-1][1]:
                self._open.append((left, bullet))  # bullets below a number at the same indent
            elif not bullet and self._open[-1][1] and len(self._open) > 1:
                self._open.pop()
        else:
            self._open.append((left, bullet))
        return len(self._open)
