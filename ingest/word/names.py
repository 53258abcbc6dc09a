"""Short names for namespaced XML, the same for Transitional and Strict Office Open XML."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ingest.word.archive import Element

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
_SHORT = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm",
    "http://schemas.openxmlformats.org/drawingml/2006/picture": "pic",
    "http://purl.oclc.org/ooxml/drawingml/picture": "pic",
    "urn:schemas-microsoft-com:vml": "v",
    "http://schemas.microsoft.com/office/2006/xmlPackage": "pkg",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/package/2006/content-types": "ct",
    "http://schemas.openxmlformats.org/package/2006/metadata/core-properties": "cp",
    "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties": "ep",
    "http://purl.oclc.org/ooxml/officeDocument/extendedProperties": "ep",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://www.w3.org/XML/1998/namespace": "xml",
    **{
        f"{_OFFICE}{name}:1.0": short
        for name, short in {
            "office": "office", "text": "text", "table": "table", "style": "style",
            "drawing": "draw", "meta": "meta", "xsl-fo-compatible": "fo", "manifest": "manifest",
            "presentation": "presentation", "svg-compatible": "svg",
        }.items()
    },
    "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0": "loext",
}  # fmt: skip


@lru_cache(maxsize=4096)
def _short(name: str) -> str:
    if name[:1] != "{":
        return name
    namespace, _, local = name[1:].partition("}")
    return f"{_SHORT.get(namespace, '?')}:{local}"


@lru_cache(maxsize=4096)
def _long(names: tuple[str, ...]) -> tuple[str, ...]:
    """The full names that lxml finds these short ones by."""
    parts = [name.partition(":") for name in names]
    return tuple(
        f"{{{namespace}}}{local}"
        for prefix, _, local in parts
        for namespace, short in _SHORT.items()
        if short == prefix
    )


def tag(element: Element) -> str:
    """ "w:p" for a Word paragraph, "?:p" for one of a namespace we do not know."""
    return _short(element.tag)


def attribute(element: Element | None, name: str, default: str = "") -> str:
    """One attribute by short name; also where it stands without its prefix, as some write it."""
    if element is None:
        return default
    for full in _long((name,)):
        found = element.get(full)
        if found is not None:
            return str(found)
    return str(element.get(name.partition(":")[2] or name, default))


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that short name."""
    return None if element is None else next(element.iterchildren(*_long((name,))), None)


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The children of these short names in order; all elements where none is given."""
    if element is None:
        return iter(())
    found: Iterator[Element] = element.iterchildren(*(_long(names) if names else ("*",)))
    return found


def value(element: Element | None, name: str, default: str = "") -> str:
    """The w:val of a child of that name."""
    found = child(element, name)
    return default if found is None else attribute(found, "w:val", default)


def number(text: str, default: int = 0, most: int = 10**6) -> int:
    """A whole number as files write it, cut to plus or minus `most`; `default` where it is none."""
    try:
        return max(-most, min(most, int(float(text.strip()[:20]))))
    except (ValueError, OverflowError):
        return default


def switch(element: Element | None, name: str) -> bool | None:
    """What a Word on/off property says; None where it is absent."""
    found = child(element, name)
    if found is None:
        return None
    return attribute(found, "w:val", "true").lower() not in ("0", "false", "off", "none")
