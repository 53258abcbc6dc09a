"""`verse config`, and how the command finds its settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.configured.read import known_settings
from ui.configuring import tables

ROOT = Path(__file__).parents[2]
SECRETS = {
    "sign_in.oidc_client_secret": "hunter2",
    "sign_in.cookie_secret": "hunter2-hunter2-hunter2-hunter2-hunter2",
    "audit.url": "postgresql+psycopg://verse:hunter2@db/verse",
    "llm.api_key": "hunter2",
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("VERSE_"):
            monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(
        'record = true\n\n[server]\nport = 9000\nallowed_origins = ["https://intranet.school.uk"]\n'
        '[sign_in.school_groups]\n"Staff, Dothill" = "dothill"\n'
    )
    return path


def test_each_setting_is_told_with_where_it_comes_from(verse, file, monkeypatch):
    monkeypatch.setenv("VERSE_SERVER_HOST", "127.0.0.2")
    told = verse("--home", "/srv/verse", "config", "--config", file)
    lines = {line.split(" ", 1)[0]: line for line in told.out.splitlines()}
    assert (told.status, told.err) == (0, "")
    assert list(lines) == [one.key for one in known_settings()]
    for key, value, source in [
        ("home", '"/srv/verse"', "(--home)"),
        ("record", "true", f"(file {file} line 1)"),
        ("server.host", '"127.0.0.2"', "(environment VERSE_SERVER_HOST)"),
        ("server.port", "9000", f"(file {file} line 4)"),
        ("server.allowed_origins", '["https://intranet.school.uk"]', f"(file {file} line 5)"),
        ("sign_in.school_groups", '{ "Staff, Dothill" = "dothill" }', f"(file {file} line 6)"),
        ("server.url", '""', "(default)"),
    ]:
        assert lines[key].split(" = ", 1)[1] == f"{value}  {source}"


def test_no_secret_is_shown_wherever_it_stands(spawn, tmp_path, monkeypatch):
    names = {one.key: one.environment for one in known_settings() if one.secret}
    assert set(names) == set(SECRETS)
    for key, secret in SECRETS.items():
        monkeypatch.setenv(names[key], secret)
    lines = [f"{key} = {json.dumps(secret)}" for key, secret in SECRETS.items()]
    (tmp_path / "settings.toml").write_text("\n".join(lines))
    for environment in (dict.fromkeys(names.values(), ""), {}):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        for words in ([], ["--json"]):
            told = spawn("config", "--config", str(tmp_path / "settings.toml"), *words)
            assert told.status == 0
            assert "hunter2" not in told.out + told.err
            assert told.out.count("set") >= len(SECRETS)


def test_as_json_it_is_one_object_of_the_same(verse, file):
    told = verse("config", "--json", "--config", file).answer
    found = {one["key"]: one for one in told["settings"]}
    assert told["file"] == str(file)
    assert list(found) == [one.key for one in known_settings()]
    port = found["server.port"]
    assert (port["value"], port["source"], port["where"], port["line"], port["environment"]) == (
        9000,
        "file",
        str(file),
        4,
        "VERSE_SERVER_PORT",
    )
    assert (found["llm.api_key"]["value"], found["llm.api_key"]["set"]) == (None, False)


def test_it_says_where_serving_would_be_refused_and_what_is_odd(verse, monkeypatch):
    monkeypatch.setenv("VERSE_SERVER_HOST", "0.0.0.0")
    assert "`verse serve` would not start: server.host is 0.0.0.0" in verse("config").err
    assert verse("config", "--json").answer["trouble"].startswith("server.host is 0.0.0.0")
    monkeypatch.setenv("VERSE_SERVER_OPEN_TO_ALL", "on")
    told = verse("config")
    assert "would not start" not in told.err
    assert "Note: server.open_to_all is on" in told.err


def test_what_a_value_holds_cannot_move_a_terminal_s_cursor(verse, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text('[sign_in]\nadmin_groups = ["\\u001b[2J\\u202egroup\\u009b"]\n')
    told = verse("config", "--config", file)
    assert "group" in told.out
    assert all(line.isprintable() for line in told.out.splitlines())


@pytest.mark.parametrize("words", [["config"], ["ask", "Can I text?"], ["coverage"]])
def test_every_command_refuses_a_misspelt_setting_in_one_sentence(verse, monkeypatch, words):
    monkeypatch.setenv("VERSE_SERVR_PORT", "9000")
    verse(*words).one_sentence(2, "VERSE_SERVR_PORT", "VERSE_SERVER_PORT")


def test_a_file_of_settings_moves_the_home_of_every_command(verse, tmp_path):
    (tmp_path / "settings.toml").write_text('home = "elsewhere"\n')
    said = verse("ask", "Can I text?", "--config", tmp_path / "settings.toml")
    said.one_sentence(1, str(tmp_path / "elsewhere"), "verse ingest")


def test_a_model_for_one_question_is_named_as_in_the_settings(verse):
    said = verse("ask", "Can I text?", "--llm", "gpt")
    assert (said.status, said.out) == (2, "")
    assert "--llm must be provider:model" in said.err and "not 'gpt'" in said.err


def test_serving_to_others_without_a_sign_in_is_refused_before_anything_is_opened(verse):
    verse("serve", "--host", "0.0.0.0").one_sentence(2, "0.0.0.0", "sign_in.mode")


def test_where_nothing_is_set_asking_reads_no_toml_of_settings_and_imports_no_checks(tmp_path):
    """Cold start: what is set is read by modules that an unset process never imports."""
    code = (
        "import sys; from ui.cli import main; main(['ask', 'Can I text?'])\n"
        "print(sorted(m for m in sys.modules if m.startswith(('assistant.setting',"
        " 'assistant.configured', 'limits', 'sqlalchemy'))))"
    )
    env = {k: v for k, v in os.environ.items() if not k.startswith("VERSE_")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=env | {"PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert done.stdout.strip() == "['assistant.settings']"


def test_the_documented_table_is_what_the_code_has():
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    assert tables() in page, "write what `python -m ui.configuring` prints into the page"
