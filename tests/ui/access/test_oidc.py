"""Signing in against a real OpenID Connect provider on loopback, and against one that cheats."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwk, jwt
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from assistant.settings import ServerSettings, Settings
from ui.access import carried
from ui.access.gate import guarded

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's own
PAGE = {"accept": "text/html"}
GROUPS: dict[str, Any] = {
    "governor_groups": ("governors",),
    "admin_groups": ("admins",),
    "school_groups": {"oak": "oak"},
    "audience_groups": {"staff": "staff", "parents": "parents"},
}


async def inside(scope: Scope, receive: Receive, send: Send) -> None:
    """A page that says for whom it is shown."""
    request = Request(scope)
    who = carried.read(request.headers[carried.HEADER], request.app)
    told = {"name": who.name, "rank": who.rank, "via": who.via}
    sight = [
        sorted(which) if which is not None else None
        for which in (who.sight.schools, who.sight.audiences)
    ]
    await JSONResponse({**told, "sight": sight, "path": scope["path"]})(scope, receive, send)


class Browser:
    """What of a browser matters here: it keeps cookies, and goes where it is sent."""

    def __init__(self, settings: Settings, url: str = "http://127.0.0.1:8000") -> None:
        gate = guarded(inside, settings, None)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await gate({**scope, "app": settings}, receive, send)

        self.client = TestClient(app, base_url=url, follow_redirects=False)

    def go(self, path: str = "/") -> Any:
        return self.client.get(path, headers=PAGE)

    def to_issuer(self, path: str = "/") -> str:
        """The address at the issuer that asking for a page leads to."""
        answer = self.go(path)
        while answer.status_code in (302, 303) and answer.headers["location"].startswith("/"):
            answer = self.go(answer.headers["location"])
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])

    def sign_in(self, name: str, path: str = "/") -> Any:
        return self.go(back_from(self.to_issuer(path), name))


def back_from(address: str, name: str) -> str:
    """Where the issuer sends somebody back to once they have said who they are."""
    answer = httpx.post(address, data={"sub": name})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


@pytest.fixture
def signing(settings: Callable[..., Settings], issuer: str) -> Callable[..., Settings]:
    def make(server: ServerSettings | None = None, **changes: Any) -> Settings:
        given = {
            "mode": "oidc",
            "oidc_issuer": issuer,
            "oidc_client_id": "verse",
            "oidc_client_secret": "shared",  # pragma: allowlist secret
        }
        return settings(server, **(given | GROUPS | changes))

    return make


@pytest.fixture
def browser(signing: Callable[..., Settings]) -> Browser:
    return Browser(signing())


@pytest.mark.parametrize(
    ("name", "rank", "sight"),
    [
        ("ada", "reader", [["oak"], ["staff"]]),
        ("gil", "governor", [["oak"], ["governors"]]),
        ("mia", "admin", [None, None]),
        ("pat", "reader", [["oak"], ["parents"]]),
        ("eve", "reader", [[], ["public"]]),
    ],
)
def test_whoever_signs_in_gets_what_their_groups_give_them(
    browser: Browser, name: str, rank: str, sight: list[Any]
) -> None:
    back = browser.sign_in(name, "/policies?at=3")
    assert (back.status_code, back.headers["location"]) == (303, "/policies?at=3")
    shown = browser.go("/policies").json()
    assert shown == {
        "name": f"{name}@oak.uk",
        "rank": rank,
        "via": "oidc",
        "sight": sight,
        "path": "/policies",
    }


def test_the_issuer_is_asked_for_a_code_with_proof_state_and_nonce(browser: Browser) -> None:
    first, second = (
        {n: v for n, (v,) in parse_qs(urlsplit(browser.to_issuer()).query).items()}
        for _ in range(2)
    )
    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256" and len(first["code_challenge"]) == 43
    assert first["redirect_uri"] == "http://127.0.0.1:8000/sign-in/callback"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 20 and first[name] != second[name]


def test_the_address_that_people_type_is_where_they_are_sent_back_to(
    signing: Callable[..., Settings],
) -> None:
    public = signing(ServerSettings(url="https://help.school.uk"))
    address = Browser(public, "https://evil.example").to_issuer()
    query = parse_qs(urlsplit(address).query)
    assert query["redirect_uri"] == ["https://help.school.uk/sign-in/callback"]


def test_by_https_every_cookie_is_bound_to_the_host(signing: Callable[..., Settings]) -> None:
    browser = Browser(signing(ServerSettings(url="https://oak.uk")), "https://oak.uk")
    begun = browser.go("/sign-in")
    done = browser.go(back_from(begun.headers["location"], "ada"))
    cookies = begun.headers.get_list("set-cookie") + done.headers.get_list("set-cookie")
    assert {c.partition("=")[0] for c in cookies} == {
        "__Host-cv-signing-in",
        "__Host-cv-session",
        "__Host-cv-last",
    }
    for cookie in cookies:
        flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags
        assert not any(flag.startswith("domain") for flag in flags)


# What an attacker tries.


def test_an_answer_counts_only_in_the_browser_that_asked(
    browser: Browser, signing: Callable[..., Settings]
) -> None:
    back = back_from(browser.to_issuer(), "eve")  # somebody else's, slipped to a victim
    victim = Browser(signing())
    assert victim.go(back).status_code == 403
    victim.to_issuer()  # nor after they have begun to sign in themselves
    assert victim.go(back).status_code == 403
    assert victim.go().status_code == 303


def test_an_answer_counts_once(browser: Browser) -> None:
    back = back_from(browser.to_issuer(), "ada")
    assert browser.go(back).status_code == 303
    browser.client.cookies.delete("cv-session")
    assert browser.go(back).status_code == 403


def test_a_session_that_was_planted_before_signing_in_is_worth_nothing(
    browser: Browser, signing: Callable[..., Settings]
) -> None:
    attacker = Browser(signing())
    attacker.sign_in("eve")
    planted = attacker.client.cookies["cv-session"]
    back = back_from(browser.to_issuer(), "ada")
    for value in (planted, "fixed-by-the-attacker"):
        done = browser.client.get(back, cookies={"cv-session": value})
        if done.status_code == 303:
            set_anew = [c for c in done.headers.get_list("set-cookie") if "cv-session=" in c]
            assert len(set_anew) == 1 and value not in set_anew[0]
            assert browser.go().json()["name"] == "ada@oak.uk"
            assert attacker.go().status_code == 303  # it ended when another signed in with it
        browser = Browser(signing())
        back = back_from(browser.to_issuer(), "ada")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?code=x",
        "?state=x",
        "?code=x&state=x",
        "?error=access_denied&error_description=<script>alert(1)</script>",
        "?error=server_error&state=x",
        "?code=" + "x" * 9000 + "&state=y",
        "?code=%00&state=%ff",
    ],
)
def test_an_answer_that_fits_no_question_signs_nobody_in(browser: Browser, query: str) -> None:
    browser.to_issuer()
    answer = browser.go(f"/sign-in/callback{query}")
    assert answer.status_code == 403
    assert "<script" not in answer.text and "Traceback" not in answer.text
    assert "cv-session" not in answer.headers.get("set-cookie", "")


def test_a_sign_in_that_was_begun_long_ago_is_over(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = back_from(browser.to_issuer(), "ada")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 601)
    assert browser.go(back).status_code == 403


def test_in_a_second_window_a_late_answer_leads_on_and_not_astray(browser: Browser) -> None:
    first = back_from(browser.to_issuer("/policies"), "ada")
    second = back_from(browser.to_issuer("/policies"), "ada")
    assert browser.go(second).status_code == 303
    late = browser.go(first)  # its state was replaced by the second's
    assert (late.status_code, late.headers["location"]) == (303, "/")


def test_a_new_person_in_a_browser_finds_nothing_of_the_one_before(browser: Browser) -> None:
    assert browser.sign_in("ada").headers["clear-site-data"] == '"storage"'
    browser.client.cookies.delete("cv-session")  # it ran out
    assert "clear-site-data" not in browser.sign_in("ada").headers
    browser.client.cookies.delete("cv-session")
    assert browser.sign_in("gil").headers["clear-site-data"] == '"storage"'


def test_an_issuer_that_is_away_is_named_as_such(signing: Callable[..., Settings]) -> None:
    answer = Browser(signing(oidc_issuer="http://127.0.0.1:9")).go("/sign-in")
    assert answer.status_code == 502
    assert "cannot be reached" in answer.text


def test_signed_out_leads_to_the_issuer_s_own_sign_out(browser: Browser, issuer: str) -> None:
    assert f'href="{issuer}/' in browser.go("/signed-out").text


# An issuer that cheats, or another that answers in its place.


KEY = jwk.RSAKey.generate_key(2048, {"kid": "1"}, private=True)


class Cheat:
    """A provider that signs whatever it is told to."""

    def __init__(self) -> None:
        self.key = KEY
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "1"}
        self.metadata: dict[str, Any] = {}
        self.signed_with: Any = self.key
        self.userinfo: dict[str, Any] = {}
        self.asked: list[dict[str, list[str]]] = []
        self.challenges: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/.well-known"):
                    self.tell(outer.published())
                elif self.path == "/jwks":
                    self.tell({"keys": [outer.key.as_dict(private=False)]})
                else:
                    self.tell(outer.userinfo)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                outer.asked.append(parse_qs(body))
                self.tell({"access_token": "a", "token_type": "Bearer", "id_token": outer.token()})

            def tell(self, data: object) -> None:
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(data).encode())

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def published(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.metadata,
        }

    def token(self) -> str:
        if self.header["alg"] == "RS256":
            return jwt.encode(self.header, self.claims, self.signed_with)
        # By hand: no library helps to sign with what everybody knows.
        parts = [plain(json.dumps(part).encode()) for part in (self.header, self.claims)]
        known = self.key.as_pem(private=False)
        signature = hmac.new(known, ".".join(parts).encode(), hashlib.sha256).digest()
        return ".".join([*parts, plain(signature) if self.header["alg"] == "HS256" else ""])


def plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.fixture
def cheat() -> Iterator[Cheat]:
    made = Cheat()
    yield made
    made.server.shutdown()
    made.server.server_close()


def come_back(cheat: Cheat, browser: Browser, **claims: Any) -> Any:
    query = parse_qs(urlsplit(browser.to_issuer()).query)
    cheat.challenges += query["code_challenge"]
    now = int(time.time())
    honest = {
        "iss": cheat.url,
        "aud": "verse",
        "sub": "ada",
        "exp": now + 60,
        "iat": now,
        "nonce": query["nonce"][0],
        "groups": ["admins"],
    }
    cheat.claims = {n: v for n, v in (honest | claims).items() if v is not None}
    return browser.go(f"/sign-in/callback?code=c&state={query['state'][0]}")


def test_an_honest_token_signs_in_and_the_code_is_sent_with_its_proof(
    cheat: Cheat, signing: Callable[..., Settings]
) -> None:
    browser = Browser(signing(oidc_issuer=cheat.url))
    challenge = parse_qs(urlsplit(browser.to_issuer()).query)["code_challenge"][0]
    assert come_back(cheat, browser).status_code == 303
    assert browser.go().json()["rank"] == "admin"
    (sent,) = cheat.asked
    verifier = sent["code_verifier"][0].encode()
    proof = plain(hashlib.sha256(verifier).digest())
    assert len(verifier) >= 43 and proof == cheat.challenges[-1] != challenge
    assert sent["grant_type"] == ["authorization_code"]


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"azp": "another"},
        {"nbf": 4_000_000_000},
    ],
)
def test_a_token_that_is_not_for_this_sign_in_signs_nobody_in(
    cheat: Cheat, signing: Callable[..., Settings], claims: dict[str, Any]
) -> None:
    browser = Browser(signing(oidc_issuer=cheat.url))
    assert come_back(cheat, browser, **claims).status_code == 403
    assert browser.go().status_code == 303


def test_a_token_that_the_issuer_did_not_sign_signs_nobody_in(
    cheat: Cheat, signing: Callable[..., Settings]
) -> None:
    browser = Browser(signing(oidc_issuer=cheat.url))
    cheat.signed_with = jwk.RSAKey.generate_key(2048, {"kid": "1"}, private=True)
    assert come_back(cheat, browser).status_code == 403


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_a_token_without_a_signature_of_the_issuer_s_own_is_refused_though_it_allows_them(
    cheat: Cheat, signing: Callable[..., Settings], alg: str
) -> None:
    cheat.metadata = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]}
    cheat.header = {"alg": alg, "kid": "1"}
    browser = Browser(signing(oidc_issuer=cheat.url))
    assert come_back(cheat, browser).status_code == 403


@pytest.mark.parametrize(
    "name",
    ["https://accounts.example", "https://login.microsoftonline.com/{tenantid}/v2.0"],
    ids=["another", "as Entra's common and organizations"],
)
def test_an_issuer_that_goes_by_another_name_is_refused(
    cheat: Cheat, signing: Callable[..., Settings], name: str
) -> None:
    cheat.metadata = {"issuer": name}
    answer = Browser(signing(oidc_issuer=cheat.url)).go("/sign-in")
    assert answer.status_code == 502 and "another name" in answer.text


def test_groups_that_only_the_userinfo_has_count_if_they_are_the_same_person_s(
    cheat: Cheat, signing: Callable[..., Settings]
) -> None:
    for sub, rank in (("ada", "admin"), ("mia", "reader")):
        browser = Browser(signing(oidc_issuer=cheat.url))
        cheat.userinfo = {"sub": sub, "groups": ["admins"]}
        assert come_back(cheat, browser, groups=None).status_code == 303
        assert browser.go().json()["rank"] == rank


def test_a_failed_sign_in_leaves_no_code_token_or_name_in_the_log(
    cheat: Cheat, signing: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(signing(oidc_issuer=cheat.url))
    come_back(cheat, browser, preferred_username="ada@oak.uk", aud="another")
    told = caplog.text
    assert "sign-in failed" in told
    for secret in ("ada@oak.uk", cheat.token(), "code=c"):
        assert secret not in told
