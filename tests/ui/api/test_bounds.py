from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

TRIP = {"question": "Can I text a parent on a trip?", "school": "dothill"}
CHUNKED = (
    b"POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
INTRANET = "https://intranet.oak.sch.uk"


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    return body


def raw(server: Any, *parts: bytes, pause: float = 0.0, patience: float = 15.0) -> bytes:
    """What comes back for bytes sent a part at a time, until the server hangs up."""
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.settimeout(patience)
        came = b""
        try:
            for part in parts:
                line.sendall(part)
                time.sleep(pause)
            while got := line.recv(65536):
                came += got
        except (ConnectionResetError, BrokenPipeError):
            pass
        return came


# How large, how slow


def test_a_body_that_says_it_is_too_large_is_not_even_read(server: Any) -> None:
    head = b"POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    came = raw(server, head + b"Content-Length: 100000000\r\n\r\n{")
    assert came.startswith(b"HTTP/1.1 413 ") and b"application/problem+json" in came


def test_a_body_that_grows_too_large_is_cut_off(api: httpx.Client) -> None:
    pieces = (b" " * 1000 for _ in range(100))
    response = api.post("/ask", content=pieces, headers={"content-type": "application/json"})
    problem(response, 413, "request_entity_too_large")


def pour(server: Any, head: bytes, piece: bytes, most: int = 20_000_000) -> tuple[bytes, int]:
    """Send a head, then a piece again and again; what comes back, and how much was taken."""
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.settimeout(15)
        sent, came = 0, b""
        try:
            line.sendall(head)
            while sent < most:
                line.sendall(piece)
                sent += len(piece)
            came = line.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            pass
        return came, sent


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (
            b"GET /api/v1/schools HTTP/1.1\r\nHost: localhost\r\n",
            b"X-More: " + b"a" * 50_000 + b"\r\n",
        ),
        (b"GET /api/v1/schools HTTP/1.1\r\nHost: localhost\r\nX-One: ", b"a" * 50_000),
        (b"GET /", b"a" * 50_000),
        (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-More: " + b"a" * 50_000 + b"\r\n"),
        (CHUNKED + b"1;", b"a" * 50_000),
    ],
    ids=["many headers", "one header", "the address", "trailers", "a chunk's extension"],
)
def test_a_head_without_an_end_is_not_kept_in_memory(
    server: Any, api: httpx.Client, head: bytes, piece: bytes
) -> None:
    came, sent = pour(server, head, piece)
    assert sent < 20_000_000, "it was all taken"  # the operating system keeps some of it
    assert came == b"" or came.startswith(b"HTTP/1.1 4")
    assert api.get("/schools").status_code == 200


def test_a_head_that_is_long_is_answered_and_one_that_is_too_long_is_told_so(server: Any) -> None:
    head = b"GET /api/v1/schools HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: "
    assert raw(server, head + b"a" * 30_000 + b"\r\n\r\n").startswith(b"HTTP/1.1 200 ")
    assert raw(server, head + b"a" * 300_000).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("length", [b"-5", b"1e9", b"99999999999999999999999", b"0x10", b"5, 6"])
def test_a_length_that_is_none_does_no_harm(server: Any, length: bytes) -> None:
    head = b"POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    came = raw(server, head + b"Connection: close\r\nContent-Length: " + length + b"\r\n\r\n{}")
    assert re.match(rb"HTTP/1.1 4\d\d ", came) or came == b""


def test_what_comes_too_slowly_is_not_waited_for(server: Any) -> None:
    """A head that never ends is hung up on; a body that never ends is a problem."""
    head = b"POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    slow_head = [b"GET /api/v1/schools HTTP/1.1\r\n", *[b"X-Slow: yes\r\n"] * 8]
    slow_body = [head + b"Content-Length: 500\r\n\r\n", *[b"{"] * 8]
    started = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        came = list(pool.map(lambda parts: raw(server, *parts, pause=1.0), (slow_head, slow_body)))
    assert time.monotonic() - started < 14
    assert came[0] == b""
    assert came[1].startswith(b"HTTP/1.1 408 ") and b"application/problem+json" in came[1]


def test_rubbish_on_the_wire_is_refused_and_the_next_one_served(
    server: Any, api: httpx.Client
) -> None:
    for rubbish in (b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"\x00" * 200):
        raw(server, rubbish, patience=12)
    assert api.get("/schools").status_code == 200


# Which methods, which addresses


@pytest.mark.parametrize("path", ["/schools", "/policies", "/health", "/metrics", "/openapi.json"])
def test_head_is_get_without_its_body(api: httpx.Client, path: str) -> None:
    got, head = api.get(path), api.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "allow"), [("/ask", "OPTIONS, POST"), ("/schools", "GET, HEAD, OPTIONS")]
)
def test_options_and_a_wrong_method_name_the_right_ones(
    api: httpx.Client, path: str, allow: str
) -> None:
    asked = api.options(path)
    assert (asked.status_code, asked.headers["allow"], asked.content) == (204, allow, b"")
    wrong = api.delete(path)
    problem(wrong, 405, "method_not_allowed")
    assert wrong.headers["allow"] == allow


