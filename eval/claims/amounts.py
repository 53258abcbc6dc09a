"""How many, how long, by when: numbers with what they count and on which side they bound."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.claims.words import Token, calendar, function_words, listed, number_of, tokens

Amount = tuple[str, str]
"""A number, or a name in the calendar, and what is counted."""

TIMES = frozenset(
    ("minut", "hour", "day", "week", "month", "year", "term", "night", "work day", "school day")
)
_OFTEN = {"yearly": "year", "termly": "term", "monthly": "month", "weekly": "week", "daily": "day"}
_BOUND = {
    "least": r"at least|(?:no|not) (?:fewer|less) than|minimum(?: of)?",
    "most": r"at most|(?:no|not) (?:more|longer) than|up to|maximum(?: of)?|within|not exceed\w*"
    r"|in under|inside",
    "over": r"more than|over|above|exceeding|exceeds?|longer than|older than|greater than",
    "under": r"less than|fewer than|under|below|younger than|shorter than",
    "by": r"by|before|until|(?:no|not) later than",
    "after": r"after|from|since",
}
_BOUNDED = re.compile("|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in _BOUND.items()))
_SIDES = {"befor": "before", "by": "before", "until": "before", "after": "after", "sinc": "after"}


def amounts(words: list[Token]) -> Iterator[Amount]:
    """Numbers with what they count; "one" only where it counts time, else it stands for a noun."""
    for groups, _, _ in listed(words, "same"):
        for often, period in _OFTEN.items():
            if f"same:{often}" in groups:
                yield "1", period
    for at, (stem, _) in enumerate(words):
        if stem == "fortnight":
            yield "2", "week"
        elif stem in calendar():
            yield stem, ""
        elif (number := number_of(stem)) is not None:
            unit = [s for s, _ in words[at + 1 : at + 3] if s not in ("of", "full", "clear")]
            counted = unit[0] if unit else ""
            if len(unit) == 2 and unit[0] in ("work", "school"):
                counted = f"{unit[0]} {unit[1]}"
            if stem != "one" or counted in TIMES:
                yield number, counted


def bounds(text: str) -> Iterator[tuple[str, str]]:
    """Numbers with the side on which they bound: least, most, over, under, by, after."""
    for found in _BOUNDED.finditer(text):
        for stem, _ in tokens(text[found.end() :])[:3]:
            if (number := number_of(stem)) is not None:
                yield number, found.lastgroup or ""
                break


def whens(words: list[Token]) -> Iterator[tuple[str, str]]:
    """Before or after, and what."""
    for at, (stem, _) in enumerate(words):
        if stem in _SIDES:
            for other, _ in words[at + 1 : at + 4]:
                if other not in function_words():
                    yield _SIDES[stem], other
                    break
