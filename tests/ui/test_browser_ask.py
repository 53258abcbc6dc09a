"""What only a browser shows of the Ask place: copying, links, memory, what is heard, thumbs."""

from __future__ import annotations

import contextlib
import os
import re
import signal

import pytest
from driving import announced, answered, ask, box, press, turn, until
from playwright.sync_api import TimeoutError, expect

from assistant import record

TRIP = "Can I text a parent on a trip?"
PHOTOS = "Can I take photos of children with my own phone?"
LINKED = "Can I text a parent & ring 100% of them, zqxjkvb?"
RULE = "Staff may not use their mobile phones to contact parents except"


@pytest.fixture(scope="module")
def copying(lasting, chat):
    """Two questions of Dothill in a page that may use the clipboard."""
    page = lasting.open(
        f"{chat.url}/?school=dothill", permissions=["clipboard-read", "clipboard-write"]
    )
    ask(page, TRIP)
    ask(page, LINKED, 2)
    return page


def held(page):
    """What the clipboard holds."""
    return page.evaluate("navigator.clipboard.readText()")


def test_the_answer_is_copied_with_its_citations_and_that_is_announced(copying):
    button = turn(copying, 1).get_by_role("button", name="Copy answer")
    button.focus()
    copying.keyboard.press("Enter")
    expect(announced(copying)).to_have_text("Copied")
    copied = held(copying)
    assert copied.startswith(f"{TRIP}\nDothill Primary School · staff, ")
    assert RULE in " ".join(copied.replace(">", "").split())
    assert "Mobile Phones for work related purposes" in " ".join(copied.split())
    expect(turn(copying, 1).locator(".cv-tool").first).to_be_focused()


def test_a_link_puts_its_question_into_the_box_and_tells_no_server(copying, chat):
    press(copying, "Copy link")
    expect(announced(copying)).to_have_text("Copied")
    link = held(copying)
    assert "zqxjkvb" not in link.split("#")[0] and "school=dothill" in link.split("#")[0]

    sent = []
    other = copying.context.new_page()
    other.on("request", lambda request: sent.append(request.url.encode()))
    other.on(
        "websocket",
        lambda socket: socket.on(
            "framesent",
            lambda data: sent.append(data if isinstance(data, bytes) else data.encode()),
        ),
    )
    other.goto(link)
    expect(box(other)).to_have_value(LINKED)
    expect(box(other)).to_be_focused()
    expect(announced(other)).to_contain_text("Press Enter")
    other.wait_for_timeout(1500)
    expect(other.locator(".cv-turn")).to_have_count(0)  # it asks nothing by itself
    assert sent and not any(b"zqxjkvb" in data for data in sent)
    box(other).press("Enter")
    answered(other, 1)
    until(other, "!location.href.includes('#')")
    assert "zqxjkvb" not in "".join(chat.err)


def test_where_the_clipboard_is_forbidden_that_is_said(copying):
    copying.evaluate(
        "navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false"
    )
    press(copying, "Copy answer")
    expect(announced(copying)).to_have_text("Not copied: select the text and copy it")


def test_a_link_by_hand_without_school_or_role_works_too(visit):
    page = visit("#q=Can+I+%3Cb%3Etext%3C/b%3E%3F&%E0%A4%A=%")
    expect(box(page)).to_have_value("Can I <b>text</b>?")
    page.evaluate("location.hash = '#q=' + encodeURIComponent('And ring?')")
    expect(box(page)).to_have_value("And ring?")


def test_a_reload_brings_the_conversation_back_until_a_new_one_is_started(visit):
    page = visit("?school=dothill")
    ask(page, TRIP)
    ask(page, PHOTOS, 2)
    box(page).press_sequentially("And what ab")
    page.reload()
    answered(page, 2)
    expect(turn(page, 1)).to_contain_text(TRIP)
    expect(turn(page, 2)).to_contain_text(PHOTOS)
    expect(box(page)).to_have_value("And what ab")
    expect(announced(page)).to_contain_text("Your conversation is back")
    box(page).fill("")
    press(page, "Start a new conversation")
    expect(page.locator(".cv-turn")).to_have_count(0)
    until(page, "sessionStorage.length === 0")
    page.reload()
    page.get_by_role("heading", name="For example").wait_for()
    expect(page.locator(".cv-turn")).to_have_count(0)


def test_school_and_role_are_remembered_but_a_link_counts_for_more(visit, chat):
    page = visit("?school=weston&role=governor")
    until(page, "'chapter-and-verse-choice' in localStorage")
    later = page.context.new_page()
    later.goto(chat.url)
    later.wait_for_url(lambda url: "school=weston" in url and "role=governor" in url)
    expect(later.get_by_label("School", exact=True)).to_have_value(
        "Weston All Saints CE Primary School"
    )
    assert later.evaluate("sessionStorage.length") == 0  # another tab, another conversation
    later.goto(f"{chat.url}/?school=dothill")
    expect(later.get_by_label("School", exact=True)).to_have_value("Dothill Primary School")
    later.wait_for_url(lambda url: "school=dothill" in url and "role=governor" in url)


def test_a_browser_that_keeps_nothing_can_still_ask(visit):
    page = visit(
        "?school=dothill",
        init="for (const name of ['sessionStorage', 'localStorage'])"
        " Object.defineProperty(window, name, { get() { throw new Error('forbidden') } })",
    )
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
    # The new server knows nothing of what was: it is told. The question is back in its box, for
    # nobody answered it, or was sent again by Streamlit itself.
    for _ in range(5):
        until(
            page,
            """asked => document.querySelector('textarea')?.value === asked
                || document.querySelector('#turn-2 .cv-verdict') !== null""",
            PHOTOS,
        )
        if turn(page, 2).locator(".cv-verdict").count():
            break
        box(page).press("Enter")
        with contextlib.suppress(TimeoutError):
            turn(page, 2).locator(".cv-verdict").first.wait_for(timeout=10_000)
    expect(turn(page, 1)).to_contain_text(TRIP)
    expect(turn(page, 2)).to_contain_text(PHOTOS)
    expect(page.locator(".cv-turn")).to_have_count(2)
    expect(box(page)).to_have_value("")


def test_a_follow_up_pressed_by_keyboard_leads_to_its_answer(visit):
    page = visit("?school=weston")
    ask(page, TRIP)
    press(page, "When is “Social Media Policy” due for review?")
    expect(answered(page, 2)).to_contain_text("July 2022")
    expect(page.locator("#turn-2-question")).to_be_focused()


def test_a_thumb_is_given_by_keyboard_and_heard(visit, trust):
    page = visit("?school=elm", address=trust.url)
    expect(page.locator(".cv-standing")).to_contain_text("Questions are kept by day")
    ask(page, "How much holiday do I get at Christmas?")
    press(page, "Not helpful")
    expect(announced(page)).to_contain_text("Thank you. That is kept.")
    page.get_by_label(re.compile("^Why")).fill("I need the dates.")
    page.keyboard.press("Enter")
    expect(page.get_by_label(re.compile("^Why"))).to_have_count(0)
    (asked,) = record.in_vain(trust.home, "elm").asked
    assert (asked.thumb, asked.word) == ("down", "I need the dates.")
    page.reload()
    answered(page, 1)
    assert len(record.in_vain(trust.home, "elm").asked) == 1  # asked again, not kept again
