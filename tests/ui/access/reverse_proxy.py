"""A small reverse proxy for tests: it says who asks, and takes away what others say of that."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Iterator, Mapping

SAID = (b"x-forwarded-user", b"x-forwarded-groups", b"connection")


@contextlib.contextmanager
def reverse_proxy(port: int, people: Mapping[str, str]) -> Iterator[int]:
    """Its port; `people` are names with their groups, and the cookie `who` chooses one.

    A real one would know them by a password or a ticket. One request a connection, or one
    websocket; bytes after the head are passed on as they are.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inward: asyncio.StreamWriter | None = None
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            answers, inward = await asyncio.open_connection("127.0.0.1", port)
            inward.write(rewritten(head, people))
            await asyncio.gather(pump(reader, inward), pump(answers, writer))
        for one in (inward, writer):
            if one is not None:
                one.close()

    ready: list[int] = []
    running = threading.Event()
    loop = asyncio.new_event_loop()

    async def main() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        ready.append(server.sockets[0].getsockname()[1])
        running.set()

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(main(), loop)
    assert running.wait(10)
    yield ready[0]
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()


def rewritten(head: bytes, people: Mapping[str, str]) -> bytes:
    """The head of a request with our word for who asks in place of anybody else's."""
    first, *lines = head.rstrip(b"\r\n").split(b"\r\n")
    fields = [tuple(line.split(b": ", 1)) for line in lines if b": " in line]
    cookies = b"; ".join(value for name, value in fields if name.lower() == b"cookie")
    chosen = next((m.decode() for m in re.findall(rb"\bwho=(\w+)", cookies)), "")
    upgrade = any(name.lower() == b"upgrade" for name, _ in fields)
    kept = [(name, value) for name, value in fields if name.lower() not in SAID]
    kept.append((b"Connection", b"Upgrade" if upgrade else b"close"))
    if chosen in people:
        kept += [
            (b"X-Forwarded-User", chosen.encode()),
            (b"X-Forwarded-Groups", people[chosen].encode()),
        ]
    return b"\r\n".join([first, *(b": ".join(pair) for pair in kept)]) + b"\r\n\r\n"
