"""The page for intranets that can only frame one, with and without JavaScript."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import httpx
import pytest
from hosting import Intranet, Misbehaving, Served, Visits, outside
from playwright.sync_api import Frame, Page, Route, expect

from assistant.settings import SignInSettings
from ui.api.service import Service

LEND = "Can I lend my phone to a pupil?"


@pytest.fixture
def post(help_server: Served) -> Iterator[Callable[..., httpx.Response]]:
    """Send the form of the page, as a browser without JavaScript does."""
    with httpx.Client(base_url=help_server.url) as client:

        def send(
            data: dict[str, object], address: str = "/embed", **headers: str
        ) -> httpx.Response:
            own = {"origin": help_server.url, "sec-fetch-site": "same-origin"}
            return client.post(address, data=data, headers=own | headers)

        yield send


@pytest.fixture
def plain(visits: Visits, help_server: Served) -> Callable[..., Page]:
    """The page in a browser that runs no scripts."""
    return lambda query="", **options: visits.open(
        f"{help_server.url}/embed{query}", java_script_enabled=False, **options
    )


def ask_plainly(page: Page, question: str) -> None:
    page.get_by_label("question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator(".cv-turn").wait_for()


def framed(page: Page) -> Frame:
    page.wait_for_load_state("networkidle")
    return page.frames[1]


def test_an_allowed_site_frames_it_and_questions_are_answered_in_the_frame(
    visits: Visits, help_server: Served, intranet: Intranet
) -> None:
    source = f"{help_server.url}/embed?school=oak"
    policy = f"default-src 'none'; frame-src {help_server.url}"
    intranet.put("/frame", f'<iframe title="Policies" src="{source}"></iframe>', policy)
    page = visits.open(f"{intranet.url}/frame")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Ask our policies")
    expect(frame.get_by_role("region", name="Ask our policies")).to_contain_text("Oak Primary")
    frame.get_by_label("Your question").fill(LEND)
    frame.get_by_role("button", name="Ask", exact=True).click()
    expect(frame.locator(".cv-verdict").first).to_contain_text("Not permitted")
    expect(frame.locator("blockquote li").first).to_have_text("lend their phone to pupils;")
    assert visits.complaints == []


@pytest.mark.parametrize("whose", ["another name", "another port"])
def test_a_site_that_is_not_allowed_gets_an_empty_frame(
    visits: Visits, help_server: Served, intranet: Intranet, stranger: Intranet, whose: str
) -> None:
    for site in (intranet, stranger):
        site.put("/frame", f'<iframe title="Policies" src="{help_server.url}/embed"></iframe>')
    origin = intranet.other_name if whose == "another name" else stranger.url
    page = visits.open(f"{origin}/frame")
    assert framed(page).url == "chrome-error://chromewebdata/"
    assert any("frame-ancestors" in one for one in visits.complaints)


def test_without_javascript_the_rule_comes_word_for_word_and_no_address_has_the_question(
    plain: Callable[..., Page], visits: Visits, help_server: Served
) -> None:
    page = plain("?school=oak")
    expect(page.get_by_text("Oak Primary School")).to_be_visible()
    ask_plainly(page, LEND)
    expect(page.locator(".cv-verdict").first).to_contain_text("Not permitted")
    expect(page.locator(".cv-lead-in").first).to_have_text("Staff must not:")
    expect(page.locator("cite a").first).to_have_attribute("target", "_blank")
    assert page.evaluate("document.querySelector('cite a').href").startswith(
        f"{help_server.url}/policies?file="
    )
    assert page.url == f"{help_server.url}/embed?school=oak"
    assert not any("lend" in url for url in visits.requests)
    assert page.context.cookies() == []
    expect(page.get_by_role("button", name="Copy answer")).to_be_hidden()  # needs a script


def test_without_javascript_a_follow_up_is_understood_and_starting_again_forgets(
    plain: Callable[..., Page],
) -> None:
    page = plain("?school=oak")
    ask_plainly(page, "Can I text parents from my own phone?")
    ask_plainly(page, "and before six?")
    expect(page.locator(".cv-understood")).to_contain_text("Taken to be about: ")
    page.get_by_role("link", name="Start again").click()
    ask_plainly(page, "and before six?")
    expect(page.locator(".cv-understood")).to_have_count(0)


def test_without_javascript_an_offered_school_is_one_press_away(
    plain: Callable[..., Page],
) -> None:
    page = plain()
    ask_plainly(page, "Can I text parents from my own phone?")
    expect(page.locator(".cv-verdict")).to_contain_text("Please say which")
    page.get_by_role("button", name="Ash Primary School").click()
    expect(page.locator("cite").first).to_contain_text("Ash Primary School")
    expect(page.get_by_label("School")).to_have_value("ash")


def test_earlier_questions_to_another_school_are_no_history(
    post: Callable[..., httpx.Response],
) -> None:
    asked = {"question": "and before six?", "history": "Can I text parents?", "of": "oak"}
    assert "Taken to be" in post({**asked, "school": "oak"}).text
    assert "Taken to be" not in post({**asked, "school": "ash"}).text


def test_hostile_words_are_shown_and_do_nothing(post: Callable[..., httpx.Response]) -> None:
    question = 'How often are phones checked? "><img src=x onerror=alert(1)><script>x()</script>'
    page = post({"question": question, "school": "oak", "history": "<b>'\"", "of": "oak"}).text
    assert "<img" not in page and "<script" not in page and "<b>" not in page
    assert "&lt;script&gt;alert(&quot;here&quot;)&lt;/script&gt;" in page  # of the policy
    assert "&lt;script&gt;x()&lt;/script&gt;" in page  # of the question
    title = post({"question": "Can I bring my dog inside?", "school": "elm"}).text
    assert "&lt;b&gt;Dogs&lt;/b&gt; &amp; *cats*" in title and "<b>" not in title


WRONG = {
    "empty": ({"question": "  "}, 422, "The question is empty"),
    "too long": ({"question": "why " * 2000, "school": "oak"}, 422, "ask in at most 4,000"),
    "unknown school": ({"question": LEND, "school": "<b>x"}, 404, "is unknown; choose one of"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_said_and_the_question_stays_in_the_box(
    post: Callable[..., httpx.Response], kind: str
) -> None:
    data, status, said = WRONG[kind]
    sent = post(data)
    assert sent.status_code == status and sent.headers["content-type"].startswith("text/html")
    assert said in sent.text and "<b>x" not in sent.text
    assert data["question"].strip() in sent.text
    assert "Open the full page" in sent.text


def test_a_body_that_is_too_large_is_a_page_too(post: Callable[..., httpx.Response]) -> None:
    sent = post({"question": "x" * 70_000})
    assert sent.status_code == 413 and "too large" in sent.text


def test_another_sites_form_gets_no_answer(post: Callable[..., httpx.Response]) -> None:
    for elsewhere in ("https://evil.example", "null"):
        sent = post({"question": LEND, "school": "oak"}, origin=elsewhere)
        assert sent.status_code == 403 and "lend their phone" not in sent.text
    other = post({"question": LEND}, **{"content-type": "text/plain"})
    assert other.status_code == 415


def test_whoever_is_not_signed_in_gets_the_link_and_no_school(service: Service) -> None:
    sign_in = SignInSettings(mode="proxy")
    settings = dataclasses.replace(service.settings, sign_in=sign_in)
    served = Served(outside(dataclasses.replace(service, settings=settings), Misbehaving().app([])))
    sent = httpx.get(f"{served.url}/embed")
    served.stop()
    assert sent.status_code == 401
    assert "You are not signed in; open the full page" in sent.text
    assert "Oak Primary School" not in sent.text


def test_a_script_that_comes_late_takes_over_what_was_typed(
    visits: Visits, help_server: Served
) -> None:
    page = visits.open("about:blank")
    held: list[Route] = []
    page.context.route("**/widget.js", lambda route: held.append(route))
    page.goto(f"{help_server.url}/embed?school=oak", wait_until="commit")
    page.get_by_label("Your question").fill("Can I le")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    page.locator("chapter-and-verse").wait_for(state="attached")
    box = page.get_by_label("Your question")
    expect(box).to_have_count(1)
    expect(box).to_have_value("Can I le")
    expect(box).to_be_focused()
