"""Sentences that misstate a clause, made from the clauses themselves: what verification is for."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.corpus import Corpus
from ingest.clauses.structure import find_clauses
from ingest.documents import flow

SEED = 20261120
MOST = 250
"""Flips of one change from one corpus: more would tell no more."""


@dataclass(frozen=True)
class Cited:
    """A quote that a sentence claims to stand on."""

    text: str
    lead_in: str = ""

    @property
    def reading(self) -> str:
        return flow(f"{self.lead_in} {self.text}" if self.lead_in else self.text)


@dataclass(frozen=True)
class Flip:
    """A sentence that does not say what its quotes say."""

    change: str
    sentence: str
    quotes: tuple[Cited, ...]


@dataclass(frozen=True)
class Rule:
    """A clause and whose it is."""

    school: str
    cited: Cited


Maker = Callable[[Rule, Sequence[Rule], random.Random], Iterator[Flip]]


def rules_of(corpus: Corpus) -> list[Rule]:
    """Every clause of the documents, once a school."""
    found = {
        Rule(source.school, Cited(clause.text, clause.lead_in)): None
        for _, source in sorted(corpus.items())
        for clause in find_clauses(source.text)
        if clause.kind == "clause" and len(clause.text.split()) >= 4
    }
    return list(found)


def generate(rules: Sequence[Rule], seed: int = SEED) -> list[Flip]:
    """Flips of every change, the same ones whenever they are made."""
    made: list[Flip] = []
    for name, maker in MAKERS.items():
        draw = random.Random(f"{seed}-{name}")
        flips: dict[str, Flip] = {}
        for rule in rules:
            for flip in maker(rule, rules, draw):
                # What a quote says anyway is no flip.
                if _plain(flip.sentence) not in {_plain(one.reading) for one in flip.quotes}:
                    flips.setdefault(flip.sentence, flip)
        every = list(flips.values())
        made += every if len(every) <= MOST else draw.sample(every, MOST)
    return made


# ---- what is changed ------------------------------------------------------------------------

_TURNS: Mapping[str, Sequence[tuple[str, str]]] = {
    "may for must not": (
        (r"\b(?:must|may) not\b|\bcannot\b|\bcan not\b", "may"),
        (r"\b(is|are) not (allowed|permitted)\b", r"\1 \2"),
        (r"\bmust never\b", "may always"),
    ),
    "must not for may": (
        (r"\bmay\b(?! not\b| \d)", "must not"),
        (r"\b(is|are) (allowed|permitted) to\b", r"\1 not \2 to"),
        (r"\bcan\b(?! not\b)", "must not"),
    ),
    "should for should not": ((r"\bshould (?:not|never)\b", "should"),),
    "should not for should": ((r"\bshould\b(?! not\b| never\b)", "should not"),),
    "should for must": ((r"\b(?:must|shall)\b(?! not\b| never\b)", "should"),),
    "must for should": ((r"\bshould\b(?! not\b| never\b)", "must"),),
}
_NUMBERS = "one two three four five six seven eight nine ten twelve fifteen twenty thirty".split()
_UNITS = {"minute": "hour", "hour": "day", "day": "week", "week": "month", "month": "year",
          "year": "term", "term": "year"}  # fmt: skip
_DEADLINES = {
    "immediately": "within a week",
    "as soon as possible": "within a month",
    "at all times": "from time to time",
    "always": "sometimes",
    "annually": "every five years",
    "before": "after",
    "after": "before",
    "at least": "at most",
    "no more than": "at least",
    "within": "not before",
    "termly": "daily",
}
_ACTORS = (
    ("headteacher", "chair of governors"), ("head teacher", "school office"), ("head", "caretaker"),
    ("governors", "parents"), ("governing body", "parents"), ("governing board", "parents"),
    ("staff", "pupils"), ("teachers", "parents"), ("teacher", "volunteer"), ("adults", "children"),
    ("pupils", "staff"), ("children", "staff"), ("parents", "governors"), ("visitors", "staff"),
    ("volunteers", "pupils"), ("school", "local authority"), ("line manager", "union"),
    ("employees", "visitors"), ("students", "teachers"), ("parent", "pupil"), ("pupil", "parent"),
)  # fmt: skip
_EXCEPTION = re.compile(
    r",? (?:unless|except|other than|apart from|without|only (?:if|when|with|where)|if|where|when"
    r"|provided(?: that)?|subject to|in the interest"
    r"|with the (?:\w+ ){0,2}(?:permission|consent|agreement|approval))\b[^.;]*"
)
_MODAL = re.compile(r"\b(?:must|should|may|will|can|is|are|shall)\b(?: not\b| never\b)?")


def _turned(name: str) -> Maker:
    def make(rule: Rule, _: Sequence[Rule], __: random.Random) -> Iterator[Flip]:
        for pattern, instead in _TURNS[name]:
            for found in re.finditer(pattern, rule.cited.reading):
                yield _flip(name, rule, found, found.expand(instead))

    return make


def _number(rule: Rule, _: Sequence[Rule], draw: random.Random) -> Iterator[Flip]:
    text = rule.cited.reading
    for found in re.finditer(rf"\b(?:\d+|{'|'.join(_NUMBERS)})\b(?![.:]\d)", text, re.I):
        word = found.group().lower()
        if word.isdigit():
            instead = str(int(word) + draw.choice((1, 2, 5, 10)))
        else:
            instead = draw.choice([one for one in _NUMBERS if one != word])
        yield _flip("number", rule, found, instead)


def _deadline(rule: Rule, _: Sequence[Rule], __: random.Random) -> Iterator[Flip]:
    text = rule.cited.reading
    for unit, instead in _UNITS.items():
        for found in re.finditer(rf"(?<=\w )\b{unit}(s?)\b", text):
            yield _flip("deadline", rule, found, instead + found.group(1))
    for words, instead in _DEADLINES.items():
        for found in re.finditer(rf"\b{words}\b", text):
            yield _flip("deadline", rule, found, instead)


def _actor(rule: Rule, _: Sequence[Rule], __: random.Random) -> Iterator[Flip]:
    for actor, instead in _ACTORS:
        for found in re.finditer(rf"\b{actor}\b", rule.cited.reading, re.I):
            new = instead.capitalize() if found.group()[0].isupper() else instead
            yield _flip("actor", rule, found, new)


def _exception(rule: Rule, _: Sequence[Rule], __: random.Random) -> Iterator[Flip]:
    for found in _EXCEPTION.finditer(rule.cited.reading):
        if found.start() >= 15:
            yield _flip("exception dropped", rule, found, "")


def _splice(rule: Rule, rules: Sequence[Rule], draw: random.Random) -> Iterator[Flip]:
    """The beginning of one clause up to its verb, the rest of another after its own."""
    first = _MODAL.search(rule.cited.reading)
    others = [
        one
        for one in draw.sample(rules, min(12, len(rules)))
        if one.school == rule.school and one != rule
    ]
    for other in others[:2]:
        second = _MODAL.search(other.cited.reading)
        if first and second and first.start() > 0:
            head, tail = rule.cited.reading[: first.end()], other.cited.reading[second.end() :]
            if len(tail.split()) >= 3:
                yield Flip("splice", head + tail, (rule.cited, other.cited))


def _word(rule: Rule, rules: Sequence[Rule], draw: random.Random) -> Iterator[Flip]:
    """One word of six letters or more, changed for another clause's."""
    text = rule.cited.reading
    places = list(re.finditer(r"\b[a-z]{6,}\b", text))
    words = re.findall(r"\b[a-z]{6,}\b", draw.choice(rules).cited.reading)
    words = [word for word in words if word[:5] not in text.lower()]
    if places and words:
        yield _flip("one word changed", rule, draw.choice(places), draw.choice(words))


def _foreign(rule: Rule, rules: Sequence[Rule], draw: random.Random) -> Iterator[Flip]:
    """A clause word for word, under a quote of another school."""
    others = [one for one in draw.sample(rules, min(30, len(rules))) if one.school != rule.school]
    if others and _plain(rule.cited.reading) not in _plain(others[0].cited.reading):
        yield Flip("another school's", rule.cited.reading, (others[0].cited,))


MAKERS: dict[str, Maker] = {
    **{name: _turned(name) for name in _TURNS},
    "number": _number,
    "deadline": _deadline,
    "actor": _actor,
    "exception dropped": _exception,
    "splice": _splice,
    "one word changed": _word,
    "another school's": _foreign,
}


def _flip(change: str, rule: Rule, found: re.Match[str], instead: str) -> Flip:
    text = rule.cited.reading
    return Flip(change, flow(text[: found.start()] + instead + text[found.end() :]), (rule.cited,))


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).casefold().strip()
