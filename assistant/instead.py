"""An earlier question with somebody else in it: "my mate's wedding", "what about my sister's"."""

from __future__ import annotations

import re

from assistant.wording import concepts

_PEOPLE = (
    r"(?:son|daughter|husband|wife|partner|mate|friend|brother|sister|mum|mam|dad|stepdad|stepmum"
    r"|mother|father|uncle|aunt|auntie|nan|gran|grandma|grandad|cousin|niece|nephew"
    r"|boyfriend|girlfriend|parent|carer|teacher|ta|teaching assistant|governor|volunteer|helper"
    r"|visitor|contractor|pupil|student|kid|child|colleague|head|headteacher|staff|supply teacher"
    r"|trainee|inspector)"
)
_WHOSE = r"(?:(?:my|our|a|an|the|his|her|their|some|one of (?:my|our|the)) )?"
_SOMEBODY = re.compile(rf"\b{_WHOSE}{_PEOPLE}(?:[’']?s|s[’'])?(?![\w’'])", re.I)
_WHAT_ABOUT = re.compile(
    r"\W*(?:(?:and|or|but|so|ok|then) )*"
    r"(?:(?:what|how) about |what if (?:its|it[’']?s|it is) |for )?"
    rf"(?P<somebody>{_SOMEBODY.pattern})(?: (?:then|instead|though|tho))?\W*",
    re.I,
)
_OWNS = re.compile(r"(?<=\w)(?:s[’']|[’']?s)$", re.I)
_THINGS = re.compile(
    r"^ (?!who\b|at\b|on\b|in\b|to\b|for\b|is\b|if\b|and\b|or\b|when\b)[a-z]", re.I
)


def with_somebody_else(earlier: str, question: str) -> str:
    """The earlier question about whom the later one names; "" where it asks anything else.

    Only where the earlier one names one person, since nobody knows which of two is meant.
    """
    asked = _WHAT_ABOUT.fullmatch(question)
    named = list(_SOMEBODY.finditer(earlier))
    if asked is None or len(named) != 1 or not concepts(earlier):
        return ""
    place, whom = named[0], asked["somebody"]
    owns = _OWNS.search(place.group()) and _THINGS.match(earlier[place.end() :])
    if owns and not _OWNS.search(whom):
        whom = f"{whom}'s"
    return f"{earlier[: place.start()]}{whom}{earlier[place.end() :]}"
