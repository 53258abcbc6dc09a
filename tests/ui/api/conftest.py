from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from assistant.answer import Answer, Question, Scope
from assistant.audit import Kept
from assistant.settings import AuditSettings, ServerSettings, Settings
from assistant.sight import EVERYTHING, Sight
from assistant.writing.pen import Hear
from ingest.sync import ingest
from ui.access.keys import Keys
from ui.api.app import create_api
from ui.api.limits import Limiter
from ui.api.line import Line
from ui.api.service import Service, open_service

FAST = {"VERSE_SERVER_RATE_PER_ADDRESS": "100000/minute"}  # tests ask more than people do

POLICIES = {
    "Oak Primary School": "Dogs Policy\n\nAdopted: May 2024\nNext review: May 2025\n\n"
    "1. Staff must not bring dogs to school.\n2. Guide dogs are welcome.\n",
    "Elm Primary School": "Dogs Policy\n\n1. Staff are free to bring dogs to school.\n",
}
TOPICS = """as_of = 2026-11-20

[[source]]
key = "law"
title = "A law"
looked_up = 2026-11-20

[[topic]]
key = "dogs"
title = "Dogs"
titles = ["dog"]
questions = ["Can I bring my dog?", "Are dogs allowed?"]
basis = [{ source = "law", for = ["maintained"], sure = "seen", cycle_months = 12 }]

[[topic]]
key = "fire"
title = "Fire"
titles = ["fire"]
questions = ["What do I do in a fire?", "Where do we meet if there is a fire?"]
basis = [{ source = "law", sure = "seen" }]
"""


class Server:
    """A `verse serve` process and what it has printed."""

    def __init__(self, home: Path, port: int, *words: str, **env: str) -> None:
        verse = shutil.which("verse", path=str(Path(sys.executable).parent))
        assert verse, "the verse command is not installed beside this Python"
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.api = f"{self.url}/api/v1"
        self.process = subprocess.Popen(
            [verse, "serve", "--home", str(home), "--port", str(port), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | FAST | env,
        )
        self.err: list[str] = []
        self.listening = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.err.append(line)
            if "answers at" in line:
                self.listening.set()
        self.listening.set()  # it has ended: nobody need wait any longer

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Server]]:
    """Starts `verse serve` over a home, on a free port, and ends it after all tests."""
    started: list[Server] = []

    def start(home: Path, *words: str, **env: str) -> Server:
        running = Server(home, free_port(), *words, **env)
        started.append(running)
        assert running.listening.wait(60) and running.process.poll() is None, "".join(running.err)
        wait_until_it_answers(running)
        return running

    yield start
    for running in started:
        running.stop()


def wait_until_it_answers(running: Server) -> None:
    """The socket listens before the application is ready; the first request waits for it."""
    httpx.get(f"{running.api}/health", timeout=60)


@pytest.fixture(scope="session")
def server(home: Path, serve: Callable[..., Server]) -> Server:
    """One for all tests that change nothing, over the corpus."""
    return serve(home)


@pytest.fixture(scope="session")
def small_home(furnish: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two schools with a policy each, and a table of two topics: all of it is quickly read."""
    made = furnish(tmp_path_factory.mktemp("small") / "home")
    for school, rules in POLICIES.items():
        folder = tmp_path_factory.mktemp("policies")
        (folder / "dogs.txt").write_text(rules, "utf-8")
        ingest(folder, made, school=school)
    (made / "topics.toml").write_text(TOPICS, "utf-8")
    return made


@pytest.fixture(scope="session")
def api(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.api, timeout=60) as client:
        yield client


@pytest.fixture
def inside() -> Iterator[Callable[[Settings], TestClient]]:
    """The API over a home in this process: nothing on the way is left out but the wire."""
    opened: list[Service] = []

    def open_it(settings: Settings) -> TestClient:
        service = open_service(settings)
        opened.append(service)
        return TestClient(create_api(service), base_url="http://localhost")

    yield open_it
    for service in opened:
        service.close()


class FakeAssistant:
    """Answers as it is told to; remembers how much whoever asked could see."""

    def __init__(self) -> None:
        self.work: Callable[[], None] = lambda: None
        self.writing: Callable[[Hear], None] = lambda _hear: None
        self.said = "The policies do not say."
        self.sights: list[Sight] = []

    def library(self, _sight: Sight = EVERYTHING) -> Any:
        manifest = SimpleNamespace(generation="00000007-abcdef", model="a model")
        return SimpleNamespace(index=SimpleNamespace(manifest=manifest), reader=None)

    def ask(
        self, question: Question, sight: Sight = EVERYTHING, hear: Hear | None = None
    ) -> Answer:
        self.sights.append(sight)
        self.work()
        if hear is not None:
            self.writing(hear)
        return Answer(
            question=question.question,
            scope=Scope(school=None, role="staff", as_of=dt.date(2026, 11, 22)),
            status="not_covered",
            verdict="not_covered",
            answer=self.said,
            confidence=0.5,
        )


class FakeAudit:
    """A record that can be broken."""

    on = True

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.broken = ""
        self.withhold = False
        self.kept: list[tuple[str, str, str, str]] = []

    def keep(self, answer: Answer, *, generation: str, model: str, user: str = "") -> Kept:
        if self.broken:
            return Kept("", self.broken, self.withhold)
        self.kept.append((answer.question, generation, model, user))
        return Kept(f"ticket-{len(self.kept)}")

    def feedback(self, id: str, *_: str) -> str:
        return self.broken or ("" if id.startswith("ticket-") else "It is not kept.")

    def healthy(self) -> str:
        return self.broken


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    settings = Settings(
        tmp_path,
        server=ServerSettings(request_seconds=0.5, rate_per_address="1000/minute"),
        audit=AuditSettings(on=True),
    )
    made = Service(
        settings,
        FakeAssistant(),  # type: ignore[arg-type]
        Limiter("1000/minute", "1000/minute"),
        Line(2, 2),
        Keys(tmp_path),
        FakeAudit(settings),  # type: ignore[arg-type]
    )
    yield made
    made.close()


@pytest.fixture
def client(service: Service) -> TestClient:
    return TestClient(create_api(service), base_url="http://localhost")
