"""The numbers of a clause, each in the unit of its kind, so that two clauses can be compared.

"Five school days" and "within a week" are one duration; "termly" and "three times a year" one
frequency; "half past eight" and "8.30 am" one time of day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {word: n for n, word in enumerate(_ONES)} | {
    word: 10 * n for n, word in enumerate(_TENS, 2)
}
_WORD = re.compile(
    rf"\b(?:({'|'.join(_TENS)})[- ]({'|'.join(_ONES[1:10])})|({'|'.join([*_TENS, *_ONES])}))\b"
    r"(?: (hundred|thousand))?|\b(?:a |one )?(dozen|hundred|thousand)\b"
)
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "m": 1_000_000}

# How many days, and how often in a school's year.
_DAYS = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "fortnight": 14.0,
    "month": 30.4,
    "half term": 42.0,
    "term": 91.0,
    "year": 365.0,
}
_YEARLY = {
    "day": 190.0,
    "morning": 190.0,
    "evening": 190.0,
    "night": 190.0,
    "week": 39.0,
    "fortnight": 19.5,
    "month": 12.0,
    "half term": 6.0,
    "quarter": 4.0,
    "term": 3.0,
    "year": 1.0,
    "twelve months": 1.0,
}
_EVERY = {
    "daily": 190.0,
    "weekly": 39.0,
    "fortnightly": 19.5,
    "monthly": 12.0,
    "half-termly": 6.0,
    "termly": 3.0,
    "quarterly": 4.0,
    "annually": 1.0,
    "annual": 1.0,
    "yearly": 1.0,
}
_UNIT = r"(minute|hour|day|week|fortnight|month|half[ -]term|term|year)s?\b"
_PERIOD = r"(day|morning|evening|night|week|fortnight|month|half[ -]term|quarter|term|year)s?\b"
_N = r"(\d+(?:\.\d+)?)"

_OFTEN = re.compile(
    rf"\b(?:(once|twice|{_N} times) (?:a|an|per|each|every|in the|in an?)"
    rf" (?:school |calendar )?{_PERIOD}"
    rf"|(?:every|each|per) (?:{_N} |other )?(?:school |calendar )?{_PERIOD}"
    rf"|({'|'.join(_EVERY)}))\b"
)
_LASTS = re.compile(
    rf"\b(?:{_N}|an?|half an?)[ -](school |working |clear |calendar |consecutive )?"
    rf"(?:more )?{_UNIT}"
)
_CLOCK = re.compile(
    r"\b(?:(\d{1,2})[.:](\d{2})(?: ?([ap])\.?m\b)?|(\d{1,2}) ?([ap])\.?m\b"
    r"|(half|quarter) (past|to) (\d{1,2})\b"
    r"|(\d{1,2}) o.clock|(midday|noon|midnight))"
)
_MONEY = re.compile(rf"£ ?{_N}(?: ?(million|m|thousand|k)\b)?|\b{_N} (pounds?|pence|p)\b")
_SHARE = re.compile(
    rf"\b{_N} ?(?:%|per cent|percent)|\b(half|a quarter|a third) (?:of|the|their|price)"
)
_BIG = r"(?:adult|grown-up|teacher|member of staff|leader|helper)s?"
_RATIO = re.compile(
    rf"\b(?:1|an?) {_BIG} (?:to|for|with) (?:(?:each|every) )?(?:group of )?{_N}|\b1 ?: ?(\d+)"
    rf"|\b{_N} (?:\w+ ){{1,2}}(?:to|for|with|per) (?:an?|each|every|1) {_BIG}"
)
_AGE = re.compile(
    rf"\b{_N}[ -]years?[ -](?:old|of age)|\b(?:aged?(?: of)?|under|over|turn) {_N}\b"
    rf"|\b{_N}(?:st|nd|rd|th) birthday"
)
_COUNT = re.compile(rf"\b{_N} (?:[a-z]+ )??([a-z]{{4,}}s)\b")
_NO_COUNT = frozenset(
    "times years months weeks days hours minutes terms pounds pence others nights".split()
)

Quantities = dict[str, frozenset[float]]  # kind → values; a count's kind ends in what is counted


@lru_cache(maxsize=20_000)
def quantities(text: str) -> Quantities:
    """Every quantity that a line of text names, by its kind."""
    found: dict[str, set[float]] = {}
    for kind, value in _all(_in_figures(text.lower().replace(",000", "000"))):
        found.setdefault(kind, set()).add(round(value, 4))
    return {kind: frozenset(values) for kind, values in found.items()}


def at_odds(one: str, other: str) -> frozenset[str]:
    """Kinds of quantity that both texts name, with no value in common."""
    first, second = quantities(one), quantities(other)
    return frozenset(k for k in first.keys() & second.keys() if not _meet(first[k], second[k]))


def agreed(one: str, other: str) -> frozenset[str]:
    """Kinds of quantity of which both texts name the same value."""
    first, second = quantities(one), quantities(other)
    return frozenset(k for k in first.keys() & second.keys() if _meet(first[k], second[k]))


def _meet(some: frozenset[float], others: frozenset[float]) -> bool:
    return any(abs(a - b) <= 0.03 * max(abs(a), abs(b)) for a in some for b in others)


def _in_figures(text: str) -> str:
    def figure(found: re.Match[str]) -> str:
        tens, ones, alone, scale, bare = found.groups()
        if bare:
            return str(_SCALES[bare])
        value = _VALUES[tens] + _VALUES[ones] if tens else _VALUES[alone]
        return str(value * _SCALES.get(scale or "", 1))

    return _WORD.sub(figure, text)


def _all(text: str) -> Iterator[tuple[str, float]]:
    """Each pattern takes its words away, so that "twice a week" is no duration as well."""
    for pattern, read in (
        (_OFTEN, _often),
        (_RATIO, lambda m: ("ratio", float(next(filter(None, m.groups()))))),
        (_AGE, lambda m: ("age", float(next(filter(None, m.groups()))))),
        (_LASTS, _lasts),
        (_CLOCK, _clock),
        (_MONEY, _money),
        (_SHARE, _share),
        (_COUNT, lambda m: (f"count of {m[2]}", float(m[1]))),
    ):
        for match in pattern.finditer(text):
            kind, value = read(match)
            if kind.removeprefix("count of ") not in _NO_COUNT:
                yield kind, value
        text = pattern.sub(" ; ", text)


def _often(m: re.Match[str]) -> tuple[str, float]:
    times, number, period, gap, every, word = m.groups()
    if word:
        return "frequency", _EVERY[word]
    if times:
        count = {"once": 1.0, "twice": 2.0}.get(times) or float(number)
        return "frequency", count * _YEARLY[period.replace("-", " ")]
    apart = float(gap) if gap else 2.0 if " other " in m[0] else 1.0
    return "frequency", _YEARLY[every.replace("-", " ")] / apart


def _lasts(m: re.Match[str]) -> tuple[str, float]:
    number = float(m[1]) if m[1] else 0.5 if m[0].startswith("half") else 1.0
    days = number * _DAYS[m[3].replace("-", " ")]
    worked = m[3] == "day" and (m[2] or "").strip() in ("school", "working")
    return "duration", days * 7 / 5 if worked and number >= 5 else days


def _clock(m: re.Match[str]) -> tuple[str, float]:
    hour, minute, half, bare, bare_half, part, way, near, oclock, name = m.groups()
    if name:
        return "time of day", 0.0 if name == "midnight" else 12.0
    if part:
        share = 0.5 if part == "half" else 0.25
        return "time of day", _of_day(float(near) + (share if way == "past" else -share), "")
    if hour:
        return "time of day", _of_day(float(hour) + float(minute) / 60, half or "")
    return "time of day", _of_day(float(bare or oclock), bare_half or "")


def _of_day(hour: float, half: str) -> float:
    """Before seven means the afternoon where nothing says which: schools sleep."""
    after = half == "p" or (not half and hour < 7)
    return hour + 12 if after and hour < 12 else hour


def _money(m: re.Match[str]) -> tuple[str, float]:
    if m[1]:
        return "sum", float(m[1]) * {"k": 1_000, **_SCALES}.get(m[2] or "", 1)
    return "sum", float(m[3]) / (100 if m[4].startswith("pe") or m[4] == "p" else 1)


def _share(m: re.Match[str]) -> tuple[str, float]:
    if m[1]:
        return "share", float(m[1])
    return "share", {"half": 50.0, "a quarter": 25.0, "a third": 33.3}[m[2]]
