"""`verse ingest`: index a folder, with progress on stderr and the report on stdout."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from assistant.reader import make_reader
from assistant.settings import Settings
from ingest.documents import IngestError
from ingest.embedding import default_model
from ingest.report import Report, Row
from ingest.sync import ingest


def run_ingest(args: argparse.Namespace, settings: Settings) -> int:
    """Exit status 3 when some files could not be indexed."""
    folder = Path(args.folder)

    def once() -> int:
        if settings.embedding_model is None and (lacking := default_model()[1]):
            print(lacking, file=sys.stderr)
        report = show_ingest(folder, settings, args.school, args.ocr, args.dry_run)
        if args.json:
            print(json.dumps(asdict(report), ensure_ascii=False), flush=True)
        else:
            _print(report, args.dry_run)
        if args.report:
            from ui.clause_page import write_page

            write_page(args.report, folder, settings.home, args.ocr)
            print(f"Clauses beside their pages: {args.report}", file=sys.stderr)
        return 3 if report.failures else 0

    status = once()
    return _watch(folder, once) if args.watch else status


def show_ingest(
    folder: Path,
    settings: Settings,
    school: str | None = None,
    ocr: bool = False,
    dry_run: bool = False,
) -> Report:
    """Ingest with a progress bar on stderr, where that is a terminal."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )  # fmt: skip
    console = Console(stderr=True)
    trouble = ""
    quiet = not console.is_terminal  # in a log, the report says it all
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("opening", total=None)

        def step(done: int, total: int, what: str) -> None:
            bar.update(task, description=what, completed=done, total=total)

        report = ingest(
            folder,
            settings.home,
            school=school,
            model=settings.embedding_model,
            ocr=ocr,
            dry_run=dry_run,
            server=settings.chroma_url,
            progress=step,
        )
        if settings.reader and not dry_run:
            step(0, 1, "reader")
            trouble = make_reader(settings.home)
    if trouble:
        print(trouble, file=sys.stderr)
    return report


def _watch(folder: Path, again: Callable[[], int]) -> int:
    """Ingest whenever a file of the folder changes, until interrupted."""
    from watchfiles import watch

    # An interrupt that arrives while an object is being cleared away is lost; this is not.
    ended = threading.Event()

    def end(_signal: int, _frame: object) -> None:
        ended.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, end)
    print(f"Watching {folder}; Ctrl-C ends.", file=sys.stderr)
    try:
        # Word writes a file in several steps; wait until it has been quiet for a while.
        for _ in watch(folder, debounce=3000, step=500, stop_event=ended):
            try:
                again()
            except IngestError as error:
                print(error, file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGINT, before)
    return 0


def _print(report: Report, dry_run: bool) -> None:
    console = Console(width=None if sys.stdout.isatty() else 140)
    if report.documents:
        console.print(_table(report))
    for row in report.documents:
        for warning in row.warnings:
            console.print(f"{row.source}: {warning}", style="dim", markup=False, highlight=False)
    for failure in report.failures:
        console.print(failure, style="yellow", markup=False, highlight=False)
    if not report.changed and not dry_run:
        console.print("Nothing has changed.")
        return
    for old, new in report.renamed:
        console.print(f"{old} is now {new}", markup=False, highlight=False)
    names = ("added", "updated", "renamed", "removed", "unchanged")
    counts = ", ".join(f"{len(getattr(report, name))} {name}" for name in names)
    if dry_run:
        console.print(f"This would be: {counts}. Nothing was changed.")
    else:
        console.print(f"{counts}; {report.embedded} clauses embedded.")


def _table(report: Report) -> Table:
    table = Table(caption="words: share in rules, labelled as something else, lost")
    for head in ("file", "policy", "dates"):
        table.add_column(head, overflow="fold")
    for head in ("pages", "clauses", "words"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in report.documents:
        # Text from files is shown as it is: no square bracket in it is markup.
        policy = f"{row.title} ({row.school}{'' if row.status == 'current' else f', {row.status}'})"
        cells = [cell.replace("[", "\\[") for cell in (row.source, policy, _dates(row))]
        shares = (row.words_in_clauses, row.words_labelled, row.words_lost)
        words = " ".join("–" if share is None else f"{share:.1%}" for share in shares)
        pages = "–" if row.pages is None else str(row.pages)
        table.add_row(*cells, pages, str(row.clauses), words)
    return table


def _dates(row: Row) -> str:
    names = {"adopted": "adopted", "written": "written", "review_due": "review"}
    return ", ".join(
        f"{names[key]} {row.dates[key]}{' (inferred)' if key in row.inferred else ''}"
        for key in names
        if key in row.dates
    )
