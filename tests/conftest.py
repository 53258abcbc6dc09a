from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.reader import NAME, make_reader
from ingest.embedding import BUNDLED, TUNED, open_embedder
from ingest.sync import ingest

# What tests of several folders share stands in modules here, which no package holds.
sys.path.insert(0, str(Path(__file__).parent))

CORPUS = Path(__file__).parents[1] / "corpus"


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `models` folder with the bundled model and our own, exported once for all tests.

    VERSE_TEST_MODELS may name a folder of exported models, which saves exporting one anew.
    """
    folder = tmp_path_factory.mktemp("exported")
    if ready := os.environ.get("VERSE_TEST_MODELS"):
        for name in (BUNDLED, TUNED, NAME):
            if (Path(ready) / name).is_dir():
                shutil.copytree(Path(ready) / name, folder / "models" / name)
    open_embedder(folder, BUNDLED, export=True)
    open_embedder(folder, TUNED, export=True)
    assert make_reader(folder) == ""
    return folder / "models"


@pytest.fixture(scope="session")
def furnish(models: Path) -> Callable[[Path], Path]:
    """Makes a home that has the model and no index; write into none of the model's files."""

    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)

    def furnished(home: Path) -> Path:
        shutil.copytree(models, home / "models", copy_function=link)
        return home

    return furnished


@pytest.fixture(scope="session")
def home(furnish: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus, indexed once for all tests; they may read it and must not write to it."""
    folder = furnish(tmp_path_factory.mktemp("home"))
    ingest(CORPUS, folder)
    return folder


@pytest.fixture
def new_home(furnish: Callable[[Path], Path], tmp_path: Path) -> Path:
    """A home of the test's own, with the model and without an index."""
    return furnish(tmp_path / "home")
