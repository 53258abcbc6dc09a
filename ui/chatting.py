"""`verse chat`: the browser chat, indexing the corpus first where nothing is indexed yet."""

from __future__ import annotations

import argparse
from pathlib import Path

from assistant.settings import Settings
from ingest.home import IndexMissing
from ingest.index import open_index
from ui.chat import run
from ui.ingesting import show_ingest


def run_chat(args: argparse.Namespace, settings: Settings) -> int:
    try:
        open_index(settings.home)
    except IndexMissing:
        show_ingest(Path("corpus"), settings)
    return run(settings.home, args.port, not args.no_browser)
