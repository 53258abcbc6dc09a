"""The help button in Chromium, on a page of another site, over real policies."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from hosting import STRICT, Intranet, Served, Visits, tag
from playwright.sync_api import Locator, Page, expect

from assistant.answer import Quote
from ui.policy_view import citation_link

TRIP = "Can I text parents from my own phone?"
NAME = "Ask our policies"


def open_panel(page: Page) -> Locator:
    page.get_by_role("button", name=NAME).click()
    return page.get_by_role("dialog", name=NAME)


def ask(page: Page, question: str) -> Locator:
    """Ask in the open panel and wait for the answer, which is returned."""
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    turn = page.locator(".cv-turn").last
    turn.locator(".cv-verdict").first.wait_for()
    expect(turn.get_by_role("heading", level=3)).to_contain_text(question)
    return turn


def heard(page: Page) -> Locator:
    return page.locator("chapter-and-verse [role=status]")


def test_a_page_of_an_allowed_site_gets_the_rule_word_for_word_under_the_strictest_policy(
    on_intranet: Callable[..., Page], help_server: Served, intranet: Intranet, visits: Visits
) -> None:
    page = on_intranet(help_server, 'data-school="oak"')
    panel = open_panel(page)
    expect(panel).to_contain_text("Oak Primary School")
    turn = ask(page, "Can I lend my phone to a pupil?")
    expect(turn.locator(".cv-verdict").first).to_contain_text("Not permitted")
    figure = turn.locator("figure").first
    expect(figure.locator(".cv-lead-in")).to_have_text("Staff must not:")
    expect(figure.locator("li").first).to_have_text("lend their phone to pupils;")
    expect(figure.locator("cite")).to_contain_text("Phone Policy Oak Primary School clause 2")
    expect(turn).to_contain_text("If in doubt, ask: the office")
    expect(heard(page)).to_contain_text("Not permitted. ")
    assert visits.complaints == []
    assert all(url.startswith((help_server.url, intranet.url)) for url in visits.requests)


def test_a_citation_leads_to_the_clause_in_the_policy_and_opens_beside_the_page(
    on_intranet: Callable[..., Page], help_server: Served
) -> None:
    question = {"question": "Can I lend my phone to a pupil?", "school": "oak"}
    told = httpx.post(f"{help_server.url}/api/v1/ask", json=question).json()
    page = on_intranet(help_server, 'data-school="oak"')
    open_panel(page)
    link = ask(page, question["question"]).locator("cite a").first
    wanted = citation_link(Quote.model_validate(told["quotes"][0]))
    assert link.get_attribute("href") == f"{help_server.url}/{wanted}"
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")
    expect(link).to_contain_text("(opens the policy in a new tab)")


def test_before_the_panel_is_opened_the_server_is_asked_for_the_script_and_nothing_else(
    on_intranet: Callable[..., Page], help_server: Served, visits: Visits
) -> None:
    page = on_intranet(help_server)
    page.get_by_role("button", name=NAME).wait_for()
    assert [url for url in visits.requests if url.startswith(help_server.url)] == [
        f"{help_server.url}/widget.js"
    ]
    expect(page.locator("chapter-and-verse")).to_have_count(1)


def test_nothing_is_kept_in_the_browser(
    on_intranet: Callable[..., Page], help_server: Served
) -> None:
    page = on_intranet(help_server, 'data-school="oak"')
    open_panel(page)
    ask(page, TRIP)
    stored = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert page.evaluate(stored) == [0, 0, ""]
    assert page.context.cookies() == []
    expect(page.get_by_role("dialog")).to_contain_text(
        "Answers quote the policies word for word. They are not legal advice. "
        "Nothing you ask is recorded: it is forgotten when you close this page."
    )


@pytest.mark.parametrize("whose", ["another name", "another port"])
def test_a_site_that_is_not_allowed_is_refused_and_gets_a_link(
    help_server: Served,
    intranet: Intranet,
    stranger: Intranet,
    visits: Visits,
    whose: str,
) -> None:
    body, policy = tag(help_server.url, 'data-school="oak"'), STRICT.format(help_server.url)
    for site in (intranet, stranger):
        site.put("/page", body, policy)
    origin = intranet.other_name if whose == "another name" else stranger.url
    page = visits.open(f"{origin}/page")
    panel = open_panel(page)
    expect(panel.locator(".cv-trouble")).to_contain_text("This page cannot ask for you.")
    link = panel.locator(".cv-trouble").get_by_role("link")
    expect(link).to_be_focused()
    assert link.get_attribute("href") == f"{help_server.url}/?school=oak"
    expect(panel.get_by_label("Your question")).to_be_hidden()
    expect(heard(page)).to_contain_text("This page cannot ask for you.")
    # whoever looks after the page reads what is amiss in its console
    assert any(f"is {origin} in server.allowed_origins?" in one for one in visits.complaints)
    headers = {"origin": origin, "content-type": "application/json"}
    asked = {"content": '{"question": "?"}', "headers": headers}
    refused = httpx.post(f"{help_server.url}/api/v1/ask", **asked)
    assert refused.status_code == 403 and "access-control-allow-origin" not in refused.headers


def test_a_follow_up_is_understood_from_what_was_asked_before(
    on_intranet: Callable[..., Page], help_server: Served
) -> None:
    page = on_intranet(help_server, 'data-school="oak"')
    open_panel(page)
    ask(page, TRIP)
    turn = ask(page, "and before six?")
    expect(turn.locator(".cv-understood")).to_contain_text("Taken to be about: ")
    page.get_by_role("button", name="Start again").click()
    expect(page.locator(".cv-turn")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_be_focused()
    turn = ask(page, TRIP)
    expect(turn.locator(".cv-understood")).to_have_count(0)


def test_asked_which_school_one_press_on_its_name_asks_again_and_keeps_to_it(
    on_intranet: Callable[..., Page], help_server: Served
) -> None:
    page = on_intranet(help_server)
    panel = open_panel(page)
    expect(panel.get_by_label("School")).to_have_value("")
    turn = ask(page, TRIP)
    expect(turn.locator(".cv-verdict")).to_contain_text("Please say which")
    turn.get_by_role("button", name="Ash Primary School").focus()
    page.keyboard.press("Enter")
    turn = page.locator(".cv-turn").last
    expect(turn.locator(".cv-verdict").first).to_contain_text("Not permitted")
    expect(turn.locator("cite").first).to_contain_text("Ash Primary School")
    expect(turn.get_by_role("heading", level=3)).to_be_focused()  # the button is gone
    expect(panel.get_by_label("School")).to_have_value("ash")
    expect(page.get_by_role("button", name="Beech Primary School")).to_have_count(0)
    assert ask(page, TRIP).locator("cite", has_text="Ash Primary School").count() > 0


def test_several_schools_named_are_answered_one_by_one(
    on_intranet: Callable[..., Page], help_server: Served
) -> None:
    page = on_intranet(help_server)
    open_panel(page)
    turn = ask(page, "Can I text parents from my phone at Oak and at Ash?")
    parts = turn.locator(".cv-part")
    expect(parts).to_have_count(2)
    for school in ("Ash Primary School", "Oak Primary School"):
        part = parts.filter(has=page.get_by_role("heading", name=school))
        expect(part.locator("cite").first).to_contain_text(school)
        expect(part.locator(".cv-verdict")).to_have_count(1)


def test_silence_says_so_and_whom_to_ask(
    on_intranet: Callable[..., Page], help_server: Served
) -> None:
    page = on_intranet(help_server, 'data-school="oak"')
    open_panel(page)
    turn = ask(page, "Where do I park my bicycle?")
    expect(turn.locator(".cv-verdict")).to_contain_text("Not covered")
    expect(turn).to_contain_text("the office")
    expect(turn.locator("figure")).to_have_count(0)


def test_what_a_hostile_policy_or_question_says_is_shown_and_never_run(
    on_intranet: Callable[..., Page], help_server: Served, visits: Visits
) -> None:
    page = on_intranet(help_server, 'data-school="oak"')
    open_panel(page)
    turn = ask(page, "How often are phones checked? <img src=x onerror=\"document.title='run'\">")
    expect(turn.locator("blockquote").first).to_contain_text('<script>alert("here")</script>')
    assert turn.locator("img, script, b").count() == 0
    page = on_intranet(help_server, 'data-school="elm"')
    open_panel(page)
    turn = ask(page, "Can I bring my dog inside the gate?")
    expect(turn.locator("cite").first).to_contain_text(
        "<b>Dogs</b> & *cats* [x](https://example.org)"
    )
    assert turn.locator("cite b, cite em, cite a a").count() == 0
    assert page.title() == "Intranet" and visits.complaints == []


def test_with_the_keyboard_alone_and_back_to_the_button(
    on_intranet: Callable[..., Page], help_server: Served
) -> None:
    page = on_intranet(help_server, 'data-school="oak"', body='<a href="#">First</a>')
    page.evaluate("window.keys = ''; addEventListener('keydown', (e) => (window.keys += e.key))")
    button = page.get_by_role("button", name=NAME)
    button.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    focused = "document.activeElement.shadowRoot.activeElement"
    assert page.evaluate(f"getComputedStyle({focused}).outlineWidth") == "3px"
    page.keyboard.press("Enter")
    box = page.get_by_label("Your question")
    expect(box).to_be_focused()
    page.keyboard.type(TRIP)
    page.keyboard.press("Shift+Enter")
    expect(box).to_have_value(f"{TRIP}\n")
    page.keyboard.press("Enter")
    page.locator(".cv-verdict").first.wait_for()
    expect(box).to_have_value("")
    expect(box).to_be_focused()
    page.keyboard.press("Shift+Tab")  # from the box to what was answered
    expect(page.locator("cite a").last).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()
    assert page.evaluate("window.keys") == "TabTab"  # the page's shortcuts heard none of it
    page.keyboard.press("Enter")
    expect(page.locator(".cv-turn")).to_have_count(1)  # the conversation is still there
    page.get_by_role("button", name="Close").click()
    expect(button).to_be_focused()


def test_beside_a_page_the_focus_is_free_to_leave_and_on_a_phone_it_stays_in_the_sheet(
    on_intranet: Callable[..., Page], help_server: Served
) -> None:
    inside = "document.activeElement.tagName === 'CHAPTER-AND-VERSE'"
    page = on_intranet(help_server, body='<a href="#">First</a>')
    open_panel(page)
    page.get_by_role("link", name="First").focus()
    assert not page.evaluate(inside)
    page = on_intranet(help_server, body='<a href="#">First</a>', width=390, height=844)
    panel = open_panel(page)
    page.get_by_role("link", name="First").focus()
    assert page.evaluate(inside)  # the page behind the sheet is inert
    size = panel.bounding_box()
    assert size and (size["x"], size["width"]) == (0, 390)
    page.mouse.click(200, 5)
    expect(panel).to_be_hidden()


def test_two_tags_or_two_loads_make_one_button(
    visits: Visits, help_server: Served, intranet: Intranet
) -> None:
    intranet.put("/twice", tag(help_server.url) * 2)
    page = visits.open(f"{intranet.url}/twice")
    page.get_by_role("button", name=NAME).first.wait_for()
    page.add_script_tag(url=f"{help_server.url}/widget.js?again")
    page.wait_for_load_state("networkidle")
    expect(page.locator("chapter-and-verse")).to_have_count(1)
    expect(page.get_by_role("button", name=NAME)).to_have_count(1)
    assert visits.complaints == []


def test_what_the_tag_says_may_stand_in_the_scripts_address_instead(
    visits: Visits, help_server: Served, intranet: Intranet
) -> None:
    source = f"{help_server.url}/widget.js?school=oak&label=Policy%20help&role=volunteer"
    intranet.put("/loaded", f'<script src="{source}"></script>')
    page = visits.open(f"{intranet.url}/loaded")
    page.get_by_role("button", name="Policy help").click()
    turn = ask(page, TRIP)
    expect(turn.locator(".cv-asked-of")).to_contain_text("Oak Primary School · volunteer · ")


def test_in_the_head_before_there_is_a_body_it_waits_for_one(
    visits: Visits, help_server: Served, intranet: Intranet
) -> None:
    intranet.put("/head", "", head=f'<script src="{help_server.url}/widget.js"></script>')
    page = visits.open(f"{intranet.url}/head")
    expect(page.get_by_role("button", name=NAME)).to_have_count(1)


def test_a_panel_in_the_page_takes_the_place_of_the_link_and_what_was_typed_there(
    visits: Visits, help_server: Served, intranet: Intranet
) -> None:
    body = '<div id="help"><a href="#">Instead</a><textarea>Can I lend</textarea></div>'
    intranet.put("/inside", body + tag(help_server.url, 'data-inside="help" data-school="oak"'))
    page = visits.open(f"{intranet.url}/inside")
    region = page.get_by_role("region", name=NAME)
    expect(region).to_contain_text("Oak Primary School")
    expect(page.get_by_label("Your question")).to_have_value("Can I lend")
    expect(page.get_by_role("button", name=NAME)).to_have_count(0)
    expect(page.get_by_text("Instead")).to_have_count(0)
    expect(ask(page, TRIP).locator(".cv-verdict").first).to_be_visible()


def test_without_javascript_there_is_the_link_of_the_snippet(
    visits: Visits, help_server: Served
) -> None:
    page = visits.open(f"{help_server.url}/widget/demo", java_script_enabled=False)
    expect(page.get_by_role("link", name=NAME)).to_have_attribute("href", "../")


def test_an_old_browser_gets_the_link(
    visits: Visits, help_server: Served, intranet: Intranet
) -> None:
    intranet.put("/old", tag(help_server.url, 'data-school="oak"'))
    page = visits.open("about:blank")
    page.context.add_init_script("delete Document.prototype.adoptedStyleSheets")
    page.goto(f"{intranet.url}/old")
    link = page.get_by_role("link", name=NAME)
    assert link.get_attribute("href") == f"{help_server.url}/?school=oak"
    expect(page.get_by_role("button")).to_have_count(0)


def test_the_demonstration_answers(visits: Visits, help_server: Served) -> None:
    page = visits.open(f"{help_server.url}/widget/demo")
    open_panel(page)
    expect(ask(page, "Can I text parents at Ash?").locator("cite").first).to_contain_text("Ash")
    assert visits.complaints == []
