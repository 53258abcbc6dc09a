"""What went wrong, as RFC 9457 has it: one JSON object, one sentence, nothing of our insides."""

from __future__ import annotations

import http
import logging
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from assistant.answer import AssistantError
from assistant.ask import BadQuestion, NothingToSee
from assistant.scope import UnknownSchool
from ingest.documents import IngestError, flow
from ui.words import printable

MEDIA_TYPE = "application/problem+json"

_SAID = {
    400: "The request cannot be read; send it as the description in openapi.json has it.",
    404: "There is nothing at this address; openapi.json lists what there is.",
    405: "This address does not take that method; the Allow header names those it takes.",
    408: "The request did not arrive in time; send it again, whole.",
    413: "The body of the request is too large; send less.",
    500: "Something unexpected went wrong; try again, and if it stays so, tell whoever looks after "
    "this.",
}


class Flaw(BaseModel):
    """One thing that is amiss in a request, and where: a JSON pointer, or a parameter's name."""

    model_config = ConfigDict(frozen=True)

    detail: str
    pointer: str | None = Field(default=None, description="Where in the body, as a JSON pointer")
    parameter: str | None = Field(default=None, description="Which parameter of the address")


class ProblemBody(BaseModel):
    """A problem as RFC 9457 describes it; `code` is for programs, `detail` for people."""

    model_config = ConfigDict(frozen=True)

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    code: str = Field(description="What kind of problem it is, in one word that does not change")
    errors: tuple[Flaw, ...] = ()


class Problem(Exception):
    """Raised anywhere below a route, it becomes the response."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Flaw] = (),
    ) -> None:
        super().__init__(code)
        self.status, self.headers = status, dict(headers or {})
        self.body = ProblemBody(
            title=http.HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            code=code,
            errors=tuple(errors),
        )

    def response(self) -> Response:
        return Response(
            self.body.model_dump_json(exclude_none=True),
            self.status,
            {"cache-control": "no-store", **self.headers},
            MEDIA_TYPE,
        )


def problem_of(error: Exception) -> Problem:
    """Any error as a problem; one that nobody foresaw is logged without what was asked."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        phrase = http.HTTPStatus(error.status_code).phrase
        said = _SAID.get(error.status_code, f"{phrase}.")
        code = phrase.lower().replace(" ", "_").replace("'", "")
        return Problem(error.status_code, code, said, error.headers)
    if isinstance(error, RequestValidationError):
        return _invalid(error.errors())
    if isinstance(error, UnknownSchool):
        return Problem(404, "unknown_school", str(error))
    if isinstance(error, NothingToSee):
        return Problem(403, "nothing_to_see", str(error))
    if isinstance(error, BadQuestion):
        flaw = Flaw(detail=str(error), pointer="/question")
        return Problem(422, "bad_question", str(error), errors=[flaw])
    if isinstance(error, IngestError | AssistantError):
        # Their sentences name files of ours, which are for the log and not for whoever asks.
        logging.getLogger(__name__).error("%s", printable(flow(str(error))))
        said = "The policies cannot be read just now; tell whoever looks after this."
        return Problem(503, "policies_unreadable", said, {"retry-after": "60"})
    log_unforeseen(error)
    return Problem(500, "unforeseen", _SAID[500])


def log_unforeseen(error: Exception) -> None:
    """Where it happened, and never the words of the error: a question may stand in them."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    logging.getLogger(__name__).error("%s\n%s", type(error).__name__, trace)


def install(api: FastAPI) -> None:
    """Make every error of an API a problem."""

    async def answer(_request: Request, error: Exception) -> Response:
        return problem_of(error).response()

    for kind in (Problem, HTTPException, RequestValidationError, AssistantError, IngestError):
        api.add_exception_handler(kind, answer)


def _invalid(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """What pydantic found amiss; what was sent is not sent back."""
    if any(error["type"] == "json_invalid" for error in errors):
        return Problem(400, "bad_json", "The body is not readable as JSON; send a JSON object.")
    flaws = []
    for error in errors[:20]:
        place, *rest = error["loc"] or ("body",)
        said = _flaw(error)
        if place == "body":
            pointer = "".join(f"/{_pointed(step)}" for step in rest)
            flaws.append(Flaw(detail=said, pointer=pointer))
        else:
            flaws.append(Flaw(detail=said, parameter=str(rest[0] if rest else place)))
    first = flaws[0]
    where = first.parameter or (first.pointer or "").removeprefix("/") or "the body"
    return Problem(422, "invalid", f"Of {where:.100}: {first.detail}; correct it.", errors=flaws)


def _flaw(error: Mapping[str, Any]) -> str:
    """What is amiss, in words of ours where pydantic's are those of a programmer."""
    bounds = error.get("ctx", {})
    known = {
        "missing": "it is missing",
        "extra_forbidden": "it is not known here",
        "string_type": "it is no text",
        "too_short": "it is empty",
        "too_long": f"it is longer than {bounds.get('max_length')}",
        "string_pattern_mismatch": "it has not the form of one",
        "literal_error": f"it is not {bounds.get('expected')}",
    }
    # Of a bound, only what we set ourselves is told; other words might repeat what was sent.
    return known.get(error["type"], str(error["msg"]).removeprefix("Value error, ")[:200])


def _pointed(step: object) -> str:
    """A step of a JSON pointer; a name of an unknown member is the sender's own and kept short."""
    return str(step)[:100].replace("~", "~0").replace("/", "~1")


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route's description says of the problems it may answer with."""
    return {
        status: {
            "description": http.HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
        }
        for status in statuses
    }
