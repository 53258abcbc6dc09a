"""Which passages to quote: the decisive one, its exception, and what nearly ties with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answer import QuoteKind
from assistant.asking import Asked, asks
from assistant.modality import Binding
from assistant.retrieve import Candidate
from assistant.wording import concepts, wanted
from ingest.documents import Passage

MOST = 4  # quotes
_MOST_LISTED = 15  # where a list is asked for
_TOGETHER = 0.6  # of a list's items among the first passages, from which all of it is meant
_FIRST = 12
_OWN = 1.5  # in log-odds, how far behind the first of the asker's own rules another may be
_INSIDE, _OUTSIDE = {"staff", "headteacher", "governor"}, {"parent", "visitor", "contractor"}

# A neighbour that opens with one of these carries the exception to its rule.
_EXCEPTION_OPENS = re.compile(
    r"(?:the only exceptions?|any (?:pre-existing|other)?\s?(?:relationships? or )?exceptions?"
    r"|exceptions?\b|should there be exceptional|in exceptional|if it is (?:deemed )?necessary"
    r"|where (?:it is )?(?:deemed )?necessary|however,? (?:where|if|in)|unless|except)",
    re.I,
)
_LISTS = re.compile(
    r"\b(?:what (?:should|do|are|must|does|kind|sort|counts|steps|things|else)|which|list|everything"
    r"|how (?:do|should|can)|steps|procedure|process|what happens)\b",
    re.I,
)


# What asks for all of a list, not for one thing on it.
_WHOLE_LIST = re.compile(
    r"\b(?:what (?:has|have|needs?|must|should|ought) (?:\w+ ){0,2}?(?:to )?(?:be|go|do|contain|include|say|cover)\b"
    r"|what (?:do|does|should|must|shall) (?:i|we|they|it|you|the \w+|a \w+|parents?|staff) (?:\w+ ){0,2}?(?:put|need|include|bring|check|say|record|write|cover|take|contain|do)\b"
    r"|what(?:'?s| is| are) (?:all )?(?:the |got to be |supposed to be |meant to be )?(?:\w+ )?(?:steps|stages|rules|things|reasons|signs|on the list|in (?:the|it|a|an)|list)\b"
    r"|(?:list|steps|stages|procedure|process|everything|all the (?:things|steps|reasons|rules))\b|what (?:counts|else)\b|how do (?:i|we) (?:go about|handle|deal with)\b"
    r"|which (?:things|people|items|places|reasons|kinds|sorts)\b|what (?:kinds?|sorts?|things|items|reasons) )"
)


@dataclass(frozen=True)
class Chosen:
    """A passage to quote and as what."""

    passage: Passage
    kind: QuoteKind
    binding: Binding
    score: float


def choose(asked: Asked, ranked: Sequence[Candidate], order: dict[str, int]) -> list[Chosen]:
    """The quotes, most decisive first; a rule stands before the exception that hangs on it.

    `order` gives each clause id its place in its document, for finding neighbours.
    """
    ranked = _own_rule_first(asked, ranked)
    top = ranked[0]
    rule, exception = _with_exception(top, ranked, order)
    if listed := _whole_list(asked, ranked, order) or _steps(asked, ranked, order):
        return [_as_quote(asked, candidate) for candidate in listed]
    chosen = [_as_quote(asked, rule)]
    if exception is not None:
        chosen.append(Chosen(exception.passage, "exception", exception.binding, exception.score))
    shares = np.exp([c.score - top.score for c in ranked[:8]])
    near = [c for c, share in zip(ranked[1:8], shares[1:], strict=False) if share >= 0.3][:2]
    if _LISTS.search(asked.text) and top.passage.clause.lead_in:
        items = [c for c in ranked if _siblings(c.passage, top.passage)]
        near += [c for c in items if c.score >= top.score - 1.5][:3]
    for candidate in near:
        if all(candidate.passage.clause.id != c.passage.clause.id for c in chosen):
            chosen.append(_as_quote(asked, candidate))
    return chosen[:MOST]


def beside(
    asked: Asked, ranked: Sequence[Candidate], chosen: Sequence[Chosen], most: int = 4
) -> list[Chosen]:
    """Next best passages that are not chosen and, as the reader has it, may govern too."""
    known = {item.passage.clause.id for item in chosen}
    others = (
        c
        for c in ranked[: 2 * most]
        if c.passage.clause.id not in known and c.judgement is not None and c.judgement.governs > 0
    )
    return [_as_quote(asked, candidate) for candidate in others][:most]


def is_list(chosen: Sequence[Chosen]) -> bool:
    """True where a list is quoted for its own sake."""
    first = chosen[0].passage if chosen else None
    return len(chosen) >= 3 and all(_siblings(c.passage, first) for c in chosen)  # type: ignore[arg-type]


def _whole_list(
    asked: Asked, ranked: Sequence[Candidate], order: dict[str, int]
) -> list[Candidate]:
    """All items of the first passage's list in their order, where the question asks for a list."""
    if not _WHOLE_LIST.search(asked.question.lower()):
        return []
    top = ranked[0].passage
    items = [c for c in ranked if _siblings(c.passage, top)]
    near = sum(_siblings(c.passage, top) for c in ranked[:_FIRST])
    if not 3 <= len(items) <= _MOST_LISTED or near < _TOGETHER * len(items):
        return []
    return sorted(items, key=lambda c: order.get(c.passage.clause.id, 0))


