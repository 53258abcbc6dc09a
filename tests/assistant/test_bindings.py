"""How clauses bind: the trained head over their vectors, and the rules where it cannot help."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import assistant.bindings
from assistant.bindings import bindings_of, by_words, head
from eval.bindings import labelled
from ingest.embedding import BUNDLED, TUNED, open_embedder
from ingest.index import Shelf, in_context


@pytest.fixture(scope="module")
def shelf(models: Path) -> Shelf:
    """The labelled clauses that are held out."""
    passages = tuple(one.passage for one in labelled() if one.held_out)
    embedder = open_embedder(models.parent, TUNED)
    return Shelf(passages, embedder.embed([in_context(p) for p in passages]))


def test_the_head_reads_more_held_out_clauses_right_than_rules_do(shelf: Shelf):
    told = [one.modality for one in labelled() if one.held_out]
    with_head = [b.modality for b in bindings_of(shelf, TUNED)]
    by_rules = [by_words(p).modality for p in shelf.passages]
    right = np.mean([a == b for a, b in zip(with_head, told, strict=True)])
    assert right > np.mean([a == b for a, b in zip(by_rules, told, strict=True)]) + 0.1
    assert right > 0.75


def test_vectors_of_another_model_are_left_to_the_rules(shelf: Shelf):
    assert bindings_of(shelf, BUNDLED) == [by_words(p) for p in shelf.passages]


@pytest.mark.parametrize("content", [None, b"", b"not tensors"])
def test_a_missing_or_damaged_head_is_left_to_the_rules(
    content: bytes | None, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    weights = tmp_path / "binding.safetensors"
    if content is not None:
        weights.write_bytes(content)
    monkeypatch.setattr(assistant.bindings, "WEIGHTS", weights)
    head.cache_clear()
    try:
        assert bindings_of(shelf, TUNED) == [by_words(p) for p in shelf.passages]
    finally:
        head.cache_clear()


def test_a_school_without_clauses_has_no_bindings():
    assert bindings_of(Shelf((), np.zeros((0, 0), np.float32)), TUNED) == []
