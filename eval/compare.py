"""`verse eval compare A B`: what changed from one run to another, question by question."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.asking import Openers, WrongUsage
from eval.failures import quoted
from eval.given import Case
from eval.gold import SPLITS, Split
from eval.measured import Measured, on_side, titled
from eval.metrics import METRICS
from eval.paired import Difference, difference, moved, scored_by_question, signed
from eval.running import add_runs
from eval.runs import RunError, find_run, measured_again, read_config
from eval.tables import number, wide_console

SAME = "no difference shown"


@dataclass(frozen=True)
class Pair:
    """The same questions in two runs, in the same order."""

    title: str
    split: Split
    before: tuple[Case, ...]
    after: tuple[Case, ...]
    left_out: int  # questions asked in one of the two alone


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `verse eval compare`."""
    parser.add_argument("before", metavar="A", help="a run: its folder, or part of its name")
    parser.add_argument("after", metavar="B", help="another run")
    parser.add_argument(
        "--system", metavar="NAME", help="compare this system's answers (default: ours)"
    )
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
    add_runs(parser)


def run(args: argparse.Namespace, _openers: Openers) -> int:
    """Print what differs between two runs."""
    before, after = (find_run(name, args.runs) for name in (args.before, args.after))
    pairs = pair(measured_again(before), measured_again(after), args.system)
    if not pairs:
        raise RunError(f"{before} and {after} have no question in common.")
    if args.json:
        print(json.dumps(as_json(pairs), ensure_ascii=False))
        return 0
    console = wide_console()
    console.print(f"A: {before}\nB: {after}", soft_wrap=True)
    for line in configuration(before, after):
        console.print(f"   {line}", style="dim")
    for one in pairs:
        _print(console, one)
    return 0


def pair(before: Sequence[Measured], after: Sequence[Measured], system: str | None) -> list[Pair]:
    """Set by set and split by split, the questions that both runs asked in the same words."""
    pairs = []
    for one in before:
        for other in after:
            if one.set.name != other.set.name:
                continue
            for split in SPLITS:
                made = _pair(one, other, split, system)
                if made.before:
                    pairs.append(made)
    return pairs


def _pair(before: Measured, after: Measured, split: Split, system: str | None) -> Pair:
    sides = []
    for measured in (before, after):
        cases = next(
            (r.cases for r in measured.results if r.system == (system or measured.ours.system)),
            None,
        )
        if cases is None:
            known = ", ".join(f'"{r.system}"' for r in measured.results)
            raise WrongUsage(f'No system "{system}" in the set "{measured.set.name}": try {known}.')
        sides.append({case.gold.question.id: case for case in on_side(cases, split)})
    one, other = sides
    common = [id for id in one if id in other]
    return Pair(
        titled(before.set, split),
        split,
        tuple(one[id] for id in common),
        tuple(other[id] for id in common),
        len(one) + len(other) - 2 * len(common),
    )


def configuration(before: Path, after: Path) -> list[str]:
    """What the two runs were made with, where it differs."""
    one, other = read_config(before), read_config(after)
    named = {
        "code": (one.code_version, other.code_version),
        "model": (f"{one.model} {one.model_sha256[:8]}", f"{other.model} {other.model_sha256[:8]}"),
        "as of": (str(one.as_of), str(other.as_of)),
        "machine": (one.machine, other.machine),
    }
    lines = [f"{name}: {a} → {b}" for name, (a, b) in named.items() if a != b]
    if one.code_sha256 == other.code_sha256:
        lines.append("The code that answers is the same in both.")
    return lines


def differences(one: Pair) -> dict[str, Difference]:
    return {key: difference(metric, one.before, one.after) for key, metric in METRICS.items()}


def conclusion(found: dict[str, Difference]) -> str:
    """One sentence on what is shown, which is often nothing."""
    parts = []
    for shown in ("better", "worse"):
        names = [METRICS[key].name for key, one in found.items() if one.shown == shown]
        if names:
            parts.append(f"{shown}: {', '.join(names)}")
    return "; ".join(parts) + f"; elsewhere {SAME}." if parts else f"{SAME.capitalize()}."


def changed(one: Pair) -> list[tuple[Case, Case, list[str]]]:
    """The questions whose scores moved, with how."""
    found = []
    for before, after in zip(one.before, one.after, strict=True):
        moves = [
            f"{metric.name} {'better' if step > 0 else 'worse'}"
            for metric in scored_by_question().values()
            if (step := moved(metric, before, after))
        ]
        if moves:
            found.append((before, after, moves))
    return found


def _counts(one: Pair, key: str) -> tuple[int, int] | None:
    """How many questions became better and how many worse."""
    metric = scored_by_question().get(key)
    if metric is None:
        return None
    steps = [moved(metric, b, a) for b, a in zip(one.before, one.after, strict=True)]
    return steps.count(1), steps.count(-1)


def _print(console: Console, one: Pair) -> None:
    found = differences(one)
    console.print()
    table = Table(title=f"{one.title}: {len(one.before)} questions", title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for head in ("A", "B", "difference (95 %)", "questions"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("shown")
    for key, each in found.items():
        moves = _counts(one, key)
        table.add_row(
            METRICS[key].name,
            number(each.before),
            number(each.after),
            signed(each),
            f"+{moves[0]} −{moves[1]}" if moves and any(moves) else "",
            "" if each.change is None else each.shown if each.shown != "none" else SAME,
        )
    console.print(table)
    console.print(f"{one.title}: {conclusion(found)}", style="bold")
    if one.left_out:
        console.print(f"{one.left_out} questions were not asked in the same words in both.")
    moved_questions = changed(one)
    if one.split != "dev":  # read one by one, test questions would soon be tuned to
        console.print(f"{len(moved_questions)} questions of {one.split} changed.")
        return
    for before, after, changes in moved_questions:
        question = after.gold.question
        console.print(f"\n[bold]{escape(question.id)}[/bold] {escape(question.question)}")
        console.print(f"  {escape('; '.join(changes))}", soft_wrap=True)
        for name, case in (("A", before), ("B", after)):
            first = next(iter(quoted(case)), "no quote")
            said = f"{case.given.status}, {case.given.verdict}: {first}"
            console.print(f"  {name}: {escape(said)}", style="dim", soft_wrap=True)


def as_json(pairs: Sequence[Pair]) -> dict[str, Any]:
    """The same for machines; questions of dev alone."""
    return {
        one.title: {
            "split": one.split,
            "n": len(one.before),
            "left_out": one.left_out,
            "differences": {k: dataclasses.asdict(d) for k, d in differences(one).items()},
            "conclusion": conclusion(differences(one)),
            "changed": len(changed(one)),
        }
        | (
            {"questions": {a.gold.question.id: moves for _, a, moves in changed(one)}}
            if one.split == "dev"
            else {}
        )
        for one in pairs
    }
