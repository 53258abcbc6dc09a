"""`verse coverage`: the governors' report, to a file or to stdout; progress goes to stderr."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from assistant.answer import AssistantError
from assistant.coverage import Coverage, cover
from assistant.library import Library
from assistant.scope import find_school
from assistant.settings import Settings
from assistant.topics import read_topics
from ingest.home import write_whole
from ui.coverage_report import BINARY, FORMS, render
from ui.governing import topics_of

_BOM = b"\xef\xbb\xbf"  # Excel wants it in files; whatever reads a pipe does not


class NoPlace(AssistantError):
    """The report cannot go where it is meant to."""

    wrong_usage = True


def run_coverage(args: argparse.Namespace, settings: Settings) -> int:
    """Exit status 3 when some clauses could not be checked against their documents."""
    form = args.format or _form_of(args.output)
    if args.output is None and form in BINARY and sys.stdout.isatty():
        raise NoPlace(f"A {form} file cannot be shown in a terminal; name a file with --output.")
    if args.output is not None and not args.output.absolute().parent.is_dir():
        raise NoPlace(f"The folder {args.output.parent} does not exist; make it, or name another.")
    if args.output is not None and args.output.is_dir():
        raise NoPlace(f"{args.output} is a folder; name a file in it.")
    table = read_topics(args.topics) if args.topics else topics_of(settings.home)
    library = Library.open(settings.home, settings.embedding_model, reader=settings.reader)
    if library.warning:
        print(library.warning, file=sys.stderr)
    known = library.index.schools
    schools = (find_school(args.school, known),) if args.school else known
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("opening", total=None)

        def step(done: int, total: int, school: str) -> None:
            shown = school.replace("[", "\\[")  # no square bracket in a name is markup
            bar.update(task, description=shown, completed=done, total=total)

        coverage = cover(library, schools, table, args.as_of or dt.date.today(), step)
    _write(render(coverage, form), form, args.output)
    return 3 if _warn(coverage) else 0


def _form_of(output: Path | None) -> str:
    """What a file's name asks for; HTML where it asks for nothing we write."""
    suffix = output.suffix.lower().lstrip(".") if output else ""
    return suffix if suffix in FORMS else "html"


def _write(report: bytes, form: str, output: Path | None) -> None:
    if output is not None:
        write_whole(output, report)
        print(f"The report is in {output}.", file=sys.stderr)
        return
    report = report.removeprefix(_BOM)
    if form in BINARY:
        sys.stdout.buffer.write(report)
        sys.stdout.buffer.flush()
    else:
        sys.stdout.write(report.decode("utf-8"))
        sys.stdout.flush()


def _warn(coverage: Coverage) -> bool:
    warnings = [warning for school in coverage.schools for warning in school.warnings]
    for warning in warnings:
        print(warning, file=sys.stderr)
    return bool(warnings)
