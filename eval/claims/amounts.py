"""How many, how long, by when: numbers with what they count and on which side they bound."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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
    "under": r"less than|fewer than|under|below|younger than|shorter than|not yet|yet to be",
    "by": r"by|before|until|earlier than|(?:no|not) later than",
    "after": r"after|from|since",
}
# Said after the number: "two or more", "six meetings is the minimum".
_BOUND_AFTER = {
    "least": r"or (?:more|over|older|longer|above)|(?:is|are|being|as) (?:the|a) minimum|minimum"
    r"|at (?:the )?(?:very )?least",
    "most": r"or (?:less|fewer|under|younger|shorter|below)|maximum|at (?:the )?(?:very )?most"
    r"|(?:is|are|being) the (?:most|longest|limit|maximum)|and no (?:more|longer)"
    r"|at the (?:latest|outside)",
}
_AFTERWARDS = re.compile(
    "|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in _BOUND_AFTER.items())
)
_BOUNDED = re.compile("|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in _BOUND.items()))
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_FAR = 9
"""How many words before its bound a number may stand."""
_SIDES = {
    "befor": "before",
    "by": "before",
    "until": "before",
    "after": "after",
    "sinc": "after",
    "onc": "after",
}


_ORDER = {
    "before": "befor beforehand earlier ahead advanc prior previous",
    "after": "after afterward onc later follow subsequ",
}
"""Stems of words that put one thing before or after another."""


def sides_of(stems: Iterable[str]) -> set[str]:
    """Whether words say that something is before or after something."""
    said = set(stems)
    return {side for side, words in _ORDER.items() if said & set(words.split())}


def in_order(number: str, stems: Iterable[str]) -> bool:
    """Whether a number is said by its place in a row: the second term is term two."""
    return any(
        number == str(place) and ordinal in stems
        for place, ordinal in enumerate(_ORDINALS, start=1)
    )


def _counted(stem: str) -> str | None:
    """A number, or the one that "a week or more" says."""
    return "1" if stem in ("a", "an", "single") else number_of(stem)


def amounts(words: list[Token]) -> Iterator[Amount]:
    """Numbers with what they count; "one" only where it counts time, else it stands for a noun."""
    for groups, _, _ in listed(words, "same"):
        for often, period in _OFTEN.items():
            if f"same:{often}" in groups:
                yield "1", period
    for at, (stem, _) in enumerate(words):
        yield from ((str(number), "") for number in _within(words[at : at + 3]))
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
    for found in _AFTERWARDS.finditer(text):
        clause = re.split(r"[,;:](?! being| at)", text[: found.start()])[-1]
        for stem, _ in reversed(tokens(clause)[-_FAR:]):
            if (number := _counted(stem)) is not None:
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


def _within(words: list[Token]) -> range:
    """The whole numbers between two, for "years 7 to 9"."""
    ends = [number_of(stem) or "" for stem, _ in words[::2]]
    if len(words) < 3 or words[1][0] not in ("to", "and") or not all(map(str.isdigit, ends)):
        return range(0)
    first, last = map(int, ends)
    return range(first + 1, last) if last - first <= 12 and words[1][0] == "to" else range(0)
