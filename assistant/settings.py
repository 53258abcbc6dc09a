"""What the environment may set; read only where a process begins."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`VERSE_HOME`: index, stored documents, caches.

    `VERSE_EMBEDDING_MODEL`: name or folder, None for our own. `VERSE_READER`: off or on.
    `VERSE_RECORD`: on keeps what is asked in the chat (`assistant/record.py`), off by default.
    """

    home: Path
    embedding_model: str | None
    reader: bool = True
    record: bool = False


def read_settings(home: str | Path | None = None) -> Settings:
    """Settings of this process; an explicit home wins over `VERSE_HOME`, that over `.verse/`."""
    chosen = str(home) if home else os.environ.get("VERSE_HOME", "").strip() or ".verse"
    model = os.environ.get("VERSE_EMBEDDING_MODEL", "").strip() or None
    reader = os.environ.get("VERSE_READER", "").strip().lower() not in ("off", "0", "no", "false")
    record = os.environ.get("VERSE_RECORD", "").strip().lower() in ("on", "1", "yes", "true")
    return Settings(Path(chosen).expanduser().absolute(), model, reader, record)
