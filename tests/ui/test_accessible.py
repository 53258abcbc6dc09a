"""What axe-core finds on every page, in every state: in light, in dark, and at 400 % zoom.

Whatever it finds is ours to mend, unless streamlit_markup.toml lists it with a reason.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from driving import SIZES, answered, ask, press, rest, sizes, too_wide, until
from playwright.sync_api import expect

from assistant import record
from assistant.answer import Answer, Scope
from assistant.settings import Settings
from ingest.index import open_index
from ui import policy_link

LISTED = tomllib.loads(Path(__file__).with_name("streamlit_markup.toml").read_text("utf-8"))[
    "entry"
]
AXE = Axe()
SHOWN = "scheme => getComputedStyle(document.querySelector('.stApp')).colorScheme === scheme"
TRIP = "Can I text a parent on a trip?"
FILE = b"Oak Primary School\n\nTrips <b>Policy</b>\n\nAdopted: May 2025\n\n1. Carry a whistle.\n"


def findings(page, scheme):
    """(violation or undecided, rule, impact, CSS selector, what axe says) of each element."""
    # Nothing but colour differs in the dark.
    options = {} if scheme == "light" else {"runOnly": ["color-contrast"]}
    told = AXE.run(page, options=options).response
    undecided = [rule for rule in told["incomplete"] if rule["impact"] in ("serious", "critical")]
    for found, rules in (("violation", told["violations"]), ("undecided", undecided)):
        for rule in rules:
            for node in rule["nodes"]:
                says = node.get("failureSummary") or node["html"]
                yield found, rule["id"], rule["impact"], str(node["target"][-1]), says


def listed(page, found, rule, selector):
    """The entry that an element falls under, or None."""
    for entry in LISTED:
        inside = "([s, w]) => document.querySelector(s)?.closest(w) != null"
        if (found, rule) == (entry["found"], entry["rule"]) and page.evaluate(
            inside, [selector, entry["within"]]
        ):
            return entry
    return None


def amiss(page, state, scheme):
    """One line for each thing that is found and not listed, or listed here and not found."""
    lines, seen = [], []
    for found, rule, impact, selector, says in findings(page, scheme):
        entry = listed(page, found, rule, selector)
        if entry is None:
            short = " ".join(says.split())[:300]
            lines.append(f"{found}: {rule} ({impact}) at {selector}: {short}")
        elif entry["impact"] == impact:
            seen.append(entry)
    if scheme == "light":
        lines += [
            f"{entry['rule']} in {entry['within']} is listed for this state and not found"
            for entry in LISTED
            if entry.get("state") == state and entry not in seen
        ]
    return lines


def check(page, state, size, *, narrow=True):
    """Both colour schemes at this size; then at 400 % zoom, where nothing may scroll sideways."""
    rest(page)
    told = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        until(page, SHOWN, scheme)
        for _ in range(10):  # what counts is where the colours come to rest
            told[scheme] = amiss(page, state, scheme)
            if not told[scheme]:
                break
            page.wait_for_timeout(500)
    page.emulate_media(color_scheme="light")
    if not narrow:
        assert told == {"light": [], "dark": []}, state
        return
    width, height = SIZES["400 %"]
    page.set_viewport_size({"width": width, "height": height})
    told["sideways"] = too_wide(page)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    assert told == {"light": [], "dark": [], "sideways": []}, state


@pytest.mark.parametrize("size", sizes("wide"))
def test_asking_is_accessible_in_every_state(pages, trust, size):
    page = pages.open(trust.url, *size)
    page.locator(".cv-standing").wait_for()
    check(page, "Ask: empty, all schools", size)
    ask(page, "Can I text a parent?")
    check(page, "Ask: which school?", size)
    page.get_by_role("button", name="Oak Primary School").click()
    answered(page, 2)
    check(page, "Ask: answered", size)
    press(page, "Not helpful")
    page.get_by_label(re.compile("^Why")).wait_for()
    check(page, "Ask: why not helpful?", size)
    opened = page.get_by_role("option").first
    for _ in range(20):  # the window was resized, which closes lists
        page.get_by_label("School", exact=True).focus()
        page.keyboard.press("ArrowDown")
        with contextlib.suppress(AssertionError):
            expect(opened).to_be_visible(timeout=1_000)
            break
    expect(opened).to_be_visible()
    check(page, "Ask: choosing a school", size, narrow=False)
    page.keyboard.press("Escape")
    ask(page, "What has changed since the earlier version?", 3)
    expect(page.locator("#turn-3 ins").first).to_be_visible()
    check(page, "Ask: before and now", size)
    ask(page, "Tell me a joke", 4)
    check(page, "Ask: declined", size)
    ask(page, "Where is the parking?", 5)
    check(page, "Ask: not covered", size)
    current = trust.home / "CURRENT"
    generation = current.read_bytes()
    try:
        current.write_bytes(b"../../nowhere")
        ask(page, TRIP, 6)
        expect(page.locator("#turn-6")).to_contain_text("No answer")
        check(page, "Ask: error", size)
    finally:
        current.write_bytes(generation)
    press(page, "Start a new conversation")
    page.get_by_role("heading", name="For example").wait_for()
    check(page, "Ask: empty, one school", size)


@pytest.mark.parametrize("size", sizes("wide"))
def test_a_comparison_and_long_answers_are_accessible(pages, chat, size):
    page = pages.open(f"{chat.url}/?role=staff", *size)
    ask(page, TRIP)
    check(page, "Ask: comparison", size)
    page.reload()
    expect(answered(page, 1)).to_contain_text(TRIP)
    page.locator(".cv-note").wait_for()
    check(page, "Ask: conversation brought back", size)
    page = pages.open(f"{chat.url}/?school=nowhere", *size)
    page.locator(".cv-alert").wait_for()
    check(page, "Ask: unknown school in the link", size)


@pytest.mark.parametrize("size", sizes("wide"))
def test_the_policies_are_accessible_in_every_state(pages, trust, size):
    index = open_index(trust.home)
    charging = next(d for d in index.manifest.documents if d.source == "oak/charging.pdf")
    phones = next(d for d in index.manifest.documents if d.source == "oak/phones-2023.txt")
    passage = next(p for p in index.shelf("oak").passages if p.policy.source == charging.source)
    page = pages.open(f"{trust.url}/policies", *size)
    page.locator(".cv-count").wait_for()
    check(page, "Policies: register", size)
    page.get_by_label("Search").fill("zzz")
    page.keyboard.press("Enter")
    expect(page.locator(".cv-count")).to_contain_text("No policy is found")
    check(page, "Policies: nothing found", size)

    clause = policy_link.link(charging.sha256, charging.source, passage.clause.id)
    page = pages.open(f"{trust.url}/{clause}", *size)
    page.locator(".cv-here").wait_for()
    for summary in page.locator("summary").all():
        summary.click()
    check(page, "Policies: one policy at a clause", size)
    page.get_by_role("tab", name="As printed").click()
    page.get_by_role("img", name="as printed").wait_for()
    check(page, "Policies: as printed", size)
    page.goto(f"{trust.url}/{policy_link.link(phones.sha256, phones.source)}")
    page.get_by_role("tab", name="Versions").click()
    page.locator(".cv-change").first.wait_for()
    check(page, "Policies: versions", size)
    page.goto(f"{trust.url}/policies?file=ffffffffffffffff")
    page.locator(".cv-alert").wait_for()
    check(page, "Policies: expired link", size)


@pytest.mark.parametrize("size", sizes("wide"))
def test_adding_policies_is_accessible_in_every_state(pages, trust, size):
    page = pages.open(f"{trust.url}/policies", *size)
    page.get_by_role("tab", name="Add policies").click()
    drop = page.locator("input[type=file]")
    drop.wait_for(state="attached")
    check(page, "Policies: add", size)
    drop.set_input_files(
        [
            {"name": "trips.txt", "mimeType": "text/plain", "buffer": FILE},
            {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 broken"},
        ]
    )
    page.get_by_label("Title", exact=True).wait_for()
    page.get_by_text("Go back to the state before").click()
    check(page, "Policies: two files wait", size)
    leave = page.get_by_role("button", name="Leave this file out")
    for left in (1, 0):  # or the next test finds them waiting
        leave.first.click()
        expect(leave).to_have_count(left)
        rest(page)


@pytest.mark.parametrize("size", sizes("wide"))
def test_the_governors_pages_are_accessible_in_every_state(pages, trust, size):
    for name in ("How long is lunch?", "When is lunch?", "What is for lunch?"):
        asked = Answer(
            question=name,
            scope=Scope(school="oak", role="staff", as_of=dt.date.today()),
            status="not_covered",
            verdict="not_covered",
            answer="The policies do not say.",
            confidence=0.9,
        )
        record.keep(Settings(trust.home, record=True), asked)
    page = pages.open(f"{trust.url}/governors?school=oak", *size)
    tabs = page.get_by_role("tab")
    tabs.first.wait_for()
    for name in tabs.all_inner_texts():
        page.get_by_role("tab", name=name).click()
        page.get_by_role("tabpanel", name=name).wait_for()
        rest(page)
        for summary in page.locator("summary").all():
            if summary.is_visible():
                summary.click()
        check(page, f"Governors: {name}", size)
        if name == "Coverage":
            page.locator("button.cv-square").first.click()
            page.locator(".cv-pop:popover-open").wait_for()
            check(page, "Governors: a square's quotes", size)
            page.keyboard.press("Escape")
    page = pages.open(f"{trust.url}/governors?school=ash", *size)
    page.get_by_role("tab", name="Contradictions").click()
    page.locator(".cv-lead", has_text="may contradict").wait_for()
    rest(page)
    page.get_by_label("Show", exact=True).focus()
    page.keyboard.type("All")
    page.get_by_role("option", name="All", exact=True).wait_for()
    page.keyboard.press("Enter")
    reason = page.get_by_label(re.compile("^Why"))
    reason.wait_for()
    rest(page)
    reason.fill("")  # or it may be dismissed for a reason given before
    reason.press("Tab")
    check(page, "Governors: a pair of clauses", size)
    page.get_by_role("button", name="Dismiss").first.click()
    page.locator("#cv-done").wait_for()
    check(page, "Governors: a reason is missing", size)
    page = pages.open(f"{trust.url}/governors", *size)
    page.locator(".cv-timeline").wait_for()
    check(page, "Governors: all schools", size)
