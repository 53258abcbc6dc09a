"""PDFs drawn line by line, with y counted from the top of an A4 page."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import pytest
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen import canvas

from ingest.extract import Extract, Mark
from ingest.readers.pdf import read_pdf

HEIGHT = 842


class Drawing:
    """A PDF under construction, and what is read off it."""

    def __init__(self, size: tuple[float, float] = (595, HEIGHT)) -> None:
        self.file = io.BytesIO()
        self.size = size
        self.canvas = canvas.Canvas(self.file, pagesize=size, pageCompression=0)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 11,
        font: str = "Helvetica",
        colour: Sequence[float] = (0, 0, 0),
        mode: int = 0,
    ) -> float:
        """Draw words and return where they end."""
        pen = self.canvas.beginText(x, self.size[1] - y)
        pen.setFont(font, size)
        pen.setFillColorRGB(*colour)
        pen.setTextRenderMode(mode)
        pen.textOut(words)
        self.canvas.drawText(pen)
        return x + stringWidth(words, font, size)

    def paragraph(
        self,
        x: float,
        y: float,
        words: str,
        width: float = 450,
        size: float = 11,
        font: str = "Helvetica",
        pitch: float = 14,
    ) -> float:
        """Draw words broken to a width and return the baseline after the last."""
        for line in simpleSplit(words, font, size, width):
            self.text(x, y, line, size, font)
            y += pitch
        return y

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.line(x0, self.size[1] - y0, x1, self.size[1] - y1)

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        for y in ys:
            self.line(xs[0], y, xs[-1], y)
        for x in xs:
            self.line(x, ys[0], x, ys[-1])

    def page(self) -> None:
        self.canvas.showPage()

    def data(self) -> bytes:
        self.canvas.save()
        return self.file.getvalue()

    def read(self) -> Extract:
        return read_pdf(self.data())


@pytest.fixture
def drawing() -> Drawing:
    return Drawing()


def marked(extract: Extract) -> list[tuple[str, Mark]]:
    """Each line's text with its mark."""
    starts = [mark.start for mark in extract.marks]
    return [
        (extract.text[start : extract.text.index("\n", start)], mark)
        for start, mark in zip(starts, extract.marks, strict=True)
    ]


@pytest.fixture
def lines() -> Iterator[object]:
    """Lines of an extract with their marks."""
    yield marked
