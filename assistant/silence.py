"""When to stay silent, and how sure to be: small logistic models over readable cues."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from assistant.asking import Asked
from assistant.learned import Learned
from assistant.retrieve import FEATURES, Candidate
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
    "governs",
    "any_governs",
    "supports",
    "pool",
)


def cues(asked: Asked, ranked: Sequence[Candidate]) -> dict[str, float]:
    """What the chance that anything governs is estimated from."""
    if not ranked:
        return dict.fromkeys(SILENCE, 0.0)
    top = ranked[0]
    ten = [c.score for c in ranked[:10]]
    meanings = [float(c.features[_COLUMN["meaning"]]) for c in ranked[:20]]
    plains = [float(c.features[_COLUMN["meaning_plain"]]) for c in ranked[:20]]
    coverage = [float(c.features[_COLUMN["coverage"]]) for c in ranked[:20]]
    judged = [c.judgement for c in ranked if c.judgement is not None]
    governs = [j.governs for j in judged] or [0.0]
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
        "governs": max(governs),
        "any_governs": float(np.log(np.sum(np.exp(governs)))),
        "supports": max((j.supports for j in judged), default=0.0),
        # Among more clauses one is nearer by chance.
        "pool": math.log1p(len(ranked)),
    }


def chance_covered(asked: Asked, ranked: Sequence[Candidate], learned: Learned) -> float:
    """Estimated probability that some passage governs the question."""
    spoken = any(letter.isalpha() for word in concepts(asked.text) for letter in word)
    if not ranked or not spoken:
        return 0.0
    found = cues(asked, ranked)
    z = learned.silence_bias
    for name, (weight, mean, spread) in learned.silence.items():
        z += weight * (found[name] - mean) / spread
    return 1 / (1 + math.exp(-z))


def doubts(covered: float, ranked: Sequence[Candidate], certain: float) -> dict[str, float]:
    """What may be wrong with an answer, as log-odds: that it is one, its clause, its verdict."""
    return {
        "covered": logit(covered),
        "share": logit(share_of_first(ranked)),
        "verdict": logit(certain),
    }


def chance_right(
    covered: float, ranked: Sequence[Candidate], certain: float, learned: Learned
) -> float:
    """Estimated probability that status, verdict and first quote of an answer are all right."""
    found = doubts(covered, ranked, certain)
    z = learned.sure["bias"] + sum(learned.sure[name] * odds for name, odds in found.items())
    return 1 / (1 + math.exp(-z))


def calibrated(p: float, status: str, learned: Learned) -> float:
    """A probability as the dev questions taught us to read it; as it is where they did not."""
    slope, shift = learned.calibration.get(status, (1.0, 0.0))
    return 1 / (1 + math.exp(-(slope * logit(p) + shift)))


def share_of_first(ranked: Sequence[Candidate]) -> float:
    """The first passage's share of the ranking's probability: how alone it stands at the top."""
    shares = np.exp([c.score - ranked[0].score for c in ranked[:50]])
    return float(shares[0] / shares.sum())


def logit(p: float) -> float:
    kept = min(max(p, 1e-3), 1 - 1e-3)
    return math.log(kept / (1 - kept))
