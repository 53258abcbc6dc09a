"""A model as it was exported: a graph for onnxruntime, its tokenizer, and what is known of it."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.documents import IngestError

# More batches than cores at once end no sooner, and each keeps some 10 MB for ever.
_AT_ONCE = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))


@dataclass(frozen=True)
class Model:
    """Which model made a set of numbers; an index remembers it and refuses another."""

    name: str
    sha256: str  # of the exported graph
    max_length: int  # tokens
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Tokens:
    """A text, or two, as a model sees it; what has equal ids is one to the model."""

    ids: tuple[int, ...]
    kinds: tuple[int, ...]  # 0, and 1 in the second of two texts


class Exported:
    """An exported model, checked by its hash and ready to run."""

    def __init__(self, folder: Path) -> None:
        """Raises IngestError, in one sentence, where the folder's model is damaged."""
        import onnxruntime  # slow to import, and `verse --help` does not need it
        from tokenizers import Tokenizer

        try:
            facts = json.loads((folder / "model.json").read_text("utf-8"))
            self.model = Model(**{**facts, "inputs": tuple(facts["inputs"])})
            graph = folder / "model.onnx"
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = min(os.cpu_count() or 1, 4)
            options.log_severity_level = 3
            # Threads that spin while waiting gain a tenth where nothing else runs, else lose half.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            with ThreadPoolExecutor(1) as pool:
                digest = pool.submit(hash_file, graph)
                self._session = onnxruntime.InferenceSession(
                    str(graph), options, providers=["CPUExecutionProvider"]
                )
                self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
                if digest.result() != self.model.sha256:
                    raise damaged(folder)
            self._tokenizer.enable_truncation(self.model.max_length)
            self._tokenizer.no_padding()
        except IngestError:
            raise
        except Exception as error:  # onnxruntime and tokenizers have errors of many kinds
            raise damaged(folder) from error

    def tokens(self, text: str, other: str | None = None) -> Tokens:
        first = _whole(text)
        second = None if other is None else _whole(other)
        # One by one: the threads of encode_batch would wait milliseconds for the model's.
        made = self._tokenizer.encode(first, second)
        return Tokens(tuple(made.ids), tuple(made.type_ids))

    def run(self, batch: Iterable[Tokens]) -> NDArray[np.float32]:
        """One row a text, in their order."""
        rows = list(batch)
        feed = {
            "input_ids": _padded([row.ids for row in rows]),
            "attention_mask": _padded([[1] * len(row.ids) for row in rows]),
            "token_type_ids": _padded([row.kinds for row in rows]),
        }
        given = {name: feed[name] for name in self.model.inputs}
        with _AT_ONCE:
            found: NDArray[np.float32] = self._session.run(None, given)[0].astype(np.float32)
        return found


def describe(folder: Path, name: str, max_length: int, inputs: tuple[str, ...]) -> None:
    """Write model.json beside the graph: last of all, for it says that the folder is whole."""
    facts = Model(name, hash_file(folder / "model.onnx"), max_length, inputs)
    (folder / "model.json").write_text(json.dumps(asdict(facts)), "utf-8")


def whole(folder: Path) -> str:
    """The hash of the model a folder holds; "" where it is missing or damaged."""
    try:
        digest = str(json.loads((folder / "model.json").read_text("utf-8"))["sha256"])
        sound = (folder / "tokenizer.json").is_file()
        sound = sound and hash_file(folder / "model.onnx") == digest
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return digest if sound else ""


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damaged(folder: Path) -> IngestError:
    return IngestError(
        f"The model in {folder} is damaged; delete that folder and run `verse ingest`."
    )


def _whole(text: str) -> str:
    """A command line in no known encoding gives half characters, which tokenizers refuse."""
    return text.encode("utf-8", "replace").decode()


def _padded(rows: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Rows of one width; the mask is zero where they were filled up, so any token will do there."""
    width = max(map(len, rows))
    return np.array([[*row, *[0] * (width - len(row))] for row in rows], np.int64)
