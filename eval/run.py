"""Put the gold questions to every system and keep what each gave."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.corpus import Corpus
from eval.given import Case
from eval.gold import Gold
from eval.metrics import METRICS
from eval.systems import System


@dataclass(frozen=True)
class Result:
    """One system's cases, in the order of the gold questions."""

    system: str
    cases: tuple[Case, ...]


def run(
    gold: Sequence[Gold],
    systems: Sequence[System],
    corpus: Corpus,
    step: Callable[[], None] = lambda: None,
) -> tuple[Result, ...]:
    """Every system's cases; `step` is called after each answer, for a progress bar."""
    results = []
    for system in systems:
        cases = []
        for one in gold:
            begun = time.perf_counter()
            given = system.answer(one)
            given = dataclasses.replace(given, seconds=time.perf_counter() - begun)
            cases.append(Case(one, given, corpus))
            step()
        results.append(Result(system.name, tuple(cases)))
    return tuple(results)


def scores(case: Case) -> dict[str, float | None]:
    """One question's share of every metric that is a plain share; None where it does not bear."""
    counted = {key: metric.counts(case) for key, metric in METRICS.items()}
    return {
        key: counts[0] / counts[1] if counts[1] else None
        for key, counts in counted.items()
        if len(counts) == 2
    }
