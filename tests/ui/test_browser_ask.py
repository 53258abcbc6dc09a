"""What only a browser shows of the Ask place: copying, links, paper, memory, tables and cards."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import unicodedata

import pypdf
import pytest
from playwright.sync_api import expect

from assistant import record

TRIP = "Can I text a parent on a trip?"
PHOTOS = "Can I take photos of children with my own phone?"
CHANGED = "What has changed since the earlier version?"
FRIENDS = "Can I be friends with parents on Facebook?"
RULE = "Staff may not use their mobile phones to contact parents except"


def box(page):
    return page.get_by_placeholder("Ask about the policies")


def turn(page, number):
    return page.locator(f"#turn-{number}")


def ask(page, question, number=1):
    """Ask and wait for the answer, which is returned."""
    box(page).fill(question)
    box(page).press("Enter")
    turn(page, number).locator(".cv-verdict").first.wait_for()
    return turn(page, number)


def until(page, expression, given=None):
    """Asked from outside: the page's own policy forbids what Playwright would put into it."""
    for _ in range(300):
        if page.evaluate(expression, given):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"never came true: {expression}")


def spoken(page):
    return page.locator("[role=status][aria-live=polite].cv-hidden")


def press(page, name):
    """Press a button as the keyboard does."""
    page.get_by_role("button", name=name, exact=True).last.focus()
    page.keyboard.press("Enter")


@pytest.fixture
def clipboard(visit):
    """A visit that may read the clipboard, and what it then holds."""
    options = {"permissions": ["clipboard-read", "clipboard-write"]}
    return (
        lambda query: visit(query, **options),
        lambda page: page.evaluate("navigator.clipboard.readText()"),
    )


def test_the_answer_is_copied_with_its_citations_and_that_is_announced(clipboard):
    visit, held = clipboard
    page = visit("?school=dothill")
    ask(page, TRIP)
    ask(page, PHOTOS, 2)
    turn(page, 1).get_by_role("button", name="Copy answer").focus()
    page.keyboard.press("Enter")
    expect(spoken(page)).to_have_text("Copied")
    copied = held(page)
    assert copied.startswith(f"{TRIP}\nDothill Primary School · staff, ")
    assert RULE in " ".join(copied.replace(">", "").split())
    assert "Mobile Phones for work related purposes" in " ".join(copied.split())
    expect(turn(page, 1).get_by_role("button", name="Copy answer")).to_be_focused()


def test_where_the_clipboard_is_forbidden_that_is_said(visit):
    page = visit("?school=dothill")
    ask(page, TRIP)
    page.evaluate(
        "navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false"
    )
    press(page, "Copy answer")
    expect(spoken(page)).to_have_text("Not copied: select the text and copy it")


def test_a_link_puts_its_question_into_the_box_and_tells_no_server(clipboard, chat):
    visit, held = clipboard
    page = visit("?school=dothill")
    asked = "Can I text a parent & ring 100% of them, zqxjkvb?"
    ask(page, asked)
    press(page, "Copy link")
    expect(spoken(page)).to_have_text("Copied")
    link = held(page)
    assert "zqxjkvb" not in link.split("#")[0] and "school=dothill" in link.split("#")[0]

    sent = []
    other = page.context.new_page()
    other.on("request", lambda request: sent.append(request.url.encode()))
    other.on(
        "websocket",
        lambda socket: socket.on(
            "framesent",
            lambda data: sent.append(data if isinstance(data, bytes) else data.encode()),
        ),
    )
    other.goto(link)
    expect(box(other)).to_have_value(asked)
    expect(box(other)).to_be_focused()
    expect(spoken(other)).to_contain_text("Press Enter")
    other.wait_for_timeout(1500)
    expect(other.locator(".cv-turn")).to_have_count(0)  # it asks nothing by itself
    assert sent and not any(b"zqxjkvb" in data for data in sent)
    box(other).press("Enter")
    turn(other, 1).locator(".cv-verdict").first.wait_for()
    until(other, "!location.href.includes('#')")
    assert "zqxjkvb" not in "".join(chat.err)


