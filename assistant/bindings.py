"""How a school's clauses bind, read from their vectors by a trained head: one multiplication.

The vectors must be our own retriever's; of another model's the rules of `modality` must do.
`eval/training/retriever.py` makes the weights, `python -m eval.bindings` measures them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.answer import MODALITIES, ROLES
from assistant.definitions import defined, expand, numbered
from assistant.modality import Binding, bind
from ingest.documents import Passage
from ingest.embedding import TUNED
from ingest.exported import hash_file
from ingest.index import Shelf

WEIGHTS = Path(__file__).parent / "weights" / "binding.safetensors"
WEIGHTS_SHA256 = "567021ad211cd845322ae4b2d8734e359ff6e66a3738acea87c4bc02e7db8442"

# Whom a clause can bind, in the order of the head's columns.
WHOM = (
    "staff",
    "volunteer",
    "parent",
    "governor",
    "visitor",
    "contractor",
    "pupil",
    "headteacher",
    "slt",
    "school",
    "everyone",
)
_VOTE = 1.0  # the rules' say, in log-odds; the best of seven tried on the open labelled clauses
SCALE = 20.0  # of the vectors before the head, as it was trained


def bindings_of(shelf: Shelf, model: str) -> list[Binding]:
    """One a passage; `model` is the embedding model that made the vectors."""
    found = [by_words(passage) for passage in shelf.passages]
    if model == TUNED and found and head():
        weight, bias = head()
        odds = SCALE * shelf.vectors @ weight.T + bias
        found = [_told(rules, row) for rules, row in zip(found, odds, strict=True)]
    return _with_definitions(shelf.passages, found)


def _with_definitions(passages: Sequence[Passage], found: Sequence[Binding]) -> list[Binding]:
    """Each policy's own terms stand for whom it says they do."""
    policies: dict[str, list[Passage]] = {}
    for passage in passages:
        policies.setdefault(passage.policy.source, []).append(passage)
    terms = {source: (defined(some), numbered(some)) for source, some in policies.items()}
    return [
        expand(binding, passage.clause.reading, *terms[passage.policy.source])
        for passage, binding in zip(passages, found, strict=True)
    ]


def by_words(passage: Passage) -> Binding:
    """By the rules alone."""
    return bind(passage.clause.reading, " > ".join(passage.clause.heading))


@cache
def head() -> tuple[NDArray[np.float32], ...]:
    """Weight (19, dimensions) and bias; empty where the file is missing or damaged."""
    from safetensors.numpy import load_file

    if not WEIGHTS.is_file() or hash_file(WEIGHTS) != WEIGHTS_SHA256:
        return ()
    tensors = load_file(WEIGHTS)
    return tensors["weight"].astype(np.float32), tensors["bias"].astype(np.float32)


def _told(rules: Binding, row: NDArray[np.float32]) -> Binding:
    odds = row[: len(MODALITIES)].copy()
    odds[MODALITIES.index(rules.modality)] += _VOTE
    modality = MODALITIES[int(odds.argmax())]
    roles = row[len(MODALITIES) : len(MODALITIES) + len(WHOM)]
    whom = _roles({WHOM[n] for n in np.flatnonzero(roles > 0)})
    return replace(rules, modality=modality, actors=whom or rules.actors)


def _roles(found: set[str]) -> frozenset[str]:
    if "everyone" in found:
        return frozenset(ROLES)
    if "slt" in found:
        found.add("headteacher")
    return frozenset(found & set(ROLES))
