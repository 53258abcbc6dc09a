"""Sentences to content words, by word lists of the evaluation's own (words.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import Stemmer

_STEMMER = Stemmer.Stemmer("english")
_SHORT = {
    r"\bcan't\b|\bcannot\b": "can not",
    r"\bwon't\b": "will not",
    r"\bshan't\b": "shall not",
    r"n't\b": " not",
    r"'ve\b": " have",
    r"'ll\b": " will",
    r"'re\b": " are",
    r"'d\b": " would",
    r"\bper cent\b|%": " percent",
    r"\be\.g\.": "for example",
    r"\bi\.e\.": "that is",
    r"\bno[ -]one\b": "nobody",
    r"(?<=[a-z])-(?=[a-z])": " ",
    r"(?<=\d),(?=\d{3})": "",
    r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}": "",  # Markdown's emphasis
    r"\b(must|should|may|shall|can|will)\s*:\s*(?=(?:not|never)\b)": r"\1 ",  # a bullet's "not"
}
_ABBREVIATED = re.compile(
    r"\b(?:e\.g|i\.e|etc|mr|mrs|ms|dr|approx|inc|st)\.(?= )|\bno\.(?= \d)", re.I
)
# The stemmer would make "yearly" a year, and a rule about years one about every year.
_OFTEN = frozenset("yearly termly monthly weekly daily".split())
_ARTICLES = frozenset("the a an their his her its our your ani each".split())

Token = tuple[str, int]
"""A stem, or a number, and where it begins."""


@dataclass(frozen=True)
class Word:
    """A content word or phrase: everything it may be matched by."""

    senses: frozenset[str]
    at: int
    after: str = ""  # the word before it, articles aside

    def matches(self, other: Word) -> bool:
        return not self.senses.isdisjoint(other.senses)


def plain(text: str) -> str:
    """One line in lower case, short forms written out, quotes and dashes plain."""
    text = re.sub(r"[‘’`]", "'", re.sub(r"[“”]", '"', on_one_line(text))).lower()
    text = re.sub(r"\s*[–—]\s*| - ", " , ", re.sub(r"[‐‑]", "-", text))
    for short, whole in _SHORT.items():
        text = re.sub(short, whole, text)
    return re.sub(r"\s+", " ", text).strip()


def on_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"(?<=[a-z])-\s*\n\s*(?=[a-z])", "-", text)).strip()


def sentences(text: str) -> list[str]:
    """The sentences of a text, and their parts between semicolons."""
    # A full stop that ends no sentence is hidden while sentences are told apart.
    flat = _ABBREVIATED.sub(lambda match: match.group().replace(".", "\0"), on_one_line(text))
    parts = re.split(r"(?<=[.!?])[\"”’']?\s+(?=[\"“‘'(]?[A-Z0-9£•])|;\s+", flat)
    return [part.strip().replace("\0", ".") for part in parts if re.search(r"\w", part)]


def tokens(text: str) -> list[Token]:
    """The words of a plain text as stems."""
    found = re.finditer(r"[a-z0-9£](?:[a-z0-9£'.:-]*[a-z0-9])?", text)
    return [(stem(m.group()), m.start()) for m in found]


def content(words: list[Token]) -> Iterator[Word]:
    """Content words; a listed phrase is one word, whatever its parts are."""
    phrases: dict[int, tuple[frozenset[str], int]] = {}
    for name in ("same", "actors"):
        for groups, at, length in listed(words, name):
            before, longest = phrases.get(at, (frozenset(), 0))
            if length >= longest:
                phrases[at] = (groups | before if length == longest else groups, length)
    at = 0
    while at < len(words):
        one, start = words[at]
        groups, length = phrases.get(at, (frozenset(), 1))
        own = frozenset(s for s, _ in words[at : at + length] if s not in function_words())
        amount = length == 1 and (number_of(one) is not None or one in calendar())
        if (own or length > 1) and not amount:
            before_it = [s for s, _ in words[max(0, at - 3) : at] if s not in _ARTICLES]
            yield Word(groups | own, start, before_it[-1] if before_it else "")
        at += length


def listed(words: list[Token], name: str) -> Iterator[tuple[frozenset[str], int, int]]:
    """The longest phrases of a list: their groups, where they begin, how many words they are."""
    phrases = _phrases()[name]
    at = 0
    while at < len(words):
        for length in (4, 3, 2, 1):
            groups = phrases.get(tuple(s for s, _ in words[at : at + length]))
            if groups and at + length <= len(words):
                yield groups, at, length
                at += length
                break
        else:
            at += 1


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'")
    if word in _OFTEN:
        return word
    return str(_STEMMER.stemWord(_irregular().get(word, word)))


def number_of(one: str) -> str | None:
    """The number that a word or a figure says, as figures."""
    if one in _numbers():
        return _numbers()[one]
    return one if one[0] in "0123456789£" else None


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))


@cache
def _irregular() -> dict[str, str]:
    groups = (group.split() for group in _tables()["irregular"].split("|"))
    return {form: forms[0] for forms in groups for form in forms}


@cache
def _phrases() -> dict[str, dict[tuple[str, ...], frozenset[str]]]:
    """Phrases as stems → the groups that they are in, for content and for actors."""
    made = {}
    for name in ("same", "actors"):
        phrases: dict[tuple[str, ...], set[str]] = {}
        for group, members in _tables()[name].items():
            for member in members.split():
                stems = tuple(stem(part) for part in member.split("-"))
                phrases.setdefault(stems, set()).add(f"{name}:{group}")
        made[name] = {stems: frozenset(groups) for stems, groups in phrases.items()}
    return made


@cache
def function_words() -> frozenset[str]:
    return frozenset(map(stem, _tables()["function"].split()))


@cache
def calendar() -> frozenset[str]:
    return frozenset(map(stem, _tables()["amounts"]["calendar"].split()))


@cache
def _numbers() -> dict[str, str]:
    pairs = _tables()["amounts"]["words"].split()
    return {stem(word): number for word, number in zip(pairs[::2], pairs[1::2], strict=True)}


@cache
def instructions() -> frozenset[str]:
    """Verbs with which an instruction begins."""
    return frozenset(_tables()["imperatives"]["verbs"].split())


@cache
def opposites() -> frozenset[frozenset[str]]:
    pairs = (pair.split() for pair in _tables()["opposite"]["pairs"].split("|"))
    return frozenset(frozenset(map(stem, pair)) for pair in pairs)
