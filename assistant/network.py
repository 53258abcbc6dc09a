"""The reader as a torch module: what is trained, and what is exported for answering."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from assistant.reader import LENGTH, NAME, RELATIONS, VERDICTS
from ingest.exported import describe
from ingest.exporting import bundled_folder, overlay, quiet, trace, written


class Network(torch.nn.Module):  # type: ignore[misc]
    """A BERT encoder over a question and a clause; log-odds of relations, then of verdicts."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.drop = torch.nn.Dropout(0.1)
        width = 2 * encoder.config.hidden_size
        self.head = torch.nn.Linear(width, len(RELATIONS) + len(VERDICTS))
        self.null = torch.nn.Parameter(torch.zeros(()))  # the odds that "nothing governs" has

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """Shape (pairs, 10)."""
        found = self.encoder(input_ids, attention_mask, token_type_ids).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(found.dtype)
        mean = (found * mask).sum(1) / mask.sum(1)
        return self.head(self.drop(torch.cat([found[:, 0], mean], dim=1)))


def export(weights: Path, folder: Path, whole_numbers: bool = True) -> None:
    """Write the reader as a graph, of whole numbers (int8) where that is wanted."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import AutoModel, AutoTokenizer

    source = str(bundled_folder())
    with quiet():
        network = Network(AutoModel.from_pretrained(source, add_pooling_layer=False)).eval()
    overlay(network, weights)
    tokenizer = AutoTokenizer.from_pretrained(source)
    fed = tokenizer(["one"], ["two or three"], return_tensors="pt")
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    with written(folder) as aside:
        trace(network, {key: fed[key] for key in inputs}, aside / "model.onnx")
        if whole_numbers:
            (aside / "model.onnx").replace(aside / "exact.onnx")
            with quiet():
                quantize_dynamic(
                    aside / "exact.onnx",
                    aside / "model.onnx",
                    per_channel=True,
                    weight_type=QuantType.QInt8,
                )
            (aside / "exact.onnx").unlink()
        tokenizer.backend_tokenizer.save(str(aside / "tokenizer.json"))
        describe(aside, NAME, LENGTH, inputs)
