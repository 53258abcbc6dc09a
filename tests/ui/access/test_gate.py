"""The gate: what reaches the pages, as whose, and what those who are turned away are told."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from assistant.settings import ServerSettings, Settings
from assistant.sight import Sight
from ui.access import carried
from ui.access.gate import guarded
from ui.access.keys import Keys
from ui.access.sessions import cookie_name, sessions_of
from ui.access.signing_in import onward
from ui.access.who import ALONE, Who
from ui.api.arriving import Forwarded

Make = Callable[..., Settings]
ADA = Who("ada", "reader", Sight(frozenset({"oak"}), frozenset({"staff"})), "oidc")
MIA = Who("mia", "admin", Sight(), "oidc")
PAGE = {"accept": "text/html,*/*"}


async def page(request: Request) -> Response:
    """Says what a page behind the gate gets to see."""
    return JSONResponse(request.headers.items())


async def line(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_json(websocket.headers.items())
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await websocket.send_text(await websocket.receive_text())


INSIDE = Starlette(
    routes=[
        WebSocketRoute("/_stcore/stream", line),
        Route("/{path:path}", page, methods=["GET", "POST", "PUT", "DELETE", "OPTIONS"]),
    ]
)


def at(settings: Settings, peer: str = "127.0.0.1", keys: Keys | None = None) -> TestClient:
    return TestClient(
        guarded(INSIDE, settings, keys),
        base_url="http://127.0.0.1:8000",
        client=(peer, 4711),
        follow_redirects=False,
    )


def signed_in(settings: Settings, who: Who = ADA) -> TestClient:
    client = at(settings)
    client.cookies.set(cookie_name(settings), sessions_of(settings).begin(who))
    return client


def seen(response: Any, settings: Settings) -> tuple[Who, dict[str, str]]:
    """Whom the page knows, and what else it was sent."""
    headers = [tuple(pair) for pair in response.json()]
    names = [name for name, _ in headers]
    assert names.count(carried.HEADER) == 1
    return carried.read(dict(headers)[carried.HEADER], settings), dict(headers)


# Who gets in.


def test_a_page_leads_to_signing_in_and_back(settings: Make) -> None:
    gate = at(settings(mode="oidc"))
    answer = gate.get("/policies?of=a%2Fb.txt&clause=1", headers=PAGE)
    assert answer.status_code == 303
    assert answer.headers["location"] == (
        "/sign-in?next=%2Fpolicies%3Fof%3Da%252Fb.txt%26clause%3D1"
    )
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/_stcore/host-config", "/_stcore/health", "/static/x.js", "/media/x", "/original/ab"]
)
def test_nothing_at_all_is_served_to_nobody(settings: Make, path: str) -> None:
    gate = at(settings(mode="oidc"))
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        assert gate.request(method, path).status_code == 401
    assert gate.post("/", headers=PAGE).status_code == 401


def test_a_line_is_refused_to_nobody(settings: Make) -> None:
    gate = at(settings(mode="oidc"))
    with pytest.raises(WebSocketDisconnect) as refused, gate.websocket_connect("/_stcore/stream"):
        pass
    assert refused.value.code == 4401


def test_a_page_knows_who_asks_and_nothing_of_what_they_say_they_are(settings: Make) -> None:
    signed = settings(mode="oidc")
    forged = {"X-Verse-Who": carried.write(ALONE), "x-verse-WHO": "{}"}
    who, _ = seen(signed_in(signed).get("/", headers=forged), signed)
    assert who == ADA
    with signed_in(signed).websocket_connect("/_stcore/stream", headers=forged) as websocket:
        headers = websocket.receive_json()
    assert [n for n, _ in headers].count(carried.HEADER) == 1
    assert carried.read(dict(headers)[carried.HEADER], signed) == ADA


def test_a_proxy_s_headers_are_believed_from_the_proxy_and_never_passed_on(
    settings: Make,
) -> None:
    proxied = settings(mode="proxy", admin_groups=("admins",))
    told = {"X-Forwarded-User": "mia", "X-Forwarded-Groups": "admins"}
    who, headers = seen(at(proxied).get("/", headers=told), proxied)
    assert (who.name, who.rank) == ("mia", "admin")
    assert not {"x-forwarded-user", "x-forwarded-groups"} & headers.keys()
    for path in ("/", "/_stcore/health"):
        assert at(proxied, "10.0.0.9").get(path, headers=told).status_code == 401
        assert at(proxied).get(path).status_code == 401
    stranger = at(proxied, "10.0.0.9")
    with (
        pytest.raises(WebSocketDisconnect),
        stranger.websocket_connect("/_stcore/stream", headers=told),
    ):
        pass


def test_a_server_that_is_open_to_all_says_so_to_its_pages(settings: Make) -> None:
    opened = settings(ServerSettings("0.0.0.0", open_to_all=True), mode="none")
    who, _ = seen(at(opened, "10.0.0.9").get("/", headers=PAGE), opened)
    assert (who.rank, who.sight.audiences) == ("reader", {"staff"})
    closed = settings(ServerSettings("0.0.0.0"), mode="none")
    assert at(closed, "10.0.0.9").get("/", headers=PAGE).status_code == 401


def test_a_key_opens_no_more_of_the_pages_than_of_the_api(settings: Make) -> None:
    signed = settings(mode="oidc")
    keys = Keys(signed.home)
    bearer = {"Authorization": f"Bearer {keys.add('of-oak', ['oak'], ['public'])}"}
    who, _ = seen(at(signed, keys=keys).get("/", headers=bearer), signed)
    assert who.sight == Sight(frozenset({"oak"}), frozenset({"public"}))
    keys.revoke("of-oak")
    assert at(signed, keys=keys).get("/", headers=bearer | PAGE).status_code == 401


def test_only_those_who_may_add_policies_may_send_files(settings: Make) -> None:
    signed = settings(mode="oidc")
    where = "/_stcore/upload_file/session/file"
    for method in ("PUT", "DELETE", "POST", "PATCH"):
        assert signed_in(signed).request(method, where).status_code == 403
    assert signed_in(signed, MIA).put(where).status_code == 200
    assert signed_in(signed).put("/x/.." + where).status_code != 200


# A line that is open when a session ends.


def test_on_an_open_line_nothing_is_heard_once_the_session_is_over(settings: Make) -> None:
    signed = settings(mode="oidc")
    gate = signed_in(signed)
    with gate.websocket_connect("/_stcore/stream") as websocket:
        websocket.receive_json()
        websocket.send_text("still there?")
        assert websocket.receive_text() == "still there?"
        sessions_of(signed).end(gate.cookies[cookie_name(signed)])
        websocket.send_text("and now?")
        with pytest.raises(WebSocketDisconnect) as closed:
            websocket.receive_text()
    assert closed.value.code == 4401


def test_a_line_opened_through_a_proxy_lasts_no_longer_than_a_session(settings: Make) -> None:
    proxied = settings(mode="proxy", session_hours=1e-9)
    told = {"X-Forwarded-User": "ada"}
    with at(proxied).websocket_connect("/_stcore/stream", headers=told) as websocket:
        websocket.receive_json()
        websocket.send_text("still there?")
        with pytest.raises(WebSocketDisconnect):
            websocket.receive_text()


# Signing out.


def sign_out(gate: TestClient, **headers: str) -> Any:
    return gate.post("/sign-out", headers={n.replace("_", "-"): v for n, v in headers.items()})


def test_signing_out_ends_the_session_everywhere_and_clears_what_the_browser_keeps(
    settings: Make,
) -> None:
    signed = settings(mode="oidc")
    gate = signed_in(signed)
    value = gate.cookies[cookie_name(signed)]
    assert '<form method="post" action="/sign-out">' in gate.get("/sign-out").text
    assert sessions_of(signed).find(value) == ADA  # to look is not to sign out
    answer = sign_out(gate, origin="http://127.0.0.1:8000")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signed-out")
    assert answer.headers["clear-site-data"] == '"storage"'
    assert "cv-session" in answer.headers["set-cookie"]
    assert sessions_of(signed).find(value) is None
    gate.cookies.set(cookie_name(signed), value)  # by whoever copied it
    assert gate.get("/", headers=PAGE).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": "http://127.0.0.1:8000.evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"origin": "http://127.0.0.1:8000", "sec_fetch_site": "cross-site"},
        {"origin": "https://evil.example", "sec_fetch_site": "same-origin"},
        {},
    ],
)
def test_another_site_cannot_sign_anybody_out(settings: Make, headers: dict[str, str]) -> None:
    signed = settings(mode="oidc")
    gate = signed_in(signed)
    assert sign_out(gate, **headers).status_code == 403
    assert sessions_of(signed).find(gate.cookies[cookie_name(signed)]) == ADA


def test_a_browser_that_hides_its_origin_from_us_can_still_sign_out(settings: Make) -> None:
    gate = signed_in(settings(mode="oidc"))
    assert sign_out(gate, origin="null", sec_fetch_site="same-origin").status_code == 303


def test_whether_somebody_is_signed_in_is_told_by_a_mark_and_not_by_name(settings: Make) -> None:
    signed = settings(mode="oidc")
    mark = signed_in(signed).get("/sign-in/still").json()["as"]
    assert mark and "ada" not in mark
    assert mark != signed_in(signed, MIA).get("/sign-in/still").json()["as"]
    assert at(signed).get("/sign-in/still").json() == {"as": ""}


def test_a_name_on_a_page_is_only_a_name(settings: Make) -> None:
    signed = settings(mode="oidc")
    evil = Who('<img src=x onerror="alert(1)">', "reader", Sight(), "oidc")
    answer = signed_in(signed, evil).get("/sign-out")
    assert "<img" not in answer.text and "&lt;img" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


# Where signing in leads on to.


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/%09/evil.example\r\n",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "evil.example",
        " /policies",
        "/policies\x00",
        "/sign-in",
        "/sign-in?next=/sign-in",
        "/sign-out",
        "/é",
        "",
        "/" + "a" * 5000,
    ],
)
def test_signing_in_leads_nowhere_but_to_our_own_pages(settings: Make, address: str) -> None:
    assert onward(address) == "/"
    there = signed_in(settings(mode="oidc")).get("/sign-in", params={"next": address})
    assert there.headers["location"] == "/"


@pytest.mark.parametrize("address", ["/", "/policies?of=a%2Fb&at=3", "/governors", "/ask?school=x"])
def test_signing_in_leads_back_to_the_page_that_was_asked_for(address: str) -> None:
    assert onward(address) == address


@given(st.text(alphabet="/\\:@?#.%\t\n\r aehtps0", max_size=30))
def test_no_address_leads_to_another_host(address: str) -> None:
    import httpx

    base = httpx.URL("https://help.school.uk/sign-in/callback")
    # As a browser reads it: backslashes are slashes, and tabs and line ends are not there.
    read = "".join(c for c in onward(address) if c not in "\t\n\r").replace("\\", "/")
    assert base.join(read).host == "help.school.uk"


STEPS = ["/sign-in", "/sign-in/callback?code=1&state=2", "/sign-out", "/signed-out"]


def few(settings: Make, rate: str = "5/minute", **changes: Any) -> Settings:
    """Signed in to with OpenID Connect; nobody answers at the issuer's address."""
    server = ServerSettings(rate_per_address=rate, **changes)
    return settings(server, mode="oidc", oidc_issuer="http://127.0.0.1:9", oidc_client_id="verse")


