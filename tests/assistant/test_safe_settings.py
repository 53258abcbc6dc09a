"""Which settings `verse serve` refuses, and which it only remarks on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from assistant.configured.read import configure
from assistant.configured.safe import is_loopback, laid_open, remarks, require_safe, unsafe
from assistant.settings import ServerSettings, Settings, SettingsError, SignInSettings


def closed(**changes: object) -> Settings:
    return dataclasses.replace(Settings(Path("/home")), **changes)


OIDC = SignInSettings(
    "oidc",
    oidc_issuer="https://issuer.uk",
    oidc_client_id="id",
    oidc_client_secret="shared",
)
AT = "https://help.school.uk"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "help.school.uk"])
def test_nobody_signing_in_is_for_this_machine_alone(host):
    said = unsafe(closed(server=ServerSettings(host)))
    assert said.startswith(f"server.host is {host} and nobody has to sign in;")
    with pytest.raises(SettingsError):
        require_safe(closed(server=ServerSettings(host)))
    assert unsafe(closed(server=ServerSettings(host, open_to_all=True))) == ""
    assert unsafe(closed(server=ServerSettings(host, url=AT), sign_in=OIDC)) == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_alone_needs_no_sign_in(host):
    assert is_loopback(host)
    assert unsafe(closed(server=ServerSettings(host))) == ""


def test_a_public_address_on_loopback_means_a_proxy_and_needs_sign_in():
    assert "nobody has to sign in" in unsafe(closed(server=ServerSettings(url=AT)))
    assert unsafe(closed(server=ServerSettings(url="http://127.0.0.1:8000"))) == ""


@pytest.mark.parametrize(
    "server, sign_in, want",
    [
        (ServerSettings(url=AT), SignInSettings("oidc"), "oidc_issuer is empty"),
        (ServerSettings("0.0.0.0"), OIDC, "server.url is empty"),
        (ServerSettings(url="http://help.school.uk"), OIDC, "server.url is not https"),
        (
            ServerSettings(url=AT),
            dataclasses.replace(OIDC, oidc_issuer="http://issuer.uk"),
            "oidc_issuer is not https",
        ),
        (ServerSettings(proxy_addresses=()), SignInSettings("proxy"), "proxy_addresses is empty"),
        (ServerSettings(), SignInSettings("proxy", proxy_user_header=""), "header is empty"),
        (
            ServerSettings(),
            SignInSettings("proxy", proxy_groups_header="x-forwarded-user"),
            "the same header",
        ),
    ],
)
def test_a_way_to_sign_in_that_could_be_walked_round_is_refused(server, sign_in, want):
    assert want in unsafe(closed(server=server, sign_in=sign_in))


def test_what_is_allowed_and_odd_is_remarked(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text(
        '[server]\nhost = "0.0.0.0"\nopen_to_all = true\nallowed_origins = ["http://old.uk"]\n'
        '[audit]\non = true\nkeep_user = true\n[llm]\nmodel = "a:b"\nbase_url = "http://llm.uk"\n'
        'api_key = "k"\n'
    )
    read = configure("", str(file), {})
    file.chmod(0o644)
    said = " ".join(remarks(read.settings))
    for want in (
        "may read every policy but those for governors",
        "http://old.uk, which is not https",
        "llm.base_url is not https",
        "keep_user has no effect",
    ):
        assert want in said
    assert "everybody on this machine may read it" in laid_open(read)
    file.chmod(0o640)
    assert laid_open(read) == ""
    assert remarks(closed()) == ()
