"""What goes wrong, or is meant to: a clear sentence each time, and nothing is lost."""

from __future__ import annotations

import re

import policies_home
import pytest
from driving import answered, ask, box, press, rest, turn
from playwright.sync_api import expect

from ingest.index import open_index
from ingest.sync import ingest
from ui import policy_link, policy_view

KITES = "Kites Policy\n\n1. Pupils must not fly kites.\n"
NAMES = ("<img src=x onerror=alert(1)>.txt", "**bold** [link](example.org) $x$ :cat:.txt")
FILE = b"Oak Primary School\n\nTrips <i>Policy</i>\n\n1. Staff must <u>carry</u> a whistle.\n"


@pytest.fixture
def visit(pages, trust):
    """Open an address; nothing that a page holds may open a dialog."""
    ran = []

    def go(address="", **options):
        page = pages.open(f"{trust.url}/{address}", **options)
        page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
        page.locator("h1").first.wait_for()
        rest(page)
        return page

    yield go
    assert ran == []


@pytest.fixture
def bring(trust):
    """Brings a file into the folder of the policies, or takes it out, and has all read again."""
    folder = trust.home.parent / "policies"
    brought = []

    def change(source, text=None):
        file = folder / source
        if text is None:
            file.unlink()
        else:
            file.write_text(text, "utf-8")
            brought.append(file)
        ingest(folder, trust.home)

    yield change
    for file in brought:
        file.unlink(missing_ok=True)
    ingest(folder, trust.home)


def held(trust, source):
    return next(d for d in open_index(trust.home).manifest.documents if d.source == source)


def test_html_and_markdown_in_titles_policies_and_file_names_are_shown_and_not_run(visit, trust):
    page = visit("policies")
    page.get_by_role("link", name=re.compile("Dogs")).click()
    expect(page.locator("#cv-policy-title")).to_have_text(policies_home.TITLE)
    assert page.locator("#cv-policy-title :is(b, em, a)").count() == 0
    phones = held(trust, "oak/phones-2025.txt")
    page.goto(f"{trust.url}/{policy_link.link(phones.sha256, phones.source)}")
    expect(page.locator(".cv-policy")).to_contain_text('<script>alert("here")</script>')
    assert page.locator(".cv-policy script").count() == 0
    page.goto(f"{trust.url}/policies")
    page.get_by_role("tab", name="Add policies").click()
    page.locator("input[type=file]").set_input_files(
        [
            {"name": name, "mimeType": "text/plain", "buffer": FILE + bytes([48 + number])}
            for number, name in enumerate(NAMES)
        ]
    )
    page.get_by_label("Title", exact=True).first.wait_for()
    rest(page)
    shown = page.locator(".stMain")
    for word in ("onerror", "bold"):
        expect(page.get_by_role("heading", level=3).filter(has_text=word)).to_have_count(1)
    assert shown.locator("img, .katex, h3 :is(b, strong, a)").count() == 0
    expect(page.get_by_label("Title", exact=True).first).to_have_value("Trips <i>Policy</i>")
    for _ in NAMES:
        page.get_by_role("button", name="Leave this file out").first.click()
        rest(page)


def test_a_file_over_the_limit_is_refused_with_the_limit(visit, tmp_path):
    with (tmp_path / "huge.pdf").open("wb") as huge:
        huge.truncate(200_000_000)
    page = visit("policies")
    page.get_by_role("tab", name="Add policies").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "huge.pdf")
    refused = page.locator("[data-testid=stFileChip] [role=alert]")
    expect(refused).to_contain_text("50.0MB or smaller")
    assert refused.evaluate("e => e.getBoundingClientRect().width") > 100  # it is seen


def test_a_link_to_what_is_gone_or_unknown_says_so_and_shows_what_there_is(visit, trust):
    page = visit("policies?file=%3Cscript%3Ealert(1)%3C/script%3E&of=..%2F..%2FCURRENT")
    expect(page.locator(".cv-alert")).to_have_text(policy_link.GONE)
    expect(page.locator(".cv-count")).to_contain_text("11 policies")
    phones = held(trust, "oak/phones-2025.txt")
    page.goto(f"{trust.url}/{policy_link.link(phones.sha256, phones.source, 'f' * 16)}")
    expect(page.get_by_text(policy_view.NO_CLAUSE)).to_be_visible()
    expect(page.locator(".cv-policy")).to_contain_text("after six")
    page.goto(f"{trust.url}/?school=%3Cb%3Enowhere")
    expect(page.locator(".cv-alert")).to_contain_text("not known here; please choose again")


def test_two_tabs_are_two_conversations_and_each_comes_back_to_its_own(visit):
    oak, elm = visit("?school=oak"), visit("?school=elm")
    ask(oak, "Can staff text parents from their own phone?")
    ask(elm, "Where must dogs stay?")
    ask(oak, "And who leaves phones at the office?", 2)
    for page in (oak, elm):
        page.reload()
    expect(answered(elm, 1)).to_contain_text("outside the gate")
    expect(answered(oak, 2).locator(".cv-asked-of")).to_contain_text("Oak Primary School")
    expect(turn(oak, 1)).to_contain_text("after six o’clock")
    expect(elm.locator(".cv-turn")).to_have_count(1)
    expect(elm.get_by_label("School", exact=True)).to_have_value("Elm Primary School")


def test_an_index_that_is_replaced_while_people_read_is_read_from_then_on(visit, bring):
    asking, reading = visit("?school=elm"), visit("policies")
    ask(asking, "Where must dogs stay?")
    expect(reading.locator(".cv-count")).to_contain_text("11 policies")
    bring("elm/kites.txt", KITES)
    expect(ask(asking, "May pupils fly kites?", 2)).to_contain_text("Not permitted")
    expect(turn(asking, 1)).to_contain_text("outside the gate")
    reading.get_by_label("Search").fill("kites")
    reading.keyboard.press("Enter")
    expect(reading.locator(".cv-count")).to_have_text("1 of 12 policies.")
    reading.get_by_role("link", name="Kites").click()
    expect(reading.locator(".cv-policy")).to_contain_text("must not fly kites")
    bring("elm/kites.txt")  # removed while it is open
    reading.get_by_label("Find a clause").click()
    reading.keyboard.press("ArrowDown")
    reading.keyboard.press("Enter")
    expect(reading.locator(".cv-alert")).to_have_text(policy_link.GONE)
    reading.get_by_label("Search").fill("")
    reading.keyboard.press("Enter")
    expect(reading.locator(".cv-count")).to_contain_text("11 policies")
    expect(ask(asking, "May pupils fly kites at noon?", 3)).not_to_contain_text("must not fly")
    expect(turn(asking, 2)).to_contain_text("must not fly kites")


def test_a_question_that_meets_an_error_is_back_in_its_box_and_answered_once_that_is_mended(
    visit, trust
):
    page = visit("?school=oak")
    question = "Can staff text parents from their own phone?"
    current = trust.home / "CURRENT"
    generation = current.read_bytes()
    try:
        current.write_bytes(b"../../nowhere")
        expect(ask(page, question)).to_contain_text("run verse ingest")
        expect(box(page)).to_have_value(question)
        press(page, "Start a new conversation")
        expect(box(page)).to_have_value(question)
    finally:
        current.write_bytes(generation)
    box(page).press("Enter")
    expect(answered(page, 1)).to_contain_text("Permitted")
    expect(box(page)).to_have_value("")
