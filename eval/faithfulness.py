"""Faithfulness without an LLM: does every sentence of an answer stand in the quotes it cites?

Deliberately not the verifier: it shares no code and no word lists with assistant/verify.py or
assistant/modality.py (import-linter holds us to that), so that the two can catch each other.
It is itself measured on answers judged by hand; `verse eval adversarial` prints how well it does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from eval.claims import Bind, Claim, Word, opposites, plain, read, sentences

ENOUGH = 0.7
"""The share of a claim's content words that must stand in the quotes."""

FIXED = (
    "no.",
    "yes.",
    "yes, this is required.",
    "it depends on the circumstances.",
    "it is advised.",
    "it is advised against.",
    "there is no such duty.",
    "no reporting clause was found in the policies.",
    "if a child may be in danger, act now: tell the person named here, and if the danger is immediate "
    "call 999.",
    "the policy does not say.",
    "it is overdue.",
    "it is in date.",
)
"""What our answers say beside clauses; not claims about a clause, so nothing to look up.

An opening that contradicts what follows it is a fault all the same: see `contradicts`.
"""
_TIMES = frozenset(
    ("minut", "hour", "day", "week", "month", "year", "term", "work day", "school day", "second")
)
_SAME = (
    frozenset(("do", "must")),
    frozenset(("do", "should")),
    frozenset(("do not", "must not")),
    frozenset(("do not", "should not")),
    frozenset(("do not", "is not")),
    frozenset(("will not", "is not")),
)
"""An instruction may stand for a must or a should, but a must never for a should."""
_TURNED = (frozenset(("must not", "may")), frozenset(("must", "may")), frozenset(("must not", "must")),
           frozenset(("should not", "should")), frozenset(("is not", "may")), frozenset(("do not", "may")),
           frozenset(("will not", "will")), frozenset(("is not", "will")), frozenset(("is not", "must")))  # fmt: skip
"""The same under a condition turned round: must not unless, may only if, must before."""
_JOINED = re.compile(
    r",? (?:and|but|though|although|while|whereas) (?=(?:[\w’'-]+ ){0,5}?"
    r"(?:may|must|should|will|can|is|are|has|have|need|needs|cannot|do|does)\b)",
    re.I,
)
_POINTS_BACK = re.compile(r"(?:they|it|this|these|those|he|she|neither|both|such|any|in such)\b", re.I)


@dataclass(frozen=True)
class Finding:
    """One claim of an answer, and what of it does not stand in the quotes."""

    sentence: str
    faults: tuple[str, ...]


def findings(answer: str, quotes: Sequence[str]) -> list[Finding]:
    """Every claim of the answer that is about a clause; a quote begins with its lead-in."""
    found = []
    opening = ""
    said = read(answer)
    for sentence in sentences(answer):
        if plain(sentence) in FIXED or plain(sentence) + "." in FIXED:
            opening = plain(sentence)
            continue
        bare = re.sub(r"^(?:yes|no)(?:,| but| and)* ", "", sentence, flags=re.I)
        opening = opening or ("" if bare == sentence else plain(sentence)[:3].strip(" ,") + ".")
        faults = faults_of(bare, quotes, said)
        if contradicts(opening, read(bare)):
            faults = (*faults, "opening")
        found.append(Finding(sentence, faults))
        opening = ""
    return found


def is_faithful(answer: str, quotes: Sequence[str]) -> bool:
    """Whether nothing is said that does not stand in the quotes; 1.0 is the only passing score."""
    return not any(finding.faults for finding in findings(answer, quotes))


def contradicts(opening: str, claim: Claim) -> bool:
    """Whether an opening of ours says the opposite of the sentence that follows it."""
    signs = {_sign(bind) for bind in claim.binds}
    if opening.startswith("it depends"):
        return not claim.conditions and not claim.only
    if opening.startswith("no."):
        return signs == {1} and not claim.only and not claim.conditions
    return opening.startswith("yes") and signs == {-1} and not claim.only


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
        parts = sentences(quote)
        if _whole(claim.text, quote, parts):
            return ()
        around = read(quote)
        for source in _sources(claim, parts):
            faults = _faults(claim, source, around, said or claim)
            rank = (len(faults) + 2.0 * ("content" in faults), -_covered(claim.words, source.words))
            if rank < closest:
                best, closest = faults, rank
    return best


def _sources(claim: Claim, parts: Sequence[str]) -> list[Claim]:
    """What a claim may stand on: a sentence, a part with a verb of its own, or two in a row.

    Two in a row only where none by itself holds most of it: else words of both could make a third.
    """
    units = [read(part) for part in parts]
    for part in parts:
        units += [read(one) for one in _JOINED.split(part) if len(one.split()) > 3]
    for before, part in zip(parts, parts[1:], strict=False):
        if _POINTS_BACK.match(part):
            own, named = read(part), read(before)
            units.append(replace(own, words=(*own.words, *named.words), spoken=own.words))
    if all(_covered(claim.words, unit.words) < 0.6 for unit in units):
        units += [read(" ".join(two)) for two in zip(parts, parts[1:], strict=False)]
    return units


def _whole(said: str, quote: str, parts: Sequence[str]) -> bool:
    """Whether the sentence is the whole quote, or one or more of its sentences in a row."""
    bare = said.rstrip(" .;,:!")
    for first in range(len(parts)):
        for last in range(first, len(parts)):
            if plain(" ".join(parts[first : last + 1])).rstrip(" .;,:!") == bare:
                return True
    return plain(quote).rstrip(" .;,:!") == bare


