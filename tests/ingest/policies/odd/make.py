"""PDFs that no word processor makes: columns, a scan, encryption, a table without lines.

    python tests/ingest/policies/odd/make.py

Beside each PDF lies a text of the same name: its paragraphs in reading order, one a line, with the
cells of a table row parted by tabs.
"""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent
WIDTH, HEIGHT = A4
PLAIN, BOLD = "Times-Roman", "Times-Bold"
Line = tuple[str, str, float]  # words, font, indent

PASSWORD = "holly-hatch"


def main() -> None:
    two = Page("Thistlewood Times", "May 2025", columns=2, size=13)
    two.by_column(words_of("newsletter"))
    two.save("two-columns")
    three = Page("Saltmarsh Infants: what goes in the box", "Autumn 2024", columns=3, size=12)
    three.by_line(words_of("lunches"))
    three.save("three-columns-by-line")
    club = Page("", "Ellerbeck School", columns=1)
    club.by_column(words_of("club"))
    club.save("table-without-lines")
    scan()
    volunteers = Page("", "Volunteers", columns=1)
    volunteers.by_column(words_of("volunteers"))
    encrypt(volunteers.bytes(), "encrypted-with-password", PASSWORD)
    encrypt(volunteers.bytes(), "encrypted-without-password", "")
    for name, words in (
        ("two-columns", "newsletter"),
        ("three-columns-by-line", "lunches"),
        ("table-without-lines", "club"),
        ("scan", "fire"),
        ("encrypted-with-password", "volunteers"),
        ("encrypted-without-password", "volunteers"),
    ):
        (HERE / f"{name}.txt").write_text(in_order(words_of(words)), "utf-8")


def words_of(name: str) -> str:
    """One paragraph a line: "# " a heading, "- " a bullet, "|" a row; ¬ where a word may break."""
    return (HERE / "words" / f"{name}.txt").read_text("utf-8").replace("¬", "\u00ad")


class Page:
    """Pages of one document with a head, a foot and columns of text."""

    def __init__(self, head: str, foot: str, columns: int, size: float = 10) -> None:
        self.head, self.foot, self.columns, self.size = head, foot, columns, size
        self.buffer = BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=A4, invariant=1)
        self.left, self.gutter = 50, 22
        across = WIDTH - 2 * self.left - (columns - 1) * self.gutter
        self.width = across / columns
        self.leading = size * 1.25
        self.rows = int((HEIGHT - 190) / self.leading)

    def by_column(self, words: str) -> None:
        """Each column from top to bottom, then the next; then the next page."""
        lines = self._lines(words)
        per_page = self.rows * self.columns
        for first in range(0, len(lines), per_page):
            self._frame()
            for n, line in enumerate(lines[first : first + per_page]):
                self._draw(line, n // self.rows, n % self.rows)
            self.canvas.showPage()

    def by_line(self, words: str) -> None:
        """As some layout programs print: the first line of every column, then the second."""
        lines = self._lines(words)
        rows = min(self.rows, -(-len(lines) // self.columns))
        self._frame()
        for row in range(rows):
            for column in range(self.columns):
                if column * rows + row < len(lines):
                    self._draw(lines[column * rows + row], column, row)
        self.canvas.showPage()

    def bytes(self) -> bytes:
        if self.canvas is not None:
            self.canvas.save()
            self.canvas = None
        return self.buffer.getvalue()

    def save(self, name: str) -> None:
        (HERE / f"{name}.pdf").write_bytes(self.bytes())

    def _frame(self) -> None:
        if self.head:
            self.canvas.setFont(BOLD, 20)
            self.canvas.drawString(self.left, HEIGHT - 70, self.head)
        self.canvas.setFont(PLAIN, 8)
        self.canvas.drawString(self.left, 40, self.foot)
        self.canvas.drawRightString(WIDTH - self.left, 40, f"Page {self.canvas.getPageNumber()}")

    def _draw(self, line: Line, column: int, row: int) -> None:
        words, font, indent = line
        self.canvas.setFont(font, self.size)
        x = self.left + column * (self.width + self.gutter)
        y = HEIGHT - 105 - row * self.leading
        for n, cell in enumerate(words.split("\t")):
            self.canvas.drawString(x + indent + n * self.width / 4, y, cell)

    def _lines(self, words: str) -> list[Line]:
        lines: list[Line] = []
        for paragraph in words.splitlines():
            if paragraph.startswith("|"):
                lines.append((paragraph[1:].replace("|", "\t"), PLAIN, 0))
                continue
            font, indent = (BOLD if paragraph.startswith("#") else PLAIN), 0.0
            if lines and not (paragraph.startswith("-") and lines[-1][2]):
                lines.append(("", PLAIN, 0))
            paragraph = paragraph.removeprefix("# ")
            if paragraph.startswith("- "):
                paragraph, indent = "\u2022 " + paragraph[2:], 10
            lines += [(line, font, indent) for line in self._wrap(paragraph, font, indent)]
        return lines

    def _wrap(self, words: str, font: str, indent: float) -> list[str]:
        """Lines that fit, breaking a word at a soft hyphen where that fills the line better."""
        lines, line = [], ""
        for word in words.split():
            parts = word.split("\u00ad")
            for taken in range(len(parts), -1, -1):
                head = "".join(parts[:taken]) + ("-" if 0 < taken < len(parts) else "")
                longer = f"{line} {head}".strip()
                if stringWidth(longer, font, self.size) <= self.width - indent:
                    line, rest = longer, "".join(parts[taken:])
                    break
            if rest:
                lines.append(line)
                line = rest
        return [*lines, line]


def scan() -> None:
    """Two pages as a copier sends them: black and white, a little askew, with specks."""
    page = Page("", "Yewtree House School", columns=1, size=14)
    page.rows = 26
    page.by_column(words_of("fire"))
    chance = random.Random(4)
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    with pypdfium2.PdfDocument(page.bytes()) as pdf:
        for sheet, askew in zip(pdf, (0.4, -0.3), strict=True):
            grey = sheet.render(scale=200 / 72).to_pil().convert("L")
            grey = grey.rotate(askew, fillcolor=255, resample=Image.Resampling.BICUBIC)
            for _ in range(60):
                grey.putpixel((chance.randrange(grey.width), chance.randrange(grey.height)), 0)
            image = ImageReader(grey.point(lambda level: 255 * (level > 150)).convert("1"))
            canvas.drawImage(image, 0, 0, WIDTH, HEIGHT)
            canvas.showPage()
    canvas.save()
    (HERE / "scan.pdf").write_bytes(buffer.getvalue())


def encrypt(plain: bytes, name: str, password: str) -> None:
    """With an owner's password always; with a reader's only where one is given."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(plain)))
    writer.encrypt(password, "owner-of-the-file", algorithm="AES-128" if password else "RC4-128")
    writer.write(HERE / f"{name}.pdf")


def in_order(words: str) -> str:
    lines = words.replace("\u00ad", "").splitlines()
    lines = [line.removeprefix("# ").removeprefix("|").replace("|", "\t") for line in lines]
    return (
        "\n".join(f"\u2022 {line[2:]}" if line.startswith("- ") else line for line in lines) + "\n"
    )


if __name__ == "__main__":
    main()
