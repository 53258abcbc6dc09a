"""What there is to read: schools, policies, clauses, files, and the governors' coverage."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from assistant.scope import find_school
from ingest.home import stored_bytes
from ui.api.asker import Asker, Serving
from ui.api.bodies import (
    CLAUSE_ID,
    POLICY_ID,
    SHA256,
    ClauseBody,
    Policies,
    PolicyBody,
    Schools,
)
from ui.api.problems import Problem, documented

router = APIRouter(responses=documented(401, 422, 429, 503))

_GONE = "There is no such {} here; it may have been replaced or removed since."
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, to be saved",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}

_POLICY = {
    "Policy": {"operationId": "policy", "parameters": {"id": "$response.body#/policies/0/id"}},
    "Document": {
        "operationId": "document",
        "parameters": {"sha256": "$response.body#/policies/0/sha256"},
    },
}
_CLAUSE = {
    "Clause": {"operationId": "clause", "parameters": {"id": "$response.body#/clauses/0/id"}}
}

SchoolAsked = Annotated[
    str | None, Query(min_length=1, max_length=200, description="Key, name or a part of it")
]


@router.get("/schools", operation_id="schools", summary="The schools one may ask about")
def schools(who: Asker, service: Serving) -> Schools:
    return service.catalogue(who.sight).schools()


@router.get(
    "/policies",
    operation_id="policies",
    summary="The register: every policy, in force or not",
    responses={200: {"links": _POLICY}, **documented(404)},
)
def policies(who: Asker, service: Serving, school: SchoolAsked = None) -> Policies:
    catalogue = service.catalogue(who.sight)
    if school is None:
        return catalogue.policies(None)
    return catalogue.policies(find_school(school, catalogue.library.index.schools).key)


@router.get(
    "/policies/{id}",
    operation_id="policy",
    summary="One policy, and the names of its clauses",
    responses={200: {"links": _CLAUSE}, **documented(404)},
)
def policy(id: Annotated[str, Path(pattern=POLICY_ID)], who: Asker, service: Serving) -> PolicyBody:
    found = service.catalogue(who.sight).policy(id)
    if found is None:
        raise Problem(404, "no_such_policy", _GONE.format("policy"))
    return found


@router.get(
    "/clauses/{id}",
    operation_id="clause",
    summary="One clause, quoted word for word",
    responses=documented(404),
)
def clause(id: Annotated[str, Path(pattern=CLAUSE_ID)], who: Asker, service: Serving) -> ClauseBody:
    """The same words may stand in several policies or versions; what is in force comes first."""
    found = service.catalogue(who.sight).clause(id)
    if found is None:
        raise Problem(404, "no_such_clause", _GONE.format("clause"))
    return found


@router.get(
    "/documents/{sha256}",
    operation_id="document",
    summary="The stored file, byte for byte",
    response_class=Response,
    responses={**_FILE, **documented(404)},
)
def document(
    sha256: Annotated[str, Path(pattern=SHA256)], who: Asker, service: Serving
) -> Response:
    """To be saved and not shown: a page of HTML in which a script runs would run it as ours."""
    held = service.catalogue(who.sight).document(sha256)
    if held is None:
        raise Problem(404, "no_such_document", _GONE.format("document"))
    name = quote(PurePosixPath(held.source).name, safe="")
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{name}",
        "content-security-policy": "sandbox; default-src 'none'",
        "etag": f'"{sha256}"',
    }
    data = stored_bytes(service.settings.home, held.sha256)
    return Response(data, media_type="application/octet-stream", headers=headers)
