"""Does a sentence say what a quote says, in other words? Plain checks first, then the reader.

What a plain check can see, no model is asked about: a number, a time, a person or a strength of
rule that the quote does not have; and, in what is nearly a copy, any word that came, went or was
changed. The reader has the last word on the rest. `verify` asks here for what is not verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Protocol

from assistant.modality import roles_in
from ingest.clauses.sentences import split_sentences
from ingest.documents import Span

COPY = 0.72  # of the words in the same order, from which a sentence is a copy of the other

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.:]\d+)?")
_UNITS = re.compile(
    r"\b(second|minute|hour|day|week|fortnight|month|term|year|pupil|child|adult|metre|mile|pound|per cent|%)"
)
_COUNTS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
).split()
_NUMBERS = {word: str(n) for n, word in enumerate(_COUNTS)} | {
    "once": "1",
    "twice": "2",
    "half": "0.5",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "ninety": "90",
    "hundred": "100",
}
# Words that carry the force, the limits and the sides of a rule: none may come or go in a copy.
_WEIGHTY = frozenset(
    "not never no nobody none nothing cannot must should may might can shall will need needs have has"
    " required permitted allowed free advised encouraged recommended asked expected only unless"
    " except without until till before after by within least most than more less fewer always any"
    " all every each if when where whenever both either neither or and normally usually working"
    " immediately daily weekly annually termly".split()
)
_SAME = {
    "cannot": "not",
    "can't": "not",
    "mustn't": "not",
    "shouldn't": "not",
    "don't": "not",
    "won't": "not",
    "needn't": "not",
    "never": "not",
    "till": "until",
    "each": "every",
    "has": "have",
    "needs": "need",
    "might": "may",
}
# The strengths of a rule that no other may stand for, and what may stand for each.
_STRENGTHS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "must",
        re.compile(r"\b(?:must|ha(?:s|ve) (?:got )?to|required|compulsory|obliged|mandatory)\b"),
        re.compile(
            r"\b(?:must|ha(?:s|ve) to|required|requires?|shall|will|is to|are to|need(?:s|ed)?|compulsory|obliged|mandatory|insists?"
            r"|responsible|may only|only|cannot|may not|not|never|no|until|unless|without|before|ensure|duty)\b"
        ),
    ),
    (
        "should",
        re.compile(r"\b(?:should|ought to|expected to|supposed to)\b"),
        re.compile(
            r"\b(?:should|ought|expect(?:ed|s)?|supposed|will|is to|are to|ensure|asked|responsible|shall)\b|^[a-z]+ (?!is|are)"
        ),
    ),
    (
        "advice",
        re.compile(r"\b(?:advised?|encouraged?|recommended?|suggested|wise|best|sensible)\b"),
        re.compile(
            r"\b(?:advi[sc]e[ds]?|advises|encourage[ds]?|recommend(?:ed|s)?|suggest(?:ed|s)?|wise|best|sensible|consider|helpful|good practice|think)\b"
        ),
    ),
)


class Reads(Protocol):
    """What is needed of the trained reader."""

    def says(self, pairs: Sequence[tuple[str, str]]) -> list[float]: ...


def keeps_meaning(sentence: str, quotes: Sequence[str], reader: Reads | None, least: float) -> bool:
    """True when one of the quotes, each one line with its lead-in, says what the sentence says.

    `least` is the reader's log-odds from which a sentence is believed; without a reader only what
    is verbatim can be, and that is not asked here.
    """
    fair = [quote for quote in quotes if not faults(sentence, quote)]
    if not fair or reader is None:
        return False
    return max(reader.says([(sentence, quote) for quote in fair])) >= least


def faults(sentence: str, quote: str) -> tuple[str, ...]:
    """What of a sentence plainly does not stand in a quote."""
    said, told = sentence.lower().replace("’", "'"), quote.lower().replace("’", "'")
    checks = {
        "number": not _numbers(said) <= _numbers(told),
        "unit": counts_otherwise(said, told),
        "people": bool(_people(said) - _people(told)) and bool(_people(told) - _people(said)),
        "strength": any(mark.search(said) and not may.search(told) for _, mark, may in _STRENGTHS),
        "copy": any(not _fair_copy(said, part) for part in _parts(told)),
    }
    return tuple(name for name, wrong in checks.items() if wrong)


def _numbers(text: str) -> set[str]:
    """As digits; "one" is as often a pronoun, and is looked at with what it counts alone."""
    words = (_NUMBERS.get(word, word) for word in _TOKEN.findall(text) if word != "one")
    return {word for word in words if word[:1].isdigit()}


def counts_otherwise(sentence: str, quote: str) -> bool:
    """True where the same number counts something else, or one thing is counted otherwise."""
    said, told = _amounts(sentence.lower()), _amounts(quote.lower())
    return any(
        amount not in told and any(a == amount[0] or b == amount[1] for a, b in told)
        for amount in said
    )


def _amounts(text: str) -> set[tuple[str, str]]:
    """Numbers with what they count, where that follows within two words."""
    found = set()
    tokens = _TOKEN.findall(text)
    for place, word in enumerate(tokens):
        number = _NUMBERS.get(word, word)
        if number[:1].isdigit():
            near = " ".join(tokens[place + 1 : place + 4])
            if unit := _UNITS.search(near):
                found.add((number, unit.group(1)))
    return found


def _people(text: str) -> set[str]:
    """Roles that are named; "you" is whoever asks."""
    return roles_in(re.sub(r"\byou\b|\badults?\b|\bindividuals\b|\busers?\b", " ", text))


def _parts(told: str) -> Iterator[str]:
    """The quote's sentences, and the whole of it."""
    spans = split_sentences(told, Span(0, len(told)))
    if len(spans) > 1:
        yield from (span.of(told) for span in spans)
    yield told


def _fair_copy(said: str, told: str) -> bool:
    """False for a near copy in which a word that matters came, went or was changed."""
    one, other = _TOKEN.findall(told), _TOKEN.findall(said)
    match = SequenceMatcher(None, one, other, autojunk=False)
    if match.ratio() < COPY:
        return True
    for change, a, b, c, d in match.get_opcodes():
        gone, new = one[a:b], other[c:d]
        if change == "equal":
            continue
        if _weighty(gone) != _weighty(new):
            return False
        if change == "replace" and any(len(word) > 3 for word in new) and len(new) <= 2:
            return False  # one word changed for another: a copy has no need of it
    return True


def _weighty(words: Sequence[str]) -> set[str]:
    return {_SAME.get(word, word) for word in words if _SAME.get(word, word) in _WEIGHTY}
