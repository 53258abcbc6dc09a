"""GET /coverage: the governors' report, worked out once a generation and a day."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import time
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from assistant.answer import Quote
from assistant.coverage import Level
from assistant.due import State
from assistant.scope import find_school
from assistant.topics import Table
from ui import coverage_record, governing
from ui.api.asker import Governor, Serving
from ui.api.problems import documented
from ui.api.reading import SchoolAsked
from ui.governing import Job

WAIT = 5.0  # seconds that a request waits for a report that is not ready
AGAIN = "5"  # seconds after which to ask again

router = APIRouter(responses=documented(401, 403, 404, 422, 429, 503))


class TopicSource(BaseModel):
    key: str
    title: str
    looked_up: dt.date
    url: str
    says: str
    statutory: bool


class Topics(BaseModel):
    """The table that the report goes by; each topic as `topics.toml` has it."""

    as_of: dt.date
    note: str
    sources: list[TopicSource]
    topics: list[dict[str, Any]]


class Named(BaseModel):
    policy: str
    source: str
    status: Literal["current", "superseded", "draft"]


class SaidBody(BaseModel):
    value: str
    place: str
    quotes: list[Quote]


class AtOddsBody(BaseModel):
    about: str
    said: list[SaidBody]


class DueBody(Named):
    """When a policy is next due for review; overdue is a fact about a date."""

    next_review: str
    last_day: dt.date | None
    state: State
    days_over: int
    inferred: str
    adopted: str
    notices: list[str]
    standing: str
    quotes: list[Quote]
    at_odds: list[AtOddsBody]


class CellBody(Named):
    found: Level
    quotes: list[Quote]


class RowBody(BaseModel):
    topic: str
    found: Level
    own: list[str]
    cells: list[CellBody]


class SchoolBody(BaseModel):
    school: str
    name: str
    body: Literal["school", "trust", "authority", "union"]
    policies: list[Named]
    dates: list[DueBody]
    coverage: list[RowBody]
    without_policy: list[str]
    warnings: list[str]


class CoverageBody(BaseModel):
    """Topics × policies of each school, and when each policy is due for review."""

    as_of: dt.date
    topics: Topics
    schools: list[SchoolBody]


class Working(BaseModel):
    """The report is being worked out; ask again."""

    share: float = Field(ge=0, le=1, description="How much of it is done")


@router.get(
    "/coverage",
    operation_id="coverage",
    summary="The governors' report",
    response_model=CoverageBody,
    responses={202: {"model": Working, "description": "Being worked out; ask again"}},
)
async def coverage(who: Governor, service: Serving, school: SchoolAsked = None) -> Response:
    """Half a minute for twenty policies: until then status 202 says how far it has got."""
    library = service.library(who.sight)
    known = library.index.schools
    schools = (find_school(school, known),) if school else known
    table = await asyncio.to_thread(governing.topics_of, service.settings.home)
    today = dt.date.today()
    jobs: dict[str, Job | None] = {}
    for one in schools:
        key = (library.index.manifest.generation, one.key, today, _mark(table))
        jobs[one.key] = service.jobs.get(
            key, partial(governing.covered, library, one, table, today)
        )
    made = [job for job in jobs.values() if job is not None]
    if not await _ended(made):
        share = Working(share=governing.share_of(jobs)).model_dump()
        return JSONResponse(share, 202, {"retry-after": AGAIN})
    for job in made:
        if job.error is not None:
            raise job.error
    report = governing.report([job.result for job in made], table, today)
    return Response(coverage_record.record(report), media_type="application/json")


async def _ended(jobs: Sequence[Job]) -> bool:
    """Whether all have ended within our patience."""
    last = time.monotonic() + WAIT
    while not all(job.ended() for job in jobs):
        if time.monotonic() >= last:
            return False
        await asyncio.sleep(0.1)
    return True


def _mark(table: Table) -> str:
    """Tells one table of topics from another."""
    return hashlib.sha256(repr(table).encode("utf-8", "surrogatepass")).hexdigest()
