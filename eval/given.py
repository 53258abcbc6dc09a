"""What a system gave for a gold question: the little of an answer that is scored."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answer import Answer, AnswerStatus, Verdict
from eval.corpus import Corpus
from eval.gold import Gold
from ingest.documents import Span


@dataclass(frozen=True)
class Shown:
    """A quote, ours or a baseline's: where it claims to stand, and what was shown."""

    source: str
    start: int
    end: int
    text: str
    lead_in: str = ""

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True)
class Given:
    """One system's answer to one question."""

    status: AnswerStatus
    verdict: Verdict
    quotes: tuple[Shown, ...] = ()
    answer: str = ""
    seconds: float = 0.0

    @property
    def abstains(self) -> bool:
        return self.status in ("not_covered", "declined")


@dataclass(frozen=True)
class Case:
    """A gold question, what was given for it, and the files to check that against."""

    gold: Gold
    given: Given
    corpus: Corpus


def given_by(answer: Answer) -> Given:
    """Our own answer as any other system's: nothing in it gets credit that theirs could not get."""
    quotes = (Shown(q.source, q.start, q.end, q.text, q.lead_in) for q in answer.quotes)
    return Given(answer.status, answer.verdict, tuple(quotes), answer.answer)
