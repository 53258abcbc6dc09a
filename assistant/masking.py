"""Names, e-mail addresses and phone numbers of a typed question, masked as well as can be.

Measured on 155 questions with invented people in them (`tests/assistant/planted.toml`, written
before this was): at first sight 158 of 164 names, all 17 addresses and all 25 numbers; today 163
names. With other names drawn into the same questions eight times, 1,263 of 1,312 (96 %). What slips
through is mostly a surname or first name that is a word too, typed without a capital, and rare
names a letter away from a word. False alarms: none in 70 questions without anybody in them, and at
first sight a word in 13 of the 460 gold questions ("gala", "corfu").
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from assistant.people import people
from assistant.triage import LONGEST, clean

NAME, EMAIL, NUMBER, LINK, ADDRESS = "[name]", "[e-mail]", "[number]", "[link]", "[address]"
MARKS = (NAME, EMAIL, NUMBER, LINK, ADDRESS)

_HOST = r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}"
_PATTERNS = tuple(
    (re.compile(pattern, re.I), mark)
    for pattern, mark in (
        (rf"\b\w{{1,10}}://\S+|\bwww\.\S+|\b{_HOST}\.[a-z]{{2,10}}/\S+", LINK),
        (rf"[^\s@\[\]]{{1,200}}(?:@{_HOST}| ?@ ?{_HOST}\.\w{{1,63}})", EMAIL),
        (
            rf"(?<![\w.+-])[\w.+-]{{1,64}}(?: dot [\w+-]{{1,64}}){{0,3}} (?:at|[(\[]at[)\]]) "
            rf"(?:{_HOST}\.[a-z]{{2,10}}\b|[\w-]{{1,63}}(?: dot [a-z]{{2,63}}){{1,4}}\b)",
            EMAIL,
        ),
        (r"@ ?\w+(?:[.-]\w+)*", NAME),
        (r"\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b", ADDRESS),
        (r"\b\d{1,4}[a-z]?,? (?!(?:the|a|my|our|down|along) )[a-z]{3,20} (?:[a-z]{3,20} )?"
         r"(?:road|street|avenue|crescent|terrace|grove)\b", ADDRESS),
    )
)  # fmt: skip
# Seven digits or more, however they are broken up; an o typed for a nought is one of them.
_DIGIT = r"(?:\d|(?<![^\W\d_])o(?![^\W\d_]))"
_DIGITS = re.compile(
    rf"(?:\+ ?|\((?=\d{{2,5}}\)))?{_DIGIT}(?:[\W_]{{0,3}}{_DIGIT}){{6,}}(?: ?(?:ext|x)\.? ?\d+)?",
    re.I,
)
_SPELLED = (
    "(?:oh|o|zero|nought|one|two|three|four|five|six|seven|eight|nine|hundred|double|triple|treble)"
)
_SPOKEN = re.compile(rf"\b{_SPELLED}(?:[\W_]{{1,3}}(?:{_SPELLED}|\d+)\b){{5,}}", re.I)
_TIME = r"(?:[01]?\d|2[0-3])[.:][0-5]\d"
_HARMLESS = re.compile(rf"(?:19|20)\d\d(?:\W{{1,3}}(?:19|20)\d\d)?|{_TIME}\W{{1,3}}{_TIME}")


def mask(text: str, known: frozenset[str] = frozenset()) -> str:
    """A text on one line, its first `LONGEST` characters, without what names or reaches anybody.

    `known` are words, in lower case, that are no strangers: those of the school's own name, say.
    First names are masked even so. Never raises.
    """
    line = clean(unicodedata.normalize("NFKC", clean(text[: 2 * LONGEST])))[:LONGEST]
    for pattern, mark in _PATTERNS:
        line = pattern.sub(mark, line)
    line = _SPOKEN.sub(NUMBER, _DIGITS.sub(_number, line))
    parts, place = [], 0
    for start, end in people(line, MARKS, known):
        parts += [line[place:start], NAME]
        place = end
    masked = "".join([*parts, line[place:]])
    return re.sub(rf"{re.escape(NAME)}(?:[ -]{re.escape(NAME)})+", NAME, masked)


def _number(match: re.Match[str]) -> str:
    """Two years or two times side by side are nobody's number, nor are Years 7, 8, 9, 10 and 11."""
    found = match.group().strip(" ().-")
    chunks = re.findall(r"\d+", found)
    counting = len(chunks) > 4 and all(int(b) == int(a) + 1 for a, b in pairwise(chunks))
    return match.group() if counting or _HARMLESS.fullmatch(found) else NUMBER
