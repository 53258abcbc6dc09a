"""Fit the readable weights that stand on the models: ranking, silence, verdict, sureness.

    python -m eval.training.fit [HOME]

Writes `assistant/weights/reading.json`, one set of weights for each way of scoring (see
`assistant/learned.py`), and prints what they are worth on `data.HELD_OUT`. The sets that stand on
our own models are fitted on policies that taught no model: on others the models know the answers,
and would look surer than they are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.asking import Asked, understand
from assistant.learned import PATH, Learned
from assistant.reader import VERDICTS, Reader, make_reader, open_reader
from assistant.reading import read
from assistant.reread import reorder, reread
from assistant.retrieve import FEATURES, Candidate, Ranker, queries
from assistant.silence import SILENCE, cues, doubts
from eval.sums import auroc
from eval.training import data
from eval.training.data import Lesson
from ingest.embedding import BUNDLED, TUNED, Embedder, open_embedder
from ingest.index import Shelf

Array = NDArray[np.float64]

_BESIDE = 3  # policies that stand beside a question's own, as in a school
_FOREIGN = 3  # every so many questions are also put to policies on other subjects
# The chance of being covered below which we stay silent. At 0.2 some 7 % of the covered questions
# of the gold's dev split are refused (8 % may be); real policies score lower than invented ones, so
# that no threshold fitted here would do. Chosen among 0.05, 0.1, 0.2 and 0.4.
_THRESHOLD = {"bundled": 0.4, "tuned": 0.2}


@dataclass(eq=False)
class Example:
    """One question over the clauses of a few policies, its own among them or not."""

    asked: Asked
    told: data.Asked
    ranker: Ranker
    table: Array  # (clauses, features)
    governs: NDArray[np.bool_]
    verdict: str
    ranked: list[Candidate] = None  # type: ignore[assignment]  # set once weights are known


def examples(some: Sequence[Lesson], embedder: Embedder, beside: int) -> Iterator[Example]:
    """Every question over its own policy and some beside it, and a third over others alone."""
    vectors = {lesson.policy_id: embedder.embed(lesson.texts) for lesson in some}
    for n, lesson in enumerate(some):
        others = [other for other in some if other.writer != lesson.writer] or [
            other for other in some if other is not lesson
        ]
        start = n * beside % len(others)
        shelf = (others + others)[start : start + beside]
        ranker = _ranker([lesson, *shelf], vectors, embedder.model.name)
        foreign = _ranker(shelf, vectors, embedder.model.name) if shelf else None
        asked = [understand(q.text, q.history, q.role) for q in lesson.questions]  # type: ignore[arg-type]
        texts = [text for a in asked for text in queries(a, embedder.model.name)]
        pairs = embedder.embed(texts).reshape(len(asked), 2, -1)
        for place, (told, a, pair) in enumerate(zip(lesson.questions, asked, pairs, strict=True)):
            table = ranker.features(a, pair).astype(np.float64)
            governs = np.zeros(len(table), bool)
            governs[list(told.governs)] = True
            yield Example(a, told, ranker, table, governs, told.verdict)
            if foreign is not None and place % _FOREIGN == 0:
                table = foreign.features(a, pair).astype(np.float64)
                none = np.zeros(len(table), bool)
                yield Example(a, replace(told, governs=()), foreign, table, none, "not_covered")


def _ranker(some: Sequence[Lesson], vectors: dict[str, Any], model: str) -> Ranker:
    passages = tuple(p for lesson in some for p in lesson.passages)
    rows = np.concatenate([vectors[lesson.policy_id] for lesson in some])
    return Ranker(Shelf(passages, rows), model)


def fit_ranking(some: list[Example], epochs: int = 60, l2: float = 0.02) -> Array:
    """Listwise softmax regression by Adam: the governing clauses should take all the mass."""
    covered = [e for e in some if e.governs.any()]
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
                gradient = gradient + _pull(covered[i].table, covered[i].governs, weights) / 32
            step += 1
            m = 0.9 * m + 0.1 * gradient
            v = 0.999 * v + 0.001 * gradient**2
            rate = 0.05 / (1 + step / 400)
            weights -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    return weights


def _pull(table: Array, governs: NDArray[np.bool_], weights: Array) -> Array:
    """The gradient of one question's cross-entropy."""
    scores = table @ weights
    p = np.exp(scores - scores.max())
    p /= p.sum()
    target = p * governs
    target /= max(target.sum(), 1e-12)
    found: Array = table.T @ (p - target)
    return found