def test_a_link_by_hand_without_school_or_role_works_too(visit):
    page = visit("#q=Can+I+%3Cb%3Etext%3C/b%3E%3F&%E0%A4%A=%")
    expect(box(page)).to_have_value("Can I <b>text</b>?")
    page.evaluate("location.hash = '#q=' + encodeURIComponent('And ring?')")
    expect(box(page)).to_have_value("And ring?")


def test_paper_shows_the_whole_conversation_and_no_buttons(visit):
    page = visit("?school=dothill", color_scheme="dark")
    ask(page, TRIP)
    ask(page, CHANGED, 2)
    paper = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4")))
    text = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
    text = unicodedata.normalize("NFKC", text)  # of a printed "ff"
    assert len(paper.pages) >= 2
    for said in (TRIP, RULE, CHANGED, "Dothill Primary School", "If in doubt, ask"):
        assert said in text
    for button in ("Copy answer", "Ask next", "Start a new conversation"):
        assert button not in text
    page.emulate_media(media="print")
    expect(box(page)).to_be_hidden()
    ink = turn(page, 1).locator("blockquote").first.evaluate("node => getComputedStyle(node).color")
    assert ink == "rgb(0, 0, 0)"


def test_a_reload_brings_back_the_conversation_and_what_was_half_typed(visit):
    page = visit("?school=dothill")
    ask(page, TRIP)
    ask(page, PHOTOS, 2)
    box(page).press_sequentially("And what ab")
    page.reload()
    turn(page, 2).locator(".cv-verdict").first.wait_for()
    expect(turn(page, 1)).to_contain_text(TRIP)
    expect(turn(page, 2)).to_contain_text(PHOTOS)
    expect(box(page)).to_have_value("And what ab")
    expect(spoken(page)).to_contain_text("Your conversation is back")


def test_a_new_conversation_stays_new_after_a_reload(visit):
    page = visit("?school=dothill")
    ask(page, TRIP)
    press(page, "Start a new conversation")
    expect(page.locator(".cv-turn")).to_have_count(0)
    until(page, "sessionStorage.length === 0")
    page.reload()
    box(page).wait_for()
    page.get_by_role("heading", name="For example").wait_for()
    expect(page.locator(".cv-turn")).to_have_count(0)


def test_a_browser_that_keeps_nothing_can_still_ask(visit):
    page = visit("?school=dothill")
    page.add_init_script(
        "for (const name of ['sessionStorage', 'localStorage'])"
        " Object.defineProperty(window, name, { get() { throw new Error('forbidden') } })"
    )
    page.reload()
    box(page).wait_for()
    expect(ask(page, TRIP)).to_contain_text("Only under conditions")


@pytest.mark.skipif(os.name != "posix", reason="needs SIGSTOP")
def test_a_server_that_dies_over_a_question_loses_neither_it_nor_the_conversation(
    visit, home, start_chat
):
    first = start_chat(home)
    page = visit("?school=dothill", address=first.url)
    ask(page, TRIP)
    until(page, "sessionStorage.length > 0")
    first.process.send_signal(signal.SIGSTOP)
    box(page).fill(PHOTOS)
    box(page).press("Enter")
    page.wait_for_timeout(500)
    first.process.kill()
    first.process.wait(20)
    start_chat(home, port=first.port)
    # It is back in its box, for nobody answered it, or was sent again by Streamlit itself.
    until(
        page,
        """asked => document.querySelector('textarea')?.value === asked
            || document.querySelector('#turn-2 .cv-verdict') !== null""",
        PHOTOS,
    )
    # The new server knows nothing of what was: it is told, and may need the question once more.
    for _ in range(3):
        if turn(page, 2).locator(".cv-verdict").count():
            break
        box(page).press("Enter")
        page.wait_for_timeout(6000)
    expect(turn(page, 1)).to_contain_text(TRIP)
    expect(turn(page, 2)).to_contain_text(PHOTOS)
    expect(page.locator(".cv-turn")).to_have_count(2)
    expect(box(page)).to_have_value("")


