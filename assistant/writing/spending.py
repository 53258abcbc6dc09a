"""How many calls of a language model a day has had, in all and for each school."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import filelock
from pydantic import BaseModel, Field, ValidationError

from assistant.settings import LlmSettings
from ingest.home import write_whole

FILE = "llm/spent.json"
_PATIENCE = 2.0  # seconds for another process to write


class _Spent(BaseModel):
    day: dt.date
    all: int = Field(default=0, ge=0)
    schools: dict[str, int] = {}


def spend(home: Path, settings: LlmSettings, school: str, today: dt.date | None = None) -> bool:
    """Count a call, and True where it is within the budget of the day; fails closed.

    Where no budget is set nothing is counted.
    """
    if not settings.budget_per_day and not settings.budget_per_school:
        return True
    today = today or dt.date.today()
    path = home / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(path.with_suffix(".lock"), timeout=_PATIENCE):
            spent = _read(path, today)
            of_school = spent.schools.get(school, 0)
            if settings.budget_per_day and spent.all >= settings.budget_per_day:
                return False
            if settings.budget_per_school and of_school >= settings.budget_per_school:
                return False
            schools = spent.schools | {school: of_school + 1}
            more = spent.model_copy(update={"all": spent.all + 1, "schools": schools})
            write_whole(path, more.model_dump_json().encode())
            return True
    except (OSError, filelock.Timeout):
        return False  # a budget that cannot be kept is not exceeded either


def _read(path: Path, today: dt.date) -> _Spent:
    try:
        spent = _Spent.model_validate(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return _Spent(day=today)
    except (ValueError, ValidationError) as error:
        raise OSError(f"{path} is damaged") from error
    return spent if spent.day == today else _Spent(day=today)
