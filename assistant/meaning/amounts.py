"""Numbers with what they count and which way they limit, and what is joined by "and" or "or"."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from assistant.meaning.binding import DENIES
from assistant.meaning.rule import AMOUNTS, TIMES, Rule, Word
from assistant.meaning.words import stemmed

SAME_AMOUNT = {"WITHIN": "AT-MOST"}
_UNITS = frozenset(
    stemmed(word)
    for word in """second minute hour day week month term year times lesson pupil parent adult staff
    metre cm mm km mile person governors copy reminder warning working school half""".split()
)


def amounts(said: Rule, told: Rule) -> list[str]:
    """Every number with what it counts, and which way it limits."""
    theirs = list(_counted(told.words))
    return [
        f"{number} {unit}: the quote counts otherwise"
        for limit, number, unit in _counted(said.words)
        if not any(
            (limit, number) == (other[0], other[1])
            and (not unit or not other[2] or unit == other[2])
            for other in theirs
        )
    ]


def _counted(words: Iterable[Word]) -> Iterable[tuple[str, str, str]]:
    line = [Word("", "what"), *words, Word("", "what")]
    for (before, word), (_, after) in pairwise(pairwise(line)):
        if word.stem[:1].isdigit() or word.stem[:1] == "£":
            limit = before.stem if before.stem in AMOUNTS | TIMES else ""
            unit = after.stem if after.stem in _UNITS and word.stem[-1].isdigit() else ""
            yield SAME_AMOUNT.get(limit, limit), word.stem, unit


def joined(said: Rule, told: Rule) -> list[str]:
    """Two things of which both were needed, or either."""
    if told.force in DENIES or told.negated:
        return []
    theirs = {pair: join for pair, join, _ in _pairs(told)}
    return [
        f"“{join}” for “{theirs[pair]}”"
        for pair, join, place in _pairs(said)
        if theirs.get(pair, join) != join
        and ((place != "who" and told.force != "MAY") or place == "if")
    ]


def _pairs(rule: Rule) -> Iterable[tuple[frozenset[str], str, str]]:
    for one, other in pairwise(rule.words):
        if other.join:
            yield frozenset((one.stem, other.stem)), other.join, other.place
