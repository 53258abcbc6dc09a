"""Train the reader: does this clause govern this question, and what does it then answer?

    python -m eval.training.reader RETRIEVER OUT [--epochs N]

A cross-encoder that starts from the tuned retriever (`RETRIEVER`, a folder that
`eval.training.retriever` wrote) and shares its word embeddings. Of a question and one clause in
context it gives ten numbers: governs, supports, irrelevant, and one a verdict. Governing clauses
compete with hard negatives of the same policy, with one clause of another, and with a learned
place for "nothing governs".
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from assistant.network import Network
from assistant.reader import LENGTH, RELATIONS, VERDICTS
from eval.sums import auroc
from eval.training.data import Asked, Lesson, lessons, split
from eval.training.retriever import open_model, query
from ingest.exporting import overlay

_DEEP = 12  # hard negatives are drawn from so many clauses that the retriever puts first
_NEGATIVES = 4  # of them a question and epoch
_QUESTIONS = 8  # a step
_DEPTH = 16  # clauses read again when measuring


@dataclass(frozen=True)
class Item:
    """A question with the clauses to tell apart: best first as the retriever has them."""

    asked: Asked
    lesson: Lesson
    near: tuple[int, ...]  # its own policy's clauses, without those that govern or support
    ranked: tuple[int, ...]  # all its own policy's clauses
    foreign: tuple[str, ...]  # the nearest clause of each of some other policies


def mine(model: SentenceTransformer, some: list[Lesson], rng: random.Random) -> list[Item]:
    """Every question with its hard negatives, as the retriever sees them."""
    model.eval()
    clauses = {
        lesson.policy_id: model.encode(list(lesson.texts), normalize_embeddings=True)
        for lesson in some
    }
    items = []
    for lesson in some:
        texts = [query(asked) for asked in lesson.questions]
        vectors = model.encode(texts, normalize_embeddings=True)
        others = [other for other in some if other is not lesson]
        for asked, vector in zip(lesson.questions, vectors, strict=True):
            order = np.argsort(-(clauses[lesson.policy_id] @ vector)).tolist()
            told = {*asked.governs, *asked.supports}
            foreign = [
                other.texts[int((clauses[other.policy_id] @ vector).argmax())]
                for other in rng.sample(others, 4)
            ]
            near = tuple(place for place in order if place not in told)[:_DEEP]
            items.append(Item(asked, lesson, near, tuple(order), tuple(foreign)))
    return items


def pairs(item: Item, rng: random.Random) -> list[tuple[str, int]]:
    """Clauses to read with the question, each with its relation: 0 governs, 1 supports, 2 not."""
    texts = item.lesson.texts
    governs, supports = list(item.asked.governs), list(item.asked.supports)
    rng.shuffle(governs)
    rng.shuffle(supports)
    chosen = [(texts[place], 0) for place in governs[:2]]
    chosen += [(texts[place], 1) for place in supports[:1]]
    hard = item.near[:2] if rng.random() < 0.5 else item.near[:1]
    rest = [place for place in item.near if place not in hard]
    hard = (*hard, *rng.sample(rest, min(len(rest), _NEGATIVES - len(hard))))
    chosen += [(texts[place], 2) for place in hard]
    chosen.append((rng.choice(item.foreign), 2))
    return chosen


def scores(reader: Network, tokenizer: Any, texts: list[tuple[str, str]]) -> torch.Tensor:
    """Ten numbers for each (question, clause), read in batches of like length."""
    order = sorted(range(len(texts)), key=lambda n: len(texts[n][0]) + len(texts[n][1]))
    rows = []
    for start in range(0, len(order), 16):
        batch = [texts[n] for n in order[start : start + 16]]
        fed = tokenizer(
            [q for q, _ in batch],
            [c for _, c in batch],
            truncation="longest_first",
            max_length=LENGTH,
            padding=True,
            return_tensors="pt",
        )
        with torch.autocast("cpu", dtype=torch.bfloat16):
            rows.append(reader(**fed).float())
    back = torch.argsort(torch.tensor(order))
    return torch.cat(rows)[back]


def loss_of(reader: Network, tokenizer: Any, batch: list[Item], rng: random.Random) -> torch.Tensor:
    """Which governs, or none; what each clause is to the question; the verdict of what governs."""
    sets = [pairs(item, rng) for item in batch]
    texts = [(query(i.asked), text) for i, s in zip(batch, sets, strict=True) for text, _ in s]
    found = scores(reader, tokenizer, texts)
    total = torch.zeros(())
    start = 0
    for item, chosen in zip(batch, sets, strict=True):
        rows = found[start : start + len(chosen)]
        start += len(chosen)
        relation = torch.tensor([r for _, r in chosen])
        kinds = torch.nn.functional.cross_entropy(rows[:, : len(RELATIONS)], relation)
        odds = rows[:, 0] - rows[:, 2]
        race = torch.cat([odds.masked_fill(relation == 1, -1e4), reader.null.reshape(1)])
        won = torch.cat([relation == 0, torch.tensor([not item.asked.governs])])
        log_p = torch.log_softmax(race, dim=0)
        total = total + 0.3 * kinds - torch.logsumexp(log_p.masked_fill(~won, -1e4), dim=0)
        if item.asked.governs:
            ruling = rows[relation == 0][:, len(RELATIONS) :]
            verdict = torch.full((len(ruling),), VERDICTS.index(item.asked.verdict))
            total = total + torch.nn.functional.cross_entropy(ruling, verdict)
    return total / len(batch)


def steps(items: list[Item], rng: random.Random) -> Iterator[list[Item]]:
    order = rng.sample(items, len(items))
    for start in range(0, len(order), _QUESTIONS):
        yield order[start : start + _QUESTIONS]


def chosen(items: list[Item], share: float, whole: list[str], rng: random.Random) -> list[Item]:
    """What an epoch asks: all questions of the writers in `whole`, and a share of the others'."""
    kept = [item for item in items if item.lesson.writer in whole]
    others = [item for item in items if item.lesson.writer not in whole]
    return [*kept, *rng.sample(others, round(share * len(others)))]


