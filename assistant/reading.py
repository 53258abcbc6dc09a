"""From ranked passages to a reading: does anything govern, which quotes, what verdict. No LLM."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answer import QuoteKind, Verdict
from assistant.asking import Asked
from assistant.modality import Binding, bind, sentences
from assistant.retrieve import FEATURES, Candidate, read_weights
from assistant.wording import concepts
from ingest.documents import Passage

_COLUMN = {name: i for i, name in enumerate(FEATURES)}

# What silence is judged by; weights in weights/reading.json.
SILENCE = (
    "score",
    "meaning",
    "meaning_plain",
    "margin",
    "spread",
    "coverage",
    "best_coverage",
    "words",
    "unmatched",
    "length",
    "rule",
    "named",
    "may",
    "inform",
)


@dataclass(frozen=True)
class Chosen:
    """A passage to quote and as what."""

    passage: Passage
    kind: QuoteKind
    binding: Binding
    score: float


@dataclass(frozen=True)
class Reading:
    """What the passages of one school say to a question.

    `covered` is the estimated probability that any of them governs; `decisive` is the sentence of
    the first quote that the verdict was read from, as one line with its lead-in.
    """

    verdict: Verdict
    chosen: tuple[Chosen, ...]
    covered: float
    decisive: str = ""
    closest: Passage | None = None
    confidence: float = 0.0


def threshold() -> float:
    """The chance of being covered below which we stay silent; chosen where the weights are."""
    return float(read_weights()["threshold"])


def cues(asked: Asked, ranked: Sequence[Candidate]) -> dict[str, float]:
    """What the chance that anything governs is estimated from."""
    if not ranked:
        return dict.fromkeys(SILENCE, 0.0)
    top = ranked[0]
    ten = [c.score for c in ranked[:10]]
    meanings = [float(c.features[_COLUMN["meaning"]]) for c in ranked[:20]]
    plains = [float(c.features[_COLUMN["meaning_plain"]]) for c in ranked[:20]]
    coverage = [float(c.features[_COLUMN["coverage"]]) for c in ranked[:20]]
    words = set(concepts(asked.text))
    near = {w for c in ranked[:5] for w in concepts(c.passage.clause.reading)}
    unmatched = len(words - near) / len(words) if words else 1.0
    return {
        "score": top.score,
        "meaning": max(meanings),
        "meaning_plain": max(plains),
        "margin": top.score - (ranked[1].score if len(ranked) > 1 else 0.0),
        "spread": top.score - float(np.mean(ten)),
        "coverage": coverage[0],
        "best_coverage": max(coverage),
        "words": float(top.features[_COLUMN["rare"]]),
        "unmatched": unmatched,
        "length": math.log1p(len(words)),
        "rule": float(top.binding.modality != "statement"),
        "named": float(asked.subject in top.binding.actors),
        "may": float(asked.kind == "may"),
        "inform": float(asked.kind in ("inform", "why", "will")),
    }


def chance_covered(asked: Asked, ranked: Sequence[Candidate]) -> float:
    """Estimated probability that some passage governs the question."""
    if not ranked or not concepts(asked.text):
        return 0.0
    weights = read_weights()
    found = cues(asked, ranked)
    z = float(weights["silence_bias"])
    for name, (weight, mean, spread) in weights["silence"].items():
        z += weight * (found[name] - mean) / spread
    return 1 / (1 + math.exp(-z))


_AMOUNT = re.compile(r"\bhow (?:long|many|much|often|soon|old|far|quickly)\b|\bwhat (?:time|age)\b")
_NUMBERS = re.compile(
    r"\b(?:\d+(?:st|nd|rd|th|am|pm)?|(?:a|per|each|every) (?:minute|hour|day|week|month|term|year)"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|dozen|half|twice|once|daily|weekly|monthly"
    r"|termly|yearly|annual\w*|immediately|at once|promptly|as soon as|no|none|any|all|at any time"
    r"|regularly|until|during|end of)\b",
    re.I,
)


def chance_right(covered: float, ranked: Sequence[Candidate]) -> float:
    """Estimated probability that status, verdict and first quote of an answer are all right."""
    weights = read_weights()["sure"]
    z = float(weights["bias"]) + float(weights["covered"]) * logit(covered)
    return 1 / (1 + math.exp(-z - float(weights["share"]) * logit(share_of_first(ranked))))


def share_of_first(ranked: Sequence[Candidate]) -> float:
    """The first passage's share of the ranking's probability: how alone it stands at the top."""
    shares = np.exp([c.score - ranked[0].score for c in ranked[:50]])
    return float(shares[0] / shares.sum())


def logit(p: float) -> float:
    kept = min(max(p, 1e-3), 1 - 1e-3)
    return math.log(kept / (1 - kept))


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


def read(
    asked: Asked, ranked: Sequence[Candidate], threshold: float, order: dict[str, int]
) -> Reading:
    """What a school's ranked passages say; silent when the chance that they govern is too small.

    `order` gives each clause id its place in its document, for finding neighbours.
    """
    covered = chance_covered(asked, ranked)
    closest = ranked[0].passage if ranked else None
    if covered < threshold or not ranked:
        return Reading("not_covered", (), covered, closest=closest)
    chosen = _choose(asked, _own_rule_first(asked, ranked), order)
    decisive, binding = _decisive(asked, chosen[0].passage)
    if _AMOUNT.search(asked.question.lower()) and not _says_amount(chosen):
        # A rule about the thing, silent on how long or how many, is a near miss.
        return Reading("not_covered", (), min(covered, 0.4), closest=closest)
    verdict = judge(asked, binding)
    if verdict == "permitted" and not _speaks_of_it(ranked[0]):
        # "Yes" needs a clause about the very thing; else it is shown and nothing is claimed.
        verdict = "informational"
    if verdict == "not_permitted" and any(c.kind == "exception" for c in chosen[1:]):
        verdict = "conditional"
    sure = chance_right(covered, ranked)
    return Reading(verdict, tuple(chosen), covered, decisive, closest, sure)


def _own_rule_first(asked: Asked, ranked: Sequence[Candidate]) -> Sequence[Candidate]:
    """A rule for parents or pupils alone gives way to a nearly equal one for the asker.

    The margin of 1 (in log-odds) was neutral over 800 questions of the training policies; at 2 it
    cost two points of first quotes right, for clauses often name another than whom they bind.
    """
    top = ranked[0]
    theirs = top.binding.actors and top.binding.actors <= {"parent", "pupil"}
    if not (theirs and asked.own and asked.kind in ("may", "must", "should")):
        return ranked
    if asked.subject in ("parent", "pupil"):
        return ranked
    for candidate in ranked[1:8]:
        binds = candidate.binding.modality != "statement"
        mine = asked.subject in candidate.binding.actors
        if binds and mine and candidate.score >= top.score - 1.0:
            return [candidate, *(c for c in ranked if c is not candidate)]
    return ranked


def _speaks_of_it(candidate: Candidate) -> bool:
    """At least a third of what is asked about, weighed by rarity, stands in the clause."""
    return float(candidate.features[_COLUMN["coverage"]]) >= 1 / 3


def _says_amount(chosen: Sequence[Chosen]) -> bool:
    return any(_NUMBERS.search(c.passage.clause.reading) for c in chosen)


def judge(asked: Asked, binding: Binding) -> Verdict:
    """The verdict that a clause gives on a kind of question: the table of the answer contract."""
    modality, open_case = binding.modality, binding.excepts or binding.conditional
    if asked.kind in ("inform", "why"):
        return "informational"
    if binding.cautions and modality in ("advice", "obligation") and asked.kind != "must":
        return "conditional"
    if modality == "advice":
        return "advised"
    if modality == "advice_against":
        return "advised_against"
    if modality == "statement":
        return "informational"  # it lays no duty on anyone
    if asked.kind == "must":
        if modality == "permission":
            return "permitted"
        return "not_permitted" if modality == "prohibition" else "required"
    if asked.kind == "will":
        return "not_permitted" if modality == "prohibition" else "informational"
    if open_case:
        return "conditional"
    if modality == "permission":
        return "permitted"
    if modality == "obligation" and asked.kind == "should":
        return "required"
    if modality == "obligation" and asked.subject not in binding.actors:
        return "informational"  # somebody else's duty refuses nothing
    return "not_permitted"


def _choose(asked: Asked, ranked: Sequence[Candidate], order: dict[str, int]) -> list[Chosen]:
    """The quotes, most decisive first: the best, what nearly ties with it, and its exception."""
    top = ranked[0]
    shares = np.exp([c.score - top.score for c in ranked[:8]])
    shares = shares / shares.sum()
    chosen = [Chosen(top.passage, _kind(asked, top), top.binding, top.score)]
    for candidate, share in zip(ranked[1:8], shares[1:], strict=False):
        if share >= 0.6 * shares[0] and len(chosen) < 3:
            chosen.append(
                Chosen(
                    candidate.passage, _kind(asked, candidate), candidate.binding, candidate.score
                )
            )
    if (exception := _exception(top, ranked, order)) is not None:
        chosen = [c for c in chosen if c.passage.clause.id != exception.passage.clause.id]
        chosen.insert(1, Chosen(exception.passage, "exception", exception.binding, exception.score))
    if _LISTS.search(asked.text) and top.passage.clause.lead_in:
        same = [c for c in ranked if _siblings(c.passage, top.passage)]
        near = [c for c in same if c.score >= top.score - 1.5][:3]
        known = {c.passage.clause.id for c in chosen}
        chosen += [
            Chosen(c.passage, _kind(asked, c), c.binding, c.score)
            for c in near
            if c.passage.clause.id not in known
        ]
    return chosen[:4]


def _exception(
    top: Candidate, ranked: Sequence[Candidate], order: dict[str, int]
) -> Candidate | None:
    """The clause just after a rule, or hanging on it, that opens as its exception."""
    if top.binding.modality not in ("prohibition", "obligation", "advice_against"):
        return None
    here = order.get(top.passage.clause.id)
    for candidate in ranked:
        clause = candidate.passage.clause
        place = order.get(clause.id)
        if (
            here is not None
            and place is not None
            and candidate.passage.text_sha256 == top.passage.text_sha256
            and 0 < place - here <= 6
            and clause.heading == top.passage.clause.heading
            and _EXCEPTION_OPENS.match(clause.text)
            and (clause.lead_in_span == top.passage.clause.span or place - here == 1)
        ):
            return candidate
    return None


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


def _decisive(asked: Asked, passage: Passage) -> tuple[str, Binding]:
    """The clause's sentence that shares most with the question, and how it binds."""
    heading = " > ".join(passage.clause.heading)
    lines = sentences(passage.clause)
    wanted = set(concepts(asked.text))
    best = max(range(len(lines)), key=lambda i: (len(wanted & set(concepts(lines[i]))), -i))
    return lines[best], bind(lines[best], heading)
