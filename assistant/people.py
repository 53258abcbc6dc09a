"""Where people are named in a typed question, capitals or none.

`names.toml` says what is a name; a word that `ordinary.toml` does not know either is taken for one.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import Stemmer

from assistant.wording import FUNCTION_WORDS

_STEM = Stemmer.Stemmer("english", 0)  # its own cache is slow to clear
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LONG = 150  # words; looking for slips of the keyboard in more would take too long
_TITLES = frozenset(
    "mr mrs ms mx messrs dr prof professor rev reverend sir miss madam mister".split()
)
_CALLED = frozenset("called named hi hello hey dear thanks cheers".split())
_OWN = frozenset("my his her their our your".split())
_KIN = frozenset(
    """son daughter lad lads girl boy kid child baby husband wife partner mate friend neighbour
    colleague brother sister mum mam mummy dad daddy stepdad stepmum mother father uncle aunt auntie
    nan nana gran granny grandma grandad grandpa cousin niece nephew coach teacher headteacher head
    governor caretaker ta tutor fr canon imam rabbi pastor vicar driver pupil student parent twins
    carer childminder cleaner cook secretary boss manager""".split()
)
_OWNED = _KIN | frozenset(
    """parents family class form phone mobile house bag glasses uniform birthday login inhaler name
    timetable report""".split()
)
_FAMILY = frozenset("family twins brothers sisters lads boys girls kids children parents".split())
_SPEECH = frozenset("says said told asked thinks wants reckons".split())
_BEFORE_PLACES = frozenset(
    """in by from until till since on at of to before after late early mid this next last the a an
    during all every each our their for""".split()
)
# Surnames that, after a first name and without a capital, are what somebody does, has or is.
_AFTER = FUNCTION_WORDS | frozenset(
    """read walk park cook win took close rush love hope cross bring best long day key price hand
    board power law page short small little english french low high senior guest marks house street
    hall church court field chew curry fish flowers gates gold snow winter summer wall kitchen noon
    black white grey green brown""".split()
)
_NOT_THEIRS = FUNCTION_WORDS | frozenset("less lens carries levis wales oscars johnnies".split())
# Surnames that are more often a thing or a place, even with a capital.
_THINGS = _AFTER | frozenset(
    """church castle bridge bank lodge temple west north lake lane abbey park farm forest wood
    woods marsh beach port england ireland holland london york derby durham kent welsh irish english
    french senior guest judge friend steward rugby law art bible close royal summers sen ng mac lo
    le ma ho das deb dad key fields field waters wing""".split()
)
_ENDINGS = re.compile(
    r"(?:ings?|(?<![mvy])ed|[ts]ions?|ments?|ness|able|ible|ful|less|ity|ities|ism|ist|i[sz]ed?|i[sz]es"
    r"|ology|ship|board|room|work|book|time|days?|proof|phone|ware|ically|ively)$"
)


@dataclass(frozen=True)
class Known:
    """Words in lower case, without accents and apostrophes."""

    first: frozenset[str]  # hardly ever anything but a name
    words: frozenset[str]  # first names that are words as well
    places: frozenset[str]  # or places, months, peoples
    last: frozenset[str]
    proper: frozenset[str]  # capitals that are nobody
    stems: frozenset[str]


@dataclass(frozen=True)
class Token:
    """A word of the line: where it stands, less a possessive, and what its capital tells."""

    start: int
    end: int
    plain: str
    capital: bool  # inside a sentence, where a capital means something
    opens: bool  # a capital that may be the sentence's
    owns: bool  # "Sarah's", "sarahs"
    letters: bool  # "NEU": letters that stand for something


def people(
    line: str, marks: Sequence[str], known: frozenset[str] = frozenset()
) -> Iterator[tuple[int, int]]:
    """Start and end of each name, in order; `marks` are no words, `known` are no strange ones."""
    tokens = list(_tokens(line, marks))
    lenient = len(tokens) <= _LONG
    found = [_is_name(line, tokens, i, known, lenient) for i in range(len(tokens))]
    for i, token in enumerate(tokens[1:], 1):
        if found[i - 1] and not found[i] and _beside(line, tokens[i - 1], token):
            found[i] = not tokens[i - 1].owns and _ends_name(token)
    for i in reversed(range(len(tokens) - 1)):
        if found[i + 1] and not found[i] and _beside(line, tokens[i], tokens[i + 1]):
            found[i] = _begins_name(line, tokens[i])
    for i, token in enumerate(tokens):
        saint = i > 0 and tokens[i - 1].plain in ("st", "saint", "sts")  # a school, or a day
        if found[i] and not saint:
            yield token.start, token.end


def _tokens(line: str, marks: Sequence[str]) -> Iterator[Token]:
    blank = re.sub("|".join(map(re.escape, marks)), lambda m: "." * len(m.group()), line)
    words = list(_WORD.finditer(blank))
    lists = lists_of_names()
    upper = sum(m.group()[0].isupper() for m in words)
    telling = len(words) < 4 or upper <= 0.6 * len(words)  # else every word has a capital
    for match in words:
        word = match.group().replace("’", "'")
        base = re.sub(r"'s?$", "", word)
        letters = word.isupper() and 1 < len(word) < 6
        capital = word[0].isupper() and not letters and telling
        before = line[: match.start()].rstrip(" \"'“‘(")
        opens = not before or before[-1] in ".!?"
        plain = _plain(base)
        yield Token(
            match.start(),
            match.start() + len(base),
            plain,
            capital and not opens,
            capital and opens,
            base != word or (plain.endswith("s") and plain not in lists.first | lists.last),
            letters,
        )


def _is_name(line: str, tokens: list[Token], i: int, known: frozenset[str], lenient: bool) -> bool:
    token, lists = tokens[i], lists_of_names()
    bare = token.plain.removesuffix("s")
    if token.plain in lists.first or (bare in lists.first and token.plain not in _NOT_THEIRS):
        return True
    if _due(line, tokens, i):
        return True
    if token.plain in lists.words | lists.places or (
        token.owns and bare in lists.words | lists.places
    ):
        return _double(tokens, i)
    if {token.plain, bare} & known:
        return False
    if not {token.plain, _bare(token)}.isdisjoint(lists.last):
        return _alone(tokens, i) or not _ordinary(token.plain)
    return _strange(token) and not (lenient and _slip(token))


def _double(tokens: list[Token], i: int) -> bool:
    """A word that is a name as well stands here for somebody."""
    token, lists = tokens[i], lists_of_names()
    before = tokens[i - 1].plain if i else ""
    following = tokens[i + 1].plain if i + 1 < len(tokens) else ""
    if token.capital and (token.plain in lists.words or before not in _BEFORE_PLACES):
        return True
    if token.plain in FUNCTION_WORDS and not token.opens:
        return False
    if following in _SPEECH and token.plain in lists.words:
        return before not in _BEFORE_PLACES and before not in _OWN
    return token.owns and following in _OWNED and before not in _BEFORE_PLACES


def _alone(tokens: list[Token], i: int) -> bool:
    """A surname that is a word too has a capital, is no usual thing, and is no part of a title."""
    beside = (*tokens[max(0, i - 1) : i], *tokens[i + 1 : i + 2])
    return (
        tokens[i].capital
        and tokens[i].plain not in _THINGS
        and not any(other.capital or other.opens for other in beside)
    )


def _due(line: str, tokens: list[Token], i: int) -> bool:
    """After a title, "my son" or "called", and before "family", a word that could be a name is."""
    token, lists = tokens[i], lists_of_names()
    if not i or not re.fullmatch(r"[ .,:]{1,2}", line[tokens[i - 1].end : token.start]):
        return False
    before = tokens[i - 1].plain
    listed = lists.words | lists.places | lists.last
    double = token.plain in listed or _bare(token) in listed
    could = token.capital or token.plain not in _AFTER
    if before in _TITLES:
        return could and (double or not _ordinary(token.plain))
    if before == "the" and i + 1 < len(tokens) and tokens[i + 1].plain in _FAMILY:
        return could and token.plain in lists.last
    if len(token.plain) < 2:
        return False
    somebody = before in _KIN and i > 1 and tokens[i - 2].plain in _OWN
    if before in _CALLED or somebody:
        return could and (token.plain in lists.words | lists.places or _strange(token))
    return before in _KIN and token.capital and (double or _strange(token))


def _ends_name(token: Token) -> bool:
    """A surname, or a second first name, right behind a name."""
    lists = lists_of_names()
    listed = token.plain in lists.last | lists.words or _bare(token) in lists.last
    if token.capital or token.opens:
        return listed or token.plain in lists.places or not _ordinary(token.plain)
    return (listed and token.plain not in _AFTER) or _strange(token)


def _begins_name(line: str, token: Token) -> bool:
    """An initial, or a first name that is a word too, right before a name."""
    lists = lists_of_names()
    if len(token.plain) == 1:
        return line[token.start].isupper() and token.plain not in "ia"
    double = token.plain in lists.words | lists.places
    return double and (token.capital or token.plain not in FUNCTION_WORDS)


def _bare(token: Token) -> str:
    """Without the s of "sarahs"."""
    return token.plain.removesuffix("s") if token.owns else token.plain


def _beside(line: str, one: Token, other: Token) -> bool:
    return re.fullmatch(r" |-|\. ?|, ", line[one.end : other.start]) is not None


def _strange(token: Token) -> bool:
    """No word we know of, and one that could be said."""
    word = token.plain
    if not word.isascii():
        return len(word) > 1
    if token.letters or _ordinary(word) or len(word) < 3 or not re.search("[aeiouy]", word):
        return False
    return token.capital or (len(word) > 3 and not _ENDINGS.search(word))


def _slip(token: Token) -> bool:
    return not token.capital and token.plain.isascii() and _misspelt(token.plain)


@lru_cache(maxsize=10_000)
def _misspelt(word: str) -> bool:
    """One letter too many, too few, wrong or out of place, or a space left out."""
    if not 5 <= len(word) <= 16:
        return False
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    letters = "abcdefghijklmnopqrstuvwxyz"
    return (
        any(_ordinary(a) and _ordinary(b) for a, b in halves if min(len(a), len(b)) > 2)
        or any(_listed(a + b[1:]) for a, b in halves if b)
        or any(_listed(a + b[1] + b[0] + b[2:]) for a, b in halves if len(b) > 1)
        or any(_listed(a + c + b) for a, b in halves for c in letters)
        or any(_listed(a + c + b[1:]) for a, b in halves if b for c in letters)
    )


@lru_cache(maxsize=10_000)
def _ordinary(word: str) -> bool:
    return _listed(word) or _listed(re.sub(r"(.)\1{2,}", r"\1\1", word))  # "sooooon"


def _listed(word: str) -> bool:
    lists = lists_of_names()
    return word in FUNCTION_WORDS or word in lists.proper or _stem(word) in lists.stems


def _plain(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold().replace("ł", "l").replace("ı", "i"))
    return "".join(c for c in apart if not unicodedata.combining(c) and c not in "'’")


def _stem(word: str) -> str:
    return str(_STEM.stemWord(word))


@cache
def lists_of_names() -> Known:
    """What is read from `names.toml` and `ordinary.toml`."""
    tables = {
        key: frozenset(words.split())
        for name in ("names.toml", "ordinary.toml")
        for key, words in tomllib.loads((Path(__file__).parent / name).read_text("utf-8")).items()
    }
    return Known(
        first=tables["first"],
        words=tables["also_words"],
        places=tables["also_places"],
        last=tables["last"],
        proper=tables["proper"],
        stems=frozenset(map(_stem, tables["words"])),
    )
