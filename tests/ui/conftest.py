from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from assistant.answer import Answer, AssistantError, Part, Question, Quote, Scope
from ingest.register import School

OAK, ELM = "Oak Primary School", "Elm Primary School"


@pytest.fixture
def quote() -> Callable[..., Quote]:
    """A bullet of Oak's phone policy, unless told otherwise."""

    def make(text: str = "text parents;", **changes: Any) -> Quote:
        return Quote.model_validate(
            {
                "text": text,
                "kind": "rule",
                "lead_in": "Staff must not:",
                "lead_in_start": 10,
                "lead_in_end": 25,
                "school": OAK,
                "policy": "Phone Policy",
                "status": "current",
                "clause": "2.4",
                "heading": ("Phone Policy", "Phones on trips"),
                "modality": "prohibition",
                "source": "oak/phones.txt",
                "sha256": "",
                "text_sha256": "",
                "start": 30,
                "end": 43,
                **changes,
            }
        )

    return make


@pytest.fixture
def answer(quote: Callable[..., Quote]) -> Callable[..., Answer]:
    """Oak says no, unless told otherwise."""

    def make(**changes: Any) -> Answer:
        return Answer.model_validate(
            {
                "question": "Can I text a parent on a trip?",
                "scope": Scope(school="oak", role="staff", as_of=dt.date(2026, 11, 20)),
                "status": "answered",
                "verdict": "not_permitted",
                "answer": "No, staff must not text parents.",
                "quotes": (quote(),),
                "confidence": 0.9,
                **changes,
            }
        )

    return make


class FakeAssistant:
    """Oak and Elm each have one rule; it remembers what it was asked."""

    def __init__(self, answer: Callable[..., Answer], quote: Callable[..., Quote]) -> None:
        self.answer, self.quote = answer, quote
        self.asked: list[Question] = []
        self.broken = ""
        self.schools: tuple[School, ...] = (
            School(key="oak", name=OAK),
            School(key="elm", name=ELM),
        )

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        if self.broken:
            raise AssistantError(self.broken)
        asked = question.question.lower()
        scope = Scope(school=question.school, role=question.role, as_of=dt.date(2026, 11, 20))
        given: dict[str, Any] = {
            "question": question.question,
            "history": question.history,
            "scope": scope,
        }
        if "parking" in asked:
            return self.answer(
                **given,
                status="not_covered",
                verdict="not_covered",
                answer="Oak’s policies do not say.",
                quotes=(),
                closest="Phone Policy, 2.4 Phones on trips",
                ask="Headteacher",
            )
        if "which" in asked and question.school is None:
            names = tuple(school.name for school in self.schools)
            return self.answer(
                **given,
                status="clarify",
                verdict="not_covered",
                answer="Which school?",
                quotes=(),
                options=names,
            )
        elm = self.quote(
            "Staff may text parents after six.",
            school=ELM,
            lead_in="",
            clause="7",
            heading=(),
            source="elm/phones.txt",
        )
        if question.school is None:
            parts = (
                Part(school=OAK, verdict="not_permitted", answer="No.", quotes=(0,)),
                Part(school=ELM, verdict="permitted", answer="Yes, after six.", quotes=(1,)),
            )
            return self.answer(
                **given,
                verdict="conditional",
                answer="It depends on the school.",
                quotes=(self.quote(), elm),
                parts=parts,
            )
        if question.school == "elm":
            return self.answer(
                **given, verdict="permitted", answer="Yes, after six.", quotes=(elm,)
            )
        return self.answer(**given)


@pytest.fixture
def assistant(answer: Callable[..., Answer], quote: Callable[..., Quote]) -> FakeAssistant:
    return FakeAssistant(answer, quote)
