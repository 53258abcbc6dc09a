"""`verse eval gate`: fail where a metric of dev has fallen below the recorded baseline."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.table import Table

from eval.asking import Openers, ask, choose, homes
from eval.config import code_version
from eval.measured import Measured
from eval.metrics import METRICS, Metric
from eval.options import add_questions
from eval.paired import Difference, difference_of_rows, signed
from eval.runs import RunError, gold_hash
from eval.sums import Floats, macro_f1
from eval.tables import number, wide_console
from ingest.home import write_whole

BASELINE = Path(__file__).parent / "baseline.json"


class Recorded(BaseModel):
    """One dev question as it was scored: what each metric counted in it."""

    model_config = ConfigDict(frozen=True)

    gold: str  # hash of the gold question: scored against another one it would compare nothing
    counts: dict[str, tuple[float, ...]]  # without those that are all 0


class Baseline(BaseModel):
    """baseline.json: the dev questions of each set by id."""

    model_config = ConfigDict(frozen=True)

    code_version: str
    as_of: str
    metrics: tuple[str, ...]
    sets: dict[str, dict[str, Recorded]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `verse eval gate`."""
    add_questions(parser, below=True)
    parser.add_argument(
        "--baseline",
        type=Path,
        default=BASELINE,
        metavar="FILE",
        help="default: eval/baseline.json",
    )
    parser.add_argument(
        "--record", action="store_true", help="write today's figures as the new baseline"
    )


def run(args: argparse.Namespace, openers: Openers) -> int:
    """0 where nothing fell, 1 where something did, 3 where a gold file was left out as broken."""
    args.split, args.against = "dev", ["none"]
    baseline = None if args.record else read_baseline(args.baseline)
    with homes(args) as home_of:
        measured = ask(choose(args), args, openers, home_of)
    now = record(measured, str(args.as_of))
    partly = 3 if any(one.set.broken for one in measured) else 0
    if args.record:
        text = now.model_dump_json().replace('}},"', '}},\n"') + "\n"
        write_whole(args.baseline, text.encode())
        print(f"Recorded in {args.baseline}.", file=sys.stderr)
        return partly
    assert baseline is not None
    return _judge(baseline, now) or partly


def gated() -> dict[str, Metric]:
    """The metrics that can fall.

    Not speed, which is the machine's; not macro-F1, which "verdict right" stands for.
    """
    return {k: m for k, m in METRICS.items() if m.good != "neither" and m.value is not macro_f1}


def record(measured: Sequence[Measured], as_of: str) -> Baseline:
    """What every gated metric counted in every question."""
    return Baseline(
        code_version=code_version(),
        as_of=as_of,
        metrics=tuple(gated()),
        sets={
            one.set.name: {
                case.gold.question.id: Recorded(
                    gold=gold_hash(case.gold),
                    counts={
                        key: tuple(round(count, 4) for count in counts)
                        for key, metric in gated().items()
                        if any(counts := metric.counts(case))
                    },
                )
                for case in one.ours.cases
            }
            for one in measured
        },
    )


def read_baseline(path: Path) -> Baseline:
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise RunError(
            f"There is no baseline {path}; make one with `verse eval gate --record`."
        ) from None
    except (OSError, ValidationError) as error:
        what = type(error).__name__
        raise RunError(f"{path}: not a baseline ({what}); record it anew with --record.") from error


def falls(metric: Metric, found: Difference) -> bool:
    """Whether a metric fell: by more than chance, or, for a promise, at all."""
    if found.change is None:
        return False
    if metric.promise:
        return found.change > 0 if metric.good == "low" else found.change < 0
    return found.shown == "worse"


def _judge(baseline: Baseline, now: Baseline) -> int:
    console = wide_console()
    fallen, compared = [], 0
    for name, questions in now.sets.items():
        recorded = baseline.sets.get(name, {})
        same = [id for id, one in questions.items() if _comparable(one, recorded.get(id))]
        compared += len(same)
        if left := len(questions) - len(same):
            console.print(f"{name}: {left} questions are new or changed since the baseline.")
        if not same:
            continue
        table = Table(title=f"{name}, dev: {len(same)} questions", title_justify="left", box=None)
        table.add_column("", no_wrap=True)
        for head in ("baseline", "now", "difference (95 %)"):
            table.add_column(head, justify="right", no_wrap=True)
        table.add_column("")
        for key, metric in gated().items():
            if key not in baseline.metrics:
                table.add_row(metric.name, "–", "", "", "not in the baseline")
                continue
            before, after = (_rows(side, same, key) for side in (recorded, questions))
            found = difference_of_rows(metric, before, after)
            fell = falls(metric, found)
            if fell:
                fallen.append(f"{metric.name} ({name})")
            table.add_row(
                metric.name,
                number(found.before),
                number(found.after),
                signed(found),
                _word(found, fell),
            )
        console.print(table)
    if not compared:
        raise RunError("The baseline is of other questions; record it anew with --record.")
    if fallen:
        console.print(f"Fell below the baseline of {baseline.code_version}: {', '.join(fallen)}.")
        return 1
    console.print(f"Nothing fell below the baseline of {baseline.code_version}.")
    return 0


def _rows(questions: dict[str, Recorded], ids: Sequence[str], key: str) -> Floats:
    counts = [questions[id].counts.get(key, ()) for id in ids]
    width = 3  # the most that a gated metric counts; columns of zeros change no figure
    return np.array([[*row, *[0.0] * (width - len(row))] for row in counts])


def _comparable(now: Recorded, before: Recorded | None) -> bool:
    return before is not None and before.gold == now.gold


def _word(found: Difference, fell: bool) -> str:
    if fell:
        return "fell"
    return "rose" if found.shown == "better" else ""
