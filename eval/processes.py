"""Homes and whole processes to be timed, Python's own start included."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from eval.ratios import BenchError

ROOT = Path(__file__).parents[1]


def fresh(home: Path, models_from: Path) -> Path:
    """An empty home with the exported models of another, which are never written in place."""
    home.mkdir(parents=True)
    if (models_from / "models").is_dir():
        shutil.copytree(models_from / "models", home / "models", copy_function=_link)
    return home


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def verse(home: Path, *arguments: str) -> None:
    """Run the command over a home; raises BenchError where it fails."""
    python("-m", "ui.cli", "--home", str(home), *arguments)


def python(*arguments: str) -> str:
    """A fresh process of this same Python; what it says on stderr. Raises BenchError."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise BenchError(f"python {' '.join(arguments)[:80]} failed and said: {last}")
    return done.stderr
