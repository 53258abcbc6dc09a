"""The wire itself: whoever opens a line must soon send a request's head, and a short one.

uvicorn waits for ever for a head that comes a letter a minute, and keeps whatever comes of one: a
few hundred such lines would be all that a process may open, and one would fill its memory.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD = 10.0  # seconds from the first letter of a head to its last
LONGEST = 65_536  # bytes of a head; what stands between a body's pieces or after it counts as well
LINES = 1_000  # open at once, the chat's among them; beyond it uvicorn answers 503

_TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)


class Wire(HttpToolsProtocol):
    """uvicorn's HTTP, with limits on how long a request's head may take and be."""

    _late: asyncio.TimerHandle | None = None
    _body = _beside = 0  # bytes of the request that is under way

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        before = self._body
        super().data_received(data)
        self._beside += len(data) - (self._body - before)
        # A body in many small pieces may have as much beside it as it has itself.
        if self._beside > LONGEST + self._body and not self.transport.is_closing():
            self.transport.write(_TOO_LONG)
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._beside = 0
        if self._late is None:  # the first head's time runs since the line was opened
            self._wait()

    def on_headers_complete(self) -> None:
        self._stop()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        super().on_body(body)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(HEAD, self.transport.close)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
