"""Put the gold questions to every system and keep what each gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.corpus import Corpus
from eval.given import Case, Given
from eval.gold import Gold
from eval.systems import System

Keep = Callable[[str, Gold, Given], None]


@dataclass(frozen=True)
class Result:
    """One system's cases, in the order of the gold questions."""

    system: str
    cases: tuple[Case, ...]


def run(
    gold: Sequence[Gold],
    systems: Sequence[System],
    corpus: Corpus,
    known: Mapping[tuple[str, str], Given] | None = None,
    keep: Keep = lambda _system, _gold, _given: None,
) -> tuple[Result, ...]:
    """Every system's cases; `keep` is called with each new answer, as soon as it is there.

    `known` are answers of an earlier run, by system and question id: those are not asked again.
    """
    results = []
    for system in systems:
        answers = {
            one.question.id: (known or {})[system.name, one.question.id]
            for one in gold
            if (system.name, one.question.id) in (known or {})
        }
        left = [one for one in gold if one.question.id not in answers]
        for one, given in zip(left, system.answers(left), strict=True):
            answers[one.question.id] = given
            keep(system.name, one, given)
        cases = tuple(Case(one, answers[one.question.id], corpus) for one in gold)
        results.append(Result(system.name, cases))
    return tuple(results)