def _steps(asked: Asked, ranked: Sequence[Candidate], order: dict[str, int]) -> list[Candidate]:
    """All of a numbered list of things to do, of which some were found: the first may save a life.

    Whoever asks whether one thing is allowed asks for no procedure.
    """
    top = ranked[0].passage
    items = sorted(
        (c for c in ranked if _siblings(c.passage, top)),
        key=lambda c: order.get(c.passage.clause.id, 0),
    )
    counted = [c.passage.clause.number for c in items] == [str(n + 1) for n in range(len(items))]
    told = all(c.binding.modality in ("obligation", "prohibition") for c in items)
    asks_one = asked.kind == "may" and asks(asked.question)
    if asks_one or not (3 <= len(items) <= _MOST_LISTED and counted and told):
        return []
    return items


def _as_quote(asked: Asked, candidate: Candidate) -> Chosen:
    return Chosen(candidate.passage, _kind(asked, candidate), candidate.binding, candidate.score)


def _with_exception(
    top: Candidate, ranked: Sequence[Candidate], order: dict[str, int]
) -> tuple[Candidate, Candidate | None]:
    """A rule and the exception next to it, whichever of the two was found first."""
    if _EXCEPTION_OPENS.match(top.passage.clause.text):
        for candidate in ranked:
            if _hangs_on(top, candidate, order):
                return candidate, top
        return top, None
    exceptions = (c for c in ranked if _EXCEPTION_OPENS.match(c.passage.clause.text))
    return top, next((c for c in exceptions if _hangs_on(c, top, order)), None)


def _hangs_on(exception: Candidate, rule: Candidate, order: dict[str, int]) -> bool:
    """True where the exception stands just behind a rule that binds, or in its list."""
    clause, other = exception.passage.clause, rule.passage.clause
    here, there = order.get(other.id), order.get(clause.id)
    if here is None or there is None or rule.binding.modality in ("statement", "permission"):
        return False
    same = exception.passage.text_sha256 == rule.passage.text_sha256
    below = clause.lead_in_span == other.span
    return same and clause.heading == other.heading and (there - here == 1 or below)


def _own_rule_first(asked: Asked, ranked: Sequence[Candidate]) -> Sequence[Candidate]:
    """A rule for others gives way to one for the asker: wholly where it is for outsiders.

    A rule for parents binds no teacher who asks what they themselves may do, however near its words.
    Rules for pupils are kept by staff, too, so those give way to a nearly equal one alone: a margin
    of 1 (in log-odds) was neutral over 800 questions of the training policies, 2 cost two points.
    """
    top = ranked[0]
    theirs = top.binding.actors and top.binding.actors <= {"parent", "pupil"}
    outside = binds_others(asked, top.binding)
    if not outside and not (theirs and asked.own and asked.kind in ("may", "must", "should")):
        return ranked
    if asked.subject in ("parent", "pupil"):
        return ranked
    own = [
        c
        for c in ranked[1:8]
        if c.binding.modality != "statement"
        and asked.subject in c.binding.actors
        and (outside or c.score >= top.score - 1.0)
    ]
    if not own:
        return ranked
    # The rule for others speaks of the very thing: of ours that share most with it goes first.
    thing = {*wanted(asked.text), *concepts(top.passage.clause.reading)} if outside else set()
    near = [c for c in own if c.score >= own[0].score - _OWN]
    mine = max(near, key=lambda c: len(thing & set(concepts(c.passage.clause.reading))))
    return [mine, *(c for c in ranked if c is not mine and c is not top), top]


def binds_others(asked: Asked, binding: Binding) -> bool:
    """True of a rule for people from outside, when one of the school asks what they may do."""
    asks = asked.own and asked.kind in ("may", "must", "should") and asked.subject in _INSIDE
    binds = binding.modality != "statement" and bool(binding.actors)
    return asks and binds and binding.actors <= _OUTSIDE


def _siblings(one: Passage, other: Passage) -> bool:
    return (
        one.clause.lead_in_span is not None
        and one.clause.lead_in_span == other.clause.lead_in_span
        and one.text_sha256 == other.text_sha256
    )


def _kind(asked: Asked, candidate: Candidate) -> QuoteKind:
    text = candidate.passage.clause.text
    if _EXCEPTION_OPENS.match(text):
        return "exception"
    if re.search(
        r"\b(?:means|is defined as|can be defined|refers to|includes?|may include)\b", text
    ):
        return "definition"
    if candidate.binding.modality == "statement" and asked.kind == "inform":
        return "procedure" if re.search(r"\bwill\b|\bthen\b", text) else "related"
    return "rule"