def rank(example: Example, weights: Array) -> list[Candidate]:
    scores = example.table @ weights
    ranker = example.ranker
    return [
        Candidate(
            ranker.shelf.passages[i],
            float(scores[i]),
            example.table[i].astype(np.float32),
            ranker.bindings[i],
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


def fit_reread(some: list[Example]) -> dict[str, float]:
    """How the first score and the reader's odds of governing add up, over what was read."""
    tables, wins = [], []
    for e in some:
        read_again = [c for c in e.ranked if c.judgement is not None]
        wins.append(np.array([_governs(e, c) for c in read_again]))
        tables.append(np.array([[c.score, c.judgement.governs] for c in read_again]))  # type: ignore[union-attr]
    weights = np.array([0.5, 0.5])
    for _ in range(300):
        pulls = [_pull(t, w, weights) for t, w in zip(tables, wins, strict=True) if w.any()]
        weights = weights - 0.1 * np.mean(pulls, axis=0)
    return {"prior": float(weights[0]), "governs": float(weights[1])}


def _governs(e: Example, candidate: Candidate) -> bool:
    return bool(e.governs[e.ranker.places[candidate.passage.clause.id]])


def fit_silence(some: list[Example]) -> tuple[dict[str, tuple[float, float, float]], float]:
    x = np.array([[cues(e.asked, e.ranked)[name] for name in SILENCE] for e in some], float)
    y = np.array([bool(e.governs.any()) for e in some])
    w, bias, mean, spread = fit_logistic(x, y.astype(float))
    rows = zip(SILENCE, np.c_[w, mean, spread].tolist(), strict=True)
    # A cue that never differs, as the reader's without a reader, tells nothing.
    return {name: (row[0], row[1], row[2]) for name, row in rows if row[2] > 1e-6}, bias


def fit_sure(some: list[Example], made: Learned) -> dict[str, float]:
    """The chance that an answer's clause and verdict are both right, from what it was made of."""
    rows, right = [], []
    for e in some:
        reading = read(e.asked, e.ranked, e.ranker.places, made)
        if reading.verdict == "not_covered":
            continue
        first = reading.chosen[0].passage.clause.id
        rows.append(list(doubts(reading.covered, e.ranked, reading.certain).values()))
        right.append(bool(e.governs[e.ranker.places[first]]) and reading.verdict == e.verdict)
    x, y = np.array(rows), np.array(right, float)
    w, bias, mean, spread = fit_logistic(x, y)
    w = w / spread
    names = ("covered", "share", "verdict")
    return dict(zip(names, map(float, w), strict=True)) | {"bias": bias - float(w @ mean)}


def fit_verdict(some: list[Example], made: Learned) -> dict[str, float]:
    """How the reader's log-odds and the rules' verdict add up, given the clause that governs."""
    odds, rules, told = [], [], []
    for e in some:
        first = next((c for c in e.ranked if c.judgement and _governs(e, c)), None)
        if first is None or e.verdict not in VERDICTS:
            continue
        ranked = [first, *(c for c in e.ranked if c is not first)]
        plain = replace(made, verdict={})
        by_rules = read(e.asked, ranked, e.ranker.places, plain, 0.0).verdict
        odds.append(first.judgement.verdicts)  # type: ignore[union-attr]
        rules.append([float(v == by_rules) for v in VERDICTS])
        told.append(VERDICTS.index(e.verdict))
    x = np.stack([np.array(odds), np.array(rules)], axis=2)  # (questions, verdicts, 2)
    wins = np.eye(len(VERDICTS), dtype=bool)[told]
    weights = np.array([1.0, 0.5])
    for _ in range(300):
        pulls = [_pull(t, w, weights) for t, w in zip(x, wins, strict=True)]
        weights = weights - 0.2 * np.mean(pulls, axis=0)
    return {"reader": float(weights[0]), "rules": float(weights[1])}


def fit(some: list[Example], base: Learned | None, reader: Reader | None) -> Learned:
    """One set of weights; `base` has the ranking on which a reader reads again."""
    if base is None:
        weights = fit_ranking(some)
        ranking = dict(zip(FEATURES, map(float, weights), strict=True))
        made = Learned(ranking, {}, 0.0, 0.5, {}, {}, {})
        for e in some:
            e.ranked = rank(e, weights)
    else:
        assert reader is not None
        made = replace(base, reread={"prior": 1.0, "governs": 0.0})
        for e in some:
            e.ranked = rank(e, weights_of(base))
            e.ranked = reread(reader, e.asked, e.ranked, made)
        made = replace(made, reread=fit_reread(some))
        for e in some:
            e.ranked = reorder(e.ranked, made)
    silence, bias = fit_silence(some)
    dummy = {"covered": 1.0, "share": 1.0, "verdict": 0.0, "bias": 0.0}
    made = replace(made, silence=silence, silence_bias=bias, sure=dummy)
    if reader is not None:
        made = replace(made, verdict=fit_verdict(some, made))
    return replace(made, sure=fit_sure(some, made))


def weights_of(made: Learned) -> Array:
    return np.array([made.ranking[name] for name in FEATURES])


def worth(some: list[Example], made: Learned, reader: Reader | None) -> str:
    """hit@1 and @5, AUROC of silence, of near misses alone, and how answers come out."""
    first, five, chance, covered, whole, verdicts = [], [], [], [], [], []
    for e in some:
        e.ranked = rank(e, weights_of(made))
        if reader is not None:
            e.ranked = reread(reader, e.asked, e.ranked, made)
        reading = read(e.asked, e.ranked, e.ranker.places, made)
        chance.append(reading.covered)
        covered.append(bool(e.governs.any()))
        if covered[-1]:
            hits = [_governs(e, c) for c in e.ranked[:5]]
            first.append(hits[0])
            five.append(any(hits))
            answered = reading.verdict != "not_covered"
            right = answered and _governs(e, _candidate(e, reading.chosen[0].passage.clause.id))
            whole.append(right)
            verdicts.append(reading.verdict == e.verdict)
    said, y = np.array(chance), np.array(covered)
    silent = said < made.threshold
    told_apart = auroc(np.c_[said, y], np.ones((1, len(y))))[0]
    return (
        f"hit@1 {np.mean(first):.3f} hit@5 {np.mean(five):.3f} silence AUROC {told_apart:.3f}; "
        f"silent on {silent[~y].mean():.2f} of not covered, {silent[y].mean():.2f} of covered; "
        f"first quote {np.mean(whole):.3f} verdict {np.mean(verdicts):.3f}"
    )


def _candidate(e: Example, clause_id: str) -> Candidate:
    return next(c for c in e.ranked if c.passage.clause.id == clause_id)


def main() -> int:
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(".verse")
    _, fitted, unseen = data.split(data.lessons())
    if said := make_reader(home):
        print(said, file=sys.stderr)
    reader, _ = open_reader(home)
    record: dict[str, Any] = {}
    for name, model in (("bundled", BUNDLED), ("tuned", TUNED)):
        embedder = open_embedder(home, model, export=True)
        seen = list(examples(fitted, embedder, _BESIDE))
        tests = {
            "within the policy": list(examples(unseen, embedder, 0)),
            "over six policies": list(examples(unseen, embedder, len(unseen) - 1)),
        }
        base = fit(seen, None, None)
        sets: dict[str, tuple[Learned, Reader | None]] = {name: (base, None)}
        if reader is not None:
            sets[f"{name}+reader"] = (fit(seen, base, reader), reader)
        for kind, (made, with_reader) in sets.items():
            made = replace(made, threshold=_THRESHOLD[name])
            record[kind] = made.__dict__
            for where, some in tests.items():
                print(f"{kind}, {where}: {worth(some, made, with_reader)}", flush=True)
    PATH.write_text(json.dumps(_rounded(record), indent=1) + "\n", "utf-8")
    return 0


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return round(value, 4)


if __name__ == "__main__":
    raise SystemExit(main())
