"""Whether a claim stands on a sentence of a quote: nothing beyond it, nothing short of it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from eval.claims import Bind, Claim, Word
from eval.claims.amounts import TIMES, in_order, sides_of
from eval.claims.words import content, opposites

ENOUGH = 0.7
"""The share of a claim's content words that must stand in the quote; others may be synonyms."""

_SAME = (
    frozenset(("do", "must")),
    frozenset(("do", "should")),
    frozenset(("please do", "must")),
    frozenset(("please do", "should")),
    frozenset(("please do", "is asked to")),
    frozenset(("please do not", "must not")),
    frozenset(("please do not", "should not")),
    frozenset(("please do not", "is asked not to")),
    frozenset(("do not", "must not")),
    frozenset(("do not", "should not")),
    frozenset(("do not", "is not")),
    frozenset(("will not", "is not")),
)
"""An instruction may stand for a must or a should, but a must never for a should."""
_TURNED = (
    frozenset(("must not", "may")),
    frozenset(("must", "may")),
    frozenset(("must not", "must")),
    frozenset(("should not", "should")),
    frozenset(("is not", "may")),
    frozenset(("do not", "may")),
    frozenset(("will not", "will")),
    frozenset(("is not", "will")),
    frozenset(("is not", "must")),
)
"""The same under a condition turned round: must not unless, may only if, must before."""
COPY = 0.75
"""From this share of words in common on, in the same order, a sentence is a copy of the other."""
_VERBS = frozenset("must may should shall can will need".split())
_WEIGHTY = _VERBS | frozenset(
    "not never no nobodi none unless except until onli without befor after all everi alway"
    " least most within if".split()
)
"""Small words, as stems, of which none may come or go in a copy."""
_ALIKE = {
    "never": "not",
    "unless": "except",
    "nobodi": "no",
    "none": "no",
    "who": "if",
    "can": "may",
    "shall": "must",
    "need": "must",
}
_PRONOUNS = frozenset("they it he she them him her this these those".split())
_LIGHT = frozenset(("may", "will", "is not", "do"))
_NARROWS = frozenset(
    "in on at abov over under for with from to who that which dure between near outsid".split()
)
"""What opens a phrase that narrows a rule, as stems."""


def faults(claim: Claim, source: Claim, around: Claim, said: Claim) -> tuple[str, ...]:
    """Everything in which a claim goes beyond, or short of, the sentence it stands on."""
    checks = {
        "content": covered(claim.words, source.words) < ENOUGH,
        "opposite": _turned_round(claim, source),
        "number": not _amounts_stand(claim, source),
        "actor": not _actors_stand(claim, source, around),
        "force": not _force_stands(claim, source),
        "condition": not _conditions_stand(claim, source, said),
        "scope": not _scope_stands(claim, source, said),
        "copy": not _copied_rightly(claim, source),
    }
    return tuple(name for name, fault in checks.items() if fault)


def _copied_rightly(claim: Claim, source: Claim) -> bool:
    """Whether a sentence that nearly repeats the quote changes nothing in it that means anything.

    Other words are forgiven in a sentence of one's own, not in a copy.
    """
    match = SequenceMatcher(None, source.stems, claim.stems, autojunk=False)
    if match.ratio() < COPY:
        return True
    # "Don't" may stand for "should not", so an instruction is free of the verb.
    told = any(bind.force in ("do", "do not") for bind in claim.binds)
    weighty = _WEIGHTY - _VERBS if told else _WEIGHTY
    for change, a, b, c, d in match.get_opcodes():
        gone, new = source.stems[a:b], claim.stems[c:d]
        pointed = source.spoken and not _PRONOUNS.isdisjoint(gone)
        by = words_of(source.stems) if "of" in new else words_of(gone)
        by = [*by, *source.words] if pointed else by
        if change in ("replace", "insert") and not _stands_for(new, gone, by):
            return False
        if change in ("replace", "delete") and weighty & (_alike(gone) - _alike(new)):
            return False
    return True


def _stands_for(new: Sequence[str], gone: Sequence[str], by: Sequence[Word]) -> bool:
    """Whether every word put in says what one of others did: of those taken out, mostly.

    "The file of a child" is a child's file, and a name may be put for a pronoun.
    """
    same = all(any(word.matches(one) for one in by) for word in words_of(new))
    return same and not (_WEIGHTY & (_alike(new) - _alike(gone)))


def _alike(stems: Sequence[str]) -> set[str]:
    return {_ALIKE.get(stem, stem) for stem in stems}


def words_of(stems: Sequence[str]) -> list[Word]:
    return list(content([(stem, at) for at, stem in enumerate(stems)]))


def covered(words: Sequence[Word], by: Sequence[Word]) -> float:
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
    if any(whens.get(what, side) != side for side, what in claim.whens):
        return True
    # "Not before" may be "only after"; "beforehand" is never "afterwards".
    signs = ({bind.sign for bind in one.binds} for one in (claim, source))
    turning = {"befor", "after", "onc"} if len({-1 in one for one in signs}) > 1 else set()
    said, quoted = (sides_of(set(one.stems) - turning) for one in (claim, source))
    return bool(quoted and said - quoted)


