"""The report: one page that loads nothing and tells nothing of single test questions."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.reports.charts import wilson
from eval.reports.findings import badness

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def report(evaluate, gold_file, tmp_path):
    """report.html and report.md of a run beside the tutorial, with an awkward question in it."""
    written = gold_file.read_text("utf-8")
    gold_file.write_text(
        written.replace("which phone [do i] use", "which <b>phone</b> | use"), "utf-8"
    )
    runs = tmp_path / "runs"
    assert evaluate("run", "--runs", str(runs))[0] == 0
    code, out, _ = evaluate("report", "--runs", str(runs), "--out", str(tmp_path / "out"))
    assert code == 0
    assert out.split() == [str(tmp_path / "out" / name) for name in ("report.html", "report.md")]
    return {path.suffix: path.read_text("utf-8") for path in (tmp_path / "out").iterdir()}


class Page(HTMLParser):
    """Every tag with its attributes, and the text between."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def named(self, tag):
        return [attributes for one, attributes in self.tags if one == tag]


def test_the_page_loads_nothing(report):
    page = Page(report[".html"])
    assert not page.named("script")
    assert not page.named("link")
    assert not page.named("img")
    assert all(a["href"].startswith("#") for a in page.named("a"))
    assert "@import" not in report[".html"]
    assert re.findall(r"url\((?!#)", report[".html"]) == []


def test_the_page_shows_figures_failures_and_configuration(report):
    page = Page(report[".html"])
    for words in ("Chapter & Verse", "tutorial RAG, top 4", "first quote right", "Worst answers"):
        assert words in page.text
    assert "1 dev answers fell short" in page.text
    assert "which <b>phone</b> | use" in page.text  # shown as typed, not as markup
    assert "status not_covered, expected answered" in page.text
    assert "it says so" in page.text
    assert "Asked as if on" in page.text


@pytest.mark.parametrize("suffix", [".html", ".md"])
def test_no_single_test_question_is_told(report, suffix):
    assert "which <b>phone</b>" in report[suffix] or "&lt;b&gt;phone" in report[suffix]
    assert "the test phone question" not in report[suffix]
    assert "text a dad?" not in report[suffix]


def test_small_groups_of_test_questions_stay_closed(report):
    rows = [line for line in report[".md"].splitlines() if line.startswith("| direct |")]
    test, dev = rows
    assert test == "| direct | 2 | – | – | – | – | – |"
    assert dev == "| direct | 2 | 0.50 | 0.50 | 1.00 | 0.50 | 0.50 |"


def test_the_page_can_be_used_without_seeing_it(report):
    page = Page(report[".html"])
    assert page.named("html") == [{"lang": "en-GB"}]
    drawings = [a for a in page.named("div") if a.get("role") == "img"]
    assert len(drawings) >= 4
    assert all(drawing["aria-label"] for drawing in drawings)
    assert all(cell.get("scope") for cell in page.named("th"))
    assert len(page.named("caption")) == len(page.named("table"))
    ids = Counter(a["id"] for _, a in page.tags if "id" in a)
    assert [id for id, count in ids.items() if count > 1] == []
    assert {a["href"][1:] for a in page.named("a")} <= set(ids)


def test_a_table_of_markdown_keeps_its_columns(report):
    for table in re.findall(r"(?:^\|.*\n)+", report[".md"], re.MULTILINE):
        widths = {line.count("|") for line in table.splitlines()}
        assert len(widths) == 1, table


@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium")
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_a_browser_asks_for_nothing_else_and_needs_no_sideways_scrolling(
    report, tmp_path, width, scheme
):
    from playwright.sync_api import sync_playwright

    file = tmp_path / "out" / "report.html"
    assert report
    with sync_playwright() as play:
        options = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=options)
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
    assert asked == [file.as_uri()]
    assert said == []


def test_leave_for_what_is_forbidden_is_the_worst(case):
    leave = case(given_verdict="permitted")
    guess = case(status="not_covered", verdict="not_covered", given_verdict="permitted")
    silence = case(given_status="not_covered", given_verdict="not_covered", confidence=0.9)
    sure = case(given_status="not_covered", given_verdict="not_covered", confidence=0.95)
    assert sorted([silence, guess, leave, sure], key=badness) == [silence, sure, guess, leave]


def test_the_interval_of_a_share_of_few_is_wilsons():
    # 8 of 10: (.8 + 3.8416/20 ± 1.96 * sqrt(.8 * .2 / 10 + 3.8416 / 400)) / (1 + .38416)
    assert wilson(8, 10) == pytest.approx((0.490, 0.943), abs=0.001)
    assert wilson(0, 10)[0] == pytest.approx(0, abs=1e-9)
