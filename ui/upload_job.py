"""Work on uploads in a process of its own: an ingest imports torch, which must not stay.

The process gets one JSON object on stdin and writes a JSON object a line: steps, then a result or
a sentence about what went wrong. It goes on to its end though nobody listens any more, so that a
page that is closed leaves nothing half done.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer import AssistantError
from ingest.documents import IngestError

_BROKEN = "The work on the uploaded files broke off; what was live before still answers: try again."


@dataclass(frozen=True)
class Step:
    """How far a job has got."""

    done: int
    total: int
    what: str


@dataclass(frozen=True)
class End:
    """How a job ended: with a result, or with a sentence about why there is none."""

    result: Any = None
    trouble: str = ""


def run(home: Path, do: str, **given: Any) -> Iterator[Step | End]:
    """Steps as they come, then one End; `do` is "read", "accept", "remove" or "back"."""
    order = json.dumps({"do": do, **given}).encode()
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.upload_job", str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None and process.stdout is not None  # they are pipes
    ended = None
    try:
        with process.stdin as inbox:
            inbox.write(order)
        for line in process.stdout:
            told = json.loads(line)
            if "done" in told:
                yield Step(told["done"], told["total"], told["what"])
            else:
                ended = End(told.get("result"), told.get("trouble", ""))
    except (OSError, ValueError):
        ended = None
    finally:
        process.stdout.close()
    process.wait()
    yield ended or End(trouble=_BROKEN)


def main(home: Path) -> None:
    order = json.loads(sys.stdin.buffer.read())
    outbox = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no message

    def tell(what: dict[str, Any]) -> None:
        # Where the page was closed nobody listens; the work goes on all the same.
        with contextlib.suppress(OSError):
            outbox.write(json.dumps(what).encode() + b"\n")
            outbox.flush()

    try:
        tell({"result": _do(home, order, tell)})
    except (IngestError, AssistantError) as error:
        tell({"trouble": str(error)})
    except OSError as error:
        reason = error.strerror or type(error).__name__
        tell({"trouble": f"The uploads cannot be written ({reason}); free space in {home}."})
    except Exception as error:
        # Where, but not with which words: those of a policy have no place in a log.
        print("".join(traceback.format_tb(error.__traceback__)), file=sys.stderr)
        tell({"trouble": f"{_BROKEN.removesuffix('.')} ({type(error).__name__})."})


def _do(home: Path, order: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> Any:
    from assistant.reader import make_reader
    from assistant.settings import read_settings
    from ui.read_waiting import read_waiting
    from ui.take_in import accept, go_back, remove
    from ui.upload import Decision

    def say(done: int, total: int, what: str) -> None:
        tell({"done": done, "total": total, "what": what.split(" ")[0]})

    if order["do"] == "read":
        return read_waiting(home, order["school"], say).model_dump()
    if order["do"] == "back":
        return go_back(home).generation
    if order["do"] == "remove":
        return remove(home, order["sha256"], order["source"], say)
    report = accept(home, [Decision.model_validate(one) for one in order["decisions"]], say)
    if read_settings(home).reader:
        make_reader(home)
    return report


if __name__ == "__main__":
    main(Path(sys.argv[1]))
