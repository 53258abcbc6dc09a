"""How long the chat takes in a real browser, beside an empty Streamlit app and the answer alone.

Needs Debian's Chromium and Playwright, which the tests bring; without them there is nothing to say.
`python -m eval.bench_browser` prints these rows alone.
"""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer import AssistantError, Question
from assistant.ask import Assistant
from assistant.settings import read_settings
from eval.processes import ROOT, fresh, verse
from eval.ratios import BenchError, Row, as_table, misses, of_pairs, seconds

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
RENDER = 2.0  # the bound: how many times as long as an empty app our page may take
ASKED = Question(question="Can I text a parent on a trip?", school="dothill")
# It shows a box and says back what is typed, as the least that any such app does.
EMPTY = """
import streamlit as st
said = st.chat_input("Say something")
st.html(f'<p id="said">{"heard" if said else "nothing yet"}</p>')
"""
STREAMLIT = (
    *("-m", "streamlit", "run", "--browser.gatherUsageStats=false", "--server.headless=true"),
    "--server.address=127.0.0.1",
)
_PATIENCE = 60_000  # milliseconds


def main() -> int:
    """Print the rows in a browser alone, over the corpus in a home of its own."""
    if said := missing():
        print(said, file=sys.stderr)
        return 1
    settings = read_settings()
    with tempfile.TemporaryDirectory(prefix="verse-bench-", ignore_cleanup_errors=True) as aside:
        home = fresh(Path(aside) / "home", settings.home)
        try:
            verse(home, "ingest", str(ROOT / "corpus"), "--json")
            rows = list(in_a_browser(Path(aside), home, Assistant.open(home), 7))
        except (BenchError, AssistantError) as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    print(as_table(rows))
    for missed in misses(rows):
        print(f"bench: {missed}", file=sys.stderr)
    return 1 if misses(rows) else 0


def missing() -> str:
    """Why a browser cannot be had here, as one sentence; "" where it can."""
    if importlib.util.find_spec("playwright") is None:
        return "Playwright is not installed, so nothing was timed in a browser."
    if not Path(CHROMIUM).exists():
        return "Chromium is not installed, so nothing was timed in a browser."
    return ""


def in_a_browser(aside: Path, home: Path, assistant: Assistant, repeat: int) -> Iterator[Row]:
    """From address to page, and from Enter to answer; the servers are warm, the browser is not.

    `aside` is a folder for the empty app. Raises BenchError where a page does not come.
    """
    app = aside / "empty.py"
    app.write_text(EMPTY, "utf-8")
    ours = ("-m", "ui.cli", "--home", str(home), "chat", "--no-browser", "--port")
    theirs = (*STREAMLIT, str(app), "--server.port")
    with _served(ours) as chat, _served(theirs) as empty:
        runs = _runs(chat, empty, assistant, repeat)
    renders = [(ours.render, peer.render) for ours, peer, _ in runs]
    echoes = [(ours.answer, peer.answer) for ours, peer, _ in runs]
    alone = [(ours.answer, bare) for ours, _, bare in runs]
    peer = "an empty Streamlit app"
    yield of_pairs("the chat in a browser: first render", peer, renders, bound=RENDER)
    yield of_pairs("the chat in a browser: question to answer", f"{peer} that echoes", echoes)
    yield of_pairs("the chat in a browser: question to answer", "the answer in process", alone)


class _Visit(NamedTuple):
    """Seconds until the box can be typed in, and from Enter until the answer is there."""

    render: float
    answer: float


def _runs(
    chat: str, empty: str, assistant: Assistant, repeat: int
) -> list[tuple[_Visit, _Visit, float]]:
    """Ours, the empty app's and the answer in process in turn, each in a new browser profile."""
    from playwright.sync_api import Error, sync_playwright

    runs = []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            for _ in range(repeat + 1):  # the first of each loads models and modules
                ours = _visit(browser, f"{chat}/?school={ASKED.school}", ".cv-verdict")
                peer = _visit(browser, empty, "text=heard")
                runs.append((ours, peer, seconds(partial(assistant.ask, ASKED))))
            browser.close()
    except Error as error:
        raise BenchError(f"a page did not come: {error.message.splitlines()[0]}") from error
    return runs[1:]


def _visit(browser: Browser, address: str, answered: str) -> _Visit:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    box = page.locator("textarea")
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    box.wait_for()
    render = time.perf_counter() - started
    box.fill(ASKED.question)
    page.wait_for_timeout(1000)  # whoever types leaves the page time to come to rest
    started = time.perf_counter()
    box.press("Enter")
    page.locator(answered).first.wait_for()
    answer = time.perf_counter() - started
    context.close()
    return _Visit(render, answer)


@contextlib.contextmanager
def _served(command: tuple[str, ...]) -> Iterator[str]:
    """A server in a process of its own, and its address once it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(
        [sys.executable, *command, str(port)], cwd=ROOT, stdout=quiet, stderr=quiet
    )
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()


if __name__ == "__main__":
    raise SystemExit(main())
