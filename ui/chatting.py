"""`verse chat`: the browser chat, indexing the corpus first where nothing is indexed yet."""

from __future__ import annotations

import argparse
import subprocess
import sys

from assistant.settings import Settings
from ingest.home import IndexMissing
from ingest.index import open_index
from ui.chat import run


def run_chat(args: argparse.Namespace, settings: Settings) -> int:
    try:
        open_index(settings.home)
    except IndexMissing:
        # In a process of its own: making the model's export imports torch, which must not stay.
        made = subprocess.run(
            [sys.executable, "-m", "ui.cli", "--home", str(settings.home), "ingest"], check=False
        )
        if made.returncode not in (0, 3):
            return made.returncode
    return run(settings.home, args.port, not args.no_browser)
