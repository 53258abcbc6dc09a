"""What of a sentence does not stand in the clauses it rests on: each fault with its reason.

A sentence is a handful of rules (`rules`). Each of them has to be one rule of a quote: bound as
strongly, on the same people, with every word of it in the quote and, the other way, with every
condition, exception and limit of the quote in it. What cannot be matched is a fault; a fault too
many costs a sentence, a fault too few would cost a school.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.meaning.copies import copied
from assistant.meaning.rules import AMOUNTS, LIGHT, PEOPLE, TIMES, Rule, Word, rules
from assistant.meaning.words import opposites, stemmed

Near = Callable[[str, str], bool]
"""Whether two stems may stand for each other beyond what our own groups say."""

_OPPOSITE = {"MAY": "MAY-NOT", "MAY-NOT": "MAY", "SHOULD": "SHOULD-NOT", "SHOULD-NOT": "SHOULD"}
_GENERAL = {stemmed(word) for word in "person adult user member team individual representative".split()}
_YOU: dict[str, set[str]] = {
    "staff": {"staff", "teacher", "ta", "tutor"},
    "headteacher": {"headteacher", "staff", "teacher", "slt"},
    "governor": {"governors", "governor", "trustee"},
    "volunteer": {"volunteer", "visitor"},
    "parent": {"parent"},
    "pupil": {"pupil", "boarder", "candidate"},
    "visitor": {"visitor"},
    "contractor": {"contractor", "visitor"},
}
_SAME_AMOUNT = {"WITHIN": "AT-MOST"}
_MILD = frozenset(stemmed(word) for word in "carefully clearly normal please relevant policy space occasion whole both".split())


_UNITS = frozenset(
    stemmed(word)
    for word in """second minute hour day week month term year times lesson pupil parent adult staff
    metre cm mm km mile person governors copy reminder warning working school half""".split()
)
_DENIES = frozenset(("MAY-NOT", "SHOULD-NOT", "ASK-NOT", "ADVISE-NOT", "DISCOURAGE", "PREFER-NOT"))
_DUTIES = frozenset(("MUST", "SHOULD", "WILL", "ASK", ""))
_LIMITS = re.compile(
    r"\W*(?:however|but|except|unless|exceptions?|(?:an|the|the only) exceptions?|(?:this|that|it|these) "
    r"(?:rule |does|do|is|are|will|need)s? ?(?:not|n.t))\b",
    re.I,
)
_AWARE = re.compile(
    r"^[\w ,]{3,60}? (?:should|must|are|need to) (?:also )?(?:be aware|note|remember|recognise"
    r"|be reminded|reminded|bear in mind|advised) that ",
    re.I,
)
"""What follows it is told as a fact; whoever says so alone must not say who should know."""
_OPENING = re.compile(r"^\s*(yes|no)\b\s*[,.:;–—-]+\s*", re.I)


def faults(
    sentence: str, units: Sequence[str], role: str = "", near: Near | None = None
) -> tuple[str, ...]:
    """Why a sentence does not stand in these sentences of its quotes; empty where it does."""
    opening = _OPENING.match(sentence)
    spoken = sentence[opening.end() :] if opening else sentence
    said, told = rules(spoken), list(_told(units))
    if not said:
        return ("it says nothing that can be checked",)
    if not told:
        return ("there is nothing that it could rest on",)
    wrong = list(copied(spoken, units))
    if opening and (opening[1].lower() == "no") != _denies(said[0]):
        wrong.append(f"“{opening[1]}” is not what follows")
    used, limits = set(), []
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


@dataclass(frozen=True)
class Source:
    """Where a rule of the quotes stands: in what sentence, and which rules take from it."""

    place: tuple[int, int]
    around: tuple[Rule, ...]
    limited_by: tuple[tuple[int, int], ...]


def _told(units: Sequence[str]) -> Iterable[tuple[Rule, Source]]:
    aside = [bare for unit in units if (bare := _AWARE.sub("", unit)) != unit]
    for n, unit in enumerate([*units, *aside]):
        here = rules(unit)
        for at, rule in enumerate(here):
            limited = [(n, at + 1)] if at + 1 < len(here) and here[at + 1].limits else []
            if n + 1 < len(units) and _LIMITS.match(units[n + 1]) and rules(units[n + 1]):
                limited.append((n + 1, 0))
            for part in _parts(rule):
                yield part, Source((n, at), here, tuple(limited))


def _denies(rule: Rule) -> bool:
    return rule.force in _DENIES or rule.force == "NEED-NOT" or rule.negated


def _parts(rule: Rule) -> Iterable[Rule]:
    """A rule, and each run of the things to do that it joins.

    “Must sign in and wear a badge” says both. What is forbidden or allowed keeps its end, though:
    “in lessons” may limit all of “must not ring or text in lessons”.
    """
    yield rule
    last = max((word.deed for word in rule.words), default=0)
    for first in range(last + 1):
        for end in range(first, last + 1):
            if (first, end) == (0, last) or rule.only or _either(rule):
                continue
            if end == last or rule.force in _DUTIES:
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
    return rule.force in _DUTIES and any(
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
    turned = _is_turned(said, told)
    wrong = [] if turned else _bound_otherwise(said, told)
    if said.hedged != told.hedged:
        wrong.append("“normally” came or went")
    kept: set[int] = set()
    extra = []
    for word in said.words:
        found = _places(word, told, turned, near)
        kept |= found
        if not (found or word.handed or _known(word, said, told, source.around)):
            if not (turned and word.stem in _TURNING):
                extra.append(word)
    lost = [
        word
        for at, word in enumerate(told.words)
        if at not in kept
        and not (word.stem in beside and word.place in ("who", "what") and word.stem[0].isalpha() and word.stem.islower())
        and not _may_drop(word, at, told, said, kept, turned)
    ]
    light = [word for word in lost if word.stem in LIGHT]
    wrong += [
        f"“{word.stem}” is not in the quote"
        for word in extra
        if light or word.stem not in LIGHT or word.place != "what"
    ]
    wrong += [
        f"“{word.stem}” of the quote is missing" for word in lost if extra or word not in light
    ]
    return wrong + _people(said, told, role, turned) + _amounts(said, told) + _joined(said, told)


def _bound_otherwise(said: Rule, told: Rule) -> list[str]:
    wrong = []
    if not _binds_alike(said, told):
        wrong.append(f"it binds otherwise: {_force(said)} for {_force(told)}")
    if said.only != told.only:
        wrong.append("an “only” came or went")
    return wrong


def _force(rule: Rule) -> str:
    return (rule.force or "a statement") + (" not" if rule.negated else "")


_TURNING = frozenset(("WITHOUT", "UNTIL", "AFTER", "BEFORE"))


def _is_turned(said: Rule, told: Rule) -> bool:
    """“Must not, except …” said as “may, only if …”, or the other way round."""
    if _OPPOSITE.get(said.force) != told.force or said.negated or told.negated:
        return False
    denied, allowed = (told, said) if told.force.endswith("NOT") else (said, told)
    takes_out = denied.stems("except") or {"WITHOUT", "UNTIL"} & denied.stems()
    limited = allowed.only or (
        allowed is said and allowed.force == "MAY" and (allowed.stems("if") or "AFTER" in allowed.stems())
    )
    return bool(takes_out and limited and not allowed.stems("except") and not denied.only)


def _binds_alike(said: Rule, told: Rule) -> bool:
    if said.force == told.force or {said.force, told.force} == {"", "WILL"}:
        return said.negated == told.negated
    if not said.force and _orders(said, told):
        return told.force in (("MAY-NOT", "SHOULD-NOT") if said.negated else ("MUST", "SHOULD"))
    if not told.force and _orders(told, said):
        return said.force == ("MAY-NOT" if told.negated else "MUST")
    return False


def _orders(order: Rule, other: Rule) -> bool:
    """An instruction: what the other has behind its force stands first in it."""
    verbs = [word.stem for word in other.words if word.place == "what"]
    words = [word.stem for word in order.words if word.place == "what"]
    return bool(verbs and words) and words[0] == verbs[0]


def _places(word: Word, told: Rule, turned: bool, near: Near | None) -> set[int]:
    """Where in the quote's rule a word stands."""
    return {
        at
        for at, other in enumerate(told.words)
        if _same(word.stem, other.stem, near) and _fits(word, other, turned)
    }


