"""What a run's answers depend on: two runs with the same of it would answer alike."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from eval.intervals import ROUNDS, SEED
from eval.sets import ROOT, GoldSet, Loaded

FORMAT = 1
_ANSWERING = ("baselines.py", "external.py", "ours.py", "systems.py")


class SetConfig(BaseModel):
    """A gold set as it was: where it lay, and what its documents hashed to."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    gold: tuple[str, ...]
    corpus: str
    lists: str | None
    corpus_sha256: str

    def gold_set(self) -> GoldSet:
        gold = tuple(_from_root(path) for path in self.gold)
        lists = _from_root(self.lists) if self.lists else None
        return GoldSet(self.name, self.title, gold, _from_root(self.corpus), lists)


class Config(BaseModel):
    """config.json of a run."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    made: str  # when
    code_version: str
    code_sha256: str  # of everything that answers, whether committed or not
    model: str
    model_sha256: str
    as_of: dt.date
    sets: tuple[SetConfig, ...]
    splits: tuple[str, ...]
    school: str | None
    against: tuple[str, ...]
    bootstrap_seed: int = SEED
    bootstrap_rounds: int = ROUNDS
    machine: str

    @property
    def key(self) -> str:
        """The same for two runs that would answer alike, whenever and wherever they are made."""
        same = self.model_dump(mode="json", exclude={"made", "code_version", "machine"})
        return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()[:12]


def describe(
    sets: Sequence[tuple[GoldSet, Loaded]],
    model: str,
    model_sha256: str,
    as_of: dt.date,
    splits: Sequence[str],
    school: str | None,
    against: Sequence[str],
) -> Config:
    """The configuration of a run that is about to be made."""
    return Config(
        made=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        code_version=code_version(),
        code_sha256=code_sha256(),
        model=model,
        model_sha256=model_sha256,
        as_of=as_of,
        sets=tuple(
            SetConfig(
                name=one.name,
                title=one.title,
                gold=tuple(_to_root(path) for path in one.gold),
                corpus=_to_root(one.corpus),
                lists=_to_root(one.lists) if one.lists else None,
                corpus_sha256=loaded.corpus_sha256,
            )
            for one, loaded in sets
        ),
        splits=tuple(splits),
        school=school,
        against=tuple(against),
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    )


def code_version() -> str:
    """What git calls this checkout, else the version of the installed package."""
    if (ROOT / ".git").exists():
        try:
            told = subprocess.run(
                ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--tags"],
                capture_output=True,
                encoding="utf-8",
                timeout=10,
                check=True,
            )
            return told.stdout.strip()
        except (OSError, subprocess.SubprocessError):
            pass  # no git, or a repository that it will not read: the package has a version, too
    try:
        return version("chapter-and-verse")
    except PackageNotFoundError:
        return "unknown"


def code_sha256() -> str:
    """Of every file that answers a question: ours, and the baselines'.

    A version says too little while someone is working: every try is the same "dirty".
    """
    answering = [
        *_files(ROOT / "ingest"),
        *_files(ROOT / "assistant"),
        *(
            ROOT / "eval" / name
            for name in ("baselines.py", "external.py", "ours.py", "systems.py")
        ),
    ]
    digest = hashlib.sha256()
    for path in answering:
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterable[Path]:
    kept = {".py", ".toml", ".json"}
    return sorted(path for path in folder.rglob("*") if path.suffix in kept and path.is_file())


def _to_root(path: Path) -> str:
    """Relative to the project where it lies inside, so that a run can be read elsewhere."""
    whole = path.absolute()
    return whole.relative_to(ROOT).as_posix() if whole.is_relative_to(ROOT) else whole.as_posix()


def _from_root(path: str) -> Path:
    return ROOT / path  # an absolute path stays what it is
