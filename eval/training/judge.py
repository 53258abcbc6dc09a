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
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.conflicts.judge import LENGTH, RELATIONS, Judge, seen
from assistant.modality import bind
from assistant.reader import WEIGHTS
from eval.training.clashes import CONTRADICTS, NEITHER, SAME, made
from eval.training.data import DATA, lessons, passage
from ingest.embedding import TUNED, open_embedder
from ingest.exported import describe
from ingest.exporting import bundled_folder, quiet, trace, written

NAME = "chapter-and-verse-contradiction-1"
NOT_SAME, NO_CLASH = 3, 4  # labels that leave open which of two it is
HELD = 6  # one hand-written group in so many teaches nothing: the weights are fitted on it

_OPEN = torch.tensor(
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [0, 1, 1]], dtype=torch.bool
)  # by label: which relations it may be
_SURE = frozenset(
    "negation number time_limit condition_dropped exception_dropped exception_invented".split()
)  # changes of a sentence that make it contradict its clause
_NEAREST = 4
_MOST = 430  # characters of both neighbours: longer pairs teach no more and take long


@dataclass(frozen=True)
class Row:
    """Two texts as the judge sees them, what they are to each other, and how much that counts."""

    one: str
    other: str
    label: int
    weight: float = 1.0


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


def nli(folder: Path) -> list[Row]:
    """Captions and what follows from them, or not."""
    labels = {"contradiction": CONTRADICTS, "entailment": SAME, "neutral": NEITHER}
    return [
        Row(row["premise"], row["hypothesis"], labels[row["label"]])
        for path in sorted(folder.glob("snli_*.jsonl"))
        for row in _lines(path)
        if row["label"] in labels
    ]


def by_hand(held: bool) -> list[Row]:
    """Each clause with what was written against it and beside it; `held`: those kept apart."""
    rows = []
    for number, group in enumerate(_lines(DATA / "clashes.jsonl")):
        if (number % HELD == HELD - 1) != held:
            continue
        clause = _shown(group["clause"])
        alike = [_shown(o) for o in group["others"] if o["type"] == "paraphrase"]
        for other in group["others"]:
            clash, same = other["label"] == "contradiction", other["type"] == "paraphrase"
            label = CONTRADICTS if clash else SAME if same else NEITHER
            rows.append(Row(clause, _shown(other), label, 2.0))
            if not same and not held:
                rows += [Row(text, _shown(other), label) for text in alike]
    return rows


def neighbours() -> list[Row]:
    """Clauses of different schools that are near in meaning, labelled as if of one school."""
    clauses = {p.clause.id: seen(p) for lesson in lessons() for p in lesson.passages}
    return [
        Row(
            clauses[row["a"]],
            clauses[row["b"]],
            CONTRADICTS if row["label"] == "contradiction" else NO_CLASH,
            2.0,
        )
        for row in _lines(DATA / "neighbours.jsonl")
    ]


def sentences(rng: random.Random, most: int) -> list[Row]:
    """What true and untrue sentences are to the clauses that they are about."""
    policies = [p for path in DATA.glob("*policies.jsonl") for p in _lines(path)]
    clauses = {c["clause_id"]: passage(p, c) for p in policies for c in p["clauses"]}
    rows = []
    for row in _lines(DATA / "sentences.jsonl"):
        clause, said = clauses[row["clause_id"]].clause.reading, row["sentence"]
        label = NOT_SAME
        if row["faithful"]:
            label = SAME
        elif row["change"] in _SURE:
            label = CONTRADICTS
        elif row["change"] == "modality":
            both = {bind(clause).modality, bind(said).modality}
            frees = "permission" in both and both & {"prohibition", "advice_against"}
            label = CONTRADICTS if frees else NOT_SAME
        rows.append(Row(clause, said, label, 0.5 if label == NOT_SAME else 1.0))
    rng.shuffle(rows)
    return rows[:most]


def beside(home: Path, rng: random.Random, judge: Judge, most: int) -> list[Row]:
    """Near clauses of one policy: those that a judge of the first round flags, and some others."""
    embedder = open_embedder(home, TUNED, export=True)
    pairs: dict[tuple[str, str], None] = {}
    for lesson in lessons():
        vectors = embedder.embed(list(lesson.texts))
        alike = vectors @ vectors.T
        np.fill_diagonal(alike, -1)
        for one, order in enumerate(np.argsort(-alike, axis=1)[:, :_NEAREST]):
            for other in order.tolist():
                first, second = (seen(lesson.passages[n]) for n in sorted((one, other)))
                if len(first) + len(second) < _MOST:
                    pairs[first, second] = None
    some = rng.sample(list(pairs), min(len(pairs), 3 * most))
    odds = [opinion.contradicts for opinion in judge.opinions(some)]
    order = sorted(range(len(some)), key=lambda n: -odds[n])
    return [Row(some[n][0], some[n][1], NO_CLASH) for n in [*order[: most * 3 // 4], *order[-(most // 4) :]]]


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


def _shown(side: dict[str, str]) -> str:
    return f"{side['policy']} | {side['lead_in']} {side['text']}".replace("|  ", "| ")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def main() -> None:
    """Three rounds: captions, rules, rules with what was wrongly flagged."""
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
    rules = [*by_hand(held=False), *neighbours()]
    first = [*rules, *sentences(rng, 6_000), *(Row(*pair) for pair in made(9_000, 5))]
    train(network, tokenizer, first, args, either=True)
    export(network, tokenizer, args.out)
    false = beside(args.home, rng, Judge(args.out), 2_600)
    again = [*rules, *false, *sentences(rng, 800), *(Row(*pair) for pair in made(4_200, 6))]
    train(network, tokenizer, again, args, either=True)
    export(network, tokenizer, args.out)


if __name__ == "__main__":
    main()
