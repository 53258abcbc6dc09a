"""What an answer is worded with, where a language model is named; light to import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.writing.writer import Writer

Hear = Callable[[str], None]  # gets each sentence that passed, as it comes


@dataclass(frozen=True)
class Pen:
    """A writer, the questions asked before, and who listens."""

    writer: Writer
    history: tuple[str, ...] = ()
    hear: Hear | None = None
