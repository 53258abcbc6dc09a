"""A paper as a PDF whose text can be selected and searched, with title, language and bookmarks.

reportlab writes no structure tags, so a screen reader gets the words of the PDF in order and not
its tables as tables; the Word file and the web page have those.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    ListFlowable,
    ListItem,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus.doctemplate import LayoutError

from ui.paper import Paper, Section, Table, plain

_MARGIN = 18 * mm
_ROOM = 45 * mm  # that a heading wants below it


class _Heading(Paragraph):  # type: ignore[misc]
    """A heading that is in the list of bookmarks, too."""

    def __init__(self, text: str, style: ParagraphStyle, level: int, number: int) -> None:
        super().__init__(escape(plain(text)), style)
        self._bookmark = (plain(text), f"heading-{number}", level)

    def draw(self) -> None:
        title, key, level = self._bookmark
        canvas = self.canv
        canvas.bookmarkHorizontal(key, 0, self.height)
        canvas.addOutlineEntry(title, key, level, closed=False)
        super().draw()


def pdf(paper: Paper) -> bytes:
    """The bytes of a .pdf file."""
    try:
        return _build(paper, whole_rows=True)
    except LayoutError:  # a row that no page holds
        return _build(paper, whole_rows=False)


def _build(paper: Paper, whole_rows: bool) -> bytes:
    styles = _styles()
    file = io.BytesIO()
    title = plain(paper.title)
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN, title=title, author="Chapter & Verse", lang="en-GB",
        displayDocTitle=True, initialFontName="DejaVu",
    )  # fmt: skip
    story: list[Flowable] = [_Heading(title, styles["title"], 0, 0)]
    story += [_text(line, styles["text"]) for line in paper.lines]
    for number, section in enumerate(paper.sections, 1):
        story += _flow(section, number, document.width, styles, whole_rows)
    document.build(story, onFirstPage=_foot, onLaterPages=_foot)
    return file.getvalue()


def _foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.saveState()
    canvas.setFont("DejaVu", 8)
    canvas.drawCentredString(A4[0] / 2, 10 * mm, f"Page {document.page}")
    canvas.restoreState()


def _flow(
    section: Section, number: int, width: float, styles: dict[str, ParagraphStyle], whole_rows: bool
) -> Iterator[Flowable]:
    level = section.level - 1  # under the title, which is 0
    yield CondPageBreak(_ROOM)  # no heading stands alone at the foot of a page
    yield _Heading(section.title, styles[f"heading{section.level}"], level, number)
    for sentence in section.sentences:
        yield _text(sentence, styles["text"])
    if section.table is not None:
        yield from _table(section.table, width, styles, whole_rows)
    if section.items:
        items = [ListItem(_text(item, styles["text"])) for item in section.items]
        yield ListFlowable(items, bulletType="bullet", start="•", bulletFontName="DejaVu")


def _table(
    table: Table, width: float, styles: dict[str, ParagraphStyle], whole_rows: bool
) -> Iterator[Flowable]:
    yield _text(table.caption, styles["caption"])
    head = [_text(text, styles["head"]) for text in table.head]
    rows = [
        [_text(text, styles["name" if n == 0 else "cell"]) for n, text in enumerate(row)]
        for row in table.rows
    ]
    shares = [width * share / sum(table.widths) for share in table.widths]
    made = LongTable([head, *rows], colWidths=shares, repeatRows=1, splitInRow=not whole_rows)
    made.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#8a8a8a")),
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e8ecef")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    yield made
    yield Spacer(0, 4 * mm)


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    """Words and nothing but words: reportlab would obey tags in them."""
    return Paragraph(escape(plain(text)).replace("\n", "<br/>"), style)


@cache
def _styles() -> dict[str, ParagraphStyle]:
    """DejaVu has the symbols; it comes with matplotlib."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    pdfmetrics.registerFont(TTFont("DejaVu", folder / "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont("DejaVuBold", folder / "DejaVuSans-Bold.ttf"))

    def style(name: str, size: float, bold: bool = False, before: float = 0) -> ParagraphStyle:
        return ParagraphStyle(
            name,
            fontName="DejaVuBold" if bold else "DejaVu",
            fontSize=size,
            leading=size * 1.3,
            spaceBefore=before,
            spaceAfter=3,
            splitLongWords=1,
        )

    made = (
        style("title", 18, bold=True),
        style("heading2", 14, bold=True, before=10),
        style("heading3", 11, bold=True, before=8),
        style("text", 9),
        style("caption", 8),
        style("head", 8, bold=True),
        style("name", 8, bold=True),
        style("cell", 8),
    )
    return {one.name: one for one in made}
