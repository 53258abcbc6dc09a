"""Who asks, by what the request brings; whatever cannot be proved is nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.requests import HTTPConnection

from assistant.settings import ServerSettings, Settings
from assistant.sight import Sight
from ui.access.guard import who_asks
from ui.access.keys import Keys
from ui.access.sessions import cookie_name, sessions_of
from ui.access.who import ALONE, Who

Make = Callable[..., Settings]
PROXY = {"X-Forwarded-User": "ada", "X-Forwarded-Groups": "staff, oak"}


def asked(
    *headers: tuple[str, str], peer: str | None = "127.0.0.1", **named: str
) -> HTTPConnection:
    every = [*headers, *((name.replace("_", "-"), value) for name, value in named.items())]
    return HTTPConnection(
        {
            "type": "http",
            "path": "/",
            "query_string": b"",
            "headers": [(n.lower().encode(), v.encode("utf-8")) for n, v in every],
            "client": (peer, 4711) if peer is not None else None,
        }
    )


# Nobody signs in.


def test_whoever_sits_at_a_machine_that_serves_itself_alone_may_do_everything(
    settings: Make,
) -> None:
    assert who_asks(asked(), settings(mode="none"), None) == ALONE


@pytest.mark.parametrize(
    "server",
    [
        ServerSettings("0.0.0.0"),
        ServerSettings("192.168.1.5"),
        ServerSettings("127.0.0.1", url="https://help.school.uk"),
    ],
)
def test_on_another_address_nobody_is_let_in_unless_all_are(
    settings: Make, server: ServerSettings
) -> None:
    assert who_asks(asked(), settings(server, mode="none"), None) is None
    opened = ServerSettings(server.host, url=server.url, open_to_all=True)
    who = who_asks(asked(), settings(opened, mode="none"), None)
    assert who == Who("", "reader", Sight(None, frozenset({"staff"})), "none")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_what_a_proxy_passes_on_does_not_come_from_this_machine(
    settings: Make, header: str
) -> None:
    assert who_asks(asked((header, "10.0.0.9")), settings(mode="none"), None) is None


# A proxy says who asks.


def test_a_proxy_that_we_believe_names_whoever_asks(settings: Make) -> None:
    proxied = settings(mode="proxy", school_groups={"oak": "oak"}, governor_groups=("board",))
    assert who_asks(asked(*PROXY.items()), proxied, None) == Who(
        "ada", "reader", Sight(frozenset({"oak"}), frozenset({"staff"})), "proxy"
    )


@pytest.mark.parametrize(
    ("peer", "proxies", "believed"),
    [
        ("127.0.0.1", ("127.0.0.1", "::1"), True),
        ("::1", ("127.0.0.1", "::1"), True),
        ("10.1.2.3", ("10.1.0.0/16",), True),
        ("::ffff:10.1.2.3", ("10.1.0.0/16",), True),
        ("10.2.2.3", ("10.1.0.0/16",), False),
        ("127.0.0.2", ("127.0.0.1",), False),
        ("::ffff:127.0.0.2", ("127.0.0.1",), False),
        ("localhost", ("127.0.0.1",), False),
        ("", ("127.0.0.1",), False),
        (None, ("127.0.0.1",), False),
        ("127.0.0.1", (), False),
    ],
)
def test_only_the_other_end_of_the_line_tells_whether_it_is_a_proxy(
    settings: Make, peer: str | None, proxies: tuple[str, ...], believed: bool
) -> None:
    proxied = settings(ServerSettings(proxy_addresses=proxies), mode="proxy")
    spoofed = [*PROXY.items(), ("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=127.0.0.1")]
    assert (who_asks(asked(*spoofed, peer=peer), proxied, None) is not None) is believed


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("X-Forwarded-Groups", "admins")],
        [("X-Forwarded-User", "")],
        [("X-Forwarded-User", "  ")],
        [("X-Forwarded-User", "mallory"), ("X-Forwarded-User", "ada")],
        [("X-Forwarded-User", "a"), ("X-Forwarded-Groups", "x"), ("X-Forwarded-Groups", "admins")],
        [("X_Forwarded_User", "ada")],
        [("Remote-User", "ada")],
    ],
)
def test_a_name_that_is_missing_or_comes_twice_is_nobody_s(
    settings: Make, headers: list[tuple[str, str]]
) -> None:
    assert who_asks(asked(*headers), settings(mode="proxy"), None) is None


def test_names_and_groups_are_read_as_utf_8(settings: Make) -> None:
    proxied = settings(mode="proxy", admin_groups=("Büro",))
    headers = [("X-Forwarded-User", "Zoë"), ("X-Forwarded-Groups", "x,  Büro ,")]
    who = who_asks(asked(*headers), proxied, None)
    assert who is not None and (who.name, who.rank) == ("Zoë", "admin")


@pytest.mark.parametrize("mode", ["none", "oidc"])
def test_in_another_mode_a_proxy_s_headers_say_nothing(settings: Make, mode: str) -> None:
    other = settings(mode=mode, admin_groups=("staff",))
    who = who_asks(asked(*PROXY.items()), other, None)
    assert who is None or who == ALONE


# A session.


def test_a_session_is_whoever_began_it(settings: Make) -> None:
    signed = settings(mode="oidc")
    who = Who("ada", "reader", Sight(), "oidc")
    cookie = sessions_of(signed).begin(who)
    name = cookie_name(signed)
    assert who_asks(asked(cookie=f"{name}={cookie}"), signed, None) == who
    for wrong in (cookie[:-1], cookie + "a", "", "a.b", f"{cookie}.{cookie}"):
        assert who_asks(asked(cookie=f"{name}={wrong}"), signed, None) is None
    assert who_asks(asked(cookie=f"session={cookie}"), signed, None) is None
    assert who_asks(asked(), signed, None) is None


# A key.


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "home")


@pytest.mark.parametrize("mode", ["none", "proxy", "oidc"])
def test_a_key_opens_what_it_is_for_in_every_mode(settings: Make, keys: Keys, mode: str) -> None:
    token = keys.add("of-oak", ["oak"], ["public"])
    other = ServerSettings("0.0.0.0")
    who = who_asks(asked(authorization=f"Bearer {token}"), settings(other, mode=mode), keys)
    assert who == Who("of-oak", "reader", Sight(frozenset({"oak"}), frozenset({"public"})), "key")


def test_a_request_with_a_key_is_judged_by_the_key_alone(settings: Make, keys: Keys) -> None:
    token = keys.add("of-oak", ["oak"], ["public"])
    keys.revoke("of-oak")
    proxied, alone = settings(mode="proxy"), settings(mode="none")
    for wrong in (token, "cv_wrong", "cv_", "Bearer", "", "eyJhbGciOiJub25lIn0.e30."):
        bearer = ("Authorization", f"Bearer {wrong}")
        assert who_asks(asked(bearer, *PROXY.items()), proxied, keys) is None
        assert who_asks(asked(bearer), alone, keys) is None
        assert who_asks(asked(bearer), alone, None) is None


def test_two_keys_in_one_request_are_none(settings: Make, keys: Keys) -> None:
    token = keys.add("of-oak", ["oak"], ["public"])
    both = [("Authorization", f"Bearer {token}"), ("Authorization", "Bearer cv_other")]
    assert who_asks(asked(*both), settings(mode="oidc"), keys) is None


def test_a_password_for_the_proxy_is_none_of_our_business(settings: Make, keys: Keys) -> None:
    basic = asked(("Authorization", "Basic YTpi"), *PROXY.items())
    who = who_asks(basic, settings(mode="proxy"), keys)
    assert who is not None and who.name == "ada"
