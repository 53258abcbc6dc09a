"""What was asked in vain is told to governors of the schools that they see."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant import record
from assistant.answer import Answer
from assistant.settings import Settings
from assistant.sight import EVERYTHING, Sight
from ingest.policy.register import School
from ui.app_pages.governors_vain import _in_vain

OAK, ELM = School(key="oak", name="Oak"), School(key="elm", name="Elm")


@pytest.fixture
def settings(tmp_path: Path, answer: Callable[..., Answer]) -> Settings:
    made = dataclasses.replace(Settings(tmp_path), record=True)
    for school, question in (("oak", "Who feeds the cat?"), ("elm", "Who feeds the otter?")):
        scope = {"school": school, "role": "staff", "as_of": dt.date(2026, 11, 20)}
        silent: dict[str, Any] = {"status": "not_covered", "verdict": "not_covered", "quotes": ()}
        kept = record.keep(made, answer(question=question, scope=scope, **silent))
        assert kept.ticket and not kept.problem
    return made


@pytest.mark.parametrize(
    ("sight", "schools", "chosen", "told"),
    [
        (EVERYTHING, (OAK, ELM), "", {"cat", "otter"}),
        (EVERYTHING, (OAK,), "oak", {"cat"}),
        (Sight(frozenset({"oak"})), (OAK,), "", {"cat"}),
        (Sight(frozenset({"oak", "elm"})), (OAK, ELM), "", {"cat", "otter"}),
        (Sight(frozenset({"ash"})), (), "", set()),
    ],
)
def test_a_governor_is_told_of_the_schools_they_see(
    settings: Settings, sight: Sight, schools: tuple[School, ...], chosen: str, told: set[str]
) -> None:
    desk: Any = SimpleNamespace(
        settings=settings, library=SimpleNamespace(sight=sight), schools=schools, school=chosen
    )
    found = _in_vain(desk, None)
    assert {w for a in found.asked for w in ("cat", "otter") if w in a.question} == told
    assert found.kept == len(told) and not found.problem
