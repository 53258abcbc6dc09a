"""`--ragas` and `--judge`: what ragas makes of our answers, kept question by question."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from eval.given import Case
from eval.gold import SPLITS
from eval.intervals import SEED, Figure, draws, interval
from eval.jsonl import BrokenLine, read_lines
from eval.measured import Measured, on_side, titled
from eval.options import Adding
from eval.runs import RunError, gold_hash
from eval.sums import share
from eval.systems import Embed
from eval.tables import cell, wide_console

if TYPE_CHECKING:
    from eval.ragas_metrics import Judge, Scorer

AT_ONCE = 4
GIVE_UP = 6
"""Calls that fail one after another before we take it that the judge is gone."""


class JudgeError(Exception):
    """Which judge and what is wrong with it, in one sentence."""


class Line(BaseModel):
    """A line of ragas.jsonl: one metric on one question."""

    model_config = ConfigDict(frozen=True)

    judge: str  # "" for metrics without one
    set: str
    id: str
    about: str  # hash of the gold question and the answer
    metric: str
    value: float | None
    problem: str = ""


@dataclass(frozen=True)
class Task:
    """One metric on one question."""

    judge: str
    set: str
    case: Case
    metric: str
    score: Scorer

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        about = f"{gold_hash(self.case.gold)} {hash_of(self.case)}"
        return self.judge, self.set, self.case.gold.question.id, about, self.metric


def add_arguments(parser: argparse.ArgumentParser, below: bool = False) -> None:
    """Declare `--ragas` and `--judge`."""
    add = Adding(parser, below)
    add("--ragas", action="store_true", help="also ragas's metrics that need no LLM")
    add(
        "--judge",
        metavar="PROVIDER:MODEL",
        help="also ragas's metrics judged by this LLM, as LangChain names it (openai:gpt-4o-mini; "
        "OPENAI_BASE_URL names a server of your own); questions, answers and quotes go there",
    )
    add("--judge-most", type=int, metavar="N", help="judge N questions a set, drawn by chance")
    add(
        "--judge-timeout",
        type=float,
        default=60,
        metavar="SECONDS",
        help="how long a reply may take (default: 60)",
    )


def open_judge(name: str, timeout: float) -> Judge:
    """The LLM by its name; raises JudgeError, in one sentence, where it cannot be opened."""
    if ":" not in name:
        raise JudgeError(f'"{name}" is not PROVIDER:MODEL, as in openai:gpt-4o-mini.')
    ragas_metrics = _ragas()
    from langchain.chat_models import init_chat_model

    try:
        model = init_chat_model(name, temperature=0, timeout=timeout, max_retries=2)
    except ImportError as error:
        raise JudgeError(f"The judge {name} needs a package: {_first_line(error)}") from error
    except Exception as error:  # each provider has its own for a key that is missing
        if re.search("api.?key|credential", str(error), re.I):
            key = f"{name.split(':')[0].upper()}_API_KEY"
            raise JudgeError(f"The judge {name} has no key; set {key} and try again.") from error
        raise JudgeError(f"The judge {name} cannot be opened: {_first_line(error)}") from error
    made: Judge = ragas_metrics.Judge(model)
    return made


def asked_for(args: argparse.Namespace) -> Judge | None:
    """The judge that was asked for: before any question is, for its key may be missing."""
    return open_judge(args.judge, args.judge_timeout) if args.judge else None


def judge(
    measured: Sequence[Measured],
    args: argparse.Namespace,
    embed: Embed | None,
    opened: Judge | None,
    keep_in: Path | None = None,
) -> list[Line]:
    """Every line that ragas gives; those kept before are not asked for again."""
    if not args.ragas and opened is None:
        return []
    ragas_metrics = _ragas()
    scorers: list[tuple[str, dict[str, Scorer]]] = []
    if args.ragas:
        scorers.append(("", ragas_metrics.without_llm()))
    if opened is not None and embed is not None:
        scorers.append((args.judge, ragas_metrics.with_judge(opened, embed)))
    tasks = [
        Task(judge, one.set.name, case, metric, score)
        for judge, named in scorers
        for one in measured
        for case in _drawn(one.ours.cases, args.judge_most if judge else None)
        for metric, score in named.items()
    ]
    known = {_key(line): line for line in _read(keep_in)}
    left = [task for task in tasks if task.key not in known]
    for line in _work(left, keep_in):
        known[_key(line)] = line
    if opened is not None:
        read, wrote = opened.tokens
        told = f", {read:,} tokens in, {wrote:,} out" if read else ""
        print(f"The judge was asked {opened.calls} times{told}.", file=sys.stderr)
    return [known[task.key] for task in tasks if task.key in known]


def _work(tasks: Sequence[Task], keep_in: Path | None) -> Iterator[Line]:
    """Done a few at a time; each line is written down as soon as it is there."""
    lines: list[Line] = []
    console = Console(stderr=True)
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    file = keep_in.open("a", encoding="utf-8", newline="\n") if keep_in else None
    try:
        with bar:
            step = bar.add_task("ragas", total=len(tasks))

            def keep(line: Line) -> None:
                lines.append(line)
                bar.update(step, advance=1)
                if file is not None and line.value is not None:  # a failure may be tried again
                    file.write(line.model_dump_json() + "\n")
                    file.flush()

            try:
                asyncio.run(_all(tasks, keep))
            except JudgeError as error:
                where = f" What it said before is kept in {keep_in}." if keep_in else ""
                print(f"{error}{where}", file=sys.stderr)
    finally:
        if file is not None:
            file.close()
    return iter(lines)


async def _all(tasks: Sequence[Task], keep: Any) -> None:
    waiting = iter(tasks)
    failed = 0

    async def worker() -> None:
        nonlocal failed
        for task in waiting:
            judge, set, id, about, metric = task.key
            try:
                value, problem = await task.score(task.case), ""
                failed = failed if value is None else 0
            except Exception as error:  # whatever a server does, the other questions go on
                value, problem = None, f"{type(error).__name__}: {_first_line(error)}"
                failed += 1
            named = {"judge": judge, "set": set, "id": id, "about": about, "metric": metric}
            keep(Line.model_validate(named | {"value": value, "problem": problem}))
            if failed >= GIVE_UP:
                why = problem.rstrip(".")
                raise JudgeError(f"The judge failed {failed} times in a row ({why}).")

    workers = [asyncio.create_task(worker()) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*workers)
    finally:
        for one in workers:
            one.cancel()


def print_lines(
    lines: Sequence[Line], measured: Sequence[Measured], args: argparse.Namespace
) -> None:
    """Means with their intervals, dev and test apart; what failed as a count."""
    if args.json:
        return
    console = wide_console()
    for one in measured:
        for split in SPLITS:
            ids = {case.gold.question.id for case in on_side(one.ours.cases, split)}
            own = [line for line in lines if line.set == one.set.name and line.id in ids]
            if not own:
                continue
            table = Table(title=f"{titled(one.set, split)}: ragas", title_justify="left", box=None)
            for head in ("", "judge", "mean", "failed"):
                table.add_column(head, justify="right" if head in ("mean", "failed") else "left")
            for judge, metric in dict.fromkeys((line.judge, line.metric) for line in own):
                same = [line for line in own if (line.judge, line.metric) == (judge, metric)]
                failed = sum(bool(line.problem) for line in same)
                table.add_row(metric, judge or "none", cell(figure(same)), str(failed or ""))
            console.print(table)
            problems = {line.problem: line.id for line in own if line.problem}
            for problem, id in list(problems.items())[:3]:
                console.print(f"  {id if split == 'dev' else 'a test question'}: {problem}")
            console.print()


def figure(lines: Sequence[Line]) -> Figure:
    """The mean over the questions that got a value."""
    values = [line.value for line in lines if line.value is not None]
    if not values:
        return Figure(None, None, None, 0)
    rows = np.array([(value, 1.0) for value in values])
    low, high = interval(share(rows, draws(len(rows))))
    return Figure(float(rows[:, 0].mean()), low, high, len(rows))


def as_json(lines: Sequence[Line], measured: Sequence[Measured]) -> dict[str, Any]:
    """The same means for machines."""
    found: dict[str, Any] = {}
    for one in measured:
        for split in SPLITS:
            ids = {case.gold.question.id for case in on_side(one.ours.cases, split)}
            own = [line for line in lines if line.set == one.set.name and line.id in ids]
            for line in own:
                same = [x for x in own if (x.judge, x.metric) == (line.judge, line.metric)]
                place = found.setdefault(one.set.name, {}).setdefault(split, {})
                place[line.metric] = vars(figure(same)) | {"judge": line.judge}
    return {"ragas": found}


def hash_of(case: Case) -> str:
    """Of the answer that is judged."""
    said = [case.given.answer, *(quote.text for quote in case.given.quotes)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _drawn(cases: Sequence[Case], most: int | None) -> Sequence[Case]:
    if most is None or most >= len(cases):
        return cases
    return random.Random(SEED).sample(list(cases), most)


def _read(path: Path | None) -> list[Line]:
    try:
        return read_lines(path, Line, "a line of ragas's results", mend=True) if path else []
    except BrokenLine as error:
        raise RunError(str(error)) from error


def _key(line: Line) -> tuple[str, str, str, str, str]:
    return line.judge, line.set, line.id, line.about, line.metric


def _ragas() -> Any:
    """Only now: it takes seconds to import, and is not installed with the product."""
    try:
        from eval import ragas_metrics
    except ImportError as error:
        raise JudgeError(
            "ragas is not installed; install it with pip install 'chapter-and-verse[ragas]'."
        ) from error
    return ragas_metrics


def _first_line(error: BaseException) -> str:
    text = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    text = text or type(error).__name__
    return text[:200].rstrip(".") + "."
