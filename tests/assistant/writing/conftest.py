"""A short policy, and language models on loopback that word answers over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from model_server import Server, running

from assistant.ask import Assistant
from assistant.library import Library
from assistant.settings import LlmSettings
from assistant.writing.writer import open_writer
from ingest.sync import ingest

POLICY = """# Mobile Phone Policy

## Phones

1.1 Staff must not use their own phones in lessons, except in an emergency.

1.2 Staff may use the office phone to ring parents.

1.3 Staff must report a lost phone to the school office within 24 hours.

1.4 Volunteers should leave their phones in the staffroom.
"""


@pytest.fixture(params=["openai", "ollama"])
def server(request) -> Iterator[Server]:
    """A server of either protocol."""
    with running(request.param) as server:
        yield server


@pytest.fixture
def openai() -> Iterator[Server]:
    with running("openai") as server:
        yield server


@pytest.fixture(scope="session")
def phones(furnish, tmp_path_factory):
    """A school with one short policy, indexed."""
    folder = tmp_path_factory.mktemp("phones")
    (folder / "phones.md").write_text(POLICY)
    home = furnish(tmp_path_factory.mktemp("home"))
    ingest(folder, home, school="Oak")
    return home


@pytest.fixture(scope="session")
def library(phones):
    """Opened once for all: loading its model takes longer than any answer."""
    return Library.open(phones)


@pytest.fixture
def asked_with(library, phones):
    """Opens the assistant over the short policy with any model."""
    return lambda llm: Assistant(library, open_writer(phones, llm))


@pytest.fixture
def worded(asked_with):
    """The same with a server's model."""

    def open_with(server: Server, **rest: Any) -> Assistant:
        return asked_with(
            LlmSettings(**({"model": server.model, "base_url": server.url, "cache": False} | rest))
        )

    return open_with
