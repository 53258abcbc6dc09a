"""How often somebody may ask, by key and by address."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.settings import ServerSettings
from ui.access.keys import Keys
from ui.api.app import create_api
from ui.api.arriving import Forwarded
from ui.api.limits import Limiter, network
from ui.api.problems import Problem


def test_a_key_counts_for_itself_and_an_address_for_all_that_come_from_it(
    service: Any, tmp_path: Path
) -> None:
    service.limiter = Limiter("2/minute", "4/minute")
    service.settings = replace(service.settings, server=ServerSettings(open_to_all=True))
    first, second = (
        {"authorization": f"Bearer {Keys(tmp_path).add(name, None, ('staff',))}"}
        for name in ("one", "two")
    )
    client = TestClient(create_api(service), base_url="http://localhost")

    def statuses(times: int, headers: dict[str, str]) -> list[int]:
        asked = {"question": "may i"}
        return [client.post("/ask", json=asked, headers=headers).status_code for _ in range(times)]

    assert statuses(5, first) == [200] * 4 + [429]
    assert statuses(5, second) == [200] * 4 + [429]
    assert statuses(3, {}) == [200, 200, 429]
    # Whoever guesses keys uses up guesses alone: the rest of a school shares their address.
    assert statuses(4, {"authorization": "Bearer cv_guess"}) == [401, 401, 429, 429]
    third = {"authorization": f"Bearer {Keys(tmp_path).add('three', None, ('staff',))}"}
    assert statuses(1, third) == [429], "nor is it told which guess was right"


def test_an_address_that_asks_too_often_is_told_when_to_come_back(service: Any) -> None:
    service.limiter = Limiter("5/minute", "9/minute")
    service.settings = replace(service.settings, server=ServerSettings(open_to_all=True))
    app = Forwarded(create_api(service), ["127.0.0.1"])
    direct = TestClient(app, base_url="http://localhost", client=("198.51.100.1", 4000))
    proxied = TestClient(app, base_url="http://localhost", client=("127.0.0.1", 4000))

    def asked(client: TestClient, *came_from: str) -> list[int]:
        headers: list[dict[str, str]] = [{"x-forwarded-for": one} for one in came_from]
        asked = {"question": "may i"}
        return [client.post("/ask", json=asked, headers=h).status_code for h in headers]

    # What a client writes of itself is not believed …
    assert asked(direct, *(f"203.0.113.{n}" for n in range(7))) == [200] * 5 + [429] * 2
    refused = direct.post("/ask", json={"question": "may i"})
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert direct.get("/health").status_code == 200, "whoever watches over us is not counted"
    # … nor what it wrote before a proxy of ours added whom it has before it.
    assert asked(proxied, *(f"10.1.1.{n}, 203.0.113.7" for n in range(7))) == [200] * 5 + [429] * 2
    assert asked(proxied, "203.0.113.8") == [200]


def test_one_who_guesses_does_not_keep_out_a_key_at_another_address(service: Any) -> None:
    service.limiter = Limiter("2/minute", "4/minute")
    for _ in range(2):
        service.limiter.count_guess("203.0.113.7")
    with pytest.raises(Problem):
        service.limiter.check_guesses("203.0.113.7")
    service.limiter.check_guesses("203.0.113.8")
    service.limiter.count_address("203.0.113.7")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("x" * 1000, "x" * 64),
    ],
)
def test_one_who_has_many_addresses_is_counted_as_one(address: str, counted: str) -> None:
    assert network(address) == counted


def test_addresses_of_long_ago_take_no_memory() -> None:
    limiter = Limiter("5/second", "5/second")
    for number in range(2000):
        limiter.count_address(f"10.0.{number // 256}.{number % 256}")
    storage = limiter._strategy.storage
    threading.Event().wait(2.3)
    limiter.count_address("10.9.9.9")
    threading.Event().wait(0.3)
    assert len(storage.storage) < 50  # type: ignore[attr-defined]
