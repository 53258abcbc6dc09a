"""What a file says of itself in its properties."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.word.archive import Element
from ingest.word.letters import seen
from ingest.word.names import tag

_WORD = {
    "dc:title": "title", "dc:creator": "author", "dc:subject": "subject",
    "cp:keywords": "keywords", "cp:category": "category", "cp:contentStatus": "status",
    "cp:version": "version", "cp:revision": "revision", "cp:lastModifiedBy": "editor",
    "dcterms:created": "created", "dcterms:modified": "modified", "ep:Company": "company",
}  # fmt: skip
_OPEN = {
    "dc:title": "title", "dc:creator": "editor", "meta:initial-creator": "author",
    "dc:subject": "subject", "meta:keyword": "keywords", "meta:editing-cycles": "revision",
    "meta:creation-date": "created", "dc:date": "modified",
}  # fmt: skip
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST = 500  # characters


def word_properties(*roots: Element | None) -> dict[str, str]:
    """From docProps/core.xml and app.xml; dates as "2024-09-01"."""
    return _read(roots, _WORD)


def open_properties(root: Element | None) -> dict[str, str]:
    """From an OpenDocument's office:meta."""
    found = _read((root,), _OPEN)
    if "editor" in found:
        found.setdefault("author", found["editor"])
    return found


def _read(roots: tuple[Element | None, ...], wanted: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for root in roots:
        if root is None:
            continue
        for element in root:
            name = wanted.get(tag(element))
            text = " ".join(seen(element.text or "").split())[:_LONGEST]
            if name in ("created", "modified"):
                date = _DATE.match(text)
                text = date[0] if date else ""
            if name and text:
                found.setdefault(name, text)
    return found
