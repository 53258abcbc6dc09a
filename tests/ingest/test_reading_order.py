"""Columns, tables without lines, scans and locked files: words in the order people read them."""

from __future__ import annotations

import difflib
import re
import shutil
from pathlib import Path

import pytest

from ingest.documents import IngestError, flow
from ingest.readers import read

ODD = Path(__file__).parent / "policies" / "odd"


def words(text: str) -> list[str]:
    return re.findall(r"\w+", flow(text))


@pytest.mark.parametrize(
    "name",
    [
        "two-columns",
        "three-columns-by-line",
        "table-without-lines",
        "encrypted-without-password",
        "scan",
    ],
)
def test_words_come_in_the_order_in_which_they_are_read(name: str) -> None:
    if name == "scan" and not shutil.which("tesseract"):
        pytest.skip("tesseract is not installed")
    path = ODD / f"{name}.pdf"
    extract = read(path.read_bytes(), path.name, ocr=name == "scan")
    meant, found = words((ODD / f"{name}.txt").read_text("utf-8")), words(extract.text)
    alike = difflib.SequenceMatcher(None, meant, found, autojunk=False).ratio()
    print(f"{name}: {alike:.3f} of {len(meant)} words in order")
    # Running heads may stand elsewhere than in the list, and Tesseract misreads a few words.
    assert alike >= 0.97
    assert set(extract.ocr) == ({1, 2} if name == "scan" else set())


@pytest.mark.parametrize("name", ["encrypted-with-password", "scan"])
def test_what_cannot_be_read_says_what_to_do(name: str) -> None:
    path = ODD / f"{name}.pdf"
    with pytest.raises(IngestError, match=r"save it without a password|run with --ocr"):
        read(path.read_bytes(), path.name)
