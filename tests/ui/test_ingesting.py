"""`verse ingest` on real files: what it prints, what it writes, how it follows a folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ingest.documents import flow
from ingest.index import open_index
from ui.cli import main

POLICIES = Path(__file__).parents[1] / "ingest" / "policies"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A school's folder: a Word file, a PDF, a locked PDF, and a text out to be run."""
    made = tmp_path / "policies"
    made.mkdir()
    shutil.copy(POLICIES / "little-hollow-phones.docx", made)
    shutil.copy(POLICIES / "ravensmoor-behaviour.pdf", made)
    shutil.copy(POLICIES / "odd" / "encrypted-with-password.pdf", made)
    (made / "hostile.txt").write_text("Staff must <script>alert(1)</script> [bold]knock[/bold].\n")
    return made


@pytest.fixture
def ingested(
    folder: Path, new_home: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """What `verse ingest` prints on stdout, given more options."""

    def run(*options: str, status: int = 3) -> str:
        words = ["ingest", str(folder), "--home", str(new_home), "--school", "Oak School"]
        assert main([*words, *options]) == status
        return capsys.readouterr().out

    return run


def test_the_table_tells_pages_clauses_and_words_and_failures_are_one_line_each(
    ingested: Callable[..., str],
) -> None:
    shown = ingested()
    (row,) = (line for line in shown.splitlines() if "ravensmoor-behaviour" in line)
    assert re.search(r"│ +3 │ +66 │ +8\d\.\d% +1\d\.\d% 0\.0% │", row)
    assert "adopted 1 July 2025" in row
    assert "\nencrypted-with-password.pdf: is encrypted; save it without a password\n" in shown
    assert "3 added" in shown


def test_the_report_as_json_holds_every_document_with_its_dates(
    ingested: Callable[..., str],
) -> None:
    report = json.loads(ingested("--json"))
    rows = {row["source"]: row for row in report["documents"]}
    assert rows["ravensmoor-behaviour.pdf"]["pages"] == 3
    assert rows["little-hollow-phones.docx"]["pages"] is None
    assert rows["ravensmoor-behaviour.pdf"]["dates"]["adopted"] == "1 July 2025"
    assert len(report["failures"]) == 1


def test_a_dry_run_names_what_would_come_and_makes_no_index(
    ingested: Callable[..., str], new_home: Path
) -> None:
    assert "This would be: 3 added" in ingested("--dry-run")
    assert not (new_home / "CURRENT").exists()


@pytest.fixture
def page(ingested: Callable[..., str], tmp_path: Path) -> Path:
    file = tmp_path / "clauses.html"
    ingested("--report", str(file))
    return file


def test_the_page_of_clauses_shows_every_clause_beside_pictures_of_its_pages(
    page: Path, new_home: Path, browser: Browser
) -> None:
    tab = browser.new_page()
    fetched: list[str] = []
    tab.on("request", lambda request: fetched.append(request.url))
    tab.goto(page.as_uri())
    shown = flow(tab.inner_text("body"))
    for passage in open_index(new_home).shelf("oak-school").passages:
        assert flow(passage.clause.text) in shown
    pictures = tab.locator("img")
    assert pictures.count() == 3
    assert pictures.first.get_attribute("alt") == "Page 1 of ravensmoor-behaviour.pdf as printed"
    pictures.first.scroll_into_view_if_needed()
    assert pictures.first.evaluate("image => image.decode().then(() => image.naturalWidth)") > 400
    assert not [url for url in fetched if url.startswith("http")]
    assert "<script>alert(1)</script>" in shown
    assert tab.evaluate("document.scripts.length") == 0


def test_the_page_of_clauses_fits_a_phone_without_scrolling_sideways(
    page: Path, browser: Browser
) -> None:
    tab = browser.new_page(viewport={"width": 320, "height": 640})
    tab.goto(page.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.fixture
def watching(folder: Path, new_home: Path) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-m", "ui.cli", "ingest", str(folder), "--watch", "--json"]
    options = ["--home", str(new_home), "--school", "Oak School"]
    with subprocess.Popen(
        [*words, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def test_a_watched_folder_is_indexed_anew_when_a_file_changes(
    watching: subprocess.Popen[str], folder: Path
) -> None:
    assert watching.stdout is not None and watching.stderr is not None
    first = json.loads(watching.stdout.readline())
    assert len(first["added"]) == 3
    while "Watching" not in watching.stderr.readline():
        pass
    time.sleep(1)  # the watch itself begins a moment after it says so
    (folder / "new.txt").write_text("Staff must sign in.\n")
    second = json.loads(watching.stdout.readline())
    assert second["added"] == ["new.txt"]
    os.kill(watching.pid, signal.SIGINT)
    assert watching.wait(20) == 0