@pytest.mark.parametrize("path", ["/api/v1/nope", "/api/v1/", "/api/v1", "/api/v2/ask", "/api"])
def test_an_address_of_nothing_is_a_problem_and_not_the_chat(server: Any, path: str) -> None:
    response = httpx.get(server.url + path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


# Who may be told what by a browser


def test_nothing_of_the_api_is_a_page_or_kept_by_anybody(api: httpx.Client) -> None:
    for response in (api.post("/ask", json=TRIP), api.get("/schools"), api.get("/nope")):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
        assert "server" not in response.headers and "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "[::1", "a b"]
)
@pytest.mark.parametrize("path", ["/api/v1/schools", "/", "/_stcore/health"])
def test_a_host_that_we_are_not_is_turned_away(server: Any, host: str, path: str) -> None:
    response = httpx.get(server.url + path, headers={"host": host})
    assert response.status_code in (400, 421)


def test_two_hosts_are_none(server: Any) -> None:
    head = b"GET /api/v1/schools HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n"
    assert raw(server, head + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 421 ")


@pytest.fixture(scope="module")
def public(serve: Callable[..., Any], home: Path) -> Any:
    """A server that has a public address and may be public by one site."""
    return serve(
        home,
        VERSE_SERVER_URL="https://help.oak.sch.uk",
        VERSE_SERVER_OPEN_TO_ALL="true",
        VERSE_SERVER_ALLOWED_ORIGINS=INTRANET,
    )


def test_the_public_address_is_a_host_of_ours(public: Any) -> None:
    for host in ("help.oak.sch.uk", "HELP.oak.sch.uk:443", "localhost", f"127.0.0.1:{public.port}"):
        assert httpx.get(f"{public.api}/schools", headers={"host": host}).status_code == 200
    page = httpx.get(public.url, headers={"host": "help.oak.sch.uk"})
    assert page.headers["strict-transport-security"].startswith("max-age=")
    assert "wss://help.oak.sch.uk" in page.headers["content-security-policy"]


def preflight(server: Any, origin: str, method: str = "POST") -> httpx.Response:
    headers = {
        "origin": origin,
        "access-control-request-method": method,
        "access-control-request-headers": "content-type",
    }
    return httpx.options(f"{server.api}/ask", headers=headers)


def test_a_site_on_the_list_may_ask_and_read(public: Any) -> None:
    first = preflight(public, INTRANET)
    assert first.status_code == 200
    assert first.headers["access-control-allow-origin"] == INTRANET
    asked = httpx.post(
        f"{public.api}/ask",
        json=TRIP,
        headers={"origin": INTRANET, "sec-fetch-site": "cross-site"},
        timeout=60,
    )
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == INTRANET
    assert "origin" in asked.headers["vary"].lower()
    wrong = httpx.post(f"{public.api}/ask", json={}, headers={"origin": INTRANET})
    assert wrong.headers["access-control-allow-origin"] == INTRANET, "problems are read, too"


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://intranet.oak.sch.uk",
        "https://intranet.oak.sch.uk.evil.example",
        "https://intranet.oak.sch.uk:8443",
        "null",
        "*",
    ],
)
def test_any_other_site_may_neither_ask_nor_read(public: Any, origin: str) -> None:
    assert "access-control-allow-origin" not in preflight(public, origin).headers
    for headers in ({"origin": origin}, {"origin": origin, "cookie": "session=x"}):
        asked = httpx.post(f"{public.api}/ask", json=TRIP, headers=headers)
        problem(asked, 403, "another_site")
        assert "access-control-allow-origin" not in asked.headers
    read = httpx.get(f"{public.api}/schools", headers={"origin": origin})
    assert "access-control-allow-origin" not in read.headers


def test_without_a_list_no_site_is_on_it(server: Any) -> None:
    assert "access-control-allow-origin" not in preflight(server, INTRANET).headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"cookie": "session=x"}, 403),
        ({"cookie": "session=x", "sec-fetch-site": "same-origin"}, 200),
        ({"cookie": "session=x", "sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "OWN"}, 200),
        ({"origin": "OWN", "cookie": "session=x"}, 200),
        ({"origin": "https://evil.example", "sec-fetch-site": "same-origin"}, 403),
    ],
)
def test_only_a_page_of_ours_may_send_what_somebody_is_known_by(
    server: Any, headers: dict[str, str], status: int
) -> None:
    given = {name: value.replace("OWN", server.url) for name, value in headers.items()}
    asked = httpx.post(f"{server.api}/ask", json=TRIP, headers=given, timeout=60)
    assert asked.status_code == status, asked.text


def test_nothing_asked_is_in_the_log(server: Any) -> None:
    secret = "zxqv-unheard-of"
    httpx.post(f"{server.api}/ask", json={"question": f"may {secret} smoke"}, timeout=60)
    httpx.post(f"{server.api}/ask", json={"question": secret, "school": secret}, timeout=60)
    httpx.post(f"{server.api}/ask", content=json.dumps({secret: secret}))
    httpx.get(f"{server.api}/{secret}?{secret}", headers={"x-name": secret})
    raw(server, f"GET /{secret} {secret}\r\n\r\n".encode(), patience=12)
    time.sleep(0.5)
    assert secret not in "".join(server.err)
