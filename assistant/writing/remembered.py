"""What a language model once handed in, by the hash of all that was sent; verified at every use."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from assistant.writing.prompt import VERSION, Message
from ingest.home import write_whole

FOLDER = "llm/drafts"
MOST = 2_000  # drafts kept; the oldest go first


def key_of(model: str, messages: Sequence[Message]) -> str:
    """The same for the same question, clauses, model and task, and for nothing else."""
    return hashlib.sha256(json.dumps([VERSION, model, list(messages)]).encode()).hexdigest()


def recall(home: Path, key: str) -> object | None:
    """The reply kept under a key, unchecked; None where there is none."""
    try:
        found: object = json.loads((home / FOLDER / f"{key}.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return found


def remember(home: Path, key: str, reply: object) -> None:
    """Keep a reply; a disk that is full costs nothing but the call next time."""
    folder = home / FOLDER
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / f"{key}.json", json.dumps(reply).encode())
        kept = [entry for entry in os.scandir(folder) if entry.name.endswith(".json")]
        if len(kept) > MOST:
            for entry in sorted(kept, key=lambda e: e.stat().st_mtime)[: len(kept) - MOST]:
                Path(entry.path).unlink(missing_ok=True)


def forget(home: Path, before: float) -> str:
    """Erase replies from before a time, in seconds since 1970; a sentence where that fails."""
    try:
        for entry in os.scandir(home / FOLDER):
            if entry.stat().st_mtime < before:
                Path(entry.path).unlink(missing_ok=True)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{home / FOLDER} cannot be cleared of what is old ({error.strerror}); check it."
    return ""
