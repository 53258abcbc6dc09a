"""Pictures of every page for the README and docs: `make screenshots` writes docs/screenshots.

Over the corpus, and over one invented school: of its policies one is a PDF and two contradict each
other, and its record of questions in vain is made up here. What changes from day to day (what is
overdue) and from version to version (the last evaluation) is as on the day it is run.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from driving import Chat, announced, ask, chromium, rest, serve
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from assistant import record
from assistant.answer import Answer, Scope
from assistant.settings import Settings, read_settings
from ingest.sync import ingest

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "screenshots"
CHARGING = ROOT / "tests" / "ingest" / "policies" / "wychbury-charging.pdf"
COLLEGE = "Wychbury College"
# Two rules that do not go together, so that there is something to see.
CLASHING = {
    "behaviour.txt": "Behaviour Policy\n\nNext review: May 2029\n\n"
    "1. A phone that is taken from a student is given back after 2 school days.\n",
    "phones.txt": "Mobile Phone Policy\n\nNext review: March 2028\n\n"
    "1. Staff give a phone that was taken from a student back after 5 school days.\n",
}
WIDE, PHONE, TALLEST = 1100, 390, 1600
MOST_BYTES = 200_000

TRIP = "Can I text a parent on a trip?"
CHANGED = "What has changed since the earlier version?"
# Asked in vain, of nobody's school.
VAIN = (
    "Where do I park on a parents’ evening?",
    "Is there parking for parents?",
    "Where can parents park in the morning?",
    "How long is lunch?",
    "When is lunch?",
    "What time is the lunch break?",
)


def main() -> int:
    """Take every picture anew; the exit code is 1 where one is too large."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="verse-pictures-") as aside, chromium() as browser:
        corpus, college = _corpus(Path(aside) / "corpus"), _college(Path(aside) / "college")
        _evaluate(corpus, Path(aside))
        with contextlib.chdir(aside):  # where the page looks for runs of the evaluation
            with _served(corpus) as chat:
                _asking(browser, chat)
                _policies(browser, chat)
                _governors(browser, chat)
            with _served(college, VERSE_RECORD="on") as chat:
                _printed(browser, chat)
                _adding(browser, chat)
                _of_college(browser, chat)
    large = [p.name for p in sorted(PICTURES.glob("*.png")) if p.stat().st_size > MOST_BYTES]
    if large:
        print(f"Over {MOST_BYTES:,} bytes: {', '.join(large)}.", file=sys.stderr)
    return bool(large)


def _fresh(home: Path) -> Path:
    """An empty home with the models that are exported already, where there are any."""
    home.mkdir(parents=True)
    models = read_settings().home / "models"
    if models.is_dir():
        shutil.copytree(models, home / "models")
    return home


def _corpus(home: Path) -> Path:
    ingest(ROOT / "corpus", _fresh(home))
    return home


def _college(home: Path) -> Path:
    folder = home.parent / "wychbury"
    folder.mkdir()
    shutil.copy2(CHARGING, folder / "charging-and-remissions.pdf")
    for name, text in CLASHING.items():
        (folder / name).write_text(text, "utf-8")
    ingest(folder, _fresh(home), school=COLLEGE)
    today = dt.date.today()
    for question in VAIN:
        scope = Scope(school="wychbury-college", role="staff", as_of=today)
        record.keep(
            Settings(home, record=True),
            Answer(
                question=question,
                scope=scope,
                status="not_covered",
                verdict="not_covered",
                answer="Your policies don't say.",
                confidence=0.9,
            ),
        )
    return home


def _evaluate(home: Path, aside: Path) -> None:
    """One run of the evaluation on the corpus, with its report."""
    verse = (sys.executable, "-m", "ui.cli", "--home", str(home), "eval")
    runs = ("--runs", str(aside / "runs"))
    for command in (("run", "--set", "policies", "--brief", "--against", "none"), ("report",)):
        subprocess.run([*verse, *command, *runs], cwd=ROOT, stdout=sys.stderr, check=True)


@contextlib.contextmanager
def _served(home: Path, **env: str) -> Iterator[Chat]:
    running = serve(home, **env)
    try:
        yield running
    finally:
        running.stop()


def _open(browser: Browser, address: str, width: int = WIDE, **options: Any) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, reduced_motion="reduce", **options
    )
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(address)
    page.locator("h1").first.wait_for()
    rest(page)
    return page


def _take(page: Page, name: str, tallest: int = TALLEST) -> None:
    """The page as far down as it goes, or as `tallest` allows."""
    rest(page)
    size = page.viewport_size or {"width": WIDE, "height": 900}
    needed = page.evaluate(
        "document.querySelector('[data-testid=stMainBlockContainer]').getBoundingClientRect().height"
    )
    page.set_viewport_size({"width": size["width"], "height": min(int(needed), tallest)})
    page.evaluate("document.querySelector('.stMain').scrollTop = 0")
    page.wait_for_timeout(700)
    _save(page, name)
    page.set_viewport_size({"width": size["width"], "height": 900})


