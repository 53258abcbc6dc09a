"""`verse keys`: a key is told once, limited on purpose, and listed without itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.sight import Sight
from ui.access.keys import Keys


@pytest.fixture
def keys(verse: Callable[..., Any], trust_home: Path, tmp_path: Path) -> Callable[..., Any]:
    """Runs `verse keys` over a home of the test's own that knows the trust's schools."""
    for name in ("generations", "CURRENT"):
        (tmp_path / name).symlink_to(trust_home / name)

    def run(*words: str) -> Any:
        return verse("--home", tmp_path, "keys", *words)

    return run


def test_a_key_is_all_that_is_printed_and_opens_what_was_said(
    keys: Callable[..., Any], tmp_path: Path
) -> None:
    ran = keys("add", "of-oak", "--school", "Oak Primary", "--audience", "parents")
    token = ran.out.strip()
    assert ran.status == 0 and ran.out == f"{token}\n" and token not in ran.err
    who = Keys(tmp_path).find(token)
    assert who is not None
    assert (who.rank, who.sight) == ("reader", Sight(frozenset({"oak"}), frozenset({"parents"})))
    listed = keys("list").out
    assert "of-oak: reader, oak, parents" in listed and token not in listed
    assert "revoked" in keys("revoke", "of-oak").out
    assert Keys(tmp_path).find(token) is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "a", "--school", "nowhere", "--audience", "staff"), "unknown"),
        (("add", "A key", "--all-schools", "--audience", "staff"), "no name for a key"),
        (("revoke", "nobody"), "no key 'nobody'"),
        (("add", "a", "--all-schools"), "--audience"),
        (("add", "a", "--all-schools", "--rank", "governor"), "--audience"),
        (("add", "a", "--school", "nowhere", "--audience", "staff"), "oak (Oak Primary"),
    ],
)
def test_what_is_amiss_is_one_sentence(
    keys: Callable[..., Any], words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    keys(*words).one_sentence(2, said)
    assert Keys(tmp_path).all() == ()


@pytest.mark.parametrize(
    "words",
    [
        ("add", "a", "--all-schools"),
        ("add", "a", "--audience", "staff"),
        ("add", "a", "--all-schools", "--school", "oak", "--audience", "staff"),
        ("add", "a", "--all-schools", "--audience", "everybody"),
        ("add", "a", "--all-schools", "--audience", "staff", "--rank", "root"),
        (),
    ],
)
def test_nothing_is_left_to_a_default_that_opens_more(
    keys: Callable[..., Any], words: tuple[str, ...], tmp_path: Path
) -> None:
    assert keys(*words).status == 2
    assert Keys(tmp_path).all() == ()


def test_an_administrator_s_key_sees_every_audience_unasked(
    keys: Callable[..., Any], tmp_path: Path
) -> None:
    ran = keys("add", "prom", "--all-schools", "--rank", "admin")
    assert ran.status == 0
    who = Keys(tmp_path).find(ran.out.strip())
    assert who is not None
    assert (who.rank, who.sight) == ("admin", Sight(None, frozenset({"governors"})))
    assert "prom: admin, every school, governors" in keys("list").out
