from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError

# What tests here share stands in modules beside them, which no package holds.
sys.path.insert(0, str(Path(__file__).parent))

import policies_home
from driving import CHROMIUM, Chat, chromium, serve

from assistant.answer import Answer, AssistantError, Part, Question, Quote, Scope
from ingest.policy.register import School
from ui.cli import main

OAK, ELM = "Oak Primary School", "Elm Primary School"

expect.set_options(timeout=60_000)  # a machine may be busy; what is right does not wait


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Where tests are the gate a missing browser must not pass for a success.
    if not Path(CHROMIUM).exists() and not os.environ.get("CI"):
        pytest.skip("chromium is not installed")
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def start_chat() -> Iterator[Callable[..., Chat]]:
    """Starts `verse chat` over a home, on a free port unless told which, and ends it after all."""
    started: list[Chat] = []

    def start(home: Path, port: int = 0, **env: str) -> Chat:
        started.append(serve(home, port, **env))
        return started[-1]

    yield start
    for running in started:
        running.stop()


# Starting a server and loading the models takes seconds: one over the corpus serves all tests.
@pytest.fixture(scope="session")
def chat(home: Path) -> Iterator[Chat]:
    running = serve(home)
    yield running
    running.stop()


class Trust(NamedTuple):
    """A chat that records, over the small policies of nine schools, and its home."""

    chat: Chat
    home: Path

    @property
    def url(self) -> str:
        return self.chat.url


@pytest.fixture(scope="session")
def trust(
    furnish: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trust]:
    home = policies_home.make(tmp_path_factory.mktemp("trust"), furnish, more=policies_home.MORE)
    running = serve(home, VERSE_RECORD="on", VERSE_READER="off")
    yield Trust(running, home)
    running.stop()


class Pages:
    """Pages opened in a browser; whatever they ask for must come from this machine."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._own: list[BrowserContext] = []
        self._shared: BrowserContext | None = None
        self.elsewhere: list[str] = []

    def open(
        self, address: str, width: int = 1280, height: int = 900, init: str = "", **options: Any
    ) -> Page:
        """A page at an address, where `init` is run before any other script.

        Those opened without options share what the browser caches and keeps.
        """
        size: Any = {"width": width, "height": height}
        if options:
            context = self._browser.new_context(viewport=size, **options)
            self._own.append(context)
        elif self._shared is None:
            context = self._shared = self._browser.new_context()
        else:
            context = self._shared
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.set_viewport_size(size)
        own = ("/".join(address.split("/")[:3]), "data:", "blob:")
        page.on(
            "request", lambda r: None if r.url.startswith(own) else self.elsewhere.append(r.url)
        )
        if init:
            page.add_init_script(init)
        page.goto(address)
        return page

    def close(self) -> None:
        """Close every page, and forget what the browser kept of them."""
        for context in self._own:
            context.close()
        self._own.clear()
        for page in self._shared.pages if self._shared else ():
            with contextlib.suppress(PlaywrightError):  # it may forbid its storage, or be gone
                page.evaluate("localStorage.clear()")
            page.close()
        found, self.elsewhere = self.elsewhere, []
        assert found == []


@pytest.fixture(scope="module")
def lasting(browser: Browser) -> Iterator[Pages]:
    """Opens pages that several tests of a module look at."""
    opened = Pages(browser)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def _pages(browser: Browser) -> Pages:
    return Pages(browser)


@pytest.fixture
def pages(_pages: Pages) -> Iterator[Pages]:
    """Opens pages that end with the test."""
    yield _pages
    _pages.close()


@pytest.fixture
def visit(pages: Pages, chat: Chat) -> Callable[..., Page]:
    """Open the chat over the corpus, or the one at an `address`."""

    def go(query: str = "", width: int = 1280, height: int = 900, **options: Any) -> Page:
        address = options.pop("address", chat.url)
        page = pages.open(f"{address}/{query}", width, height, **options)
        page.get_by_placeholder("Ask about the policies").wait_for()
        return page

    return go


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

    def plainly(self) -> FakeAssistant:
        return self

    def ask(self, question: Question, *, hear: Callable[[str], None] | None = None) -> Answer:
        self.asked.append(question)
        if hear is not None and "slowly" in question.question:
            hear("A sentence that came first.")
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
