"""Text to vectors: exported once by sentence-transformers, served by onnxruntime."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.documents import IngestError
from ingest.exported import Exported, hash_file, whole

Vectors = NDArray[np.float32]

BUNDLED = "all-MiniLM-L6-v2"
TUNED = "chapter-and-verse-retriever-1"  # the bundled model with our layers; see docs/reader.md
# They ship with what was trained beside them; `eval/training/retriever.py` makes them.
TUNED_LAYERS = Path(__file__).parents[1] / "assistant" / "weights" / "retriever.safetensors"
TUNED_SHA256 = "ba051a600313ec9111f4c38c73514fc1053dfdfc098c73adf270c0e2549c355d"

_BATCH = 32
_MOST_CHARACTERS = 20_000  # of one text; the models we know read a tenth of it


class Embedder:
    """Vectors of unit length from an exported model."""

    def __init__(self, folder: Path) -> None:
        self._exported = Exported(folder)
        self.model = self._exported.model

    def embed(self, texts: Sequence[str], done: Callable[[int], None] | None = None) -> Vectors:
        """Shape (texts, dimensions), each row of unit length; `done` hears how many were added."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows: list[tuple[int, Vectors]] = []
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            # Megabytes in one clause take gigabytes to tokenize; all but their start is cut off.
            seen = [self._exported.tokens(texts[i][:_MOST_CHARACTERS]) for i in batch]
            # The model sees tokens alone: "Hello" and "hello" are one row to it, not two.
            distinct = list(dict.fromkeys(seen))
            by_tokens = dict(zip(distinct, self._exported.run(distinct), strict=True))
            rows.extend((i, by_tokens[tokens]) for i, tokens in zip(batch, seen, strict=True))
            if done is not None:
                done(len(batch))
        if not rows:
            return np.zeros((0, 0), dtype=np.float32)
        rows.sort(key=lambda row: row[0])
        return np.stack([vector for _, vector in rows])


def default_model() -> tuple[str, str]:
    """The model to index with where none was asked for, and a sentence if it is not our best."""
    if TUNED_LAYERS.is_file() and hash_file(TUNED_LAYERS) == TUNED_SHA256:
        return TUNED, ""
    state = "damaged (its sha256 differs)" if TUNED_LAYERS.is_file() else "missing"
    return BUNDLED, (
        f"The weights of our own retriever, {TUNED_LAYERS}, are {state}: clauses will be found "
        f"by {BUNDLED}, less well; reinstall chapter-and-verse and run `verse ingest` again."
    )


def open_embedder(home: Path, name: str = TUNED, *, export: bool = False) -> Embedder:
    """The model by its name, from the home's `models` folder.

    `export` lets sentence-transformers load and export it there first (seconds, once); without
    it a missing model is an error, for answering must never import torch.
    """
    folder = model_folder(home, name)
    if export:
        from ingest.exporting import reopened

        return reopened(folder, lambda: _export(name, folder), Embedder)
    if not (folder / "model.json").is_file():
        raise IngestError(
            f"The embedding model {name!r} is missing from {folder}; run `verse ingest` to make it."
        )
    return Embedder(folder)


def exported(home: Path, name: str = TUNED) -> str:
    """The hash of a model as this home holds it; "" where it is missing or damaged."""
    return whole(model_folder(home, name))


def model_folder(home: Path, name: str) -> Path:
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[-60:]
    slug = plain if plain == name else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return home / "models" / slug


def _export(name: str, folder: Path) -> None:
    """Write model.onnx, tokenizer.json and, last, model.json into `folder`."""
    from ingest.exporting import bundled_folder, export_embedder

    ours = name in (BUNDLED, TUNED)
    source = str(bundled_folder()) if ours else name
    layers = TUNED_LAYERS if name == TUNED else None
    if layers is not None and not (layers.is_file() and hash_file(layers) == TUNED_SHA256):
        raise IngestError(
            f"The weights in {layers} are missing or damaged (sha256 differs); reinstall "
            f"chapter-and-verse, or set VERSE_EMBEDDING_MODEL={BUNDLED}."
        )
    try:
        export_embedder(name, source, layers, folder)
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise IngestError(
            f"The embedding model {name!r} cannot be loaded or exported to {folder} "
            f"({reason:.160}); free space there, or set VERSE_EMBEDDING_MODEL to a "
            "sentence-transformers model's folder or name."
        ) from error