@pytest.mark.parametrize("step", STEPS)
def test_an_address_that_signs_in_too_often_is_told_when_to_come_back(
    settings: Make, step: str
) -> None:
    client = at(few(settings))
    for _ in range(5):
        assert client.get(step, headers=PAGE).status_code != 429
    told = client.get(step, headers=PAGE)
    assert told.status_code == 429 and 1 <= int(told.headers["retry-after"]) <= 60
    assert told.headers["content-type"].startswith("text/html")
    assert "Too many requests" in told.text and "try again in" in told.text
    assert at(few(settings), peer="127.0.0.2").get(step, headers=PAGE).status_code != 429


def test_who_may_not_sign_in_for_a_while_is_none_of_those_who_have(settings: Make) -> None:
    """Their own pages, and asking whether they are still signed in, are not counted."""
    chosen = few(settings)
    client = at(chosen)
    client.cookies[cookie_name(chosen)] = sessions_of(chosen).begin(ADA)
    for _ in range(8):
        client.post("/sign-out", headers=PAGE)  # from nowhere, so that nobody is signed out
    assert client.get("/sign-in", headers=PAGE).status_code == 429
    for _ in range(8):
        assert client.get("/", headers=PAGE).status_code == 200
        assert client.get("/sign-in/still").json()["as"]


