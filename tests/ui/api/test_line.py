from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from ui.api.line import Line
from ui.api.problems import Problem


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line(at_once=2, most_waiting=3)
    yield made
    made.close()


def test_at_most_so_many_are_done_at_once_and_all_in_the_end(line: Line) -> None:
    lock, now, most = threading.Lock(), 0, 0

    def work() -> int:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.05)
        with lock:
            now -= 1
        return most

    async def all_five() -> None:
        await asyncio.gather(*(line.run(work, 5) for _ in range(5)))

    asyncio.run(all_five())
    assert (most, now, line.inside) == (2, 0, 0)


def test_who_comes_where_the_line_is_full_is_sent_away_at_once(line: Line) -> None:
    free = threading.Event()

    async def come() -> list[Problem]:
        inside = [asyncio.create_task(line.run(free.wait, 5)) for _ in range(5)]
        await asyncio.sleep(0.05)
        refused = []
        for _ in range(3):
            with pytest.raises(Problem) as problem:
                await line.run(free.wait, 5)
            refused.append(problem.value)
        free.set()
        assert all(await asyncio.gather(*inside))
        return refused

    for problem in asyncio.run(come()):
        assert (problem.status, problem.body.code) == (503, "busy")
        assert int(problem.headers["retry-after"]) >= 1
    assert line.inside == 0


def test_who_waits_too_long_is_told_to_come_back_and_the_work_is_never_begun(line: Line) -> None:
    free, begun = threading.Event(), []

    async def come() -> Problem:
        inside = [asyncio.create_task(line.run(free.wait, 5)) for _ in range(2)]
        await asyncio.sleep(0.05)
        with pytest.raises(Problem) as problem:
            await line.run(lambda: begun.append("too late"), 0.1)
        free.set()
        await asyncio.gather(*inside)
        await asyncio.sleep(0.1)
        return problem.value

    assert (asyncio.run(come()).status, begun, line.inside) == (503, [], 0)


def test_work_that_takes_too_long_is_given_up_on_and_its_place_is_free_once_it_ends(
    line: Line,
) -> None:
    free = threading.Event()

    async def come() -> tuple[int, int]:
        with pytest.raises(Problem) as problem:
            await line.run(free.wait, 0.1)
        still = line.inside
        free.set()
        return problem.value.status, still

    assert asyncio.run(come()) == (504, 1)
    until = time.monotonic() + 5
    while line.inside and time.monotonic() < until:
        time.sleep(0.01)
    assert line.inside == 0


def test_an_error_of_the_work_is_the_callers(line: Line) -> None:
    def work() -> None:
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        asyncio.run(line.run(work, 5))
