"""Work that blocks, a few at a time; what comes meanwhile waits in line, but not for ever."""

from __future__ import annotations

import asyncio
import math
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from ui.api.problems import Problem

Made = TypeVar("Made")

# Each question keeps about one core busy; more at a time would make all of them late.
AT_ONCE = max(2, os.cpu_count() or 1)
WAITING_AT_ONCE = 16  # where a language model elsewhere does most of the work
MOST_WAITING = 200

_BUSY = "Too many questions are being asked just now; try again in a moment."
_SLOW = "The answer took too long; ask again, or ask less at once."


class Line:
    """At most `at_once` pieces of work are done at the same time, in the order they came."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._pool = ThreadPoolExecutor(at_once, "verse-ask")
        self._lock = threading.Lock()
        self._most = at_once + most_waiting
        self.at_once, self.inside = at_once, 0  # inside: waiting or being done

    async def run(self, work: Callable[[], Made], seconds: float) -> Made:
        """What `work` makes; a Problem where the line is too long, or `seconds` go by."""
        with self._lock:
            if self.inside >= self._most:
                raise Problem(503, "busy", _BUSY, {"retry-after": str(math.ceil(seconds / 10))})
            self.inside += 1
        try:
            future = self._pool.submit(work)
        except BaseException:
            self._left(None)
            raise
        future.add_done_callback(self._left)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), seconds)
        except TimeoutError:
            if future.cancel() or future.cancelled():
                raise Problem(503, "busy", _BUSY, {"retry-after": "5"}) from None
            if future.done() and (error := future.exception()):
                raise error from None
            raise Problem(504, "too_slow", _SLOW) from None

    def close(self) -> None:
        """What has begun ends by itself; what waits is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _left(self, _future: Future[Made] | None) -> None:
        with self._lock:
            self.inside -= 1