def measure(reader: Network, tokenizer: Any, items: list[Item]) -> dict[str, float]:
    """Within the policy over the retriever's first clauses, and the verdict given the clause."""
    reader.eval()
    first, five, best, covered = [], [], [], []
    told, said = [], []
    with torch.no_grad():
        for item in items:
            texts, asked = item.lesson.texts, item.asked
            read = item.ranked[:_DEPTH]
            ruling = list(asked.governs[:1])
            places = [*read, *ruling]
            rows = scores(reader, tokenizer, [(query(asked), texts[p]) for p in places])
            odds = (rows[:, 0] - rows[:, 2])[: len(read)].numpy()
            best.append(float(odds.max()))
            covered.append(bool(ruling))
            if ruling:
                order = [read[n] for n in np.argsort(-odds)] + list(item.ranked[_DEPTH:])
                first.append(order[0] in asked.governs)
                five.append(any(p in asked.governs for p in order[:5]))
                told.append(VERDICTS.index(asked.verdict))
                said.append(int(rows[-1, len(RELATIONS) :].argmax()))
    reader.train()
    return {
        "hit@1": float(np.mean(first)),
        "hit@5": float(np.mean(five)),
        "auroc": float(auroc(np.c_[best, covered], np.ones((1, len(covered))))[0]),
        "verdict": float(np.mean(np.array(told) == np.array(said))),
        "verdict macro-F1": macro_f1(told, said),
    }


def macro_f1(told: list[int], said: list[int]) -> float:
    """Mean of the F1 of every verdict that occurs."""
    t, s = np.array(told), np.array(said)
    return float(
        np.mean(
            [2 * ((t == k) & (s == k)).sum() / ((t == k).sum() + (s == k).sum()) for k in set(told)]
        )
    )


def train(start: Path, out: Path, args: argparse.Namespace) -> None:
    """Write the layers and heads as safetensors (fp16) and what was measured beside them."""
    from safetensors.torch import save_file

    epochs, rate = args.epochs, args.rate
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    rng = random.Random(args.seed)
    taught, _, held_out = split(lessons())
    taught = [lesson for lesson in taught if lesson.writer not in args.without]
    model = open_model(start)
    items, unseen = mine(model, taught, rng), mine(model, held_out, rng)
    tokenizer = model.tokenizer
    reader = Network(model[0].auto_model)
    if args.go_on is not None:
        overlay(reader, args.go_on / "reader.safetensors")
    reader.encoder.embeddings.word_embeddings.requires_grad_(False)
    reader.train()
    head = [*reader.head.parameters(), reader.null]
    layers = [p for p in reader.encoder.parameters() if p.requires_grad]
    groups = [{"params": layers, "lr": rate}, {"params": head, "lr": 10 * rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    some = len(chosen(items, args.share, args.whole, random.Random(0)))
    many = epochs * -(-some // _QUESTIONS)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [rate, 10 * rate], total_steps=many + 1, pct_start=0.08, anneal_strategy="linear"
    )
    print(f"{len(taught)} policies, {len(items)} questions", flush=True)
    history, begun, done = [], time.monotonic(), 0
    for epoch in range(epochs):
        losses: list[float] = []
        for batch in steps(chosen(items, args.share, args.whole, rng), rng):
            optimiser.zero_grad()
            loss = loss_of(reader, tokenizer, batch, rng)
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*layers, *head], 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
            done += 1
            if done % 100 == 0:
                minutes = (time.monotonic() - begun) / 60
                print(f"{done}/{many} {np.mean(losses[-100:]):.3f} {minutes:.1f} min", flush=True)
        found = measure(reader, tokenizer, unseen)
        history.append(found)
        print(f"epoch {epoch + 1}: {found}", flush=True)
        out.mkdir(parents=True, exist_ok=True)
        kept = {
            name: value.half().contiguous()
            for name, value in reader.state_dict().items()
            if "word_embeddings" not in name
            and "position_ids" not in name
            and ".pooler." not in name
        }
        save_file(kept, out / "reader.safetensors")
        facts = {"history": history, "questions": len(items), "policies": len(taught)}
        (out / "reader.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, prog="eval.training.reader")
    parser.add_argument("retriever", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--go-on", type=Path, metavar="DIR", help="start from this reader")
    parser.add_argument("--without", nargs="*", default=[], metavar="WRITER", help="leave out")
    parser.add_argument("--share", type=float, default=1.0, help="of questions, an epoch")
    parser.add_argument("--whole", nargs="*", default=[], metavar="WRITER", help="but all of these")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=6e-5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    train(args.retriever, args.out, args)


if __name__ == "__main__":
    main()
