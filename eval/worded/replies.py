"""The replies that were written for a language model, and what the check makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.answer import Quote, Role, Verdict
from assistant.meaning import Meaning
from assistant.writing.check import tidied, why_not
from assistant.writing.draft import Draft, Said
from eval.intervals import ROUNDS, SEED, draws, interval

HERE = Path(__file__).parent
# No wording depends on where a clause stands in which bytes.
_NOWHERE: dict[str, Any] = {"sha256": "", "text_sha256": "", "start": 0, "end": 0}


class Situation(BaseModel):
    """A question that a model is asked to word, with our reading and the numbered clauses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    set: str
    question: str
    history: tuple[str, ...]
    role: Role
    verdict: Verdict
    quoted: int  # how many of the clauses our own answer quotes; the first ones
    clauses: tuple[dict[str, Any], ...]

    @property
    def quotes(self) -> tuple[Quote, ...]:
        return tuple(Quote(**_NOWHERE, **clause) for clause in self.clauses)


class Reply(Draft):
    """What was written for a situation."""

    id: str  # of the situation
    kind: str = "honest"
    by: Literal["hand", "program"] = "hand"
    wrong: tuple[int, ...] = ()  # places of the sentences that must never be said


Row = TypeVar("Row", bound=BaseModel)


@dataclass(frozen=True)
class Judged:
    """A sentence of a reply and why it may not be said; empty where it may."""

    reply: Reply
    said: Said
    situation: Situation
    reasons: tuple[str, ...]


def read_situations() -> dict[str, Situation]:
    """By their ids, which are those of the gold questions."""
    return {one.id: one for one in _rows("situations", Situation)}


Name = Literal["honest", "close", "repaired", "hallucinated"]


def read_replies(name: Name) -> list[Reply]:
    """`close` keep to the words of the clauses, as the prompt asks; `repaired` word anew what of
    those was turned away; `honest` retell as a writer would whom nobody asked to."""
    return _rows(name, Reply)


def judge(
    replies: Sequence[Reply], situations: dict[str, Situation], meaning: Meaning | None
) -> Iterator[Judged]:
    """The sentences of honest replies, and those of hallucinated ones that are marked as wrong."""
    for reply in replies:
        situation = situations[reply.id]
        quotes = situation.quotes
        for place, sentence in enumerate(reply.sentences):
            if reply.kind == "honest" or place in reply.wrong:
                said = sentence.model_copy(update={"text": tidied(sentence.text)})
                reasons = why_not(said, quotes, situation.role, meaning)
                yield Judged(reply, said, situation, reasons)


def with_repair(first: Sequence[Judged], second: Sequence[Judged]) -> list[Judged]:
    """The sentences first handed in, those without reasons that reach whoever asks in the end.

    A reply of which something was turned away is handed in once more, whole: `second`.
    """
    found: list[Judged] = []
    for id_ in dict.fromkeys(one.reply.id for one in first):
        rows = [one for one in first if one.reply.id == id_]
        again = [one for one in second if one.reply.id == id_]
        saved = len({one.said.text for one in [*rows, *again] if not one.reasons})
        saved -= sum(not one.reasons for one in rows)
        for one in rows:
            mended = bool(one.reasons) and saved > 0
            saved -= mended
            found.append(replace(one, reasons=()) if mended else one)
    return found


def share(judged: Sequence[Judged]) -> tuple[float, float, float]:
    """The share of sentences that may be said and its 95 % interval, drawn by situation."""
    ids = sorted({one.reply.id for one in judged})
    passed, all_ = np.zeros(len(ids)), np.zeros(len(ids))
    for one in judged:
        place = ids.index(one.reply.id)
        all_[place] += 1
        passed[place] += not one.reasons
    weights = draws(len(ids), ROUNDS, SEED)
    low, high = interval((weights @ passed) / (weights @ all_))
    return float(passed.sum() / all_.sum()), low, high


def _rows(name: str, kind: type[Row]) -> list[Row]:
    lines = (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [kind.model_validate_json(line) for line in lines]
