"""Extracted text to clauses: pure, and every word ends up in one labelled stretch."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ingest.blocks import Block, find_blocks, indents_are_bullets
from ingest.documents import Clause, ClauseKind, Span, flow
from ingest.furniture import (
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
from ingest.headings import Outline
from ingest.identity import identify
from ingest.labels import depth
from ingest.sentences import count_sentences, lost_stop, points_back, split_sentences, trim

# "Guidance for staff from the National Education Union", not "Trade union representatives".
_UNION = r"\b(?:union|NASUWT|NEU|ASCL|NAHT|Unison|GMB)\b"
_CONTENTS = re.compile(r"(?:table of )?contents$|in this (?:policy|document)$", re.I)
_BY_A_UNION = re.compile(
    rf"\b(?:guidance|guidelines|advice)\b.* (?:from|by) .*{_UNION}"
    rf"|{_UNION}(?:[’']s)? (?:guidance|guidelines|advice)\b",
    re.I,
)
_LONGEST_LEAD_IN = 2000  # characters; every item repeats it


@dataclass
class _List:
    """The list that is open: what gives its items their meaning, and what its items look like."""

    span: Span
    number: str
    items: Literal["", "number", "bullet", "letter", "prose", "row"] = ""
    depth: int = 0  # of its items' numbers


def find_clauses(text: str) -> tuple[Clause, ...]:
    """Every labelled stretch of a text in order; those of kind "clause" state its rules."""
    return tuple(identify(_Reader(text).read()))


def rules(clauses: Iterable[Clause]) -> list[Clause]:
    """Only what may be offered as a rule."""
    return [clause for clause in clauses if clause.kind == "clause"]


class _Reader:
    """Walks the blocks of one document once, remembering headings and the open list."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.blocks = find_blocks(text)
        self.outline = Outline(flat=indents_are_bullets(text))
        self.list: _List | None = None
        self.found: list[Clause] = []
        self.links = False  # among web addresses
        self.breaks = [m.start() for m in re.finditer("\f", text)]

    def read(self) -> list[Clause]:
        cover = self._end_of_cover()
        for position, block in enumerate(self.blocks):
            label = self._furniture(position)
            if label is None and position < cover:
                label = "title"
            if label is not None:
                self._add(label, trim(self.text, Span(block.outer, block.span.end)))
            elif block.kind == "heading":
                self._heading(block)
            else:
                self._body(block, self._next_item(position))
        return self.found

    def _words(self, block: Block) -> str:
        return flow(block.span.of(self.text))

    def _end_of_cover(self) -> int:
        """Index of the block after the cover: up to its last line of dates or approval."""
        end = 0
        for position, block in enumerate(self.blocks[:30]):
            words = self._words(block)
            if is_cover_line(cells(words) if block.kind in ("row", "header") else words):
                end = position + 1
            elif len(words.split()) > 25 or block.kind in ("number", "bullet"):
                break
        return end

    def _furniture(self, position: int) -> ClauseKind | None:
        """The label of a block that is no heading and no rule, else None."""
        block = self.blocks[position]
        words = self._words(block)
        if block.kind in ("row", "header"):
            if is_cover_line(cells(words)):
                return "cover"
            versions = any(names_version_table(h) for h in self.outline.path)
            return "version_table" if versions or is_version_row(words) else None
        if is_decoration(words) or (block.kind != "heading" and self._in_contents()):
            return "furniture"
        before = self.found[-1].kind if self.found else ""
        if is_signature(words, after_signature=before == "signature"):
            return "signature"
        if block.kind in ("prose", "heading") and is_cover_line(words):
            return "cover"
        if block.kind == "prose" and is_address(words):
            return "contact"
        if self.links and block.kind != "heading":
            return "links"
        following = self.blocks[position + 1] if position + 1 < len(self.blocks) else None
        if block.kind == "url":
            return "links" if before == "links" else "furniture"
        if block.kind in ("prose", "heading"):
            if introduces_links(words):
                self.links = True
                return "links"
            if words.endswith(":") and following is not None and following.kind == "url":
                return "links"
            if block.kind == "heading" and self._leads_to_address(position):
                return "contact"
        return "links" if is_link(words) else None

    def _leads_to_address(self, position: int) -> bool:
        """A name or a job within two lines of an e-mail address."""
        for block in self.blocks[position + 1 : position + 3]:
            if is_address(self._words(block)):
                return True
            if block.kind not in ("heading", "prose") or len(self._words(block).split()) > 6:
                return False
        return False

    def _in_contents(self) -> bool:
        return bool(self.outline.path) and _CONTENTS.match(self.outline.path[-1]) is not None

    def _heading(self, block: Block) -> None:
        self.list, self.links = None, False
        span = trim(self.text, Span(block.outer, block.span.end))
        shown = re.sub(r"^[#\s\f]+", "", flow(span.of(self.text))).strip("*_ ")
        start = span.end - len(span.of(self.text).lstrip("#\f \t"))
        heading = self.outline.push(shown, block.number, block.level)
        self._add("heading", trim(self.text, Span(start, span.end)), block.number, heading)

    def _next_item(self, position: int) -> str:
        """What kind of list follows directly, "prose" where it lost its bullets, else ""."""
        for block in self.blocks[position + 1 : position + 2]:
            if block.kind == "prose" and self.blocks[position].kind == "prose":
                bare = self._furniture(position + 1) is None and self._one_sentence(block)
                return "prose" if bare else ""
            if block.kind in ("bullet", "letter"):
                lower = self._words(block)[:1].islower()
                return f"{block.kind} in lower case" if lower else block.kind
            return block.kind if block.kind == "number" else ""
        return ""

    def _one_sentence(self, block: Block) -> bool:
        if self._words(block).endswith(":"):
            return False
        return count_sentences(self.text, trim(self.text, block.span)) == 1

    def _body(self, block: Block, list_follows: str) -> None:
        self.outline.content()
        if block.kind in ("row", "header"):
            self._table(block)
            return
        if block.kind in ("prose", "url"):
            number = self._join_prose(block)
        else:
            number = self._join_list(block)
        lead = self.list.span if self.list else None
        body = block.span
        strays: list[Span] = []
        if block.kind in ("bullet", "number", "letter"):
            body, strays = self._stray_sentences(block)
        body = trim(self.text, body)
        words = body.of(self.text)
        if list_follows and not strays and _opens_list(block, words, list_follows):
            self._lead_in(block, body, number, lead)
        elif block.kind == "prose":
            for sentence in split_sentences(self.text, body):
                self._add("clause", sentence, number, lead=lead)
        else:
            self._add("clause", body, number, lead=lead)
            short = body.end - body.start <= _LONGEST_LEAD_IN
            below = list_follows.startswith(("bullet", "letter"))
            if block.kind == "number" and below and lead is None and short:
                # Items below a numbered rule are its sub-clauses, colon or not.
                self.list = _List(body, number)
        for stray in strays:
            self.list = None
            for sentence in split_sentences(self.text, stray):
                self._add("clause", sentence, self.outline.number)

    def _table(self, block: Block) -> None:
        """A row is a clause; the row of column names gives the others their meaning."""
        span = trim(self.text, block.span, also="|")
        number = self.outline.number
        if span.start == span.end:
            self._add("furniture", trim(self.text, block.span))
            return
        if block.kind == "header" and span.end - span.start <= _LONGEST_LEAD_IN:
            self._add("lead_in", span, number)
            self.list = _List(span, number, items="row")
            return
        if self.list is not None and self.list.items != "row":
            self.list = None
        self._add("clause", span, number, lead=self.list.span if self.list else None)

    def _join_prose(self, block: Block) -> str:
        """Close the open list, unless its items are paragraphs that lost their bullets."""
        if self.list is not None:
            if self.list.items in ("", "prose") and self._one_sentence(block):
                self.list.items = "prose"
                return self.list.number
            self.list = None
        return self.outline.number

    def _join_list(self, block: Block) -> str:
        """Keep or close the open list for this item; returns the number to cite the item by."""
        kind: Literal["number", "bullet", "letter"] = (
            "number" if block.kind == "number" else "letter" if block.kind == "letter" else "bullet"
        )
        if self.list is not None:
            if not self.list.items:
                self.list.items = kind
                self.list.depth = depth(block.number)
            elif self.list.items != kind or depth(block.number) != self.list.depth:
                self.list = None
        own = block.number if kind == "number" else ""
        if kind == "letter":
            base = self.list.number if self.list else self.outline.number
            return f"{base}({block.number})"
        if own:
            return own
        return self.list.number if self.list else self.outline.number

    def _lead_in(self, block: Block, body: Span, number: str, outer: Span | None) -> None:
        """Split "…. Staff should not:" into what stands alone and what the list hangs on."""
        sentences = split_sentences(self.text, body)
        last = sentences.pop()
        while sentences and points_back(last.of(self.text)):
            last = Span(sentences.pop().start, last.end)
        leads = last.end - last.start <= _LONGEST_LEAD_IN
        if not leads:
            sentences.append(last)
        if sentences:
            before = Span(body.start, sentences[-1].end)
            spans = [before] if block.kind != "prose" else split_sentences(self.text, before)
            for span in spans:
                self._add("clause", span, number, lead=outer)
        if leads:
            self._add("lead_in", last, number, lead=outer)
            self.list = _List(last, number)

    def _stray_sentences(self, block: Block) -> tuple[Span, list[Span]]:
        """A bullet's own text, and a sentence of running prose glued to its end."""
        body = trim(self.text, block.span)
        if block.kind == "bullet" and self.list is not None:
            cut = lost_stop(self.text, body)
            if cut is not None:
                return trim(self.text, Span(body.start, cut)), [Span(cut, body.end)]
        return body, []

    def _add(
        self,
        kind: ClauseKind,
        span: Span,
        number: str = "",
        heading: tuple[str, ...] | None = None,
        lead: Span | None = None,
    ) -> None:
        path = self.outline.path if heading is None else heading
        self.found.append(
            Clause(
                id="",
                kind=kind,
                text=span.of(self.text),
                span=span,
                number=number,
                heading=path,
                lead_in=lead.of(self.text) if lead else "",
                lead_in_span=lead,
                page=bisect_right(self.breaks, span.start) + 1 if self.breaks else None,
                origin="union" if any(_BY_A_UNION.search(h) for h in path) else "policy",
            )
        )


def _opens_list(block: Block, words: str, list_follows: str) -> bool:
    """A paragraph that ends with a colon, or one whose sentence goes on in the list's items."""
    bare = words.rstrip("*_ ")
    goes_on = list_follows.endswith("in lower case") and bare[-1:].isalpha()
    return bare.endswith(":") or (goes_on and block.kind in ("prose", "number"))
