"""Word files (.docx, .docm, .dotx): what their reader sees, with Word's own numbers."""

from __future__ import annotations

from dataclasses import replace

from ingest.extract import Extract
from ingest.word.body import read_body
from ingest.word.package import open_package
from ingest.word.properties import word_properties
from ingest.word.writing import picture_warnings, write

MACROS = "holds macros, which were not run"


def read_docx(data: bytes) -> Extract:
    """The accepted text of a Word file. Raises IngestError where it cannot be read."""
    package = open_package(data)
    story = read_body(package)
    core = package.archive.optional("docProps/core.xml")
    app = package.archive.optional("docProps/app.xml")
    extract = write(story, word_properties(core, app))
    names = package.archive.names
    macros = any(name.endswith("vbaproject.bin") for name in names)
    pictures = picture_warnings(extract.text, names)
    more = (*((MACROS,) if macros else ()), *pictures)
    return replace(extract, warnings=(*extract.warnings, *more))