def test_sign_ins_are_counted_by_whom_a_proxy_says_that_they_come_from(settings: Make) -> None:
    chosen = few(settings)
    app = Forwarded(guarded(INSIDE, chosen, None), chosen.server.proxy_addresses)
    client = TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 4711))

    def sign_in(address: str) -> int:
        headers = PAGE | {"x-forwarded-for": address}
        return client.get("/sign-in", headers=headers).status_code

    assert [sign_in("192.0.2.1") for _ in range(6)] == [*[502] * 5, 429]
    assert sign_in("192.0.2.2") == 502


def test_a_page_is_told_for_whom_the_proxy_would_open_it_now(settings: Make) -> None:
    client = at(settings(mode="proxy"))

    def still(**headers: str) -> str:
        return str(client.get("/sign-in/still", headers=headers).json()["as"])

    ada, gil = (still(**{"x-forwarded-user": name}) for name in ("ada", "gil"))
    assert ada and gil and ada != gil
    assert still() == ""
    assert at(settings(mode="none")).get("/sign-in/still").headers.get("x-verse-who") is None


def test_only_where_a_proxy_names_somebody_else_a_browser_forgets(settings: Make) -> None:
    client = at(settings(mode="proxy"))

    def forgets(name: str, **headers: str) -> bool:
        told = client.get("/", headers=PAGE | {"x-forwarded-user": name} | headers)
        return "clear-site-data" in told.headers

    assert forgets("ada") and not forgets("ada")
    assert not forgets("gil", accept="application/json"), "that is no page"
    assert forgets("gil") and forgets("ada")
