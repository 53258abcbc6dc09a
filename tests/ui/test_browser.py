"""The chat as its users meet it: `verse chat` over the real index, in a real Chromium."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

TRIP = "Can I text a parent on a trip?"
DOTHILL_RULE = "Staff may not use their mobile phones to contact parents except"
ST_NICHOLAS_RULES = re.compile(
    "Use their own mobile phones to contact pupils or parents except in exceptional circumstances"
    "|should not give their personal mobile numbers"
    "|only use equipment provided by the school"
)


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


def choose(page, label, option):
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def too_wide(page):
    """What reaches beyond the right edge of the window."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.stApp *')]
            .filter(e => !e.closest('.cv-hidden'))
            .map(e => [e.tagName, e.className.toString(), e.getBoundingClientRect()])
            .filter(([, , r]) => r.width && r.height && r.right > innerWidth + 1)
            .map(([tag, name, r]) => `${tag}.${name} ${Math.round(r.right)}`)"""
    )


def test_dothill_is_answered_with_its_own_clause_quoted_and_cited(visit):
    page = visit()
    choose(page, "School", "Dothill Primary School")
    answer = ask(page, TRIP)
    quoted = answer.locator("figure", has_text=DOTHILL_RULE)
    expect(quoted.locator("blockquote")).to_contain_text(DOTHILL_RULE)
    expect(quoted.locator("figcaption")).to_contain_text("Dothill Primary School")
    expect(quoted.locator("figcaption")).to_contain_text("Mobile Phones for work related purposes")
    expect(answer.locator(".cv-verdict").first).to_contain_text("Only under conditions")


def test_st_nicholas_is_answered_with_its_own_rule_and_nothing_of_dothill(visit):
    page = visit()
    choose(page, "School", "St Nicholas CE Primary School")
    answer = ask(page, TRIP)
    expect(answer.locator("blockquote").first).to_be_visible()
    assert ST_NICHOLAS_RULES.search(" ".join(answer.locator("blockquote").all_inner_texts()))
    for caption in answer.locator("figcaption").all_inner_texts():
        assert "St Nicholas CE Primary School" in caption
    expect(answer).not_to_contain_text("Dothill")


def test_all_schools_are_shown_each_with_its_own(visit):
    answer = ask(visit(), TRIP)
    for school in ("Dothill Primary School", "St Nicholas CE Primary School"):
        part = answer.get_by_role("region", name=school)
        expect(part.locator("figcaption").first).to_contain_text(school)


def test_what_no_policy_covers_says_so_and_names_whom_to_ask(visit):
    answer = ask(visit("?school=dothill"), "How much holiday do I get at Christmas?")
    expect(answer).to_contain_text("Not covered")
    expect(answer).to_contain_text("Headteacher")
    expect(answer.locator("blockquote")).to_have_count(0)


def test_a_follow_up_is_understood_from_the_question_before_it(visit):
    page = visit("?school=dothill")
    ask(page, "Can I take photos of children with my own phone?")
    answer = ask(page, "What about during a school trip?", 2)
    expect(answer.locator("blockquote").first).to_be_visible()
    expect(turn(page, 1)).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_count(2)


def test_school_and_role_are_in_the_address_and_outlive_a_reload(visit):
    page = visit()
    choose(page, "School", "Weston All Saints CE Primary School")
    choose(page, "Your role", "Governor")
    page.wait_for_url(lambda url: "school=weston" in url and "role=governor" in url)
    page.reload()
    box(page).wait_for()
    expect(page.get_by_label("School", exact=True)).to_have_value(
        "Weston All Saints CE Primary School"
    )
    expect(page.get_by_label("Your role", exact=True)).to_have_value("Governor")
    answer = ask(page, TRIP)
    expect(answer.locator(".cv-asked-of")).to_have_text(
        "Weston All Saints CE Primary School · governor"
    )


def test_the_keyboard_alone_is_enough(visit):
    page = visit("?school=dothill")

    def tab_to(name):
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("(n) => document.activeElement.ariaLabel?.startsWith(n)", name):
                return
        pytest.fail(f"{name!r} cannot be reached with Tab")

    tab_to("School")
    page.keyboard.type("Nicholas")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("school=st-nicholas"))
    tab_to("Ask about the policies")
    page.keyboard.type(TRIP)
    page.keyboard.press("Enter")
    turn(page, 1).locator(".cv-verdict").first.wait_for()
    expect(turn(page, 1).locator(".cv-asked-of")).to_contain_text("St Nicholas")
    expect(box(page)).to_be_focused()  # a follow-up can be typed at once


def test_an_example_pressed_by_keyboard_leads_to_its_answer(visit):
    page = visit("?school=dothill")
    page.get_by_role("button", name=TRIP).focus()
    page.keyboard.press("Enter")
    turn(page, 1).locator(".cv-verdict").first.wait_for()
    expect(page.locator("#turn-1-question")).to_be_focused()


def test_the_newest_answer_is_announced_politely(visit):
    page = visit("?school=dothill")
    region = page.locator("[role=status][aria-live=polite].cv-hidden")
    expect(region).to_have_text("")
    region.evaluate("(node) => { node.kept = true }")
    ask(page, "How much holiday do I get at Christmas?")
    expect(region).to_contain_text("Not covered")
    ask(page, TRIP, 2)
    expect(region).to_contain_text("quote")
    assert region.evaluate("(node) => node.kept === true")  # or it would not be announced


def too_wide_once_settled(page):
    """Streamlit lays a page out in steps; what counts is where it comes to rest."""
    for _ in range(20):
        if not (found := too_wide(page)):
            break
        page.wait_for_timeout(250)
    return found


@pytest.mark.parametrize(
    ("width", "height"), [(390, 844), (320, 256)], ids=["phone", "1280 px at 400 %"]
)
@pytest.mark.parametrize("school", ["?school=dothill", ""], ids=["one school", "all schools"])
def test_nothing_has_to_be_scrolled_sideways(visit, width, height, school):
    page = visit(school, width, height)
    assert too_wide_once_settled(page) == []
    ask(page, TRIP)
    ask(page, "x" * 300, 2)
    assert too_wide_once_settled(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_newest_answer_comes_into_view(visit):
    page = visit("?school=dothill", 390, 844, reduced_motion="reduce")
    ask(page, TRIP)
    ask(page, "Can I take photos of children with my own phone?", 2)
    expect(turn(page, 2).locator(".cv-verdict").first).to_be_in_viewport()


def test_html_in_a_question_is_shown_and_not_run(visit):
    page = visit("?school=dothill")
    question = "<img src=x onerror=\"document.title='run'\"><b>Can I text a parent?</b>"
    answer = ask(page, question)
    expect(answer.locator("h2")).to_contain_text(question)
    assert answer.locator("h2 img, h2 b").count() == 0
    assert page.title() == "Chapter & Verse"


def test_nobody_else_may_frame_the_page_or_reach_the_server(visit, chat):
    page = visit()
    headers = page.request.get(chat.url).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    with socket.socket() as probe:
        probe.settimeout(2)
        assert probe.connect_ex(("127.0.0.2", chat.port)) != 0  # it would answer there on 0.0.0.0


def test_a_conversation_leaves_nothing_on_disk(visit, home):
    before = {path for path in home.rglob("*") if path.is_file()}
    ask(visit("?school=dothill"), "Does my diabetes matter here, zqxjkvb?")
    after = {path for path in home.rglob("*") if path.is_file()}
    assert after == before
    assert not any(b"zqxjkvb" in path.read_bytes() for path in after)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs /proc")
def test_the_serving_process_has_not_loaded_torch(visit, chat):
    ask(visit("?school=dothill"), TRIP)
    assert "libtorch" not in Path(f"/proc/{chat.process.pid}/maps").read_text()


def test_a_second_chat_on_the_same_port_says_so_and_ends(chat):
    second = subprocess.run(
        chat.process.args, capture_output=True, text=True, timeout=60, check=False
    )
    assert second.returncode == 1
    assert second.stdout == ""
    assert len(second.stderr.splitlines()) == 1
    assert str(chat.port) in second.stderr
    assert "--port" in second.stderr


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGINT to send to one process")
def test_ctrl_c_ends_the_chat_cleanly(home, start_chat):
    running = start_chat(home)
    time.sleep(0.5)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(20) == 0
    assert running.process.stdout.read() == ""
    assert "Traceback" not in "".join(running.err)
