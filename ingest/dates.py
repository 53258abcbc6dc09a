"""Dates as English schools write them: "July 2022", "Autumn 2020", "Sept 23", "21/07/2022"."""

from __future__ import annotations

import calendar
import datetime as dt
import re

_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if n} | {
    name.lower(): n for n, name in enumerate(calendar.month_abbr) if n
}
_MONTHS["sept"] = 9
# School terms; a policy "due Autumn 2022" is due by the end of December.
_SEASONS = {"spring": (1, 4), "summer": (5, 8), "autumn": (9, 12), "winter": (12, 12)}

_DAY_MONTH_YEAR = re.compile(
    # Not the 2 of "V. 2 July 2021" or "Version 2 July 2021".
    r"(?<!\bv )(?<!\bv\. )(?<!version )"
    r"\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]{3,9})\.?,?\s+['’]?((?:19|20)?\d\d)\b",
    re.I,
)
_MONTH_DAY_YEAR = re.compile(
    r"\b([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)\b", re.I
)
_NUMERIC = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)?\d\d)\b")
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)(?:-(\d\d))?\b")
_MONTH_YEAR = re.compile(
    r"\b([a-z]{3,9})\.?,?\s+(?:term,?\s+)?(?:[12]\s+)?(?:of\s+)?['’]?((?:19|20)\d\d|\d\d)\b", re.I
)
_MONTH_IN_FIGURES = re.compile(r"\b(0?[1-9]|1[0-2])[/.]((?:19|20)\d\d)\b")
_SCHOOL_YEAR = re.compile(r"\b((?:19|20)\d\d)\s?[/–-]\s?((?:19|20)?\d\d)\b")
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")


def period(words: str) -> tuple[dt.date, dt.date] | None:
    """First and last day of the first date in the words, or None where there is none."""
    match: re.Match[str] | None
    for match in _DAY_MONTH_YEAR.finditer(words):
        month = _MONTHS.get(match[2].lower())
        if month and (day := _day(_year(match[3]), month, int(match[1]))):
            return day, day
    for match in _MONTH_DAY_YEAR.finditer(words):
        month = _MONTHS.get(match[1].lower())
        if month and (day := _day(_year(match[3]), month, int(match[2]))):
            return day, day
    if (match := _ISO.search(words)) and 1 <= int(match[2]) <= 12:
        if match[3] is None:
            return _month(int(match[1]), int(match[2]))
        if day := _day(int(match[1]), int(match[2]), int(match[3])):
            return day, day
    if (match := _NUMERIC.search(words)) and (
        day := _day(_year(match[3]), int(match[2]), int(match[1]))
    ):
        return day, day
    for match in _MONTH_YEAR.finditer(words):
        word, year = match[1].lower(), _year(match[2])
        if word in _SEASONS:
            first, last = _SEASONS[word]
            return dt.date(year, first, 1), _month(year, last)[1]
        if word in _MONTHS:
            return _month(year, _MONTHS[word])
    if match := _MONTH_IN_FIGURES.search(words):
        return _month(_year(match[2]), int(match[1]))
    if match := _SCHOOL_YEAR.search(words):
        year = int(match[1])
        if str(year + 1).endswith(match[2]):
            return dt.date(year, 9, 1), dt.date(year + 1, 8, 31)
    if match := _YEAR.search(words):
        return dt.date(int(match[1]), 1, 1), dt.date(int(match[1]), 12, 31)
    return None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _month(year: int, month: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
