"""Each thing people come for, done with the keyboard alone, in windows of three sizes.

The default suite does them at 400 % zoom, where the least is in sight; the heavy one everywhere.
"""

from __future__ import annotations

import contextlib
import re

import pytest
from driving import announced, answered, box, rest, sizes, tab_to, too_wide
from playwright.sync_api import expect

TRIPS = (
    b"Oak Primary School\n\nTrips Policy\n\nAdopted: May 2025\n\n1. Staff must carry a whistle.\n"
)
EVERY_SIZE = pytest.mark.parametrize("size", sizes("400 %"))


def named(page, name, *, back=False):
    """Tab to what is called so."""
    called = "(e.ariaLabel || e.innerText || '').trim().split('\\n').pop().startsWith(given)"
    tab_to(page, called, name, back=back)


def select(page, label, words, *, back=False):
    """Tab to a select box, type what is wanted and take it."""
    rest(page)
    named(page, label, back=back)
    page.keyboard.type(words)
    page.get_by_role("option", name=words).first.wait_for()
    page.keyboard.press("Enter")


def step_to_tab(page, name, key):
    """From one tab to the next; a page that is being drawn may not hear the key."""
    tab = page.get_by_role("tab", name=name, exact=True)
    for _ in range(5):
        rest(page)
        if tab.get_attribute("aria-selected") != "true":
            page.keyboard.press(key)
        with contextlib.suppress(AssertionError):
            expect(tab).to_have_attribute("aria-selected", "true", timeout=5_000)
            break
    rest(page)
    expect(tab).to_be_focused()


@EVERY_SIZE
def test_a_question_is_asked_narrowed_read_copied_and_followed_up(pages, trust, size):
    page = pages.open(trust.url, *size)
    box(page).wait_for()
    named(page, "Ask about the policies")
    page.keyboard.type("Can I text a parent?")
    page.keyboard.press("Enter")
    expect(answered(page, 1)).to_contain_text("Which school")
    expect(box(page)).to_be_focused()  # more can be typed at once
    expect(announced(page)).to_contain_text("Which school")
    named(page, "Oak Primary School", back=True)
    page.keyboard.press("Enter")
    expect(answered(page, 2)).to_contain_text("Permitted")
    expect(announced(page)).to_contain_text("Permitted")
    expect(page.locator("#turn-2-question")).to_be_focused()
    page.wait_for_url(re.compile("school=oak"))

    tab_to(page, "e.matches('#turn-2 figcaption a')")
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.locator(".cv-here")).to_contain_text("Staff may text parents")
    opened.value.close()
    named(page, "Copy answer")
    page.keyboard.press("Enter")
    expect(announced(page)).to_contain_text("opied")
    tab_to(page, "e.closest('.st-key-follow-ups')")
    page.keyboard.press("Enter")
    answered(page, 3)
    expect(page.locator("#turn-3-question")).to_be_focused()

    named(page, "Start a new conversation")
    page.keyboard.press("Enter")
    expect(page.locator(".cv-turn")).to_have_count(0)
    expect(box(page)).to_be_focused()
    expect(announced(page)).to_have_text("A new conversation.")
    select(page, "School", "Elm", back=True)
    page.wait_for_url(re.compile("school=elm"))
    named(page, "Ask about the policies")
    page.keyboard.type("Where must dogs stay?")
    page.keyboard.press("Enter")
    expect(answered(page, 1).locator(".cv-asked-of")).to_contain_text("Elm Primary School")
    assert too_wide(page) == []


@EVERY_SIZE
def test_a_policy_is_searched_for_opened_at_a_clause_and_seen_as_printed(pages, trust, size):
    page = pages.open(f"{trust.url}/policies", *size)
    expect(page.locator(".cv-count")).to_contain_text("11 policies")
    named(page, "Search")
    page.keyboard.type("policy")
    page.keyboard.press("Enter")
    expect(page.locator(".cv-count")).to_have_text("10 of 11 policies.")
    select(page, "School", "Oak")
    expect(page.locator(".cv-count")).to_have_text("3 of 11 policies.")
    named(page, "Charging")
    page.keyboard.press("Enter")
    expect(page.locator("#cv-policy-title")).to_have_text("Charging and Remissions Policy")
    expect(page.locator("#cv-policy-title")).to_be_focused()
    page.wait_for_url(re.compile(r"policies\?file=[0-9a-f]{16}&of="))
    tab_to(page, "e.ariaLabel?.includes('Find a clause')")
    page.keyboard.type("review of marking")
    page.get_by_role("option", name="review of marking").wait_for()
    page.keyboard.press("Enter")
    clause = page.locator(".cv-here")
    expect(clause).to_contain_text("10(d) a review of marking, refunded if the grade is changed.")
    expect(clause).to_be_focused()
    expect(clause).to_be_in_viewport()
    page.wait_for_url(re.compile("clause="))
    tab_to(page, "e.role === 'tab'", back=True)
    step_to_tab(page, "As printed", "ArrowRight")
    picture = page.get_by_role("img", name="Page 2 as printed. The clause is marked.")
    expect(picture).to_be_visible()
    assert picture.evaluate("e => e.complete && e.naturalWidth > 600")
    assert too_wide(page) == []


