"""Pages that are pictures, read with Tesseract and laid out like any other page."""

from __future__ import annotations

import io
import os
import shutil
import statistics
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from ingest.clean import clean
from ingest.documents import IngestError, NoText
from ingest.extract import Extract
from ingest.pdf.frame import Frame
from ingest.pdf.glyphs import Word
from ingest.pdf.layout import Page, lay_out
from ingest.pdf.ruling import Ruling
from ingest.pdf.styles import Style
from ingest.pdf.writing import write
from ingest.readers.pdf import read_pages, read_pdf

_DPI = 300
_AS_LINES = "4"  # across the page: columns are parted later, and numbers stay with their clauses
_MOST_PIXELS = 40_000_000
_MOST_PAGES = 300
_SECONDS = 120  # for one page
_SMALL = 900  # dots across, enough to see by how much lines slant
_DOUBTFUL = 70  # mean confidence, of 100, below which people should compare with the scan
_NOISE = 40  # mean confidence of a line below which it is a stain, a crest or a signature
_TURNED = 55  # mean confidence below which the page may stand on its head
_EM = 0.93  # height of a line with ascenders and descenders, in units of its size
_RULED = frozenset(("|", "||", "_", "__", "[", "]", "¦"))  # a table's lines, read as letters
_A4 = 595.0  # points across, for pictures whose size nobody knows
_MISSING = "holds only scanned pages; install tesseract-ocr and run `verse ingest --ocr`"


@dataclass(frozen=True)
class ScanWord:
    """A word on a picture, in pixels from its top left corner.

    `line` counts the picture's lines in reading order; `confidence` runs from 0 to 100.
    """

    left: int
    top: int
    width: int
    height: int
    text: str
    confidence: float
    line: int


def read_scan(png: bytes) -> list[ScanWord]:
    """The words of an upright picture in reading order, without stains read as words.

    Raises IngestError where Tesseract is not installed, lacks English, or fails.
    """
    return _without_noise(_parse(_tesseract(png, "--psm", _AS_LINES, "tsv")))


def read_scanned_pdf(data: bytes) -> Extract:
    """A PDF's text, that of pages without any read off their pictures; these are in `ocr`.

    Raises IngestError as `read_pdf` does, and where Tesseract is missing or finds no words.
    """
    try:
        extract = read_pdf(data)
    except NoText:
        return _by_sight(data, Extract(""))
    if any("--ocr" in warning for warning in extract.warnings):
        return _by_sight(data, extract)
    return extract


def read_picture(data: bytes) -> Extract:
    """A photograph or scan of a policy; the frames of a TIFF are its pages."""
    pages: list[Page] = []
    doubtful: list[int] = []
    try:
        with Image.open(io.BytesIO(data)) as picture:
            for frame in ImageSequence.Iterator(picture):
                if len(pages) == _MOST_PAGES:
                    raise IngestError(f"holds over {_MOST_PAGES} pictures; split it")
                if frame.width * frame.height > 2 * _MOST_PIXELS:
                    raise IngestError("is a picture of over 80 million dots; save it smaller")
                upright = ImageOps.exif_transpose(frame)  # as a phone was held
                page, confidence = _see(upright.convert("L"), _A4 / upright.width)
                pages.append(page)
                if page.words and confidence < _DOUBTFUL:
                    doubtful.append(len(pages))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise IngestError("is a picture that cannot be opened; save it as PDF") from error
    if not any(page.words for page in pages):
        raise IngestError("is a picture without words on it; remove it")
    text, marks = write(lay_out(pages))
    read = tuple(number for number, page in enumerate(pages, 1) if page.words)
    warnings = tuple(_doubts(doubtful))
    return Extract(text, marks, pages=len(pages), ocr=read, warnings=warnings)


def _by_sight(data: bytes, extract: Extract) -> Extract:
    """All pages laid out together, so that running heads are known across them.

    Every page is read off its picture where the file's own text was of no use.
    """
    read: list[int] = []
    doubtful: list[int] = []
    with pdfium.PdfDocument(data) as document:
        found = read_pages(document, len(document))
        pages = list(found.pages)
        for number in found.empty if extract.text else range(1, len(pages) + 1):
            if number in found.failed or len(read) == _MOST_PAGES:
                continue
            leaf = document[number - 1]
            page, confidence = _scan(leaf)
            leaf.close()
            if page.words:
                pages[number - 1] = page
                read.append(number)
                if confidence < _DOUBTFUL:
                    doubtful.append(number)
    if not read:
        if extract.text:
            return extract  # what has no text is blank
        raise IngestError("holds only pictures without words that can be read; scan it again")
    text, marks = write(lay_out(pages))
    kept = tuple(warning for warning in extract.warnings if "--ocr" not in warning)
    unread = [f"only {_MOST_PAGES} scanned pages were read"] if len(read) == _MOST_PAGES else []
    return replace(
        extract,
        text=text,
        marks=marks,
        pages=len(pages),
        ocr=tuple(read),
        warnings=(*kept, *_doubts(doubtful), *unread),
    )


def _doubts(pages: Sequence[int]) -> Iterator[str]:
    if pages:
        shown = ", ".join(map(str, pages[:12])) + (" and more" if len(pages) > 12 else "")
        yield f"page {shown} is hard to read on its scan; compare the quotes with it"


