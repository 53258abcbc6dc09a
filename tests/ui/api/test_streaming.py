"""Sentences of a language model, over the wire, while it still writes."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from assistant.settings import AuditSettings
from ui.api import events
from ui.api.app import create_api
from ui.api.service import Service
from ui.api.wire import Wire

FIRST, SECOND, LAST = "Staff may park here.", "Ask the office first.", "Not at the gate."


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    """Where the API answers over a real line."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_api(service), log_level="critical", http=Wire)
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


class Stream:
    """The events of one answer, each when it comes."""

    def __init__(self, address: str, **timeout: float) -> None:
        self._client = httpx.Client(timeout=httpx.Timeout(**{"timeout": 10.0, **timeout}))
        self._asking = self._client.stream(
            "POST",
            f"{address}/ask",
            json={"question": "may i park here"},
            headers={"accept": events.MEDIA_TYPE},
        )
        self._lines = self._asking.__enter__().iter_lines()

    def next(self) -> tuple[str, Any]:
        """The next event; a comment goes by the name of ":"."""
        name = ""
        for line in self._lines:
            key, _, value = line.partition(":")
            if not key and value:
                return ":", value.strip()
            if key == "event":
                name = value.strip()
            elif key == "data":
                return name, json.loads(value)
        return "", None

    def rest(self) -> list[tuple[str, Any]]:
        return list(iter(self.next, ("", None)))

    def hang_up(self) -> None:
        self._asking.__exit__(None, None, None)
        self._client.close()


def test_a_sentence_arrives_before_the_next_one_is_written(service: Any, address: str) -> None:
    read = threading.Event()

    def write(hear: Any) -> None:
        hear(FIRST)
        assert read.wait(5), "the first was to be read while the second is not yet there"
        hear(SECOND)

    service.opened.writing, service.opened.said = write, f"Yes. {FIRST} {SECOND} {LAST}"
    service.settings = _patient(service)
    stream = Stream(address)
    assert stream.next() == ("sentence", {"text": FIRST})
    read.set()
    *sentences, (name, answer), done = stream.rest()
    assert [one["text"] for _, one in sentences] == [SECOND, "Yes.", LAST]  # none of them twice
    assert (name, answer["answer"], done) == ("answer", service.opened.said, ("done", {}))
    assert answer["id"] == "ticket-1"
    stream.hang_up()


def test_what_breaks_in_the_middle_ends_in_a_problem_after_what_was_said(
    service: Any, address: str
) -> None:
    def write(hear: Any) -> None:
        hear(FIRST)
        raise ValueError("who hit Wayne")

    service.opened.writing = write
    first, (name, said), done = Stream(address).rest()
    assert first == ("sentence", {"text": FIRST}) and done == ("done", {})
    assert (name, said["code"], said["status"]) == ("problem", "unforeseen", 500)
    assert "Wayne" not in json.dumps(said)


def test_a_model_that_falls_silent_ends_in_a_problem_when_the_time_is_over(
    service: Any, address: str
) -> None:
    free = threading.Event()

    def write(hear: Any) -> None:
        hear(FIRST)
        free.wait(20)

    service.opened.writing = write
    begun = time.monotonic()
    first, (name, said), done = Stream(address).rest()
    free.set()
    assert time.monotonic() - begun < 5  # the half second that the settings give, and some
    assert (first[0], name, said["code"], done[0]) == ("sentence", "problem", "too_slow", "done")


def test_whoever_waits_is_told_now_and_then_that_we_are_still_there(
    service: Any, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_PATIENCE", 0.05)
    free = threading.Event()
    service.opened.writing = lambda _hear: free.wait(5)
    service.settings = _patient(service)
    stream = Stream(address)
    assert stream.next()[0] == stream.next()[0] == ":"
    free.set()
    assert [name for name, _ in stream.rest() if name != ":"] == ["sentence", "answer", "done"]


def test_who_hangs_up_in_the_middle_costs_nobody_else_their_answer(
    service: Any, address: str
) -> None:
    """What a model still writes for somebody who is gone is heard by nobody, and breaks nothing."""
    gone, over = threading.Event(), threading.Event()

    def write(hear: Any) -> None:
        hear(FIRST)
        gone.wait(5)
        for _ in range(100):
            hear(SECOND)
        over.set()

    service.opened.writing = write
    service.settings = _patient(service)
    stream = Stream(address)
    stream.next()
    stream.hang_up()
    gone.set()
    assert over.wait(5)
    service.opened.writing = lambda hear: hear(LAST)
    assert Stream(address).rest()[0] == ("sentence", {"text": LAST})
    until = time.monotonic() + 5
    while service.line.inside and time.monotonic() < until:
        time.sleep(0.01)
    assert service.line.inside == 0


def test_nothing_is_heard_of_an_answer_that_must_be_kept_before_it_is_given(
    service: Any, address: str
) -> None:
    heard: list[str] = []
    service.opened.writing = lambda hear: hear(heard.append(FIRST) or FIRST)
    strict = AuditSettings(on=True, if_unwritable="refuse")
    service.settings = _patient(service, audit=strict)
    service.audit.broken, service.audit.withhold = "The disk is full.", True
    (name, said), done = Stream(address).rest()
    assert (name, said["code"], done[0], heard) == ("problem", "unkept", "done", [])


def _patient(service: Any, **changes: Any) -> Any:
    from dataclasses import replace

    server = replace(service.settings.server, request_seconds=10)
    return replace(service.settings, server=server, **changes)
