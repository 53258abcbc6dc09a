"""Faithfulness without an LLM: does every sentence of an answer stand in the quotes it cites?

Deliberately not the verifier: it shares no code and no word lists with assistant/verify.py or
assistant/modality.py (import-linter holds us to that), so that the two can catch each other.
Words that say the same are told by our own groups (eval/claims/words.toml) and, failing those, by
how a small model reads them in their sentences; how a sentence binds, its numbers, its actors and
the order of things are never left to the model. It is itself measured on answers judged by hand;
`verse eval adversarial` prints how well it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from eval.claims import Claim, Word, plain, read, sentences
from eval.claims.phrases import unframed, unlabelled
from eval.claims.standing import covered, faults
from eval.claims.words import on_one_line
from eval.given import Case

PLACES = frozenset("in on at during outside inside".split())
"""What opens a phrase of place or time, as a stem."""
"""Faults that may be no more than another choice of words."""
_JOINED = re.compile(
    r"(?:,? (?:and|but|though|although|while|whereas)|, (?:which|who)) "
    r"(?=(?:[\w’'-]+ ){0,5}?"
    r"(?:may|must|should|will|can|is|are|has|have|need|needs|cannot|do|does)\b)",
    re.I,
)
_NO_RULE = re.compile(
    r"(?:(?!may|must|should|will|can|is|are|has|have|need|do|does)[\w’'-]+ ){1,5}?"
    r"(?:where|when|if|unless) [^,]*$",
    re.I,
)
"""A piece whose only verb is that of its condition: "in person where she may be at risk"."""
_POINTS_BACK = re.compile(
    r"(?:they|it|this|these|those|he|she|neither|both|such|any|in such)\b", re.I
)


@dataclass(frozen=True)
class Finding:
    """One claim of an answer, and what of it does not stand in the quotes."""

    sentence: str
    faults: tuple[str, ...]


def faithful(case: Case) -> tuple[float, float]:
    """Faithfulness: share of the answer's sentences whose every claim stands in its quotes, pooled.

    A sentence stands when its content words, how it binds (must, should, may, not), its numbers
    and time limits, its actor and its conditions are those of one sentence quoted. Fixed phrases
    of ours, which claim nothing of a clause, do not count. 1.0 is the only passing score.
    """
    if case.given.status != "answered":
        return 0.0, 0.0
    quotes = [f"{quote.lead_in} {quote.text}".strip() for quote in case.given.quotes]
    found = findings(case.given.answer, quotes)
    return float(sum(not one.faults for one in found)), float(len(found))


def is_faithful(answer: str, quotes: Sequence[str]) -> bool:
    """Whether nothing is said that does not stand in the quotes."""
    return not any(finding.faults for finding in findings(answer, quotes))


def findings(answer: str, quotes: Sequence[str]) -> list[Finding]:
    """Every claim of the answer that is about a clause; a quote begins with its lead-in."""
    found: list[Finding] = []
    answer = unlabelled(answer)
    said = read(answer)
    opening, left = "", sentences(answer)
    for place, sentence in enumerate(left):
        one = unframed(sentence)
        opening = one.opening or opening
        if not one.claims:
            continue
        wrong = faults_of(one.text, quotes, said)
        if opening and contradicts(opening, read(" ".join(left[place:]))):
            wrong = (*wrong, "opening")
        found.append(Finding(sentence, wrong))
        opening = ""
    return found


def contradicts(opening: str, rest: Claim) -> bool:
    """Whether an opening of ours says the opposite of what follows it."""
    signs = {bind.sign for bind in rest.binds}
    if rest.only or rest.conditions:
        return False
    if opening == "it depends":
        return len(signs) == 1
    return signs == {1 if opening == "no" else -1}


def faults_of(sentence: str, quotes: Sequence[str], said: Claim | None = None) -> tuple[str, ...]:
    """What of a sentence does not stand in the quotes: of all of it, or else of its parts.

    `said` is the whole answer: a condition may have been named in another sentence of it.
    """
    whole = _faults_at_best(sentence, quotes, said)
    parts = [part for part in _JOINED.split(sentence) if part.strip()]
    if not whole or len(parts) == 1:
        return whole
    around = said or read(sentence)
    apart = [fault for part in parts for fault in _faults_at_best(part, quotes, around)]
    return tuple(dict.fromkeys(apart)) if len(apart) < len(whole) else whole


def _faults_at_best(sentence: str, quotes: Sequence[str], said: Claim | None) -> tuple[str, ...]:
    """The faults of a claim by the place on which it stands best."""
    claim = read(sentence)
    best: tuple[str, ...] = ("content",)
    closest = (99.0, 0.0)
    for quote in quotes:
        if _word_for_word(sentence, quote):
            return ()
        around = read(quote)
        for source in _sources(claim, sentences(quote)):
            found = faults(claim, source, around, said or claim)
            rank = (len(found) + 2.0 * ("content" in found), -covered(claim.words, source.words))
            if rank < closest:
                best, closest = found, rank
    return best


def _sources(claim: Claim, parts: Sequence[str]) -> Iterator[Claim]:
    """What a claim may stand on: a sentence, a part with a verb of its own, or two in a row.

    Two in a row only where none by itself holds most of it: else words of both could make a third.
    """
    units = [read(part) for part in parts]
    for part in parts:
        pieces = (one for one in _JOINED.split(part) if len(one.split()) > 3)
        units += [read(one) for one in pieces if not _NO_RULE.match(one)]
    for before, part in pairwise(parts):
        if _POINTS_BACK.match(part):
            own, named = read(part), read(before)
            words = (*own.words, *_things(named))
            units.append(
                replace(
                    own,
                    words=words,
                    spoken=own.words,
                    amounts=own.amounts | named.amounts,
                    bounds=own.bounds | named.bounds,
                )
            )
    yield from units
    if all(covered(claim.words, unit.words) < 0.6 for unit in units):
        for two in pairwise(parts):
            # One verb cannot stand for the two of a permission and a ban.
            forces = {bind.force for part in two for bind in read(part).binds}
            if len(claim.binds) > 1 or len(forces) < 2:
                yield read(" ".join(two))


def _things(named: Claim) -> Iterator[Word]:
    """What a pronoun may stand for: not where, when or with whom its own sentence says it is."""
    verb = min((bind.at for bind in named.binds), default=0)
    opened = False
    for word in named.words:
        opened = opened or (word.at > verb and word.after in PLACES)
        if not opened:
            yield word


def _word_for_word(said: str, quote: str) -> bool:
    """Whether a sentence is quoted whole: from where one begins to where one ends.

    Real policies forget full stops, so a capital letter ends one, too.
    """
    bare, text = (re.sub(r"[“”\"]", "", on_one_line(one)).strip(" .;,:!") for one in (said, quote))
    for found in re.finditer(re.escape(bare), text):
        before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip(" .;,:!)”’")
        ends = not after or after[0].isupper() or text[found.end() : found.end() + 1] in ";"
        if (not before or before[-1] in ".!?;:)”’•") and ends:
            return True
    return plain(bare) == plain(text)