def _scan(leaf: pdfium.PdfPage) -> tuple[Page, float]:
    wide, high = leaf.get_size()
    scale = min(_DPI / 72, (_MOST_PIXELS / max(1, wide * high)) ** 0.5)
    image = leaf.render(scale=scale, grayscale=True).to_pil()
    return _see(image, 1 / scale)


def _see(image: Image.Image, scale: float) -> tuple[Page, float]:
    """A picture as a page, `scale` points a pixel, and how sure its words are."""
    image = _straighten(image)
    words = read_scan(_png(image))
    confidence = _confidence(words)
    if confidence < _TURNED and (angle := _turn(image)):
        turned = _straighten(image.rotate(angle, expand=True))
        again = read_scan(_png(turned))
        if _confidence(again) > confidence:
            image, words, confidence = turned, again, _confidence(again)
    frame = Frame(0, 0, image.width * scale, image.height * scale)
    return Page(frame, tuple(_level(words, scale)), (), Ruling()), confidence


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _turn(image: Image.Image) -> int:
    """Degrees, against the clock, that set a sideways page upright; 0 where that is unknown."""
    try:
        said = _tesseract(_png(image), "--psm", "0")
    except IngestError:
        return 0  # too few words to tell by, or no data for orientation installed
    for line in said.splitlines():
        if line.startswith("Orientation in degrees:"):
            return int(line.partition(":")[2])
    return 0


def _tesseract(png: bytes, *options: str) -> str:
    program = shutil.which("tesseract")
    if program is None:
        raise IngestError(_MISSING)
    command = [program, "stdin", "stdout", "-l", "eng", "--dpi", str(_DPI), *options]
    if "0" in options:
        command[3:5] = ["-l", "osd"]
    try:
        done = subprocess.run(
            command,
            input=png,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            # Its threads slow one another down, and other files are being read beside this one.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise IngestError("has a page that takes minutes to read; scan it again") from error
    except OSError as error:
        raise IngestError("cannot be read: tesseract does not start; install it anew") from error
    said = done.stderr.decode("utf-8", "replace")
    if "Failed loading language" in said or "Error opening data file" in said:
        raise IngestError("needs Tesseract's English data; install tesseract-ocr-eng")
    if done.returncode:
        raise IngestError("has a page that Tesseract cannot read; scan it again")
    return done.stdout.decode("utf-8", "replace")


def _parse(table: str) -> list[ScanWord]:
    words: list[ScanWord] = []
    lines: dict[tuple[str, ...], int] = {}
    for row in table.splitlines()[1:]:
        fields = row.split("\t")
        if len(fields) < 12 or fields[0] != "5" or not (text := clean(fields[11], keep="").strip()):
            continue
        left, top, width, height = (int(field) for field in fields[6:10])
        line = lines.setdefault(tuple(fields[1:5]), len(lines))
        words.append(ScanWord(left, top, width, height, text, float(fields[10]), line))
    return words


def _by_line(words: Sequence[ScanWord]) -> list[list[ScanWord]]:
    lines: dict[int, list[ScanWord]] = defaultdict(list)
    for word in words:
        lines[word.line].append(word)
    return list(lines.values())


def _without_noise(words: Sequence[ScanWord]) -> list[ScanWord]:
    kept: list[ScanWord] = []
    for line in _by_line(words):
        if _confidence(line) >= _NOISE:
            kept += [word for word in line if word.text not in _RULED]
    return kept


def _confidence(words: Sequence[ScanWord]) -> float:
    """Mean over letters and digits, as dots that lead to a page number are read badly."""
    letters = [sum(map(str.isalnum, word.text)) for word in words]
    sure = sum(word.confidence * count for word, count in zip(words, letters, strict=True))
    return sure / max(1, sum(letters))


def _level(words: Sequence[ScanWord], scale: float) -> Iterator[Word]:
    """Words in points, each on the baseline of its line."""
    lines = _by_line(words)
    sizes = [max(w.height for w in line) for line in lines]
    body = statistics.median(sizes) if sizes else 0
    for line, size in zip(lines, sizes, strict=True):
        base = statistics.median(w.top + w.height for w in line)
        # Lines without ascenders are lower; only a clear difference is one of size.
        shown = body if abs(size - body) < 0.3 * body else size
        style = Style("", round(2 * shown * scale * _EM) / 2)
        for word in line:
            x = word.left * scale
            yield Word(x, x + word.width * scale, base * scale, word.text, style, space=True)


def _straighten(image: Image.Image) -> Image.Image:
    """The picture turned by the few degrees that make its lines level."""
    small = image.copy()
    small.thumbnail((_SMALL, _SMALL))
    ink = ImageOps.invert(small)

    def contrast(angle: float) -> float:
        rows = np.asarray(ink.rotate(angle, Image.Resampling.BILINEAR), dtype=np.float64).sum(1)
        return float(np.square(np.diff(rows)).sum())

    coarse = max(np.arange(-4, 4.1, 0.5), key=contrast)
    angle = max(np.arange(coarse - 0.4, coarse + 0.5, 0.1), key=contrast)
    if abs(angle) < 0.15 or abs(coarse) == 4:
        return image
    return image.rotate(float(angle), Image.Resampling.BICUBIC, fillcolor=255)
