"""The Policies place as its users meet it: over a small real index, in a real Chromium."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ingest.index import open_index
from ui import policy_link

small = runpy.run_path(str(Path(__file__).with_name("policies_home.py")))
expect.set_options(timeout=20_000)
SIZES = pytest.mark.parametrize(
    ("width", "height"), [(1280, 900), (390, 844)], ids=["wide", "phone"]
)
TRIPS = (
    b"Oak Primary School\n\nTrips Policy\n\nAdopted: May 2025\n\n1. Staff must carry a whistle.\n"
)


@pytest.fixture(scope="module")
def own_home(furnish, tmp_path_factory):
    return small["make"](tmp_path_factory.mktemp("small"), furnish)


@pytest.fixture(scope="module")
def served(own_home, start_chat):
    return start_chat(own_home)


@pytest.fixture
def visit(browser, served):
    """Open an address; whatever the page asks for must come from this machine."""
    contexts, elsewhere = [], []

    def go(address="policies", width=1280, height=900, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(40_000)
        contexts.append(context)
        page = context.new_page()
        own = (served.url, "data:", "blob:")
        page.on("request", lambda r: None if r.url.startswith(own) else elsewhere.append(r.url))
        page.goto(f"{served.url}/{address}")
        page.locator("h1").first.wait_for()
        return page

    yield go
    for context in contexts:
        context.close()
    assert elsewhere == []


@pytest.fixture
def clause_link(own_home):
    """An address that opens the charging policy at the clause that begins so."""

    def make(start):
        index = open_index(own_home)
        passages = (p for p in index.shelf("oak").passages if p.clause.text.startswith(start))
        passage = next(passages)
        return policy_link.link(passage.sha256, passage.policy.source, passage.clause.id)

    return make


def tab_to(page, found, most=40):
    """Press Tab until a JavaScript condition on the focused element holds."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"(() => {{ const e = document.activeElement; return {found} }})()"):
            return
    pytest.fail(f"{found} cannot be reached with Tab")


def too_wide(page):
    """What reaches beyond the right edge of the window, once the page has come to rest."""
    for _ in range(20):
        found = page.evaluate(
            """() => [...document.querySelectorAll('.stApp *')]
                .filter(e => !e.closest('.cv-hidden, [data-testid="stFileUploaderDropzoneInput"]'))
                .map(e => [e.tagName, e.className.toString(), e.getBoundingClientRect()])
                .filter(([, , r]) => r.width && r.height && r.right > innerWidth + 1)
                .map(([tag, name, r]) => `${tag}.${name} ${Math.round(r.right)}`)"""
        )
        if not found:
            break
        page.wait_for_timeout(250)
    return found


@SIZES
def test_the_keyboard_alone_finds_a_policy_a_clause_and_its_page(visit, width, height):
    page = visit(width=width, height=height)
    expect(page.locator(".cv-count")).to_have_text("4 policies, 1 overdue for review.")
    tab_to(page, "e.ariaLabel === 'Search'")
    page.keyboard.type("charging")
    page.keyboard.press("Enter")
    expect(page.locator(".cv-count")).to_have_text("1 of 4 policies.")
    tab_to(page, "e.tagName === 'A' && e.innerText.includes('Charging')")
    page.keyboard.press("Enter")
    expect(page.locator("#cv-policy-title")).to_have_text("Charging and Remissions Policy")
    expect(page.locator("#cv-policy-title")).to_be_focused()
    page.wait_for_url(re.compile(r"policies\?file=[0-9a-f]{16}&of="))
    tab_to(page, "e.ariaLabel?.includes('Find a clause')")
    page.keyboard.type("review of marking")
    page.keyboard.press("Enter")
    clause = page.locator(".cv-here")
    expect(clause).to_contain_text("10(d) a review of marking, refunded if the grade is changed.")
    expect(clause).to_be_focused()
    expect(clause).to_be_in_viewport()
    page.wait_for_url(re.compile("clause="))
    for _ in range(12):  # back from the clause to the tabs above it
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.role === 'tab'"):
            break
    page.keyboard.press("ArrowRight")
    picture = page.get_by_role("img", name="Page 2 as printed. The clause is marked.")
    expect(picture).to_be_visible()
    assert picture.evaluate("e => e.complete && e.naturalWidth > 600")
    assert too_wide(page) == []


@SIZES
def test_a_citation_opens_at_its_clause_and_back_leads_to_the_register(
    visit, clause_link, width, height
):
    page = visit(clause_link("a review of marking"), width, height)
    clause = page.locator(".cv-here")
    expect(clause).to_be_in_viewport()
    expect(clause.locator("mark")).to_have_text(
        "a review of marking, refunded if the grade is changed."
    )
    expect(page.get_by_role("link", name="Open the file at page 2")).to_have_attribute(
        "href", re.compile(r"^original/[0-9a-f]{64}#page=2$")
    )
    page.get_by_role("link", name="← All policies").click()
    expect(page.locator(".cv-count")).to_be_visible()
    page.wait_for_url(re.compile(r"/policies$"))
    page.go_back()
    expect(page.locator("#cv-policy-title")).to_be_visible()


