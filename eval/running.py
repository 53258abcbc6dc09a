"""`verse eval run`: measure, and keep answers, figures and configuration in a folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eval import judging
from eval.asking import Chosen, Openers, ask, choose, homes
from eval.config import Config, describe
from eval.measured import Measured
from eval.options import add_output, add_questions, add_systems, against_of, splits_of
from eval.runs import (
    RUNS,
    Answers,
    finished_like,
    measured_again,
    opened,
    save_scores,
    start,
)
from eval.scores import as_json
from eval.tables import show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `verse eval run`."""
    add_questions(parser, below=True)
    add_systems(parser, below=True)
    add_output(parser, below=True)
    judging.add_arguments(parser, below=True)
    add_runs(parser)
    parser.add_argument(
        "--afresh", action="store_true", help="ask again what was asked with this configuration"
    )


def add_runs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--runs", type=Path, default=RUNS, metavar="DIR", help="where runs are kept (default: runs)"
    )


def run(args: argparse.Namespace, openers: Openers) -> int:
    """Measure what was not measured yet; an interrupted run goes on where it stopped."""
    sets = choose(args)
    judge = judging.asked_for(args)
    with homes(args) as home_of:
        model, model_sha256 = openers.model(home_of(sets[0].loaded.name))
        config = describe(
            [(one.where, one.loaded) for one in sets],
            model,
            model_sha256,
            args.as_of,
            splits_of(args),
            args.school,
            against_of(args),
        )
        folder = None if args.afresh else _already_run(args.runs, config, sets)
        if folder is not None:
            measured = measured_again(folder)
            said = f"Nothing was asked: this is {folder}; --afresh asks again."
        else:
            folder = start(args.runs, config)
            with opened(folder) as answers:
                measured = ask(sets, args, openers, home_of, answers)
            save(folder, measured, args)
            said = f"Saved in {folder}."
        embed = openers.embed(home_of(sets[0].loaded.name)) if judge else None
        lines = judging.judge(measured, args, embed, judge, folder / "ragas.jsonl")
    show(measured, args, judging.as_json(lines, measured) if lines else None)
    judging.print_lines(lines, measured, args)
    print(said, file=sys.stderr)
    return 3 if any(one.loaded.broken for one in sets) else 0


def save(folder: Path, measured: Sequence[Measured], args: argparse.Namespace) -> None:
    """The figures, which finish a run; failures of dev are always among them."""
    save_scores(folder, as_json(measured, splits_of(args), args.as_of, failures=True))


def _already_run(runs: Path, config: Config, sets: Sequence[Chosen]) -> Path | None:
    """A finished run with this configuration in which every question was asked as it is now."""
    folder = finished_like(runs, config)
    if folder is None:
        return None
    answers = Answers(folder / "answers.jsonl")
    for one in sets:
        known = answers.known(one.loaded.name, one.gold)
        systems = answers.systems(one.loaded.name)
        if not systems or any((s, g.question.id) not in known for s in systems for g in one.gold):
            return None
    return folder
