"""What can be put the gold questions: our assistant, or anything else with a name and an answer."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.answer import Answer, AssistantError, Question
from eval.given import Given, given_by
from eval.gold import Gold
from ingest.embedding import BUNDLED

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class System(Protocol):
    """A system under test or a baseline."""

    @property
    def name(self) -> str: ...

    def answer(self, gold: Gold) -> Given: ...


class Asker(Protocol):
    """The one thing the evaluation needs of `assistant.ask.Assistant`."""

    def ask(self, question: Question) -> Answer: ...


@dataclass(frozen=True)
class Ours:
    """The assistant, asked each gold question as if on the day `as_of`."""

    asker: Asker
    as_of: dt.date
    name: str = "Chapter & Verse"

    def answer(self, gold: Gold) -> Given:
        asked = gold.question
        question = Question(
            id=asked.id,
            question=asked.question,
            history=asked.history,
            school=asked.school or None,
            role=asked.role,
            as_of=self.as_of,
        )
        try:
            return given_by(self.asker.ask(question))
        except AssistantError as error:  # one refused question is a failure, not the end of the run
            return Given("failed", "not_covered", answer=str(error))


def fresh_home(home: Path, models_from: Path) -> Path:
    """An empty home but for the exported models, which take seconds to make and never change."""
    if (models_from / "models").is_dir():
        shutil.copytree(models_from / "models", home / "models")
    return home


def open_ours(corpus_dir: Path, home: Path) -> Asker:
    """The assistant on an index of the corpus built afresh in `home`.

    Never an index that lies about somewhere: it may be of other documents or an older reading.
    """
    from assistant.ask import Assistant
    from ingest.sync import ingest

    ingest(corpus_dir, home, model=_model())
    return Assistant.open(home)


def open_embed(home: Path) -> Embed:
    """Our embedding function, so that baselines differ from us in everything but the weights."""
    from ingest.embedding import open_embedder

    return open_embedder(home, _model(), export=True).embed


def _model() -> str:
    return os.environ.get("VERSE_EMBEDDING_MODEL") or BUNDLED
