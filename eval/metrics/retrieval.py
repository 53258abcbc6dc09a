"""Whether the governing clauses are found, before anything is read: what ranking alone achieves.

The figures are trec_eval's, through ir_measures. What it calls a document is here an evidence:
walking down the clauses a system ranked, each stands for the evidences that it meets first, so
that two clauses for one evidence count once; a clause that meets two takes two places. Questions
about the register and about versions are left out: cover lines and superseded text are not among
the clauses in force.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from ir_measures import RR, Qrel, R, ScoredDoc, evaluator, nDCG

from eval.given import Case, Place
from eval.gold import Block
from eval.metrics.places import Counts, meets

_ESSENTIAL, _SUPPORTING = 2, 1
_RECALL = {k: R(rel=_ESSENTIAL) @ k for k in (1, 3, 5, 10)}
_MRR, _NDCG = RR @ 10, nDCG @ 10


def recall_at(k: int) -> Callable[[Case], Counts]:
    """Recall of the first k clauses; a function each, for each has its own definition."""

    def recall(case: Case) -> Counts:
        if not _ranked(case) or not any(block.essential for block in case.gold.blocks):
            return 0.0, 0.0
        return _judged(case)[str(_RECALL[k])], 1.0

    many = f"{k} clauses" if k > 1 else "clause"
    recall.__doc__ = (
        f"Recall@{k}: share of a question's essential evidence among the first {many} ranked, "
        "averaged over questions (Manning, Raghavan and Schütze 2008, 8.4)."
    )
    return recall


def mrr(case: Case) -> Counts:
    """MRR@10: 1 / rank of the first clause that meets any evidence, 0 beyond ten (Voorhees 1999).

    Averaged over questions with evidence.
    """
    return (_judged(case)[str(_MRR)], 1.0) if _ranked(case) else (0.0, 0.0)


def ndcg(case: Case) -> Counts:
    """nDCG@10: discounted gain of the first ten clauses over the best possible order's.

    Gain 2 for essential evidence and 1 for supporting, over log2(rank + 1); averaged over
    questions with evidence (Järvelin and Kekäläinen 2002).
    """
    return (_judged(case)[str(_NDCG)], 1.0) if _ranked(case) else (0.0, 0.0)


def _ranked(case: Case) -> bool:
    about_clauses = case.gold.question.kind not in ("register", "version")
    return about_clauses and bool(case.gold.blocks) and case.given.ranking is not None


def _judged(case: Case) -> dict[str, float]:
    return _measures(case.gold.blocks, case.given.ranking or ())


@lru_cache(maxsize=4096)
def _measures(blocks: tuple[Block, ...], ranking: tuple[Place, ...]) -> dict[str, float]:
    relevant = [
        Qrel("q", str(i), _ESSENTIAL if block.essential else _SUPPORTING)
        for i, block in enumerate(blocks)
    ]
    found = _as_evidence(blocks, ranking)
    run = [ScoredDoc("q", name, float(-rank)) for rank, name in enumerate(found)]
    measures = [*_RECALL.values(), _MRR, _NDCG]
    told = {str(m.measure): float(m.value) for m in evaluator(measures, relevant).iter_calc(run)}
    return {str(measure): told.get(str(measure), 0.0) for measure in measures}


def _as_evidence(blocks: Sequence[Block], ranking: Sequence[Place]) -> list[str]:
    """Evidence names in the order in which clauses first met them; the rest under names apart."""
    left = dict(enumerate(blocks))
    found: list[str] = []
    for rank, place in enumerate(ranking):
        met = [i for i, block in left.items() if meets(place, block)]
        met.sort(key=lambda i: not blocks[i].essential)
        found += map(str, met) if met else [f"other-{rank}"]
        for i in met:
            del left[i]
    return found
