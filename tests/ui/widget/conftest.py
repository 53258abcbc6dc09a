from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parent))

import policies_home
from hosting import STRICT, Intranet, Misbehaving, Served, Told, Visits, outside, tag

from assistant.answer import Answer, Quote
from assistant.settings import ServerSettings, Settings
from ui.api.service import Service, open_service


@pytest.fixture(scope="session")
def intranet() -> Iterator[Intranet]:
    """The site that may ask."""
    site = Intranet()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def stranger() -> Iterator[Intranet]:
    """A site that may not."""
    site = Intranet()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def nine_schools(furnish: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small policies of nine schools, one with a title and one with a clause that are hostile."""
    return policies_home.make(tmp_path_factory.mktemp("widget"), furnish, more=policies_home.MORE)


@pytest.fixture(scope="session")
def service(nine_schools: Path, intranet: Intranet) -> Iterator[Service]:
    server = ServerSettings(allowed_origins=(intranet.url,), rate_per_address="100000/minute")
    opened = open_service(Settings(nine_schools, reader=False, server=server))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def help_server(service: Service) -> Iterator[Served]:
    """The widget and the API, over the policies of nine schools."""
    served = Served(outside(service, None))
    yield served
    served.stop()


@pytest.fixture(scope="session")
def stand_in(service: Service, intranet: Intranet) -> Iterator[Told]:
    """The widget over a stand-in for the API; feedback is kept, and patience is short."""
    api = Misbehaving()
    server = dataclasses.replace(service.settings.server, request_seconds=1.0)
    settings = dataclasses.replace(service.settings, record=True, server=server)
    told = dataclasses.replace(service, settings=settings)
    served = Served(outside(told, api.app([intranet.url])))
    yield api, served
    served.stop()


@pytest.fixture
def misbehaving(stand_in: Told) -> Told:
    """The same, as if nothing had been asked of it."""
    stand_in[0].reset()
    return stand_in


@pytest.fixture
def visits(browser: Browser) -> Iterator[Visits]:
    opened = Visits(browser)
    yield opened
    opened.close()


@pytest.fixture
def on_intranet(visits: Visits, intranet: Intranet) -> Callable[..., Page]:
    """A page of the allowed site, under the strictest policy, with the widget on it."""

    def go(server: Served, *words: str, body: str = "", at: str = "", **options: Any) -> Page:
        path = intranet.put("/page", body + tag(server.url, *words), STRICT.format(server.url))
        return visits.open(f"{at or intranet.url}{path}", **options)

    return go


@pytest.fixture
def say(answer: Callable[..., Answer]) -> Callable[..., dict[str, Any]]:
    """An answer as the API sends it."""

    def make(**changes: Any) -> dict[str, Any]:
        return answer(**{"id": "answer-0001", **changes}).model_dump(mode="json")

    return make


@pytest.fixture
def tied(quote: Callable[..., Quote]) -> tuple[Quote, ...]:
    """Two bullets of a list, and the exception under the same heading."""
    second = quote("ring them at home.", start=50, end=68, clause="2.5")
    exception = quote(
        "In an emer-\ngency staff may do so.", lead_in="", kind="exception", start=70, end=100
    )
    return (quote(), second, exception)
