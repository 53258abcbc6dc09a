"""`verse eval bench --sets DIR`: public question sets through the same ranking and reading."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from ir_measures import RR, Measure, Qrel, R, ScoredDoc, evaluator
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from assistant.asking import understand
from assistant.reading import read
from assistant.retrieve import Ranker
from eval.asking import Openers, WrongUsage, homes
from eval.intervals import Figure, bearing, draws, interval
from eval.ours import Scoring
from eval.public_sets import PUBLIC, PublicSet, QuestionRow, Read, read_set, shelve
from eval.sums import Floats, Statistic, auroc, f1, share
from eval.systems import DEPTH, Embed
from eval.tables import cell, wide_console
from ingest.index import Shelf

MEASURES: dict[str, Measure] = {"recall@1": R @ 1, "recall@5": R @ 5, "MRR@10": RR @ 10}
VERDICTS = {
    "permitted": "yes",
    "required": "yes",
    "advised": "yes",
    "not_permitted": "no",
    "advised_against": "no",
    "conditional": "conditional",
}
"""Our verdicts as these sets have them; "informational", on who, when and how, is none of them."""


@dataclass(frozen=True)
class Found:
    """What one system gave for a question: clause ids best first; ours reads them, too."""

    ids: tuple[str, ...]
    verdict: str = ""  # empty: it gives none
    covered: float = 0.0  # how sure that anything governs; for a search its best score


@dataclass(frozen=True)
class Scored:
    """A set's figures, system by system."""

    name: str
    note: str
    retrieval: dict[str, dict[str, Figure]]
    verdict: dict[str, Figure]
    silence: dict[str, dict[str, Figure]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `verse eval bench`."""
    parser.add_argument(
        "--sets", type=Path, required=True, metavar="DIR", help="where the public sets lie"
    )
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS)


def run(args: argparse.Namespace, openers: Openers) -> int:
    """Measure on every set that lies there."""
    present = [one for one in PUBLIC if (args.sets / one.folder).is_dir()]
    if not present:
        names = ", ".join(one.folder for one in PUBLIC)
        raise WrongUsage(f"None of {names} lies in {args.sets}.")
    console = Console(stderr=True)
    with (
        homes(args) as home_of,
        Progress(console=console, transient=True, disable=not console.is_terminal) as bar,
    ):
        embed = openers.embed(home_of("public"))
        ours = openers.scoring(home_of("public"))
        scored = [score(one, read_set(args.sets, one), embed, ours, bar) for one in present]
    if args.json:
        print(json.dumps([asdict(one) for one in scored]))
    else:
        _print(wide_console(), scored)
    return 0


def score(which: PublicSet, found: Read, embed: Embed, scoring: Scoring, bar: Progress) -> Scored:
    """Retrieval where there is evidence; verdict and silence where the set has them."""
    given = answer(which, found, embed, scoring, bar)
    questions = found.questions
    covered = [at for at, one in enumerate(questions) if one.evidence_clause_ids]
    retrieval = {
        system: _retrieval([questions[at] for at in covered], [given[system][at] for at in covered])
        for system in given
    }
    ours = given["ours"]
    verdict: dict[str, Figure] = {}
    if which.verdicts:
        pairs = [
            (one, got)
            for one, got in zip(questions, ours, strict=True)
            if one.verdict in VERDICTS.values()
        ]
        right = [(float(VERDICTS.get(got.verdict) == one.verdict), 1.0) for one, got in pairs]
        verdict["verdict right"] = _figure(right, share)
        commonest = max(
            VERDICTS.values(), key=lambda said: sum(one.verdict == said for one, _ in pairs)
        )
        always = [(float(one.verdict == commonest), 1.0) for one, _ in pairs]
        verdict[f"always “{commonest}”"] = _figure(always, share)
    silence = {}
    if any(not one.answerable for one in questions):
        silence = {system: _silence(questions, given[system]) for system in given}
    return Scored(which.name, which.note, retrieval, verdict, silence)


def answer(
    which: PublicSet, found: Read, embed: Embed, scoring: Scoring, bar: Progress
) -> dict[str, list[Found]]:
    """What ours, dense and BM25 give for every question."""
    shelves = {
        key: shelve(documents, scoring.embedder.embed)
        for key, documents in found.shelved(which.pooled).items()
    }
    searches = {key: _Searches(shelf, embed, scoring) for key, shelf in shelves.items()}
    rows: dict[str, list[Found]] = {"ours": [], "dense": [], "BM25": []}
    for one in bar.track(found.questions, description=which.name):
        search = searches["" if which.pooled else one.doc_id or ""]
        for system, made in search.find(one).items():
            rows[system].append(made)
    return rows


class _Searches:
    """The three ways to search one shelf."""

    def __init__(self, shelf: Shelf, embed: Embed, scoring: Scoring) -> None:
        import bm25s
        import Stemmer

        self._embed, self._scoring = embed, scoring
        self._ranker = Ranker(shelf, scoring.embedder.model.name)
        self._places = {p.clause.id: at for at, p in enumerate(shelf.passages)}
        self._plain = np.asarray(embed([p.clause.text for p in shelf.passages]))
        self._ids = [passage.clause.id for passage in shelf.passages]
        self._tokenize, self._stemmer = bm25s.tokenize, Stemmer.Stemmer("english")
        self._bm25 = bm25s.BM25()
        self._bm25.index(self._words([p.clause.text for p in shelf.passages]), show_progress=False)

    def find(self, one: QuestionRow) -> dict[str, Found]:
        # What is asked decides the kind of answer; the situation is only searched for.
        asked = replace(understand(one.question), text=one.text)
        ranked = self._scoring.rank(self._ranker, asked)
        reading = read(asked, ranked, self._places, self._scoring.learned)
        ids = tuple(candidate.passage.clause.id for candidate in ranked[:DEPTH])
        alike = self._plain @ np.asarray(self._embed([one.text]))[0]
        words = np.asarray(self._bm25.get_scores(self._words([one.text])[0]))
        return {
            "ours": Found(ids, reading.verdict, reading.covered),
            "dense": self._best(alike),
            "BM25": self._best(words),
        }

    def _best(self, scores: Floats) -> Found:
        order = np.argsort(-scores, kind="stable")[:DEPTH]
        return Found(tuple(self._ids[at] for at in order), covered=float(scores[order[0]]))

    def _words(self, texts: list[str]) -> list[list[str]]:
        found = self._tokenize(
            texts, stopwords="en", stemmer=self._stemmer, return_ids=False, show_progress=False
        )
        return [one or ["-"] for one in found]


def _retrieval(questions: Sequence[QuestionRow], found: Sequence[Found]) -> dict[str, Figure]:
    """trec_eval's figures through ir_measures, each the mean over questions with evidence."""
    relevant = [Qrel(one.qid, id, 1) for one in questions for id in one.evidence_clause_ids]
    ranked = [
        ScoredDoc(one.qid, id, float(-rank))
        for one, got in zip(questions, found, strict=True)
        for rank, id in enumerate(got.ids)
    ]
    measures = list(MEASURES.values())
    told = {
        (m.query_id, str(m.measure)): float(m.value)
        for m in evaluator(measures, relevant).iter_calc(ranked)
    }
    return {
        name: _figure([(told[one.qid, str(measure)], 1.0) for one in questions], share)
        for name, measure in MEASURES.items()
    }


def _silence(questions: Sequence[QuestionRow], found: Sequence[Found]) -> dict[str, Figure]:
    """Whether it is silent on what cannot be answered, and whether some threshold could tell.

    AUROC: how often an answerable question scores higher than one that is not.
    """
    figures = {}
    if any(got.verdict for got in found):
        counts = [
            (float(got.verdict == "not_covered"), float(not one.answerable))
            for one, got in zip(questions, found, strict=True)
        ]
        both = [(silent * wanted, silent, wanted) for silent, wanted in counts]
        figures["silence precision"] = _figure([(hit, given) for hit, given, _ in both], share)
        figures["silence recall"] = _figure([(hit, wanted) for hit, _, wanted in both], share)
        figures["silence F1"] = _figure(both, f1)
        refused = [(silent * (1 - wanted), 1 - wanted) for silent, wanted in counts]
        figures["false refusals"] = _figure(refused, share)
    rows = [(got.covered, float(one.answerable)) for one, got in zip(questions, found, strict=True)]
    value = auroc(np.array(rows), np.ones((1, len(rows))))
    drawn = auroc(np.array(rows), draws(len(rows), 200))
    low, high = interval(drawn)
    figures["AUROC"] = Figure(float(value[0]), low, high, len(rows))
    return figures


def _figure(counts: Sequence[tuple[float, ...]], value: Statistic) -> Figure:
    rows = np.array(counts, dtype=np.float64)
    figure = float(value(rows, np.ones((1, len(rows))))[0])
    if np.isnan(figure):
        return Figure(None, None, None, 0)
    low, high = interval(value(rows, draws(len(rows))))
    return Figure(figure, low, high, bearing(rows))


def _print(console: Console, scored: Sequence[Scored]) -> None:
    missing = Figure(None, None, None, 0)
    for one in scored:
        console.print(f"{one.name}: {one.note}", style="bold")
        table = Table(box=None)
        table.add_column("", no_wrap=True)
        for system in one.retrieval:
            table.add_column(system, justify="right", no_wrap=True)
        for part in (one.retrieval, one.silence):
            names = dict.fromkeys(name for figures in part.values() for name in figures)
            for name in names:
                table.add_row(name, *(cell(part[system].get(name, missing)) for system in part))
        for name, figure in one.verdict.items():
            table.add_row(name, cell(figure))
        console.print(table)
        console.print()
