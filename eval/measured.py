"""Gold sets with what every system gave for them, and how they are divided for reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.given import Case, Given
from eval.gold import Gold, Split
from eval.run import Keep, Result, run
from eval.sets import Loaded
from eval.systems import System

Group = Callable[[Case], str]
GROUPS: dict[str, Group] = {
    "kind": lambda case: case.gold.question.kind,
    "school": lambda case: case.gold.question.school or "(none given)",
}
HEADLINES = ("first_quote", "evidence_recall", "quote_precision", "verdict", "whole")

FIRST = (
    "whole",
    "first_quote",
    "evidence_recall",
    "quote_precision",
    "verdict",
    "abstention_precision",
    "abstention_recall",
    "false_refusals",
    "faithful",
    "verbatim",
    "other_school",
    "superseded",
)
"""The figures that come first; all others are in the full tables."""
FEW = 5
"""A group of fewer test questions would tell how single questions fared."""

Known = Mapping[tuple[str, str], Given]


@dataclass(frozen=True)
class Measured:
    """One gold set with every system's cases; ours is the first."""

    set: Loaded
    results: tuple[Result, ...]

    @property
    def ours(self) -> Result:
        return self.results[0]


def measure(
    loaded: Loaded,
    gold: Sequence[Gold],
    systems: Sequence[System],
    known: Known | None = None,
    keep: Keep = lambda _system, _gold, _given: None,
) -> Measured:
    """The questions put to every system, but for what is known already."""
    return Measured(loaded, run(gold, systems, loaded.corpus, known, keep))


def on_side(cases: Iterable[Case], split: Split) -> tuple[Case, ...]:
    return tuple(case for case in cases if case.gold.split == split)


def grouped(cases: Iterable[Case], group: Group) -> dict[str, tuple[Case, ...]]:
    """Cases by kind or school, in alphabetical order."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(group(case), []).append(case)
    return {name: tuple(groups[name]) for name in sorted(groups)}


def readable_groups(
    cases: Iterable[Case], group: Group, split: Split
) -> dict[str, tuple[int, tuple[Case, ...]]]:
    """Groups with their size; those of test that are hardly more than one question stay closed."""
    return {
        name: (len(members), members if split == "dev" or len(members) >= FEW else ())
        for name, members in grouped(cases, group).items()
    }


def titled(loaded: Loaded, split: Split) -> str:
    return f"{loaded.title}, {split}" if loaded.title else split