@EVERY_SIZE
def test_governors_choose_a_school_go_through_the_tabs_and_take_a_file_away(pages, trust, size):
    page = pages.open(f"{trust.url}/governors", *size)
    page.locator(".cv-lead").wait_for()
    select(page, "School", "Oak")
    page.wait_for_url(re.compile("school=oak"))
    rest(page)
    named(page, "Download PDF")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "dates-oak.pdf"
    tab_to(page, "e.role === 'tab'", back=True)
    step_to_tab(page, "Coverage", "ArrowRight")
    page.get_by_role("region", name="Topics by policy").wait_for()
    rest(page)
    named(page, "Covered: ")
    square = page.locator(":focus")
    name = square.get_attribute("aria-label")
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog")
    expect(card).to_be_visible()
    expect(card.locator("blockquote").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(page.locator(":focus")).to_have_attribute("aria-label", name)
    tab_to(page, "e.role === 'tab'", back=True)
    names = page.get_by_role("tab").all_inner_texts()
    assert {"Dates", "Coverage", "Changes", "Questions in vain", "Quality"} <= set(names)
    for name in names[names.index("Coverage") + 1 :]:
        step_to_tab(page, name, "ArrowRight")
        expect(page.get_by_role("tabpanel", name=name)).to_contain_text(re.compile(r"\w{4}"))
        assert too_wide(page) == []


@EVERY_SIZE
def test_governors_dismiss_a_pair_with_a_reason_and_change_their_mind(pages, trust, size):
    page = pages.open(f"{trust.url}/governors?school=ash", *size)
    page.locator(".cv-lead").wait_for()
    rest(page)
    tab_to(page, "e.role === 'tab'")
    step_to_tab(page, "Coverage", "ArrowRight")
    step_to_tab(page, "Contradictions", "ArrowRight")
    lead = page.locator(".cv-lead")
    expect(lead).to_contain_text("1 pair of clauses may contradict each other")
    rest(page)
    select(page, "Show", "All")
    card = page.locator(".cv-odds")
    expect(card).to_contain_text("after 2 school days")
    expect(card).to_contain_text("after 5 school days")
    rest(page)

    def decide(button, reason=None):
        tab_to(page, "e.ariaLabel?.startsWith('Why?')")
        if reason is not None:
            page.keyboard.press("Control+A")
            page.keyboard.type(reason) if reason else page.keyboard.press("Delete")
        named(page, button)
        page.keyboard.press("Enter")

    decide("Dismiss (pair 1)", "")
    expect(page.locator("#cv-done")).to_contain_text("Give a reason")
    expect(page.locator("#cv-done")).to_be_focused()
    rest(page)
    tab_to(page, "e.ariaLabel?.startsWith('Why?')", back=True)
    page.keyboard.press("Shift+Tab")
    decide("Dismiss (pair 1)", "Boarders and day pupils.")
    expect(page.locator("#cv-done")).to_contain_text("Kept: the pair is dismissed.")
    expect(page.locator("#cv-done")).to_be_in_viewport()
    expect(lead).to_contain_text("1 dismissed")
    expect(card).to_contain_text("Boarders and day pupils.")
    rest(page)
    select(page, "Show", "Dismissed", back=True)
    expect(card).to_contain_text("Boarders and day pupils.")
    rest(page)
    decide("It is a contradiction (pair 1)", "Board of 3 May.")
    expect(page.locator("#cv-done")).to_contain_text("Kept: the pair is a contradiction.")
    expect(page.locator("#cv-done")).to_be_focused()
    expect(card).to_have_count(0)
    expect(lead).to_contain_text("1 found to be a contradiction")
    assert too_wide(page) == []


@EVERY_SIZE
def test_a_policy_is_added_checked_corrected_put_live_and_removed(pages, trust, size):
    page = pages.open(f"{trust.url}/policies", *size)
    page.locator(".cv-count").wait_for()
    page.on("filechooser", lambda _chooser: None)  # or the first may open before it is caught
    tab_to(page, "e.role === 'tab'")
    step_to_tab(page, "Add policies", "ArrowRight")
    page.get_by_text("Drop policies here").first.wait_for()
    rest(page)
    named(page, "Upload")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    files = [{"name": "../../trips.txt", "mimeType": "text/plain", "buffer": TRIPS}]
    chooser.value.set_files(files)
    title = page.get_by_label("Title", exact=True)
    expect(title).to_have_value("Trips Policy")
    expect(page.get_by_role("heading", name="trips.txt", exact=True)).to_be_visible()
    assert too_wide(page) == []
    rest(page)
    tab_to(page, "e.ariaLabel === 'Title'")
    page.keyboard.press("Control+A")
    page.keyboard.type("Visits")
    named(page, "Put this policy live")
    page.keyboard.press("Enter")
    told = page.locator(".cv-done")
    expect(told).to_contain_text("Visits: 1 clause")
    expect(told).to_be_focused()
    rest(page)
    tab_to(page, "e.role === 'tab'")
    step_to_tab(page, "All policies", "ArrowLeft")
    page.get_by_role("link", name="Visits").wait_for()
    rest(page)
    named(page, "Visits")
    page.keyboard.press("Enter")
    expect(page.locator("#cv-policy-title")).to_have_text("Visits")
    rest(page)
    named(page, "Remove this policy")
    page.keyboard.press("Enter")
    named(page, "Remove it now")
    page.keyboard.press("Enter")
    expect(page.locator(".cv-done")).to_have_text("“Visits” was removed.")
    expect(page.locator(".cv-count")).to_contain_text("11 policies")
