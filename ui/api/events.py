"""An answer as a stream of events: `sentence`, …, `answer`, `done`; or `problem`."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from fastapi.sse import format_sse_event

from assistant.answer import Answer
from assistant.writing.pen import Hear
from ingest.clauses.sentences import split_sentences
from ingest.documents import Span
from ui.api.problems import problem_of

MEDIA_TYPE = "text/event-stream"
_PATIENCE = 10.0  # seconds after which a line that says nothing keeps proxies from hanging up


def wanted(accept: str) -> bool:
    """Whether an Accept header prefers events to one JSON object."""
    return _quality(accept, MEDIA_TYPE, named=True) > _quality(accept, "application/json")


async def events(answering: Callable[[Hear], Awaitable[Answer]]) -> AsyncIterator[bytes]:
    """Every event of an answer, each sentence as soon as it has been verified.

    `answering` is given a listener, which any thread may call. What a language model wrote comes
    first; what the whole answer says beside it (an opening, an exception) comes with the answer.
    """
    loop = asyncio.get_running_loop()
    coming: asyncio.Queue[str | None] = asyncio.Queue()
    heard: list[str] = []

    def hear(sentence: str) -> None:
        with contextlib.suppress(RuntimeError):  # the server has ended meanwhile
            loop.call_soon_threadsafe(coming.put_nowait, sentence)

    task = asyncio.ensure_future(answering(hear))
    task.add_done_callback(lambda _: coming.put_nowait(None))
    try:
        while True:
            try:
                async with asyncio.timeout(_PATIENCE):
                    sentence = await coming.get()
            except TimeoutError:
                yield format_sse_event(comment="still looking")
                continue
            if sentence is None:
                break
            heard.append(sentence)
            yield _event("sentence", {"text": sentence})
        answer = task.result()
    except Exception as error:
        yield _event("problem", problem_of(error).body.model_dump(exclude_none=True))
    else:
        so_far = " ".join(heard)
        for sentence in sentences(answer.answer):
            if sentence not in so_far:
                yield _event("sentence", {"text": sentence})
        yield format_sse_event(data_str=answer.line(), event="answer")
    finally:
        task.cancel()
    yield _event("done", {})


def sentences(text: str) -> list[str]:
    """The sentences of an answer, in their order."""
    return [span.of(text) for span in split_sentences(text, Span(0, len(text)))]


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=json.dumps(data), event=name)


def _quality(accept: str, media_type: str, named: bool = False) -> float:
    """What an Accept header thinks of a type, from 0 to 1; `named`: wildcards do not count."""
    main = media_type.partition("/")[0]
    best = (-1, 0.0)
    for item in accept.split(",")[:20] if accept.strip() else ["*/*"]:
        kind, *parameters = (part.strip().lower() for part in item.split(";"))
        rank = {media_type: 2, f"{main}/*": 1, "*/*": 0}.get(kind, -1)
        if rank < 0 or (named and rank < 2):
            continue
        best = max(best, (rank, _weight(parameters)), key=lambda pair: pair[0])
    return best[1]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
