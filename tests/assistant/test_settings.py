from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.configured.read import Configuration, configure, known_settings
from assistant.configured.safe import unsafe
from assistant.settings import (
    AuditSettings,
    LlmSettings,
    ServerSettings,
    Settings,
    SettingsError,
    SignInSettings,
    read_settings,
)

KEYS = [one.key for one in known_settings()]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own, in an environment that sets nothing."""
    for name in list(os.environ):
        if name.startswith("VERSE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def filed(folder: Path, text: str, **environment: str) -> Configuration:
    file = folder / "settings.toml"
    file.write_text(text, "utf-8")
    return configure("", str(file), environment)


def complaint(folder: Path, text: str = "", **environment: str) -> str:
    with pytest.raises(SettingsError) as caught:
        filed(folder, text, **environment)
    said = str(caught.value)
    assert said.endswith(".") and "\n" not in said
    return said


# Where a value comes from


def test_where_nothing_is_set_everything_is_closed_and_nothing_is_kept(here):
    settings = read_settings()
    assert settings == Settings(here / ".verse")
    assert settings.server.host == "127.0.0.1"
    assert (settings.record, settings.audit.on, settings.llm.model) == (False, False, "")
    assert unsafe(settings) == ""


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(here):
    text = '[server]\nport = 9000\nhost = "127.0.0.2"\n'
    read = filed(here, text, VERSE_SERVER_PORT="9001")
    assert (read.settings.server.port, read.settings.server.host) == (9001, "127.0.0.2")
    told = {one.setting.key: one for one in read.values}
    assert (told["server.port"].source, told["server.port"].where) == (
        "environment",
        "VERSE_SERVER_PORT",
    )
    assert (told["server.host"].source, told["server.host"].line) == ("file", 3)
    assert told["server.url"].source == "default"


def test_a_file_in_the_home_is_found_and_one_that_is_named_wins(here, monkeypatch):
    home = here / "home"
    home.mkdir()
    (home / "verse.toml").write_text("record = true\n")
    assert read_settings(home).record
    named = here / "other.toml"
    named.write_text("reader = false\n")
    assert read_settings(home, named) == Settings(home, reader=False)
    monkeypatch.setenv("VERSE_CONFIG", str(named))
    assert read_settings(home) == Settings(home, reader=False)


def test_a_home_in_a_file_is_relative_to_that_file(here):
    assert filed(here, 'home = "index"').settings.home == here / "index"
    assert configure(str(here / "mine"), str(here / "settings.toml"), {}).settings.home == (
        here / "mine"
    )


def test_a_file_found_in_a_home_cannot_name_another(here):
    (here / "verse.toml").write_text('reader = false\nhome = "/elsewhere"\n')
    with pytest.raises(SettingsError, match=r"home in .*verse\.toml line 2 cannot move"):
        configure(str(here), "", {})


@pytest.mark.parametrize("key", KEYS)
def test_each_setting_has_a_name_in_the_environment_and_a_place_in_the_file(here, key):
    one = next(one for one in known_settings() if one.key == key)
    text, spelt, value = {
        "home": ('"/srv/verse"', "/srv/verse", Path("/srv/verse")),
        "sign_in.mode": ('"proxy"', "proxy", "proxy"),
        "audit.if_unwritable": ('"refuse"', "refuse", "refuse"),
        "audit.url": ('"sqlite:///a.db"', "sqlite:///a.db", "sqlite:///a.db"),
        "llm.model": ('"ollama:small"', "ollama:small", "ollama:small"),
        "server.rate_per_address": ('"7/minute"', "7/minute", "7/minute"),
        "server.rate_per_key": ('"7/minute"', "7/minute", "7/minute"),
        "server.proxy_addresses": ('["10.0.0.0/8"]', "10.0.0.0/8", ("10.0.0.0/8",)),
        "server.allowed_origins": (
            '["https://a.uk", "https://b.uk"]',
            "https://a.uk, https://b.uk",
            ("https://a.uk", "https://b.uk"),
        ),
        "sign_in.school_groups": (
            '{ "CN=Staff" = "dothill" }',
            "CN=Staff=dothill",
            {"CN=Staff": "dothill"},
        ),
        "sign_in.audience_groups": ('{ Heads = "staff" }', "Heads=staff", {"Heads": "staff"}),
        "llm.schools": ('{ dothill = "off" }', '{"dothill": "off"}', {"dothill": "off"}),
    }.get(key) or _something(one.default, key)
    section, _, name = key.rpartition(".")
    table = f"[{section}]\n{name} = {text}" if section else f"{name} = {text}"
    for read in (filed(here, table), configure("", "", {one.environment: spelt})):
        found = next(each for each in read.values if each.setting.key == key)
        assert found.value == value != one.default
        assert found.source != "default"
        inside = read.settings
        for part in key.split("."):
            inside = getattr(inside, part)
        assert inside == value


def _something(default: object, key: str) -> tuple[str, str, object]:
    """A value other than the default: as TOML, as an environment has it, as we want it."""
    if isinstance(default, bool):
        return ("false", "off", False) if default else ("true", "on", True)
    if isinstance(default, int):
        return ("1234", "1234", 1234)
    if isinstance(default, float):
        return ("7.5", "7.5", 7.5)
    if isinstance(default, tuple):
        return ('["one", "two"]', "one, two", ("one", "two"))
    if "url" in key or "issuer" in key:
        return ('"https://a.school.uk"', "https://a.school.uk", "https://a.school.uk")
    if key == "server.host":
        return ('"0.0.0.0"', "0.0.0.0", "0.0.0.0")
    long = "something-long-enough-to-keep-a-secret"
    return (f'"{long}"', long, long)


def test_a_secret_may_stand_in_a_file_of_its_own(here):
    (here / "key").write_text("sk-1\n")
    read = configure("", "", {"VERSE_LLM_API_KEY_FILE": str(here / "key")})
    assert read.settings.llm.api_key == "sk-1"
    with pytest.raises(SettingsError, match="VERSE_LLM_API_KEY_FILE names cannot be read"):
        configure("", "", {"VERSE_LLM_API_KEY_FILE": str(here / "none")})
    with pytest.raises(SettingsError, match="is no setting"):
        configure("", "", {"VERSE_SERVER_PORT_FILE": str(here / "key")})


# What is amiss is said


@pytest.mark.usefixtures("here")
def test_a_misspelt_name_in_the_environment_is_an_error_that_names_the_nearest(monkeypatch):
    monkeypatch.setenv("VERSE_SERVR_PORT", "9000")
    with pytest.raises(SettingsError, match=r"VERSE_SERVR_PORT .* perhaps VERSE_SERVER_PORT"):
        read_settings()


def test_names_that_are_no_setting_of_ours_are_let_be(here, monkeypatch):
    for name in ("VERSE_TEST_MODELS", "VERSE_TEST_ANYTHING", "VERSE_DEBUG", "REVERSE_X", "VERSED"):
        monkeypatch.setenv(name, "1")
    assert read_settings() == Settings(here / ".verse")


def test_a_misspelt_key_is_an_error_that_names_line_and_nearest(here):
    said = complaint(here, '# ours\n\n[sign_in]\nmode = "none"\nadmin_group = ["a"]\n')
    assert "sign_in.admin_group in" in said
    assert "line 5" in said
    assert "perhaps sign_in.admin_groups" in said


def test_a_key_outside_its_table_is_told_where_it_belongs(here):
    assert "belongs below [server]" in complaint(here, "port = 9000\n")
    assert "write [server]" in complaint(here, "server = 9000\n")


def test_a_dotted_key_in_quotes_is_not_the_key_it_looks_like(here):
    assert "is no setting" in complaint(here, '"server.port" = 9000\n')


def test_what_stands_in_a_file_cannot_move_a_terminal_s_cursor(here):
    assert "\\U0000001b" in complaint(here, '"\\u001b[2J" = 1\n')
    assert "\x1b" not in complaint(here, '[sign_in]\nmode = "\\u001b[2J\\u202e"\n')


@pytest.mark.parametrize(
    "key, value, want",
    [
        ("server.port", "0", "a whole number from 1 to 65535, not 0"),
        ("server.port", "true", "a whole number from 1 to 65535, not True"),
        ("server.port", '"9000"', "a whole number from 1 to 65535, not '9000'"),
        ("server.request_seconds", "nan", "a number above 0 and of at most 600, not nan"),
        ("server.request_seconds", "inf", "a number above 0"),
        ("sign_in.mode", '"saml"', "one of none, proxy, oidc, not 'saml'"),
        ("server.allowed_origins", '["*"]', "a list of origins"),
        ("server.allowed_origins", '["https://a.uk/page"]', "a list of origins"),
        ("server.allowed_origins", '"https://a.uk"', "a list of texts"),
        ("server.allowed_origins", '["https://a.uk; script-src *"]', "a list of origins"),
        ("server.proxy_addresses", '["0.0.0.0/0"]', "none of which is the whole world"),
        ("server.proxy_addresses", '["::/0"]', "none of which is the whole world"),
        ("server.proxy_addresses", '["*"]', "a list of addresses or networks"),
        ("server.rate_per_key", '"often"', "a rate like"),
        ("server.url", '"javascript:alert(1)"', "an address like"),
        ("server.url", '"https://u:p@a.uk"', "an address like"),
        ("sign_in.proxy_user_header", '"X-User: a"', "the name of a header"),
        ("sign_in.audience_groups", '{ a = "pupils" }', "public, parents, governors, staff"),
        ("sign_in.school_groups", "{ a = 1 }", "a table of texts"),
        ("llm.model", '"gpt"', "provider:model"),
        ("llm.schools", '{ dothill = "no" }', 'or "off"'),
        ("audit.days", "0", "from 1 to 36500"),
        ("record", '"on"', "on or off (true or false in a file)"),
    ],
)
def test_a_bad_value_is_one_sentence_on_what_it_must_be(here, key, value, want):
    section, _, name = key.rpartition(".")
    said = complaint(here, f"[{section}]\n{name} = {value}" if section else f"{name} = {value}")
    assert f"{key} in " in said and f"line {2 if section else 1}" in said
    assert want in said


@pytest.mark.parametrize(
    "name, value, want",
    [
        ("VERSE_SERVER_PORT", "99999", "a whole number from 1 to 65535, not '99999'"),
        ("VERSE_RECORD", "maybe", "on or off"),
        ("VERSE_SIGN_IN_SCHOOL_GROUPS", "Staff", "a table of texts"),
        ("VERSE_SIGN_IN_SCHOOL_GROUPS", "{", "a table of texts"),
        ("VERSE_SERVER_ALLOWED_ORIGINS", '["https://a.uk"', "a list of texts"),
    ],
)
def test_a_bad_value_in_the_environment_is_one_sentence_too(here, name, value, want):
    said = complaint(here, **{name: value})
    assert said.startswith(f"{name} must be ") and want in said


@pytest.mark.parametrize("name", ["VERSE_AUDIT_URL", "VERSE_SIGN_IN_COOKIE_SECRET"])
def test_a_secret_that_is_amiss_is_not_shown(here, name):
    assert "hunter2" not in complaint(here, **{name: "hunter2"})


def test_a_secret_is_in_no_print_of_the_settings(here):
    read = filed(
        here,
        '[sign_in]\noidc_client_secret = "hunter2"\n'
        'cookie_secret = "hunter2hunter2hunter2hunter2hunter2"\n'
        '[audit]\nurl = "postgresql://v:hunter2@db/v"\n'
        '[llm]\napi_key = "hunter2"\n',
    )
    assert read.settings.llm.api_key == "hunter2"
    assert "hunter2" not in repr(read.settings)


@pytest.mark.parametrize(
    "content, want",
    [
        (b"[server\nport = 1", "is not TOML"),
        (b"record = true\nrecord = false", "is not TOML"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"#" * 300_000, "is too large"),
    ],
)
def test_a_file_that_cannot_be_settings_is_one_sentence(here, content, want):
    (here / "bad.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=want):
        configure("", str(here / "bad.toml"), {})


def test_a_file_that_was_named_and_is_missing_is_an_error(here):
    with pytest.raises(SettingsError, match=r"cannot be read .*name another file with --config"):
        configure("", str(here / "none.toml"), {})


@given(st.text(max_size=300))
def test_whatever_stands_in_a_file_is_settings_or_one_sentence(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        configure("", str(file), {})
    except SettingsError as error:
        assert "\n" not in str(error) and str(error).isprintable()


BEFORE = st.sampled_from(["", "\n", "# days = [\n", '# """\n\n'])
LIST = st.lists(st.sampled_from(["heads", "a, b = 1", "[audit]", "#", "]"]), max_size=3)