def _faults(claim: Claim, source: Claim, around: Claim, said: Claim) -> tuple[str, ...]:
    """Everything in which a claim goes beyond, or short of, the sentence it stands on."""
    checks = {
        "content": _covered(claim.words, source.words) < ENOUGH,
        "opposite": _turned_round(claim, source),
        "number": not _amounts_stand(claim, source),
        "actor": not _actors_stand(claim, source, around),
        "force": not _force_stands(claim, source),
        "condition": not _conditions_stand(claim, source, said),
        "scope": not _scope_stands(claim, source, said),
    }
    return tuple(name for name, fault in checks.items() if fault)


def _covered(words: Sequence[Word], by: Sequence[Word]) -> float:
    if not words:
        return 1.0
    return sum(any(word.matches(other) for other in by) for word in words) / len(words)


def _left(words: Sequence[Word], by: Sequence[Word]) -> list[Word]:
    return [word for word in words if not any(word.matches(other) for other in by)]


def _turned_round(claim: Claim, source: Claim) -> bool:
    """Whether the claim says the opposite of a word that it leaves out, or after for before."""
    stems = [{s for w in one.words for s in w.senses} for one in (claim, source)]
    for one in stems[0] - stems[1]:
        if any(frozenset((one, other)) in opposites() for other in stems[1] - stems[0]):
            return True
    whens = {what: side for side, what in source.whens}
    return any(whens.get(what, side) != side for side, what in claim.whens)


def _amounts_stand(claim: Claim, source: Claim) -> bool:
    for number, unit in claim.amounts:
        same = [u for n, u in source.amounts if n == number]
        if not same or (unit in _TIMES and unit not in same):
            return False
    for number, bound in claim.bounds:
        bounds = {b for n, b in source.bounds if n == number}
        if bounds and bound not in bounds:
            return False
        if not bounds and bound in ("least", "most", "over", "under"):
            return False
    said = {number for number, _ in claim.amounts}
    kept = {number for number, _ in claim.bounds}
    return not any(
        number in said - kept and bound in ("least", "over", "under")
        for number, bound in source.bounds
    )


def _actors_stand(claim: Claim, source: Claim, around: Claim) -> bool:
    new, gone = claim.actors - source.actors - around.actors, source.actors - claim.actors
    if not around.actors:
        new -= {"pupils", "parents", "staff"}  # whom a school's rules are about, if nobody is named
    if new and (gone or claim.agent in new):
        return False
    return not claim.agent or not source.agent or claim.agent == source.agent


def _force_stands(claim: Claim, source: Claim) -> bool:
    if not claim.binds:
        return all(_sign(bind) > 0 for bind in source.binds)
    return all(_bind_stands(bind, claim, source) for bind in claim.binds)


def _bind_stands(bind: Bind, claim: Claim, source: Claim) -> bool:
    if not source.binds:
        return bind.force == "will"
    closest = max(source.binds, key=lambda one: _shared(bind, one))
    pair = frozenset((bind.force, closest.force))
    inverted = claim.inverts != source.inverts
    if _sign(bind) != _sign(closest):
        return inverted and bool(claim.conditions) and pair in _TURNED
    if bind.force == "is not" and not inverted:
        return True  # a bare "no" or "never" says less than any of the negative verbs
    if len(pair) == 1 or pair in _SAME:
        return not inverted or claim.only == source.only
    return pair in _TURNED and (claim.inverts or source.only)


def _sign(bind: Bind) -> int:
    return -1 if bind.force.endswith("not") and bind.force != "need not" else 1


def _shared(one: Bind, other: Bind) -> tuple[float, float]:
    """How much two verbs govern the same: their nearest content word, then all of it."""
    same_head = 0.5 * bool(one.head & other.head)
    return same_head + _covered(one.scope, other.scope), _covered(other.scope, one.scope)


def _conditions_stand(claim: Claim, source: Claim, said: Claim) -> bool:
    kept = all(
        (not one.words or _covered(one.words, said.words) > 0.5)
        and {n for n, _ in one.amounts} <= {n for n, _ in said.amounts}
        for one in source.conditions
    )
    return kept and all(_covered(one.words, source.words) >= 0.5 for one in claim.conditions)


def _scope_stands(claim: Claim, source: Claim, said: Claim) -> bool:
    """Whether it holds for no more people, things and times than the quote says."""
    if claim.sweeping and not source.sweeping:
        return False
    if claim.only and not source.only and not (claim.conditions and source.conditions):
        return False
    spoken = source.spoken or source.words
    added, dropped = _left(claim.words, source.words), _left(spoken, said.words)
    if len(dropped) <= len(added):
        return True  # said in other words, as far as can be told
    if source.only and not claim.only:
        return False
    if "or" in claim.joins and "and" in source.joins and "or" not in source.joins:
        return False
    places = [w.at for w in spoken if w not in dropped]
    inside = [w for w in dropped if places and places[0] < w.at < places[-1]]
    loosens = any(_sign(b) < 0 or b.force == "may" for b in claim.binds)
    first_verb = min((b.at for b in source.binds), default=0)
    who = [w for w in dropped if w.at < first_verb]
    return len(who) <= len(added) and not (loosens and len(inside) > len(added))
