"""Fifty people ask for two minutes; what this says, docs/performance.md has."""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

USERS = 50
SECONDS = float(os.environ.get("VERSE_TEST_LOAD_SECONDS", "120"))
READING = (2.0, 8.0)  # seconds between an answer and the next question
WARM = 30.0  # seconds after which memory should grow no more


@dataclass
class Load:
    """What came of it: latencies in seconds, statuses that are not 200, memory in MB by second."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)

    def at(self, share: float) -> float:
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[int(share * 100) - 1]


def questions() -> list[dict[str, Any]]:
    """The gold questions of single schools, in an order of their own."""
    found = []
    for file in sorted(Path("eval/gold").glob("*.toml")):
        for one in tomllib.loads(file.read_text("utf-8"))["question"]:
            if one.get("school"):
                asked = {"question": one["question"], "school": one["school"]}
                found.append(asked | {"history": one.get("history", [])})
    random.Random(8).shuffle(found)
    return found


async def ask(client: httpx.AsyncClient, body: dict[str, Any], load: Load) -> None:
    started = time.perf_counter()
    try:
        response = await client.post("/ask", json=body)
    except httpx.HTTPError as error:
        load.wrong.append(type(error).__name__)
        return
    load.seconds.append(time.perf_counter() - started)
    if response.status_code != 200:
        load.wrong.append(f"{response.status_code} {response.text[:200]}")
    elif response.json()["question"] != body["question"]:
        load.wrong.append("the answer to another question")


async def one_user(api: str, many: list[dict[str, Any]], reading: bool = False) -> Load:
    load = Load()
    async with httpx.AsyncClient(base_url=api, timeout=60) as client:
        for body in many:
            await ask(client, body, load)
            if reading:
                await asyncio.sleep(0.2)
    return load


async def fifty_users(api: str, pid: int, reading: tuple[float, float]) -> Load:
    load, many, ends = Load(), questions(), time.monotonic() + SECONDS
    turn = iter(range(10**9))

    async def user(number: int, client: httpx.AsyncClient) -> None:
        own = random.Random(number)
        await asyncio.sleep(own.uniform(0, reading[1]))  # nobody begins at the same moment
        while time.monotonic() < ends:
            place = next(turn)
            body = many[place % len(many)]
            # Each time round in other words, so that nothing is answered from memory.
            said = f"{'um ' * (place // len(many))}{body['question']}"
            await ask(client, body | {"question": said}, load)
            await asyncio.sleep(own.uniform(*reading))

    async def watch() -> None:
        started = time.monotonic()
        while time.monotonic() < ends:
            load.memory.append((time.monotonic() - started, resident(pid)))
            await asyncio.sleep(1)

    limits = httpx.Limits(max_connections=USERS, max_keepalive_connections=USERS)
    async with httpx.AsyncClient(base_url=api, timeout=60, limits=limits) as client:
        await asyncio.gather(watch(), *(user(number, client) for number in range(USERS)))
    return load


def resident(pid: int) -> float:
    """Memory of a process, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def told(name: str, load: Load) -> str:
    figures = {
        "asked": len(load.seconds),
        "wrong": len(load.wrong),
        "median": round(load.at(0.5), 3),
        "p95": round(load.at(0.95), 3),
        "p99": round(load.at(0.99), 3),
    }
    if load.memory:
        figures |= {"per second": round(len(load.seconds) / SECONDS, 1)}
        figures |= {"MB": [round(mb) for _, mb in load.memory[:: max(1, len(load.memory) // 6)]]}
    return f"{name}: {json.dumps(figures)}"


@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_fifty_people_ask_for_two_minutes(
    serve: Callable[..., Any], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = serve(home)
    asyncio.run(one_user(server.api, questions()[:60]))  # every school is read once
    alone = asyncio.run(one_user(server.api, questions()[:150]))
    many = asyncio.run(fifty_users(server.api, server.process.pid, READING))
    again = asyncio.run(one_user(server.api, questions()[:150]))
    with capsys.disabled():
        print(f"\n{told('alone', alone)}\n{told('fifty', many)}\n{told('alone again', again)}")
    assert alone.wrong == many.wrong == again.wrong == []
    assert len(many.seconds) > USERS * SECONDS / sum(READING)
    # The machine may be slower now than it was: both times somebody was alone count.
    single = max(alone.at(0.95), again.at(0.95))
    assert many.at(0.95) <= 5 * single
    warm = [mb for second, mb in many.memory if second >= WARM]
    if SECONDS > 2 * WARM:
        half = len(warm) // 2
        assert statistics.median(warm[half:]) <= 1.03 * statistics.median(warm[:half])


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_more_than_can_be_answered_is_still_answered_in_turn(
    serve: Callable[..., Any], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fifty who never stop to read ask as fast as they can: slower for all, wrong for nobody."""
    server = serve(home)
    asyncio.run(one_user(server.api, questions()[:60]))
    many = asyncio.run(fifty_users(server.api, server.process.pid, (0.0, 0.0)))
    with capsys.disabled():
        print(f"\n{told('without a pause', many)}")
    assert many.wrong == []
    assert many.at(0.99) < 30
