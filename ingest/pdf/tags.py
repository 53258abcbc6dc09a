"""What a tagged PDF, such as Word exports, says of its own structure."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_MOST_ELEMENTS = 20_000  # of one page
_DEEPEST = 40
_BLOCKS = re.compile(r"P|H[1-6]?|LBody|TD|TH|TOCI|Caption|Note|FENote|Title|BlockQuote")


@dataclass(frozen=True, slots=True)
class Tag:
    """The paragraph that a stretch of marked content belongs to; `block` counts within a page."""

    block: int
    kind: str


def read_tags(page: pdfium.PdfPage) -> dict[int, Tag]:
    """Marked content of a page to its paragraph; empty where the file is not tagged."""
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return {}
    found: dict[int, Tag] = {}
    seen = 0
    try:
        roots = min(raw.FPDF_StructTree_CountChildren(tree), _MOST_ELEMENTS)
        waiting = [
            (raw.FPDF_StructTree_GetChildAtIndex(tree, place), Tag(-1, ""), 0)
            for place in reversed(range(roots))
        ]
        while waiting and seen < _MOST_ELEMENTS:
            element, tag, depth = waiting.pop()
            seen += 1
            if not element or depth > _DEEPEST:
                continue
            kind = _kind(element)
            if _BLOCKS.fullmatch(kind) and not (kind == "P" and _holds_text(tag.kind)):
                tag = Tag(seen, kind)
            elif kind == "Lbl":
                tag = Tag(-1, "")
            count = min(max(raw.FPDF_StructElement_CountChildren(element), 0), _MOST_ELEMENTS)
            for place in reversed(range(count)):
                mark = raw.FPDF_StructElement_GetChildMarkedContentID(element, place)
                if mark >= 0:
                    if tag.block >= 0:
                        found.setdefault(mark, tag)
                else:
                    child = raw.FPDF_StructElement_GetChildAtIndex(element, place)
                    waiting.append((child, tag, depth + 1))
    finally:
        raw.FPDF_StructTree_Close(tree)
    return found


def _holds_text(kind: str) -> bool:
    """A paragraph inside one of these is that paragraph; a cell may hold several."""
    return kind in ("H", "TOCI", "Caption", "Title") or kind.startswith("H")


def _kind(element: raw.FPDF_STRUCTELEMENT) -> str:
    buffer = ctypes.create_string_buffer(64)
    length = raw.FPDF_StructElement_GetType(element, buffer, 64)
    return buffer.raw[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
