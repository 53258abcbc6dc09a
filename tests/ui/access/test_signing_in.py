"""The served pages in a real browser, for people who sign in with a real provider."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from reverse_proxy import reverse_proxy
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from ingest.index import open_index
from ui.access.keys import Keys

Visit = Callable[..., Page]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's own
NOTHING = "No policy here is meant for you"


@pytest.fixture(scope="module")
def sessions() -> dict[str, Any]:
    """Cookies of those who signed in once already, by name."""
    return {}


@pytest.fixture
def visit(browser: Browser, with_issuer: Any, sessions: dict[str, Any]) -> Iterator[Visit]:
    """Open a page as somebody, in a browser of their own; `anew` has them sign in again."""
    opened: list[BrowserContext] = []

    def go(name: str, path: str = "/", anew: bool = False) -> Page:
        context = browser.new_context(storage_state=None if anew else sessions.get(name))
        context.set_default_timeout(30_000)
        opened.append(context)
        page = context.new_page()
        page.goto(with_issuer.url + path)
        if "/oauth2/authorize" in page.url:
            page.get_by_placeholder("sub").fill(name)
            page.get_by_role("button", name="Authorize", exact=True).click()
        page.get_by_text(f"Signed in as {name}@oak.uk").wait_for()
        if not anew:
            sessions[name] = context.storage_state()
        return page

    yield go
    for context in opened:
        context.close()


def titles(page: Page) -> set[str]:
    page.get_by_text(re.compile(r"^\d+ polic(y|ies)")).wait_for()
    return set(page.locator("[class*=st-key-entry] a").all_inner_texts())


def session_of(page: Page) -> dict[str, str]:
    return {
        "cookie": "; ".join(
            f"{c['name']}={c['value']}" for c in page.context.cookies() if c["name"] == "cv-session"
        )
    }


@pytest.fixture(scope="module")
def files(trust_home: Path) -> dict[str, str]:
    return {d.source: d.sha256 for d in open_index(trust_home).manifest.documents}


@pytest.mark.parametrize(
    ("name", "seen", "governs", "adds"),
    [
        ("pat", {"Admissions Policy", "Homework Policy"}, False, False),
        ("ada", {"Admissions Policy", "Homework Policy", "Phone Policy"}, False, False),
        (
            "gil",
            {"Admissions Policy", "Homework Policy", "Phone Policy", "Senior Pay Policy"},
            True,
            False,
        ),
        (
            "mia",
            {
                "Admissions Policy",
                "Homework Policy",
                "Phone Policy",
                "Senior Pay Policy",
                "Pond Policy",
            },
            True,
            True,
        ),
    ],
)
def test_each_sees_the_policies_and_the_places_that_are_for_them(
    visit: Visit, name: str, seen: set[str], governs: bool, adds: bool
) -> None:
    page = visit(name, "/policies")
    assert titles(page) == seen
    assert page.get_by_role("link", name="Governors").count() == governs
    assert page.get_by_role("tab", name="Add policies").count() == adds
    told = page.locator("body").inner_text().lower()
    if name != "mia":
        assert "elm" not in told and "pond" not in told


def test_whoever_is_in_no_group_is_told_that_nothing_is_for_them(visit: Visit) -> None:
    page = visit("eve")
    expect(page.get_by_text(NOTHING)).to_be_visible()
    for path in ("/policies", "/governors"):
        page.goto(page.url.rpartition("/")[0] + path)
        page.get_by_text("Signed in as eve").wait_for()
        assert "Oak" not in page.locator("body").inner_text()


def ask(page: Page, question: str) -> str:
    box = page.get_by_placeholder("Ask about the policies")
    box.fill(question)
    box.press("Enter")
    answer = page.locator("article").last
    expect(answer).to_contain_text(question)
    expect(answer.locator(".cv-busy")).to_have_count(0)
    page.get_by_role("button", name="Start a new conversation").wait_for()
    return str(answer.inner_text())


def test_a_question_is_answered_from_what_may_be_seen(visit: Visit) -> None:
    question = "How much is the zebra bonus of the head?"
    assert "£7,000" not in ask(visit("ada"), question).replace(question, "")
    assert "£7,000" in ask(visit("gil"), question)


def test_a_link_to_a_policy_that_is_not_for_somebody_leads_as_far_as_one_that_is_not_there(
    visit: Visit, files: dict[str, str]
) -> None:
    page = visit("ada")
    told = []
    for sha256 in (files["oak/pay.txt"], hashlib.sha256(b"nothing").hexdigest()):
        page.goto(f"{page.url.rpartition('/')[0]}/policies?file={sha256[:16]}&of=x.txt")
        page.get_by_text("The policy that this link leads to is not here any more").wait_for()
        told.append(page.locator("[class*=stAlert], .cv-alert").all_inner_texts())
    assert told[0] == told[1]


def test_files_are_given_to_whoever_may_see_their_policy(
    visit: Visit, files: dict[str, str], with_issuer: Any
) -> None:
    where = f"{with_issuer.url}/original/"
    ada, gil = session_of(visit("ada")), session_of(visit("gil"))
    assert httpx.get(where + files["oak/phones.txt"], headers=ada).status_code == 200
    hidden = httpx.get(where + files["oak/pay.txt"], headers=ada)
    absent = httpx.get(where + "0" * 64, headers=ada)
    assert (
        (hidden.status_code, hidden.text) == (absent.status_code, absent.text) == (404, absent.text)
    )
    given = httpx.get(where + files["oak/pay.txt"], headers=gil)
    assert given.status_code == 200 and "zebra" in given.text
    assert given.headers["cache-control"] == "private, no-store"
    assert httpx.get(where + files["elm/ponds.txt"], headers=gil).status_code == 404
    assert httpx.get(where + files["oak/phones.txt"]).status_code == 401


def test_governors_see_their_own_school_and_readers_no_governors_page(visit: Visit) -> None:
    page = visit("gil", "/governors")
    page.get_by_role("tab", name="Dates").wait_for()
    told = page.locator("body").inner_text()
    assert "Senior Pay Policy" in told and "Pond" not in told and "Elm" not in told
    page = visit("ada", "/governors")
    page.get_by_text("Page not found").wait_for()
    assert page.get_by_role("tab", name="Dates").count() == 0


def test_the_api_knows_the_session_and_its_limits(visit: Visit, with_issuer: Any) -> None:
    api = f"{with_issuer.url}/api/v1"
    ada = session_of(visit("ada"))
    assert [s["key"] for s in httpx.get(f"{api}/schools", headers=ada).json()["schools"]] == ["oak"]
    assert "zebra" not in httpx.get(f"{api}/policies", headers=ada).text
    assert "Pay" not in httpx.get(f"{api}/policies", headers=ada).text
    assert httpx.get(f"{api}/schools").status_code == 401


# The line that a page keeps open.


def line(url: str, **headers: str) -> Any:
    address = url.replace("http:", "ws:") + "/_stcore/stream"
    return connect(address, additional_headers=headers, subprotocols=["streamlit"])


def test_a_line_is_open_to_whoever_is_signed_in_until_they_are_not(
    visit: Visit, with_issuer: Any
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        line(with_issuer.url)
    assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus):
        line(with_issuer.url, cookie="cv-session=planted")
    with pytest.raises(InvalidStatus):
        line(with_issuer.url, **{"X-Verse-Who": '{"rank": "admin"}', "X-Forwarded-User": "mia"})
    page = visit("ada", anew=True)
    with line(with_issuer.url, **session_of(page)) as websocket:
        page.get_by_role("link", name="Sign out").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_text("You are signed out").wait_for()
        websocket.send(b"")
        with pytest.raises(ConnectionClosed):
            while True:
                websocket.recv(timeout=10)
    assert websocket.close_code == 4401


def test_signing_out_leaves_nothing_on_the_screen_of_another_tab(visit: Visit) -> None:
    page = visit("ada", anew=True)
    assert "must not" in ask(page, "Can I text parents on my own phone?")
    other = page.context.new_page()
    other.goto(page.url.rpartition("/")[0] + "/sign-out")
    other.get_by_role("button", name="Sign out").click()
    other.get_by_text("You are signed out").wait_for()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # somebody looks at it
    page.wait_for_url("**/oauth2/authorize**")
    # Whoever signs in next, there or in the other tab, finds no question of hers.
    page.get_by_placeholder("sub").fill("gil")
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.get_by_text("Signed in as gil").wait_for()
    page.get_by_role("button", name="Start a new conversation").wait_for(state="detached")
    assert "text parents on my own phone" not in page.locator("body").inner_text()
    assert "own phone" not in page.evaluate("JSON.stringify([sessionStorage, localStorage])")


def test_a_page_of_another_site_cannot_sign_anybody_out(visit: Visit) -> None:
    page = visit("ada", anew=True)
    ours = page.url.rpartition("/")[0]
    evil = page.context.new_page()
    evil.route(
        "https://evil.example/**",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method="post" action="{ours}/sign-out"><button>Win a prize</button></form>'
            f'<img src="{ours}/sign-out">',
        ),
    )
    evil.goto("https://evil.example/")
    evil.get_by_role("button").click()
    evil.get_by_text("This was sent by a page of another site").wait_for()
    page.reload()
    page.get_by_text("Signed in as ada").wait_for()


# Keys, end to end.


@pytest.fixture(scope="module")
def keys(trust_home: Path) -> Keys:
    return Keys(trust_home)


def test_a_key_of_one_school_asks_in_vain_for_another(
    keys: Keys, with_issuer: Any, trust_home: Path, files: dict[str, str]
) -> None:
    api = f"{with_issuer.url}/api/v1"
    token = keys.add("of-oak", ["oak"], ["staff"])
    bearer = {"Authorization": f"Bearer {token}"}
    asked = {"question": "Can pupils feed the otters in the pond?"}
    unknown = httpx.post(f"{api}/ask", json=asked | {"school": "nowhere"}, headers=bearer)
    elsewhere = httpx.post(f"{api}/ask", json=asked | {"school": "elm"}, headers=bearer)
    assert elsewhere.status_code == unknown.status_code >= 400
    assert elsewhere.text.replace("elm", "nowhere") == unknown.text
    for path in ("/schools", "/policies", "/policies?school=oak"):
        listed = httpx.get(f"{api}{path}", headers=bearer).text.lower()
        assert "elm" not in listed and "pond" not in listed and "zebra" not in listed
    index = open_index(trust_home)
    whole = {"Authorization": f"Bearer {keys.add('of-all', None, ['governors'])}"}
    told = httpx.get(f"{api}/policies", headers=whole).json()["policies"]
    by_title = {policy["title"]: policy["id"] for policy in told}
    for path, hidden, absent in (
        ("documents", files["elm/ponds.txt"], "0" * 64),
        ("documents", files["oak/pay.txt"], "0" * 64),
        ("clauses", index.shelf("elm").passages[0].clause.id, "0" * 16),
        ("policies", by_title["Pond Policy"], "0" * 16),
        ("policies", by_title["Senior Pay Policy"], "0" * 16),
    ):
        assert httpx.get(f"{api}/{path}/{hidden}", headers=whole).status_code == 200
        one, other = (httpx.get(f"{api}/{path}/{id}", headers=bearer) for id in (hidden, absent))
        assert one.status_code == other.status_code == 404
        assert one.text.replace(hidden, absent) == other.text
    anywhere = httpx.post(f"{api}/ask", json=asked, headers=bearer).json()
    assert anywhere["status"] == "not_covered" and "Elm" not in str(anywhere)
    keys.revoke("of-oak")
    assert httpx.get(f"{api}/schools", headers=bearer).status_code == 401


# A proxy that says who asks.


def test_a_proxy_says_who_asks(browser: Browser, behind_proxy: Any) -> None:
    people = {"ada": "staff, oak", "gil": "governors,oak", "mia": "admins"}
    with reverse_proxy(behind_proxy.port, people) as port:
        for name, seen in (("ada", 3), ("gil", 4), ("mia", 5)):
            context = browser.new_context()
            where = f"http://127.0.0.1:{port}"
            context.add_cookies([{"name": "who", "value": name, "url": where}])
            page = context.new_page()
            page.goto(f"{where}/policies")
            page.get_by_text(f"Signed in as {name}").wait_for()
            assert len(titles(page)) == seen
            assert page.get_by_role("link", name="Sign out").count() == 0  # the proxy's business
            context.close()
        stranger = httpx.get(f"http://127.0.0.1:{port}/", headers={"accept": "text/html"})
        assert stranger.status_code == 401 and "proxy" in stranger.text
        spoofed = {"Cookie": "who=ada", "X-Forwarded-User": "mia", "X-Forwarded-Groups": "admins"}
        told = httpx.get(f"http://127.0.0.1:{port}/api/v1/schools", headers=spoofed)
        assert [school["key"] for school in told.json()["schools"]] == ["oak"]


def test_whom_a_proxy_names_next_finds_nothing_of_the_one_before(
    browser: Browser, behind_proxy: Any
) -> None:
    people = {"ada": "staff, oak", "gil": "governors,oak"}
    with reverse_proxy(behind_proxy.port, people) as port:
        context = browser.new_context()
        where = f"http://127.0.0.1:{port}"

        def sits_down(name: str) -> None:
            context.add_cookies([{"name": "who", "value": name, "url": where}])

        sits_down("ada")
        page = context.new_page()
        page.goto(where)
        assert "must not" in ask(page, "Can I text parents on my own phone?")
        while not page.evaluate("sessionStorage.getItem('chapter-and-verse-tab')"):
            page.wait_for_timeout(50)
        page.reload()
        expect(page.locator("article")).to_contain_text("on my own phone?")  # it is still hers
        sits_down("gil")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.get_by_text("Signed in as gil").wait_for()
        page.get_by_role("button", name="Start a new conversation").wait_for(state="detached")
        assert "text parents on my own phone" not in page.locator("body").inner_text()
        assert "own phone" not in page.evaluate("JSON.stringify([sessionStorage, localStorage])")
        context.clear_cookies(name="who")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.get_by_text("The proxy did not say who you are").wait_for()
        context.close()


def test_past_the_proxy_its_headers_open_nothing(behind_proxy: Any) -> None:
    spoofed = {
        "X-Forwarded-User": "mia",
        "X-Forwarded-Groups": "admins",
        "X-Forwarded-For": "127.0.0.1",
        "X-Real-IP": "127.0.0.1",
        "Forwarded": "for=127.0.0.1",
    }
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=behind_proxy.url, transport=elsewhere, headers=spoofed) as client:
        for path in ("/", "/policies", "/_stcore/host-config", "/api/v1/schools", "/original/ab"):
            assert client.get(path).status_code == 401
