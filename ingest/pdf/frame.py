"""A page's coordinates: from PDF user space to points from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw


@dataclass(frozen=True, slots=True)
class Frame:
    """From PDF user space to points from the top left, turned so that most text is level."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int = 0  # degrees, counted as PDF counts /Rotate

    @property
    def width(self) -> float:
        return self.right - self.left if self.turn % 180 == 0 else self.top - self.bottom

    @property
    def height(self) -> float:
        return self.top - self.bottom if self.turn % 180 == 0 else self.right - self.left

    def at(self, x: float, y: float) -> tuple[float, float]:
        if self.turn == 90:
            return y - self.bottom, x - self.left
        if self.turn == 180:
            return self.right - x, y - self.bottom
        if self.turn == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def box(
        self, left: float, bottom: float, right: float, top: float
    ) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 with y downwards."""
        (ax, ay), (bx, by) = self.at(left, bottom), self.at(right, top)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def page_box(page: pdfium.PdfPage) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of what is shown of a page.

    PDFium works it out: a box may stand upside down, be empty, or be that of all pages together.
    """
    box = raw.FS_RECTF()
    if raw.FPDF_GetPageBoundingBox(page, box) and box.left < box.right and box.bottom < box.top:
        return box.left, box.bottom, box.right, box.top
    return 0.0, 0.0, 612.0, 792.0
