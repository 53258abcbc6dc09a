"""What a run shows, gathered for the page and for Markdown alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.config import Config
from eval.failures import evidence, faults, quoted
from eval.faithfulness import findings as claims_of
from eval.given import Case
from eval.gold import SPLITS, Split
from eval.intervals import Figure, measure, measure_all
from eval.measured import GROUPS, HEADLINES, Measured, on_side, readable_groups
from eval.metrics import METRICS
from eval.metrics.verdicts import LABELS, confusion, label_expected, label_given

WORST = 25


@dataclass(frozen=True)
class Column:
    """One system's figures on one side of a gold set."""

    system: str
    figures: dict[str, Figure]


@dataclass(frozen=True)
class Breakdown:
    """Ours by kind or by school: name, number of questions, figures; none where too few."""

    name: str
    rows: tuple[tuple[str, int, dict[str, Figure]], ...]


@dataclass(frozen=True)
class Side:
    """A gold set's dev or test questions."""

    split: Split
    n: int
    columns: tuple[Column, ...]
    breakdowns: tuple[Breakdown, ...]
    labels: tuple[str, ...]
    confusion: dict[tuple[str, str], int]
    cases: tuple[Case, ...]

    @property
    def ours(self) -> Column:
        return self.columns[0]


@dataclass(frozen=True)
class Section:
    """A gold set."""

    name: str
    title: str
    documents: int
    sides: tuple[Side, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Bad:
    """An answer that fell short, of dev: all that is needed to see why."""

    id: str
    set: str
    question: str
    history: tuple[str, ...]
    asked_by: str
    kind: str
    faults: tuple[str, ...]
    expected: str
    evidence: tuple[str, ...]
    given: str
    answer: str
    quotes: tuple[str, ...]
    confidence: float | None
    why: str


@dataclass(frozen=True)
class Findings:
    """Everything that the report says."""

    run: str
    config: Config
    sections: tuple[Section, ...]
    worst: tuple[Bad, ...]
    failed: int  # dev answers that fell short, of which `worst` are the first

    @property
    def systems(self) -> list[str]:
        return list(
            dict.fromkeys(c.system for s in self.sections for x in s.sides for c in x.columns)
        )


def gather(folder: Path, config: Config, measured: Sequence[Measured]) -> Findings:
    """The run's figures, and the dev answers that fell short, worst first."""
    failed = [
        (case, one.set.title or one.set.name)
        for one in measured
        for case in on_side(one.ours.cases, "dev")
        if faults(case)
    ]
    failed.sort(key=lambda pair: (badness(pair[0]), pair[0].gold.question.id), reverse=True)
    return Findings(
        folder.name,
        config,
        tuple(_section(one) for one in measured),
        tuple(_bad(case, title) for case, title in failed[:WORST]),
        len(failed),
    )


def badness(case: Case) -> tuple[int, float]:
    """How much harm an answer could do, then how sure it was of itself.

    Worst is leave given for what is forbidden, or the reverse; then text that should never be shown
    and sentences that do not stand; then an answer where the policies are silent; then silence or
    another wrong verdict; then a wrong quote.
    """
    expected, given = label_expected(case), label_given(case)
    yes, no = {"permitted"}, {"not_permitted", "advised_against"}
    if (expected in yes and given in no) or (expected in no and given in yes):
        harm = 4
    elif any(text in fault for fault in faults(case) for text in ("another", "superseded", "verb")):
        harm = 3
    elif case.gold.question.status != "answered" and case.given.status == "answered":
        harm = 2
    else:
        harm = int(expected != given)
    return harm, case.given.confidence or 0.0


def _section(one: Measured) -> Section:
    sides = []
    for split in SPLITS:
        cases = on_side(one.ours.cases, split)
        if not cases:
            continue
        columns = tuple(
            Column(result.system, measure_all(on_side(result.cases, split)))
            for result in one.results
        )
        breakdowns = tuple(
            Breakdown(
                name,
                tuple(
                    (label, n, {key: measure(METRICS[key], members) for key in HEADLINES})
                    for label, (n, members) in readable_groups(cases, group, split).items()
                ),
            )
            for name, group in GROUPS.items()
        )
        table = confusion(cases)
        labels = tuple(x for x in LABELS if any(x in pair for pair in table))
        sides.append(Side(split, len(cases), columns, breakdowns, labels, table, cases))
    title = one.set.title or "the questions given"
    return Section(one.set.name, title, len(one.set.corpus), tuple(sides), one.set.broken)


def _bad(case: Case, title: str) -> Bad:
    question, given = case.gold.question, case.given
    quotes = [f"{quote.lead_in} {quote.text}".strip() for quote in given.quotes]
    unsaid = [one.sentence for one in claims_of(given.answer, quotes) if one.faults]
    return Bad(
        question.id,
        title,
        question.question,
        question.history,
        f"{question.role}, {question.school or 'no school named'}",
        question.kind,
        (*faults(case), *(f"does not stand in the quotes: {said}" for said in unsaid)),
        f"{question.status}, {question.verdict}",
        tuple(evidence(case)),
        f"{given.status}, {given.verdict}",
        given.answer,
        tuple(quoted(case)),
        given.confidence,
        question.why,
    )
