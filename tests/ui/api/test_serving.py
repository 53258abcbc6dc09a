from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from ingest.sync import ingest
from ui.cli import main

TRIP = {"question": "Can I text a parent on a trip?", "school": "dothill"}
Refused = Callable[..., tuple[int, str]]


@pytest.fixture
def refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """Exit status and what was said, of a `verse serve` that cannot begin."""

    def run(home: Path, *words: str, **env: str) -> tuple[int, str]:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        status = main(["serve", "--home", str(home), *words])
        out, err = capsys.readouterr()
        assert out == "" and len(err.splitlines()) == 1, err
        return status, err

    return run


@contextmanager
def taken() -> Iterator[int]:
    """A port on which somebody listens already."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_without_an_index_it_says_how_to_make_one(refused: Refused, tmp_path: Path) -> None:
    status, said = refused(tmp_path)
    assert status == 1 and "verse ingest" in said


def test_a_port_that_is_taken_is_one_sentence(refused: Refused, home: Path) -> None:
    with taken() as port:
        status, said = refused(home, "--port", str(port))
    assert status == 1 and str(port) in said and "--port" in said


def test_an_address_that_is_not_ours_is_one_sentence(refused: Refused, home: Path) -> None:
    signed_in = {"VERSE_SIGN_IN_MODE": "proxy", "VERSE_SIGN_IN_ADMIN_GROUPS": "it"}
    status, said = refused(home, "--host", "203.0.113.9", **signed_in)
    assert status == 1 and "203.0.113.9" in said


def test_nobody_elsewhere_gets_in_unless_that_is_said(refused: Refused, home: Path) -> None:
    status, said = refused(home, "--host", "0.0.0.0")
    assert status == 2 and "sign_in.mode" in said and "open_to_all" in said


def test_a_server_that_does_not_begin_leaves_nothing_in_the_environment(
    refused: Refused, home: Path
) -> None:
    """Whoever called us in their own process would start the next one with our words."""
    before = dict(os.environ)
    assert refused(home, "--host", "0.0.0.0", "--port", "8123")[0] == 2
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1", "http://localhost"], ids=["number", "name"]
)
def test_by_default_only_this_machine_reaches_it(server: Any, address: str) -> None:
    assert httpx.get(f"{address}:{server.port}/api/v1/health").status_code == 200
    name = socket.gethostbyname(socket.gethostname())
    if not name.startswith("127."):
        with pytest.raises(OSError):
            socket.create_connection((name, server.port), 2)


@pytest.mark.parametrize(
    "how", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.heavy)]
)
def test_it_ends_what_it_has_begun_and_then_itself(
    serve: Callable[..., Any], home: Path, how: signal.Signals
) -> None:
    server = serve(home)
    httpx.post(f"{server.api}/ask", json=TRIP, timeout=60)
    lines = [socket.create_connection(("127.0.0.1", server.port), 30) for _ in range(6)]
    for number, line in enumerate(lines):
        body = json.dumps({"question": f"can i use my phone at lunch {number}"}).encode()
        head = "POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
        line.sendall(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    time.sleep(0.2)
    started = time.monotonic()
    assert server.stop(how) == 0
    assert time.monotonic() - started < 15
    for line in lines:
        assert line.recv(100).startswith(b"HTTP/1.1 200 ")
        line.close()
    assert "Traceback" not in "".join(server.err)


def test_an_index_that_is_switched_over_answers_the_next_question(
    serve: Callable[..., Any], new_home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    rule = folder / "dogs.txt"
    rule.write_text("Dogs Policy\n\n1. Staff must not bring dogs to school.\n", "utf-8")
    ingest(folder, new_home, school="Elm Primary School")
    server = serve(new_home)
    asked = {"question": "can i bring my dog to school"}

    def ask() -> dict[str, Any]:
        made: dict[str, Any] = httpx.post(f"{server.api}/ask", json=asked, timeout=60).json()
        return made

    before, old = httpx.get(f"{server.api}/health").json(), ask()
    assert old["verdict"] == "not_permitted"
    policy = httpx.get(f"{server.api}/policies").json()["policies"][0]
    rule.write_text(
        "Dogs Policy\n\n1. Staff are free to bring dogs to school every day.\n", "utf-8"
    )
    ingest(folder, new_home, school="Elm Primary School")
    assert "free to bring" in ask()["quotes"][0]["text"]
    assert httpx.get(f"{server.api}/health").json()["generation"] != before["generation"]
    after = httpx.get(f"{server.api}/policies").json()["policies"][0]
    assert after["id"] == policy["id"] and after["sha256"] != policy["sha256"]
    gone = httpx.get(f"{server.api}/documents/{policy['sha256']}")
    assert gone.status_code == 404, "what is not in the index any more is not given away"
    (new_home / "CURRENT").write_text("../../../etc", "utf-8")
    asked_again = httpx.post(f"{server.api}/ask", json=asked, timeout=60)
    assert asked_again.status_code == 503, "nothing is guessed of an index that is damaged"
    assert asked_again.json()["code"] == "policies_unreadable" and "CURRENT" in "".join(server.err)
    assert httpx.get(f"{server.api}/health").status_code == 503
    (new_home / "CURRENT").write_text(before["generation"], "utf-8")
    assert ask()["verdict"] == "not_permitted", "and it comes back without a restart"


def test_the_chat_is_at_the_root_and_answers_in_a_browser(browser: Browser, server: Any) -> None:
    page = browser.new_page()
    elsewhere: list[str] = []
    own = (server.url, "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(own) else elsewhere.append(r.url))
    page.goto(f"{server.url}/?school=dothill")
    page.get_by_placeholder("Ask about the policies").fill(TRIP["question"])
    page.keyboard.press("Enter")
    expect(page.get_by_text("Only under conditions").first).to_be_visible(timeout=30_000)
    page.close()
    assert elsewhere == []


def test_the_pages_say_who_may_frame_them_and_what_they_may_load(server: Any) -> None:
    headers = httpx.get(server.url).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
