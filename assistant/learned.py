"""What was learned from invented policies: readable weights, one set for each way of scoring.

`eval/training/fit.py` makes them, `eval/training/calibrate.py` the calibration. Bundled and tuned
say which embedding model stands below; `+reader` that a trained reader has read the first passages
again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.embedding import TUNED

PATH = Path(__file__).parent / "weights" / "reading.json"


@dataclass(frozen=True)
class Learned:
    """Weights of features, of cues to silence, and of what makes an answer sure."""

    ranking: Mapping[str, float]  # feature → log-odds a unit
    silence: Mapping[str, tuple[float, float, float]]  # cue → weight, mean, spread
    silence_bias: float
    threshold: float  # chance of being covered below which we stay silent
    sure: Mapping[str, float]
    reread: Mapping[str, float]  # how a passage's first score and the reader's odds add up
    # How verdicts add up: the reader's on the clause and on its sentence, the rules' and theirs on
    # the part of a sentence that allows one thing and forbids another.
    verdict: Mapping[str, float]
    calibration: Mapping[str, Sequence[float]]  # status → slope and shift of its log-odds


@cache
def learned(kind: str) -> Learned:
    """One set by its name: "bundled", "tuned", or either with "+reader"."""
    record = dict(json.loads(PATH.read_text("utf-8"))[kind])
    record["silence"] = {name: tuple(row) for name, row in record["silence"].items()}
    return Learned(**{name: record.get(name, {}) for name in Learned.__dataclass_fields__})


def kind_of(model: str, reader: bool) -> str:
    """Which set fits an embedding model; one we do not know is weighed like the bundled one."""
    return ("tuned" if model == TUNED else "bundled") + ("+reader" if reader else "")