def _amounts_stand(claim: Claim, source: Claim) -> bool:
    for number, unit in claim.amounts:
        same = [u for n, u in source.amounts if n == number]
        if not same and not unit and in_order(number, source.stems):
            continue
        if not same or (unit in TIMES and unit not in same):
            return False
        # Another number of the same things is quoted, so this one is of something else.
        if unit and unit not in same and any(u == unit for _, u in source.amounts):
            return False
    times, quoted = TIMES & set(claim.stems), TIMES & set(source.stems)
    if quoted - times and times - quoted - {unit for _, unit in source.amounts}:
        return False  # the end of the week for the end of the day
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
    if new and (gone or claim.agents & new):
        return False
    return not claim.agents or not source.agents or bool(claim.agents & source.agents)


def _force_stands(claim: Claim, source: Claim) -> bool:
    if not claim.binds:
        return all(bind.sign > 0 for bind in source.binds)
    # Beside a verb that binds, "can" and "will" mostly help a sentence along.
    binding = [bind for bind in claim.binds if bind.force not in _LIGHT or not bind.light]
    return all(_bind_stands(bind, claim, source) for bind in binding or claim.binds)


def _bind_stands(bind: Bind, claim: Claim, source: Claim) -> bool:
    if not source.binds:
        # "Accepted only if" says that without it nothing is accepted.
        denied = bind.force == "is not" and claim.inverts and source.only
        allowed = bind.force == "may" and source.only
        return denied or allowed or bind.force in ("will", "do")
    if not bind.head:  # nothing follows it: "as you should", "a hat is fine"
        return any(bind.force == one.force for one in source.binds)
    closest = max(source.binds, key=lambda one: _shared(bind, one))
    pair = frozenset((bind.force, closest.force))
    inverted = claim.inverts != source.inverts
    if bind.sign != closest.sign:
        before = claim.inverts and source.inverts and not bind.head & closest.head
        return pair in _TURNED and (inverted or before)
    if bind.force == "is not" and not inverted:
        return True  # a bare "no" or "never" says less than any of the negative verbs
    if pair == {"must not", "is not"} and bind.light and not inverted:
        return True  # where there is no appeal, you cannot appeal
    if len(pair) == 1 or pair in _SAME:
        # "Unless they have" is "if they have not".
        same = (claim.inverts or claim.denied) == (source.inverts or source.denied)
        return not inverted or same or claim.only == source.only
    return pair in _TURNED and (claim.inverts or source.only)


def _shared(one: Bind, other: Bind) -> tuple[float, float, bool]:
    """How much two verbs govern the same: their nearest content word, then all of it."""
    same_head = 0.5 * bool(one.head & other.head)
    forward, back = covered(one.scope, other.scope), covered(other.scope, one.scope)
    return same_head + forward, back, one.force == other.force


def _conditions_stand(claim: Claim, source: Claim, said: Claim) -> bool:
    kept = all(
        (not one.words or covered(one.words, said.words) > 0.5)
        and {n for n, _ in one.amounts} <= {n for n, _ in said.amounts}
        for one in source.conditions
    )
    return (
        kept
        and claim.hedged == source.hedged
        and all(covered(one.words, source.words) >= 0.5 for one in claim.conditions)
    )


def _scope_stands(claim: Claim, source: Claim, said: Claim) -> bool:
    """Whether it holds for no more people, things and times than the quote says."""
    spoken = source.spoken or source.words
    added, dropped = _left(claim.words, source.words), _left(spoken, said.words)
    if claim.constant and not (source.constant or source.sweeping):
        return False
    needs = any(bind.force == "must" for bind in source.binds)
    if claim.only and not (source.only or needs or (claim.conditions and source.conditions)):
        return False
    left_out = {number for number, _ in source.amounts} - {number for number, _ in said.amounts}
    if left_out and claim.sweeping and not source.sweeping:
        return False
    if not dropped and any(word.after in ("and", "or") for word in added):
        return False  # one more is put to a list of which nothing is left out
    if len(dropped) <= len(added):
        return True  # said in other words, as far as can be told
    # "Gaps must be explained" holds for any gap; short of a word, "any" may hold for more.
    if claim.sweeping and not source.sweeping:
        return False
    if source.only and not claim.only:
        return False
    denies = any(bind.sign < 0 for bind in claim.binds)
    if not denies and "or" in claim.joins and "and" in source.joins and "or" not in source.joins:
        return False
    loosens = any(bind.sign < 0 or bind.force == "may" for bind in claim.binds)
    if left_out and not added and (loosens or "or" in source.joins - claim.joins):
        return False
    first_verb = min((bind.at for bind in source.binds), default=0)
    named = [w for w in dropped if not any(sense.startswith("actors:") for sense in w.senses)]
    who = [w for w in named if w.at < first_verb]
    narrowing = _narrowing(spoken, dropped) if loosens else 0
    return len(who) <= len(added) and narrowing <= len(added)


def _narrowing(spoken: Sequence[Word], dropped: Sequence[Word]) -> int:
    """How many phrases that narrow the rule are left out: "above head height", "in the library"."""
    count, before = 0, False
    for word in spoken:
        out = word in dropped
        count += out and not before and word.after in _NARROWS
        before = out
    return count
