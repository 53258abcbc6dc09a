"""Web pages, and what word processors save as such: the words a browser shows, in its order.

Menus, search boxes and cookie banners are left out; a site's header, footer and side columns are
kept as furniture, since reviews and approvals are often noted there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ingest.clean import clean
from ingest.documents import IngestError
from ingest.extract import Extract, Mark, Role
from ingest.markup.lists import DEEPEST, List, open_list, word_list_depth
from ingest.markup.outline import HEADINGS, Outline
from ingest.markup.page import Element, read_page
from ingest.markup.styles import Styles
from ingest.markup.table import Row, is_glossary, is_layout, read_rows, read_terms
from ingest.markup.writing import Writing, reference, without_references, without_signs
from ingest.word.letters import in_font

_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form header hgroup hr legend li main menu ol p pre section summary
    table tbody td tfoot th thead tr ul
    """.split()
).union(HEADINGS)
_BLOCK_DISPLAYS = ("block", "flex", "grid", "list-item", "table")
# A new item, although the page only breaks the line before it.
_ITEM = re.compile(r"[•▪◦●○■·➢➤✓*–-]\s|\(?(?:\d{1,2}(?:\.\d{1,3})*|[a-z]|[ivx]{1,4})[.)]\s|\d+\.\d")
_LEADER = re.compile(r"(?:\.{4}|…{2}|_{4}| \. \. \.) *\d{1,3}$")  # to a page number
_BACK = frozenset("↩↑^⤴⏎")
_SHORT = 100  # characters of a heading that is only set in bold


@dataclass(frozen=True)
class _Setting:
    """What holds for the text within an element."""

    heading: int | None = None
    role: Role = ""
    indent: int = 0
    bold: bool = False
    pre: bool = False
    font: str = ""
    note: int | None = None
    cell: bool = False
    unwritten: bool = False  # a footnote's number in the text: its mark says where it belongs


def read_html(data: bytes) -> Extract:
    """A web page's text, a line a paragraph; its title, author and dates as properties.

    Raises IngestError for a page without text.
    """
    body, properties, styles, warnings = read_page(data)
    page = _Page(styles, Outline(body, properties.get("title", "")))
    page.read(body, _Setting())
    if not page.writing.lines:
        raise IngestError("is a web page without text; open it in a browser and print it to PDF")
    return page.writing.extract(properties, warnings)


