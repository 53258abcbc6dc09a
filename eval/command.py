"""`verse eval`: measure the assistant and the baselines on the gold questions, offline."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

from assistant.answer import AssistantError
from eval import (
    adversarial,
    compare,
    contradictory,
    gate,
    judging,
    masking,
    public,
    report,
    running,
)
from eval.asking import Openers, WrongUsage, ask, choose, homes
from eval.gold import GoldError
from eval.options import add_output, add_questions, add_systems
from eval.runs import RunError
from eval.systems import SystemFailed
from eval.tables import show
from ingest.documents import IngestError

EXAMPLES = """examples:
  verse eval                                  the table, ours beside the tutorial RAG pipeline
  verse eval --set policies --split dev --failures
  verse eval run --against tutorial --against bm25
  verse eval run --against "cmd:other-system --batch -"
  verse eval compare 2026-11-20 2026-11-21    two runs, by part of their names
  verse eval gate                             what CI asks: has anything fallen?
"""


@dataclass(frozen=True)
class Command:
    """A subcommand: what it is for, its options, what it does."""

    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Openers], int]


COMMANDS = {
    "run": Command("measure, and keep it all in a folder", running.add_arguments, running.run),
    "compare": Command("what changed between two runs", compare.add_arguments, compare.run),
    "report": Command("a run as one page to read", report.add_arguments, report.run),
    "bench": Command("public question sets", public.add_arguments, public.run),
    "adversarial": Command(
        "flips that verification must reject, paraphrases that it should accept",
        adversarial.add_arguments,
        adversarial.run,
    ),
    "masking": Command(
        "how often names, addresses and numbers in questions are masked",
        masking.add_arguments,
        masking.run,
    ),
    "contradictions": Command(
        "clauses that contradict each other: planted pairs found, innocent ones left alone",
        contradictory.add_arguments,
        contradictory.run,
    ),
    "gate": Command("fail where dev fell below the baseline", gate.add_arguments, gate.run),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options and subcommands of `verse eval`."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    add_questions(parser)
    add_systems(parser)
    add_output(parser)
    judging.add_arguments(parser)
    below = parser.add_subparsers(dest="eval_command", metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.add_arguments(below.add_parser(name, help=command.help))


def run(args: argparse.Namespace, openers: Openers | None = None) -> int:
    """Do what was asked, print, and return the exit code."""
    try:
        command = COMMANDS.get(args.eval_command or "")
        return (command.run if command else _table)(args, openers or Openers())
    except (WrongUsage, GoldError, judging.JudgeError) as error:
        return _fail(str(error), 2)
    except (RunError, SystemFailed, IngestError, AssistantError) as error:
        return _fail(str(error), 1)


def _table(args: argparse.Namespace, openers: Openers) -> int:
    """The table alone: nothing is saved."""
    sets = choose(args)
    judge = judging.asked_for(args)
    with homes(args) as home_of:
        measured = ask(sets, args, openers, home_of)
        embed = openers.embed(home_of(sets[0].loaded.name)) if judge else None
        lines = judging.judge(measured, args, embed, judge)
    show(measured, args, judging.as_json(lines, measured) if lines else None)
    judging.print_lines(lines, measured, args)
    return 3 if any(one.set.broken for one in measured) else 0


def _fail(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code
