"""The numbers that a format counts by itself, as they are shown."""

from __future__ import annotations

from typing import Literal

Style = Literal["decimal", "a", "A", "i", "I"]

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def shown(number: int, style: Style) -> str:
    """A number as its list shows it: 4 is "4", "d", "D", "iv" or "IV"."""
    if style in ("a", "A") and 0 < number < 100_000:
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("a") + rest) + letters
        return letters if style == "a" else letters.upper()
    if style in ("i", "I") and 0 < number < 4000:
        roman = ""
        for value, sign in _ROMAN:
            count, number = divmod(number, value)
            roman += count * sign
        return roman if style == "i" else roman.upper()
    return str(number)  # what has no such form is shown in figures
