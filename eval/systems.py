"""What can be put the gold questions: our assistant, or anything else with a name and answers."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.answer import Answer, AssistantError, Question
from eval.given import Given, Place, given_by
from eval.gold import Gold

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

DEPTH = 10
"""How many of the places a system found are kept: what recall@10, MRR@10 and nDCG@10 look at."""


class SystemFailed(Exception):
    """A system under test that broke down, in one sentence; what it gave before stands."""


class System(Protocol):
    """A system under test or a baseline."""

    @property
    def name(self) -> str: ...

    def answers(self, gold: Sequence[Gold]) -> Iterator[Given]:
        """What it gives for each question, in order, each as soon as it is there."""
        ...


class Asker(Protocol):
    """What the evaluation needs of the assistant: answers, and how it ranked the clauses."""

    def ask(self, question: Question) -> Answer: ...

    def rank(self, question: Question) -> Sequence[Place]: ...


@dataclass(frozen=True)
class Ours:
    """The assistant, asked each gold question as if on the day `as_of`."""

    asker: Asker
    as_of: dt.date
    name: str = "Chapter & Verse"

    def answers(self, gold: Sequence[Gold]) -> Iterator[Given]:
        for one in gold:
            question = as_question(one, self.as_of)
            try:
                given = timed(partial(self._answer, question))
                yield replace(given, ranking=tuple(self.asker.rank(question))[:DEPTH])
            except AssistantError as error:  # one refused question is a failure, not the run's end
                yield Given("failed", "not_covered", answer=str(error))

    def _answer(self, question: Question) -> Given:
        return given_by(self.asker.ask(question))


def as_question(gold: Gold, as_of: dt.date) -> Question:
    """A gold question as anyone would ask it: what should come out is not in it."""
    asked = gold.question
    return Question(
        id=asked.id,
        question=asked.question,
        history=asked.history,
        school=asked.school or None,
        role=asked.role,
        as_of=as_of,
    )


def timed(answer: Callable[[], Given]) -> Given:
    """An answer with the seconds that it took."""
    begun = time.perf_counter()
    given = answer()
    return replace(given, seconds=time.perf_counter() - begun)