class _Page:
    """Walks the tree once without recursion, since pages can be nested as deep as they like."""

    def __init__(self, styles: Styles, outline: Outline) -> None:
        self.styles = styles
        self.outline = outline
        self.writing = Writing()
        self.lists: list[List] = []
        self.counters: dict[str, int] = {}  # of lists that style rules number
        self.pieces: list[tuple[str, bool]] = []  # of the line being read, and whether bold
        self.label = ""  # number or bullet that the next line begins with
        self.begins = True
        self.level = 0  # of the last heading
        self.headed = False  # the last line was a heading
        self.cells: list[tuple[str, bool]] | None = (
            None  # lines of a table's cell, and whether bold
        )

    def read(self, root: Element, setting: _Setting) -> None:
        todo: list[tuple[str, Any, _Setting]] = [("open", root, setting)]
        while todo:
            step, subject, setting = todo.pop()
            if step == "text":
                self._text(subject, setting)
            elif step == "close":
                self._close(subject, setting)
            elif subject.tag == "br":
                self._break(setting)
            elif subject.tag == "table" and not setting.cell and not is_layout(subject):
                self._table(subject, setting)
            elif subject.tag == "dl" and not setting.cell and is_glossary(subject):
                self._glossary(subject, setting)
            else:
                inner = self._open(subject, setting)
                self._text(subject.text, inner)
                # The line of a block still belongs to the setting within it.
                todo.append(("close", subject, inner))
                for child in reversed(subject):
                    todo.append(("text", child.tail, inner))
                    todo.append(("open", child, inner))
        self._flush(setting)

    def _open(self, element: Element, outside: _Setting) -> _Setting:
        tag = str(element.tag)
        style = self.styles.of(tag, {str(k): str(v) for k, v in element.attrib.items()})
        inner = self._dressed(element, tag, style, outside)
        if _is_block(tag, style):
            self._flush(outside)
            self.begins = True
            inner = self._placed(element, tag, style, inner)
        if tag == "q":
            self._text("“", inner)
        if (note := self.outline.references.get(element)) is not None:
            self.pieces.append((reference(note), outside.bold))
            inner = replace(inner, unwritten=True)
        return inner

    def _dressed(
        self, element: Element, tag: str, style: dict[str, str], outside: _Setting
    ) -> _Setting:
        """How the text looks within an element."""
        weight, family = style.get("font-weight", ""), style.get("font-family", "")
        bold = outside.bold
        if tag in ("b", "strong", "th") or re.match(r"bold|[6-9]00", weight):
            bold = True
        elif weight in ("normal", "400", "lighter"):
            bold = False
        family = (family or (element.get("face") or "").lower()).partition(",")[0]
        return replace(outside, bold=bold, font=family.strip(" \"'") or outside.font)

    def _placed(
        self, element: Element, tag: str, style: dict[str, str], inner: _Setting
    ) -> _Setting:
        """What a block is to the document."""
        role = inner.role
        if element is self.outline.title:
            inner = replace(inner, role="title", heading=None)
        elif not role and (found := self.outline.role(element)):
            inner = replace(inner, role="contents" if found == "contents" else "furniture")
        elif tag == "body" and self.outline.main is not None:
            inner = replace(inner, role="furniture")
        if element is self.outline.main:
            inner = replace(inner, role="")
        if (note := self.outline.notes.get(element)) is not None:
            inner = replace(inner, role="footnote", note=note)
        if tag in HEADINGS and not inner.role:
            inner = replace(inner, heading=max(1, HEADINGS[tag] - self.outline.shift))
        elif tag == "summary" and not inner.role:
            inner = replace(inner, heading=min(DEEPEST, self.level + 1))
        elif tag == "caption" and not inner.role:
            inner = replace(inner, role="caption")
        elif tag == "pre":
            inner = replace(inner, pre=True)
        elif tag in ("ol", "ul", "menu", "dir"):
            nested = self.styles.nests(element.get("class") or "")
            outer = self.lists[-1] if self.lists else None
            self.lists.append(
                open_list(element, style, self.styles.drawn, nested, outer, self.counters)
            )
        elif tag == "li":
            depth = self.lists[-1].depth if self.lists else 0
            inner = replace(inner, indent=depth or max(1, len(self.lists)))
            self.label += self.lists[-1].item(element, style) if self.lists else "• "
        elif tag == "p" and (depth := word_list_depth(element, style)):
            inner = replace(inner, indent=depth)
        return inner

    def _close(self, element: Element, inner: _Setting) -> None:
        tag = str(element.tag)
        if tag == "q":
            self._text("”", inner)
        style = self.styles.of(tag, {str(k): str(v) for k, v in element.attrib.items()})
        if not _is_block(tag, style):
            return
        self._flush(inner)
        self.begins = True
        if tag in ("ol", "ul", "menu", "dir") and self.lists:
            self.lists.pop()
        if tag == "li":
            self.label = ""  # of an item without words

    def _text(self, text: str | None, setting: _Setting) -> None:
        if not text or setting.unwritten:
            return
        text = without_signs(text).replace("\t", " ")
        if setting.pre and not setting.cell:
            for position, line in enumerate(text.split("\n")):
                if position:
                    self._flush(setting)
                    self.begins = not line.strip()
                self.pieces.append((line, setting.bold))
            return
        text = in_font(text, setting.font)
        if setting.role == "footnote" and text.strip()[:1] in _BACK and len(text.strip()) <= 2:
            return
        self.pieces.append((text, setting.bold))

    def _break(self, setting: _Setting) -> None:
        if setting.heading or setting.role == "title":
            self.pieces.append((" ", setting.bold))
        elif self._words().strip():
            self._flush(setting)
            self.begins = self.headed  # what stands below a heading begins, however it is parted
        else:
            self.begins = True  # an empty line parts paragraphs

    def _words(self) -> str:
        return "".join(piece for piece, _ in self.pieces)

    def _flush(self, setting: _Setting) -> None:
        """Write the line that was read, if it has words."""
        raw = self._words()
        words = " ".join(without_references(raw).split())
        if not clean(words, keep="").strip():
            self.pieces = [p for p in self.pieces if without_references(p[0]) != p[0]]
            return
        bold = all(bold for piece, bold in self.pieces if without_references(piece).strip())
        self.pieces = []
        label, self.label = self.label, ""
        if self.cells is not None:
            self.cells.append((label + raw, bold))
            return
        begins: bool | None = self.begins
        if not begins and (setting.pre or _ITEM.match(words)):
            begins = None
        if label and words.startswith("• "):
            label = ""
        if not setting.role and _LEADER.search(words):
            setting = replace(setting, role="contents")
        heading = self._heading(words, label, bold, setting)
        mark = Mark(0, begins, heading, setting.role, setting.indent)
        self.writing.line(label + raw, mark, setting.note)
        self.headed = bool(heading)

    def _heading(self, words: str, label: str, bold: bool, setting: _Setting) -> int | None:
        if setting.role:
            return None
        if setting.heading:
            self.level = setting.heading
            return setting.heading
        if setting.indent:
            return 0 if not label or label == "• " else None
        ends = re.search(r"[.;:,?!]$|:\s", words) is not None
        if bold and self.begins and len(words) <= _SHORT and not ends and not setting.pre:
            number = re.match(r"\d{1,2}(\.\d{1,3})*", words)
            deeper = number[0].count(".") if number else 0
            return min(DEEPEST, self.level + 1 + deeper)
        return 0 if self.outline.marks_headings and not setting.pre else None

    def _table(self, table: Element, setting: _Setting) -> None:
        self._flush(setting)
        self.begins = True
        inner = replace(setting, cell=True, heading=None)
        for caption in table.iterchildren("caption"):
            self.read(caption, replace(setting, role=setting.role or "caption", cell=True))
        self._rows(read_rows(table, lambda cell: self._cell(cell, inner)), setting)

    def _glossary(self, terms: Element, setting: _Setting) -> None:
        inner = replace(setting, cell=True, heading=None)
        self._rows(read_terms(terms, lambda cell: self._cell(cell, inner)), setting)

    def _rows(self, rows: Iterable[Row], setting: _Setting) -> None:
        self._flush(setting)
        self.begins = True
        for row in rows:
            role: Role = setting.role or ("header" if row.header else "row")
            raw = self.label + "\t".join(row.cells).rstrip("\t ")
            self.label = ""
            self.writing.line(raw, Mark(0, True, 0, role, setting.indent), setting.note)

    def _cell(self, cell: Element, setting: _Setting) -> tuple[str, bool]:
        """A cell's words on one line, and whether all are bold."""
        outer, self.cells = self.cells, []
        label, self.label = self.label, ""
        lists, self.lists = self.lists, []
        self.read(cell, setting)
        found, self.cells = self.cells, outer
        self.label, self.lists = label, lists
        words = " ".join(" ".join(words.split()) for words, _ in found)
        return words, all(bold for _, bold in found)


def _is_block(tag: str, style: dict[str, str]) -> bool:
    return tag in _BLOCKS or style.get("display") in _BLOCK_DISPLAYS
