"""An OpenDocument text's blocks in reading order, with its numbers, notes, heads and feet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.documents import IngestError
from ingest.word.archive import Element
from ingest.word.content import Block, Note, Paragraph, Story, Table
from ingest.word.counting import Counter
from ingest.word.letters import in_font
from ingest.word.names import attribute, child, children, number, tag
from ingest.word.numbering import Label
from ingest.word.open_lists import Counting, ListStyles
from ingest.word.open_styles import Dress, Style, Styles
from ingest.word.open_tables import read_table
from ingest.word.runs import CHANGED, HIDDEN, STRUCK, Draft
from ingest.word.styles import Letters

_THROUGH = frozenset(
    "text:section text:index-title text:index-body text:numbered-paragraph office:text "
    "draw:a draw:g draw:text-box text:user-index".split()
)
_INDEXES = frozenset(
    "text:table-of-content text:illustration-index text:table-index text:object-index "
    "text:alphabetical-index text:bibliography".split()
)
# Inside a paragraph, what is no text of its own.
_SILENT = frozenset(
    "office:annotation office:annotation-end text:tracked-changes text:note-citation text:script "
    "office:forms svg:title svg:desc text:ruby-text office:event-listeners text:hidden-paragraph "
    "text:change text:change-start text:change-end text:soft-page-break text:number "
    "text:toc-mark text:alphabetical-index-mark".split()
)
_PAGE_NUMBERS = frozenset(("text:page-number", "text:page-count"))
_SHAPES = frozenset(
    "draw:frame draw:custom-shape draw:rect draw:g draw:a draw:ellipse draw:text-box".split()
)
_TITLE = re.compile(r"(?:title|subtitle)$", re.I)
_CAPTION = re.compile(r"(?:caption|illustration|table|figure|drawing)$", re.I)
_CELLS = 200_000


@dataclass
class _List:
    """The list that is open, or one inside it."""

    counter: Counter
    style: str
    place: int = 0  # level from 0
    start: str = ""  # the first number that the item gives itself
    override: str = ""  # a list style for this item alone
    fresh: bool = False  # its item has not shown its number yet


@dataclass
class Reader:
    """Reads one part of a document with the styles that hold for it."""

    styles: Styles
    warnings: dict[str, None]
    margins: bool = False
    contents: bool = False
    cells: int = 0
    lists: list[_List] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.counting = Counting(ListStyles(self.styles))

    def blocks(self, element: Element | None) -> Iterator[Block]:
        """The paragraphs and tables in a body, a cell, a text box, a note, a head or foot."""
        for inner in children(element):
            name = tag(inner)
            if name in ("text:p", "text:h"):
                yield from self._paragraph(inner)
            elif name == "text:list":
                yield from self._list(inner)
            elif name == "table:table":
                yield self._table(inner)
            elif name in _INDEXES:
                before, self.contents = self.contents, True
                yield from self.blocks(child(inner, "text:index-body"))
                self.contents = before
            elif name == "text:section" and attribute(inner, "text:display") == "none":
                self.warnings[HIDDEN] = None
            elif name in _THROUGH:
                yield from self.blocks(inner)
            elif name in _SHAPES:
                yield from self._apart(inner)
            elif name == "text:tracked-changes" and len(inner):
                self.warnings[CHANGED] = None

    def _apart(self, element: Element | None) -> list[Block]:
        """What stands in a box of its own, outside any list around it."""
        before, self.lists = self.lists, []
        found = list(self.blocks(element))
        self.lists = before
        return found

    def _table(self, element: Element) -> Table:
        before, self.lists = self.lists, []
        table = read_table(element, self.styles, self.blocks)
        self.lists = before
        self.cells += sum(len(row.cells) for row in table.rows)
        if self.cells > _CELLS:  # counted here, as one element may stand for many cells
            raise IngestError("holds more than 200,000 table cells; save the document in parts")
        return table

    def _list(self, element: Element) -> Iterator[Block]:
        style = attribute(element, "text:style-name")
        if self.lists:
            outer = self.lists[-1]
            inner = _List(outer.counter, style or outer.style, outer.place + 1)
        else:
            inner = _List(self.counting.open(element, style), style)
        self.lists.append(inner)
        for item in children(element, "text:list-item", "text:list-header"):
            inner.fresh = tag(item) == "text:list-item"
            inner.start = attribute(item, "text:start-value")
            inner.override = attribute(item, "text:style-override")
            yield from self.blocks(item)
        self.lists.pop()

    def _paragraph(self, element: Element) -> Iterator[Block]:
        style = self.styles.get("paragraph", attribute(element, "text:style-name"))
        draft = Draft()
        notes: list[Note] = []
        hidden = any(
            attribute(mark, "text:is-hidden") == "true"
            for mark in element.iter("{*}hidden-paragraph")
        )
        if hidden:
            self.warnings[HIDDEN] = None
            return
        self._inside(element, style.dress, draft, notes)
        label = self._label(element, style)
        text = draft.ink.text
        if text or notes:
            yield self._finish(element, style, draft, label, notes)
        yield from draft.boxes

    def _finish(
        self, element: Element, style: Style, draft: Draft, label: Label, notes: list[Note]
    ) -> Paragraph:
        text = draft.ink.text
        if self.contents:
            return Paragraph(text, label.text, role="contents", notes=tuple(notes))
        heading = style.outline
        if tag(element) == "text:h":
            heading = number(attribute(element, "text:outline-level"), 1)
        # Titles that a writer set in a heading's element still bear the title's style.
        title = any(_TITLE.match(name) for name in style.names[:2])
        left = style.left if style.left is not None and not label.text else label.left
        return Paragraph(
            text,
            label.text,
            heading=min(heading, 9) if heading and heading > 0 else None,
            role="title" if title else "",
            level=self.lists[-1].place if self.lists else None,
            left=left or style.left or 0.0,
            looks=draft.looks,
            notes=tuple(notes),
            caption=any(_CAPTION.match(name) for name in style.names),
        )

    def _label(self, element: Element, style: Style) -> Label:
        """The number of a list's item, or of a heading."""
        if self.lists:
            inner = self.lists[-1]
            if not inner.fresh:
                return Label("")
            inner.fresh = False
            named = inner.override or inner.style or style.list_style or ""
            return self.counting.count(inner.counter, named, inner.place, inner.start)
        if tag(element) != "text:h" or attribute(element, "text:is-list-header") == "true":
            return Label("")
        if style.list_style == "":
            return Label("")
        place = min(max(number(attribute(element, "text:outline-level"), 1), 1), 10) - 1
        restart = attribute(element, "text:restart-numbering") == "true"
        start = attribute(element, "text:start-value", "1") if restart else ""
        return self.counting.count(self.counting.headings, style.list_style or "", place, start)

    def _inside(self, element: Element, dress: Dress, draft: Draft, notes: list[Note]) -> None:
        self._write(element.text, dress, draft)
        for inner in element:
            name = tag(inner)
            if name in ("text:s", "text:tab"):
                draft.ink.write(" ")
            elif name == "text:line-break":
                draft.ink.break_line()
            elif name == "text:note":
                notes += self._note(inner, draft)
            elif name in _SHAPES:
                draft.boxes += self._apart(inner)
            elif name in ("text:p", "text:h", "text:list", "table:table") or name in _SILENT:
                pass
            elif name == "text:hidden-text":
                self.warnings[HIDDEN] = None
            elif name == "text:span":
                style = self.styles.get("text", attribute(inner, "text:style-name"))
                self._inside(inner, style.dress.over(dress), draft, notes)
            elif not (self.margins and name in _PAGE_NUMBERS) and (
                attribute(inner, "text:display") != "none"
            ):
                self._inside(inner, dress, draft, notes)
            self._write(inner.tail, dress, draft)

    def _write(self, text: str | None, dress: Dress, draft: Draft) -> None:
        if not text:
            return
        if dress.hidden or dress.struck:
            if text.strip():
                self.warnings[HIDDEN if dress.hidden else STRUCK] = None
            return
        shown = in_font(text.replace("\n", " "), (dress.font or "").strip("'\""))
        shown = shown.upper() if dress.capitals else shown
        draft.ink.write(shown)
        toggles = {"w:b": bool(dress.bold)}
        draft.tally(shown, Letters(toggles, dress.size or 12.0, bool(dress.underlined)))

    def _note(self, element: Element, draft: Draft) -> Iterator[Note]:
        citation = child(element, "text:note-citation")
        label = "" if citation is None else "".join(citation.itertext()).strip()
        blocks = self._apart(child(element, "text:note-body"))
        lines = tuple(
            f"{b.label} {b.text}".strip().replace("\n", " ")
            for b in blocks
            if isinstance(b, Paragraph) and b.text
        )
        if lines:
            yield Note(draft.ink.length, label, lines)


