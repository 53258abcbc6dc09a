"""When to stay silent, and how sure to be: small logistic models over readable cues."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from assistant.asking import Asked
from assistant.retrieve import FEATURES, Candidate, read_weights
from assistant.wording import concepts

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
