"""The widget as `verse serve` serves it, and whoever is signed in."""

from __future__ import annotations

import dataclasses
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from hosting import Intranet, Served, Visits, outside, tag
from playwright.sync_api import Page, expect

from assistant.settings import ServerSettings, SignInSettings
from assistant.sight import Sight
from ui.access.sessions import cookie_name, sessions_of
from ui.access.who import Who
from ui.api.service import Service


@pytest.fixture(scope="module")
def verse_serve(
    nine_schools: Path, intranet: Intranet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a `verse serve` that records."""
    verse = shutil.which("verse", path=str(Path(sys.executable).parent))
    assert verse, "the verse command is not installed beside this Python"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        "VERSE_SERVER_ALLOWED_ORIGINS": intranet.url,
        "VERSE_READER": "off",
        "VERSE_RECORD": "on",
    }
    command = [verse, "serve", "--home", str(nine_schools), "--port", str(port)]
    told = tmp_path_factory.mktemp("told") / "stderr"
    with told.open("wb") as printed:
        running = subprocess.Popen(command, env=os.environ | env, stderr=printed)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 120
        while not (up := answers(url)) and time.monotonic() < until and running.poll() is None:
            time.sleep(0.1)
        assert up, f"exit status {running.poll()}: {told.read_text('utf-8', 'replace')}"
        yield url
    finally:
        running.terminate()
        running.wait(20)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/v1/health", timeout=60).status_code == 200
    except httpx.TransportError:
        return False


def test_one_process_serves_button_answers_feedback_and_frame_beside_the_chat(
    visits: Visits, verse_serve: str, intranet: Intranet
) -> None:
    frame = f'<iframe title="Policies" src="{verse_serve}/embed?school=ash"></iframe>'
    intranet.put("/whole", frame + tag(verse_serve, 'data-school="oak"'))
    page = visits.open(f"{intranet.url}/whole")
    expect(page.frame_locator("iframe").get_by_text("Ash Primary School")).to_be_visible()
    page.get_by_role("button", name="Ask our policies").click()
    expect(page.get_by_role("dialog")).to_contain_text("Questions are kept by day")
    page.get_by_role("dialog").get_by_label("Your question").fill("Can I lend my phone to a pupil?")
    page.keyboard.press("Enter")
    expect(page.locator(".cv-verdict").first).to_contain_text("Not permitted")
    page.get_by_role("button", name="Helpful", exact=True).click()
    expect(page.locator(".cv-said")).to_have_text("Thank you. That is kept.")
    assert visits.complaints == []
    headers = httpx.get(f"{verse_serve}/embed").headers
    assert "x-frame-options" not in headers and intranet.url in headers["content-security-policy"]
    assert httpx.get(verse_serve).headers["x-frame-options"] == "DENY"  # the chat, as ever


def test_a_citation_opens_the_policy_in_the_chat(
    visits: Visits, verse_serve: str, intranet: Intranet
) -> None:
    intranet.put("/cited", tag(verse_serve, 'data-school="oak"'))
    page = visits.open(f"{intranet.url}/cited")
    page.get_by_role("button", name="Ask our policies").click()
    page.get_by_label("Your question").fill("Can I lend my phone to a pupil?")
    page.keyboard.press("Enter")
    with page.context.expect_page() as opened:
        page.locator("cite a").first.click()
    policy = opened.value
    expect(policy.get_by_role("heading", level=1)).to_contain_text("Phone Policy")
    expect(policy.locator(".cv-here").first).to_contain_text("lend their phone to pupils;")
    assert policy.evaluate("window.opener") is None


def test_the_link_takes_the_question_to_the_chat_without_asking_it(
    visits: Visits, verse_serve: str, intranet: Intranet
) -> None:
    intranet.put("/away", tag(verse_serve, 'data-school="oak"'))
    page = visits.open(f"{intranet.url}/away")
    page.get_by_role("button", name="Ask our policies").click()
    page.get_by_label("Your question").fill("Can I lend my phone & charger?")
    with page.context.expect_page() as opened:
        page.get_by_role("dialog").get_by_role("link", name="Open the full page").click()
    box = opened.value.get_by_placeholder("Ask about the policies")
    expect(box).to_have_value("Can I lend my phone & charger?")
    expect(opened.value.locator(".cv-turn")).to_have_count(0)


@pytest.fixture
def signed_in(service: Service, intranet: Intranet) -> Iterator[tuple[Served, Service]]:
    """A server that people sign in to, and the intranet beside it on the same site."""
    settings = dataclasses.replace(
        service.settings,
        server=ServerSettings(allowed_origins=(intranet.other_name,)),
        sign_in=SignInSettings(
            mode="oidc", oidc_issuer="https://x.example", cookie_secret="s" * 40
        ),
    )
    told = dataclasses.replace(service, settings=settings)
    served = Served(outside(told, None))
    yield served, told
    served.stop()


def test_on_the_same_site_whoever_is_signed_in_sees_what_is_theirs_and_others_are_sent_to_sign_in(
    on_intranet: Callable[..., Page],
    signed_in: tuple[Served, Service],
    intranet: Intranet,
) -> None:
    served, told = signed_in
    page = on_intranet(served, at=intranet.other_name)
    page.get_by_role("button", name="Ask our policies").click()
    panel = page.get_by_role("dialog")
    expect(panel.locator(".cv-trouble")).to_contain_text("You are not signed in.")
    page.get_by_label("Your question").fill("Can I text a parent from my phone?")
    ash = Who("Jo", "reader", Sight(schools=frozenset({"ash"})), "oidc")
    cookie = sessions_of(told.settings).begin(ash)
    page.context.add_cookies(
        [
            {
                "name": cookie_name(told.settings),
                "value": cookie,
                "url": served.url,
                "sameSite": "Lax",
            }
        ]
    )
    panel.get_by_role("button", name="Try again").click()
    expect(panel).to_contain_text("Ash Primary School")
    expect(page.get_by_label("Your question")).to_have_value("Can I text a parent from my phone?")
    page.get_by_label("Your question").focus()
    page.keyboard.press("Enter")
    expect(panel.locator("cite").first).to_contain_text("Ash Primary School")
    expect(panel).not_to_contain_text("Oak Primary School")
