"""The trained reader: does a clause govern a question, and what does it then answer?

A small cross-encoder, exported once and served by onnxruntime. `eval/training/reader.py` makes its
weights; docs/reader.md says what they are worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.answer import Verdict
from ingest.documents import IngestError
from ingest.embedding import model_folder
from ingest.exported import Exported, hash_file

NAME = "chapter-and-verse-reader-1"
WEIGHTS = Path(__file__).parent / "weights" / "reader.safetensors"
WEIGHTS_SHA256 = "67c9774b186c7ff47f15235ae7aeba3263810632e71fe65689d63ee8ee921143"
LENGTH = 160  # tokens of a question and its clause

RELATIONS = ("governs", "supports", "irrelevant")
# The columns of the weights: this order is theirs, whatever order the contract names verdicts in.
VERDICTS: tuple[Verdict, ...] = (
    "permitted",
    "not_permitted",
    "conditional",
    "required",
    "advised",
    "advised_against",
    "informational",
)

_BATCH = 8
_MOST_CHARACTERS = 2_000  # of a question or a clause; the reader sees a third of it


@dataclass(frozen=True)
class Judgement:
    """What the reader makes of one clause for one question, as log-odds."""

    governs: float  # rather than being irrelevant
    supports: float  # rather than being irrelevant
    verdicts: tuple[float, ...]  # if it governs, in the order of VERDICTS


class Reader:
    """Opened once, asked many times."""

    def __init__(self, folder: Path) -> None:
        self._exported = Exported(folder)

    def judge(self, question: str, clauses: Sequence[str]) -> list[Judgement]:
        """One judgement a clause; `question` as `retrieve.query` has it, clauses in context."""
        if not clauses:
            return []
        asked = question[:_MOST_CHARACTERS]
        seen = [self._exported.tokens(asked, clause[:_MOST_CHARACTERS]) for clause in clauses]
        order = sorted(range(len(seen)), key=lambda n: len(seen[n].ids))
        rows = np.zeros((len(seen), len(RELATIONS) + len(VERDICTS)), np.float32)
        for start in range(0, len(order), _BATCH):
            places = order[start : start + _BATCH]
            rows[places] = self._exported.run([seen[n] for n in places])
        return [_judgement(row) for row in rows]


def _judgement(row: NDArray[np.float32]) -> Judgement:
    governs, supports, irrelevant = (float(x) for x in row[: len(RELATIONS)])
    verdicts = tuple(float(x) for x in row[len(RELATIONS) :])
    return Judgement(governs - irrelevant, supports - irrelevant, verdicts)


def open_reader(home: Path) -> tuple[Reader | None, str]:
    """The reader of a home, or None and a sentence that says why there is none."""
    folder = model_folder(home, NAME)
    if not (folder / "model.json").is_file():
        return None, (
            f"The trained reader is missing from {folder}, so answers are made without it; "
            "run `verse ingest` to make it."
        )
    try:
        return Reader(folder), ""
    except IngestError as error:
        return None, f"{error} Until then answers are made without the reader."


def make_reader(home: Path) -> str:
    """Export the reader into a home where it is missing or damaged; a sentence if that fails."""
    from ingest.exporting import reopened

    folder = model_folder(home, NAME)
    try:
        reopened(folder, lambda: _export(folder), Reader)
    except IngestError as error:
        return f"{error} Until then answers are made without the reader."
    return ""


def _export(folder: Path) -> None:
    if not (WEIGHTS.is_file() and hash_file(WEIGHTS) == WEIGHTS_SHA256):
        state = "damaged (its sha256 differs)" if WEIGHTS.is_file() else "missing"
        raise IngestError(f"The reader's weights, {WEIGHTS}, are {state}; reinstall them.")
    from assistant.network import export

    try:
        export(WEIGHTS, folder)
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise IngestError(
            f"The reader cannot be exported to {folder} ({reason:.160}); free space there."
        ) from error
