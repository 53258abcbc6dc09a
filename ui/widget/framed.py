"""/embed: a plain page for intranets that can only frame one; it works without JavaScript, too.

A question is posted, so that no log of addresses has it, and nothing is changed by it.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from assistant.answer import Answer, Question
from assistant.ask import MOST_EARLIER
from assistant.settings import ServerSettings
from ui import render
from ui.access.who import Who
from ui.api.asker import known
from ui.api.bodies import SchoolLine
from ui.api.problems import Problem, problem_of
from ui.api.service import Service
from ui.turns import as_role, school_named
from ui.widget.script import HERE, standing
from ui.words import printable

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = MOST_EARLIER + 10
_SIGN_IN = "You are not signed in; open the full page, sign in there, then load this page again."
_NO_FORM = "This was not sent by the form of this page; type your question here and send it again."


async def framed(request: Request, service: Service) -> Response:
    """The empty page, or with a question posted the page with its answer."""
    asked: dict[str, Any] = {
        "school": request.query_params.get("school", "").strip(),
        "role": as_role(request.query_params.get("role", "")),
        "fixed": bool(request.query_params.get("school", "").strip()),
        "question": "",
        "history": [],
    }
    page: dict[str, Any] = {"schools": [], "answer": "", "options": [], "trouble": ""}
    status, headers = 200, {}
    try:
        posted = await _posted(request) if request.method == "POST" else []
        _take(asked, posted)  # before anything can fail: what was typed comes back
        who = known(request, service)
        catalogue = await run_in_threadpool(service.catalogue, who.sight)
        page["schools"] = catalogue.schools().schools
        if request.method == "POST":
            page |= await _answered(asked, service, who, page["schools"])
    except Exception as error:
        problem = problem_of(error)
        status, headers = problem.status, problem.headers
        page["trouble"] = _SIGN_IN if status == 401 else problem.body.detail
        asked["typed"] = asked["question"]
    body = _template().render(
        **asked,
        **page,
        address=f"embed?{urlencode(_address(asked))}" if _address(asked) else "embed",
        full=f"./?{urlencode({'school': asked['school']})}" if asked["school"] else "./",
        alone=request.method == "POST",  # a script that took over now would lose the answer
        standing=standing(service.settings),
        called=_called(asked["school"], page["schools"]),
    )
    return Response(body, status, _headers(service.settings.server) | headers, "text/html")


async def _posted(request: Request) -> list[tuple[str, str]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise Problem(415, "no_form", _NO_FORM)
    data = (await request.body()).decode("utf-8", "replace")
    try:
        return parse_qsl(data, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Problem(422, "bad_form", _NO_FORM) from None


def _take(asked: dict[str, Any], posted: list[tuple[str, str]]) -> None:
    """What the form said; earlier questions count where they were put to the same school."""
    given = dict(posted)
    asked["question"] = given.get("question", "").strip()
    if not asked["fixed"]:
        asked["school"] = given.get("school", "").strip()
    if given.get("of", "") == asked["school"]:
        earlier = [value for name, value in posted if name == "history"]
        asked["history"] = earlier[-MOST_EARLIER:]


async def _answered(
    asked: dict[str, Any], service: Service, who: Who, schools: list[SchoolLine]
) -> dict[str, Any]:
    question = Question(
        question=asked["question"],
        history=tuple(asked["history"]),
        school=asked["school"] or None,
        role=asked["role"],
    )
    seconds = service.settings.server.request_seconds
    answer: Answer = await service.line.run(
        lambda: service.ask(question, who.sight, who.name), seconds
    )
    named = {school.key: school.name for school in schools}
    asked["history"] = [*asked["history"], asked["question"]][-MOST_EARLIER:]
    options = [(option, school_named(option, named)) for option in map(printable, answer.options)]
    return {"answer": render.html(answer, offer=False), "options": options}


def _address(asked: dict[str, Any]) -> dict[str, str]:
    """What the page's own address says, so that the form keeps to it."""
    said = {"school": asked["school"] if asked["fixed"] else "", "role": asked["role"]}
    return {name: value for name, value in said.items() if value and (name, value) != _USUAL}


_USUAL = ("role", "staff")


def _called(school: str, schools: list[SchoolLine]) -> str:
    """The name of the school that the page is about, "" where that is none in particular."""
    if len(schools) == 1:
        return printable(schools[0].name)
    named = (one.name for one in schools if school.lower() in (one.key.lower(), one.name.lower()))
    return printable(next(named, "")) if school else ""


def _headers(server: ServerSettings) -> dict[str, str]:
    """Who may frame the page is said by frame-ancestors alone; X-Frame-Options cannot name sites.

    Its own address is told to itself, for without it a browser would not say who posts the form.
    """
    ancestors = " ".join(server.allowed_origins) or "'none'"
    return {
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {ancestors}",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("embed.html")
