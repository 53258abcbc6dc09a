"""Pictures of every page for the README and docs: `make screenshots` writes docs/screenshots.

Over the corpus, and over one invented school whose policy is a PDF and whose record of questions
in vain is made up here. What changes from day to day (what is overdue) is as on the day it is run.
"""

from __future__ import annotations

import datetime as dt
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from driving import Chat, ask, chromium, rest, serve
from PIL import Image
from playwright.sync_api import Browser, Page

from assistant import record
from assistant.answer import Answer, Scope
from assistant.settings import Settings, read_settings
from ingest.sync import ingest

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "screenshots"
CHARGING = ROOT / "tests" / "ingest" / "policies" / "wychbury-charging.pdf"
COLLEGE = "Wychbury College"
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
        with _served(corpus) as chat:
            _asking(browser, chat)
            _policies(browser, chat)
            _governors(browser, chat)
        with _served(college, VERSE_RECORD="on") as chat:
            _printed(browser, chat)
            _adding(browser, chat)
            _vain(browser, chat)
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


@contextmanager
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
    """In 256 colours, which keeps a picture small."""
    shown = Image.open(io.BytesIO(page.screenshot(caret="hide"))).convert("RGB")
    few = shown.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(PICTURES / f"{name}.png", optimize=True)
    print(f"{name}.png", file=sys.stderr)


def _asking(browser: Browser, chat: Chat) -> None:
    page = _open(browser, f"{chat.url}/?school=dothill")
    page.get_by_role("heading", name="For example").wait_for()
    _take(page, "ask-empty")
    ask(page, TRIP)
    page.evaluate("document.activeElement.blur()")
    _take(page, "ask")
    for name, width, options in (
        ("ask-dark", WIDE, {"color_scheme": "dark"}),
        ("ask-phone", PHONE, {}),
    ):
        other = _open(browser, f"{chat.url}/?school=dothill", width, **options)
        ask(other, TRIP)
        other.evaluate("document.activeElement.blur()")
        _take(other, name, 1200)
    for name, query, question in (
        ("ask-not-covered", "?school=dothill", "How much holiday do I get at Christmas?"),
        ("ask-versions", "?school=dothill", CHANGED),
        ("ask-comparison", "?role=staff", TRIP),
    ):
        other = _open(browser, f"{chat.url}/{query}")
        ask(other, question)
        other.evaluate("document.activeElement.blur()")
        _take(other, name)


def _policies(browser: Browser, chat: Chat) -> None:
    page = _open(browser, f"{chat.url}/policies")
    page.locator(".cv-count").wait_for()
    _take(page, "policies")
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
    for tab in ("Dates", "Coverage", "Contradictions", "Changes"):
        page.get_by_role("tab", name=tab, exact=True).click()
        page.get_by_role("tabpanel", name=tab).locator(".stHtml").first.wait_for()
        _take(page, f"governors-{tab.lower()}", 1200)


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


def _vain(browser: Browser, chat: Chat) -> None:
    page = _open(browser, f"{chat.url}/governors")
    page.get_by_role("tab", name="Questions in vain").click()
    page.locator(".cv-group").first.wait_for()
    _take(page, "governors-questions-in-vain")


if __name__ == "__main__":
    raise SystemExit(main())
