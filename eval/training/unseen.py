"""What retriever and reader are worth on policies of a writer whose work no model was taught."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.learned import kind_of, learned
from assistant.reader import VERDICTS, Reader, make_reader, open_reader
from assistant.reading import read
from assistant.reread import reread
from assistant.retrieve import Candidate
from assistant.verdict import weigh
from eval.sums import Floats, auroc, f1, macro_f1
from eval.training import data
from eval.training.cells import ece, figure_of, markdown, share_of
from eval.training.examples import Example, examples, rank, weights_of
from ingest.embedding import BUNDLED, TUNED, Embedder, open_embedder


@dataclass(frozen=True)
class Told:
    """What one system made of one question, as numbers to be summed."""

    covered: bool
    rank: int  # of the first governing clause, from 0; -1 where none governs
    sure: float  # the higher, the more it thinks that something governs
    silent: bool | None = None  # None: it never is
    first_quote: bool = False


def unseen(home: Path) -> Iterator[str]:
    """(a): policies of a writer whose work no model was taught."""
    _, _, lessons = data.split(data.lessons())
    questions = sum(len(lesson.questions) for lesson in lessons)
    reader = _reader(home)
    for where, beside in (("each question within its policy", 0), ("all six as one school", 5)):
        rows = {}
        for name, told in _systems(home, lessons, beside, reader).items():
            rows[name] = _row(told)
        head = f"**(a) {len(lessons)} unseen invented policies, {questions} questions, {where}**"
        yield f"{head}\n\n{markdown(rows)}"
    given = _given_the_clause(home, lessons, reader)
    head = "**Verdict, given the governing clause (a)**"
    yield f"{head}\n\n{markdown(given)}"


def _systems(
    home: Path, lessons: list[data.Lesson], beside: int, reader: Reader
) -> dict[str, list[Told]]:
    old = list(_own(lessons, open_embedder(home, BUNDLED, export=True), beside))
    new = list(_own(lessons, open_embedder(home, TUNED, export=True), beside))
    words = [_bm25(e) for e in old]
    alike = [e.table[:, 0] for e in old]
    fused = [_fuse(one, other) for one, other in zip(alike, words, strict=True)]
    tuned = [e.table[:, 0] for e in new]
    return {
        "bundled MiniLM": [_plain(e, s) for e, s in zip(old, alike, strict=True)],
        "BM25": [_plain(e, s) for e, s in zip(old, words, strict=True)],
        "MiniLM + BM25, ranks fused": [_plain(e, s) for e, s in zip(old, fused, strict=True)],
        "MiniLM and words": [_ours(e, BUNDLED, None) for e in old],
        "our retriever alone": [_plain(e, s) for e, s in zip(new, tuned, strict=True)],
        "+ our retriever": [_ours(e, TUNED, None) for e in new],
        "+ our reader (all)": [_ours(e, TUNED, reader) for e in new],
    }


def _own(lessons: list[data.Lesson], embedder: Embedder, beside: int) -> Iterator[Example]:
    """Without the questions that were put to other policies: near misses are what is hard."""
    for e in examples(lessons, embedder, beside):
        if e.told.governs or e.told.verdict == "not_covered":
            yield e


def _plain(e: Example, scores: Floats) -> Told:
    return Told(bool(e.governs.any()), _rank(e, np.argsort(-scores, kind="stable")), scores.max())


def _ours(e: Example, model: str, reader: Reader | None) -> Told:
    made = learned(kind_of(model, reader is not None))
    ranked = rank(e, weights_of(made))
    if reader is not None:
        ranked = reread(reader, e.asked, ranked, made)
    reading = read(e.asked, ranked, e.ranker.places, made)
    places = np.array([e.ranker.places[c.passage.clause.id] for c in ranked])
    silent = reading.verdict == "not_covered"
    first = not silent and e.governs[e.ranker.places[reading.chosen[0].passage.clause.id]]
    return Told(bool(e.governs.any()), _rank(e, places), reading.covered, silent, bool(first))


def _rank(e: Example, order: Any) -> int:
    hits = np.flatnonzero(e.governs[order])
    return int(hits[0]) if len(hits) else -1


def _bm25(e: Example) -> Floats:
    import bm25s
    import Stemmer

    known = _BM25.get(id(e.ranker))
    stemmer = Stemmer.Stemmer("english")

    def words(texts: list[str]) -> list[list[str]]:
        found = bm25s.tokenize(
            texts, stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False
        )
        return [one or ["-"] for one in found]

    if known is None:
        known = bm25s.BM25()
        known.index(words(list(e.ranker.shelf.texts)), show_progress=False)
        _BM25[id(e.ranker)] = known
    return np.asarray(known.get_scores(words([e.asked.text])[0]), np.float64)


_BM25: dict[int, Any] = {}


def _fuse(one: Floats, other: Floats) -> Floats:
    """Reciprocal rank fusion (Cormack and others 2009), k = 60."""
    ranks = [np.argsort(np.argsort(-scores, kind="stable")) for scores in (one, other)]
    fused: Floats = sum(1.0 / (60 + r) for r in ranks)  # type: ignore[assignment]
    return fused


def _row(told: list[Told]) -> dict[str, str]:
    covered = [t for t in told if t.covered]
    row = {
        "recall@1": share_of([t.rank == 0 for t in covered]),
        "recall@5": share_of([0 <= t.rank < 5 for t in covered]),
        "MRR": share_of([1 / (t.rank + 1) for t in covered]),
        "silence AUROC": figure_of([(t.sure, float(t.covered)) for t in told], auroc, 400),
    }
    if told[0].silent is not None:
        silent = [(bool(t.silent), not t.covered) for t in told]
        counts = [(float(said and so), float(said), float(so)) for said, so in silent]
        row["silence F1"] = figure_of(counts, f1)
        row["false refusals"] = share_of([bool(t.silent) for t in covered])
        row["first quote"] = share_of([t.first_quote for t in covered])
        row["ECE of silence"] = figure_of([(t.sure, float(t.covered)) for t in told], ece)
    return row


def _given_the_clause(
    home: Path, lessons: list[data.Lesson], reader: Reader
) -> dict[str, dict[str, str]]:
    """Rules alone, the reader alone, and both, on questions and the clause that governs."""
    found: dict[str, list[tuple[str, str]]] = {"the rules": [], "our reader": [], "both": []}
    made = learned("tuned+reader")
    for e in _own(lessons, open_embedder(home, TUNED, export=True), 0):
        if not e.governs.any():
            continue
        place = e.told.governs[0]
        first = Candidate(
            e.ranker.shelf.passages[place], 0.0, e.table[place].astype(np.float32),
            e.ranker.bindings[place],
        )  # fmt: skip
        (judged,) = reread(reader, e.asked, [first], made)
        by_rules = read(e.asked, [first], e.ranker.places, learned("tuned"), 0.0).verdict
        if by_rules not in VERDICTS:
            by_rules = "informational"  # the rules asked for a number and found none
        odds = judged.judgement.verdicts  # type: ignore[union-attr]
        found["the rules"].append((by_rules, e.verdict))
        found["our reader"].append((VERDICTS[int(np.argmax(odds))], e.verdict))
        found["both"].append((weigh(by_rules, judged, made)[0], e.verdict))
    return {
        name: {
            "verdict right": share_of([said == told for said, told in pairs]),
            "macro-F1": figure_of(_labels(pairs), macro_f1),
        }
        for name, pairs in found.items()
    }


def _labels(pairs: list[tuple[str, str]]) -> list[tuple[float, ...]]:
    return [
        tuple(float(x) for v in VERDICTS for x in (said == told == v, said == v, told == v))
        for said, told in pairs
    ]


def _reader(home: Path) -> Reader:
    if trouble := make_reader(home):
        raise SystemExit(trouble)
    reader, warning = open_reader(home)
    if reader is None:
        raise SystemExit(warning)
    return reader
