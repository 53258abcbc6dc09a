"""Extracted text to clauses: pure, and every word ends up in one labelled stretch."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.clauses.blocks import find_blocks, indents_are_bullets, knows_paragraphs
from ingest.clauses.front import promote_title
from ingest.clauses.furniture import is_link
from ingest.clauses.headings import Outline
from ingest.clauses.identity import identify
from ingest.clauses.kinds import Kinds
from ingest.clauses.lists import PROSE, ROWS, Lists, binds, is_deeper, is_item, opens_list
from ingest.clauses.opening import Block
from ingest.clauses.origin import is_by_a_union
from ingest.clauses.references import refer
from ingest.clauses.sentences import count_sentences, lost_stop, points_back, split_sentences, trim
from ingest.documents import Clause, ClauseKind, Lead, Span, flow
from ingest.extract import Mark

_CAPTION = re.compile(r"Table \d{1,3}\b.{0,120}$")
# "Please do not bring", set as a heading without a colon: alone its items would say the opposite.
_UNFINISHED = re.compile(
    r"(?!(?:what|when|where|who|whom|how|why|which)\b)(?:[\w’'-]+ ){0,5}?"
    r"(?:please|always|never|do not|don[’']t|must|should|may|will|can|cannot|not)"
    r"(?: (?!be$)[a-z]+)?$",
    re.I,
)
_LONGEST_LEAD_IN = 2000  # characters; every item repeats it


def find_clauses(text: str, marks: Sequence[Mark] = ()) -> tuple[Clause, ...]:
    """Every labelled stretch of a text in order; those of kind "clause" state its rules."""
    return refer(identify(_Reader(text, marks).read()))


def rules(clauses: Iterable[Clause]) -> list[Clause]:
    """Only what may be offered as a rule."""
    return [clause for clause in clauses if clause.kind == "clause"]


class _Reader:
    """Walks the blocks of one document once, remembering headings and the open list."""

    def __init__(self, text: str, marks: Sequence[Mark]) -> None:
        self.text = text
        blocks = find_blocks(text, marks)
        self.marked = knows_paragraphs(marks)
        self.blocks = promote_title(text, blocks) if self.marked else blocks
        self.outline = Outline(flat=not self.marked and indents_are_bullets(text))
        self.lists = Lists()
        self.found: list[Clause] = []
        self.caption: Span | None = None  # of the table that follows
        self.kinds = Kinds(text, self.blocks, self.marked)
        self.breaks = [m.start() for m in re.finditer("\f", text)]

    def read(self) -> list[Clause]:
        for position, block in enumerate(self.blocks):
            if block.kind == "aside":
                self._aside(block, position < self.kinds.cover)
                continue
            if self._is_caption(position):
                self._caption(trim(self.text, block.span))
                continue
            label = self.kinds.of(position, self.outline.path, self._before)
            if label is not None:
                self._add(label, trim(self.text, Span(block.outer, block.span.end)))
            elif block.kind == "heading" and self._leads_items(block, position):
                self._leading_heading(block, position)
            elif block.kind == "heading":
                self._heading(block)
            else:
                self._body(block, position)
        return self.found

    @property
    def _before(self) -> str:
        return self.found[-1].kind if self.found else ""

    def _words(self, block: Block) -> str:
        return flow(block.span.of(self.text))

    def _aside(self, block: Block, on_cover: bool) -> None:
        """What its format labels: no rule, except a footnote, which belongs to its clause."""
        span = trim(self.text, Span(block.outer, block.span.end))
        role = block.mark.role
        if role == "title" and (on_cover or not self.outline.path):
            self._add("title", span)
        elif role == "title":
            self._heading(block)
        elif role == "footnote":
            self._footnote(block, span)
        elif role == "caption":
            self._caption(span)
        else:
            self._add("furniture", span)

    def _is_caption(self, position: int) -> bool:
        following = self.kinds.following(position)
        if following is None or following.kind not in ("row", "header"):
            return False
        block = self.blocks[position]
        return block.kind in ("prose", "heading") and _CAPTION.match(self._words(block)) is not None

    def _caption(self, span: Span) -> None:
        self._add("lead_in", span, self.outline.number)
        self.lists.close()
        self.caption = span

    def _footnote(self, block: Block, span: Span) -> None:
        words = span.of(self.text)
        if is_link(flow(words)):
            self._add("links", span)
            return
        anchor = block.mark.anchor
        host = next(
            (
                c
                for c in reversed(self.found)
                if anchor is not None and c.span.start < anchor <= c.span.end
            ),
            None,
        )
        label = re.match(r"[\[(]?(\w{1,4}|[*†‡§]+)[\])]?\s+", words)
        body = Span(span.start + (label.end() if label else 0), span.end)
        number = f"note {label[1]}" if label else "note"
        if host is None or host.kind not in ("clause", "lead_in"):
            self._add("clause", body, number)
        else:
            number = f"{host.number} {number}".strip()
            leads = (*host.outer, *self._lead_of(host), Lead(host.text, host.span))
            self._add("clause", body, number, host.heading, leads)

    @staticmethod
    def _lead_of(clause: Clause) -> tuple[Lead, ...]:
        return (Lead(clause.lead_in, clause.lead_in_span),) if clause.lead_in_span else ()

    def _heading(self, block: Block) -> None:
        self.lists.close()
        self.caption = None
        span = trim(self.text, Span(block.outer, block.span.end))
        shown = re.sub(r"^[#\s\f]+", "", flow(span.of(self.text))).strip("*_ ")
        start = span.end - len(span.of(self.text).lstrip("#\f \t"))
        if self.kinds.enter(shown):
            self._add("heading", span)  # of the contents list alone: what follows stands elsewhere
            return
        heading = self.outline.push(shown, block.number, block.level)
        self._add("heading", trim(self.text, Span(start, span.end)), block.number, heading)

    def _leads_items(self, block: Block, position: int) -> bool:
        """A heading that ends with a colon, or unfinished, right above the items that it leads."""
        words = self._words(block).strip("*_# ")
        if not words.endswith(":") and not _UNFINISHED.match(words):
            return False
        return is_item(self._next_item(position), bool(block.number))

    def _leading_heading(self, block: Block, position: int) -> None:
        """ "Do not:" set as a heading leads its items and no more; "3 Aims:" heads them, too."""
        words = self._words(block)
        if block.number or not binds(words) or not words.rstrip("*_ ").endswith(":"):
            self._heading(block)
            span = trim(self.text, block.span)
            if span.end - span.start <= _LONGEST_LEAD_IN and self.found[-1].kind == "heading":
                self.lists.push(span, self.outline.number)
            return
        self._body(replace(block, kind="prose"), position)

    def _next_item(self, position: int) -> str:
        """What kind of list follows directly, "prose" where it lost its bullets, else ""."""
        after = self.kinds.after(position)
        if after is None:
            return ""
        block = self.blocks[after]
        if block.kind == "prose" and self.blocks[position].kind == "prose":
            kind = self.kinds.beyond_cover(after, self.outline.path, self._before)
            return "prose" if kind is None and self._one_sentence(block) else ""
        if block.kind in ("bullet", "letter"):
            lower = self._words(block)[:1].islower()
            return f"{block.kind} in lower case" if lower else block.kind
        return block.kind if block.kind in ("number", "row", "header") else ""

    def _one_sentence(self, block: Block) -> bool:
        if self._words(block).endswith(":"):
            return False
        return count_sentences(self.text, trim(self.text, block.span)) == 1

    def _body(self, block: Block, position: int) -> None:
        self.outline.content()
        if block.kind in ("row", "header"):
            self._table(block)
            return
        self.caption = None
        list_follows = self._next_item(position)
        number = self._join_prose(block) if block.kind in ("prose", "url") else self._join(block)
        leads = self._leads()
        body = block.span
        strays: list[Span] = []
        if block.kind in ("bullet", "number", "letter"):
            body, strays = self._stray_sentences(block)
        body = trim(self.text, body)
        words = body.of(self.text)
        if list_follows and not strays and opens_list(block, words, list_follows):
            self._lead_in(block, body, number, leads)
        elif block.kind == "prose":
            for sentence in split_sentences(self.text, body):
                self._add("clause", sentence, number, leads=leads)
        else:
            self._add("clause", body, number, leads=leads)
            below = self.kinds.following(position)
            short = body.end - body.start <= _LONGEST_LEAD_IN
            if below and short and is_deeper(block, below) and not self.lists.is_sibling(below):
                # Items below a numbered rule are its sub-clauses, colon or not.
                self.lists.push(body, number)
        for stray in strays:
            self.lists.close()
            for sentence in split_sentences(self.text, stray):
                self._add("clause", sentence, self.outline.number)

    def _leads(self) -> tuple[Lead, ...]:
        return tuple(Lead(span.of(self.text), span) for span in self.lists.leads)

    def _table(self, block: Block) -> None:
        """A row is a clause; the row of column names gives the others their meaning."""
        span = trim(self.text, block.span, also="|")
        number = self.outline.number
        if span.start == span.end:
            self._add("furniture", trim(self.text, block.span))
            return
        if self.caption is not None:
            self.lists.close()
            self.lists.push(self.caption, number, ROWS)
            self.caption = None
        elif block.kind == "header" or self._shape() != ROWS:
            self._end_rows()
        if block.kind == "header" and span.end - span.start <= _LONGEST_LEAD_IN:
            self._add("lead_in", span, number, leads=self._leads())
            self.lists.push(span, number, ROWS)
            return
        self._add("clause", span, number, leads=self._leads())

    def _end_rows(self) -> None:
        """Keep "The following apply:", which stands right above the table; close all else."""
        one = self.lists.innermost
        if one is not None and one.shape is None:
            one.shape = ROWS
        else:
            self.lists.close()

    def _shape(self) -> object:
        return self.lists.innermost.shape if self.lists.innermost else None

    def _join_prose(self, block: Block) -> str:
        """Close the open lists, unless this is an item that lost its bullet, or more of an item."""
        one = self.lists.innermost
        if one is not None and one.shape in (None, PROSE) and self._one_sentence(block):
            one.shape = PROSE
            return one.number
        if one is None or not block.mark.indent or one.shape == ROWS:
            self.lists.close()
            return self.outline.number
        return one.number

    def _join(self, block: Block) -> str:
        """Keep or close the open lists for this item; returns the number to cite the item by."""
        self.lists.join(block)
        base = self.lists.innermost.number if self.lists.innermost else self.outline.number
        if block.kind == "letter":
            return f"{base}({block.number})"
        return block.number if block.kind == "number" else base

    def _lead_in(self, block: Block, body: Span, number: str, outer: tuple[Lead, ...]) -> None:
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
                self._add("clause", span, number, leads=outer)
        if leads:
            self._add("lead_in", last, number, leads=outer)
            self.lists.push(last, number)

    def _stray_sentences(self, block: Block) -> tuple[Span, list[Span]]:
        """A bullet's own text, and a sentence of running prose glued to its end."""
        body = trim(self.text, block.span)
        if block.kind == "bullet" and self.lists.open:
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
        leads: tuple[Lead, ...] = (),
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
                lead_in=leads[-1].text if leads else "",
                lead_in_span=leads[-1].span if leads else None,
                outer=leads[:-1],
                page=bisect_right(self.breaks, span.start) + 1 if self.breaks else None,
                origin="union" if any(map(is_by_a_union, path)) else "policy",
            )
        )
