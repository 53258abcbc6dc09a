"""The options that the commands of `verse eval` share: which questions, which systems."""

from __future__ import annotations

import argparse
import datetime as dt
import os
from pathlib import Path
from typing import Any

from eval.gold import AS_OF, SPLITS, Split
from eval.sets import SETS

BASELINES = ("tutorial", "bm25", "dense", "none")


def add_questions(parser: argparse.ArgumentParser, below: bool = False) -> None:
    """Which questions to ask.

    `below`: for a subcommand, whose own defaults must not hide what stands before it.
    """
    add = Adding(parser, below)
    add("--set", action="append", choices=list(SETS), help="a gold set (default: all of ours)")
    add("--gold", nargs="+", type=Path, metavar="FILE", help="other gold files or folders")
    add("--corpus", type=Path, metavar="DIR", help="the documents that --gold is about")
    add("--split", choices=(*SPLITS, "all"), default="all", help="which questions (default: all)")
    add("--school", metavar="S", help="only the questions of this school (key)")
    add(
        "--as-of",
        type=day,
        default=AS_OF,
        metavar="DATE",
        help=f"ask as if on this day (default: {AS_OF}, for which the gold verdicts hold)",
    )
    add(
        "--keep-going",
        action="store_true",
        help="go on without gold files that are broken; exit code 3",
    )


def add_systems(parser: argparse.ArgumentParser, below: bool = False) -> None:
    """What to measure beside us."""
    Adding(parser, below)(
        "--against",
        action="append",
        type=system,
        metavar="SYSTEM",
        help="tutorial, bm25, dense, none, or cmd:COMMAND, which answers the JSON lines of `verse "
        "ask --batch`; may be repeated (default: tutorial)",
    )
    Adding(parser, below)(
        "--llm",
        metavar="MODEL",
        help="also our answers as a language model words them: provider:model; address and key are "
        "those of the settings",
    )


def add_output(parser: argparse.ArgumentParser, below: bool = False) -> None:
    add = Adding(parser, below)
    add("--json", action="store_true", help="one JSON object instead of tables")
    add("--brief", action="store_true", help="the main figures alone")
    add("--failures", action="store_true", help="list the failed questions, of dev only")


def splits_of(args: argparse.Namespace) -> tuple[Split, ...]:
    return SPLITS if args.split == "all" else (args.split,)


def against_of(args: argparse.Namespace) -> tuple[str, ...]:
    named = dict.fromkeys(args.against or ("tutorial",))
    worded = (f"llm:{args.llm}",) if getattr(args, "llm", None) else ()
    return (*(one for one in named if one != "none"), *worded)


def users_home(args: argparse.Namespace) -> Path:
    """Where the models were exported to, if they were; nothing else is taken from there."""
    return Path(getattr(args, "home", None) or os.environ.get("VERSE_HOME") or ".verse")


def day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a date like 2026-11-20') from None


def system(text: str) -> str:
    if text in BASELINES or (text.startswith("cmd:") and text[4:].strip()):
        return text
    known = ", ".join(BASELINES)
    raise argparse.ArgumentTypeError(f'"{text}" is none of {known} and no cmd:COMMAND')


class Adding:
    """add_argument, without a default where another parser has it already."""

    def __init__(self, parser: argparse.ArgumentParser, below: bool) -> None:
        self._parser, self._below = parser, below

    def __call__(self, *names: str, **options: Any) -> None:
        if self._below:
            options["default"] = argparse.SUPPRESS
        self._parser.add_argument(*names, **options)