@given(st.lists(st.tuples(BEFORE, LIST, st.booleans()), min_size=2, max_size=2), BEFORE)
def test_the_line_of_a_value_is_the_line_it_begins_on(tmp_path_factory, rows, before):
    """However many blank lines, comments, lines of list and lines of text stand before it."""
    text, expected = "[audit] # ]\ndays = 9\n[sign_in]\n", {"audit.days": 2}
    for name, (above, words, spread) in zip(("governor", "admin"), rows, strict=True):
        text += above
        expected[f"sign_in.{name}_groups"] = text.count("\n") + 1
        between = ",\n" if spread else ", "
        text += f"{name}_groups = [{between.join(json.dumps(word) for word in words)}]\n"
    text += 'oidc_client_id = """\n[server]\nport = 8\n"""\n' + before
    expected["llm.schools"] = text.count("\n") + 1
    text += "[llm.schools]\ndothill = 'off'\n[server]\n"
    expected["server.port"] = text.count("\n") + 1
    text += "port = 7"
    file = tmp_path_factory.getbasetemp() / "lines.toml"
    file.write_text(text)
    read = configure("", str(file), {}).values
    assert {one.setting.key: one.line for one in read if one.setting.key in expected} == expected


def test_the_sections_are_what_others_rely_on():
    for section in (ServerSettings(), SignInSettings(), AuditSettings(), LlmSettings()):
        assert dataclasses.is_dataclass(section)
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(section, dataclasses.fields(section)[0].name, "changed")
    assert hash(Settings(Path("/home"))) == hash(Settings(Path("/home")))
