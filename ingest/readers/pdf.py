"""PDF: what stands on its pages, read by place and style; pypdf opens what PDFium cannot."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pypdf
import pypdf.errors
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.clean import clean
from ingest.documents import IngestError, NoText
from ingest.extract import Extract
from ingest.pdf.frame import Frame
from ingest.pdf.glyphs import read_glyphs
from ingest.pdf.ink import see
from ingest.pdf.layout import Page, lay_out
from ingest.pdf.leaf import open_page
from ingest.pdf.ruling import Ruling, read_ruling
from ingest.pdf.tags import read_tags
from ingest.pdf.writing import write

MOST_PAGES = 2000
_FEWEST = 3  # characters; fewer on a page are a stray page number, no text
_DAMAGED = "is damaged and no page of it can be read; open it and save it as a PDF again"
_LOCKED = "is encrypted; save it without a password"


@dataclass(frozen=True)
class _Read:
    """All pages, and what is to be said of them."""

    pages: list[Page]
    empty: list[int]  # pages without text, from 1
    failed: list[int]
    hidden: list[int]
    layered: list[int]  # whose text is an OCR layer
    cut: list[int]  # with more characters than we read
    characters: int
    broken: int


def read_pdf(data: bytes) -> Extract:
    """Text and marks of a PDF.

    Raises IngestError where it is encrypted, damaged, too long, or holds no text to be read.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).casefold() or "security" in str(error).casefold():
            raise IngestError(_LOCKED) from error
        return _read_with_pypdf(data)
    try:
        count = len(document)
        if count == 0:
            return _read_with_pypdf(data)
        if document.get_formtype() == raw.FORMTYPE_XFA_FULL:
            raise IngestError("is a form that Adobe Reader alone can show; print it to PDF there")
        _check_length(count)
        read = read_pages(document, count)
        properties = _properties(document.get_metadata_dict(skip_empty=True))
    finally:
        document.close()
    if len(read.failed) == count:
        return _read_with_pypdf(data)
    _check_text(read, count)
    text, marks = write(lay_out(read.pages))
    return Extract(text, marks, properties, count, warnings=tuple(_warnings(read)))


def _check_length(count: int) -> None:
    if count > MOST_PAGES:
        raise IngestError(
            f"is {count:,} pages long, more than the {MOST_PAGES:,} we read; split it"
        )


def read_pages(document: pdfium.PdfDocument, count: int) -> _Read:
    read = _Read([], [], [], [], [], [], 0, 0)
    characters = broken = 0
    for number in range(1, count + 1):
        try:
            leaf = open_page(document, number)
        except pdfium.PdfiumError:
            read.failed.append(number)
            read.pages.append(_blank())
            continue
        try:
            glyphs = read_glyphs(leaf)
            ruling = read_ruling(leaf, glyphs.frame)
            tags = read_tags(leaf)
            seen = see(leaf, glyphs, ruling)
        except pdfium.PdfiumError:
            read.failed.append(number)
            read.pages.append(_blank())
            continue
        finally:
            leaf.close()
        characters += glyphs.characters
        broken += glyphs.broken
        if glyphs.cut:
            read.cut.append(number)
        if seen.hidden:
            read.hidden.append(number)
        if seen.layer:
            read.layered.append(number)
        letters = sum(len(word.text) for word in seen.words)
        if seen.stamped or (letters < _FEWEST and (ruling.images or not letters)):
            read.empty.append(number)
        read.pages.append(Page(glyphs.frame, seen.words, seen.turned, ruling, tags))
    return replace(read, characters=characters, broken=broken)


def _blank() -> Page:
    return Page(Frame(0, 0, 612, 792), (), (), Ruling())


def _check_text(read: _Read, count: int) -> None:
    if read.characters and read.broken > 0.5 * read.characters:
        raise NoText(
            "is set in fonts that hide what its text says; save it again or run with --ocr"
        )
    if len(read.empty) + len(read.failed) == count:
        if any(page.ruling.images for page in read.pages):
            raise NoText("holds no text, only images; run with --ocr to read them")
        raise NoText("holds no text; export it as a PDF again, or run with --ocr")


def _warnings(read: _Read) -> list[str]:
    found = []
    if read.empty:
        verb = "hold" if len(read.empty) > 1 else "holds"
        found.append(f"{_name(read.empty)} {verb} no text (a scan?); run with --ocr")
    if read.failed:
        found.append(f"{_name(read.failed)} could not be read; save the file as a PDF again")
    if read.cut:
        found.append(f"of {_name(read.cut)} only the beginning was read, as it is too long")
    if read.hidden:
        found.append(f"hidden text on {_name(read.hidden)} was left out")
    if read.layered:
        verb = "were" if len(read.layered) > 1 else "was"
        found.append(f"{_name(read.layered)} {verb} read by OCR when it was scanned; check quotes")
    if read.broken > max(20, 0.02 * read.characters):
        share = 100 * read.broken / read.characters
        found.append(f"{share:.0f} % of its characters cannot be told; save the file again")
    return found


def _name(pages: Sequence[int]) -> str:
    """ "page 3", "pages 3, 5–7"."""
    ranges: list[list[int]] = []
    for page in pages:
        if ranges and page == ranges[-1][-1] + 1:
            ranges[-1] = [ranges[-1][0], page]
        else:
            ranges.append([page])
    parts = ["–".join(str(n) for n in r) for r in ranges[:12]]
    more = " and more" if len(ranges) > 12 else ""
    return f"page{'s' if len(pages) > 1 else ''} {', '.join(parts)}{more}"


def _properties(metadata: dict[str, str]) -> dict[str, str]:
    """title, author, created and modified, the latter two as ISO dates."""
    found: dict[str, str] = {}
    for name, key in (("title", "Title"), ("author", "Author")):
        if value := clean(str(metadata.get(key, "")), keep="").strip():
            found[name] = value[:500]
    for name, key in (("created", "CreationDate"), ("modified", "ModDate")):
        if value := _date(str(metadata.get(key, ""))):
            found[name] = value
    return found


def _date(value: str) -> str:
    match = re.match(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?", value.strip())
    if not match:
        return ""
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return datetime(year, month, day).date().isoformat()
    except ValueError:
        return ""


def _read_with_pypdf(data: bytes) -> Extract:
    """Text alone, from a file that only pypdf makes sense of."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise IngestError(_LOCKED)
        _check_length(len(reader.pages))
        texts = []
        for page in reader.pages:
            lines = clean(page.extract_text()).split("\n")
            texts.append("\n".join(line.strip() for line in lines if line.strip()))
        metadata = {
            str(key).lstrip("/"): str(value) for key, value in (reader.metadata or {}).items()
        }
    except IngestError:
        raise
    except Exception as error:  # pypdf raises whatever a broken file makes it stumble over
        raise IngestError(_DAMAGED) from error
    if not any(texts):
        raise IngestError(_DAMAGED)
    warnings = ("is damaged; its text was read without its layout",)
    return Extract("\n\f".join(texts), (), _properties(metadata), len(texts), warnings=warnings)
