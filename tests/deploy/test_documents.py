"""What our pages on security, privacy and accessibility point to is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from assistant.configured.read import known_settings
from ui.cli import _parser

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [ROOT / "deploy" / "README.md"]
    + [ROOT / "docs" / f"{name}.md" for name in ("accessibility", "configuration")]
    + [ROOT / "docs" / f"{name}.md" for name in ("privacy", "security")]
)


COMMANDS = sorted(
    {
        words
        for page in [*ROOT.glob("docs/*.md"), ROOT / "deploy" / "README.md"]
        for words in re.findall(r"(?m)^(?:\$ )?verse ((?:keys|audit) .*)$", page.read_text("utf-8"))
    }
)


@pytest.fixture(scope="module")
def tests() -> set[str]:
    return {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"(?m)^\s*(?:async )?def (test_\w+)", path.read_text("utf-8"))
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_is_there(page, tests):
    named = set(re.findall(r"`(test_\w+)`", page.read_text("utf-8")))
    assert named - tests == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page):
    text = page.read_text("utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [one for one in linked if not (page.parent / one).exists()] == []
    named = re.findall(r"`((?:tests|deploy|assistant|ui)/[\w./-]+)`", text)
    assert [one for one in named if not (ROOT / one).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_setting_that_a_page_names_is_one(page):
    known = {one.key for one in known_settings()}
    sections = "|".join(sorted({key.partition(".")[0] for key in known if "." in key}))
    named = re.findall(rf"`(?:{sections})\.\w+", page.read_text("utf-8"))
    assert {one[1:] for one in named} - known == set()


def test_every_command_on_keys_and_kept_answers_that_a_page_gives_is_one():
    assert any(line.startswith("keys add prom") for line in COMMANDS)
    for line in COMMANDS:
        words = shlex.split(line.partition(" > ")[0], comments=True)
        assert _parser(words).parse_args(words).command in ("keys", "audit")
