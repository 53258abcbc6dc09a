"""Automatic numbers: how a list counts, and how a count is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_FIRSTS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip


def roman(count: int) -> str:
    """ "iv" for 4; plain digits where Romans had none."""
    if not 0 < count < 4000:
        return str(count)
    written = ""
    for worth, letters in _ROMAN:
        written += letters * (count // worth)
        count %= worth
    return written


def letters(count: int) -> str:
    """ "a" to "z", then "aa", "bb", as Word counts on."""
    if not 0 < count <= 26 * 30:
        return str(count)
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


def letters_like_columns(count: int) -> str:
    """ "a" to "z", then "aa", "ab", as LibreOffice counts on unless told otherwise."""
    written = ""
    while 0 < count < 10**6:
        count, letter = divmod(count - 1, 26)
        written = chr(ord("a") + letter) + written
    return written or str(count)


def ordinal(count: int) -> str:
    """ "1st", "2nd", "11th"."""
    if count % 100 in (11, 12, 13):
        return f"{count}th"
    return str(count) + {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")


def words(count: int) -> str:
    """ "Twenty-one"; plain digits from a hundred on."""
    if not 0 <= count < 100:
        return str(count)
    if count < 20:
        return _ONES[count].capitalize()
    tens, ones = divmod(count, 10)
    return (_TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")).capitalize()


def ordinal_words(count: int) -> str:
    """ "Twenty-first"."""
    written = words(count).lower()
    if written.isdigit():
        return ordinal(count)
    head, dash, last = written.rpartition("-")
    stem = f"{last[:-1]}ie" if last.endswith("y") else last
    return (head + dash + _FIRSTS.get(last, f"{stem}th")).capitalize()


def _circled(count: int) -> str:
    return chr(0x2460 + count - 1) if 0 < count <= 20 else str(count)


def _chicago(count: int) -> str:
    return "*†‡§"[(count - 1) % 4] * min((count - 1) // 4 + 1, 9) if count > 0 else str(count)


FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda count: f"{count:02d}",
    "lowerLetter": letters,
    "upperLetter": lambda count: letters(count).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda count: roman(count).upper(),
    "ordinal": ordinal,
    "cardinalText": words,
    "ordinalText": ordinal_words,
    "hex": lambda count: f"{count:X}",
    "numberInDash": lambda count: f"- {count} -",
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedParen": lambda count: f"({count})",
    "decimalEnclosedFullstop": lambda count: f"{count}.",
    "chicago": _chicago,
    "none": lambda _: "",
}


def write_count(count: int, form: str) -> str:
    """A count in one of Word's number formats; in digits where we do not know the format."""
    return FORMATS.get(form, str)(count)


@dataclass
class Counter:
    """The counts of one list, level by level from 0."""

    counts: dict[int, int] = field(default_factory=dict)

    def count(
        self, level: int, start: Callable[[int], int], restarts: Callable[[int, int], bool]
    ) -> None:
        """One more item at `level`.

        `start(level)` is a level's first number; `restarts(deeper, level)` says whether an item
        at `level` makes the deeper level begin again.
        """
        for above in range(level):
            self.counts.setdefault(above, start(above))
        self.counts[level] = self.counts[level] + 1 if level in self.counts else start(level)
        for deeper in [other for other in self.counts if other > level]:
            if restarts(deeper, level):
                del self.counts[deeper]
