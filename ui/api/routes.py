"""Asking and telling: POST /ask and POST /feedback."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response, StreamingResponse
from fastapi.routing import APIRoute

from assistant.answer import Answer, Question, Scope
from assistant.ask import BadQuestion
from assistant.writing.pen import Hear
from ui.access.who import Who
from ui.api import events
from ui.api.asker import Asker, Serving
from ui.api.bodies import AskBody, FeedbackBody, Thanks
from ui.api.problems import Problem, documented
from ui.api.service import Service

_LINKS = {
    "Clause": {
        "operationId": "clause",
        "parameters": {"id": "$response.body#/quotes/0/clause_id"},
        "description": "The clause that decides it, wherever it stands",
    },
    "Document": {
        "operationId": "document",
        "parameters": {"sha256": "$response.body#/quotes/0/sha256"},
        "description": "The file to check its quote against",
    },
}
_LOOK = 1.0  # seconds between looks at whether somebody still waits
_NO_JSON = "The body must be JSON; send it with `Content-Type: application/json`."


class JsonRoute(APIRoute):
    """Takes JSON alone: what a page may send to another site without asking first is none."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def checked(request: Request) -> Response:
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json":
                raise Problem(415, "no_json", _NO_JSON, {"accept": "application/json"})
            return await handle(request)

        return checked


router = APIRouter(route_class=JsonRoute, responses=documented(401, 403, 429, 503))

_EVENTS: dict[str, Any] = {
    events.MEDIA_TYPE: {
        "schema": {
            "type": "string",
            "description": "Events `sentence` ({text}) as they come, then `answer` (the whole "
            "object) and `done`; where something goes wrong, `problem` instead of an answer.",
        }
    }
}


@router.post(
    "/ask",
    summary="One question, one answer",
    operation_id="ask",
    response_model=Answer,
    responses={
        200: {"content": _EVENTS, "links": _LINKS},
        **documented(400, 404, 413, 415, 422, 504),
    },
)
async def ask(
    request: Request,
    body: AskBody,
    who: Asker,
    service: Serving,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Answered by the policies that are in force, word for word, or "your policies don't say".

    Asked for `text/event-stream`, the answer comes sentence by sentence: as a language model
    writes them, where one is set up, and each verified before it is sent. The last event before
    `done` is the whole answer, and is the one that counts.
    """
    if events.wanted(accept):
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        stream = events.events(partial(_answer, service, body, who))
        return StreamingResponse(stream, media_type=events.MEDIA_TYPE, headers=headers)
    answer = await _while_there(request, _answer(service, body, who))
    return Response(answer.model_dump_json(), media_type="application/json")


@router.post(
    "/feedback",
    summary="Whether an answer helped",
    operation_id="feedback",
    responses=documented(400, 413, 415, 422),
)
async def feedback(body: FeedbackBody, who: Asker, service: Serving) -> Thanks:  # noqa: ARG001
    """Kept beside the answer, where answers are kept; an empty thumb takes it back."""
    said = await service.line.run(
        lambda: service.tell(body), service.settings.server.request_seconds
    )
    return Thanks(kept=not said, said=said)


async def _answer(service: Service, body: AskBody, who: Who, hear: Hear | None = None) -> Answer:
    question = Question(**body.model_dump())

    def work() -> Answer:
        try:
            return service.ask(question, who.sight, who.name, hear)
        except BadQuestion as error:  # of what nobody can see, which no schema tells apart
            return _unclear(question, str(error))

    return await service.line.run(work, service.settings.server.request_seconds)


def _unclear(question: Question, said: str) -> Answer:
    scope = Scope(school=None, role=question.role, as_of=question.as_of or dt.date.today())
    return Answer(
        id=secrets.token_urlsafe(16),
        question=question.question,
        history=question.history,
        scope=scope,
        status="clarify",
        verdict="not_covered",
        answer=said,
        confidence=0.0,
    )


async def _while_there(request: Request, answering: Coroutine[Any, Any, Answer]) -> Answer:
    """The answer, unless whoever asked hangs up before it is begun: then others come sooner."""
    task = asyncio.ensure_future(answering)
    try:
        while not task.done():
            await asyncio.wait([task], timeout=_LOOK)
            if not task.done() and await request.is_disconnected():
                raise Problem(503, "gone", "Whoever asked has hung up.")
        return task.result()
    finally:
        task.cancel()
