"""`verse ingest`: index a folder, with progress on stderr and the report on stdout."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from assistant.settings import Settings
from ingest.sync import Report, ingest


def run_ingest(args: argparse.Namespace, settings: Settings) -> int:
    """Exit status 3 when some files could not be indexed."""
    report = show_ingest(Path(args.folder), settings, args.school)
    if args.json:
        print(json.dumps(asdict(report), ensure_ascii=False))
    else:
        _print(report)
    return 3 if report.failures else 0


def show_ingest(folder: Path, settings: Settings, school: str | None = None) -> Report:
    """Ingest with a progress bar on stderr, where that is a terminal."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )  # fmt: skip
    console = Console(stderr=True)
    quiet = not console.is_terminal  # in a log, the report says it all
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("opening", total=None)

        def step(done: int, total: int, what: str) -> None:
            bar.update(task, description=what, completed=done, total=total)

        return ingest(
            folder, settings.home, school=school, model=settings.embedding_model, progress=step
        )


def _print(report: Report) -> None:
    console = Console()
    if report.documents:
        table = Table("file", "school", "policy", "status", "clauses", "words lost")
        for row in report.documents:
            lost = f"{row['words_lost']:.1%}"
            cells = [str(row[k]) for k in ("source", "school", "title", "status", "clauses")]
            table.add_row(*cells, lost)
        console.print(table)
    for failure in report.failures:
        console.print(failure, style="yellow", markup=False, highlight=False)
    if not report.changed:
        console.print("Nothing has changed.")
        return
    counts = (
        f"{len(getattr(report, n))} {n}" for n in ("added", "updated", "removed", "unchanged")
    )
    console.print(f"{', '.join(counts)}; {report.embedded} clauses embedded.")
