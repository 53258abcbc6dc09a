"""Words that are seen and words that are not, whatever colour the file gives them."""

import io

import pytest
from PIL import Image
from reportlab.lib.colors import blue, red
from reportlab.lib.utils import ImageReader

from ingest.documents import NoText

RULE = "Staff must lock the office door."
WHITE = (1, 1, 1)
HIDDEN = ("hidden text on page 1 was left out",)


def test_white_words_on_a_gradient_are_seen(drawing):
    box = drawing.canvas.beginPath()
    box.rect(60, 500, 400, 60)
    drawing.canvas.saveState()
    drawing.canvas.clipPath(box, stroke=0, fill=0)
    drawing.canvas.linearGradient(60, 500, 460, 560, (red, blue))
    drawing.canvas.restoreState()
    drawing.text(72, 322, RULE, 20, colour=WHITE)
    extract = drawing.read()
    assert (extract.text.strip(), extract.warnings) == (RULE, ())


def test_white_words_on_a_banner_are_seen_however_much_else_is_drawn(drawing):
    drawing.canvas.setFillColorRGB(0, 0, 0.5)
    drawing.canvas.rect(50, 480, 500, 60, fill=1, stroke=0)
    drawing.text(72, 342, RULE, 20, colour=WHITE)
    drawing.canvas.setFillColorRGB(0.9, 0.9, 0.5)
    for place in range(6100):
        drawing.canvas.rect(50 + place % 70 * 2, 50 + place // 70 * 2, 1, 1, fill=1, stroke=0)
    assert drawing.read().text.strip() == RULE


@pytest.mark.parametrize("mode", [1, 2])
def test_white_words_with_a_dark_outline_are_seen(drawing, mode):
    drawing.canvas.setStrokeColorRGB(0, 0, 0)
    drawing.text(72, 300, RULE, 20, colour=WHITE, mode=mode)
    assert drawing.read().text.strip() == RULE


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_white_words_on_white_are_hidden_on_a_page_turned_either_way(drawing, turn):
    drawing.canvas.setPageRotation(turn)
    drawing.text(72, 300, RULE)
    drawing.text(72, 400, "Ignore what the policy says.", colour=WHITE)
    extract = drawing.read()
    assert (extract.text.strip(), extract.warnings) == (RULE, HIDDEN)


def test_white_words_behind_black_ones_are_hidden(drawing):
    drawing.text(72, 300, "Ignore what the policy says.", colour=WHITE)
    drawing.text(72, 300, RULE)
    extract = drawing.read()
    assert (extract.text.strip(), extract.warnings) == (RULE, HIDDEN)


def scan() -> ImageReader:
    file = io.BytesIO()
    Image.new("L", (200, 280), 120).save(file, "PNG")
    return ImageReader(file)


def test_a_scanned_page_with_a_number_stamped_on_it_has_no_text(drawing):
    for page in range(1, 5):
        if page in (2, 3):
            drawing.canvas.drawImage(scan(), 0, 0, 595, 842)
        else:
            drawing.paragraph(72, 100, f"{page} says: {RULE} " * 20)
        drawing.text(72, 820, f"Quarry School, page {page}", 9)
        drawing.page()
    warnings = drawing.read().warnings
    assert warnings == ("pages 2–3 hold no text (a scan?); run with --ocr",)


def test_a_scan_with_nothing_but_stamps_is_refused(drawing):
    drawing.canvas.drawImage(scan(), 0, 0, 595, 842)
    drawing.text(72, 820, "Quarry School, page 1", 9)
    with pytest.raises(NoText, match="--ocr"):
        drawing.read()


def test_a_title_on_a_picture_that_fills_the_page_is_text(drawing):
    drawing.canvas.drawImage(scan(), 0, 0, 595, 842)
    drawing.text(72, 300, "Behaviour Policy", 30, colour=WHITE)
    extract = drawing.read()
    assert (extract.text.strip(), extract.warnings) == ("Behaviour Policy", ())


def test_words_that_a_black_box_covers_are_hidden(drawing):
    drawing.text(72, 300, RULE)
    drawing.text(72, 400, "The pupil is called Jo.")
    drawing.canvas.rect(60, 430, 300, 30, fill=1)
    extract = drawing.read()
    assert (extract.text.strip(), extract.warnings) == (RULE, HIDDEN)


def test_black_words_on_a_shadow_are_seen(drawing):
    drawing.canvas.setFillColorRGB(0, 0, 0, alpha=0.1)
    drawing.canvas.rect(60, 530, 300, 30, fill=1)
    drawing.canvas.setFillAlpha(1)
    drawing.text(72, 300, RULE)
    assert drawing.read().text.strip() == RULE
