"""A page's coordinates: from PDF user space to points from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2 as pdfium


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
    """Left, bottom, right and top of what is shown of a page."""
    media = page.get_mediabox() or (0.0, 0.0, 612.0, 792.0)
    crop = page.get_cropbox() or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if right > left and top > bottom else media
