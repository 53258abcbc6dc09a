"""Whether we are well: for whatever watches over the process, and for whoever looks after it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ui.access.guard import who_asks
from ui.api.asker import Admin, Serving
from ui.api.bodies import Health
from ui.api.metrics import CONTENT_TYPE
from ui.api.problems import documented

router = APIRouter()

_TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}}


@router.get(
    "/health",
    operation_id="health",
    summary="Whether questions can be answered",
    responses={503: {"model": Health, "description": "They cannot be"}},
)
def health(request: Request, service: Serving, response: Response) -> Health:
    """Nobody needs to sign in for this, and it tells nothing of the policies."""
    who = who_asks(request, service.settings, service.keys)
    found = service.health(tell_all=who is not None and who.rank == "admin")
    response.status_code = 200 if found.ready else 503
    return found


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {**_TEXT, "description": "Figures"}, **documented(401, 403, 429, 503)},
)
def metrics(_who: Admin, service: Serving) -> Response:
    """Counts and times; never what was asked, nor by whom."""
    service.measure()
    return Response(service.metrics.text(), headers={"content-type": CONTENT_TYPE})
