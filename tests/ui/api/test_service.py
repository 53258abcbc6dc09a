"""What cannot be made to happen to a whole server: answers that break, hang or cannot be kept."""

from __future__ import annotations

import asyncio
import gc
import logging
import shutil
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.answer import AssistantError
from assistant.settings import ServerSettings, Settings
from assistant.sight import EVERYTHING
from ingest.home import IndexDamaged
from ingest.sync import ingest
from ui.api.app import create_api
from ui.api.problems import Problem
from ui.api.service import open_service

SECRET = "who hit Wayne"


def ask(client: TestClient, **headers: str) -> Any:
    return client.post("/ask", json={"question": SECRET}, headers=headers)


def breaks(error: Exception) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def test_an_answer_is_kept_and_goes_by_the_records_ticket(client: TestClient, service: Any) -> None:
    assert ask(client).json()["id"] == "ticket-1"
    assert service.audit.kept == [(SECRET, "00000007-abcdef", "a model", "")]
    said = client.post("/feedback", json={"id": "ticket-1", "thumb": "up"}).json()
    assert said == {"kept": True, "said": ""}
    said = client.post("/feedback", json={"id": "unheard-of", "thumb": "up"}).json()
    assert said == {"kept": False, "said": "It is not kept."}


def test_what_cannot_be_kept_is_answered_all_the_same_unless_it_must_be(
    client: TestClient, service: Any
) -> None:
    service.audit.broken = "The record in /srv/verse is full."
    answer = ask(client)
    assert answer.status_code == 200 and len(answer.json()["id"]) >= 16
    assert client.get("/health").json()["audit"] == "The record in /srv/verse is full."
    service.audit.withhold = True
    refused = ask(client)
    assert (refused.status_code, refused.json()["code"]) == (503, "unkept")
    assert "/srv" not in refused.text and "policies do not say" not in refused.text


def test_who_is_no_admin_is_not_told_where_the_record_lies(service: Any) -> None:
    service.audit.broken = "The record in /srv/verse is full."
    service.settings = replace(
        service.settings, server=ServerSettings(open_to_all=True, host="10.0.0.1")
    )
    told = TestClient(create_api(service), base_url="http://localhost").get("/health").json()
    assert told["ready"] and told["audit"] and "/srv" not in told["audit"]


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_what_nobody_foresaw_tells_nothing_to_whoever_asks_nor_to_the_log(
    client: TestClient, service: Any, caplog: pytest.LogCaptureFixture, accept: str
) -> None:
    service.opened.work = breaks(ValueError(f"{SECRET} in /srv/verse"))
    with caplog.at_level(logging.DEBUG):
        response = ask(client, accept=accept)
    assert response.status_code == (500 if accept == "application/json" else 200)
    assert "unforeseen" in response.text
    assert "ValueError" in caplog.text and "test_service.py" in caplog.text, "where it happened"
    for place in (response.text, caplog.text):
        assert SECRET not in place and "/srv" not in place


