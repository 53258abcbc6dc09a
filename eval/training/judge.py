"""Train the judge of contradictions: can both of two clauses be kept?

    python -m eval.training.judge OUT --nli DIR [--home DIR]

A cross-encoder that starts from the reader's layers and shares its word embeddings. First it
learns what denies what from `DIR/snli_*.jsonl` (SNLI, CC BY-SA 4.0, not part of this project),
then what it means between rules: from pairs made by program (`clashes.py`), from sentences on
clauses (`data/sentences.jsonl`), from pairs written by hand (`data/clashes.jsonl`), from clauses of
different schools labelled by hand (`data/neighbours.jsonl`), and from neighbours in one invented
policy, which contradict each other as good as never; of those the ones that the judge of the first
round took for contradictions. Nothing of `eval/contradictions` is ever read. What is written
is a folder ready for onnxruntime.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.conflicts.judge import LENGTH, RELATIONS, Judge
from assistant.reader import WEIGHTS
from eval.training.clashes import made
from eval.training.judge_rows import Row, beside, by_hand, neighbours, nli, sentences
from ingest.exported import describe
from ingest.exporting import bundled_folder, quiet, trace, written

NAME = "chapter-and-verse-contradiction-1"
_OPEN = torch.tensor(
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [0, 1, 1]], dtype=torch.bool
)  # by label: which relations it may be


class Network(torch.nn.Module):  # type: ignore[misc]
    """A BERT encoder over two clauses; log-odds of their relation, shape (pairs, 3)."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.drop = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(2 * encoder.config.hidden_size, len(RELATIONS))

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        found = self.encoder(input_ids, attention_mask, token_type_ids).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(found.dtype)
        mean = (found * mask).sum(1) / mask.sum(1)
        return self.head(self.drop(torch.cat([found[:, 0], mean], dim=1)))


def begin() -> tuple[Network, Any]:
    """The reader's encoder under a new head, and its tokenizer."""
    from safetensors.torch import load_file
    from transformers import AutoModel, AutoTokenizer

    source = str(bundled_folder())
    with quiet():
        encoder = AutoModel.from_pretrained(
            source,
            add_pooling_layer=False,
            attn_implementation="eager",
            attention_probs_dropout_prob=0.0,
        )
    layers = {
        name.removeprefix("encoder."): value.float()
        for name, value in load_file(WEIGHTS).items()
        if name.startswith("encoder.")
    }
    encoder.load_state_dict(layers, strict=False)
    encoder.embeddings.word_embeddings.requires_grad_(False)
    return Network(encoder), AutoTokenizer.from_pretrained(source)


def train(network: Network, tokenizer: Any, rows: Sequence[Row], args: Any, either: bool) -> None:
    """`either`: two clauses in either order, for neither comes first."""
    rng = random.Random(args.seed)
    layers = [p for p in network.encoder.parameters() if p.requires_grad]
    groups = [
        {"params": layers, "lr": args.rate},
        {"params": network.head.parameters(), "lr": 10 * args.rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps = args.epochs * -(-len(rows) // args.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [args.rate, 10 * args.rate], total_steps=steps + 1, pct_start=0.1,
        anneal_strategy="linear",
    )  # fmt: skip
    network.train()
    for epoch in range(args.epochs):
        losses = []
        for batch in _batches(rows, args.batch, rng):
            optimiser.zero_grad()
            loss = _loss(network, tokenizer, batch, rng if either else None)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: {len(rows)} pairs, loss {np.mean(losses):.3f}", flush=True)


def _loss(network: Network, tokenizer: Any, batch: Sequence[Row], rng: random.Random | None) -> Any:
    turned = [rng is not None and rng.random() < 0.5 for _ in batch]
    fed = tokenizer(
        [row.other if t else row.one for row, t in zip(batch, turned, strict=True)],
        [row.one if t else row.other for row, t in zip(batch, turned, strict=True)],
        truncation="longest_first", max_length=LENGTH, padding=True, return_tensors="pt",
    )  # fmt: skip
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = network(**fed).float()
    allowed = _OPEN[torch.tensor([row.label for row in batch])]
    weights = torch.tensor([row.weight for row in batch])
    chances = torch.log_softmax(found, 1).masked_fill(~allowed, -1e4)
    return -(torch.logsumexp(chances, 1) * weights).sum() / weights.sum()


def _batches(rows: Sequence[Row], size: int, rng: random.Random) -> Iterator[list[Row]]:
    """Of like length, in random order."""
    order = sorted(rows, key=lambda row: len(row.one) + len(row.other) + 60 * rng.random())
    starts = list(range(0, len(order), size))
    rng.shuffle(starts)
    yield from (order[start : start + size] for start in starts)


def export(network: Network, tokenizer: Any, folder: Path) -> None:
    """A graph of whole numbers (int8) with its tokenizer: what `assistant.conflicts` ships."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    fed = tokenizer(["one"], ["two or three"], return_tensors="pt")
    inputs = ("input_ids", "attention_mask", "token_type_ids")
    with written(folder) as aside:
        trace(network.eval(), {key: fed[key] for key in inputs}, aside / "exact.onnx")
        with quiet():
            quantize_dynamic(
                aside / "exact.onnx", aside / "model.onnx", per_channel=True,
                weight_type=QuantType.QInt8,
            )  # fmt: skip
        (aside / "exact.onnx").unlink()
        tokenizer.backend_tokenizer.save(str(aside / "tokenizer.json"))
        describe(aside, NAME, LENGTH, inputs)


def main() -> None:
    """Captions, rules, rules with what was wrongly flagged, and longer rules at last."""
    parser = argparse.ArgumentParser(description=__doc__, prog="eval.training.judge")
    parser.add_argument("out", type=Path)
    parser.add_argument("--nli", type=Path, required=True, metavar="DIR")
    parser.add_argument("--home", type=Path, default=Path(".verse"), help="for exported models")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    rng = random.Random(args.seed)
    network, tokenizer = begin()
    captions = nli(args.nli)
    train(network, tokenizer, rng.sample(captions, min(14_000, len(captions))), args, either=False)
    rules = [*by_hand(), *neighbours()]
    first = [*rules, *sentences(rng, 6_000), *(Row(*pair) for pair in made(9_000, 5))]
    train(network, tokenizer, first, args, either=True)
    export(network, tokenizer, args.out)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    false = beside(args.home, rng, Judge(args.out), 2_600)
    again = [*rules, *false, *sentences(rng, 800), *(Row(*pair) for pair in made(4_200, 6))]
    train(network, tokenizer, again, args, either=True)
    # The mean of both rounds' weights keeps what each of them knows.
    mean = {name: (value + before[name]) / 2 for name, value in network.state_dict().items()}
    network.load_state_dict(mean)
    last = [*by_hand(rng), *neighbours(), *false[:900], *sentences(rng, 700)]
    train(network, tokenizer, [*last, *(Row(*p) for p in made(2_000, 7))], args, either=True)
    export(network, tokenizer, args.out)


if __name__ == "__main__":
    main()
