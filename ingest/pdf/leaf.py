"""One page of a PDF as it is shown, what people filled into its forms included."""

from __future__ import annotations

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_WRITTEN = (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT)
_MOST_NOTES = 1000  # looked at on one page


def open_page(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    """Page `number`, from 1, to be closed by the caller.

    What is filled into forms and typed onto the page lies over it, and is made part of it here.
    Raises pdfium.PdfiumError where the page cannot be loaded.
    """
    page = document[number - 1]
    if not _is_written_on(page):
        return page
    raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
    page.close()
    return document[number - 1]


def _is_written_on(page: pdfium.PdfPage) -> bool:
    for place in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST_NOTES)):
        note = raw.FPDFPage_GetAnnot(page.raw, place)
        if not note:
            continue
        kind = raw.FPDFAnnot_GetSubtype(note)
        raw.FPDFPage_CloseAnnot(note)
        if kind in _WRITTEN:
            return True
    return False
