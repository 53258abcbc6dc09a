"""Pages as pictures with the words of a clause marked where they stand."""

from __future__ import annotations

import io
import json
import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from ingest.home import document_path
from ingest.index import open_index
from ui.page_image import Picture, draw, picture

small = runpy.run_path(str(Path(__file__).with_name("policies_home.py")))
RULE = "Staff must not text parents."


@pytest.fixture(scope="module")
def index(furnish, tmp_path_factory):
    return open_index(small["make"](tmp_path_factory.mktemp("small"), furnish))


@pytest.fixture
def clause(index):
    def named(start):
        return next(
            p.clause for p in index.shelf("oak").passages if p.clause.text.startswith(start)
        )

    return named


@pytest.fixture
def charging(index):
    return next(d for d in index.manifest.documents if d.source == "oak/charging.pdf")


@pytest.fixture
def page(tmp_path):
    """A PDF of one page with lines of text at given points from its top left corner."""

    def make(*lines, rotate=0):
        canvas = Canvas(str(tmp_path / "page.pdf"), pagesize=A4)
        for across, down, text in lines:
            canvas.drawString(across, A4[1] - down, text)
        canvas.save()
        writer = PdfWriter(clone_from=tmp_path / "page.pdf")
        writer.pages[0].rotate(rotate)
        writer.write(tmp_path / "page.pdf")
        return tmp_path / "page.pdf"

    return make


def drawn(path, wanted, near=0.0, number=1):
    """The picture as an array, and the share of the words that was found."""
    told, _, png = draw(path, number, wanted, near).partition(b"\n")
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int), json.loads(told)[
        "found"
    ]


def marked(image):
    """Left, top, right, bottom of what is tinted, as shares of the picture."""
    yellow = (image[..., 0] > 240) & (image[..., 2] < 180)
    rows, columns = np.nonzero(yellow)
    high, wide = image.shape[:2]
    return columns.min() / wide, rows.min() / high, columns.max() / wide, rows.max() / high


def test_the_words_are_marked_where_they_stand_and_nowhere_else(page):
    path = page((100, 200, "Phones are kept in the office."), (100, 400, RULE))
    image, found = drawn(path, RULE)
    assert found == 1.0
    left, top, right, bottom = marked(image)
    assert left == pytest.approx(100 / A4[0], abs=0.01)
    assert right < 0.5
    assert top == pytest.approx(390 / A4[1], abs=0.012)
    assert bottom == pytest.approx(403 / A4[1], abs=0.012)


@pytest.mark.parametrize(
    ("rotate", "near"),
    [
        (90, lambda x, y: (1 - y, x)),
        (180, lambda x, y: (1 - x, 1 - y)),
        (270, lambda x, y: (y, 1 - x)),
    ],
)
def test_on_a_turned_page_the_marks_turn_with_the_words(page, rotate, near):
    image, found = drawn(page((100, 200, RULE), rotate=rotate), RULE)
    left, top, right, bottom = marked(image)
    across, down = near(170 / A4[0], 197 / A4[1])  # the middle of the words
    assert found == 1.0
    assert left < across < right and top < down < bottom
    assert (right - left) * (bottom - top) < 0.02


def test_words_in_two_lines_are_marked_in_both(page):
    path = page((100, 300, "Staff must not text"), (100, 320, "parents."))
    image, found = drawn(path, RULE.replace("text ", "text\n"))
    assert found == 1.0
    _, top, _, bottom = marked(image)
    assert bottom - top > 25 / A4[1]


def test_of_the_same_words_twice_the_ones_at_the_clauses_place_are_marked(page):
    path = page((100, 200, RULE), (100, 450, "Other rules stand here."), (100, 700, RULE))
    assert marked(drawn(path, RULE, 0.0)[0])[3] < 0.3
    assert marked(drawn(path, RULE, 0.9)[0])[1] > 0.7


def test_where_the_words_are_not_on_the_page_nothing_is_marked(page):
    path = page((100, 200, "Dogs stay outside."))
    image, found = drawn(path, RULE)
    assert found == 0.0
    assert (image == drawn(path, "")[0]).all()


def test_every_clause_of_a_policy_is_found_on_its_page(index, charging):
    path = document_path(index.home, charging.sha256)
    clauses = [p.clause for p in index.shelf("oak").passages if p.policy.source == charging.source]
    assert len(clauses) > 40
    for clause in clauses[::6]:
        told = json.loads(draw(path, clause.page, clause.text, 0.5).partition(b"\n")[0])
        assert told["found"] == 1.0, clause.text


def test_a_picture_is_drawn_apart_and_says_how_much_was_found(index, charging, clause):
    got = picture(index, charging, clause("a resit"), 2)
    assert isinstance(got, Picture)
    assert (got.page, got.found) == (2, 1.0)
    assert got.png.startswith(b"\x89PNG")
    assert picture(index, charging, clause("a resit"), 1).found == 0.0


def test_a_page_that_is_not_there_is_a_sentence(index, charging, clause):
    told = picture(index, charging, clause("a resit"), 9)
    assert told == "Page 9 of oak/charging.pdf cannot be drawn: it has no page 9; it has 3."


def test_a_file_that_is_no_pdf_is_a_sentence(index):
    dogs = next(d for d in index.manifest.documents if d.source == "elm/dogs.txt")
    told = picture(index, dogs, None, 1)
    assert isinstance(told, str) and told.startswith("Page 1 of elm/dogs.txt cannot be drawn")
