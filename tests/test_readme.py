"""The README lists what is plugged in."""

from pathlib import Path

import pytest

from eval.metrics import METRICS
from ingest.readers import READERS

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


@pytest.mark.parametrize("key", [*METRICS, *READERS])
def test_every_key_of_a_registry_stands_in_the_readme(key: str):
    assert f"`{key}`" in README
