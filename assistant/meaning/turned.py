"""A sentence that is its clause's own, word by word, only turned to whoever asks.

"An employee who is too ill to work must ring the absence line" says of staff what "If you are too
ill to work you must ring the absence line" says to one of them. Nothing else may differ: where a
word came, went or was changed, `compare` has to read what both say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.meaning.rule import PEOPLE
from assistant.meaning.words import canonical

_WORD = re.compile(r"\d+(?:[.:,/]\d+)*|[^\W\d_]+|[£%]")
_STOP = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")
_SHORT = (
    (re.compile(r"\bcan['’]t\b"), "cannot"),
    (re.compile(r"\bwon['’]t\b"), "will not"),
    (re.compile(r"n['’]t\b"), " not"),
    (re.compile(r"\b(you|they|we)['’]re\b"), r"\1 are"),
    (re.compile(r"\bcannot\b"), "can not"),
)
_TIED = re.compile(r"^in addition\b,? ?")
_AGREE = {"are": "is", "am": "is", "were": "was", "have": "has", "do": "does"}
_YOURS = {
    "you": frozenset("they them he she him her".split()),
    "your": frozenset("their his her".split()),
    "yours": frozenset("theirs his hers".split()),
    "yourself": frozenset("themselves themself himself herself".split()),
    "yourselves": frozenset(("themselves",)),
}
# Who somebody is for whom a role is chosen, and nobody more: not every member of staff teaches.
_OWN = {
    "staff": "staff",
    "headteacher": "headteacher staff",
    "governor": "governor governors",
    "volunteer": "volunteer",
    "parent": "parent",
    "pupil": "pupil",
    "visitor": "visitor",
    "contractor": "contractor",
}
_ANYBODY = frozenset("anybody anyone everybody everyone".split())
_GROWN = frozenset(map(canonical, ("adult", "person")))
_ALL = frozenset("all any each every of our the these this those".split())
# What narrows nobody down behind those who work at the school anyway.
_AT_SCHOOL = re.compile(
    r"(?:(?:who )?work(?:s|ing)? )?(?:at|in|for|of) (?:(?:our|the|this) )?schools?\b"
)
_POINTS = frozenset("above below clause defined in listed named of paragraph section".split())
_BODIES = frozenset(map(canonical, "authority committee council police school trust union".split()))
_END = "."
_TIES = frozenset("additionally also furthermore however moreover therefore".split())
# Behind people who are told of and do nothing themselves: "must not text pupils on their phones".
_AFTER_OBJECT = frozenset("and at during except for from in on or outside via while with".split())
_OWNED = frozenset(("your", "yours"))
_NO_MORE = frozenset("no not none never only except unless without than but".split())


def turned(text: str, run: Sequence[str], role: str) -> bool:
    """Whether a text is these sentences, with "you" for people of whom whoever asks is one.

    `run` are sentences that follow each other in a quote; the text may join them by "and".
    """
    sentences = [one for part in run for one in _STOP.split(part)]
    told = [word for one in sentences for word in (_END, *_words(one))]
    said = _words(text)
    return bool(said) and _Walk(said, tuple(told[1:]), role).same()


def _words(text: str) -> tuple[str, ...]:
    plain = text.lower().replace("*", "")
    for short, full in _SHORT:
        plain = short.sub(full, plain)
    return tuple(_WORD.findall(_TIED.sub("", plain.strip())))


class _Walk:
    """Goes through both sentences side by side."""

    def __init__(self, said: Sequence[str], told: Sequence[str], role: str) -> None:
        self.said, self.told, self.role = said, told, role

    def same(self) -> bool:
        return self._from(0, 0, False, 0, False)

    @lru_cache(maxsize=2_000)  # noqa: B019
    def _from(self, i: int, j: int, bound: bool, others: int, owes: bool) -> bool:
        """From a word of each on. `bound`: "you" stood for somebody already; `others`: whether
        somebody else was named since (0 nobody, 1 to whom something is done, 2 who may do
        something); `owes`: "if you …" was opened, so that "you" has to come again."""
        said, told = self.said, self.told
        if i == len(said) or j == len(told):
            return i == len(said) and j == len(told) and not owes
        mine, theirs = said[i], told[j]
        beside = max(others, self._named_else(j))
        if _alike(mine, theirs) and self._from(i + 1, j + 1, bound, beside, owes):
            return True
        if theirs == _END:
            joined = 1 if mine == "and" else 0
            return self._from(i, j + 1, bound, others, owes) or (
                joined == 1 and self._from(i + 1, j + 1, bound, others, owes)
            )
        if theirs in _TIES and self._from(i, j + 1, bound, others, owes):
            return True
        pointed = bound and others < (2 if mine in _OWNED else 1)
        if pointed and theirs in _YOURS.get(mine, ()):
            return self._from(i + 1, j + 1, bound, others, owes)
        if mine == "you" and owes and self._from(i + 1, j, bound, others, False):
            return True
        if bound:
            # "the member of staff", who was named before
            again = theirs in ("the", "that") and mine == "you"
            return again and any(
                self._from(i + 1, e, True, 0, owes) for e in self._named(j, again=True)
            )
        if self._somebody_before(j):
            return False
        if said[i : i + 2] == ("if", "you"):
            return any(
                self._from(i + 2, end + 1, True, 0, True)
                for end in self._named(j)
                if told[end : end + 1] == ("who",)
            )
        return mine == "you" and any(self._from(i + 1, e, True, 0, owes) for e in self._named(j))

    def _named_else(self, j: int) -> int:
        if not _somebody(self.told[j]):
            return 0
        after = self.told[j + 1 : j + 2]
        return 1 if not after or after[0] in _AFTER_OBJECT else 2

    def _somebody_before(self, j: int) -> bool:
        """Whether others were named before, whom the clause may bind instead; or nobody at all."""
        return any(word in _NO_MORE or _somebody(word) for word in self.told[:j])

    def _named(self, j: int, *, again: bool = False) -> list[int]:
        """Where the people that begin at a word may end, whoever asks being one of them.

        "A member of staff must be present" is not whoever asks; with "who", it is whoever does so.
        """
        told, at = self.told, j
        one = told[at] in ("a", "an")
        at += one
        while not one and at < len(told) and told[at] in _ALL:
            at += 1
        end = self._mine(at, again)
        if end is None or _is_people(told, end):
            return []  # "staff governors"
        if one:
            return [end] if told[end : end + 1] == ("who",) else []
        if place := _AT_SCHOOL.match(" ".join(told[end : end + 5])):
            end += len(place[0].split())
        ends = [end]
        while told[end : end + 1] in (("and",), ("or",)):
            more = end + 1
            while more < len(told) and (
                _is_people(told, more)
                or told[more] in _ALL | _POINTS | {"member", "members"}
                or told[more][0].isdigit()
            ):
                more += 1
            if more == end + 1 or not any(_is_people(told, n) for n in range(end, more)):
                break
            end = more
            ends.append(end)
        return ends[::-1]

    def _mine(self, at: int, again: bool) -> int | None:
        """Behind the people of whom whoever asks is one; `again`: "the adult" was named before."""
        told, own = self.told, _OWN.get(self.role or "staff", "staff").split()
        words = tuple(told[at : at + 4])
        if not words:
            return None
        if "staff" in own:
            if words[0] in ("member", "members") and words[1:2] == ("of",):
                rest = words[2:] if words[2:3] != ("the",) else words[3:]
                return at + len(words) - len(rest) + 1 if rest[:1] == ("staff",) else None
            if words[:2] in (("staff", "member"), ("staff", "members"), ("school", "staff")):
                return at + 2
        general = words[0] in _ANYBODY or (canonical(words[0]) in _GROWN and self.role != "pupil")
        if general and (again or told[at - 1 : at] != ("the",)):
            return at + 1
        return at + 1 if canonical(words[0]) in map(canonical, own) else None


def _is_people(told: Sequence[str], at: int) -> bool:
    return at < len(told) and canonical(told[at]) in PEOPLE - _BODIES


def _somebody(word: str) -> bool:
    """Whether "they" could stand for what a word names."""
    return canonical(word) in PEOPLE - _BODIES and word not in ("office", "offices")


def _alike(one: str, other: str) -> bool:
    """The same word, or the same verb of another person: "tells", "tell"."""
    one, other = _AGREE.get(one, one), _AGREE.get(other, other)
    if one == other:
        return True
    if not one.isalpha() or not other.isalpha():
        return False
    short, long = sorted((one, other), key=len)
    return len(short) > 2 and (
        long in (f"{short}s", f"{short}es") or (short[-1] == "y" and long == f"{short[:-1]}ies")
    )
