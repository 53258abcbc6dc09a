"""How likely two clauses contradict each other, and in what: readable weights over a few cues.

`eval/training/conflicts.py` fits the weights; `verse eval contradictions` measures them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from assistant.conflicts.judge import Opinion
from assistant.conflicts.near import Rules
from assistant.conflicts.quantities import agreed, at_odds
from assistant.modality import Binding
from ingest.documents import Passage, flow

PATH = Path(__file__).parents[1] / "weights" / "contradiction.json"

Kind = Literal["number", "opposite", "other"]  # of a contradiction
KINDS: tuple[Kind, ...] = get_args(Kind)

_BINDS = ("obligation", "prohibition")
_FREES = ("permission",)


@dataclass(frozen=True)
class Weighed:
    """Weights of the cues, in log-odds a unit, and what was measured with them."""

    cues: Mapping[str, float]
    bias: float
    threshold: float  # chance from which a pair is shown
    measured: Mapping[str, float]


@cache
def weighed() -> Weighed:
    return Weighed(**json.loads(PATH.read_text("utf-8")))


def cues(rules: Rules, pair: tuple[int, int], opinion: Opinion) -> dict[str, float]:
    """What the chance is estimated from."""
    one, other = (flow(rules.passages[n].clause.reading) for n in pair)
    first, second = (rules.bindings[n] for n in pair)
    apart = first.actors and second.actors and not first.actors & second.actors
    return {
        "contradicts": opinion.contradicts,
        "same": opinion.same,
        "at odds": float(bool(at_odds(one, other))),
        "agreed": float(bool(agreed(one, other))),
        "opposite": float(_opposite(first, second)),
        "other people": float(bool(apart)),
        "one policy": float(_one_policy(rules.passages[pair[0]], rules.passages[pair[1]])),
    }


def chance_of(rules: Rules, pair: tuple[int, int], opinion: Opinion) -> float:
    """Estimated probability that they contradict each other."""
    known = weighed()
    found = cues(rules, pair, opinion)
    odds = known.bias + sum(weight * found[name] for name, weight in known.cues.items())
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


def kind_of(rules: Rules, pair: tuple[int, int]) -> Kind:
    """In what they differ, as far as can be seen plainly."""
    one, other = (flow(rules.passages[n].clause.reading) for n in pair)
    if at_odds(one, other):
        return "number"
    if _opposite(*(rules.bindings[n] for n in pair)):
        return "opposite"
    return "other"


def _one_policy(one: Passage, other: Passage) -> bool:
    return (one.policy.school, one.policy.source) == (other.policy.school, other.policy.source)


def _opposite(one: Binding, other: Binding) -> bool:
    """One forbids or requires what the other leaves free, or forbids what the other requires."""
    modalities = {one.modality, other.modality}
    frees = bool(modalities & set(_FREES)) and bool(modalities & set(_BINDS))
    return frees or modalities == set(_BINDS)
