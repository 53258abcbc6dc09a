"""Gold sets put to every system that the command line names, behind a progress bar."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from eval.external import Command
from eval.given import Given
from eval.gold import Gold, GoldError, Split
from eval.measured import Measured, measure
from eval.options import against_of, splits_of, users_home
from eval.ours import Scoring, fresh_home, model_of, open_embed, open_ours, open_scoring
from eval.run import Keep
from eval.runs import Answers
from eval.sets import GoldSet, Loaded, chosen, load
from eval.systems import Asker, Embed, Ours, System

Homes = Callable[[str], Path]


class WrongUsage(Exception):
    """What was asked for cannot be, in one sentence."""


@dataclass(frozen=True)
class Openers:
    """How the assistant and the embedding model are opened; tests bring their own."""

    ours: Callable[[Path, Path], Asker] = open_ours
    embed: Callable[[Path], Embed] = open_embed
    scoring: Callable[[Path], Scoring] = open_scoring
    model: Callable[[Path], tuple[str, str]] = model_of
    worded: Callable[[Path, Path, str], Asker] = open_ours


@dataclass(frozen=True)
class Chosen:
    """A gold set and the questions of it that are to be asked."""

    where: GoldSet
    loaded: Loaded
    gold: tuple[Gold, ...]


def choose(args: argparse.Namespace) -> list[Chosen]:
    """The questions that the options name."""
    if missing := [path for path in args.gold or () if not path.exists()]:
        raise WrongUsage(f"There is no gold file {missing[0]}.")
    wanted = [
        one
        for one in chosen(args.set or (), args.gold or (), args.corpus)
        if args.set or args.gold or any(one.gold[0].glob("*.toml"))
    ]
    if not wanted:
        raise GoldError("No gold set is installed here; name files with --gold and --corpus.")
    found = [(one, load(one, args.keep_going)) for one in wanted]
    for _, loaded in found:
        for sentence in loaded.broken:
            print(sentence, file=sys.stderr)
    splits = splits_of(args)
    schools = {one.question.school for _, loaded in found for one in loaded.gold}
    if args.school and args.school not in schools:
        known = ", ".join(sorted(filter(None, schools)))
        raise WrongUsage(f'No gold question is about the school "{args.school}": try {known}.')
    asked = [
        Chosen(where, loaded, gold)
        for where, loaded in found
        if (gold := _asked(loaded, splits, args.school))
    ]
    if not asked:
        raise WrongUsage("No gold question is left to ask: choose another split or school.")
    return asked


def _asked(loaded: Loaded, splits: Sequence[Split], school: str | None) -> tuple[Gold, ...]:
    return tuple(
        one
        for one in loaded.gold
        if one.split in splits and (not school or school == one.question.school)
    )


@contextlib.contextmanager
def homes(args: argparse.Namespace) -> Iterator[Homes]:
    """A home to index each set in, made afresh and removed; the models are shared."""
    with tempfile.TemporaryDirectory(prefix="verse-eval-", ignore_cleanup_errors=True) as aside:
        made: dict[str, Path] = {}

        def home_of(name: str) -> Path:
            if name not in made:
                models_from = next(reversed(made.values()), users_home(args))
                made[name] = fresh_home(Path(aside) / name, models_from)
            return made[name]

        yield home_of


def ask(
    sets: Sequence[Chosen],
    args: argparse.Namespace,
    openers: Openers,
    home_of: Homes,
    answers: Answers | None = None,
) -> list[Measured]:
    """Every set's questions put to every system; `answers` are known already, and added to."""
    measured = []
    with _bar() as bar:
        for one in sets:
            name, title = one.loaded.name, one.loaded.title
            task = bar.add_task(f"opening {title}".strip(), total=None)
            systems = _systems(one, against_of(args), home_of(name), args.as_of, openers)
            known = answers.known(name, one.gold) if answers else {}
            done = sum(system in {s.name for s in systems} for system, _ in known)
            bar.update(task, total=len(one.gold) * len(systems), completed=done)
            keep = answers.keeper(name) if answers else None
            measured.append(
                measure(one.loaded, one.gold, systems, known, _step(bar, task, title, keep))
            )
            for system in systems:
                if said := _cost(system):
                    bar.print(f"{title}: {said}")
    return measured


def _cost(system: System) -> str:
    """What a language model cost and how much of it was said, in one line; "" without one."""
    tally = getattr(getattr(system, "asker", None), "tally", {})
    if not tally:
        return ""
    counts = Counter(tally)
    return (
        f"{system.name}: {counts['worded']} of {counts['answers']} answers, {counts['passed']} of "
        f"{counts['sentences']} sentences passed, {counts['calls']} calls, {counts['sent']:,} "
        f"characters sent, {counts['received']:,} received."
    )


def _step(bar: Progress, task: TaskID, title: str, keep: Keep | None) -> Keep:
    """Keeps an answer, then moves the bar: what the bar counts is never lost."""

    def step(system: str, gold: Gold, given: Given) -> None:
        if keep is not None:
            keep(system, gold, given)
        bar.update(task, advance=1, description=f"{title} · {system}".strip(" ·"))

    return step


def _systems(
    one: Chosen, against: Sequence[str], home: Path, as_of: dt.date, openers: Openers
) -> list[System]:
    corpus, every = one.loaded.corpus, one.loaded.gold
    systems: list[System] = [Ours(openers.ours(one.loaded.corpus_dir, home), as_of)]
    for name in (name for name in against if name.startswith("llm:")):
        model = name.removeprefix("llm:")
        asker = openers.worded(one.loaded.corpus_dir, home, model)
        systems.append(Ours(asker, as_of, f"worded by {model}"))
    searches = [name for name in against if not name.startswith(("cmd:", "llm:"))]
    if searches:
        # LangChain and Chroma take a second to import.
        from eval.baselines import bm25, commonest_verdict, dense, tutorials

        verdict = commonest_verdict(every)
        embed = openers.embed(home) if set(searches) - {"bm25"} else None
        for name in searches:
            if name == "bm25":
                systems.append(bm25(corpus, verdict))
            elif embed is not None:
                systems += (
                    tutorials(corpus, embed, verdict)
                    if name == "tutorial"
                    else [dense(corpus, embed, verdict)]
                )
    commands = [name.removeprefix("cmd:") for name in against if name.startswith("cmd:")]
    for place, command in enumerate(commands):
        # Two commands of one program would else share a name, and so their answers.
        number = f" {place + 1}" if len(commands) > 1 else ""
        systems.append(Command(command, corpus, as_of, number))
    return systems


def _bar() -> Progress:
    """On stderr, where someone is watching: stdout carries the result alone."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
