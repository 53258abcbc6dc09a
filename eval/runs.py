"""A run on disk: what was asked of whom, what was given, and what that scored.

runs/2026-11-20-154203-127-8f3a01c2d4e5/
    config.json     what the answers depend on
    answers.jsonl   an answer a line, in the order in which they came
    scores.json     the figures; a run without them was interrupted
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import filelock
from pydantic import BaseModel, ConfigDict, ValidationError

from eval.config import FORMAT, Config
from eval.given import Given
from eval.gold import Gold
from eval.jsonl import BrokenLine, read_lines
from eval.measured import Known, Measured, measure
from eval.run import Keep
from eval.sets import Loaded, load
from ingest.home import write_whole

RUNS = Path("runs")


class RunError(Exception):
    """Which run and what is wrong with it, in one sentence."""


def _lines(path: Path, mend: bool) -> list[Line]:
    try:
        return read_lines(path, Line, "an answer of a run", mend)
    except BrokenLine as error:
        raise RunError(str(error)) from error


class Line(BaseModel):
    """A line of answers.jsonl."""

    model_config = ConfigDict(frozen=True)

    set: str
    system: str
    id: str
    asked: str  # hash of what was asked: an answer to other words is no answer
    given: Given


class Answers:
    """The answers of a run, read once and added to one by one."""

    def __init__(self, path: Path, mend: bool = False) -> None:
        self._path = path
        self._lines = {(line.set, line.system, line.id): line for line in _lines(path, mend)}
        self._file: IO[str] | None = None

    def known(self, set: str, gold: Sequence[Gold]) -> Known:
        """What was answered already to these questions, by system and question id."""
        asked = {one.question.id: asked_hash(one) for one in gold}
        return {
            (line.system, line.id): line.given
            for line in self._lines.values()
            if line.set == set and asked.get(line.id) == line.asked
        }

    def systems(self, set: str) -> list[str]:
        """The systems that answered, ours first."""
        return list(dict.fromkeys(line.system for line in self._lines.values() if line.set == set))

    def keeper(self, set: str) -> Keep:
        """Writes each answer down as soon as it is there."""

        def keep(system: str, gold: Gold, given: Given) -> None:
            line = Line(
                set=set, system=system, id=gold.question.id, asked=asked_hash(gold), given=given
            )
            self._lines[set, system, line.id] = line
            if self._file is None:
                self._file = self._path.open("a", encoding="utf-8", newline="\n")
            self._file.write(line.model_dump_json() + "\n")
            self._file.flush()

        return keep

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def asked_hash(gold: Gold) -> str:
    """Of everything in a gold question that a system is told."""
    question = gold.question
    told = [question.question, question.history, question.school, question.role]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def gold_hash(gold: Gold) -> str:
    """Of a whole gold question, with what should come out; how silence was checked is no part."""
    whole = gold.question.model_dump_json(exclude={"terms", "terms_elsewhere"})
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Answers]:
    """A run's answers, for this process alone."""
    lock = filelock.FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise RunError(f"The run {folder} is being made by another process.") from None
    answers = None
    try:
        answers = Answers(folder / "answers.jsonl", mend=True)
        yield answers
    finally:
        if answers is not None:
            answers.close()
        lock.release()


def start(runs: Path, config: Config) -> Path:
    """The folder to run in: an interrupted run of this configuration, or a new one."""
    for folder in reversed(list_runs(runs)):
        if not is_finished(folder) and read_config(folder).key == config.key:
            return folder
    try:
        folder = _new_folder(runs, config)
        write_whole(folder / "config.json", (config.model_dump_json(indent=1) + "\n").encode())
    except OSError as error:
        raise RunError(f"{runs}: no run can be kept here ({error.strerror}).") from error
    return folder


def _new_folder(runs: Path, config: Config) -> Path:
    """Named so that names sort by age, to the millisecond: tests make many runs in a second."""
    now = dt.datetime.now()
    folder = runs / f"{now:%Y-%m-%d-%H%M%S}-{now.microsecond // 1000:03}-{config.key}"
    folder.mkdir(parents=True)
    return folder


def finished_like(runs: Path, config: Config) -> Path | None:
    """The latest finished run with this configuration."""
    for folder in reversed(list_runs(runs)):
        if is_finished(folder) and read_config(folder).key == config.key:
            return folder
    return None


def list_runs(runs: Path) -> list[Path]:
    """Every run in the folder, oldest first."""
    if not runs.is_dir():
        return []
    return sorted(path.parent for path in runs.glob("*/config.json"))


def is_finished(folder: Path) -> bool:
    return (folder / "scores.json").is_file()


def find_run(name: str | None, runs: Path) -> Path:
    """The run that a person means: a folder, a name or part of one, or the latest finished."""
    if name and (Path(name) / "config.json").is_file():
        return Path(name)
    found = [path for path in list_runs(runs) if (name or "") in path.name]
    found = [path for path in found if name or is_finished(path)]
    if not found:
        which = f'no run "{name}"' if name else "no finished run"
        raise RunError(f"There is {which} in {runs}; make one with `verse eval run`.")
    if name and len(found) > 1 and name not in (path.name for path in found):
        raise RunError(f'"{name}" could be {len(found)} runs of {runs}; say more of its name.')
    return found[-1]


def read_config(folder: Path) -> Config:
    try:
        config = Config.model_validate_json((folder / "config.json").read_bytes())
    except OSError as error:
        raise RunError(f"{folder}: config.json cannot be read ({error.strerror}).") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise RunError(f"{folder}: config.json is not a run's: {where}: {first['msg']}.") from error
    if config.format != FORMAT:
        raise RunError(f"{folder}: made by another version of this command; run it again.")
    return config


def save_scores(folder: Path, scores: dict[str, Any]) -> None:
    """The last thing written: from here on the run is finished."""
    text = json.dumps(scores, ensure_ascii=False, indent=1)
    write_whole(folder / "scores.json", (text + "\n").encode())


def measured_again(folder: Path) -> list[Measured]:
    """A run's answers scored against today's gold questions; questions changed since are left out.

    The documents must be those of the run: spans of others mean nothing.
    """
    config = read_config(folder)
    answers = Answers(folder / "answers.jsonl")
    measured = []
    for one in config.sets:
        loaded = load(one.gold_set())
        if loaded.corpus_sha256 != one.corpus_sha256:
            raise RunError(
                f"{folder}: the documents in {loaded.corpus_dir} have changed since this run was "
                "made; run it again."
            )
        measured.append(_measured(loaded, answers))
    return measured


def _measured(loaded: Loaded, answers: Answers) -> Measured:
    known = answers.known(loaded.name, loaded.gold)
    systems = answers.systems(loaded.name)
    gold = [g for g in loaded.gold if all((s, g.question.id) in known for s in systems)]
    return measure(loaded, gold, [_Past(name) for name in systems], known)


class _Past:
    """A system that has answered everything already."""

    def __init__(self, name: str) -> None:
        self.name = name

    def answers(self, gold: Sequence[Gold]) -> Iterator[Given]:
        assert not gold
        return iter(())
