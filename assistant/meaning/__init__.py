"""Does a sentence keep the meaning of the clauses it rests on? See docs/adr/0008."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.meaning import compare
from assistant.meaning.compare import turned_to_you
from assistant.meaning.matching import Near
from assistant.meaning.rules import stands_alone

__all__ = ["Meaning", "faults", "open_meaning", "stands_alone", "turned_to_you"]


_FOLLOWS = re.compile(
    r" (?:do |does |ensure |observe |follow |understand )?(?:(?:any|each|all) of )?"
    r"(?:the following|these)(?: \w+){0,5}$|,? as follows$",
    re.I,
)
_FIRST = re.compile(
    r"(?:the )?following((?: \w+){0,2} (?:is|are|must|should|may|can|will)\b.*)$", re.I
)
_WHEN = re.compile(
    r"((?:when|where|if|while|whilst|during|for|in) (?:[^,]+,|.+(?= the following\b)))", re.I
)


@dataclass(frozen=True)
class Meaning:
    """What is known of words beyond the common groups; opened once, asked often."""

    near: Near | None = None


def open_meaning() -> Meaning:
    """All that the product brings along; needs no home and no model."""
    return Meaning()


def led_by(lead_in: str, text: str) -> str:
    """A list's item as the sentence that it is with what leads into it."""
    lead = lead_in.rstrip(" :")
    if first := _FIRST.match(lead):
        return f"{text.rstrip(' ;,.')} {first[1].strip()}"  # "The following are not permitted:"
    if _FOLLOWS.search(lead) and stands_alone(text):
        when = _WHEN.match(lead)
        return f"{when[1].rstrip(' ,')}, {text}" if when else text
    return f"{_FOLLOWS.sub('', lead)} {text}".strip()


def faults(
    sentence: str, units: Sequence[str], role: str = "", meaning: Meaning | None = None
) -> tuple[str, ...]:
    """Why a sentence does not stand in its quotes' sentences; empty where it does."""
    return compare.faults(sentence, units, role, meaning.near if meaning else None)
