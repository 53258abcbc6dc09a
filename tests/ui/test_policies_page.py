"""The Policies place through Streamlit's own test driver, over a small real index."""

from __future__ import annotations

import re
import runpy
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit import config
from streamlit.testing.v1 import AppTest

from ingest.home import document_path
from ingest.index import open_index
from ingest.sync import ingest
from ui import originals, policy_link, policy_view, turns, upload

APP = Path(originals.__file__).with_name("app.py")
small = runpy.run_path(str(Path(__file__).with_name("policies_home.py")))


@pytest.fixture(scope="module")
def built(furnish, tmp_path_factory):
    return small["make"](tmp_path_factory.mktemp("small"), furnish)


@pytest.fixture
def home(built, new_home):
    for name in ("documents", "generations", "parsed"):
        shutil.copytree(built / name, new_home / name)
    shutil.copy2(built / "CURRENT", new_home)
    return new_home


@pytest.fixture(autouse=True)
def served_to_this_machine():
    before = st.get_option("server.address")
    config._set_option("server.address", "127.0.0.1", "test")
    yield
    config._set_option("server.address", before, "test")


@pytest.fixture
def visit(home, assistant, monkeypatch):
    """Open the Policies place as a link names it."""
    monkeypatch.setattr(turns, "open_assistant", lambda _home: assistant)
    monkeypatch.setenv("VERSE_HOME", str(home))
    st.cache_resource.clear()
    st.cache_data.clear()

    def go(address="policies", **state):
        page = AppTest.from_file(str(APP), default_timeout=120).run()
        page.switch_page("app_pages/policies.py")
        for name, value in parse_qsl(urlsplit(address).query):
            page.query_params[name] = value
        for name, value in state.items():
            page.session_state[name] = value
        page.run()
        assert not page.exception
        return page

    return go


