from __future__ import annotations

import dataclasses
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

# What tests here share stands in a module beside them, which no package holds.
sys.path.insert(0, str(Path(__file__).parent))

from assistant.settings import ServerSettings, Settings, SignInSettings
from ingest.sync import ingest


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of a home of the test's own; those of signing in are named."""

    def make(server: ServerSettings | None = None, **sign_in: Any) -> Settings:
        return dataclasses.replace(
            Settings(tmp_path / "home"),
            server=server or ServerSettings(),
            sign_in=SignInSettings(**sign_in),
        )

    return make


# Whom the provider knows, and their groups.
PEOPLE = {
    "ada": ["staff", "oak"],
    "gil": ["governors", "oak"],
    "mia": ["admins"],
    "pat": ["parents", "oak"],
    "eve": [],
}


@pytest.fixture(scope="package")
def issuer() -> Iterator[str]:
    """A real OpenID Connect provider on loopback, which knows the people above."""
    import oidc_provider_mock as provider

    people = [
        provider.User(sub=name, claims={"preferred_username": f"{name}@oak.uk", "groups": groups})
        for name, groups in PEOPLE.items()
    ]
    with (
        pytest.MonkeyPatch.context() as patch,
        provider.run_server_in_thread(user_claims=people, require_nonce=True) as server,
    ):
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the provider's own library wants it
        yield f"http://localhost:{server.server_port}"


SCHOOLS = """
[[school]]
key = "oak"
name = "Oak Primary School"
[[school]]
key = "elm"
name = "Elm Junior School"
"""
POLICIES = {
    "oak/admissions.txt": ("public", "Admissions Policy", "Parents must apply by 15 January."),
    "oak/homework.txt": ("parents", "Homework Policy", "Parents may sign the homework diary."),
    "oak/phones.txt": ("staff", "Phone Policy", "Staff must not text parents on their own phones."),
    "oak/pay.txt": ("governors", "Senior Pay Policy", "The head may get a zebra bonus of £7,000."),
    "elm/ponds.txt": ("staff", "Pond Policy", "Pupils must not feed the otters in the pond."),
}


@pytest.fixture(scope="package")
def trust_home(furnish: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two schools; each of Oak's policies is for another audience."""
    folder = tmp_path_factory.mktemp("trust")
    register = SCHOOLS
    for source, (audience, title, rule) in POLICIES.items():
        (folder / source).parent.mkdir(exist_ok=True)
        (folder / source).write_text(f"{title}\n\n1. Rules\n\n1.1 {rule}\n", "utf-8")
        school = source.partition("/")[0]
        register += f'[[policy]]\nschool = "{school}"\nsource = "{source}"\n'
        register += f'audience = ["{audience}"]\n'
    (folder / "register.toml").write_text(register, "utf-8")
    home = furnish(tmp_path_factory.mktemp("trust-home"))
    ingest(folder, home)
    return home


class Served:
    """A `verse serve` process and where it answers."""

    def __init__(self, home: Path, env: dict[str, str]) -> None:
        verse = shutil.which("verse", path=str(Path(sys.executable).parent))
        assert verse, "the verse command is not installed beside this Python"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [verse, "serve", "--home", str(home), "--port", str(self.port)],
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"VERSE_SERVER_RATE_PER_ADDRESS": "100000/minute"} | env,
        )
        self.err: list[str] = []
        self.ready = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.err.append(line)
            if "answers at" in line:
                self.ready.set()
        self.ready.set()  # it has ended: nobody need wait any longer


@pytest.fixture(scope="package")
def serve(trust_home: Path) -> Iterator[Callable[..., Served]]:
    """Starts `verse serve` over the trust, with settings from the environment."""
    started: list[Served] = []

    def start(**env: str) -> Served:
        made = Served(trust_home, env)
        started.append(made)
        assert made.ready.wait(60) and made.process.poll() is None, "".join(made.err)
        httpx.get(f"{made.url}/api/v1/health", timeout=60)
        return made

    yield start
    for made in started:
        made.process.terminate()
        made.process.wait(20)


GROUPS = {
    "VERSE_SIGN_IN_GOVERNOR_GROUPS": "governors",
    "VERSE_SIGN_IN_ADMIN_GROUPS": "admins",
    "VERSE_SIGN_IN_SCHOOL_GROUPS": "oak=oak,elm=elm",
    "VERSE_SIGN_IN_AUDIENCE_GROUPS": "staff=staff,parents=parents",
}


@pytest.fixture(scope="package")
def with_issuer(serve: Callable[..., Served], issuer: str) -> Served:
    """Served to people who sign in with the provider."""
    return serve(
        VERSE_SIGN_IN_MODE="oidc",
        VERSE_SIGN_IN_OIDC_ISSUER=issuer,
        VERSE_SIGN_IN_OIDC_CLIENT_ID="verse",
        VERSE_SIGN_IN_OIDC_CLIENT_SECRET="shared",
        **GROUPS,
    )


@pytest.fixture(scope="package")
def behind_proxy(serve: Callable[..., Served]) -> Served:
    """Served to a proxy on 127.0.0.1, which says who asks."""
    return serve(VERSE_SIGN_IN_MODE="proxy", VERSE_SERVER_PROXY_ADDRESSES="127.0.0.1", **GROUPS)
