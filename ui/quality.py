"""The last evaluation run as governors may read it: its headline figures, and its report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ui.coverage_words import day
from ui.paper import Paper, Section, Table

NONE = (
    "How well questions are answered was not measured in this home. Whoever installs Chapter & "
    "Verse can measure it with a copy of its source, as docs/evaluation.md there says."
)
NO_REPORT = "No whole report was written of this run; whoever measured can write it."
HOW = (
    "Each figure is that of questions whose right answers were written down by hand before they "
    "were asked. The range is where the figure would lie 95 times in 100, had other such questions "
    "been asked."
)
TITLE = "How well the questions were answered"
_NAME = 30  # characters of a figure's name
_MOST_BYTES = 200_000_000
_REPORTS = {"report.html": "text/html", "report.md": "text/markdown"}
_GOOD = {"high": "Higher is better.", "low": "Lower is better."}


class _Figure(BaseModel):
    model_config = ConfigDict(frozen=True)

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0


class _Side(BaseModel):
    model_config = ConfigDict(frozen=True)

    n: int
    figures: dict[str, _Figure]


class _Set(BaseModel):
    model_config = ConfigDict(frozen=True)

    title: str = ""
    systems: dict[str, dict[str, _Side]]


class _Metric(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    good: str = ""
    definition: str = ""


class _Scores(BaseModel):
    model_config = ConfigDict(frozen=True)

    as_of: dt.date
    metrics: dict[str, _Metric]
    sets: dict[str, _Set]


@dataclass(frozen=True)
class Line:
    """One figure in words; `means` says what is counted."""

    name: str
    value: str
    between: str
    questions: int
    better: str
    means: str


@dataclass(frozen=True)
class Tested:
    """The figures of one set of questions."""

    title: str
    questions: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Run:
    """A finished run; `reports` maps a file's name to its MIME type and bytes."""

    name: str
    made: dt.date
    model: str
    sets: tuple[Tested, ...] = ()
    reports: tuple[tuple[str, str, bytes], ...] = ()


def latest(runs: Path | None = None) -> Run | str:
    """The latest finished run, else a sentence that says why there is none to show.

    The figures are of the questions kept apart from tuning where there are any.
    """
    from eval.measured import FIRST
    from eval.runs import RUNS, RunError, find_run, read_config
    from eval.tables import number

    runs = RUNS if runs is None else runs
    try:
        folder = find_run(None, runs)
    except RunError:
        return NONE
    try:
        config = read_config(folder)
        made = dt.date.fromisoformat(config.made[:10])
        path = folder / "scores.json"
        if path.stat().st_size > _MOST_BYTES:
            return f"{path} is larger than the figures of a run can be; make another run."
        scores = _Scores.model_validate_json(path.read_bytes())
    except RunError as error:
        return str(error)
    except OSError as error:
        return f"{folder}: scores.json cannot be read ({error.strerror}); run it again."
    except ValidationError:  # a ValueError, too
        return f"{folder}: scores.json is damaged; whoever measured can measure again."
    except ValueError:
        return f"{folder}: config.json does not say when it was made; make another run."
    sets = []
    for name, one in scores.sets.items():
        ours = next(iter(one.systems.values()), {})
        split = "test" if "test" in ours and ours["test"].n else next(iter(ours), "")
        if not split:
            continue
        apart = "kept apart from tuning" if split == "test" else "that were tuned on"
        lines = tuple(
            Line(
                name=_begun(scores.metrics[key].name),
                value=number(figure.value),
                between=f"{number(figure.low)}–{number(figure.high)}",
                questions=figure.n,
                better=_GOOD.get(scores.metrics[key].good, ""),
                means=_meaning(scores.metrics[key].definition),
            )
            for key in FIRST
            if key in scores.metrics and (figure := ours[split].figures.get(key)) is not None
        )
        title = f"{one.title or name}: {ours[split].n} questions {apart}"
        sets.append(Tested(_begun(title), ours[split].n, lines))
    return Run(folder.name, made, config.model, tuple(sets), _reports(folder))


def _meaning(definition: str) -> str:
    """A definition without the name that it begins with: "All right: share of …"."""
    name, mark, rest = definition.partition(": ")
    return _begun((rest if mark and len(name) <= _NAME else definition).replace("`", ""))


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _reports(folder: Path) -> tuple[tuple[str, str, bytes], ...]:
    found = []
    for name, mime in _REPORTS.items():
        try:
            found.append((name, mime, (folder / name).read_bytes()))
        except OSError:
            continue  # whoever looks for it is told how it is made
    return tuple(found)


def paper(run: Run) -> Paper:
    """The figures for Word and PDF."""
    sections = tuple(Section(one.title, table=table(one)) for one in run.sets)
    return Paper(TITLE, (told(run), HOW, which(run)), sections)


def table(tested: Tested) -> Table:
    rows = tuple(
        (line.name, line.value, line.between, str(line.questions), f"{line.means} {line.better}")
        for line in tested.lines
    )
    head = ("Figure", "Value", "95 % range", "Questions", "What it says")
    return Table(tested.title, head, rows, (4, 2, 3, 3, 9))


def told(run: Run) -> str:
    """When it was made, in one sentence."""
    return f"Last measured on {day(run.made)}."


def which(run: Run) -> str:
    """Which run it is, in one sentence."""
    return f"The run {run.name}, with the embedding model {run.model}."
