"""The lists that are open at a point of a document, and what gives their items their meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.clauses.labels import depth
from ingest.clauses.opening import Block
from ingest.documents import Span

# What the items of a list have in common: their kind, and their level or style within it.
Shape = tuple[str, object]

PROSE: Shape = ("prose", 0)  # paragraphs that lost their bullets
ROWS: Shape = ("row", 0)

_DEEPEST = 6  # every item repeats all lead-ins above it
_BINDS = re.compile(
    r"\b(?:must|should|shall|may|will|can|cannot|are|is|do|don[’']t|never|not)\b", re.I
)
_ROMAN = re.compile(r"[ivx]+")


@dataclass
class List:
    """One open list: its lead-in and the number to cite its items by.

    `shape` is None until the first item shows what the items look like.
    """

    lead: Span
    number: str
    shape: Shape | None = None
    last: str = ""  # the last item's own label


@dataclass
class Lists:
    """The open lists, outermost first."""

    open: list[List] = field(default_factory=list)

    @property
    def leads(self) -> tuple[Span, ...]:
        return tuple(one.lead for one in self.open)

    @property
    def innermost(self) -> List | None:
        return self.open[-1] if self.open else None

    def close(self) -> None:
        self.open = []

    def push(self, lead: Span, number: str, shape: Shape | None = None) -> None:
        """Open a list below the ones that are open; nobody nests them deeper than `_DEEPEST`."""
        if len(self.open) == _DEEPEST:
            self.close()
        self.open.append(List(lead, number, shape))

    def join(self, block: Block) -> None:
        """Leave open the lists that this item stands in; none, if it stands in none of them."""
        found = self._holding(block)
        if found is None:
            self.close()
            return
        self.open = self.open[: found + 1]
        one = self.open[-1]
        one.shape = one.shape or self._shape(block)
        one.last = block.number

    def is_sibling(self, block: Block) -> bool:
        """True where an item belongs to a list that has items already."""
        found = self._holding(block)
        if found is None or self.open[found].shape is None:
            return False
        return not block.mark.indent or self.open[found].shape == self._shape(block)

    def _holding(self, block: Block) -> int | None:
        shape = self._shape(block)
        for position in range(len(self.open) - 1, -1, -1):
            last = position == len(self.open) - 1
            if self.open[position].shape == shape or (last and self.open[position].shape is None):
                return position
        # Bullets are drawn and indented in many ways within one list.
        if self.open and block.kind == "bullet" and (self.open[-1].shape or ("",))[0] == "bullet":
            return len(self.open) - 1
        return None

    def _shape(self, block: Block) -> Shape:
        if block.kind == "number":
            return ("number", depth(block.number))
        if block.kind == "letter":
            style = "figure" if block.number.isdigit() else self._style(block.number)
            return ("letter", style)
        if block.mark.indent:
            return ("bullet", block.mark.indent)
        return ("bullet", (block.glyph, block.indent))

    def _style(self, label: str) -> str:
        """Whether "i" is a numeral or the letter after "h"."""
        if not _ROMAN.fullmatch(label):
            return "letter"
        for one in reversed(self.open):
            if one.shape == ("letter", "roman"):
                return "roman"
            if one.shape == ("letter", "letter") and len(label) == 1:
                return "letter" if ord(one.last[:1] or "a") + 1 == ord(label) else "roman"
        return "roman"


def is_deeper(block: Block, below: Block) -> bool:
    """True where `below` hangs on `block` by its kind or its indent, colon or not."""
    if block.kind == "number":
        return below.kind in ("bullet", "letter")
    if block.kind not in ("bullet", "letter") or below.kind not in ("bullet", "letter"):
        return False
    if block.mark.indent and below.mark.indent:
        return below.mark.indent > block.mark.indent
    if block.kind == "letter" and below.kind == "letter":
        return below.number == "i" and block.number != "h"
    return block.kind == below.kind == "bullet" and below.indent >= block.indent + 2


def opens_list(block: Block, words: str, list_follows: str) -> bool:
    """A paragraph that ends with a colon, or one whose sentence goes on in the list's items."""
    bare = words.rstrip("*_ ")
    goes_on = list_follows.endswith("in lower case") and bare[-1:].isalpha()
    return bare.endswith(":") or (goes_on and block.kind in ("prose", "number"))


def is_item(list_follows: str, numbered: bool) -> bool:
    """True where an item follows, other than a numbered one below what has a number itself."""
    return list_follows.startswith(("bullet", "letter")) or (
        list_follows == "number" and not numbered
    )


def binds(words: str) -> bool:
    """True for "Staff must not:", False for "Aims:"."""
    return _BINDS.search(words) is not None
