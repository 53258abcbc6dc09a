"""What our answers say beside clauses, listed here by hand: these are no claims about a clause.

A phrase of the assistant's that is not listed counts as a claim, and as one that stands nowhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from eval.claims.words import plain

FIXED = frozenset(
    plain(phrase)
    for phrase in (
        "No.",
        "Yes.",
        "Yes, this is required.",
        "It depends on the circumstances.",
        "It is advised.",
        "It is advised against.",
        "The policy advises:",
        "The policy advises against it.",
        "There is no such duty.",
        "No reporting clause was found in the policies.",
        "If a child may be in danger, act now: tell the person named here, and if the danger is "
        "immediate call 999.",
        "I only answer questions about the school's policies, from the policies themselves.",
        "I can't give legal advice; I only quote what the school's policies say.",
        "I don't give out private information about people.",
        "I can only read English so far; please ask in English.",
        "The policy does not say.",
        "It is overdue.",
        "It is in date.",
        "The policy gives a list, and all of it is quoted below.",
        "The policies contradict each other here, so check before you act.",
        "There is an exception:",
        "As a rule, no.",
        "There is a limit:",
        "This may not be the rule you need, so check that it fits:",
        "First question:",
        "Second question:",
        "Third question:",
        "Both versions say the same:",
        "The version in force says:",
        "Before, it said:",
        "This is new in the version in force:",
        "This is no longer in force:",
    )
)
_SILENCE = re.compile(
    r"(?:your policies do not say|this guidance does not say|ask: .+|tell: .+)\.?"
)
_INFERENCE = re.compile(
    r'follow ".+", not the copy.*|.+ has: ".+"\.?|no date for review is known of: ".+"\.?'
    r"|no policy of .+ is past its date for review\.?"
)
_REGISTER = re.compile(
    r"“[^”]+” (?:is due for review|was approved by|was adopted|is version"
    r"|names as its author or owner):? (?P<said>.+)",
    re.S,
)
_LABEL = re.compile(r"\b(?:In force|Superseded|Draft): “(.+?)”(?=$| [A-Z])", re.S)
_ADVISES = re.compile(
    r"(?:The policy advises|There is an exception|There is a limit"
    r"|This may not be the rule you need, so check that it fits|Both versions say the same"
    r"|The version in force says|Before, it said|This is new in the version in force"
    r"|This is no longer in force): (?P<said>.+)",
    re.S,
)
_NUMBER = re.compile(r"(?:First|Second|Third) question: (?P<said>.+)", re.S)
_NAME = r"(?:[A-Z(][\w’'.()&-]*|and|of|the|de|in|for|authority\))"
_SCHOOL = re.compile(rf"{_NAME}(?: {_NAME}){{1,9}}: (?P<said>.+)", re.S)


@dataclass(frozen=True)
class Said:
    """A sentence without our own frame around it; `claims` is false where nothing else is left."""

    text: str
    claims: bool
    opening: str = ""  # "no", "yes" or "it depends", which what follows must not contradict


def unlabelled(answer: str) -> str:
    """An answer without the labels of the versions that it sets side by side."""
    return _LABEL.sub(r"\1", answer)


def unframed(sentence: str) -> Said:
    """The part of a sentence that says what a clause says."""
    for label in (_NUMBER, _SCHOOL):
        if part := label.fullmatch(sentence):
            sentence = part["said"]
    for frame in (_REGISTER, _ADVISES):
        if part := frame.fullmatch(sentence):
            return Said(part["said"], True)
    said = plain(sentence)
    opening = next((one for one in ("no", "yes", "it depends") if _opens(said, one)), "")
    opening = "no" if said.startswith("as a rule, no") else opening
    if said in FIXED or f"{said}." in FIXED:
        return Said(sentence, False, opening)
    if _SILENCE.fullmatch(said) or _INFERENCE.fullmatch(said):
        return Said(sentence, False)
    # "No, they may not" opens an answer; "No member of staff may" does not.
    if opening and (rest := re.match(r"(?:yes|no),(?: but| and)? ", sentence, re.I)):
        return Said(sentence[rest.end() :], True, opening)
    return Said(sentence, True)


def _opens(said: str, opening: str) -> bool:
    return re.match(rf"{opening}\b", said) is not None
