"""Sentences and answers judged by hand: the measure of whatever checks meaning."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.gold import GoldError

JUDGED = Path(__file__).parent / "judged"


class Flip(BaseModel):
    """A sentence that misstates its clause in one way."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    clause: str
    clause2: str = ""  # what a splice takes its other half from
    lead_in: str
    sentence: str
    change: str
    why: str


class Paraphrase(BaseModel):
    """A sentence that says what its clause says in other words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    clause: str
    lead_in: str
    sentence: str
    why: str


class Pair(BaseModel):
    """An answer, the quotes it stands on, and whether it is faithful to them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    answer: str
    quotes: tuple[str, ...]
    faithful: bool
    faults: tuple[str, ...]
    note: str


Half = Literal["dev", "test"]
HALVES: tuple[Half, ...] = ("dev", "test")


def half(one: Flip | Paraphrase | Pair) -> Half:
    """Which half an item is in: the metric is worked on with dev; test is only ever counted.

    A hash of the topic decides, and not of the item, so that no clause is on both sides.
    """
    topic = "-".join(one.id.split("-")[1:-1])
    return HALVES[int(hashlib.sha256(topic.encode("utf-8")).hexdigest(), 16) % 2]


One = TypeVar("One", bound=BaseModel)


@cache
def flips(folder: Path = JUDGED) -> tuple[Flip, ...]:
    return _read(folder / "flips.toml", "flip", Flip)


@cache
def paraphrases(folder: Path = JUDGED) -> tuple[Paraphrase, ...]:
    return _read(folder / "paraphrases.toml", "paraphrase", Paraphrase)


@cache
def pairs(folder: Path = JUDGED) -> tuple[Pair, ...]:
    return _read(folder / "pairs.toml", "pair", Pair)


def _read(file: Path, table: str, kind: type[One]) -> tuple[One, ...]:
    try:
        rows = tomllib.loads(file.read_text("utf-8"))[table]
        return tuple(kind.model_validate(row) for row in rows)
    except OSError as error:
        raise GoldError(f"{file}: cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise GoldError(f"{file}: not a file of [[{table}]] tables: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise GoldError(f"{file}: {where}: {first['msg']}.") from error