def test_schools_are_compared_in_a_table_which_a_phone_shows_as_cards(visit):
    page = visit("?role=staff")
    ask(page, TRIP)
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(4)
    tops = "nodes => nodes.map(node => Math.round(node.getBoundingClientRect().top))"
    cells = rows.nth(1).locator("th, td")
    assert len(set(cells.evaluate_all(tops))) == 1
    page.set_viewport_size({"width": 390, "height": 844})
    assert len(set(cells.evaluate_all(tops))) == 4
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(4)  # still one, to hear
    expect(page.get_by_role("rowheader", name="Dothill Primary School")).to_be_visible()


def test_before_and_now_stand_side_by_side_and_on_a_phone_one_below_the_other(visit):
    page = visit("?school=dothill")
    answer = ask(page, CHANGED)
    sides = answer.locator(".cv-both").first.locator("figure")
    expect(answer.locator("del").first).to_be_visible()
    expect(answer.locator("ins").first).to_be_visible()
    tops = "nodes => nodes.map(node => Math.round(node.getBoundingClientRect().top))"
    assert len(set(sides.evaluate_all(tops))) == 1
    page.set_viewport_size({"width": 390, "height": 844})
    assert len(set(sides.evaluate_all(tops))) == 2


def test_an_exception_is_drawn_within_its_rules_frame(visit):
    answer = ask(visit("?school=st-nicholas"), FRIENDS)
    tied = answer.get_by_role("group", name="A rule and what limits it")
    expect(tied.locator("figure")).to_have_count(2)
    expect(tied).to_contain_text("Exception to the rule above")
    gap = """nodes => nodes[1].getBoundingClientRect().top
        - nodes[0].getBoundingClientRect().bottom"""
    assert abs(tied.locator("figure").evaluate_all(gap)) <= 1.5


def test_a_citation_opens_the_policy_in_another_tab_and_keeps_the_conversation(visit):
    page = visit("?school=dothill")
    answer = ask(page, TRIP)
    with page.context.expect_page() as opened:
        answer.locator("figcaption a").first.click()
    assert "/policies?file=" in opened.value.url
    expect(answer).to_be_visible()


def test_a_follow_up_pressed_by_keyboard_leads_to_its_answer(visit):
    page = visit("?school=weston")
    ask(page, TRIP)
    press(page, "When is “Social Media Policy” due for review?")
    turn(page, 2).locator(".cv-verdict").first.wait_for()
    expect(turn(page, 2)).to_contain_text("July 2022")
    expect(page.locator("#turn-2-question")).to_be_focused()


def test_nothing_above_an_answer_moves_when_it_arrives(visit):
    page = visit("?school=dothill", reduced_motion="reduce")
    page.get_by_role("heading", name="For example").wait_for()
    page.evaluate(
        """() => { window.shifted = 0; new PerformanceObserver(list => {
            for (const entry of list.getEntries()) window.shifted += entry.value;
        }).observe({ type: 'layout-shift' }) }"""
    )
    ask(page, TRIP)
    page.wait_for_timeout(1000)
    assert page.evaluate("window.shifted") < 0.25  # what the Web Vitals call poor


@pytest.fixture(scope="module")
def recording(home, start_chat, tmp_path_factory):
    """A chat that records, over a home of its own, and that home."""

    def link(source: str, target: str) -> None:
        (shutil.copy2 if "models" not in source else os.link)(source, target)

    own = tmp_path_factory.mktemp("recording") / "home"
    shutil.copytree(home, own, copy_function=link)
    return start_chat(own, VERSE_RECORD="on"), own


def test_a_thumb_is_given_by_keyboard_and_heard(visit, recording):
    running, own = recording
    page = visit("?school=dothill", address=running.url)
    expect(page.locator(".cv-standing")).to_contain_text("Questions are kept by day")
    ask(page, "How much holiday do I get at Christmas?")
    press(page, "Not helpful")
    expect(spoken(page)).to_have_text("Thank you. That is kept.")
    page.get_by_label(re.compile("^Why")).fill("I need the dates.")
    page.keyboard.press("Enter")
    expect(page.get_by_label(re.compile("^Why"))).to_have_count(0)
    (asked,) = record.in_vain(own).asked
    assert (asked.thumb, asked.word) == ("down", "I need the dates.")
    page.reload()
    turn(page, 1).locator(".cv-verdict").first.wait_for()
    assert record.in_vain(own).kept == 1  # asked again, not kept again
