"""What of a sentence does not stand in the clauses it rests on: each fault with its reason.

A sentence is a handful of rules (`rules`). Each of them has to be one rule of a quote: bound as
strongly, on the same people, with every word of it in the quote and, the other way, with every
condition, exception and limit of the quote in it. What cannot be matched is a fault; a fault too
many costs a sentence, a fault too few would cost a school.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.meaning.amounts import amounts, joined
from assistant.meaning.binding import DUTIES, bound_otherwise, denies, is_turned
from assistant.meaning.copies import copied
from assistant.meaning.matching import TURNING, Near, is_thing, known, may_drop, places
from assistant.meaning.people import people
from assistant.meaning.rule import LIGHT, Rule
from assistant.meaning.rules import rules
from assistant.meaning.turned import turned

_LIMITS = re.compile(
    r"\W*(?:however|but|except|unless|exceptions?|(?:an|the|the only) exceptions?"
    r"|(?:this|that|it|these) (?:rule |does|do|is|are|will|need)s? ?(?:not|n.t))\b",
    re.I,
)
_TAKES_OUT = re.compile(
    r"\b(?:however|exempt(?:ed)?|exceptions?|(?:does|do|need|is|are) ?(?:not|n.t) "
    r"(?:apply|cover|extend|include|needed|required|bound))\b",
    re.I,
)
_POINTS_BACK = re.compile(r"\W*(?:they|it|this|these|those|he|she|such)\b", re.I)
_AWARE = re.compile(
    r"^[\w ,]{3,60}? (?:should|must|are|need to) (?:also )?(?:be aware|note|remember|recognise"
    r"|be reminded|reminded|bear in mind|advised) that ",
    re.I,
)
"""What follows it is told as a fact; whoever says so alone must not say who should know."""
# Some one of them: not whoever asks. "An employee who …" is everyone who does so, though.
_SOMEBODY = re.compile(
    r"(?:^|\bby )(?:at least )?(?:an?|one|another|some|two|1|2) (?:other |second |trained )?"
    r"(?:members? of (?:the )?staff|(?:staff )?members?|adults?|employees?|teachers?|volunteers?"
    r"|parents?|governors?|persons?|colleagues?)\b(?! who\b| that\b| whose\b)",
    re.I,
)
_MOST_DEEDS = 8
MOST = 800
"""Characters of a sentence; nobody reads a longer one, and it would take too long to compare."""
_MOST_JOINED = 4
_ODD = re.compile(r"\w*[^\W\da-zA-Z_]\w*|[^\w\s.,;:!?'’‘\"“”()/&%£–—…-]")
"""Words in letters, and signs, that are not read here: a clause must have them as they are."""
_OPENING = re.compile(r"^\s*(yes|no)\b\s*[,.:;–—-]+\s*", re.I)


def faults(
    sentence: str, units: Sequence[str], role: str = "", near: Near | None = None
) -> tuple[str, ...]:
    """Why a sentence does not stand in these sentences of its quotes; empty where it does."""
    if len(sentence) > MOST:
        return (f"it is longer than {MOST} characters",)
    if odd := sorted({*_ODD.findall(sentence)} - {*_ODD.findall(" ".join(units))}):
        return (f"“{odd[0]}” is not in the quote",)
    opening = _OPENING.match(sentence)
    spoken = sentence[opening.end() :] if opening else sentence
    said, told = rules(spoken), list(_told(units))
    if not said:
        return ("it says nothing that can be checked",)
    if not told:
        return ("there is nothing that it could rest on",)
    wrong = list(copied(spoken, units))
    if opening and (opening[1].lower() == "no") != denies(said[0]):
        wrong.append(f"“{opening[1]}” is not what follows")
    used: set[tuple[int, int]] = set()
    limits: list[tuple[int, int]] = []
    for at, one in enumerate(said):
        beside = {
            stem for n, other in enumerate(said) if n != at for stem in other.stems("who", "what")
        }
        found = [problems(one, rule, source, beside, role, near) for rule, source in told]
        best = min(range(len(found)), key=lambda n: len(found[n]))
        wrong += found[best]
        used.add(told[best][1].place)
        limits += told[best][1].limited_by
    wrong += ["what limits it is missing" for place in limits if place not in used]
    return tuple(dict.fromkeys(wrong))


def turned_to_you(text: str, units: Sequence[Sequence[str]], role: str) -> bool:
    """Whether it is a quote's own sentences but for "you", and what follows limits none of them.

    `units` are the sentences of one quote, each in the ways in which it may be said.
    """
    if len(text) > MOST:
        return False
    for first, ways in enumerate(units):
        for way in ways:
            run = [way]
            if first and _POINTS_BACK.match(way):
                continue
            for after in [*units[first + 1 :], ("",)][:_MOST_JOINED]:
                if not _takes_out(after[0]) and turned(text, run, role):
                    return True
                run.append(after[0])
    return False


@dataclass(frozen=True)
class Source:
    """Where a rule of the quotes stands: in what sentence, and which rules take from it."""

    place: tuple[int, int]
    around: tuple[Rule, ...]
    limited_by: tuple[tuple[int, int], ...]
    somebody: bool = False  # it binds some one of those that it names


def _told(units: Sequence[str]) -> Iterable[tuple[Rule, Source]]:
    aside = [bare for unit in units if (bare := _AWARE.sub("", unit)) != unit]
    for n, unit in enumerate([*units, *aside]):
        if 0 < n < len(units) and _POINTS_BACK.match(unit) and not _takes_out(unit):
            continue  # whom and what it is about stands in the sentence before
        here = rules(unit)
        somebody = bool(_SOMEBODY.search(unit))
        for at, rule in enumerate(here):
            limited = [(n, at + 1)] if at + 1 < len(here) and here[at + 1].limits else []
            if n + 1 < len(units) and _takes_out(units[n + 1]):
                limited.append((n + 1, 0))
            for part in _parts(rule):
                around = (*here[:at], *here[at + 1 :])
                yield part, Source((n, at), around, tuple(limited), somebody)


def _takes_out(unit: str) -> bool:
    """Whether a sentence limits the one before it."""
    return bool((_LIMITS.match(unit) or _TAKES_OUT.search(unit)) and rules(unit))


def _parts(rule: Rule) -> Iterable[Rule]:
    """A rule, and each run of the things to do that it joins.

    “Must sign in and wear a badge” says both. What is forbidden or allowed keeps its end, though:
    “in lessons” may limit all of “must not ring or text in lessons”.
    """
    yield rule
    last = max((word.deed for word in rule.words), default=0)
    for first in range(last + 1 if last <= _MOST_DEEDS else 0):
        for end in range(first, last + 1):
            if (first, end) == (0, last) or rule.only or _either(rule):
                continue
            if end == last or rule.force in DUTIES:
                yield replace(
                    rule,
                    words=[
                        word
                        for word in rule.words
                        if word.place != "what" or first <= word.deed <= end
                    ],
                )


def _either(rule: Rule) -> bool:
    """Whether it asks for one thing or another, of which one alone would be less."""
    return rule.force in DUTIES and any(
        word.join == "or" and word.place == "what" and word.deed != before.deed
        for before, word in pairwise(rule.words)
    )


def problems(
    said: Rule,
    told: Rule,
    source: Source,
    beside: Iterable[str] = (),
    role: str = "",
    near: Near | None = None,
) -> list[str]:
    """What of one rule does not stand in another.

    `beside` are the words of the other rules said: “it” may stand for one of them.
    """
    turned = is_turned(said, told)
    wrong = [] if turned else bound_otherwise(said, told)
    if said.you and source.somebody:
        wrong.append("“you” need not be the one who is meant")
    if said.hedged != told.hedged:
        wrong.append("“normally” came or went")
    kept: set[int] = set()
    extra = []
    for word in said.words:
        found = places(word, told, turned, near)
        limits = word.place in ("if", "except")
        found = {
            at for at in found if (told.words[at].place in ("if", "except")) == limits
        } or found
        kept |= found
        excused = word.handed or (turned and word.stem in TURNING)
        if not (found or excused or known(word, said, told, source.around)):
            extra.append(word)
    lost = [
        word
        for at, word in enumerate(told.words)
        if at not in kept
        and not (said.points and word.stem in beside and is_thing(word))
        and not may_drop(word, at, told, said, kept, turned)
    ]
    light = [word for word in lost if word.stem in LIGHT]
    order = said.words[:1] if not said.force and not said.stems("who") else []  # "use it"
    wrong += [
        f"“{word.stem}” is not in the quote"
        for word in extra
        if light or word.stem not in LIGHT or word.place != "what" or word.join or word in order
    ]
    wrong += [
        f"“{word.stem}” of the quote is missing" for word in lost if extra or word not in light
    ]
    return wrong + people(said, told, role, turned) + amounts(said, told) + joined(said, told)
