"""A trust's whole shelf: 10,000 pages are indexed within 2 GB, in the parent and in each child."""

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Table,
    TableStyle,
)

FILES, PAGES = 200, 50
MOST = 2_000_000_000  # bytes resident, in the parent or in any one child
WHO = "staff pupils parents governors volunteers visitors teachers contractors".split()
WHAT = (
    "sign the register|lock the door|report a concern|wear a badge|use a personal phone"
    "|take photographs of a class|keep medicines in a bag|leave the site at lunch"
    "|share a password|accept a gift from a family|drive the minibus|text a parent"
).split("|")
WHEN = (
    "during lessons|on a trip|before nine o’clock|in the hall|without the head’s consent"
    "|unless a child is in danger|when the office is closed|within three working days"
).split("|")

# Takes HOME FOLDER. Embedding over a hundred thousand clauses would take most of an hour, so that
# alone is feigned. Processes that read files are children of one that ends when it is told to.
INGEST = """
import hashlib, json, resource, sys
from multiprocessing import forkserver
from pathlib import Path
import numpy as np
import ingest.sync
from ingest.embedding import open_embedder

class Feigned:
    def __init__(self, model):
        self.model = model
    def embed(self, texts, progress=None):
        rows = np.empty((len(texts), 384), np.float32)
        for row, text in zip(rows, texts):
            seed = int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)
            row[:] = np.random.default_rng(seed).normal(0, 384 ** -0.5, 384)
        return rows

ingest.sync.open_embedder = lambda *a, **k: Feigned(open_embedder(*a, **k).model)
home, folder = map(Path, sys.argv[1:])
report = ingest.sync.ingest(folder, home, school="Oak School")
forkserver._forkserver._stop()
kinds = {"parent": resource.RUSAGE_SELF, "children": resource.RUSAGE_CHILDREN}
print(json.dumps({
    "failures": report.failures,
    "pages": sum(row.pages for row in report.documents),
    "clauses": sum(row.clauses for row in report.documents),
    **{name: resource.getrusage(kind).ru_maxrss * 1024 for name, kind in kinds.items()},
}))
"""


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
def test_ten_thousand_pages_stay_within_two_gigabytes(
    tmp_path: Path, furnish: Callable[[Path], Path]
):
    folder = tmp_path / "policies"
    folder.mkdir()
    for number in range(FILES):
        write_policy(folder / f"policy-{number}.pdf", number)
    assert len({hashlib.sha256(p.read_bytes()).digest() for p in folder.iterdir()}) == FILES
    home = furnish(tmp_path / "home")
    done = subprocess.run(
        [sys.executable, "-c", INGEST, str(home), str(folder)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    print(found)
    assert found["failures"] == []
    assert found["pages"] == FILES * PAGES
    assert found["clauses"] > found["pages"]
    assert found["parent"] < MOST, found
    assert 0 < found["children"] < MOST, found


def write_policy(path: Path, number: int) -> None:
    """A PDF of so many pages, in one of four layouts, whose words no other file has."""
    words = random.Random(number)
    width, height = A4
    gutter = 24
    wide = (width - 120 - gutter) / 2
    frames = (
        [Frame(60, 60, wide, height - 120), Frame(60 + wide + gutter, 60, wide, height - 120)]
        if number % 4 == 3
        else [Frame(60, 60, width - 120, height - 120)]
    )

    def margins(canvas: Canvas, _document: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(60, height - 40, f"Policy {number}")
        canvas.drawString(60, 30, f"Page {canvas.getPageNumber()} of {PAGES}")

    document = BaseDocTemplate(str(path), pagesize=A4)
    document.addPageTemplates(PageTemplate(frames=frames, onPage=margins))
    story: list[Flowable] = []
    for page in range(1, PAGES + 1):
        story += [*_page(words, page, number), PageBreak()]
    document.build(story)


def _page(words: random.Random, page: int, number: int) -> list[Flowable]:
    styles = getSampleStyleSheet()
    plain = styles["BodyText"]
    hung = ParagraphStyle("hung", plain, leftIndent=18, bulletIndent=6)
    found: list[Flowable] = [Paragraph(f"{page} {_title(words, number)}", styles["Heading2"])]
    if number % 4 == 2:
        rows = [["Who", "What", "When"]]
        rows += [
            [words.choice(WHO).title(), words.choice(WHAT), words.choice(WHEN)] for _ in range(12)
        ]
        found.append(Table(rows, style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")])))
    elif number % 4 == 1:
        found.append(Paragraph(f"All {words.choice(WHO)} must:", plain))
        found += [
            Paragraph(f"{words.choice(WHAT)} {words.choice(WHEN)}.", hung, bulletText="•")
            for _ in range(12)
        ]
    else:
        found += [
            Paragraph(f"{page}.{item} {_rule(words)} {_rule(words)}", plain)
            for item in range(1, 12)
        ]
    return found


def _title(words: random.Random, number: int) -> str:
    return f"{words.choice(WHO).title()} who {words.choice(WHAT)} {number}"


def _rule(words: random.Random) -> str:
    bound = words.choice(("must", "must not", "should", "may"))
    return f"{words.choice(WHO).title()} {bound} {words.choice(WHAT)} {words.choice(WHEN)}."