def test_the_original_is_what_was_brought(visit, clause_link, served):
    page = visit(clause_link("a review of marking"))
    link = page.get_by_role("link", name="Open the file at page 2").get_attribute("href")
    got = page.request.get(f"{served.url}/{link.partition('#')[0]}")
    assert got.body() == (small["POLICIES"] / "wychbury-charging.pdf").read_bytes()
    assert "frame-ancestors 'none'" in got.headers["content-security-policy"]


def test_the_contents_list_leads_to_its_heading(visit, clause_link):
    page = visit(clause_link("a review of marking"))
    page.get_by_text("Contents", exact=True).click()
    page.get_by_role("link", name="What if I disagree?").click()
    expect(page.get_by_role("heading", name="What if I disagree?")).to_be_in_viewport()
    expect(page.locator(".cv-policy")).to_be_visible()


def test_html_in_titles_and_policies_is_shown_and_not_run(visit, own_home):
    page = visit()
    page.get_by_role("link", name=re.compile("Dogs")).click()
    expect(page.locator("#cv-policy-title")).to_have_text(small["TITLE"])
    held = next(
        d for d in open_index(own_home).manifest.documents if d.source == "oak/phones-2025.txt"
    )
    page = visit(policy_link.link(held.sha256, held.source))
    expect(page.locator(".cv-policy")).to_contain_text('<script>alert("here")</script>')
    assert page.locator(".cv-policy script, #cv-policy-title b").count() == 0


@pytest.mark.parametrize(
    ("width", "height"), [(390, 844), (320, 256)], ids=["phone", "1280 px at 400 %"]
)
def test_nothing_has_to_be_scrolled_sideways(visit, own_home, width, height):
    page = visit(width=width, height=height)
    expect(page.locator(".cv-count")).to_be_visible()
    assert too_wide(page) == []
    held = next(
        d for d in open_index(own_home).manifest.documents if d.source == "oak/phones-2023.txt"
    )
    page = visit(policy_link.link(held.sha256, held.source), width, height)
    page.get_by_text("Dates and where they come from").click()
    page.get_by_role("tab", name="Versions").click()
    expect(page.locator(".cv-change").first).to_be_visible()
    assert too_wide(page) == []


@SIZES
def test_a_dropped_policy_is_checked_put_live_and_removed(visit, width, height):
    page = visit(width=width, height=height)
    page.get_by_role("tab", name="Add policies").click()
    drop = page.locator("input[type=file]")
    drop.set_input_files([{"name": "../../trips.txt", "mimeType": "text/plain", "buffer": TRIPS}])
    title = page.get_by_label("Title", exact=True)
    expect(title).to_have_value("Trips Policy")
    expect(page.get_by_role("heading", name="trips.txt", exact=True)).to_be_visible()
    assert too_wide(page) == []
    title.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Visits")
    tab_to(page, "e.innerText === 'Put this policy live'")
    page.keyboard.press("Enter")
    told = page.locator(".cv-done")
    expect(told).to_contain_text("Visits: 1 clause")
    expect(told).to_be_focused()
    page.get_by_role("tab", name="All policies").click()
    page.get_by_role("link", name="Visits").click()
    page.get_by_text("Remove this policy").click()
    page.get_by_role("button", name="Remove it now").click()
    expect(page.locator(".cv-done")).to_have_text("“Visits” was removed.")
    expect(page.locator(".cv-count")).to_have_text("4 policies, 1 overdue for review.")


def test_a_file_over_the_limit_is_refused_with_the_limit(visit, tmp_path):
    (tmp_path / "huge.pdf").write_bytes(b"%PDF-1.4" + b"0" * 60_000_000)
    page = visit()
    page.get_by_role("tab", name="Add policies").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "huge.pdf")
    refused = page.locator("[data-testid=stFileChip] [role=alert]")
    expect(refused).to_contain_text("50.0MB or smaller")
    assert refused.evaluate("e => e.getBoundingClientRect().width") > 100  # it is seen


def test_a_conversation_is_there_again_after_a_look_at_the_policies(visit):
    page = visit("")
    box = page.get_by_placeholder("Ask about the policies")
    box.fill("Can staff text parents at Oak?")
    box.press("Enter")
    page.locator("#turn-1 .cv-verdict").first.wait_for()
    page.get_by_role("link", name="Policies", exact=True).click()
    expect(page.locator(".cv-count")).to_be_visible()
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.locator("#turn-1 .cv-verdict").first).to_be_visible()
