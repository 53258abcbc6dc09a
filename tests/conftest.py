from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ingest.sync import ingest

CORPUS = Path(__file__).parents[1] / "corpus"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus, indexed once for all tests; they may read it and must not write to it.

    VERSE_TEST_MODELS may name a folder of exported models, which saves exporting one anew.
    """
    folder = tmp_path_factory.mktemp("home")
    if models := os.environ.get("VERSE_TEST_MODELS"):
        shutil.copytree(models, folder / "models")
    ingest(CORPUS, folder)
    return folder
