"""Which words of a typed question we know: ordinary ones, names, and slips of the keyboard.

The lists are `names.toml` and `ordinary.toml`; all words here are as `plain` makes them.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import Stemmer

from assistant.wording import FUNCTION_WORDS

_STEM = Stemmer.Stemmer("english", 0)  # its own cache is slow to clear
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Known:
    """Words in lower case, without accents and apostrophes."""

    first: frozenset[str]  # hardly ever anything but a name
    words: frozenset[str]  # first names that are words as well
    places: frozenset[str]  # or places, months, peoples
    last: frozenset[str]
    proper: frozenset[str]  # capitals that are nobody
    stems: frozenset[str]
    nobody: re.Pattern[str]  # names within titles of days, awards, clubs and streets


@cache
def known_words() -> Known:
    """What is read from `names.toml` and `ordinary.toml`."""
    tables = {
        key: words
        for name in ("names.toml", "ordinary.toml")
        for key, words in tomllib.loads((Path(__file__).parent / name).read_text("utf-8")).items()
    }
    lists = {key: frozenset(words.split()) for key, words in tables.items()}
    phrases = "|".join(map(re.escape, tables["nobody"].strip().splitlines()))
    return Known(
        first=lists["first"],
        words=lists["also_words"],
        places=lists["also_places"],
        last=lists["last"],
        proper=lists["proper"],
        stems=frozenset(map(_stem, lists["words"])),
        nobody=re.compile(rf"\b(?:{phrases})\b", re.I),
    )


def plain(word: str) -> str:
    """In lower case, without accents and apostrophes."""
    apart = unicodedata.normalize("NFKD", word.casefold().replace("ł", "l").replace("ı", "i"))
    return "".join(c for c in apart if not unicodedata.combining(c) and c not in "'’")


@lru_cache(maxsize=10_000)
def ordinary(word: str) -> bool:
    """True for a word that is nobody's name, also where a letter is held down: "sooooon"."""
    return any(_listed(re.sub(r"(.)\1{2,}", held, word)) for held in (r"\g<0>", r"\1\1", r"\1"))


@lru_cache(maxsize=10_000)
def misspelt(word: str) -> bool:
    """An ordinary word with one letter too many, too few, wrong or out of place, or two in one.

    A first name with two letters out of place is none.
    """
    if not 5 <= len(word) <= 16:
        return False
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    swapped = set(_swapped(word))
    if swapped & known_words().first:
        return False
    return (
        any(ordinary(a) and ordinary(b) for a, b in halves if min(len(a), len(b)) > 2)
        or any(map(_listed, swapped))
        or any(_listed(a + b[1:]) for a, b in halves if b)
        or any(_listed(a + c + b) for a, b in halves for c in _LETTERS)
        or any(_listed(a + c + b[1:]) for a, b in halves if b for c in _LETTERS)
    )


def _swapped(word: str) -> Iterator[str]:
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _listed(word: str) -> bool:
    lists = known_words()
    return word in FUNCTION_WORDS or word in lists.proper or _stem(word) in lists.stems


def _stem(word: str) -> str:
    return str(_STEM.stemWord(word))
