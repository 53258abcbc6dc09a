"""Results as tables in a terminal."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from eval.failures import evidence, faults, quoted
from eval.given import Case
from eval.gold import Split
from eval.intervals import Figure, measure, value_of
from eval.measured import FIRST, GROUPS, HEADLINES, Measured, on_side, readable_groups, titled
from eval.metrics import METRICS
from eval.options import splits_of
from eval.scores import as_json

WIDTH = 92


def show(
    measured: Sequence[Measured], args: argparse.Namespace, more: Mapping[str, Any] | None = None
) -> None:
    """Tables, or one JSON object where that was asked for, with `more` in it."""
    splits = splits_of(args)
    if args.json:
        found = as_json(measured, splits, args.as_of, args.failures) | dict(more or {})
        print(json.dumps(found, ensure_ascii=False))
        return
    console = wide_console()
    print_tables(console, measured, splits, args.brief)
    if args.failures and "dev" in splits:
        for one in measured:
            print_failures(console, one)
    elif args.failures:
        print("Failures are listed for dev only: test must stay unread.", file=sys.stderr)


def wide_console() -> Console:
    """Wider than a narrow terminal rather than cropped: figures must never be cut."""
    return Console(width=max(Console().width, WIDTH), highlight=False)


def print_tables(
    console: Console, measured: Sequence[Measured], splits: Sequence[Split], brief: bool = False
) -> None:
    """Ours beside the baselines, then ours by kind and by school, each set and split apart."""
    for one in measured:
        for split in splits:
            title = titled(one.set, split)
            sides = {result.system: on_side(result.cases, split) for result in one.results}
            ours = sides[one.ours.system]
            if not ours:
                console.print(f"{title}: no questions.\n")
                continue
            console.print(_headline(title, sides, FIRST if brief else tuple(METRICS)))
            for name, group in () if brief else GROUPS.items():
                console.print()
                by = f"{title}: {one.ours.system} by {name}"
                console.print(_breakdown(by, name, readable_groups(ours, group, split)))
            console.print()
    console.print(
        "value (95 % bootstrap interval) number of questions that bear on it", style="dim"
    )


def _headline(title: str, sides: Mapping[str, Sequence[Case]], keys: Sequence[str]) -> Table:
    count = len(next(iter(sides.values())))
    table = Table(title=f"{title}: {count} questions", title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for system in sides:
        table.add_column(system, justify="right", no_wrap=True)
    for key in keys:
        figures = (measure(METRICS[key], cases) for cases in sides.values())
        table.add_row(METRICS[key].name, *map(cell, figures))
    return table


def _breakdown(title: str, name: str, groups: Mapping[str, tuple[int, Sequence[Case]]]) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    table.add_column(name, no_wrap=True)
    table.add_column("n", justify="right")
    for key in HEADLINES:
        table.add_column(METRICS[key].name, justify="right")
    for label, (n, members) in groups.items():
        figures = (value_of(METRICS[key], members) for key in HEADLINES)
        table.add_row(label, str(n), *map(number, figures))
    return table


def cell(figure: Figure) -> Text:
    """A figure with its interval and what it rests on."""
    if figure.value is None:
        return Text("–")
    text = Text(number(figure.value), style="bold")
    between = f" ({number(figure.low)}–{number(figure.high)})"
    return text.append(between, style="dim not bold").append(f"{figure.n:>4}", style="not bold")


def number(value: float | None) -> str:
    """Two decimals where they mean something."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 10 else f"{value:.2f}"


def print_failures(console: Console, measured: Measured) -> None:
    """The failed questions of dev, and of dev only: test must stay unread to mean anything."""
    dev = on_side(measured.ours.cases, "dev")
    failed = [case for case in dev if faults(case)]
    where = f" of {measured.set.title}" if measured.set.title else ""
    console.print(
        f"{measured.ours.system}: {len(failed)} of {len(dev)} dev questions{where} fell short.\n"
    )
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