def _known(word: Word, said: Rule, told: Rule, around: Sequence[Rule]) -> bool:
    """Said in full what the quote leaves to be understood."""
    if word.place not in ("who", "what") or not word.stem[0].isalpha() or word.stem.isupper():
        return False
    doers = told.stems("who") & PEOPLE
    first = next((one.stem for one in said.words if one.place == "who"), "")
    if word.stem in PEOPLE:
        child = word.stem == "pupil" and said.you and "parent" in doers
        mine = {stemmed(one) for one in _YOU["staff"]} if told.you else set()
        us = {"school"} if not doers else set()
        context = word.stem == "school" and any(word.stem in one.stems("what") for one in around)
        return child or context or (word.place == "who" and word.stem == first and word.stem in mine | us)
    return not word.join and any(word.stem in rule.stems("who", "what") for rule in around)


def _same(one: str, other: str, near: Near | None) -> bool:
    if _SAME_AMOUNT.get(one, one) == _SAME_AMOUNT.get(other, other):
        return True
    if one.isupper() or other.isupper() or not one[0].isalpha() or not other[0].isalpha():
        return False
    if frozenset((one, other)) in opposites():
        return False
    return near is not None and near(one, other)


def _fits(word: Word, other: Word, turned: bool) -> bool:
    """An exception's words are an exception's; a turned rule has them as its condition."""
    for place in ("denied", "even"):
        if place in (word.place, other.place):
            return word.place == other.place
    if word.stem in PEOPLE - {"school"} and (word.place, other.place) == ("what", "if"):
        return False
    if turned:
        inside = ("except", "if")
        return (word.place in inside or word.only) == (other.place in inside or other.only) or (
            word.place not in inside and other.place not in inside
        )
    return (word.place == "except") == (other.place == "except")


