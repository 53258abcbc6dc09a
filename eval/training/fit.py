"""Learn the weights of `assistant/retrieve.py` and of silence, from invented policies.

    python -m eval.training.ranking

Reads `eval/training/data`, writes `assistant/weights/reading.json`, and prints what was gained on
policies left out of the fit. Data: 36 invented school policies and 2,624 informal questions, our
own; see `eval/training/README.md`.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.asking import Asked, understand
from assistant.reading import read
from assistant.retrieve import FEATURES, Candidate, Ranker, queries, read_weights
from assistant.silence import SILENCE, cues, logit, share_of_first
from eval.training.data import DATA, passage
from ingest.embedding import open_embedder
from ingest.index import Shelf, in_context

Array = NDArray[np.float64]


@dataclass(eq=False)
class Example:
    """One question over the clauses of its policy."""

    qid: str
    prefix: str
    asked: Asked
    table: Array  # (clauses, features)
    governs: NDArray[np.bool_]
    row: dict[str, Any]
    ranker: Ranker
    vectors: Any


def load(home: Path) -> list[Example]:
    """Every question with the features of every clause of its policy."""
    embedder = open_embedder(home, export=True)
    policies = [json.loads(line) for line in (DATA / "policies.jsonl").open(encoding="utf-8")]
    rankers: dict[str, tuple[Ranker, list[str]]] = {}
    for record in policies:
        passages = tuple(passage(record, clause) for clause in record["clauses"])
        vectors = embedder.embed([in_context(p) for p in passages])
        ids = [clause["clause_id"] for clause in record["clauses"]]
        rankers[record["policy_id"]] = (Ranker(Shelf(passages, vectors)), ids)
    rows = [json.loads(line) for line in (DATA / "questions.jsonl").open(encoding="utf-8")]
    asked = [understand(r["question"], tuple(r["history"]), r["role"] or "staff") for r in rows]
    texts = [text for a in asked for text in queries(a)]
    vectors = embedder.embed(texts)
    examples = []
    for i, (row, a) in enumerate(zip(rows, asked, strict=True)):
        ranker, ids = rankers[row["policy_id"]]
        pair = vectors[2 * i : 2 * i + 2]
        governs = np.array([c in set(row["evidence"]) for c in ids])
        table = ranker.features(a, pair).astype(np.float64)
        prefix = row["qid"].split("-")[0]
        examples.append(Example(row["qid"], prefix, a, table, governs, row, ranker, pair))
    return examples


def fit_ranking(examples: list[Example], epochs: int = 60, l2: float = 0.02) -> Array:
    """Listwise softmax regression by Adam: the governing clauses should take all the mass."""
    covered = [e for e in examples if e.governs.any()]
    weights = np.zeros(len(FEATURES))
    weights[0] = weights[1] = 5.0
    m, v = np.zeros_like(weights), np.zeros_like(weights)
    rng = np.random.default_rng(7)
    step = 0
    for _ in range(epochs):
        order = rng.permutation(len(covered))
        for start in range(0, len(order), 32):
            gradient = l2 * weights / 10
            for i in order[start : start + 32]:
                example = covered[i]
                scores = example.table @ weights
                p = np.exp(scores - scores.max())
                p /= p.sum()
                target = p * example.governs
                target /= max(target.sum(), 1e-12)
                gradient = gradient + example.table.T @ (p - target) / 32
            step += 1
            m = 0.9 * m + 0.1 * gradient
            v = 0.999 * v + 0.001 * gradient**2
            rate = 0.05 / (1 + step / 400)
            weights -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    return weights


def candidates(example: Example, weights: Array) -> list[Candidate]:
    scores = example.table @ weights
    return [
        Candidate(
            example.ranker.shelf.passages[i],
            float(scores[i]),
            example.table[i].astype(np.float32),
            example.ranker.bindings[i],
        )
        for i in np.argsort(-scores, kind="stable")
    ]


def fit_logistic(x: Array, y: Array, l2: float = 1.0) -> tuple[Array, float, Array, Array]:
    """Logistic regression by Newton's method on standardised columns."""
    mean, spread = x.mean(0), x.std(0) + 1e-9
    z = np.c_[(x - mean) / spread, np.ones(len(x))]
    w = np.zeros(z.shape[1])
    penalty = np.r_[np.full(x.shape[1], l2), 0.0]
    for _ in range(30):
        p = 1 / (1 + np.exp(-z @ w))
        hessian = (z * (p * (1 - p))[:, None]).T @ z + np.diag(penalty + 1e-9)
        w -= np.linalg.solve(hessian, z.T @ (p - y) + penalty * w)
    return w[:-1], float(w[-1]), mean, spread


def auroc(scores: Array, labels: NDArray[np.bool_]) -> float:
    order = np.argsort(scores)
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    n1, n0 = labels.sum(), (~labels).sum()
    return float((ranks[labels].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))


def hits(examples: list[Example], weights: Array) -> tuple[float, float]:
    first = five = n = 0
    for example in examples:
        if not example.governs.any():
            continue
        order = np.argsort(-(example.table @ weights), kind="stable")
        n += 1
        first += bool(example.governs[order[0]])
        five += bool(example.governs[order[:5]].any())
    return first / n, five / n


