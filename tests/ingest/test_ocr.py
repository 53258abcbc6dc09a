"""Scans made here, slanted and noisy as copiers make them, are read with Tesseract."""

import io
import re
import shutil

import pytest
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest import ocr
from ingest.documents import IngestError
from ingest.pdf.picture import render_page
from ingest.readers import read

DPI = 200
POLICY = (
    "Marrow Lane Primary School",
    "Mobile Phone Policy",
    "1. Aims",
    "1.1 This policy says when staff, parents and visitors may use a mobile",
    "phone in school.",
    "2. Rules for staff",
    "2.1 Staff must not use their own phones to photograph pupils.",
    "2.2 Phones must be kept in a locked drawer between 8.45 am and 3.15 pm.",
    "2.3 Staff may contact parents only from the school office.",
)

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract (tesseract-ocr) is not installed"
)


def printed(*pages: tuple[str, ...]) -> bytes:
    """A PDF with these lines on its pages."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    for lines in pages:
        for place, line in enumerate(lines):
            canvas.setFont("Helvetica", 12)
            canvas.drawString(72, 760 - 24 * place, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def photograph(data: bytes, slant: float = 1.3) -> Image.Image:
    """The first page as a copier sees it."""
    image = Image.open(io.BytesIO(render_page(data, 1, DPI / 72))).convert("L")
    image = image.rotate(slant, Image.Resampling.BICUBIC, fillcolor=255)
    noise = Image.effect_noise(image.size, 40)
    return Image.blend(image, noise, 0.15).filter(ImageFilter.GaussianBlur(0.5))


def scanned(*images: Image.Image | None) -> bytes:
    """A PDF of these pictures; None leaves a page with a line of text instead."""
    file = io.BytesIO()
    canvas = Canvas(file)
    for image in images:
        if image is None:
            canvas.setPageSize(A4)
            canvas.drawString(72, 700, "Parents must ring the office before nine.")
        else:
            size = image.width * 72 / DPI, image.height * 72 / DPI
            canvas.setPageSize(size)
            canvas.drawImage(ImageReader(image), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return photograph(printed(POLICY))


def closed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@needs_tesseract
def test_a_slanted_noisy_scan_is_read_line_by_line(photo: Image.Image):
    extract = read(scanned(photo), "scan.pdf", ocr=True)
    assert closed(extract.text) == " ".join(POLICY)
    assert extract.ocr == (1,)
    assert extract.pages == 1
    begun = [mark.start for mark in extract.marks if mark.begins is not False]
    assert any(extract.text.startswith("2.2 Phones must", start) for start in begun)


@needs_tesseract
def test_a_page_scanned_on_its_side_is_set_upright(photo: Image.Image):
    extract = read(scanned(photo.rotate(90, expand=True)), "scan.pdf", ocr=True)
    assert "2.1 Staff must not use their own phones to photograph pupils." in extract.text


@needs_tesseract
def test_only_pages_without_text_are_read_off_their_picture(photo: Image.Image):
    data = scanned(None, photo)
    without = read(data, "mixed.pdf")
    assert any("page 2" in warning for warning in without.warnings)
    extract = read(data, "mixed.pdf", ocr=True)
    first, second = extract.text.split("\f")
    assert closed(first) == "Parents must ring the office before nine."
    assert "locked drawer" in second
    assert extract.ocr == (2,)
    assert not any("--ocr" in warning for warning in extract.warnings)


@needs_tesseract
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_picture_is_read_too(kind: str, photo: Image.Image):
    file = io.BytesIO()
    photo.save(file, kind)
    extract = read(file.getvalue(), "policy.png", ocr=True)
    assert "Staff may contact parents only from the school office." in closed(extract.text)
    assert extract.ocr == (1,)


@needs_tesseract
def test_stains_are_not_read_as_words():
    image = Image.effect_noise((1200, 1600), 90).filter(ImageFilter.GaussianBlur(3))
    with pytest.raises(IngestError, match="scan it again"):
        read(scanned(image), "stain.pdf", ocr=True)


@pytest.mark.parametrize("asked", [False, True])
def test_a_scan_that_cannot_be_read_says_what_to_do(
    asked: bool, photo: Image.Image, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ocr.shutil, "which", lambda _: None)
    with pytest.raises(IngestError, match="--ocr"):
        read(scanned(photo), "scan.pdf", ocr=asked)


@needs_tesseract
def test_a_photograph_is_read_as_the_phone_was_held(photo: Image.Image):
    file, said = io.BytesIO(), Image.Exif()
    said[0x0112] = 3  # upside down
    photo.rotate(180).save(file, "JPEG", exif=said)
    assert "Staff must not use their own phones" in read(file.getvalue(), "a.jpg", ocr=True).text


def test_a_broken_picture_is_refused():
    with pytest.raises(IngestError, match="cannot be opened"):
        read(b"\x89PNG\r\n\x1a\n broken", "a.png", ocr=True)
