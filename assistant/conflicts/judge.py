"""The judge of two clauses: can both be kept? A small cross-encoder, shipped ready to run.

`eval/training/conflicts.py` makes it; docs/evaluation.md says what it is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.documents import IngestError, Passage, flow
from ingest.exported import Exported

FOLDER = Path(__file__).parents[1] / "weights" / "contradiction"
RELATIONS = ("contradicts", "same", "neither")  # the model's columns, in this order
LENGTH = 128  # tokens of both clauses together

_TITLE = 60  # characters of a policy's title
_NO = -5.0  # log-odds below which two clauses surely do not contradict each other
_MOST_CHARACTERS = 1_500  # of one clause; the judge sees a fifth of it

Step = Callable[[int, int], None]  # pairs read, of how many


@dataclass(frozen=True)
class Opinion:
    """What the judge makes of two clauses, as log-odds."""

    contradicts: float  # rather than anything else
    same: float  # rather than anything else


class Opines(Protocol):
    """A judge, or whoever remembers what one said."""

    def opinions(self, pairs: Sequence[tuple[str, str]], step: Step = ...) -> list[Opinion]: ...


class Judge:
    """Opened once, asked many times."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Raises IngestError, in one sentence, where the model is missing or damaged."""
        self._exported = Exported(folder)

    @property
    def sha256(self) -> str:
        return self._exported.model.sha256

    def opinions(
        self, pairs: Sequence[tuple[str, str]], step: Step = lambda _done, _all: None
    ) -> list[Opinion]:
        """One a pair of texts as `seen` makes them; which of the two comes first does not tell."""
        found = []
        for number, pair in enumerate(pairs, 1):
            one, other = sorted(text[:_MOST_CHARACTERS] for text in pair)
            found.append(self._opinion(one, other))
            step(number, len(pairs))
        return found

    def _opinion(self, one: str, other: str) -> Opinion:
        """Read both ways round, unless the first reading leaves no doubt."""
        said = self._read(one, other)
        if said.contradicts < _NO:
            return said
        back = self._read(other, one)
        return Opinion((said.contradicts + back.contradicts) / 2, (said.same + back.same) / 2)

    def _read(self, one: str, other: str) -> Opinion:
        # Alone: whole numbers are scaled by all that is read at once, and what is made of a pair
        # must not depend on its neighbours.
        [row] = self._exported.run([self._exported.tokens(one, other)])
        return Opinion(_odds(row, 0), _odds(row, 1))


def _odds(row: NDArray[np.float32], column: int) -> float:
    """Log-odds of one column against the others together."""
    return float(row[column] - np.logaddexp.reduce(np.delete(row, column)))


def seen(passage: Passage) -> str:
    """A clause as the judge reads it: its policy's title, its lead-ins, its words."""
    title = flow(passage.policy.title)[:_TITLE]
    reading = flow(passage.clause.reading)
    return f"{title} | {reading}" if title else reading


def open_judge(folder: Path = FOLDER) -> tuple[Judge | None, str]:
    """The judge, or None and a sentence that says why there is none."""
    if not (folder / "model.json").is_file():
        return None, (
            f"The model that judges contradictions is missing from {folder}; reinstall "
            "chapter-and-verse."
        )
    try:
        return Judge(folder), ""
    except IngestError:
        return None, (
            f"The model that judges contradictions, {folder}, is damaged; reinstall "
            "chapter-and-verse."
        )