@pytest.mark.parametrize(
    "error",
    [IndexDamaged("The index in /srv/verse is damaged."), AssistantError("No model in /srv.")],
)
def test_what_is_broken_is_for_the_log_and_a_sentence_for_whoever_asks(
    client: TestClient, service: Any, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    service.opened.work = breaks(error)
    response = ask(client)
    assert (response.status_code, response.json()["code"]) == (503, "policies_unreadable")
    assert "/srv" not in response.text and "/srv" in caplog.text


def test_no_name_of_a_file_writes_a_line_of_the_log(
    client: TestClient, service: Any, caplog: pytest.LogCaptureFixture
) -> None:
    service.opened.work = breaks(IndexDamaged("The file x\nERROR all is lost\x1b[2J is damaged."))
    ask(client)
    (line,) = [record.getMessage() for record in caplog.records if "damaged" in record.getMessage()]
    assert "\n" not in line and "\x1b" not in line


def test_an_answer_that_takes_too_long_is_a_problem_and_the_next_one_is_not(
    client: TestClient, service: Any
) -> None:
    free = threading.Event()
    service.opened.work = free.wait
    slow = ask(client)
    assert (slow.status_code, slow.json()["code"]) == (504, "too_slow")
    streamed = ask(client, accept="text/event-stream")
    assert streamed.text.index("too_slow") < streamed.text.index("event: done")
    waited = ask(client)  # both places are taken by what nobody waits for any more
    assert (waited.status_code, waited.json()["code"]) == (503, "busy")
    assert int(waited.headers["retry-after"]) >= 1
    free.set()
    assert ask(client).status_code == 200


def test_whose_line_is_gone_is_answered_by_nobody(service: Any) -> None:
    """On a page that is loaded again and again, only the last question is worth our time."""
    free, begun = threading.Event(), []
    service.settings = replace(service.settings, server=ServerSettings(request_seconds=30))
    app = create_api(service)

    def work() -> None:
        begun.append(1)
        free.wait(20)

    service.opened.work = work

    async def come_and_go() -> int:
        transport = Leaving(app)
        asked = [asyncio.create_task(transport.ask()) for _ in range(4)]
        until = time.monotonic() + 10
        while service.line.inside < 4 and time.monotonic() < until:
            await asyncio.sleep(0.02)
        transport.gone.set()
        while service.line.inside > 2 and time.monotonic() < until:
            await asyncio.sleep(0.02)
        waiting = int(service.line.inside) - 2  # two were begun, and those are ended
        free.set()
        await asyncio.gather(*asked)
        return waiting

    assert (asyncio.run(come_and_go()), len(begun)) == (0, 2)


class Leaving:
    """Sends questions and hangs up when told to."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.gone = asyncio.Event()

    async def ask(self) -> None:
        body = [b'{"question": "may i"}']

        async def receive() -> dict[str, Any]:
            if body:
                return {"type": "http.request", "body": body.pop(), "more_body": False}
            await self.gone.wait()
            return {"type": "http.disconnect"}

        async def send(_message: Any) -> None:
            pass

        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/ask", "raw_path": b"/ask"}
        scope |= {"headers": headers, "query_string": b"", "scheme": "http", "root_path": ""}
        scope |= {"client": ("127.0.0.1", 1), "server": ("localhost", 80), "http_version": "1.1"}
        await self.app(scope, receive, send)


def test_an_index_that_was_replaced_is_let_go_of(small_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(small_home, tmp_path / "home")
    service = open_service(Settings(home))
    client = TestClient(create_api(service), base_url="http://localhost")

    def use_it() -> weakref.ref[Any]:
        asked = {"question": "can i bring my dog", "school": "oak"}
        assert client.post("/ask", json=asked).json()["quotes"]
        policy = client.get("/policies").json()["policies"][0]["id"]
        clause = client.get(f"/policies/{policy}").json()["clauses"][0]["id"]
        assert client.get(f"/clauses/{clause}").status_code == 200
        while client.get("/coverage").status_code == 202:
            pass
        return weakref.ref(service.library(EVERYTHING).index)

    before = use_it()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "cats.txt").write_text("Cats Policy\n\n1. No cats.\n", "utf-8")
    ingest(tmp_path / "more", home, school="Ash School")
    use_it()
    gc.collect()
    assert before() is None
    service.close()


def test_health_says_why_questions_cannot_be_answered(client: TestClient, service: Any) -> None:
    assert client.get("/health").json()["generation"] == "00000007-abcdef"
    service.opened.library = breaks_with(IndexDamaged("The index in /srv/verse is damaged."))
    told = client.get("/health")
    assert told.status_code == 503
    assert told.json()["live"] is True and told.json()["ready"] is False
    assert told.json()["trouble"] and "/srv" not in told.json()["trouble"]
    assert "verse_ready 0.0" in client.get("/metrics").text


def breaks_with(error: Exception) -> Callable[..., Any]:
    def library(*_: Any) -> Any:
        raise error

    return library


def test_metrics_count_by_route_and_tell_nothing_that_was_asked(client: TestClient) -> None:
    ask(client)
    client.get(f"/{SECRET}")
    client.get("/policies/0123456789abcdef?x=" + SECRET)
    client.request("BREW", "/schools")
    text = client.get("/metrics").text
    assert 'verse_requests_total{method="POST",route="/ask",status="200"} 1.0' in text
    assert 'verse_answers_total{by="extractive",status="not_covered"' in text
    assert 'method="other"' in text and "BREW" not in text
    assert "0123456789abcdef" not in text and "Wayne" not in text
    assert 'generation="00000007-abcdef"' in text


def test_a_problem_is_never_a_page() -> None:
    response = Problem(404, "gone", "<script>alert(1)</script>.").response()
    assert response.headers["content-type"] == "application/problem+json"
