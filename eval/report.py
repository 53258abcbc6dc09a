"""`verse eval report`: a run as one page that a person can read without us."""

from __future__ import annotations

import argparse
from pathlib import Path

from eval.asking import Openers
from eval.running import add_runs
from eval.runs import RunError, find_run, measured_again, read_config
from ingest.home import write_whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `verse eval report`."""
    parser.add_argument(
        "run", nargs="?", metavar="RUN", help="a run, or part of its name (default: the latest)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where to write (default: into the run's folder)"
    )
    add_runs(parser)


def run(args: argparse.Namespace, _openers: Openers) -> int:
    """Write report.html and report.md, and print where."""
    from eval.reports.findings import gather
    from eval.reports.markdown import markdown
    from eval.reports.page import html  # matplotlib takes half a second to import

    folder = find_run(args.run, args.runs)
    found = gather(folder, read_config(folder), measured_again(folder))
    out: Path = args.out or folder
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in (("report.html", html(found)), ("report.md", markdown(found))):
            write_whole(out / name, text.encode())
            print(out / name)
    except OSError as error:
        raise RunError(f"{out}: cannot be written ({error.strerror}).") from error
    return 0
