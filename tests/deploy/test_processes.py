"""What `deploy/compose.yaml` starts, as plain processes: PostgreSQL with a password, Chroma, us.

Ours run as they do in the image: without what `deploy/not-in-image.txt` lists, with their secrets
in files, and behind a proxy, which here is the test itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psycopg
import pytest
from chroma_server import chroma_run

ROOT = Path(__file__).parents[2]
POLICY = "Phone Policy\n\n1.1 Staff must not text parents from their own phones.\n"
ASKED = {"question": "Can I text a parent from my own phone?"}
STAFF = {"x-forwarded-user": "pat@oak.school.uk", "x-forwarded-groups": "staff"}

# Put on the path as sitecustomize: what the image lacks cannot be imported here either.
LEAN = """
import os, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in os.environ["ABSENT"].split():
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
"""


def absent() -> str:
    """The modules of the packages that the image lacks."""
    lines = (ROOT / "deploy" / "not-in-image.txt").read_text("utf-8").splitlines()
    names = {line for line in lines if line and not line.startswith("#")}
    assert "torch" in names
    found = {
        module
        for module, packages in packages_distributions().items()
        for package in packages
        if package.lower().replace("_", "-") in names
    }
    return " ".join(sorted(found | {"torch"}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Database(NamedTuple):
    """A PostgreSQL server of the test's own that wants a password."""

    url: str
    programs: Path
    data: Path

    def control(self, *words: str) -> None:
        run_as_postgres(self.programs / "pg_ctl", "-D", str(self.data), "-w", *words)


def run_as_postgres(program: Path, *words: str) -> None:
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    command = [str(program), *words]
    done = subprocess.run(
        command,
        user=user,
        cwd="/tmp",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.fail("There is no PostgreSQL: install Debian's package postgresql (make test does).")
    folder = Path(tempfile.mkdtemp(prefix="verse-deploy-", dir="/tmp"))
    password, port = secrets.token_urlsafe(12), free_port()
    (folder / "password").write_text(password)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        shutil.chown(folder / "password", "postgres")
    made = Database(
        f"postgresql+psycopg://verse:{password}@127.0.0.1:{port}/postgres",
        found[-1].parent,
        folder / "data",
    )
    run_as_postgres(
        made.programs / "initdb",
        "-D",
        str(made.data),
        "-U",
        "verse",
        "--auth=scram-sha-256",
        f"--pwfile={folder / 'password'}",
        "--no-sync",
        "--encoding=UTF8",
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    started = ("-l", str(folder / "log"), "-o", f"{options} -c fsync=off", "start")
    try:
        made.control(*started)
        yield made
    finally:
        with contextlib.suppress(AssertionError):
            made.control("-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """A `verse serve` process in an environment like the image's."""

    def __init__(self, env: dict[str, str], port: int) -> None:
        self.env, self.port = env, port
        self.url = f"http://127.0.0.1:{port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.log = Path(env["HOME"]) / "log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(verse()), "serve"], env=self.env, stdout=log, stderr=log, cwd=self.env["HOME"]
            )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/api/v1/health", timeout=5).status_code == 200:
                    return
            time.sleep(0.2)
        raise AssertionError(self.log.read_text())

    def stop(self) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def ask(self, headers: dict[str, str] = STAFF) -> httpx.Response:
        return httpx.post(f"{self.url}/api/v1/ask", json=ASKED, headers=headers, timeout=60)

    def health(self) -> dict[str, Any]:
        return dict(httpx.get(f"{self.url}/api/v1/health", timeout=10).json())


def verse() -> Path:
    return Path(sys.executable).with_name("verse")


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_run(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest.fixture(scope="module")
def server(
    database: Database, chroma: str, models: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    for name in ("lean", "policies", "home", "tmp"):
        (folder / name).mkdir()
    (folder / "lean" / "sitecustomize.py").write_text(LEAN)
    (folder / "policies" / "phones.txt").write_text(POLICY, "utf-8")
    shutil.copytree(models, folder / "home" / "models")  # as deploy/entry.sh does
    (folder / "audit_url").write_text(database.url + "\n")
    port = free_port()
    (folder / "verse.toml").write_text(
        f"[server]\nport = {port}\n[sign_in]\nmode = 'proxy'\n[audit]\non = true\n"
        '[sign_in.audience_groups]\nstaff = "staff"\n'
    )
    env = {k: v for k, v in os.environ.items() if not k.startswith(("VERSE_", "PYTHONPATH"))}
    env |= {
        "ABSENT": absent(),
        "HOME": str(folder / "tmp"),
        "PYTHONPATH": str(folder / "lean"),
        "VERSE_HOME": str(folder / "home"),
        "VERSE_CONFIG": str(folder / "verse.toml"),
        "VERSE_AUDIT_URL_FILE": str(folder / "audit_url"),
        "VERSE_CHROMA_URL": chroma,
    }
    command = [str(verse()), "ingest", str(folder / "policies"), "--school", "Oak School"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    running = Server(env, port)
    running.start()
    yield running
    running.stop()


def kept(database: Database) -> list[tuple[str, str]]:
    with psycopg.connect(database.url.replace("+psycopg", "")) as connection:
        return connection.execute("select status, who from answers order by at").fetchall()


def test_the_vectors_lie_on_the_chroma_server_and_not_in_the_home(server, chroma):
    collections = httpx.get(
        f"{chroma}/api/v2/tenants/default_tenant/databases/default_database/collections"
    ).json()
    assert [one["name"].partition("-school-")[2] for one in collections] == ["oak-school-current"]
    assert not list(Path(server.env["VERSE_HOME"]).glob("generations/*/chroma"))


def test_whoever_the_proxy_signed_in_is_answered_and_nobody_else(server):
    assert server.ask({}).status_code == 401
    answer = server.ask().raise_for_status().json()
    assert (answer["status"], answer["verdict"]) == ("answered", "not_permitted")
    assert answer["quotes"][0]["text"] in POLICY


def test_the_chat_is_served_beside_the_api(server):
    page = httpx.get(server.url, headers=STAFF, timeout=30)
    assert page.status_code == 200 and "text/html" in page.headers["content-type"]


def test_every_answer_is_in_postgresql_without_who_asked(server, database):
    before = len(kept(database))
    server.ask().raise_for_status()
    rows = kept(database)
    assert len(rows) == before + 1
    assert rows[-1] == ("answered", "")


def test_no_secret_and_no_question_is_in_what_it_prints(server, database):
    done = subprocess.run(
        [str(verse()), "config", "--json"],
        env=server.env,
        capture_output=True,
        text=True,
        check=True,
    )
    password = database.url.split(":")[2].partition("@")[0]
    log = server.log.read_text()
    assert password not in done.stdout + done.stderr + log
    assert "text a parent" not in log and "pat@oak" not in log
    told = {one["key"]: one for one in json.loads(done.stdout)["settings"]}
    assert told["audit.url"]["where"] == "VERSE_AUDIT_URL_FILE"


def test_told_to_stop_it_stops_and_started_again_it_goes_on(server, database):
    before = len(kept(database))
    assert server.stop() == 0
    server.start()
    server.ask().raise_for_status()
    assert len(kept(database)) == before + 1


# The last of this file: there is no database after it.
def test_without_its_database_it_answers_all_the_same_and_health_says_so(server, database):
    assert server.health()["audit"] == ""
    database.control("-m", "immediate", "stop")
    assert server.ask().raise_for_status().json()["status"] == "answered"
    found = server.health()
    assert found["ready"] is True and found["audit"].endswith(".")
