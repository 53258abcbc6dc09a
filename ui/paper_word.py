"""A paper as a Word file: real headings, tables whose head is repeated, the language set."""

from __future__ import annotations

import datetime as dt
import io

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from ui.paper import Paper, Section, Table, plain

_WIDTH, _HEIGHT, _MARGIN = 21.0, 29.7, 1.8  # centimetres of A4
_LANGUAGE = "en-GB"


def word(paper: Paper) -> bytes:
    """The bytes of a .docx file."""
    document = docx.Document()
    _set_up(document, paper)
    document.add_heading(plain(paper.title), level=0)
    for line in paper.lines:
        document.add_paragraph(plain(line))
    for section in paper.sections:
        _write(document, section)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document: Document, paper: Paper) -> None:
    properties = document.core_properties
    properties.title = plain(paper.title)[:255]
    properties.author = "Chapter & Verse"
    properties.language = _LANGUAGE
    properties.comments = ""
    properties.created = properties.modified = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(_WIDTH), Cm(_HEIGHT)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(_MARGIN)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _LANGUAGE)
    normal.element.get_or_add_rPr().append(language)
    _page_number(page.footer.paragraphs[0])


def _page_number(paragraph: Paragraph) -> None:
    paragraph.add_run("Page ")
    for kind, code in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        run._r.append(element)  # type: ignore[arg-type]


def _write(document: Document, section: Section) -> None:
    document.add_heading(plain(section.title), level=section.level - 1)
    for sentence in section.sentences:
        document.add_paragraph(plain(sentence))
    if section.table is not None:
        _add(document, section.table)
    for item in section.items:
        document.add_paragraph(plain(item), style="List Bullet")


def _add(document: Document, table: Table) -> None:
    caption = document.add_paragraph(plain(table.caption), style="Caption")
    caption.paragraph_format.keep_with_next = True
    made = document.add_table(rows=1, cols=len(table.head))
    made.style = "Table Grid"
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    for _ in table.rows:
        made.add_row()
    # Cells are fetched a row at a time: python-docx walks the whole table for each `cell(r, c)`.
    for number, (row, texts) in enumerate(zip(made.rows, (table.head, *table.rows), strict=True)):
        _keep_whole(row._tr, head=number == 0)
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            lines = plain(text).split("\n")
            for place, line in enumerate(lines):
                paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
                paragraph.paragraph_format.space_after = Pt(2)
                run = paragraph.add_run(line)
                run.font.size = Pt(9)
                run.bold = number == 0 or (column == 0 and place == 0)
    _set_widths(made, table.widths)
    document.add_paragraph()


def _keep_whole(row: object, head: bool) -> None:
    """No row is broken over two pages, and the head stands on each."""
    properties = row.get_or_add_trPr()  # type: ignore[attr-defined]
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))


def _set_widths(made: WordTable, widths: tuple[int, ...]) -> None:
    share = (_WIDTH - 2 * _MARGIN) / sum(widths)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(share * width)
    for row in made.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(share * width)
