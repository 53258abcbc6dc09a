"""Dates as English schools write them: "July 2022", "Autumn 2020", "Sept 23", "21/07/2022"."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Precision = Literal["day", "month", "term", "school year", "financial year", "year", "range"]

_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if n} | {
    name.lower(): n for n, name in enumerate(calendar.month_abbr) if n
}
_MONTHS["sept"] = 9
# School terms; a policy "due Autumn 2022" is due by the end of December.
_TERMS = {"spring": (1, 4), "summer": (5, 8), "autumn": (9, 12)}
_NAMED_TERMS = {
    "spring": "spring", "summer": "summer", "autumn": "autumn", "fall": "autumn",
    "michaelmas": "autumn", "advent": "autumn", "lent": "spring", "hilary": "spring",
    "easter": "spring", "trinity": "summer", "pentecost": "summer",
}  # fmt: skip
_WINTER = (12, 12)
_NUMBERS = dict(zip("one two three four five six seven".split(), range(1, 8), strict=True))

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    + (r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)")
)
_YEAR = r"['’‘]?(?P<year>(?:19|20)\d\d|\d\d)(?![\d’'])(?!\s?(?:st|nd|rd|th|%|:)\b)"
_WORD_BEFORE = r"(?<![A-Za-z])"
_SHAPES = re.compile(
    "|".join(
        shape.replace("?P<", f"?P<{name}_")
        for name, shape in (
            (
                "iso",
                r"(?<![\d/.-])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
            ),
            (
                # Not the 2 of "V. 2 July 2021" or "Version 2 July 2021".
                "words",
                r"(?<!\bv)(?<!\bv )(?<!\bv\.)(?<!\bv\. )(?<!version )(?<!issue )(?<![\d.])"
                r"(?P<day>\d{1,2})(?:\s?(?:st|nd|rd|th))?(?:\s+of)?(?:\s*,?\s+|-|\.\s?|/)?"
                + _MONTH
                + r"(?:\.?,?\s*|-|/)"
                + _YEAR,
            ),
            (
                "american",
                _WORD_BEFORE + _MONTH + r"\.?\s+(?P<day>\d{1,2})(?:\s?(?:st|nd|rd|th))?,?\s+"
                r"(?P<year>(?:19|20)\d\d)(?!\d)",
            ),
            (
                # A whole run of figures, so that a day that does not exist is not read as a month.
                "figures",
                r"(?<![\d/.-])(?P<day>\d{1,2})(?P<sep>\s?/\s?|\.|-)(?P<month>\d{1,2})"
                r"(?P=figures_sep)(?P<year>\d{4}|\d\d)(?![\d/]|[.-]\d)",
            ),
            (
                "month",
                _WORD_BEFORE + _MONTH + r"(?:\.?,?\s+(?:of\s+)?|\.|-|/)?" + _YEAR,
            ),
            (
                "term",
                _WORD_BEFORE
                + rf"(?P<term>{'|'.join(_NAMED_TERMS)}|winter)(?:\s+half)?(?:[\s-]+term)?,?\s*"
                r"(?:[12]\s+|\([12]\)\s*)?(?:term,?\s+)?(?:in\s+|of\s+)?(?:the\s+)?"
                r"(?:(?:academic|school)\s+year\s+)?"
                r"['’‘]?(?P<year>(?:19|20)\d\d"
                r"|\d\d)(?:\s?[/–-]\s?(?P<next>(?:20)?\d\d))?(?![\d’'])",
            ),
            (
                "numbered",
                _WORD_BEFORE + r"term\s?(?P<term>[1-6])[,\s]+(?:of\s+)?"
                r"(?P<year>(?:19|20)\d\d)(?:\s?[/–-]\s?(?P<next>(?:20)?\d\d))?(?!\d)",
            ),
            (
                "financial",
                _WORD_BEFORE + r"(?:FY|financial year|tax year)[\s:]*(?:of\s+)?"
                r"(?P<year>(?:20)?\d\d)\s?[/–-]\s?(?P<next>(?:20)?\d\d)(?!\d)",
            ),
            (
                "schoolyear",
                r"(?<![\d/.–-])(?P<year>(?:19|20)\d\d)\s?[/–-]\s?(?P<next>(?:20)?\d\d)(?![\d/]"
                r"|[.-]\d)",
            ),
            (
                "shortyear",
                _WORD_BEFORE + r"(?:academic|school)\s+year[\s:]*(?P<year>\d\d)\s?[/–-]\s?"
                r"(?P<next>\d\d)(?!\d)",
            ),
            (
                "monthfigures",
                r"(?<![\d/.-])(?P<month>\d{1,2})\s?[/.]\s?(?P<year>(?:19|20)\d\d)(?![\d/])",
            ),
            ("year", r"(?<![\d/.,£$-])(?P<year>(?:19|20)\d\d)(?![\d/]|[.,-]\d)"),
        )
    ),
    re.I,
)
_TO = re.compile(r"\s*(?:[–—-]|to|until|till|through|up to|and ending(?: on)?)\s*", re.I)
_BARE_MONTH = re.compile(_WORD_BEFORE + _MONTH + r"\s?(?:[–/-]|to)\s?$", re.I)
_EVERY = re.compile(
    r"\b(?:(?P<year>annual(?:ly)?|yearly|every year|each year|once a year|(?:every )?academic year)"
    r"|(?P<two>bienniall?y?|every other year|every second year|alternate years)"
    r"|(?P<three>trienniall?y?)"
    r"|(?P<term>termly|every term|each term)"
    r"|(?:every |each )?(?P<count>\d{1,2}|one|two|three|four|five|six|seven)"
    r"(?:\s?\(\w+\))?[\s-]*(?P<unit>year|month|term)(?:s|ly)?\b)",
    re.I,
)


@dataclass(frozen=True)
class When:
    """An interval of days, both inclusive; `start` and `end` are offsets into the words read."""

    first: dt.date
    last: dt.date
    precision: Precision
    start: int = 0
    end: int = 0

    def overlaps(self, other: When) -> bool:
        return self.first <= other.last and other.first <= self.last


def period(words: str) -> tuple[dt.date, dt.date] | None:
    """First and last day of the first date in the words, or None where there is none."""
    found = next(_merged(words), None)
    return (found.first, found.last) if found else None


def find_dates(words: str) -> list[When]:
    """Every date in the words, in order; "2023 – 2026" and "May to July 2024" are one each."""
    return list(_merged(words))


def find_cycle(words: str) -> str:
    """The words in which a text first names how often: "every 3 years"; "" where none do."""
    match = _EVERY.search(words)
    return match[0] if match and months_between_reviews(match[0]) else ""


def months_between_reviews(words: str) -> int | None:
    """12 for "annually", 36 for "every 3 years"; None where the words name no cycle."""
    match = _EVERY.search(words)
    if match is None:
        return None
    if match["year"]:
        return 12
    if match["two"] or match["three"]:
        return 24 if match["two"] else 36
    if match["term"]:
        return 4
    count = _NUMBERS.get(match["count"].lower()) or int(match["count"])
    months = count * {"year": 12, "month": 1, "term": 4}[match["unit"].lower()]
    return months if 0 < months <= 120 else None


def later(when: When, months: int) -> str:
    """The date so many months after another, as precise as that one, in words."""
    count = when.first.year * 12 + when.first.month - 1 + months
    year, month = divmod(count, 12)
    if when.precision == "day":
        last = calendar.monthrange(year, month + 1)[1]
        return f"{min(when.first.day, last)} {calendar.month_name[month + 1]} {year}"
    if when.precision == "term" and months % 4 == 0:
        name = next(name for name, (first, last) in _TERMS.items() if first <= month + 1 <= last)
        return f"{name.capitalize()} {year}"
    if when.precision == "school year" and months % 12 == 0:
        return f"{year}-{(year + 1) % 100:02d}"
    if when.precision == "year" and months % 12 == 0:
        return str(year)
    return f"{calendar.month_name[month + 1]} {year}"


def _merged(words: str) -> Iterator[When]:
    """Dates with ranges closed."""
    held: When | None = None
    for when in _each(words):
        if held is None:
            held = _from_bare_month(words, when)
            continue
        if _TO.fullmatch(words[held.end : when.start]) and held.first <= when.first:
            held = replace(held, last=max(held.last, when.last), precision="range", end=when.end)
            continue
        yield held
        held = _from_bare_month(words, when)
    if held is not None:
        yield held


def _from_bare_month(words: str, when: When) -> When:
    """The whole of "September–December 2024", of which only the end bears a year."""
    match = _BARE_MONTH.search(words, max(0, when.start - 20), when.start)
    if match and when.precision == "month":
        first = dt.date(when.first.year, _MONTHS[match["month"].lower()], 1)
        if first < when.first:
            return replace(when, first=first, precision="range", start=match.start())
    return when


def _each(words: str) -> Iterator[When]:
    place = 0
    while match := _SHAPES.search(words, place):
        days = _days(match)
        place = max(match.end(), place + 1)
        if days is not None:
            first, last, precision = days
            yield When(first, last, precision, match.start(), match.end())
        elif match["words_month"]:
            place = match.start("words_month")  # "31 February 2021" is read as its month


def _days(match: re.Match[str]) -> tuple[dt.date, dt.date, Precision] | None:
    shape = str(match.lastgroup).partition("_")[0]
    part = {
        key.partition("_")[2]: value
        for key, value in match.groupdict().items()
        if value is not None and key.startswith(f"{shape}_")
    }
    year = _year(part["year"])
    follows = "next" not in part or (year + 1) % 100 == _year(part["next"]) % 100
    if shape in ("iso", "words", "american", "figures"):
        month = _MONTHS.get(part["month"].lower()) or int(part["month"])
        return _day(year, month, int(part["day"]))
    if shape in ("month", "monthfigures"):
        if part["month"] == "may" and len(part["year"]) == 2:
            return None  # "staff may 20 …"
        month = _MONTHS.get(part["month"].lower()) or int(part["month"])
        return (*_months(year, month, month), "month") if 1 <= month <= 12 else None
    if shape in ("term", "numbered"):
        name = part["term"].lower()
        if shape == "numbered":
            name = ("autumn", "spring", "summer")[(int(name) - 1) // 2]
        if "next" in part and not follows:
            return None
        months = _WINTER if name == "winter" else _TERMS[_NAMED_TERMS[name]]
        started = shape == "numbered" or "next" in part  # the year named is the school year's
        return (*_months(year + (started and months[1] <= 8), *months), "term")
    if shape == "year":
        return (*_months(year, 1, 12), "year")
    if shape == "financial":
        ends = dt.date(year + 1, 3, 31)
        return (dt.date(year, 4, 1), ends, "financial year") if follows else None
    if follows:
        return dt.date(year, 9, 1), dt.date(year + 1, 8, 31), "school year"
    end = _year(part["next"])
    if shape == "schoolyear" and len(part["next"]) == 2 and 1 <= int(part["next"]) <= 12:
        return (*_months(year, int(part["next"]), int(part["next"])), "month")
    if year < end <= year + 10:
        return dt.date(year, 1, 1), dt.date(end, 12, 31), "range"
    return None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _months(year: int, first: int, last: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def _day(year: int, month: int, day: int) -> tuple[dt.date, dt.date, Precision] | None:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return None
    return (found, found, "day") if 1900 <= year <= 2099 else None