def _may_drop(
    word: Word, at: int, told: Rule, said: Rule, kept: set[int], turned: bool
) -> bool:
    if word.loose or word.stem in _MILD or (turned and word.stem in _TURNING):
        return True
    if word.stem[0].isdigit() or word.stem in ("so", "not"):
        return False
    if word.stem == "ALWAYS":
        return told.force in ("MUST", "SHOULD", "MAY-NOT", "SHOULD-NOT")
    if said.yours and word.stem == "person":
        return True
    if word.place == "who":
        if said.you:
            return word.stem in PEOPLE and not word.tied
        return not said.stems("who") or said.passive
    return word.place == "what" and not word.only and _in_a_row(word, at, told, kept)


def _in_a_row(word: Word, at: int, told: Rule, kept: set[int]) -> bool:
    """One of several things of which another is said: a true part, unless it was “this or that”."""
    row = [
        (n, other)
        for n, other in enumerate(told.words)
        if other.place == "what" and other.deed == word.deed
    ]
    either = any(other.join == "or" for _, other in row)
    if "consent" in told.stems() or (either and told.force in _DUTIES and not told.negated):
        return False
    items = {other.item for n, other in row if n in kept or other.stem.isupper()}
    if word.bare and word.item not in items and items:
        return True
    beside = [at + 1] if word.edge else []
    beside += [at - 1] if word.join else []
    return any(n in kept and told.words[n].place == "what" for n in beside if n < len(told.words))


def _people(said: Rule, told: Rule, role: str, turned: bool) -> list[str]:
    """Who does it to whom."""
    who, whom = _heads(said, "who"), said.stems("what") & PEOPLE
    doers, others = told.stems("who") & PEOPLE, told.stems("what") & PEOPLE
    changed = said.passive != told.passive
    allowed = doers | told.stems("if")
    if changed:
        allowed |= others
    if turned or (said.only and told.only):
        allowed |= told.stems("except")
    if not doers:
        allowed |= {"school"}
    if told.you:
        allowed |= {stemmed(word) for word in _YOU[role or "staff"]}
    wrong = [f"“{one}” is not whom it binds" for one in sorted(who - allowed)]
    if said.force and told.force and not changed and not turned:
        heads = _heads(told, "who")
        wrong += [f"“{one}” is whom it binds" for one in sorted(whom & heads - others)]
    if said.you and role and doers:
        mine = {stemmed(word) for word in _YOU.get(role, set())} | _GENERAL
        if not doers & mine:
            wrong.append("“you” are not whom it binds")
    return wrong


def _heads(rule: Rule, place: str) -> set[str]:
    """The people that the words of a place begin with, not those who stand behind them."""
    found: set[str] = set()
    words = [word for word in rule.words if word.place == place]
    for word in words:
        if word.tied or (word.stem == "school" and word is not words[-1]):
            continue  # "of pupils", "school activity"
        if word.stem in PEOPLE:
            found.add(word.stem)
        elif found and not word.join:
            break
    return found


def _joined(said: Rule, told: Rule) -> list[str]:
    """Two things of which both were needed, or either."""
    if told.force in _DENIES or told.negated:
        return []
    theirs = {pair: join for pair, join, _ in _pairs(told)}
    return [
        f"“{join}” for “{theirs[pair]}”"
        for pair, join, place in _pairs(said)
        if theirs.get(pair, join) != join and (place != "who" and told.force != "MAY" or place == "if")
    ]


def _pairs(rule: Rule) -> Iterable[tuple[frozenset[str], str, str]]:
    for one, other in pairwise(rule.words):
        if other.join:
            yield frozenset((one.stem, other.stem)), other.join, other.place


def _amounts(said: Rule, told: Rule) -> list[str]:
    """Every number with what it counts, and which way it limits."""
    theirs = list(_counted(told.words))
    return [
        f"{number} {unit}: the quote counts otherwise"
        for limit, number, unit in _counted(said.words)
        if not any(
            (limit, number) == (other[0], other[1]) and (not unit or not other[2] or unit == other[2])
            for other in theirs
        )
    ]


def _counted(words: Iterable[Word]) -> Iterable[tuple[str, str, str]]:
    line = [Word("", "what"), *words, Word("", "what")]
    for (before, word), (_, after) in pairwise(pairwise(line)):
        if word.stem[:1].isdigit() or word.stem[:1] == "£":
            limit = before.stem if before.stem in AMOUNTS | TIMES else ""
            unit = after.stem if after.stem in _UNITS and word.stem[-1].isdigit() else ""
            yield _SAME_AMOUNT.get(limit, limit), word.stem, unit
