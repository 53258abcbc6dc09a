"""Work on files done in processes of their own, so that no file can harm whoever reads it.

A hostile or broken file may loop, eat all memory or crash a C library: it then costs itself alone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from ingest.documents import IngestError


@dataclass(frozen=True)
class Call:
    """A function of a module, with its arguments; it answers in bytes.

    Bytes, and no pickled objects: the process that answers may have been taken over by a file.
    """

    function: Callable[..., bytes]
    arguments: tuple[Any, ...]
    seconds: float = 120


_MEMORY = 2_000_000_000  # bytes of address space that one process may use
_MOST_ANSWER = 200_000_000  # bytes: who waits for it has to hold it all
_TOO_LONG = "makes more of its text than we can keep; split it"


@dataclass
class _Running:
    position: int
    process: BaseProcess
    inbox: Connection
    ends: float  # time.monotonic()


def run_apart(calls: Sequence[Call], jobs: int | None = None) -> Iterator[tuple[int, bytes | str]]:
    """The position of each call with its answer, or with the reason why there is none.

    In the order in which they end; `jobs` at a time (default: one a core). A reason is what an
    IngestError of the function says, or a sentence about what became of its process.
    """
    waiting = list(enumerate(calls))[::-1]
    running: dict[Any, _Running] = {}
    try:
        while waiting or running:
            while waiting and len(running) < (jobs or os.cpu_count() or 1):
                one = _start(*waiting.pop())
                running[one.inbox] = one
            nearest = min(one.ends for one in running.values())
            for inbox in wait(list(running), max(0.0, nearest - time.monotonic())):
                one = running.pop(inbox)
                yield one.position, _receive(one)
            for inbox, one in list(running.items()):
                if time.monotonic() >= one.ends:
                    del running[inbox]
                    _stop(one)
                    seconds = calls[one.position].seconds
                    yield one.position, f"took over {seconds:g} seconds to read; split it"
    finally:
        for one in running.values():
            _stop(one)


def _start(position: int, call: Call) -> _Running:
    inbox, outbox = multiprocessing.Pipe(duplex=False)
    process = _context().Process(target=_work, args=(outbox, call), daemon=True)
    with _unnamed_main():
        process.start()
    outbox.close()
    return _Running(position, process, inbox, time.monotonic() + call.seconds)


def _receive(one: _Running) -> bytes | str:
    # It may stall amid its answer, too.
    limit = threading.Timer(max(0.0, one.ends - time.monotonic()), one.process.kill)
    limit.start()
    try:
        kind, _, answer = one.inbox.recv_bytes(_MOST_ANSWER).partition(b"\n")
    except (EOFError, OSError):
        one.process.join(5)
        return _fate(one.process.exitcode)
    finally:
        limit.cancel()
        _stop(one)
    return answer if kind == b"answer" else answer.decode("utf-8", "replace")


def _stop(one: _Running) -> None:
    if one.process.is_alive():
        one.process.join(0.2)
    if one.process.is_alive():
        if hasattr(os, "killpg") and one.process.pid is not None:
            with contextlib.suppress(OSError):
                os.killpg(one.process.pid, signal.SIGKILL)  # and the programs it started
        one.process.kill()
    one.process.join(5)
    one.inbox.close()


def _fate(exitcode: int | None) -> str:
    if exitcode is not None and -exitcode in (signal.SIGKILL, getattr(signal, "SIGXCPU", 0)):
        return "needs more time or memory to read than it may have; split it"
    return "crashed its reader, so it is damaged or too large; open it and save it anew"


@contextlib.contextmanager
def _unnamed_main() -> Iterator[None]:
    """Keep the new process from running our caller's script again.

    multiprocessing imports the main module in every process that it does not fork; a script without
    the usual guard would start another ingest there.
    """
    main = sys.modules["__main__"]
    hidden: dict[str, Any] = {
        name: vars(main).pop(name) for name in ("__file__", "__spec__") if name in vars(main)
    }
    main.__spec__ = None
    try:
        yield
    finally:
        vars(main).update(hidden.items())


@cache
def _context() -> Any:
    """Processes forked from one that has imported the readers, where the system can."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ingest.parsed"])
    return context


def _work(outbox: Connection, call: Call) -> None:
    """In the child: call, and send the answer or a reason."""
    _confine(call.seconds, outbox.fileno())
    try:
        reply = b"answer\n" + call.function(*call.arguments)
    except IngestError as error:
        reply = f"reason\n{error}".encode("utf-8", "replace")
    except MemoryError:
        reply = b"reason\nneeds more memory to read than it may have; split it"
    except RecursionError:
        reply = b"reason\nis nested too deeply to read; open it and save it anew"
    except Exception as error:  # a reader met what its author did not foresee
        why = f"cannot be read ({type(error).__name__}), so it is damaged; open it and save it anew"
        reply = f"reason\n{why}".encode()
    if len(reply) > _MOST_ANSWER:
        reply = f"reason\n{_TOO_LONG}".encode()
    outbox.send_bytes(reply)


def _confine(seconds: float, outbox: int) -> None:
    """Limit this process, keep what C libraries print off the terminal, close all but the outbox.

    Other pipes would let whoever has taken it over confuse the process that starts the next ones.
    """
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    if sys.platform == "win32":
        return
    import resource

    os.closerange(3, outbox)
    os.closerange(outbox + 1, min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 65_536))
    os.setsid()  # a group of its own, that all of it can be ended together
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 5, int(seconds) + 10))
