"""Which words of one rule stand in another, and which may be left out or added."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.meaning.amounts import SAME_AMOUNT
from assistant.meaning.binding import DUTIES
from assistant.meaning.people import mine
from assistant.meaning.rule import PEOPLE, VERBS, Rule, Word
from assistant.meaning.words import canonical, opposites

Near = Callable[[str, str], bool]
"""Whether two stems may stand for each other beyond what our own groups say."""

_MILD = frozenset(
    canonical(word)
    for word in (
        "carefully clearly normal please relevant policy space occasion whole both similar".split()
    )
)
_NEVER_LEFT = frozenset(
    ("so", "not", *map(canonical, "exception exempt condition proviso subject discretion".split()))
)
TURNING = frozenset(("WITHOUT", "UNTIL", "AFTER", "BEFORE"))


def places(word: Word, told: Rule, turned: bool, near: Near | None) -> set[int]:
    """Where in the quote's rule a word stands."""
    return {
        at
        for at, other in enumerate(told.words)
        if _same(word.stem, other.stem, near) and _fits(word, other, turned)
    }


def is_thing(word: Word) -> bool:
    """Whether "it" or "they" may stand for a word: no number, no sign, no condition."""
    return word.place in ("who", "what") and word.stem[0].isalpha() and word.stem.islower()


def known(word: Word, said: Rule, told: Rule, around: Sequence[Rule]) -> bool:
    """Said in full what the quote leaves to be understood."""
    doers = told.stems("who") & PEOPLE
    if word.stem == "pupil" and said.yours and "parent" in doers:
        return True  # "your child"
    if not is_thing(word):
        return False
    if word.stem == "school" and (told.ours or (word is said.words[0] and not doers)):
        return True
    first = next((one.stem for one in said.words if one.place == "who"), "")
    if word.stem in PEOPLE:
        ours = mine("staff") if told.you else set()
        us = {"school"} if not doers or told.ours else set()
        context = word.stem == "school" and any(word.stem in one.stems("what") for one in around)
        return context or (word.place == "who" and word.stem == first and word.stem in ours | us)
    return (
        not word.join
        and (word.stem not in VERBS or (told.points and word.place == "who"))
        and any(
            word.stem in rule.stems("who", "what")
            for rule in around
            if told.points
            or (rule.force in (told.force, "", "WILL") and rule.negated == told.negated)
        )
    )


def _same(one: str, other: str, near: Near | None) -> bool:
    if SAME_AMOUNT.get(one, one) == SAME_AMOUNT.get(other, other):
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
    if (
        not word.fixed
        and word.stem in PEOPLE - {"school"}
        and (word.place, other.place) == ("what", "if")
    ):
        return False
    if turned:
        inside = ("except", "if")
        return (word.place in inside or word.only) == (other.place in inside or other.only) or (
            word.place not in inside and other.place not in inside
        )
    return (word.place == "except") == (other.place == "except")


def may_drop(word: Word, at: int, told: Rule, said: Rule, kept: set[int], turned: bool) -> bool:
    if word.loose or word.stem in _MILD or (turned and word.stem in TURNING):
        return True
    if word.stem[0].isdigit() or word.stem in _NEVER_LEFT:
        return False
    if word.stem == "ALWAYS":
        return told.force in ("MUST", "SHOULD", "MAY-NOT", "SHOULD-NOT")
    if said.yours and word.stem == "person":
        return True
    if word.place == "who":
        somebody = word.stem in PEOPLE and not word.tied and not word.only
        if somebody and (
            said.you or (not said.stems("who") and (told.force in DUTIES or not said.passive))
        ):
            return True
        if any(told.words[n].doer for n in kept) or told.negated:
            return False
        doer = word.doer or not told.passive
        return doer and said.passive and not word.only and told.force in DUTIES
    return word.place == "what" and not word.only and _in_a_row(word, at, told, kept)


def _in_a_row(word: Word, at: int, told: Rule, kept: set[int]) -> bool:
    """One of several things of which another is said: a true part, unless it was “this or that”."""
    row = [
        (n, other)
        for n, other in enumerate(told.words)
        if other.place == "what" and other.deed == word.deed
    ]
    either = any(other.join == "or" for _, other in row) and not told.any
    signs = {other.item for _, other in row if other.stem.isupper()}
    if (
        word.fixed
        or word.item in signs
        or "consent" in told.stems()
        or (either and told.force in DUTIES and not told.negated)
    ):
        return False
    items = {other.item for n, other in row if n in kept}
    if word.bare and items and word.item not in items and _joined(word.item, [o for _, o in row]):
        return True
    after = [other for n, other in row if n > at and other.item == word.item and n in kept]
    if word.tied:
        return False
    for step in (1, -1):
        n = at
        while 0 <= n < len(told.words) and abs(n - at) < 3 and n not in kept:
            other = told.words[n]
            if (other.place, other.item) != (word.place, word.item) or other.tied:
                break
            beside = n + step
            ends = other.edge if step > 0 else bool(other.join) and all(o.tied for o in after)
            if ends and 0 <= beside < len(told.words) and beside in kept:
                joined = told.words[beside].join if step > 0 else other.join
                return told.words[beside].place == "what" and bool(joined)
            n = beside
    return False


def _joined(item: int, row: Sequence[Word]) -> bool:
    """Whether "and" or "or" ties an item to those beside it; ", weather permitting," is none."""
    return any(
        word.join
        for before, word in zip([None, *row], row, strict=False)
        if (before is None or before.item != word.item)
        and (word.item == item or (before is not None and before.item == item))
    )