def _save(page: Page, name: str) -> None:
    """In 256 of its colours, which keeps a picture small and every area as it is.

    Of colours that look alike the commonest stands for all.
    """
    shown = Image.open(io.BytesIO(page.screenshot(caret="hide"))).convert("RGB")
    pixels = np.asarray(shown, np.int32).reshape(-1, 3)
    colours, place, count = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    ranked = colours[np.argsort(-count)]
    _, first = np.unique(ranked >> 3, axis=0, return_index=True)
    common = ranked[np.sort(first)[:256]]
    nearest = [int(((common - colour) ** 2).sum(axis=1).argmin()) for colour in colours]
    few = Image.frombytes("P", shown.size, np.array(nearest, np.uint8)[place.ravel()].tobytes())
    few.putpalette(common.astype(np.uint8).tobytes())
    few.save(PICTURES / f"{name}.png", optimize=True)
    print(f"{name}.png", file=sys.stderr)


def _put(page: Page, question: str) -> None:
    """Ask, and let go of the keyboard once the answer has been announced."""
    ask(page, question)
    expect(announced(page)).not_to_be_empty()
    page.wait_for_timeout(500)
    page.evaluate("document.activeElement.blur()")


def _asking(browser: Browser, chat: Chat) -> None:
    page = _open(browser, f"{chat.url}/?school=dothill")
    page.get_by_role("heading", name="For example").wait_for()
    _take(page, "ask-empty")
    _put(page, TRIP)
    _take(page, "ask")
    for name, width, options in (
        ("ask-dark", WIDE, {"color_scheme": "dark"}),
        ("ask-phone", PHONE, {}),
    ):
        other = _open(browser, f"{chat.url}/?school=dothill", width, **options)
        _put(other, TRIP)
        _take(other, name, 1200)
    for name, query, question in (
        ("ask-not-covered", "?school=dothill", "How much holiday do I get at Christmas?"),
        ("ask-versions", "?school=dothill", CHANGED),
        ("ask-comparison", "?role=staff", TRIP),
    ):
        other = _open(browser, f"{chat.url}/{query}")
        _put(other, question)
        _take(other, name)


def _policies(browser: Browser, chat: Chat) -> None:
    page = _open(browser, f"{chat.url}/policies")
    page.locator(".cv-count").wait_for()
    _take(page, "policies")
    page.set_viewport_size({"width": PHONE, "height": 900})
    _take(page, "policies-phone", 1200)
    page = _open(browser, f"{chat.url}/?school=dothill")
    with page.context.expect_page() as opened:
        ask(page, TRIP).locator("figcaption a").first.click()
    cited = opened.value
    cited.locator(".cv-here").wait_for()
    cited.emulate_media(reduced_motion="reduce")
    rest(cited)
    cited.wait_for_timeout(700)
    _save(cited, "policy-at-a-clause")  # the window as it opened
    cited.get_by_role("tab", name="Versions").click()
    cited.locator(".cv-change").first.wait_for()
    _take(cited, "policy-versions")


def _governors(browser: Browser, chat: Chat) -> None:
    page = _open(browser, f"{chat.url}/governors")
    for tab in ("Dates", "Coverage", "Changes", "Quality"):
        _tab(page, tab)
        _take(page, f"governors-{tab.lower()}", 1200)
    page = _open(browser, f"{chat.url}/governors", color_scheme="dark")
    _tab(page, "Coverage")
    page.locator("button.cv-square").first.click()
    page.locator(".cv-pop:popover-open").wait_for()
    _take(page, "governors-coverage-dark", 1200)
    page = _open(browser, f"{chat.url}/governors", PHONE)
    for tab in ("Dates", "Coverage"):
        _tab(page, tab)
        _take(page, f"governors-{tab.lower()}-phone", 1200)


def _tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    page.get_by_role("tabpanel", name=name).locator(".stHtml").first.wait_for()


def _printed(browser: Browser, chat: Chat) -> None:
    page = _open(browser, chat.url)
    with page.context.expect_page() as opened:
        asked = ask(page, "What is always free?")
        asked.locator("figcaption a").first.click()
    page = opened.value
    page.get_by_role("tab", name="As printed").click()
    page.get_by_role("img", name="as printed").wait_for()
    _take(page, "policy-as-printed", 1300)


def _adding(browser: Browser, chat: Chat) -> None:
    page = _open(browser, f"{chat.url}/policies")
    page.get_by_role("tab", name="Add policies").click()
    trips = ROOT / "tests" / "ingest" / "policies" / "hartsfold-trips.pdf"
    page.locator("input[type=file]").set_input_files(trips)
    page.get_by_label("Title", exact=True).wait_for()
    _take(page, "policies-add")


def _of_college(browser: Browser, chat: Chat) -> None:
    page = _open(browser, f"{chat.url}/governors")
    _tab(page, "Contradictions")
    page.locator(".cv-odds").first.wait_for()
    _take(page, "governors-contradictions")
    _tab(page, "Questions in vain")
    page.locator(".cv-group").first.wait_for()
    _take(page, "governors-questions-in-vain")


if __name__ == "__main__":
    raise SystemExit(main())
