"""Sessions: random, signed, bounded in time and number, and never taken over."""

from __future__ import annotations

import base64
import dataclasses
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from starlette.responses import Response

from assistant.settings import ServerSettings, Settings, SettingsError
from assistant.sight import Sight
from ui.access import secret, sessions
from ui.access.secret import cookie_secret
from ui.access.sessions import IDLE, Sessions, drop_cookie, put_cookie
from ui.access.who import Who

ADA, BOB = (Who(name, "reader", Sight(), "oidc") for name in ("ada", "bob"))


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def known(clock: Clock) -> Sessions:
    return Sessions("s" * 40, hours=8, clock=clock)


def test_each_session_has_a_value_of_its_own_that_holds_256_random_bits(known: Sessions) -> None:
    values = {known.begin(ADA) for _ in range(50)}
    assert len(values) == 50
    assert all(len(value.partition(".")[0]) == 43 for value in values)


def test_a_value_says_nothing_of_whose_session_it_is(known: Sessions) -> None:
    name = "ada.lovelace@oak.example"  # too long to stand among random letters by chance
    value = known.begin(dataclasses.replace(ADA, name=name))
    said = [value, *(base64.urlsafe_b64decode(f"{part}==") for part in value.split("."))]
    assert not any(
        name.encode() in (one if isinstance(one, bytes) else one.encode()) for one in said
    )


def test_a_session_that_is_not_used_ends(known: Sessions, clock: Clock) -> None:
    value = known.begin(ADA)
    clock.now += IDLE - 1
    assert known.find(value) == ADA
    clock.now += IDLE - 1
    assert known.find(value) == ADA
    clock.now += IDLE + 1
    assert known.find(value) is None


def test_a_session_that_is_used_all_day_ends_all_the_same(known: Sessions, clock: Clock) -> None:
    value = known.begin(ADA)
    for _ in range(16):
        assert known.find(value) == ADA
        clock.now += 1799
    clock.now += 20
    assert known.find(value) is None


def test_looking_whether_somebody_is_signed_in_does_not_keep_them_so(
    known: Sessions, clock: Clock
) -> None:
    value = known.begin(ADA)
    for _ in range(4):
        clock.now += IDLE / 4
        assert known.peek(value) == ADA
    clock.now += 1
    assert known.peek(value) is None and known.find(value) is None


def test_signing_in_ends_the_session_that_the_browser_came_with(known: Sessions) -> None:
    first = known.begin(ADA)
    second = known.begin(BOB, first)
    assert known.find(first) is None
    assert known.find(second) == BOB


def test_a_value_that_was_planted_is_never_a_session(known: Sessions) -> None:
    planted = Sessions("t" * 40, 8).begin(ADA)
    assert known.find(planted) is None
    assert known.begin(ADA, planted) != planted
    for value in ("", ".", "a", "a.b", "é", "\ud800", "x" * 100_000):
        assert known.find(value) is None
        known.end(value)


def test_an_ended_session_is_over_for_whoever_copied_its_cookie(known: Sessions) -> None:
    value = known.begin(ADA)
    known.end(value)
    assert known.find(value) is None


def test_many_sessions_do_not_grow_without_bound(
    known: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST", 10)
    first, second = known.begin(ADA), known.begin(ADA)
    for _ in range(9):
        known.find(first)
        known.begin(BOB)
    assert known.find(first) == ADA
    assert known.find(second) is None


def cookies(response: Response) -> SimpleCookie:
    return SimpleCookie(
        "\n".join(v.decode() for n, v in response.raw_headers if n == b"set-cookie")
    )


@pytest.mark.parametrize(
    ("url", "name", "secure"),
    [
        ("https://help.school.uk", "__Host-cv-session", True),
        ("http://127.0.0.1:8000", "cv-session", ""),
        ("", "cv-session", ""),
    ],
)
def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_other_hosts(
    settings: Callable[..., Settings], url: str, name: str, secure: object
) -> None:
    made = settings(ServerSettings(url=url), mode="oidc")
    for put in (lambda r: put_cookie(r, made, "v"), lambda r: drop_cookie(r, made)):
        response = Response()
        put(response)
        (cookie,) = cookies(response).values()
        assert cookie.key == name
        assert cookie["httponly"] is True
        assert cookie["secure"] == secure
        assert cookie["samesite"] == "lax"
        assert cookie["path"] == "/"
        assert cookie["domain"] == ""
    response = Response()
    put_cookie(response, made, "v")
    (cookie,) = cookies(response).values()
    assert cookie["max-age"] == cookie["expires"] == ""  # it ends with the browser


def test_the_secret_is_made_once_for_its_owner_alone(settings: Callable[..., Settings]) -> None:
    made = settings(mode="oidc")
    secret._kept.cache_clear()
    first = cookie_secret(made)
    path = made.home / secret.FILE
    assert len(first) >= 43 and path.read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret._kept.cache_clear()
    assert cookie_secret(made) == first
    assert [p.name for p in made.home.iterdir()] == [secret.FILE]


def test_processes_that_start_together_agree_on_the_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(secret._kept.__wrapped__, [tmp_path / "secret"] * 8))
    assert len(found) == 1


def test_a_secret_that_was_set_is_not_kept_in_the_home(settings: Callable[..., Settings]) -> None:
    made = settings(mode="oidc", cookie_secret="s" * 40)
    assert cookie_secret(made) == "s" * 40
    assert not (made.home / secret.FILE).exists()


def test_a_secret_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("short")
    with pytest.raises(SettingsError, match="cut short"):
        secret._kept.__wrapped__(tmp_path / "secret")
