"""A page as an image, for eyes that check what was read off it."""

from __future__ import annotations

import io

import pypdfium2 as pdfium

from ingest.documents import IngestError
from ingest.pdf.leaf import open_page

_MOST_PIXELS = 40_000_000


def render_page(data: bytes, page: int, scale: float = 1.5) -> bytes:
    """PNG of a page, counted from 1; `scale` 1.0 is 72 pixels an inch, less for huge pages.

    Raises IngestError where the file or the page cannot be drawn.
    """
    try:
        with pdfium.PdfDocument(data) as document:
            if not 1 <= page <= len(document):
                raise IngestError(f"has no page {page}; it has {len(document)}")
            leaf = open_page(document, page)
            wide, high = leaf.get_size()
            pixels = max(wide * high, 1.0)
            scale = max(min(scale, (_MOST_PIXELS / pixels) ** 0.5), 0.01)
            image = leaf.render(scale=scale).to_pil()
            file = io.BytesIO()
            image.save(file, "PNG")
            return file.getvalue()
    except pdfium.PdfiumError as error:
        raise IngestError("is damaged or encrypted and cannot be drawn; save it again") from error
