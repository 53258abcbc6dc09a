"""What a user does in a browser, for the tests and for the screenshots: serve, ask, tab, look."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
    " --disable-sync --no-first-run"
).split()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield opened
        finally:
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


def serve(home: Path, port: int = 0, **env: str) -> Chat:
    """`verse chat` over a home, on a free port unless told which, once it listens."""
    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    running = Chat(home, port, **env)
    if not running.listening.wait(120):
        running.stop()
        raise AssertionError("".join(running.err))
    return running


def box(page: Page) -> Locator:
    return page.get_by_placeholder("Ask about the policies")


def turn(page: Page, number: int) -> Locator:
    return page.locator(f"#turn-{number}")


def answered(page: Page, number: int) -> Locator:
    """A turn, once its answer is there and all round it has been drawn."""
    turn(page, number).locator(".cv-verdict").first.wait_for()
    rest(page)
    return turn(page, number)


def ask(page: Page, question: str, number: int = 1) -> Locator:
    """Ask and wait for the answer, which is returned."""
    box(page).fill(question)
    box(page).press("Enter")
    return answered(page, number)


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list, which closes where the page is drawn anew while it is open."""
    page.get_by_label(label, exact=True).wait_for()
    rest(page)
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def press(page: Page, name: str) -> None:
    """Press a button as the keyboard does."""
    page.get_by_role("button", name=name, exact=True).last.focus()
    page.keyboard.press("Enter")


def tab_to(page: Page, found: str, given: object = None, *, back: bool = False) -> None:
    """Press Tab until a JavaScript condition on the focused element `e` holds."""
    for _ in range(120):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate(f"given => {{ const e = document.activeElement; return {found} }}", given):
            return
    raise AssertionError(f"{given or found} cannot be reached with Tab")


def until(page: Page, expression: str, given: object = None) -> None:
    """Asked from outside: the page's own policy forbids what Playwright would put into it."""
    ended = time.monotonic() + 60
    while not page.evaluate(expression, given):
        if time.monotonic() > ended:
            raise AssertionError(f"never came true: {expression}")
        page.wait_for_timeout(100)


def rest(page: Page) -> None:
    """Wait until Streamlit has drawn all that it is going to draw."""
    until(
        page,
        """() => document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'
            && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')""",
    )


def announced(page: Page) -> Locator:
    """What the page says to a screen reader, politely."""
    return page.locator("[role=status][aria-live=polite].cv-hidden")


def too_wide(page: Page) -> list[str]:
    """What reaches beyond the right edge of the window, once the page has come to rest.

    A heat map scrolls in a frame of its own, as a table of two dimensions may.
    """
    for _ in range(20):
        found: list[str] = page.evaluate(_TOO_WIDE)
        if not found:
            break
        page.wait_for_timeout(250)
    return found


_TOO_WIDE = """() => [...document.querySelectorAll('.stApp *')]
    .filter(e => !e.closest('.cv-hidden, [data-testid="stFileUploaderDropzoneInput"]'))
    .filter(e => !e.parentElement.closest('.cv-map'))
    .map(e => [e.tagName, e.className.toString(), e.getBoundingClientRect()])
    .filter(([, , r]) => r.width && r.height && r.right > innerWidth + 1)
    .map(([tag, name, r]) => `${tag}.${name} ${Math.round(r.right)}`)
    .concat(document.documentElement.scrollWidth > innerWidth ? ['the page'] : [])"""


def sizes(*first: str) -> list[Any]:
    """Windows to be tried, as pytest parameters; those not named are for the heavy suite."""
    return [
        pytest.param(size, id=name, marks=() if name in first else pytest.mark.heavy)
        for name, size in SIZES.items()
    ]


# 1280 px at 400 % leaves 320 × 225 CSS pixels: a few lines, as somebody with low vision has them.
SIZES = {"wide": (1280, 900), "phone": (390, 844), "400 %": (320, 256)}
