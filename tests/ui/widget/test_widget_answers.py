"""What the panel shows of an answer: all that the chat shows, as text, with its sense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hosting import Misbehaving, Served, Visits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from assistant.answer import Answer, Part, Quote
from ui import render

ELM = "Elm Primary School"

# Parts of an answer that chat and panel show alike; what the chat sets side by side is left out.
ALIKE = (
    *(".cv-understood", ".cv-verdict", ".cv-plain", ".cv-lead-in", "blockquote li"),
    *("blockquote > p", ".cv-kind", ".cv-label", "cite", ".cv-notices li", ".cv-closest"),
    ".cv-ask",
)
READ = """([root, names]) => names.map((name) =>
    [...root.querySelectorAll(name)].map((one) => one.textContent.replace(/\\r\\n?/g, "\\n")))"""
PANEL = "document.querySelector('chapter-and-verse').shadowRoot"
TAGS = set(
    "DIV BUTTON svg path SPAN DIALOG HEADER H2 P ARTICLE H3 H4 STRONG FIGURE BLOCKQUOTE UL LI "
    "FIGCAPTION CITE A SECTION FORM LABEL TEXTAREA FOOTER INPUT".split()
)


@pytest.fixture
def both(
    visits: Visits, misbehaving: tuple[Misbehaving, Served], intranet: Any
) -> Callable[[Answer], tuple[list[list[str]], list[list[str]]]]:
    """What the panel and what the chat shows of an answer, part by part."""
    api, server = misbehaving
    intranet.put("/answers", f'<script src="{server.url}/widget.js"></script>')
    page = visits.open(f"{intranet.url}/answers")
    page.get_by_role("button", name="Ask our policies").click()
    expect(page.get_by_role("dialog")).to_contain_text("Oak Primary School")
    chat = visits.open("about:blank")

    def show(answer: Answer) -> tuple[list[list[str]], list[list[str]]]:
        api.answer = answer.model_dump(mode="json")
        if page.locator(".cv-turn").count():
            page.get_by_role("button", name="Start again").click()
        page.get_by_label("Your question").fill("May I?")
        page.keyboard.press("Enter")
        page.locator(".cv-turn:last-of-type:not(:has(.cv-busy))").wait_for()
        expect(page.locator(".cv-trouble")).to_have_count(0)
        root = f"{PANEL}.querySelector('.cv-turn:last-of-type .cv-answer')"
        panel = page.evaluate(f"({READ})([{root}, {list(ALIKE)}])")
        found = set(page.evaluate(f"[...{PANEL}.querySelectorAll('*')].map((one) => one.tagName)"))
        assert found <= TAGS and page.evaluate("window.hit") is None
        chat.set_content(render.html(answer, offer=False))
        return panel, chat.evaluate(f"({READ})([document, {list(ALIKE)}])")

    return show


Both = Callable[[Answer], tuple[list[list[str]], list[list[str]]]]


def test_bullets_keep_their_lead_in_and_an_exception_its_rule(
    both: Both, answer: Callable[..., Answer], tied: tuple[Quote, ...]
) -> None:
    panel, chat = both(answer(quotes=tied))
    assert panel == chat
    said = dict(zip(ALIKE, panel, strict=True))
    assert said[".cv-lead-in"] == ["Staff must not:"]
    assert said["blockquote li"] == ["text parents;", "ring them at home."]
    assert said["blockquote > p"] == ["Staff must not:", "In an emer-gency staff may do so."]
    assert said[".cv-kind"] == ["Exception to the rule above"]
    assert "clauses 2.4, 2.5" in said["cite"][0]


def test_every_answer_says_what_the_chat_says(
    both: Both, answer: Callable[..., Answer], quote: Callable[..., Quote]
) -> None:
    outer = {"text": "In term time:", "start": 1, "end": 5}
    answers = [
        answer(notices=("Overdue.", "Undated."), ask="the office", understood="about: phones"),
        answer(status="not_covered", verdict="not_covered", quotes=(), answer="It does not say.",
               closest="Phone Policy, 2.4", ask="Headteacher"),
        answer(status="not_covered", verdict="not_covered", quotes=(),
               answer="It does not say. Ask: Headteacher.", ask="Headteacher"),
        answer(status="declined", verdict="not_covered", quotes=(), answer="Not for us."),
        answer(status="failed", verdict="not_covered", quotes=(), answer="That went wrong."),
        answer(quotes=(quote(status="draft", origin="union", flags=("ocr", "stale"), page=3),)),
        answer(quotes=(quote(outer_lead_ins=(outer,)), quote("Go.", kind="related", lead_in=""))),
        answer(quotes=(quote("Phone: any.", kind="definition", lead_in="", clause="", heading=()),
                       quote("Reviewed 2025", kind="register", lead_in=""))),
        answer(quotes=(quote(kind="condition", lead_in=""), quote(kind="exception", clause=""))),
        *(answer(verdict=one) for one in ("permitted", "conditional", "required", "advised")),
        *(answer(verdict=one) for one in ("advised_against", "informational")),
        answer(answer="No. Yes.", quotes=(quote(), quote("Staff may.", lead_in="")),
               parts=(Part(school="Oak", question="Text?", verdict="not_permitted", answer="No.",
                           quotes=(0,)),
                      Part(school="Oak", question="Ring?", verdict="permitted", answer="Yes.",
                           quotes=(1,)))),
    ]  # fmt: skip
    for one in answers:
        panel, chat = both(one)
        assert panel == chat, one


def test_schools_side_by_side_are_told_one_by_one_with_their_own_notices(
    both: Both, answer: Callable[..., Answer], quote: Callable[..., Quote]
) -> None:
    oak = Part(school="Oak", verdict="not_permitted", answer="No.", quotes=(0,))
    elm = Part(school=ELM, verdict="not_covered", answer="Elm does not say.")
    panel, _ = both(
        answer(
            verdict="conditional",
            answer="It depends on the school.",
            quotes=(quote(), quote("All phones are off.", lead_in="", kind="related")),
            parts=(oak, elm),
            notices=("Oak: Overdue.", "Of all: undated."),
            ask=f"Oak: the office; {ELM}: the head",
        )
    )
    said = dict(zip(ALIKE, panel, strict=True))
    assert said[".cv-verdict"] == [
        "◐ It differs: see each below", "✕ Not permitted", "? Not covered",
    ]  # fmt: skip
    assert said[".cv-plain"] == ["It depends on the school.", "No.", "Elm does not say."]
    assert said[".cv-notices li"] == ["Overdue.", "Of all: undated."]
    assert said[".cv-ask"] == [f"If in doubt, ask: Oak: the office; {ELM}: the head"]
    assert said["blockquote > p"][-1] == "All phones are off."


HOSTILE = (
    *("<img src=x onerror=window.hit=1>", "</script><script>window.hit=1</script>", "**bold**"),
    *("[x](javascript:window.hit=1)", "{{7*7}}", "&lt;b&gt;", "'\"`", "constructor"),
    *("a-\nb", "x-\r\nyz-\n q", "co\u00ad\n op", "\u202eevil", "\0", "\x1b[31m", "\u2028"),
    *("\U000e0041", "\ufeff", "\x85", "\x1c"),
)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ODD = st.lists(st.one_of(st.sampled_from(HOSTILE), ANY), min_size=1, max_size=5).map("".join)


def odd_answer(draw: Callable[..., Any], answer: Any, quote: Any) -> Answer:
    words = [draw(ODD) for _ in range(10)]
    kinds = st.sampled_from(["rule", "exception", "condition", "related", "procedure"])
    quotes = tuple(
        quote(
            draw(ODD),
            kind=draw(kinds),
            lead_in=draw(st.sampled_from(["", words[0], words[1]])),
            policy=draw(st.sampled_from([words[2], "Phone Policy"])),
            heading=tuple(words[3:5]),
            clause=words[5],
            school=words[6],
            source=words[7],
            page=draw(st.none() | st.integers(1, 9)),
        )
        for _ in range(draw(st.integers(0, 4)))
    )
    made: Answer = answer(
        question=words[8], answer=words[9], quotes=quotes, notices=(draw(ODD),), ask=draw(ODD)
    )
    return made


def shows_alike(both: Both, one: Answer) -> None:
    panel, chat = both(one)
    assert panel == chat


FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(data=st.data())
@FEW
def test_whatever_an_answer_holds_is_text_and_the_same_as_in_the_chat(
    both: Both, answer: Callable[..., Answer], quote: Callable[..., Quote], data: st.DataObject
) -> None:
    shows_alike(both, odd_answer(data.draw, answer, quote))


@pytest.mark.heavy
@given(data=st.data())
@settings(FEW, max_examples=400)
def test_whatever_four_hundred_answers_hold_is_text(
    both: Both, answer: Callable[..., Answer], quote: Callable[..., Quote], data: st.DataObject
) -> None:
    shows_alike(both, odd_answer(data.draw, answer, quote))


def test_a_school_with_a_hostile_name_is_offered_by_that_name(
    on_intranet: Callable[..., Page], misbehaving: tuple[Misbehaving, Served], visits: Visits
) -> None:
    api, server = misbehaving
    name = "<img src=x onerror=window.hit=1> & Co"
    api.schools.append({"key": "x", "name": name})
    page = on_intranet(server)
    page.get_by_role("button", name="Ask our policies").click()
    expect(page.get_by_label("School").locator("option").last).to_have_text(name)
    assert page.evaluate("window.hit") is None and visits.complaints == []
