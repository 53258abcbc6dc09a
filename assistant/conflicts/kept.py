"""What the judge said, kept in the home: a pair of clauses that stays as it was is read once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.conflicts.judge import Judge, Opinion, Step
from ingest.home import write_whole

FOLDER = "opinions"
_MOST_BYTES = 50_000_000
_MOST_KNOWN = 100_000  # pairs; beyond them those of clauses that are gone are forgotten
_CHUNK = 512  # pairs read at a time


class _File(BaseModel):
    model_config = ConfigDict(frozen=True)

    judge: str  # sha256 of the model that said it
    opinions: dict[str, tuple[float, float]]  # hash of both texts → contradicts, same


class Kept:
    """A judge that remembers, in one file a school; a damaged or old file is as good as none."""

    def __init__(self, home: Path, school: str, judge: Judge) -> None:
        plain = re.sub(r"[^a-z0-9-]+", "-", school.lower())[:40]
        mark = hashlib.sha256(school.encode()).hexdigest()[:8]
        self._path = home / FOLDER / f"{plain}-{mark}.json"
        self._judge = judge

    def opinions(
        self, pairs: Sequence[tuple[str, str]], step: Step = lambda _done, _all: None
    ) -> list[Opinion]:
        """As `Judge.opinions`; only what it has not said before is asked of it."""
        known = self._read()
        names = [_name(pair) for pair in pairs]
        new = [n for n, name in enumerate(names) if name not in known]
        old = len(pairs) - len(new)
        step(old, len(pairs))
        for start in range(0, len(new), _CHUNK):
            some = new[start : start + _CHUNK]
            before = old + start
            said = self._judge.opinions(
                [pairs[n] for n in some],
                lambda done, _all, before=before: step(before + done, len(pairs)),  # type: ignore[misc]
            )
            for n, opinion in zip(some, said, strict=True):
                known[names[n]] = (round(opinion.contradicts, 4), round(opinion.same, 4))
        if new:
            many = len(known) > _MOST_KNOWN
            self._write({name: known[name] for name in names} if many else known)
        return [Opinion(*known[name]) for name in names]

    def _read(self) -> dict[str, tuple[float, float]]:
        try:
            if self._path.stat().st_size > _MOST_BYTES:
                return {}
            file = _File.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return {}
        return dict(file.opinions) if file.judge == self._judge.sha256 else {}

    def _write(self, opinions: dict[str, tuple[float, float]]) -> None:
        """A home that cannot be written to costs time and nothing else."""
        made = json.dumps({"judge": self._judge.sha256, "opinions": opinions})
        try:
            self._path.parent.mkdir(exist_ok=True)
            write_whole(self._path, made.encode())
        except OSError:
            return


def _name(pair: tuple[str, str]) -> str:
    return hashlib.sha256("\0".join(pair).encode("utf-8", "replace")).hexdigest()[:24]
