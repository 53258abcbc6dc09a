"""The Policies place as readers meet it, from a citation and back, in a real Chromium."""

from __future__ import annotations

import re

import policies_home
import pytest
from driving import ask, sizes
from playwright.sync_api import expect

from ingest.index import open_index
from ui import policy_link


@pytest.fixture
def visit(pages, trust):
    """Open an address of the Policies place."""

    def go(address="policies", width=1280, height=900, **options):
        page = pages.open(f"{trust.url}/{address}", width, height, **options)
        page.locator("h1").first.wait_for()
        return page

    return go


@pytest.fixture
def clause_link(trust):
    """An address that opens the charging policy at the clause that begins so."""

    def make(start):
        index = open_index(trust.home)
        passages = (p for p in index.shelf("oak").passages if p.clause.text.startswith(start))
        passage = next(passages)
        return policy_link.link(passage.sha256, passage.policy.source, passage.clause.id)

    return make


@pytest.mark.parametrize("size", sizes("phone"))
def test_a_citation_opens_at_its_clause_and_back_leads_to_the_register(
    visit, clause_link, trust, size
):
    page = visit(clause_link("a review of marking"), *size)
    clause = page.locator(".cv-here")
    expect(clause).to_be_in_viewport()
    expect(clause.locator("mark")).to_have_text(
        "a review of marking, refunded if the grade is changed."
    )
    original = page.get_by_role("link", name="Open the file at page 2").get_attribute("href")
    assert re.fullmatch(r"original/[0-9a-f]{64}#page=2", original)
    got = page.request.get(f"{trust.url}/{original.partition('#')[0]}")
    assert got.body() == (policies_home.POLICIES / "wychbury-charging.pdf").read_bytes()
    assert "frame-ancestors 'none'" in got.headers["content-security-policy"]
    page.get_by_text("Contents", exact=True).click()
    page.get_by_role("link", name="What if I disagree?").click()
    expect(page.get_by_role("heading", name="What if I disagree?")).to_be_in_viewport()
    expect(page.locator(".cv-policy")).to_be_visible()
    page.get_by_role("link", name="← All policies").click()
    expect(page.locator(".cv-count")).to_be_visible()
    page.wait_for_url(re.compile(r"/policies$"))
    page.go_back()
    expect(page.locator("#cv-policy-title")).to_be_visible()


def test_a_conversation_is_there_again_after_a_look_at_the_policies(visit):
    page = visit("")
    ask(page, "Can staff text parents at Oak?")
    page.get_by_role("link", name="Policies", exact=True).click()
    expect(page.locator(".cv-count")).to_be_visible()
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.locator("#turn-1 .cv-verdict").first).to_be_visible()
