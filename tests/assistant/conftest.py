from __future__ import annotations

import datetime as dt
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answer, Question
from assistant.ask import Assistant
from eval.gold import AS_OF, Gold, load_gold
from ingest.sync import ingest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"

# A trust of nine schools, each with one page on phones, and an authority with a page for all.
TREES = ("oak", "elm", "ash", "fir", "yew", "lime", "pine", "beech", "rowan")
PAGE = """Mobile Phone Policy

1. Phones

1.1 Staff of {tree} must not text parents from their own phones.

1.2 Staff of {tree} may use the office phone to ring parents.

2. Photographs

2.1 Staff of {tree} must not take photographs of pupils with their own cameras.
"""
DRAFT = """Draft Skateboard Policy

1.1 Staff must not ride skateboards in the corridor.
"""
OLD = """Mobile Phone Policy

1. Phones

1.1 Staff may text parents from their own phones after six.
"""
ADVICE = """Advice to schools

1.1 Staff should not lend their phones to pupils.
"""


@pytest.fixture(scope="session")
def assistant(home: Path) -> Assistant:
    """The real policies, to be asked."""
    return Assistant.open(home)


@pytest.fixture(scope="session")
def ask(assistant: Assistant) -> Callable[..., Answer]:
    """Ask the real policies, on the day of the gold questions unless told otherwise."""

    def put(question: str, school: str | None = None, **rest: Any) -> Answer:
        return assistant.ask(Question(**{"as_of": AS_OF} | rest, question=question, school=school))

    return put


@pytest.fixture(scope="session")
def gold() -> tuple[Gold, ...]:
    return load_gold([ROOT / "eval" / "gold"], CORPUS)


@pytest.fixture(scope="session")
def answers(gold: tuple[Gold, ...], ask: Callable[..., Answer]) -> Mapping[str, Answer]:
    """What we answer to each gold question, by its id."""
    return {
        one.question.id: ask(
            one.question.question,
            one.question.school or None,
            id=one.question.id,
            history=one.question.history,
            role=one.question.role,
        )
        for one in gold
    }


@pytest.fixture(scope="session")
def trust(
    furnish: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Answer]:
    """Ask nine small schools; of Oak there is also a draft and a version of 2020."""
    folder = tmp_path_factory.mktemp("trust")
    register = ['[[school]]\nkey = "shire"\nname = "Shire Council"\nbody = "authority"\n']
    register += [f'[[school]]\nkey = "{t}"\nname = "{t.title()} School"\n' for t in TREES]
    pages = {f"{tree}/phones.txt": PAGE.format(tree=tree.title()) for tree in TREES}
    pages |= {"oak/skateboards.txt": DRAFT, "oak/phones-2020.txt": OLD, "shire/advice.txt": ADVICE}
    says = {
        "oak/phones.txt": 'adopted = { value = "1 March 2024", from = "test" }\n'
        'review_due = { value = "March 2026", from = "test" }\n'
        'supersedes = "oak/phones-2020.txt"\n',
        "oak/phones-2020.txt": 'status = { value = "superseded", from = "test" }\n'
        'adopted = { value = "1 March 2020", from = "test" }\n',
        "oak/skateboards.txt": 'status = { value = "draft", from = "test" }\n',
        "elm/phones.txt": 'adopted = { value = "1 March 2024", from = "test" }\n',
    }
    for source, text in pages.items():
        (folder / source).parent.mkdir(exist_ok=True)
        (folder / source).write_text(text, "utf-8")
        school = source.partition("/")[0]
        row = f'[[policy]]\nschool = "{school}"\nsource = "{source}"\n'
        register.append(row + says.get(source, ""))
    (folder / "register.toml").write_text("\n".join(register), "utf-8")
    place = furnish(tmp_path_factory.mktemp("trust-home"))
    ingest(folder, place)
    opened = Assistant.open(place)

    def put(question: str, school: str | None = None, **rest: Any) -> Answer:
        day = {"as_of": dt.date(2025, 1, 1)}
        return opened.ask(Question(**day | rest, question=question, school=school))

    return put


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """Makes empty databases on a PostgreSQL server of the tests' own, and says their addresses.

    The server listens on a socket in a folder under /tmp; as root it runs as `postgres`.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    plain = shutil.which("postgres")
    if not (found or plain):
        pytest.fail("There is no PostgreSQL: install Debian's package postgresql (make test does).")
    programs = (found[-1] if found else Path(str(plain))).parent
    folder = Path(tempfile.mkdtemp(prefix="verse-pg-", dir="/tmp"))  # a socket's path is short
    as_whom = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_whom:
        shutil.chown(folder, "postgres")

    def run(program: str, *words: str) -> None:
        command = [*as_whom, str(programs / program), *words]
        subprocess.run(command, check=True, capture_output=True, cwd="/tmp", timeout=120)

    data, log = str(folder / "data"), str(folder / "log")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    run("initdb", "-D", data, "-U", "verse", "--auth=trust", "--no-sync", "--encoding=UTF8")
    try:
        run("pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        numbers = itertools.count()

        def make() -> str:
            name = f"verse{next(numbers)}"
            run("createdb", "-h", str(folder), "-U", "verse", name)
            return f"postgresql://verse:sesame@/{name}?host={folder}"

        yield make
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)
