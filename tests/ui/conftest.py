from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from assistant.answer import Answer, AssistantError, Part, Question, Quote, Scope
from ingest.policy.register import School
from ui.cli import main

OAK, ELM = "Oak Primary School", "Elm Primary School"

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
    " --disable-sync --no-first-run"
).split()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Where tests are the gate a missing browser must not pass for a success.
    if not Path(CHROMIUM).exists() and not os.environ.get("CI"):
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


class Chat:
    """A `verse chat` process and what it has printed."""

    def __init__(self, home: Path, port: int, **env: str) -> None:
        verse = shutil.which("verse", path=str(Path(sys.executable).parent))
        assert verse, "the verse command is not installed beside this Python"
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [verse, "chat", "--home", str(home), "--port", str(port), "--no-browser"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | env,
        )
        self.err: list[str] = []
        self.listening = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.err.append(line)
            if self.url in line:
                self.listening.set()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()


@pytest.fixture(scope="module")
def start_chat() -> Iterator[Callable[..., Chat]]:
    """Starts `verse chat` over a home, on a free port unless told which, and ends it after all."""
    started: list[Chat] = []

    def start(home: Path, port: int = 0, **env: str) -> Chat:
        if not port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
        running = Chat(home, port, **env)
        started.append(running)
        assert running.listening.wait(60), "".join(running.err)
        return running

    yield start
    for running in started:
        running.stop()


@pytest.fixture(scope="module")
def chat(home: Path, start_chat: Callable[..., Chat]) -> Chat:
    return start_chat(home)


@pytest.fixture
def visit(browser: Browser, chat: Chat) -> Iterator[Callable[..., Page]]:
    """Open the chat; whatever a page asks for must come from this machine."""
    contexts: list[BrowserContext] = []
    elsewhere: list[str] = []

    def go(query: str = "", width: int = 1280, height: int = 900, **options: Any) -> Page:
        address = options.pop("address", chat.url)
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        own = (address, "data:", "blob:")
        page.on("request", lambda r: None if r.url.startswith(own) else elsewhere.append(r.url))
        page.goto(f"{address}/{query}")
        page.get_by_placeholder("Ask about the policies").wait_for()
        return page

    yield go
    for context in contexts:
        context.close()
    assert elsewhere == []


@pytest.fixture
def quote() -> Callable[..., Quote]:
    """A bullet of Oak's phone policy, unless told otherwise."""

    def make(text: str = "text parents;", **changes: Any) -> Quote:
        return Quote.model_validate(
            {
                "text": text,
                "kind": "rule",
                "lead_in": "Staff must not:",
                "lead_in_start": 10,
                "lead_in_end": 25,
                "school": OAK,
                "policy": "Phone Policy",
                "status": "current",
                "clause": "2.4",
                "heading": ("Phone Policy", "Phones on trips"),
                "modality": "prohibition",
                "source": "oak/phones.txt",
                "sha256": "",
                "text_sha256": "",
                "start": 30,
                "end": 43,
                **changes,
            }
        )

    return make


@pytest.fixture
def answer(quote: Callable[..., Quote]) -> Callable[..., Answer]:
    """Oak says no, unless told otherwise."""

    def make(**changes: Any) -> Answer:
        return Answer.model_validate(
            {
                "question": "Can I text a parent on a trip?",
                "scope": Scope(school="oak", role="staff", as_of=dt.date(2026, 11, 20)),
                "status": "answered",
                "verdict": "not_permitted",
                "answer": "No, staff must not text parents.",
                "quotes": (quote(),),
                "confidence": 0.9,
                **changes,
            }
        )

    return make


class FakeAssistant:
    """Oak and Elm each have one rule; it remembers what it was asked."""

    def __init__(self, answer: Callable[..., Answer], quote: Callable[..., Quote]) -> None:
        self.answer, self.quote = answer, quote
        self.asked: list[Question] = []
        self.broken = ""
        self.schools: tuple[School, ...] = (
            School(key="oak", name=OAK),
            School(key="elm", name=ELM),
        )

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        if self.broken:
            raise AssistantError(self.broken)
        asked = question.question.lower()
        scope = Scope(school=question.school, role=question.role, as_of=dt.date(2026, 11, 20))
        given: dict[str, Any] = {
            "question": question.question,
            "history": question.history,
            "scope": scope,
        }
        if "parking" in asked:
            return self.answer(
                **given,
                status="not_covered",
                verdict="not_covered",
                answer="Oak’s policies do not say.",
                quotes=(),
                closest="Phone Policy, 2.4 Phones on trips",
                ask="Headteacher",
            )
        if "which" in asked and question.school is None:
            names = tuple(school.name for school in self.schools)
            return self.answer(
                **given,
                status="clarify",
                verdict="not_covered",
                answer="Which school?",
                quotes=(),
                options=names,
            )
        elm = self.quote(
            "Staff may text parents after six.",
            school=ELM,
            lead_in="",
            clause="7",
            heading=(),
            source="elm/phones.txt",
        )
        if question.school is None:
            parts = (
                Part(school=OAK, verdict="not_permitted", answer="No.", quotes=(0,)),
                Part(school=ELM, verdict="permitted", answer="Yes, after six.", quotes=(1,)),
            )
            return self.answer(
                **given,
                verdict="conditional",
                answer="It depends on the school.",
                quotes=(self.quote(), elm),
                parts=parts,
            )
        if question.school == "elm":
            return self.answer(
                **given, verdict="permitted", answer="Yes, after six.", quotes=(elm,)
            )
        return self.answer(**given)


@pytest.fixture
def assistant(answer: Callable[..., Answer], quote: Callable[..., Quote]) -> FakeAssistant:
    return FakeAssistant(answer, quote)


class Ran(NamedTuple):
    """What a run of `verse` left behind."""

    status: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        """The one JSON object that is all of stdout."""
        assert self.out.count("\n") == 1
        return dict(json.loads(self.out))

    @property
    def answers(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def one_sentence(self, status: int, *words: str) -> None:
        """Nothing on stdout, and one line on stderr that holds the words."""
        assert (self.status, self.out) == (status, "")
        assert len(self.err.splitlines()) == 1, self.err
        assert self.err.startswith("verse: ")
        assert "Traceback" not in self.err and "did not foresee" not in self.err
        for word in words:
            assert word in self.err


@pytest.fixture
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty current directory and no settings."""
    for name in ("VERSE_HOME", "VERSE_EMBEDDING_MODEL", "VERSE_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def verse(_bare: None, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs the command in this process."""

    def run(*words: str | Path) -> Ran:
        try:
            status = main([str(word) for word in words])
        except SystemExit as stop:  # argparse
            status = int(stop.code or 0)
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return run


@pytest.fixture
def spawn(_bare: None) -> Callable[..., Ran]:
    """Runs the command, or Python code in its stead, in a process of its own."""

    def run(*words: str, home: Path | None = None, data: bytes = b"", code: str = "") -> Ran:
        command = [sys.executable, *(["-c", code] if code else ["-m", "ui.cli"]), *words]
        env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
        env |= {"VERSE_HOME": str(home)} if home else {}
        done = subprocess.run(command, input=data, capture_output=True, env=env, check=False)
        return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return run
