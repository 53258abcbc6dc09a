"""The kind of a stretch that is no heading and no rule: covers, contents, signatures, links, …"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.clauses.front import end_of_front, is_cover
from ingest.clauses.furniture import (
    cells,
    introduces_links,
    is_address,
    is_cover_line,
    is_decoration,
    is_link,
    is_signature,
    is_version_row,
    names_version_table,
)
from ingest.clauses.opening import Block
from ingest.documents import ClauseKind, flow

_CONTENTS = re.compile(r"(?:table of )?contents$|in this (?:policy|document)$", re.I)


class Kinds:
    """Labels the blocks of one document, in order, remembering what it is in the midst of."""

    def __init__(self, text: str, blocks: Sequence[Block], marked: bool) -> None:
        self.text = text
        self.blocks = blocks
        self.marked = marked  # the format parts paragraphs
        self.cover = end_of_front(text, blocks)  # index of the block after it
        self._links = False  # among web addresses
        self._contents = False  # among the lines of a typed table of contents
        self._headings: frozenset[str] | None = None  # the words of all headings, once needed

    def of(self, position: int, path: Sequence[str], before: str) -> ClauseKind | None:
        """The kind of a block, None for a heading or a rule.

        `path` are the headings above it, `before` the kind of what stands before it.
        """
        kind = self.beyond_cover(position, path, before)
        if kind is None and position < self.cover:
            if is_cover(self.text, self.blocks[position]):
                return "cover"
            return None if self._states(position) else "title"
        return kind

    def enter(self, heading: str) -> bool:
        """Note a heading; True where it is that of a list of contents and of nothing else."""
        self._links = False
        self._contents = self.marked and _CONTENTS.match(heading) is not None
        return self._contents

    def _states(self, position: int) -> bool:
        """Sentences, of which even a cover may have some; text without a format keeps its cover."""
        words = self._words(self.blocks[position])
        return self.marked and words.endswith((".", "!")) and len(words.split()) > 4

    def beyond_cover(self, position: int, path: Sequence[str], before: str) -> ClauseKind | None:
        """As `of`, wherever the block stands."""
        block = self.blocks[position]
        words = self._words(block)
        if block.kind in ("row", "header"):
            if is_cover_line(cells(words)):
                return "cover"
            versions = any(names_version_table(h) for h in path)
            return "version_table" if versions or is_version_row(words) else None
        if self._contents and block.kind != "heading":
            if self._names_heading(words):
                return "furniture"
            self._contents = False
        if is_decoration(words) or (block.kind != "heading" and _in_contents(path)):
            return "furniture"
        if is_signature(words, after_signature=before == "signature"):
            return "signature"
        if block.kind in ("prose", "heading") and is_cover_line(words):
            return "cover"
        if block.kind == "prose" and is_address(words):
            return "contact"
        if self._links and block.kind != "heading":
            return "links"
        following = self.following(position)
        if block.kind == "url":
            return "links" if before == "links" else "furniture"
        if block.kind in ("prose", "heading"):
            if introduces_links(words):
                self._links = True
                return "links"
            if words.endswith(":") and following is not None and following.kind == "url":
                return "links"
            if block.kind == "heading" and self._leads_to_address(position):
                return "contact"
        return "links" if is_link(words) else None

    def following(self, position: int) -> Block | None:
        """The next block of the text's flow."""
        after = self.after(position)
        return None if after is None else self.blocks[after]

    def after(self, position: int) -> int | None:
        for after in range(position + 1, len(self.blocks)):
            block = self.blocks[after]
            if block.kind != "aside" or block.mark.role in ("title", "caption"):
                return after
        return None

    def _leads_to_address(self, position: int) -> bool:
        """A name or a job within two lines of an e-mail address."""
        for block in self.blocks[position + 1 : position + 3]:
            if is_address(self._words(block)):
                return True
            if block.kind not in ("heading", "prose") or len(self._words(block).split()) > 6:
                return False
        return False

    def _names_heading(self, words: str) -> bool:
        """A typed line of contents: the words of a heading, and perhaps its page."""
        if self._headings is None:
            headings = (self._words(block) for block in self.blocks if block.kind == "heading")
            self._headings = frozenset(words.casefold() for words in headings)
        plain = re.sub(r"[\s.]*\d{1,3}$", "", words).casefold()
        return plain in self._headings or words.casefold() in self._headings

    def _words(self, block: Block) -> str:
        return flow(block.span.of(self.text))


def _in_contents(path: Sequence[str]) -> bool:
    return bool(path) and _CONTENTS.match(path[-1]) is not None
