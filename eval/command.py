"""`verse eval`: measure the assistant and the baselines on the gold questions, offline."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from assistant.answer import AssistantError
from eval.corpus import Corpus, read_corpus
from eval.gold import AS_OF, SPLITS, Gold, GoldError, Split, load_gold
from eval.report import WIDTH, as_json, print_failures, print_report
from eval.run import Result
from eval.run import run as put
from eval.systems import Asker, Embed, Ours, System, fresh_home, open_embed, open_ours
from ingest.documents import IngestError

GOLD = Path(__file__).parent / "gold"
CORPUS = Path(__file__).parent.parent / "corpus"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `verse eval`."""
    parser.add_argument(
        "--gold", nargs="+", type=Path, metavar="FILE", help="gold files or folders (default: ours)"
    )
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="the documents they are about (default: ours)"
    )
    parser.add_argument(
        "--split", choices=(*SPLITS, "all"), default="all", help="which questions (default: all)"
    )
    parser.add_argument("--school", metavar="S", help="only the questions of this school (key)")
    parser.add_argument(
        "--against",
        choices=("tutorial", "none"),
        default="tutorial",
        help="what to measure beside us (default: the tutorial RAG pipeline)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument(
        "--failures", action="store_true", help="list the failed questions, of dev only"
    )
    parser.add_argument(
        "--as-of",
        type=_day,
        default=AS_OF,
        metavar="DATE",
        help=f"ask as if on this day (default: {AS_OF}, for which the gold verdicts hold)",
    )


def run(
    args: argparse.Namespace,
    open_ours: Callable[[Path, Path], Asker] = open_ours,
    open_embed: Callable[[Path], Embed] = open_embed,
) -> int:
    """Measure, print, and return the exit code."""
    corpus_dir = args.corpus or (CORPUS if CORPUS.is_dir() else Path("corpus"))
    splits: tuple[Split, ...] = SPLITS if args.split == "all" else (args.split,)
    if missing := [path for path in args.gold or () if not path.exists()]:
        return _fail(f"There is no gold file {missing[0]}.", 2)
    try:
        gold = load_gold(args.gold or [GOLD], corpus_dir)
        schools = sorted({one.question.school for one in gold})
        if args.school and args.school not in schools:
            known = ", ".join(filter(None, schools))
            return _fail(f'No gold question is about the school "{args.school}": try {known}.', 2)
        asked = [
            one
            for one in gold
            if one.split in splits and args.school in (None, "", one.question.school)
        ]
        if not asked:
            return _fail("No gold question is left to ask: choose another split or school.", 2)
        corpus = read_corpus(corpus_dir)
        with tempfile.TemporaryDirectory(prefix="verse-eval-", ignore_cleanup_errors=True) as aside:
            home = fresh_home(Path(aside), models_from=_users_home(args))
            systems: list[System] = [Ours(open_ours(corpus_dir, home), args.as_of)]
            if args.against == "tutorial":
                systems += _baselines(gold, corpus, open_embed(home))
            results = _measured(asked, systems, corpus)
    except (GoldError, IngestError, AssistantError) as error:
        return _fail(str(error), 1)
    _print(results, splits, args)
    return 0


def _baselines(gold: Sequence[Gold], corpus: Corpus, embed: Embed) -> Sequence[System]:
    from eval.baselines import commonest_verdict, tutorials  # LangChain and Chroma take a second

    return tutorials(corpus, embed, commonest_verdict(gold))


def _measured(
    gold: Sequence[Gold], systems: Sequence[System], corpus: Corpus
) -> tuple[Result, ...]:
    """Run behind a progress bar on stderr: stdout carries the result alone."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("asking", total=len(gold) * len(systems))
        return put(gold, systems, corpus, step=lambda: bar.advance(task))


def _print(results: Sequence[Result], splits: Sequence[Split], args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps(as_json(results, splits, args.as_of, args.failures), ensure_ascii=False))
        return
    # Wider than a narrow terminal rather than cropped: figures must never be cut.
    console = Console(width=max(Console().width, WIDTH), highlight=False)
    print_report(console, results, splits)
    if args.failures and "dev" in splits:
        print_failures(console, results[0])
    elif args.failures:
        print("Failures are listed for dev only: test must stay unread.", file=sys.stderr)


def _users_home(args: argparse.Namespace) -> Path:
    """Where the models were exported to, if they were; nothing else is taken from there."""
    return Path(getattr(args, "home", None) or os.environ.get("VERSE_HOME") or ".verse")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a date like 2026-11-20') from None


def _fail(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code
