"""A question to an answer: the whole pipeline, to be read from top to bottom."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assistant import compose, triage
from assistant.answer import (
    Answer,
    AnswerStatus,
    AssistantError,
    Part,
    Question,
    Quote,
    Scope,
    Verdict,
)
from assistant.asking import understand
from assistant.library import Library
from assistant.respond import Response, respond
from assistant.retrieve import embed_question
from assistant.scope import MOST_AT_ONCE, find_school, schools_asked, without_names
from ingest.policy.register import School

MOST_EARLIER = 20  # questions of a conversation that are still read


class BadQuestion(AssistantError):
    """The question is empty or far too long."""

    wrong_usage = True


class Assistant:
    """An index and a model, opened once and asked many times."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @classmethod
    def open(cls, home: Path, model: str | None = None, *, reader: bool = True) -> Assistant:
        """Raises IngestError or AssistantError, in one sentence, where nothing can be asked.

        `model` is the embedding model the index must be made with, None where any will do.
        """
        return cls(Library.open(home, model, reader=reader))

    @property
    def warning(self) -> str:
        """A sentence on what is missing and does not stop us; else empty."""
        return self._library.warning

    @property
    def schools(self) -> tuple[School, ...]:
        return self._library.index.schools

    def ask(self, question: Question) -> Answer:
        """One answer; raises UnknownSchool or BadQuestion when the question cannot be put."""
        started = time.perf_counter()
        self._library = library = self._library.newest()
        text = triage.clean(question.question)
        if not text:
            raise BadQuestion("The question is empty; type what you want to know.")
        if len(text) > triage.LONGEST:
            raise BadQuestion(
                f"The question has {len(text):,} characters; ask in at most {triage.LONGEST:,}."
            )
        schools = library.index.schools
        given = find_school(question.school, schools) if question.school else None
        answer = _answer(library, question, text, given)
        seconds = round(time.perf_counter() - started, 4)
        return answer.model_copy(update={"seconds": seconds})


def _answer(library: Library, question: Question, text: str, given: School | None) -> Answer:
    earlier = (triage.clean(q[: triage.LONGEST]) for q in question.history[-MOST_EARLIER:])
    history = tuple(filter(None, earlier))
    as_of = question.as_of or dt.date.today()
    asked = understand(text, history, question.role)
    schools = schools_asked(text, history, given, library.index.schools)
    only = schools[0] if len(schools) == 1 else given
    blank = Answer(
        id=question.id,
        question=question.question,
        history=question.history,
        scope=Scope(school=only.key if only else None, role=asked.role, as_of=as_of),
        status="not_covered",
        verdict="not_covered",
        answer="",
        ask=compose.ask_whom(only) if only else "",
        confidence=0.0,
    )
    danger = triage.sounds_dangerous(text)
    if not triage.reads_as_english(text):
        return _plain(blank, "clarify", compose.LANGUAGE, 0.8)
    if (reason := triage.declines(text)) and not danger:
        return _plain(blank, "declined", compose.DECLINED[reason], 0.9)
    if not schools:
        said = f"Which school do you mean? There are more than {MOST_AT_ONCE}."
        said = f"{compose.SAFEGUARDING} {said}" if danger else said
        names = tuple(school.name for school in library.index.schools)
        return _plain(blank, "clarify", said, 0.5).model_copy(update={"options": names})
    asked = replace(asked, text=without_names(asked.text, library.index.schools))
    vectors = embed_question(asked, library.embedder)
    responses = [respond(library, school, asked, vectors, as_of, danger) for school in schools]
    understood = f"{history[-1]} – {text}" if asked.follows else ""
    return _merge(blank.model_copy(update={"understood": understood}), responses)


def _plain(blank: Answer, status: AnswerStatus, said: str, confidence: float) -> Answer:
    return blank.model_copy(update={"status": status, "answer": said, "confidence": confidence})


def _merge(blank: Answer, responses: Sequence[Response]) -> Answer:
    """One answer out of one response a school."""
    if len(responses) == 1:
        only = responses[0]
        return blank.model_copy(
            update={
                "status": only.status,
                "verdict": only.verdict,
                "answer": only.answer,
                "quotes": only.quotes,
                "notices": only.notices,
                "confidence": round(only.confidence, 3),
                "closest": only.closest,
            }
        )
    quotes: list[Quote] = []
    parts: list[Part] = []
    for response in responses:
        indexes = tuple(range(len(quotes), len(quotes) + len(response.quotes)))
        quotes += response.quotes
        name = response.school.name
        parts.append(
            Part(school=name, verdict=response.verdict, answer=response.answer, quotes=indexes)
        )
    speaking = [r for r in responses if r.status == "answered"]
    notices = [f"{r.school.name}: {n}" for r in responses for n in r.notices]
    silent = [r for r in responses if r.status != "answered"]
    closest = "; ".join(f"{r.school.name}: {r.closest}" for r in silent if r.closest)
    said = " ".join(f"{r.school.name}: {r.answer}" for r in responses)
    return blank.model_copy(
        update={
            "status": "answered" if speaking else "not_covered",
            "verdict": _common([r.verdict for r in speaking]),
            "answer": said,
            "quotes": tuple(quotes),
            "notices": tuple(dict.fromkeys(notices)),
            "ask": "; ".join(f"{r.school.name}: {compose.ask_whom(r.school)}" for r in responses),
            "confidence": round(min(r.confidence for r in responses), 3),
            "parts": tuple(parts),
            "closest": "" if speaking else closest,
        }
    )


def _common(verdicts: Sequence[Verdict]) -> Verdict:
    if not verdicts:
        return "not_covered"
    return verdicts[0] if len(set(verdicts)) == 1 else "conditional"