def read_open(content: Element, styles: Element | None) -> Story:
    """The story of an OpenDocument text; `styles` is the root of styles.xml, where it is one."""
    body = child(child(content, "office:body"), "office:text")
    if body is None:
        raise IngestError("is an OpenDocument file without text; save it as .odt or PDF")
    shared = content if styles is None else styles
    named = child(shared, "office:styles")
    if sum(1 for _ in body.iter("{*}table-cell")) > _CELLS:
        raise IngestError("holds more than 200,000 table cells; save the document in parts")
    warnings: dict[str, None] = {}
    inner = Styles(named, child(content, "office:automatic-styles"))
    blocks = list(Reader(inner, warnings).blocks(body))
    outer = Styles(named, child(shared, "office:automatic-styles"))
    margins: list[Block] = []
    for master in _masters(child(shared, "office:master-styles"), inner.masters()):
        for part in children(master):
            if attribute(part, "style:display", "true") == "true":
                margins += Reader(outer, warnings, margins=True).blocks(part)
    return Story(blocks, margins, list(warnings))


def _masters(element: Element | None, used: set[str]) -> Iterator[Element]:
    """The page styles in use: the first, those that paragraphs begin, and what follows these."""
    pages = {attribute(page, "style:name"): page for page in children(element, "style:master-page")}
    wanted = ["Standard" if "Standard" in pages else next(iter(pages), ""), *sorted(used)]
    done: set[str] = set()
    while wanted:
        name = wanted.pop(0)
        if name in pages and name not in done:
            done.add(name)
            yield pages[name]
            wanted.append(attribute(pages[name], "style:next-style-name"))
