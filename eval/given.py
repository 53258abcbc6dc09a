"""What a system gave for a gold question: the little of an answer that is scored."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answer import Answer, AnswerStatus, Quote, Verdict
from eval.corpus import Corpus
from eval.gold import Gold
from ingest.documents import Span


@dataclass(frozen=True)
class Place:
    """A stretch of a document that a system found, or quoted."""

    source: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True)
class Locator:
    """Where a system says that a quote stands, for a reader who holds the paper."""

    clause: str
    heading: tuple[str, ...]
    page: int | None = None


@dataclass(frozen=True)
class Shown(Place):
    """A quote, ours or a baseline's: where it claims to stand, and what was shown with it."""

    text: str
    lead_in: str = ""
    locator: Locator | None = None  # None: the system names no clause, heading or page
    policy: str = ""
    school: str = ""


@dataclass(frozen=True)
class Given:
    """One system's answer to one question."""

    status: AnswerStatus
    verdict: Verdict
    quotes: tuple[Shown, ...] = ()
    answer: str = ""
    seconds: float = 0.0
    confidence: float | None = None  # None: the system gives none
    cost: float | None = None  # of the LLM calls behind it, in whatever money the system counts
    ranking: tuple[Place, ...] | None = None  # the first places found, best first; None: not told

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
    return Given(
        answer.status,
        answer.verdict,
        tuple(map(_shown, answer.quotes)),
        answer.answer,
        confidence=answer.confidence,
    )


def _shown(quote: Quote) -> Shown:
    # The line of a register fact stands in no clause: there is nothing to locate it by.
    located = quote.kind != "register"
    return Shown(
        quote.source,
        quote.start,
        quote.end,
        quote.text,
        quote.lead_in,
        Locator(quote.clause, quote.heading, quote.page) if located else None,
        quote.policy,
        quote.school,
    )
