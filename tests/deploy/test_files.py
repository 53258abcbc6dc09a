"""What can be checked of `deploy/` without Docker, a proxy or a systemd that runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.configured.read import configure, known_settings
from assistant.configured.safe import remarks, unsafe

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
IDENTITY = ("X-Forwarded-User", "X-Forwarded-Groups")
UNITS = ("verse.service", "verse-ingest.service", "verse-ingest.timer")


def unit(name: str) -> list[tuple[str, str]]:
    lines = (DEPLOY / name).read_text("utf-8").splitlines()
    return [
        (key, value)
        for key, sign, value in (line.partition("=") for line in lines)
        if sign and not key.startswith("#")
    ]


@pytest.fixture
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8")))


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, str]:
    """Every secret as a file, by the name that names it in the environment."""
    found = {}
    for one in known_settings():
        if one.secret:
            file = tmp_path / one.key
            file.write_text(
                "postgresql://verse@database/verse" if "url" in one.key else "x" * 40, "utf-8"
            )
            found[f"{one.environment}_FILE"] = str(file)
    return found


# The example of a file of settings


def test_the_example_file_may_be_served_with_as_it_is(secrets):
    read = configure("", str(DEPLOY / "verse.toml"), secrets)
    assert unsafe(read.settings) == ""
    assert remarks(read.settings) == ()
    assert read.settings.sign_in.mode == "oidc"


def test_every_line_of_the_example_file_is_right_once_its_comment_mark_is_taken_off(tmp_path):
    text = (DEPLOY / "verse.toml").read_text("utf-8")
    lines = re.sub(r'(?m)^# (?=\[|"?[\w-]+"? = )', "", text)
    (tmp_path / "all.toml").write_text(lines, "utf-8")
    read = configure("", str(tmp_path / "all.toml"), {})
    named = {one.setting.key for one in read.values if one.source == "file"}
    everything = {one.key for one in known_settings() if not one.secret}
    assert named == everything - {"home", "embedding_model"}


# Compose and image


def test_every_name_that_compose_sets_is_a_setting_and_together_they_may_be_served(
    compose, secrets, tmp_path
):
    given = compose["services"]["verse"]["environment"]
    mounted = {f"/run/secrets/{name}" for name in compose["services"]["verse"]["secrets"]}
    assert {v for k, v in given.items() if k.endswith("_FILE")} <= mounted
    (tmp_path / "verse.toml").write_bytes((DEPLOY / "verse.toml").read_bytes())
    inside = {
        **image(),
        **{k: str(v) for k, v in given.items()},
        **{k: v for k, v in secrets.items() if k in given},
        "VERSE_CONFIG": str(tmp_path / "verse.toml"),
    }
    settings = configure("", "", inside).settings
    assert unsafe(settings) == ""
    assert settings.server.host == "0.0.0.0"
    front = compose["services"]["caddy"]["networks"]["front"]["ipv4_address"]
    assert settings.server.proxy_addresses == (front,)


def image() -> dict[str, str]:
    """What the image sets of ours."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    return dict(re.findall(r"\b(VERSE_[A-Z_]+)=(\S+)", text.rpartition("FROM ")[2]))


def test_the_image_by_itself_serves_nobody_until_it_is_told_how_people_sign_in():
    assert image() == {"VERSE_HOME": "/var/lib/verse", "VERSE_SERVER_HOST": "0.0.0.0"}
    assert "nobody has to sign in" in unsafe(configure("", "", image()).settings)


def test_only_the_proxy_is_published_and_what_is_stored_stands_apart(compose):
    services = compose["services"]
    assert [name for name, one in services.items() if one.get("ports")] == ["caddy"]
    assert services["database"]["networks"] == services["chroma"]["networks"] == ["back"]
    assert compose["networks"]["back"]["internal"] is True
    assert "back" not in services["caddy"]["networks"]


def test_no_container_may_more_than_it_must(compose):
    for one in compose["services"].values():
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in one["security_opt"]
        assert one["mem_limit"]
        assert not one.get("privileged") and not one.get("network_mode")
        assert not any("docker.sock" in str(volume) for volume in one["volumes"])
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert re.search(r"(?m)^USER 10001:10001$", text.rpartition("FROM ")[2])
    assert "HEALTHCHECK" in text


def test_no_secret_stands_in_compose_and_each_is_a_file(compose):
    assert all(set(one) == {"file"} for one in compose["secrets"].values())
    for service in compose["services"].values():
        assert set(service.get("secrets", ())) <= set(compose["secrets"])
        for name in service.get("environment", {}):
            assert not re.search(r"(PASSWORD|SECRET|KEY|AUDIT_URL)$", name)


