"""Names, e-mail addresses and phone numbers of a typed question, masked as well as can be.

Measured twice on questions written before it was looked at for them. Of 155 first ones
(`tests/assistant/planted.toml`): 158 of 164 names at first sight, 163 today. Of 353 others, of
which 96 hold nobody (`verse eval masking`): 171 of 194 names (88 %, 95 % interval 83 to 92), once
that was mended 49 of 54 new ones (91 %, 80 to 96), and today 246 of all 248; every address and,
save one with letters for noughts, every number each time. Of names that no list can know, syllables
drawn at random into those questions, 733 of 744. What slips through is mostly a first name that is
a word or a place, too, and rare names a letter away from a word. False alarms: none in the 166
questions without anybody in them.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from assistant.answer import Answer
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
_DIGIT = r"(?:\d|(?<![^\W\d_oO])o(?![^\W\d_oO]))"
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
        if mark == ADDRESS:  # numbers first: "o77oo" is no postcode
            line = _SPOKEN.sub(NUMBER, _DIGITS.sub(_number, line))
        line = pattern.sub(mark, line)
    parts, place = [], 0
    for start, end in people(line, MARKS, known):
        parts += [line[place:start], NAME]
        place = end
    masked = "".join([*parts, line[place:]])
    return re.sub(rf"{re.escape(NAME)}(?:[ -]{re.escape(NAME)})+", NAME, masked)


def own_words(answer: Answer) -> frozenset[str]:
    """Words of schools and policies that are no strangers' names, for `mask`.

    Of what is quoted, those in lower case: "Mrs Barrow" stays somebody.
    """
    names = [
        answer.scope.school or "",
        *(part.school for part in answer.parts),
        *(name for quote in answer.quotes for name in (quote.school, quote.policy)),
    ]
    said = " ".join(f"{quote.led} {quote.text}" for quote in answer.quotes)
    plain = (word for word in re.findall(r"[^\W\d_]+", said) if word.islower())
    return frozenset((*re.findall(r"[^\W\d_]+", " ".join(names).lower()), *plain))


def _number(match: re.Match[str]) -> str:
    """Two years or two times side by side are nobody's number, nor are Years 7, 8, 9, 10 and 11."""
    found = match.group().strip(" ().-")
    chunks = re.findall(r"\d+", found)
    if sum(map(len, chunks)) < 4:  # "sooooooo"
        return match.group()
    counting = len(chunks) > 4 and all(int(b) == int(a) + 1 for a, b in pairwise(chunks))
    return match.group() if counting or _HARMLESS.fullmatch(found) else NUMBER
