"""How large a request may be, and how long it may take to arrive and to be answered."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.problems import Problem, problem_of

ARRIVING = 10.0  # seconds that a body may take; a question is a few hundred bytes
_SPARE = 5.0  # what waits in line has a limit of its own, whose problem says more
_CLOSE = {"connection": "close"}  # what was not read would be taken for the next request

_SLOW = "This took too long; try again in a moment."


class Bounds:
    """Ends what is too large or too slow with a problem, and so what nobody foresaw.

    Where the response has begun there is nothing left to say, and the server hangs up.
    """

    def __init__(self, app: ASGIApp, size: int, seconds: float, arriving: float = ARRIVING) -> None:
        self.app, self._size = app, size
        self._seconds, self._arriving = seconds, min(arriving, seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            async with asyncio.timeout(self._seconds + _SPARE) as limit:
                if _announced(scope) > self._size:
                    raise HTTPException(413, headers=_CLOSE)
                await self.app(scope, self._bounded(receive), sending)
        except Exception as error:
            late = isinstance(error, TimeoutError) and limit.expired()
            problem = Problem(504, "too_slow", _SLOW) if late else problem_of(error)
            if not begun:
                await problem.response()(scope, receive, send)

    def _bounded(self, receive: Receive) -> Receive:
        """A body that arrives whole, in time and no larger than it may be, or not at all."""
        size, last = 0, asyncio.get_running_loop().time() + self._arriving
        whole = False

        async def receiving() -> Message:
            nonlocal size, whole
            if whole:  # now only a hanging up is waited for, however long
                return await receive()
            try:
                async with asyncio.timeout_at(last):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, headers=_CLOSE) from None
            size += len(message.get("body", b""))
            if size > self._size:
                raise HTTPException(413, headers=_CLOSE)
            whole = not message.get("more_body", False)
            return message

        return receiving


def _announced(scope: Scope) -> int:
    """The length that a request says it has; 0 where it says none that is one."""
    told = Headers(scope=scope).get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0
