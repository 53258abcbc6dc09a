"""What a language model was asked and handed in: counted, never kept."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Sequence


class Tally:
    """Counts of one writer; safe to be used by many threads at once.

    `calls`, `sent` and `received` (characters), `sentences` handed in and `passed` of them,
    `answers` asked for and `worded` of them; a reason for each that was not.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, **counts: int) -> None:
        with self._lock:
            self._counts.update(counts)

    def call(self, messages: Sequence[tuple[str, str]], reply: object) -> None:
        """A call, with what was sent and what came back."""
        sent = sum(len(text) for _, text in messages)
        self.add(calls=1, sent=sent, received=len(json.dumps(reply)) if reply else 0)

    def read(self) -> dict[str, int]:
        """The counts so far by name; what never happened is missing."""
        with self._lock:
            return dict(self._counts)
