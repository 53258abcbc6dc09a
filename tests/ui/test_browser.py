"""The chat as its users meet it: `verse chat` over the real index, in a real Chromium."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import time
import unicodedata
from pathlib import Path

import pypdf
import pytest
from driving import announced, answered, ask, box, choose, press, too_wide, turn
from playwright.sync_api import expect

TRIP = "Can I text a parent on a trip?"
PHOTOS = "Can I take photos of children with my own phone?"
CHANGED = "What has changed since the earlier version?"
HOLIDAY = "How much holiday do I get at Christmas?"
HOSTILE = (
    "<img src=x onerror=\"document.title='run'\"><b>Can I</b> **text** [a](https://example.org) "
    + "x" * 300
)
DOTHILL_RULE = "Staff may not use their mobile phones to contact parents except"
ST_NICHOLAS_RULES = re.compile(
    "Use their own mobile phones to contact pupils or parents except in exceptional circumstances"
    "|should not give their personal mobile numbers"
    "|only use equipment provided by the school"
)


@pytest.fixture(scope="module")
def conversation(lasting, chat):
    """Four questions of Dothill; tests look at the page, resize it, and leave it as it was."""
    page = lasting.open(f"{chat.url}/?school=dothill", reduced_motion="reduce")
    for number, question in enumerate((TRIP, CHANGED, HOLIDAY, HOSTILE), 1):
        ask(page, question, number)
    return page


@pytest.fixture(scope="module")
def compared(lasting, chat):
    """One question of every school."""
    page = lasting.open(f"{chat.url}/?role=staff", reduced_motion="reduce")
    ask(page, TRIP)
    return page


@pytest.fixture
def narrow():
    """Makes a page narrow until the test has ended."""
    resized = []

    def make(page, width, height):
        page.set_viewport_size({"width": width, "height": height})
        resized.append(page)

    yield make
    for page in resized:
        page.set_viewport_size({"width": 1280, "height": 900})


def rows_apart(places):
    """How many rows some elements stand in."""
    return len(
        set(
            places.evaluate_all(
                "nodes => nodes.map(node => Math.round(node.getBoundingClientRect().top))"
            )
        )
    )


def test_dothill_is_answered_with_its_own_clause_quoted_and_cited(conversation):
    answer = turn(conversation, 1)
    quoted = answer.locator("figure", has_text=DOTHILL_RULE)
    expect(quoted.locator("blockquote")).to_contain_text(DOTHILL_RULE)
    expect(quoted.locator("figcaption")).to_contain_text("Dothill Primary School")
    expect(quoted.locator("figcaption")).to_contain_text("Mobile Phones for work related purposes")
    expect(answer.locator(".cv-verdict").first).to_contain_text("Only under conditions")


def test_a_school_that_is_chosen_answers_with_its_own_rule_and_nothing_of_another(visit):
    page = visit("?school=dothill")
    choose(page, "School", "St Nicholas CE Primary School")
    answer = ask(page, TRIP)
    expect(answer.locator("blockquote").first).to_be_visible()
    assert ST_NICHOLAS_RULES.search(" ".join(answer.locator("blockquote").all_inner_texts()))
    for caption in answer.locator("figcaption").all_inner_texts():
        assert "St Nicholas CE Primary School" in caption
    expect(answer).not_to_contain_text("Dothill")


def test_all_schools_are_shown_each_with_its_own(compared):
    for school in ("Dothill Primary School", "St Nicholas CE Primary School"):
        part = turn(compared, 1).get_by_role("group", name=school)
        expect(part.locator("figcaption").first).to_contain_text(school)


def test_schools_are_compared_in_a_table_which_a_phone_shows_as_cards(compared, narrow):
    rows = compared.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(4)
    cells = rows.nth(1).locator("th, td")
    assert rows_apart(cells) == 1
    narrow(compared, 390, 844)
    assert rows_apart(cells) == 4
    expect(rows).to_have_count(4)  # still one, to hear
    expect(compared.get_by_role("rowheader", name="Dothill Primary School")).to_be_visible()


def test_what_no_policy_covers_says_so_and_names_whom_to_ask(conversation):
    answer = turn(conversation, 3)
    expect(answer).to_contain_text("Not covered")
    expect(answer).to_contain_text("Headteacher")
    expect(answer.locator("blockquote")).to_have_count(0)


def test_before_and_now_stand_side_by_side_and_on_a_phone_one_below_the_other(conversation, narrow):
    answer = turn(conversation, 2)
    sides = answer.locator(".cv-both").first.locator("figure")
    expect(answer.locator("del").first).to_be_visible()
    expect(answer.locator("ins").first).to_be_visible()
    assert rows_apart(sides) == 1
    narrow(conversation, 390, 844)
    assert rows_apart(sides) == 2


def test_an_exception_is_drawn_within_its_rules_frame(visit):
    answer = ask(visit("?school=st-nicholas"), "Can I be friends with parents on Facebook?")
    tied = answer.get_by_role("group", name="A rule and what limits it")
    expect(tied.locator("figure")).to_have_count(2)
    expect(tied).to_contain_text("Exception to the rule above")
    gap = """nodes => nodes[1].getBoundingClientRect().top
        - nodes[0].getBoundingClientRect().bottom"""
    assert abs(tied.locator("figure").evaluate_all(gap)) <= 1.5


def test_html_and_markdown_in_a_question_are_shown_and_not_run(conversation):
    asked = turn(conversation, 4).locator("h2")
    expect(asked).to_contain_text(HOSTILE)
    assert asked.locator("img, b, strong, a").count() == 0
    assert conversation.title() == "Chapter & Verse"


@pytest.mark.parametrize(
    ("width", "height"), [(390, 844), (320, 256)], ids=["phone", "1280 px at 400 %"]
)
def test_nothing_has_to_be_scrolled_sideways(conversation, compared, narrow, width, height):
    for page in (conversation, compared):
        narrow(page, width, height)
        assert too_wide(page) == []


def test_paper_shows_the_whole_conversation_and_no_buttons(conversation):
    conversation.emulate_media(color_scheme="dark")
    paper = pypdf.PdfReader(io.BytesIO(conversation.pdf(format="A4")))
    text = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
    text = unicodedata.normalize("NFKC", text)  # of a printed "ff"
    assert len(paper.pages) >= 2
    for said in (TRIP, DOTHILL_RULE, CHANGED, "Dothill Primary School", "If in doubt, ask"):
        assert said in text
    for button in ("Copy answer", "Ask next", "Start a new conversation"):
        assert button not in text
    conversation.emulate_media(media="print")
    expect(box(conversation)).to_be_hidden()
    quote = turn(conversation, 1).locator("blockquote").first
    expect(quote).to_have_css("color", "rgb(0, 0, 0)")
    conversation.emulate_media(media="screen", color_scheme="light")


def test_a_citation_opens_the_policy_in_another_tab_and_keeps_the_conversation(conversation):
    answer = turn(conversation, 1)
    with conversation.context.expect_page() as opened:
        answer.locator("figcaption a").first.click()
    assert "/policies?file=" in opened.value.url
    opened.value.close()
    expect(answer).to_be_visible()


def test_a_follow_up_is_understood_announced_and_brought_into_view(visit):
    page = visit("?school=dothill", 390, 844, reduced_motion="reduce")
    expect(announced(page)).to_have_text("")
    announced(page).evaluate("node => { node.kept = true }")
    ask(page, HOLIDAY)
    expect(announced(page)).to_contain_text("Not covered")
    ask(page, PHOTOS, 2)
    expect(announced(page)).to_contain_text("quote")
    answer = ask(page, "What about during a school trip?", 3)
    expect(answer.locator("blockquote").first).to_be_visible()
    expect(answer.locator(".cv-verdict").first).to_be_in_viewport()
    assert announced(page).evaluate("node => node.kept === true")  # or it would not be heard
    expect(turn(page, 1)).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_count(3)


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


def test_an_example_pressed_by_keyboard_leads_to_its_answer(visit):
    page = visit("?school=dothill")
    press(page, TRIP)
    answered(page, 1)
    expect(page.locator("#turn-1-question")).to_be_focused()


def test_nothing_above_an_answer_moves_when_it_arrives(visit):
    page = visit("?school=dothill", reduced_motion="reduce")
    page.get_by_role("heading", name="For example").wait_for()
    page.evaluate(
        """() => { window.shifted = 0; new PerformanceObserver(list => {
            for (const entry of list.getEntries()) window.shifted += entry.value;
        }).observe({ type: 'layout-shift' }) }"""
    )
    ask(page, TRIP)
    assert page.evaluate("window.shifted") < 0.25  # what the Web Vitals call poor


def test_nobody_else_may_frame_the_page_or_reach_the_server(conversation, chat):
    headers = conversation.request.get(chat.url).headers
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
def test_the_serving_process_has_not_loaded_torch(conversation, chat):
    expect(turn(conversation, 1).locator("blockquote").first).to_be_visible()
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
