"""What goes wrong between a page and the server: said in a sentence, and no question is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hosting import Intranet, Served, Told, Visits, outside
from playwright.sync_api import Locator, Page, expect
from starlette.responses import HTMLResponse, Response

from ui.api.service import Service

QUESTION = "Can I text Mrs O’Brien & ring her, 100%?"


@pytest.fixture
def panel(on_intranet: Callable[..., Page], misbehaving: Told) -> Locator:
    page = on_intranet(misbehaving[1], 'data-school="oak"')
    page.get_by_role("button", name="Ask our policies").click()
    opened = page.get_by_role("dialog")
    expect(opened).to_contain_text("Oak Primary School")
    return opened


def ask(panel: Locator, question: str = QUESTION) -> None:
    panel.get_by_label("Your question").fill(question)
    panel.get_by_role("button", name="Ask").click()


def problem(status: int, detail: str, **headers: str) -> Response:
    body = {"type": "about:blank", "title": "?", "status": status, "detail": detail, "code": "x"}
    return Response(json.dumps(body), status, headers, "application/problem+json")


WRONG: dict[str, tuple[Response, str]] = {
    "not signed in": (problem(401, "Nobody is signed in."), "You are not signed in. Sign in on"),
    "too often": (
        problem(429, "Too many.", **{"Retry-After": "20"}),
        "Too many questions came from here. Your question is kept here: ask again in 20 seconds.",
    ),
    "too often, and no word when": (problem(429, "Too many requests came."), "Too many requests"),
    "may not": (problem(403, "No policy here is meant for you."), "No policy here is meant for"),
    "unknown school": (problem(404, "The school 'x' is unknown."), "The school 'x' is unknown."),
    "hostile": (problem(422, "<img src=x onerror=alert(1)>"), "<img src=x onerror=alert(1)>"),
    "a proxy's page": (HTMLResponse("<h1>502</h1>", 502), "What came back cannot be read."),
    "a sign-in page": (HTMLResponse("<h1>Sign in</h1>"), "What came back cannot be read."),
    "no answer of ours": (Response("{}", media_type="application/json"), "What came back cannot"),
    "null": (Response("null", media_type="application/json"), "What came back cannot be read."),
}


RARE = ("may not", "a sign-in page", "null", "too often, and no word when")


@pytest.mark.parametrize(
    "kind", [pytest.param(one, marks=[pytest.mark.heavy] * (one in RARE)) for one in WRONG]
)
def test_what_went_wrong_is_said_and_the_question_is_kept(
    panel: Locator, misbehaving: Told, say: Callable[..., dict[str, Any]], kind: str
) -> None:
    api, server = misbehaving
    api.problem, said = WRONG[kind]
    ask(panel)
    trouble = panel.locator(".cv-trouble")
    expect(trouble).to_contain_text(said)
    expect(panel.get_by_role("status")).to_contain_text(said)
    expect(panel.get_by_label("Your question")).to_have_value(QUESTION)
    assert trouble.locator("img, h1").count() == 0
    # the link takes the question along, where no server's log has it
    href = urlsplit(trouble.get_by_role("link").get_attribute("href") or "")
    assert f"{href.scheme}://{href.netloc}" == server.url and href.query == "school=oak"
    assert parse_qs(href.fragment) == {"q": [QUESTION]}
    api.problem, api.answer = None, say()
    trouble.get_by_role("button", name="Try again").click()
    expect(panel.locator(".cv-verdict")).to_contain_text("Not permitted")
    expect(panel.get_by_label("Your question")).to_have_value("")
    expect(panel.locator(".cv-turn")).to_have_count(1)
    assert [one["history"] for one in api.asked] == [[], []]


def test_an_answer_that_does_not_come_is_waited_for_no_longer_than_the_server_would(
    panel: Locator, misbehaving: Told
) -> None:
    misbehaving[0].slow = 20
    page = panel.page
    page.clock.install()
    ask(panel)
    expect(panel.locator(".cv-busy")).to_be_visible()
    expect(panel.get_by_role("region", name="Questions and answers")).to_have_attribute(
        "aria-busy", "true"
    )
    expect(panel.get_by_role("button", name="Ask")).to_have_attribute("aria-disabled", "true")
    page.clock.run_for(100)
    expect(panel.get_by_role("status")).to_have_text("Looking through the policies…")
    panel.get_by_role("button", name="Ask").click(force=True)  # a second press asks nothing
    page.clock.run_for(12_000)
    expect(panel.locator(".cv-trouble")).to_contain_text("The answer took too long.")
    expect(panel.get_by_label("Your question")).to_have_value(QUESTION)
    assert len(misbehaving[0].asked) == 1


def test_offline_says_so(panel: Locator) -> None:
    panel.page.context.set_offline(True)
    ask(panel)
    expect(panel.locator(".cv-trouble")).to_contain_text("You are offline. Your question is kept")
    expect(panel.get_by_label("Your question")).to_have_value(QUESTION)


def test_a_server_that_is_gone_is_no_server_that_refuses(
    on_intranet: Callable[..., Page], service: Service
) -> None:
    served = Served(outside(service, None))
    page = on_intranet(served, 'data-school="oak"')
    page.get_by_role("button", name="Ask our policies").click()
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("Oak Primary School")
    served.stop()
    ask(panel)
    expect(panel.locator(".cv-trouble")).to_contain_text("cannot be reached just now")
    expect(panel.get_by_label("Your question")).to_have_value(QUESTION)


def test_a_page_whose_own_policy_lets_it_ask_nobody_says_so_and_offers_the_link(
    visits: Visits, misbehaving: Told, intranet: Intranet
) -> None:
    server = misbehaving[1].url
    policy = f"default-src 'none'; script-src {server}"
    intranet.put("/shut", f'<script src="{server}/widget.js"></script>', policy)
    page = visits.open(f"{intranet.url}/shut")
    page.get_by_role("button", name="Ask our policies").click()
    trouble = page.locator(".cv-trouble")
    expect(trouble).to_contain_text("The policies cannot be reached just now.")
    page.get_by_label("Your question").fill(QUESTION)
    with page.context.expect_page() as opened:
        trouble.get_by_role("link").click()
    assert parse_qs(urlsplit(opened.value.url).fragment) == {"q": [QUESTION]}


def test_what_is_asked_carries_school_role_and_what_was_asked_before_of_that_school(
    visits: Visits, misbehaving: Told, say: Callable[..., dict[str, Any]], intranet: Intranet
) -> None:
    api, server = misbehaving
    api.schools.append({"key": "elm", "name": "Elm Primary School"})
    api.answer = say()
    intranet.put("/roles", f'<script src="{server.url}/widget.js" data-role="parent"></script>')
    page = visits.open(f"{intranet.url}/roles")
    page.get_by_role("button", name="Ask our policies").click()
    panel = page.get_by_role("dialog")
    for school, question in (("", "One?"), ("elm", "Two?"), ("elm", "Three?"), ("", "Four?")):
        panel.get_by_label("School").select_option(school)
        ask(panel, question)
        expect(panel.locator(".cv-turn").last.locator(".cv-verdict").first).to_be_visible()
        expect(panel.get_by_label("Your question")).to_have_value("")
    role = {"role": "parent"}
    assert api.asked == [
        {"question": "One?", "history": []} | role,
        {"question": "Two?", "history": [], "school": "elm"} | role,
        {"question": "Three?", "history": ["Two?"], "school": "elm"} | role,
        {"question": "Four?", "history": ["One?"]} | role,
    ]


def test_a_question_that_failed_is_no_history(
    panel: Locator, misbehaving: Told, say: Callable[..., dict[str, Any]]
) -> None:
    api, _ = misbehaving
    api.problem = problem(503, "Busy.")
    ask(panel)
    expect(panel.locator(".cv-trouble")).to_contain_text("Busy.")
    api.problem, api.answer = None, say()
    ask(panel, "Another?")
    expect(panel.locator(".cv-verdict")).to_be_visible()
    expect(panel.locator(".cv-trouble")).to_have_count(0)
    assert api.asked[-1]["history"] == []


def test_a_thumb_and_a_word_are_sent_and_a_thumb_given_twice_is_taken_back(
    panel: Locator, misbehaving: Told, say: Callable[..., dict[str, Any]]
) -> None:
    api, _ = misbehaving
    api.answer = say()
    ask(panel)
    down = panel.get_by_role("button", name="Not helpful")
    expect(down).to_have_attribute("aria-pressed", "false")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(panel.get_by_role("status")).to_have_text("Thank you. That is kept.")
    panel.get_by_label("Why?").fill("Too long")
    panel.page.keyboard.press("Enter")
    expect(panel.get_by_label("Why?")).to_be_hidden()
    expect(down).to_be_focused()
    down.click()
    expect(down).to_have_attribute("aria-pressed", "false")
    expect(panel.locator(".cv-said")).to_have_text("Your answer was taken back.")
    given = [(one["thumb"], one["word"]) for one in api.told]
    assert given == [("down", ""), ("down", "Too long"), ("", "")]
    assert {one["id"] for one in api.told} == {"answer-0001"}


def test_a_thumb_that_is_not_kept_says_why(
    panel: Locator, misbehaving: Told, say: Callable[..., dict[str, Any]]
) -> None:
    api, _ = misbehaving
    api.answer = say()
    api.kept = {"kept": False, "said": "The question is no longer kept, so neither is this."}
    ask(panel)
    panel.get_by_role("button", name="Helpful", exact=True).click()
    expect(panel.locator(".cv-said")).to_have_text(api.kept["said"])
    helpful = panel.get_by_role("button", name="Helpful", exact=True)
    expect(helpful).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("status", ["clarify", "failed"])
def test_what_answers_nothing_has_no_thumbs(
    panel: Locator, misbehaving: Told, say: Callable[..., dict[str, Any]], status: str
) -> None:
    misbehaving[0].answer = say(status=status, verdict="not_covered", quotes=(), answer="Which?")
    ask(panel)
    expect(panel.locator(".cv-verdict")).to_be_visible()
    expect(panel.locator(".cv-thumbs")).to_have_count(0)


def test_an_option_that_is_no_school_is_asked_itself(
    panel: Locator, misbehaving: Told, say: Callable[..., dict[str, Any]]
) -> None:
    api, _ = misbehaving
    options = ("Phones on trips?", "<b>Phones</b> in class?")
    api.answer = say(status="clarify", verdict="not_covered", quotes=(), options=options)
    ask(panel, "Phones")
    panel.get_by_role("button", name=options[1]).click()
    expect(panel.locator(".cv-turn")).to_have_count(2)
    assert (api.asked[-1]["question"], api.asked[-1]["history"]) == (options[1], ["Phones"])


def test_a_half_typed_next_question_outlives_the_answer_to_an_option(
    panel: Locator, misbehaving: Told, say: Callable[..., dict[str, Any]]
) -> None:
    api, _ = misbehaving
    api.answer = say(status="clarify", verdict="not_covered", quotes=(), options=("On trips?",))
    ask(panel, "Phones")
    panel.get_by_role("button", name="On trips?").wait_for()
    panel.get_by_label("Your question").fill("And in cla")
    panel.get_by_role("button", name="On trips?").click()
    expect(panel.locator(".cv-turn")).to_have_count(2)
    expect(panel.get_by_label("Your question")).to_have_value("And in cla")


def test_an_answer_takes_the_focus_from_nobody_who_is_busy_elsewhere_on_the_page(
    on_intranet: Callable[..., Page], misbehaving: Told, say: Callable[..., dict[str, Any]]
) -> None:
    api, server = misbehaving
    api.answer, api.slow = say(), 1
    page = on_intranet(server, body='<a href="#">News</a>')
    page.get_by_role("button", name="Ask our policies").click()
    panel = page.get_by_role("dialog")
    ask(panel)
    page.get_by_role("link", name="News").focus()
    expect(panel.locator(".cv-verdict")).to_be_visible()
    expect(page.get_by_role("link", name="News")).to_be_focused()
