"""Results for people (tables) and for machines (JSON)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from eval.failures import evidence, faults, quoted
from eval.given import Case
from eval.gold import Split
from eval.intervals import Figure, measure_all, value_of
from eval.metrics import METRICS
from eval.run import Result, scores

WIDTH = 92
HEADLINES = ("first_quote", "evidence_recall", "quote_precision", "verdict", "whole")
Group = Callable[[Case], str]
GROUPS: dict[str, Group] = {
    "kind": lambda case: case.gold.question.kind,
    "school": lambda case: case.gold.question.school or "(none given)",
}


def on_side(cases: Iterable[Case], split: Split) -> tuple[Case, ...]:
    return tuple(case for case in cases if case.gold.split == split)


def grouped(cases: Iterable[Case], group: Group) -> dict[str, tuple[Case, ...]]:
    """Cases by kind or school, in alphabetical order."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(group(case), []).append(case)
    return {name: tuple(groups[name]) for name in sorted(groups)}


# ---- tables ---------------------------------------------------------------------------------


def print_report(console: Console, results: Sequence[Result], splits: Sequence[Split]) -> None:
    """Ours beside the baselines, then ours by kind and by school, each split apart."""
    for split in splits:
        sides = {result.system: on_side(result.cases, split) for result in results}
        ours = sides[results[0].system]
        if not ours:
            console.print(f"{split}: no questions.\n")
            continue
        console.print(_headline(split, sides))
        for name, group in GROUPS.items():
            console.print()
            console.print(_breakdown(f"{split}: {results[0].system} by {name}", name, ours, group))
        console.print()
    console.print(
        "value (95 % bootstrap interval) number of questions that bear on it", style="dim"
    )


def _headline(split: Split, sides: Mapping[str, Sequence[Case]]) -> Table:
    count = len(next(iter(sides.values())))
    table = Table(title=f"{split}: {count} questions", title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    columns = [measure_all(cases) for cases in sides.values()]
    for system in sides:
        table.add_column(system, justify="right", no_wrap=True)
    for key, metric in METRICS.items():
        table.add_row(metric.name, *(_cell(column[key]) for column in columns))
    return table


def _breakdown(title: str, name: str, cases: Sequence[Case], group: Group) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    table.add_column(name, no_wrap=True)
    table.add_column("n", justify="right")
    for key in HEADLINES:
        table.add_column(METRICS[key].name, justify="right")
    for label, members in grouped(cases, group).items():
        figures = (value_of(METRICS[key], members) for key in HEADLINES)
        table.add_row(label, str(len(members)), *map(_number, figures))
    return table


def _cell(figure: Figure) -> Text:
    if figure.value is None:
        return Text("–")
    text = Text(_number(figure.value), style="bold")
    between = f" ({_number(figure.low)}–{_number(figure.high)})"
    return text.append(between, style="dim not bold").append(f"{figure.n:>4}", style="not bold")


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 10 else f"{value:.2f}"


def print_failures(console: Console, result: Result) -> None:
    """The failed questions of dev, and of dev only: test must stay unread to mean anything."""
    dev = on_side(result.cases, "dev")
    failed = [case for case in dev if faults(case)]
    console.print(f"{result.system}: {len(failed)} of {len(dev)} dev questions fell short.\n")
    for case in failed:
        question, given = case.gold.question, case.given
        console.print(f"[bold]{escape(question.id)}[/bold] {escape(question.question)}")
        console.print(
            f"  {question.kind}, {question.school or 'no school given'}, {question.role}",
            style="dim",
        )
        _lines(console, "asked before", question.history)
        _lines(console, "wrong", faults(case))
        _lines(console, "expected", [f"{question.status}, {question.verdict}", *evidence(case)])
        _lines(console, "given", [f"{given.status}, {given.verdict}", given.answer, *quoted(case)])
        _lines(console, "why", [question.why])
        console.print()


def _lines(console: Console, name: str, lines: Iterable[str]) -> None:
    for line in filter(None, lines):
        console.print(f"  {name + ':':<14}{escape(line)}", soft_wrap=True)


# ---- JSON -----------------------------------------------------------------------------------


def as_json(
    results: Sequence[Result], splits: Sequence[Split], as_of: dt.date, failures: bool
) -> dict[str, Any]:
    """Every figure of the tables; question by question for dev only."""
    return {
        "as_of": as_of.isoformat(),
        "metrics": {
            key: {"name": metric.name, "good": metric.good, "definition": metric.definition}
            for key, metric in METRICS.items()
        },
        "systems": {
            result.system: {
                split: _side(on_side(result.cases, split), split == "dev", failures)
                for split in splits
            }
            for result in results
        },
    }


def _side(cases: Sequence[Case], readable: bool, failures: bool) -> dict[str, Any]:
    side: dict[str, Any] = {"n": len(cases), "figures": _figures(cases)}
    for name, group in GROUPS.items():
        side[f"by_{name}"] = {
            label: {"n": len(members), "figures": _figures(members)}
            for label, members in grouped(cases, group).items()
        }
    if readable:
        side["questions"] = {case.gold.question.id: scores(case) for case in cases}
    if readable and failures:
        side["failures"] = [_failure(case) for case in cases if faults(case)]
    return side


def _figures(cases: Sequence[Case]) -> dict[str, Any]:
    return {key: dataclasses.asdict(figure) for key, figure in measure_all(cases).items()}


def _failure(case: Case) -> dict[str, Any]:
    question, given = case.gold.question, case.given
    return {
        "id": question.id,
        "question": question.question,
        "faults": faults(case),
        "expected": {
            "status": question.status,
            "verdict": question.verdict,
            "evidence": evidence(case),
        },
        "given": {
            "status": given.status,
            "verdict": given.verdict,
            "answer": given.answer,
            "quotes": quoted(case),
        },
    }
