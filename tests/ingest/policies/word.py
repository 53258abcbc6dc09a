"""Blocks to a Word file, as Word itself writes them."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from markup import Block, Source
from parts import (
    Lists,
    W,
    add_field,
    add_footnotes,
    contents_control,
    number_property,
    save_stable,
    text_box,
)

_RUN = re.compile(r"(\*\*.+?\*\*|(?<!_)__[^_]+__(?!_)|(?<!:)//.+?//|\^\[[^\]]+\]|→|¶)")


class Writer:
    """Writes one document; page numbers of a contents page are given by heading text."""

    def __init__(self, source: Source, pages: dict[str, int]) -> None:
        self.set: dict[str, Any] = source.settings
        self.blocks = source.blocks
        self.pages = pages
        self.doc = docx.Document()
        self.notes: list[str] = []
        self.table: Any = None

    def write(self, path: Path) -> None:
        self._page()
        self._fonts()
        self.lists = Lists(self.doc, self.set)
        self._running()
        if self.set.get("hyphens"):
            hyphens = parse_xml(f"<w:autoHyphenation {W}/>")
            self.doc.settings.element.find(qn("w:defaultTabStop")).addnext(hyphens)
        for position, block in enumerate(self.blocks):
            if block.code not in ("row", "header", "table"):
                self.table = None
            getattr(self, f"_{block.code}")(block, position)
        if self.notes:
            add_footnotes(self.doc, self.notes)
        about = self.doc.core_properties
        about.title, about.author = self.set.get("title", ""), self.set.get("author", "")
        about.created = about.modified = datetime.fromisoformat(self.set.get("saved", "2026-01-05"))
        about.last_modified_by = about.author
        save_stable(self.doc, path)

    # -- paragraphs ------------------------------------------------------------------------

    def _text(self, block: Block, _: int) -> Any:
        par = self.doc.add_paragraph()
        par.style = self.doc.styles[self.set.get("body_style", "Normal")]
        self._runs(par, block.text)
        return par

    def _heading(self, block: Block, _: int) -> None:
        par = self.doc.add_paragraph(style=f"Heading {block.level}")
        if block.name:  # numbered by itself and not by its style
            _number(par, 0, self.lists.nums[block.name])
        if block.bare:
            _number(par, 0, 0)
            par.paragraph_format.left_indent = par.paragraph_format.first_line_indent = Cm(0)
        self._runs(par, block.text)

    def _bold(self, block: Block, position: int) -> None:
        self._look(self._text(block, position), block.look)

    def _kind(self, block: Block, position: int) -> None:
        self._look(self._text(block, position), block.look)

    def _bullet(self, block: Block, _: int) -> None:
        self._item("bullet", block.level - 1, block)

    def _list(self, block: Block, _: int) -> None:
        if block.restart:
            self.lists.begin(block.name)
        self._item(block.name, block.level, block)

    def _item(self, name: str, level: int, block: Block) -> None:
        style = "List Paragraph" if self.set.get("list_style", True) else "Normal"
        par = self.doc.add_paragraph(style=style)
        _number(par, level, self.lists.nums[name])
        par.paragraph_format.space_after = Pt(self.set.get("item_space", 3))
        self._runs(par, block.text)

    def _typed(self, block: Block, _: int) -> None:
        par = self.doc.add_paragraph()
        if "→" in block.gap:
            at = Cm(1.1 * block.level + 0.2)
            par.paragraph_format.left_indent = at
            par.paragraph_format.first_line_indent = -at
            par.paragraph_format.tab_stops.add_tab_stop(at)
        self._runs(par, f"{block.number}{block.gap}{block.text}")
        if block.code == "typed_heading" or block.look in self.set.get("looks", {}):
            self._look(par, block.look)

    _typed_heading = _typed

    def _order(self, block: Block, _: int) -> None:
        if block.name == "page":
            self.doc.add_page_break()
        elif block.name == "cols":
            section = self.doc.add_section(WD_SECTION.CONTINUOUS)
            cols = section._sectPr.find(qn("w:cols"))
            cols.set(qn("w:num"), block.text)
            cols.set(qn("w:space"), "500")
        elif block.name == "blank":
            self.doc.add_paragraph()
        elif block.name == "toc":
            self._contents()
        elif block.name == "box":
            lines = [line.strip() for line in block.text.split("¶")]
            self.doc.add_paragraph()._p.append(text_box(lines))
        elif block.name == "crest":
            self.doc.add_picture(str(Path(__file__).parent / "crest.png"), width=Cm(2.4))
            self.doc.paragraphs[-1].alignment = 1

    def _runs(self, par: Any, text: str) -> None:
        for part in _RUN.split(text.replace(" ¦ ", " ")):
            if part.startswith("^["):
                self.notes.append(part[2:-1])
                run = par.add_run()
                run.font.superscript = True
                mark = f'<w:footnoteReference {W} w:id="{len(self.notes)}"/>'
                run._r.append(parse_xml(mark))
            elif part == "→":
                par.add_run().add_tab()
            elif part == "¶":
                par.add_run().add_break()
            elif part[:2] in ("**", "__", "//") and part[2] not in "_":
                run = par.add_run(part[2:-2])
                run.bold = part[0] == "*" or None
                run.italic = part[0] == "/" or None
                run.underline = part[0] == "_" or None
            elif part:
                par.add_run(part)

    def _look(self, par: Any, name: str) -> None:
        look = self.set.get("looks", {}).get(name, {})
        par.alignment = {"centre": 1, "right": 2, "both": 3}.get(look.get("align", ""))
        par.paragraph_format.space_before = Pt(look.get("before", 0))
        par.paragraph_format.space_after = Pt(look.get("after", 6))
        if "indent" in look:
            par.paragraph_format.left_indent = Cm(look["indent"])
        for run in par.runs:
            run.bold = look.get("bold", True if not look else run.bold)
            run.italic = look.get("italic")
            run.underline = look.get("underline")
            run.font.all_caps = look.get("caps")
            if "size" in look:
                run.font.size = Pt(look["size"])
            if "colour" in look:
                run.font.color.rgb = RGBColor.from_string(look["colour"])

    # -- tables ------------------------------------------------------------------

    def _table(self, block: Block, _: int) -> None:
        self.table = self.doc.add_table(rows=0, cols=len(block.widths))
        if block.name != "unruled" and not self.set.get("unruled"):
            self.table.style = "Table Grid"
        self.table.autofit = False
        self.widths = [Cm(w * 16 / sum(block.widths)) for w in block.widths]
        for column, width in zip(self.table.columns, self.widths, strict=True):
            column.width = width

    def _row(self, block: Block, _: int) -> None:
        row = self.table.add_row()
        if len(block.cells) == 1:  # a banner over all columns
            self._runs(row.cells[0].merge(row.cells[-1]).paragraphs[0], block.text)
            return
        for cell, words, width in zip(row.cells, block.cells, self.widths, strict=True):
            cell.width = width
            for number, line in enumerate(words.split("¶")):
                par = cell.paragraphs[0] if not number else cell.add_paragraph()
                par.paragraph_format.space_after = Pt(2)
                self._runs(par, line.strip())
                for run in par.runs:
                    run.font.size = Pt(self.set.get("table_size", 10))
                    run.bold = True if block.code == "header" else run.bold
        if block.code == "header":
            row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {W}/>"))

    _header = _row

    # -- contents, page ----------------------------------------------------

    def _contents(self) -> None:
        entries = [(b, text) for b, text in self.numbered() if b.code == "heading" and b.level <= 2]
        inside = contents_control(self.doc)
        for number, (block, text) in enumerate(entries):
            style = f"TOC {block.level}"
            if style not in self.doc.styles:
                self.doc.styles.add_style(style, 1).base_style = self.doc.styles["Normal"]
            par = self.doc.add_paragraph(style=style)
            par.paragraph_format.left_indent = Cm(0.6 * (block.level - 1))
            par.paragraph_format.space_after = Pt(3)
            par.paragraph_format.tab_stops.add_tab_stop(Cm(15.5), 2, 1)
            if not number:
                for kind, code in (("begin", ""), ("", ' TOC \\o "1-2" \\h '), ("separate", "")):
                    add_field(par, kind, code)
            link = parse_xml(f'<w:hyperlink {W} w:anchor="_Toc{number}" w:history="1"/>')
            for words in (text, "\t", str(self.pages.get(text, 1))):
                link.append(par.add_run(words)._r)
            par._p.append(link)
            inside.append(par._p)
            if number == len(entries) - 1:
                add_field(par, "end", "")

    def numbered(self) -> list[tuple[Block, str]]:
        """Style headings with their visible numbers."""
        shown: list[tuple[Block, str]] = []
        link = self.set.get("heading_list", "")
        patterns = [level.split(" ", 1)[1] for level in self.set["lists"][link]] if link else []
        counts = [0] * 9
        for block in self.blocks:
            level = block.level - 1 if block.code == "heading" else block.level
            if (block.code == "list" and block.name == link) or block.code == "heading":
                words = block.text
                if not block.bare and level < len(patterns):
                    counts[level] += 1
                    counts[level + 1 :] = [0] * (8 - level)
                    mark = patterns[level]
                    for n, count in enumerate(counts):
                        mark = mark.replace(f"%{n + 1}", str(count))
                    words = f"{mark} {words}"
                if block.code == "heading":
                    shown.append((block, words))
        return shown

    def _fonts(self) -> None:
        styles = self.doc.styles
        normal = styles["Normal"]
        _font(normal, self.set.get("font", "Liberation Sans"), self.set.get("size", 11))
        normal.paragraph_format.space_after = Pt(self.set.get("space", 6))
        normal._element.rPr.append(parse_xml(f'<w:lang {W} w:val="en-GB"/>'))
        if self.set.get("justified"):
            normal.paragraph_format.alignment = 3
        for level in range(1, 6):
            style = styles[f"Heading {level}"]
            look = self.set.get(f"heading{level}", {})
            _font(style, look.get("font", self.set.get("heading_font", "Liberation Sans")), None)
            style.font.size = Pt(look.get("size", max(16 - 2 * level + 1, 10)))
            style.font.color.rgb = RGBColor.from_string(look.get("colour", "1F3864"))
            style.font.all_caps = look.get("caps")

    def _page(self) -> None:
        section = self.doc.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        side = Cm(self.set.get("margin", 2.5))
        section.left_margin = section.right_margin = side
        section.top_margin = section.bottom_margin = Cm(2.2)

    def _running(self) -> None:
        section = self.doc.sections[0]
        section.different_first_page_header_footer = self.set.get("first_differs", False)
        for place, lines in ((section.header, "header"), (section.footer, "footer")):
            for number, line in enumerate(self.set.get(lines, ())):
                par = place.paragraphs[0] if not number else place.add_paragraph()
                for part in re.split(r"(\{page\}|\{pages\}|→)", line):
                    if part in ("{page}", "{pages}"):
                        code = " PAGE " if part == "{page}" else " NUMPAGES "
                        for kind, words in (("begin", ""), ("", code), ("separate", "")):
                            add_field(par, kind, words)
                        par.add_run("1")
                        add_field(par, "end", "")
                    elif part == "→":
                        par.add_run().add_tab()
                    else:
                        par.add_run(part)
                for run in par.runs:
                    run.font.size = Pt(9)


def _font(style: Any, name: str, size: float | None) -> None:
    style.font.name = name
    fonts = style._element.rPr.rFonts
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{key}"), None)
    fonts.set(qn("w:hAnsi"), name)
    if size:
        style.font.size = Pt(size)


def _number(par: Any, level: int, num: int) -> None:
    par._p.get_or_add_pPr()._insert_numPr(number_property(level, num))