def words(page):
    """All that the page shows, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", " ".join(b.body for b in page.html))).split())


def listed(page):
    """The titles in the register."""
    labels = [link.value for link in page.page_link]
    plain = [re.sub(r"\\(.)", r"\1", label).replace("\u2060", "") for label in labels]
    return [label for label in plain if label not in ("Ask", "Policies", "Governors")]


def press(page, label):
    return next(b for b in page.button if b.label == label).click().run()


def held(home, source):
    return next(d for d in open_index(home).manifest.documents if d.source == source)


def link(home, source, start=""):
    """An address that opens a policy, at the clause that begins so."""
    document = held(home, source)
    shelf = open_index(home).shelf(document.policy.school, document.status)
    clauses = [p.clause for p in shelf.passages if p.policy.source == source]
    found = next((c.id for c in clauses if start and c.text.startswith(start)), "")
    return policy_link.link(document.sha256, source, found)


def test_the_register_lists_every_policy_and_says_what_is_overdue(visit):
    page = visit()
    assert len(listed(page)) == 4
    assert "4 policies, 1 overdue for review." in words(page)
    assert "Oak Primary School Superseded review" not in words(page)  # it gives no such date


def test_search_and_filters_narrow_the_list(visit):
    page = visit()
    page.text_input(key="register_words").set_value("phone").run()
    assert listed(page) == ["Phone Policy", "Phone Policy"]
    page.selectbox(key="register_status").set_value("current").run()
    assert listed(page) == ["Phone Policy"]
    page.checkbox(key="register_overdue").check().run()
    assert listed(page) == []
    assert "change the search or the filters" in words(page)


def test_a_long_register_is_shown_in_parts(visit):
    page = visit(register_most=2)
    assert len(listed(page)) == 2
    press(page, "Show more")
    assert len(listed(page)) == 4


def test_markdown_in_a_title_is_shown_as_text(visit):
    page = visit()
    assert small["TITLE"] in listed(page)
    assert not any("<b>" in block.body for block in page.html)


def test_a_link_opens_the_policy_with_its_clause_marked(visit, home):
    page = visit(link(home, "oak/charging.pdf", "a resit"))
    shown = "".join(block.body for block in page.html)
    assert shown.count("<mark>") == 1
    assert "<mark>a resit, unless the College itself recommended it;</mark>" in shown
    assert page.link_button[0].label == "Open the file at page 2"
    assert page.query_params["clause"]


def test_a_clause_is_found_from_a_list_and_the_address_then_names_it(visit, home):
    page = visit(link(home, "oak/charging.pdf"))
    box = page.selectbox[0]
    assert box.label == "Find a clause" and box.value is None
    named = next(option for option in box.options if "locker key" in option)
    box.select_index(box.options.index(named)).run()
    shown = "".join(block.body for block in page.html)
    assert re.search(r"<mark>[^<]*locker key", shown)
    assert page.query_params["clause"] in shown


def test_the_page_as_printed_is_shown_with_what_is_marked_in_words(visit, home):
    document = held(home, "oak/charging.pdf")
    page = visit(
        link(home, "oak/charging.pdf", "a resit"),
        **{f"tab-{document.sha256[:16]}": "As printed"},
    )
    [image] = page.image
    assert image.proto.imgs[0].alt == "Page 2 as printed. The clause is marked."
    page.number_input[0].set_value(3).run()
    assert "nothing is marked" in words(page)


def test_versions_are_listed_and_what_differs_stands_side_by_side(visit, home):
    document = held(home, "oak/phones-2023.txt")
    page = visit(
        link(home, "oak/phones-2023.txt"), **{f"tab-{document.sha256[:16]}": "Versions (2)"}
    )
    assert sum("Phone Policy" in label for label in listed(page)) == 2
    shown = "".join(block.body for block in page.html)
    assert "<del>must not</del>" in shown and "<ins>may</ins>" in shown
    assert shown.index(">Before<") < shown.index("<del>") < shown.index(">Now<")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("policies?file=ffffffffffffffff&of=gone.pdf", policy_link.GONE),
        ("policies?file=..%2F..%2FCURRENT", policy_link.GONE),
        ("policies?file=ffffffffffffffff&of=oak/charging.pdf", policy_link.REPLACED),
    ],
)
def test_a_link_that_has_expired_says_so_and_shows_what_there_is(visit, address, said):
    page = visit(address)
    assert said in words(page)
    assert listed(page)


def test_an_unknown_clause_is_said_and_the_policy_is_shown(visit, home):
    page = visit(link(home, "oak/charging.pdf") + "&clause=" + "f" * 16)
    assert policy_view.NO_CLAUSE in words(page)
    assert "What is always free?" in words(page)
    assert not any("<mark>" in block.body for block in page.html)


def test_a_policy_removed_while_it_is_open_is_said_and_the_rest_is_listed(visit, home, built):
    page = visit(link(home, "elm/dogs.txt"))
    assert "Dogs must stay outside" in words(page)
    folder = home.parent / "policies"
    shutil.copytree(built.parent / "policies", folder)
    (folder / "elm" / "dogs.txt").unlink()
    shutil.rmtree(home / "generations")  # what was there before is forgotten
    (home / "CURRENT").unlink()
    ingest(folder, home)
    page.run()
    assert policy_link.GONE in words(page)
    assert "Phone Policy" in listed(page)


def test_a_damaged_copy_is_a_sentence_and_no_error(visit, home):
    document = held(home, "oak/phones-2025.txt")
    document_path(home, document.text_sha256).write_text("changed", "utf-8")
    page = visit(link(home, "oak/phones-2025.txt"))
    assert "run verse ingest to rebuild the index" in words(page)


def test_without_an_index_the_page_says_so(visit, home):
    (home / "CURRENT").unlink()
    assert "There is no index" in words(visit())


def test_what_is_dropped_is_checked_then_live_then_removed_then_back(visit, home):
    page = visit(register_tab="Add policies")
    text = "Oak Primary School\n\nTrips Policy\n\nAdopted: May 2025\n\n1. Staff must ask.\n"
    page.file_uploader[0].set_value([("../trips.txt", text.encode(), "text/plain")]).run()
    assert "trips.txt 1 clause" in words(page)
    [title] = [box for box in page.text_input if box.label == "Title"]
    assert title.value == "Trips Policy"
    title.set_value("Visits").run()
    press(page, "Put this policy live")
    assert "These policies are live now: Visits : 1 clause" in words(page)
    page.session_state["register_tab"] = "All policies"
    page.run()
    assert "Visits" in listed(page)

    page = visit(link(home, "oak/trips.txt"))
    press(page, "Remove it now")
    assert "“Visits” was removed." in words(page)
    assert "Visits" not in listed(page)

    page = visit(register_tab="Add policies")
    assert "Brought back: “Visits”." in words(page)
    press(page, "Go back")
    assert "The state before answers again." in words(page)
    assert held(home, "oak/trips.txt").policy.title == "Visits"


def test_a_correction_that_is_no_date_is_said_and_nothing_goes_live(visit, home):
    page = visit(register_tab="Add policies")
    page.file_uploader[0].set_value([("t.txt", b"Oak Primary School\n\n1. Ask.", "")]).run()
    [due] = [box for box in page.text_input if box.label == "Next review"]
    due.set_value("whenever").run()
    press(page, "Put this policy live")
    assert "'whenever' is no date; write it like 12 March 2026" in words(page)
    assert len(upload.waiting(home)) == 1
    assert len(open_index(home).manifest.documents) == 4


def test_a_file_that_is_left_out_waits_no_longer(visit, home):
    page = visit(register_tab="Add policies")
    page.file_uploader[0].set_value([("old.doc", b"{\\rtf1 hello", "")]).run()
    assert "rich text file" in words(page)
    press(page, "Leave this file out")
    assert "rich text file" not in words(page)
    assert upload.waiting(home) == []


def test_what_another_folder_brought_is_not_removed_here_and_the_page_says_where(visit, home):
    page = visit(link(home, "elm/dogs.txt"))
    assert "This policy was not uploaded here: take elm/dogs.txt out of" in words(page)
    assert not any(button.label == "Remove it now" for button in page.button)


def test_where_others_could_reach_the_server_nothing_can_be_added_or_removed(visit, home):
    config._set_option("server.address", "0.0.0.0", "test")
    page = visit(register_tab="Add policies")
    assert "only where the chat answers on its own machine alone" in words(page)
    assert len(page.file_uploader) == 0
    assert "Remove this policy" not in [e.label for e in visit(link(home, "elm/dogs.txt")).expander]


@pytest.fixture
def files(home):
    return TestClient(Starlette(routes=originals.routes(home, ("testserver",))))


def test_the_original_is_given_by_its_hash_as_it_was_brought(files, home):
    document = held(home, "oak/charging.pdf")
    got = files.get(f"/{originals.address(document.sha256, 2)}")
    assert got.content == (small["POLICIES"] / "wychbury-charging.pdf").read_bytes()
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"].startswith("inline")


def test_what_a_browser_would_run_is_only_saved(files, home):
    got = files.get(f"/original/{held(home, 'elm/dogs.txt').sha256}")
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''dogs.txt"
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-security-policy"] == "sandbox"


def test_nothing_is_given_by_a_path_or_that_is_no_policy(files, home):
    text = held(home, "oak/charging.pdf").text_sha256  # stored, but not a file that was brought
    for asked in ("..%2F..%2FCURRENT", "CURRENT", text, "0" * 64, "%00", "A" * 64):
        got = files.get(f"/original/{asked}")
        assert got.status_code == 404, asked


def test_a_server_called_by_a_strangers_name_gives_nothing(home):
    files = TestClient(Starlette(routes=originals.routes(home, ("127.0.0.1",))))
    document = held(home, "oak/charging.pdf")
    assert files.get(f"/original/{document.sha256}").status_code == 403


def test_an_original_that_was_changed_on_disk_is_not_given(files, home):
    document = held(home, "oak/charging.pdf")
    document_path(home, document.sha256).write_bytes(b"%PDF-1.4 other")
    got = files.get(f"/original/{document.sha256}")
    assert got.status_code == 503
    assert "was changed after it was indexed" in got.text
