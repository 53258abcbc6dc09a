"""The wire itself: whoever opens a line must soon send a request's head, or is hung up on.

uvicorn waits for ever for a head that comes a letter a minute; a few hundred such lines would be
all that a process may open.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD = 10.0  # seconds from the first letter of a head to its last
LINES = 1_000  # open at once, the chat's among them; beyond it uvicorn answers 503


class Wire(HttpToolsProtocol):
    """uvicorn's HTTP, with a limit on how long a request's head may take."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._late is None:  # the first head's time runs since the line was opened
            self._wait()

    def on_headers_complete(self) -> None:
        self._stop()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(HEAD, self.transport.close)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
