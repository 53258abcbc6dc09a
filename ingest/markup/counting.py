"""The numbers that a format counts by itself, as they are shown."""

from __future__ import annotations

from typing import Literal

from ingest.word.counting import letters_like_columns, roman

Style = Literal["decimal", "a", "A", "i", "I"]


def shown(number: int, style: Style) -> str:
    """A number as its list shows it: 4 is "4", "d", "D", "iv" or "IV"; figures where none fits."""
    if style == "decimal":
        return str(number)
    written = letters_like_columns(number) if style in ("a", "A") else roman(number)
    return written.upper() if style.isupper() else written
