"""File formats: suffix → function from a file's bytes to its text and marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from ingest.detect import detect, is_picture
from ingest.documents import IngestError
from ingest.extract import Extract
from ingest.readers.text import read_text
from ingest.readers.tidy import tidy

# Each imports its libraries when it is first called: asking a question needs none of them.


def _read_pdf(data: bytes) -> Extract:
    from ingest.readers.pdf import read_pdf

    return read_pdf(data)


def _read_docx(data: bytes) -> Extract:
    from ingest.readers.docx import read_docx

    return read_docx(data)


def _read_odt(data: bytes) -> Extract:
    from ingest.readers.odt import read_odt

    return read_odt(data)


def _read_html(data: bytes) -> Extract:
    from ingest.readers.html import read_html

    return read_html(data)


def _read_rst(data: bytes) -> Extract:
    from ingest.readers.rst import read_rst

    return read_rst(data)


def _read_markdown(data: bytes) -> Extract:
    from ingest.readers.markdown import read_markdown

    return read_markdown(data)


READERS: dict[str, Callable[[bytes], Extract]] = {
    ".pdf": _read_pdf,
    ".docx": _read_docx,
    ".docm": _read_docx,
    ".dotx": _read_docx,
    ".odt": _read_odt,
    ".html": _read_html,
    ".htm": _read_html,
    ".xhtml": _read_html,
    ".rst": _read_rst,
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".txt": read_text,
}
_KEPT = (".txt", ".md", ".markdown")  # whose text is the file's own, unchanged
_NAMES = {
    ".pdf": "a PDF",
    ".docx": "a Word file",
    ".odt": "an OpenDocument file",
    ".html": "a web page",
    ".txt": "plain text",
}


def read(data: bytes, name: str, ocr: bool = False) -> Extract:
    """The text and marks of a file, by what it is rather than by what its name ends in.

    `name` is its path or name; `ocr` also reads pages that are pictures, with Tesseract.
    Raises IngestError: what it is, and what to do.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if ocr and is_picture(data):
        from ingest.ocr import read_picture

        return read_picture(data)
    kind = detect(data, suffix)
    if kind == ".pdf" and ocr:
        from ingest.ocr import read_scanned_pdf

        extract = read_scanned_pdf(data)
    else:
        extract = READERS[kind](data)
    if kind not in _KEPT:
        extract = tidy(extract)
    if not extract.text.strip():
        raise IngestError("holds no text; save the policy's text in it")
    if READERS.get(suffix) is not READERS[kind]:
        named = f"Its name ends in {suffix}" if suffix else "Its name has no suffix"
        warning = f"{named}, but it is {_NAMES[kind]} and was read as one."
        extract = replace(extract, warnings=(warning, *extract.warnings))
    return extract