def test_what_the_image_is_made_of_is_there_and_nothing_else_is_sent():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").split()
    sent = {line[1:] for line in ignored if line.startswith("!")}
    copied = set()
    for line in (DEPLOY / "Dockerfile").read_text("utf-8").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            copied |= {word for word in line.split()[1:-1] if not word.startswith("--")}
    assert copied == sent
    assert all((ROOT / name).exists() for name in copied)


def test_a_home_without_models_gets_the_image_s_and_one_with_them_keeps_its_own(tmp_path):
    for name in ("one", "two"):
        (tmp_path / "image" / name).mkdir(parents=True)
        (tmp_path / "image" / name / "model.json").write_text("from the image")
    mine = tmp_path / "home" / "models" / "two" / "model.json"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    program = tmp_path / "bin" / "verse"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    program.chmod(0o755)
    env = {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "VERSE_HOME": str(tmp_path / "home"),
        "MODELS_FROM": str(tmp_path / "image"),
    }
    command = ["sh", str(DEPLOY / "entry.sh"), "ask", "Can I text?  *"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "ask|Can I text?  *|"
    assert (tmp_path / "home" / "models" / "one" / "model.json").read_text() == "from the image"
    assert mine.read_text() == "mine"
    assert sorted(p.name for p in (tmp_path / "home" / "models").iterdir()) == ["one", "two"]


def test_whatever_lies_beside_the_code_is_installed_with_it():
    """What is not listed works from a checkout and is missing from the image."""
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    listed = set(setuptools["packages"])
    found, beside, shipped = set(), set(), set()
    for top in ("ingest", "assistant", "ui"):
        for path in (ROOT / top).rglob("*"):
            if path.suffix == ".py":
                found.add(".".join(path.parent.relative_to(ROOT).parts))
            elif path.is_file() and "__pycache__" not in path.parts:
                beside.add(path)
        for pattern in setuptools["package-data"].get(top, ()):
            shipped |= set((ROOT / top).glob(pattern))
    assert found == {name for name in listed if not name.startswith("eval")}
    assert beside - shipped == set()


# systemd


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_units_are_right_and_well_shut(tmp_path):
    for name in UNITS:
        text = (DEPLOY / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace("/opt/verse/bin/verse", "/bin/true"))
    paths = [str(tmp_path / name) for name in UNITS]
    done = subprocess.run(
        ["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert (done.returncode, ours) == (0, [])
    for path in paths[:2]:
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=15", path],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-300:]


def test_every_name_that_a_unit_sets_is_a_setting_and_together_they_may_be_served(secrets):
    for name in UNITS[:2]:
        given = dict(v.split("=", 1) for k, v in unit(name) if k == "Environment")
        for key, value in unit(name):
            if key == "LoadCredential":
                assert f"%d/{value.partition(':')[0]}" in given.values()
        inside = {k: secrets.get(k, v) for k, v in given.items() if k.startswith("VERSE_")}
        inside["VERSE_CONFIG"] = str(DEPLOY / "verse.toml")
        settings = configure("", "", inside).settings
        assert settings.home == Path("/var/lib/verse")
        if name == "verse.service":
            assert unsafe(settings) == ""


def test_serving_and_taking_up_policies_share_a_user_a_home_and_the_settings():
    shared = ("User", "DynamicUser", "StateDirectory", "UMask", "ProtectSystem", "ProtectHome")
    first, second = (dict(unit(name)) for name in UNITS[:2])
    assert [first[key] for key in shared] == [second[key] for key in shared]
    both = [v for name in UNITS[:2] for v in unit(name) if v[1].startswith("VERSE_CONFIG")]
    assert len(both) == 2 and both[0] == both[1]


# Proxies


def test_both_proxies_take_away_identities_that_callers_bring():
    caddy = (DEPLOY / "Caddyfile").read_text("utf-8")
    nginx = (DEPLOY / "nginx.conf").read_text("utf-8")
    before = caddy.partition("forward_auth 127")[0]
    assert "route {" in before, "Caddy would sign people in first, then forget who they are"
    for header in IDENTITY:
        assert f"request_header -{header}" in before
        assert f'proxy_set_header {header} "";' in nginx
    # A location that sets a header of its own would inherit none of these.
    for location in re.findall(r"location [/=][^{]*\{[^}]*\}", nginx):
        assert "proxy_set_header" not in location
    assert "$proxy_add_x_forwarded_for;" not in nginx
