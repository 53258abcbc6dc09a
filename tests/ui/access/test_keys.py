"""API keys: told once, kept as hashes, limited, revocable."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from assistant.sight import Sight
from ui.access.keys import FILE, Keys, KeysError
from ui.access.who import Who

DAY = dt.date(2026, 11, 20)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path, lambda: DAY)


def test_a_key_is_256_random_bits_and_opens_what_it_is_for(keys: Keys) -> None:
    token = keys.add("intranet-oak", ["oak"], ["parents"])
    assert re.fullmatch(r"cv_[A-Za-z0-9_-]{43}", token)
    assert keys.find(token) == Who(
        "intranet-oak", "reader", Sight(frozenset({"oak"}), frozenset({"parents"})), "key"
    )
    assert token != keys.add("intranet-elm", ["elm"], ["parents"])


def test_the_home_never_holds_a_key(keys: Keys, tmp_path: Path) -> None:
    token = keys.add("a", None, ["staff"])
    for path in tmp_path.iterdir():
        assert token.removeprefix("cv_") not in path.read_text("utf-8")
    assert token not in repr(keys.all()) and keys.all()[0].hash not in repr(keys.all())
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1],
        lambda t: t + "a",
        lambda t: t.swapcase(),
        lambda t: f" {t}",
        lambda _: "",
        lambda _: "cv_",
        lambda _: "cv_" + "A" * 43,
        lambda _: "cv_\udcff",
        lambda _: "cv_" + "x" * 100_000,
    ],
)
def test_what_is_nearly_a_key_opens_nothing(keys: Keys, change) -> None:
    token = keys.add("a", None, ["staff"])
    assert keys.find(change(token)) is None


def test_the_hash_of_a_key_opens_nothing(keys: Keys) -> None:
    keys.add("a", None, ["staff"])
    assert keys.find(keys.all()[0].hash) is None
    assert keys.find("cv_" + keys.all()[0].hash) is None


def test_a_revoked_key_opens_nothing_at_once_and_in_every_process(tmp_path: Path) -> None:
    serving, typing = Keys(tmp_path), Keys(tmp_path)
    first, second = (typing.add(name, None, ["staff"]) for name in ("a", "b"))
    assert serving.find(first) and serving.find(second)
    typing.revoke("a")
    assert serving.find(first) is None
    assert serving.find(second) is not None


def test_the_name_of_a_key_is_never_another_s(keys: Keys) -> None:
    keys.add("a", None, ["staff"])
    keys.revoke("a")
    with pytest.raises(KeysError, match="already"):
        keys.add("a", None, ["governors"])


@pytest.mark.parametrize("name", ["", "A", "a b", "a\nb", "../a", "-a", "a" * 41, "<b>"])
def test_a_name_is_plain(keys: Keys, name: str) -> None:
    with pytest.raises(KeysError, match="no name"):
        keys.add(name, None, ["staff"])
    assert keys.all() == ()


def test_the_day_of_use_is_kept_and_no_more_of_it(tmp_path: Path) -> None:
    today = [DAY]
    keys = Keys(tmp_path, lambda: today[0])
    token = keys.add("a", None, ["staff"])
    assert keys.all()[0].used is None
    keys.find(token)
    assert keys.all()[0].used == DAY
    written = (tmp_path / FILE).stat().st_mtime_ns
    keys.find(token)
    assert (tmp_path / FILE).stat().st_mtime_ns == written
    today[0] = DAY + dt.timedelta(1)
    keys.find(token)
    assert keys.all()[0].used == DAY + dt.timedelta(1)


def test_a_damaged_file_opens_nothing_and_says_so(
    keys: Keys, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    token = keys.add("a", None, ["staff"])
    for damaged in ("{", "[]", '{"keys": [{"name": "a", "rank": "root"}]}', ""):
        (tmp_path / FILE).write_text(damaged, "utf-8")
        assert keys.find(token) is None
        with pytest.raises(KeysError, match="damaged"):
            keys.all()
    assert "damaged" in caplog.text and token not in caplog.text


def test_a_file_that_widens_a_key_s_audience_beyond_the_known_ones_opens_nothing(
    keys: Keys, tmp_path: Path
) -> None:
    token = keys.add("a", ["oak"], ["public"])
    text = (tmp_path / FILE).read_text("utf-8")
    (tmp_path / FILE).write_text(text.replace("public", "everybody"), "utf-8")
    assert keys.find(token) is None


def test_a_home_that_cannot_be_written_still_knows_its_keys(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = keys.add("a", None, ["staff"])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ui.access.keys.write_whole", full)
    assert keys.find(token) is not None
    with pytest.raises(KeysError, match="No space left"):
        keys.add("b", None, ["staff"])