def foreign(examples: list[Example], library: list[Example], every: int = 3) -> list[Example]:
    """Questions put to a policy on quite another subject: what being off topic looks like.

    Prefixes hold subjects apart (phones, trips, complaints, …), so that hardly any is covered.
    """
    rankers = {e.ranker: e.prefix for e in library}
    found = []
    for n, e in enumerate(examples[::every]):
        others = [r for r, prefix in rankers.items() if prefix != e.prefix]
        ranker = others[n % len(others)]
        table = ranker.features(e.asked, e.vectors).astype(np.float64)
        none = np.zeros(len(table), bool)
        found.append(replace(e, table=table, governs=none, ranker=ranker))
    return found


def silence_table(
    examples: list[Example], library: list[Example], weights: Array
) -> tuple[Array, NDArray[np.bool_]]:
    examples = [*examples, *foreign(examples, library)]
    x = [[cues(e.asked, candidates(e, weights))[name] for name in SILENCE] for e in examples]
    return np.array(x, float), np.array([bool(e.governs.any()) for e in examples])


def outcomes(
    examples: list[Example], weights: Array, record: dict[str, Any]
) -> tuple[Array, Array]:
    """What confidence is estimated from, and whether the whole answer was right, if answered."""
    rows, right = [], []
    weights_of = read_weights()
    weights_of.update(record)
    for example in examples:
        ranked = candidates(example, weights)
        places = {p.clause.id: i for i, p in enumerate(example.ranker.shelf.passages)}
        reading = read(example.asked, ranked, 0.5, places)
        if reading.verdict == "not_covered":
            continue
        first = reading.chosen[0].passage.clause.id in example.row["evidence"]
        rows.append([logit(reading.covered), logit(share_of_first(ranked))])
        right.append(first and reading.verdict == example.row["verdict"])
    return np.array(rows), np.array(right, float)


def main() -> int:
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(".verse")
    examples = load(home)
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.prefix].append(example)
    dense = np.zeros(len(FEATURES))
    dense[0] = 1.0
    print("left out  MiniLM hit@1/@5   ours hit@1/@5   silence AUROC (MiniLM, ours)")
    held_x, held_y, held_off = [], [], []
    sure_x, sure_y = [], []
    for prefix, held in sorted(groups.items()):
        rest = [e for e in examples if e.prefix != prefix]
        weights = fit_ranking(rest)
        x, y = silence_table(rest, rest, weights)
        w, b, mean, spread = fit_logistic(x, y.astype(float))
        hx, hy = silence_table(held, examples, weights)
        p = ((hx - mean) / spread) @ w + b
        top = np.array([e.table[:, 0].max() for e in [*held, *foreign(held, examples)]])
        off = np.r_[np.zeros(len(held), bool), np.ones(len(hy) - len(held), bool)]
        before, after = hits(held, dense), hits(held, weights)
        print(
            f"{prefix:8}  {before[0]:.3f} / {before[1]:.3f}    {after[0]:.3f} / {after[1]:.3f}   "
            f"{auroc(top, hy):.3f}, {auroc(p, hy):.3f}; near misses alone "
            f"{auroc(top[~off], hy[~off]):.3f}, {auroc(p[~off], hy[~off]):.3f}   (n {len(held)})"
        )
        silence = {n: list(row) for n, row in zip(SILENCE, np.c_[w, mean, spread], strict=True)}
        dummy = {"covered": 1.0, "share": 1.0, "bias": 0.0}
        record = {"silence": silence, "silence_bias": b, "sure": dummy}
        rows, right = outcomes([*held, *foreign(held, examples)], weights, record)
        sure_x.append(rows)
        sure_y.append(right)
        held_x.append(p)
        held_y.append(hy)
        held_off.append(off)
    p, y, off = (np.concatenate(rows) for rows in (held_x, held_y, held_off))
    print(f"all held out: silence AUROC {auroc(p, y):.3f}")
    for cut in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        answered = 1 / (1 + np.exp(-p)) >= cut
        print(
            f"  answer at p >= {cut:.1f}: silent on {1 - answered[off].mean():.2f} of off topic, "
            f"{1 - answered[~y & ~off].mean():.2f} of near misses, "
            f"refuses {1 - answered[y].mean():.2f} of covered"
        )
    sure, bias, centre, width = fit_logistic(np.concatenate(sure_x), np.concatenate(sure_y))
    sure = sure / width
    bias -= float(sure @ centre)
    said = np.concatenate(sure_y)
    print(f"answered {len(said)} held-out questions, {said.mean():.2f} wholly right")
    weights = fit_ranking(examples)
    x, covered = silence_table(examples, examples, weights)
    w, b, mean, spread = fit_logistic(x, covered.astype(float))
    out = Path(__file__).parents[2] / "assistant" / "weights" / "reading.json"
    record = {
        "ranking": {n: round(float(v), 4) for n, v in zip(FEATURES, weights, strict=True)},
        "silence": {
            n: [round(float(v), 4) for v in row]
            for n, row in zip(SILENCE, np.c_[w, mean, spread], strict=True)
        },
        "silence_bias": round(b, 4),
        "threshold": 0.5,
        "sure": {
            "covered": round(float(sure[0]), 4),
            "share": round(float(sure[1]), 4),
            "bias": round(bias, 4),
        },
    }
    out.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
