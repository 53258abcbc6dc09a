"""What may be asked next: at most three questions, each of which is known to have an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, Question, Quote
from assistant.scope import named_schools
from ingest.policy.register import School
from ui.words import printable

MOST = 3
_LONGEST_TITLE = 90  # characters that a button can hold
WHICH_POLICIES = "Which policies do you have?"
WHICH_COPY = "Which copy should I follow?"
WHAT_CHANGED = "What has changed since the earlier version?"
EXCEPTION = "What is the exception?"


@dataclass(frozen=True)
class FollowUp:
    """A button's words, the question it asks, and the school it chooses first, where it does."""

    words: str
    question: str
    school: str = ""


def follow_ups(
    answer: Answer,
    history: Sequence[str],
    schools: Sequence[School],
    ask: Callable[[Question], Answer],
) -> tuple[FollowUp, ...]:
    """What follows from an answer, each asked already to see that it leads somewhere.

    `history` are the conversation's earlier questions, which are not offered again.
    """
    if answer.status not in ("answered", "not_covered"):
        return ()
    if len({part.school for part in answer.parts}) > 1:
        return _each_school(answer, schools)
    asked = {question.casefold() for question in (*history, answer.question)}
    offered: list[FollowUp] = []
    for question, holds in _of_one_school(answer):
        if len(offered) == MOST or question.casefold() in asked:
            continue
        given = Question(
            id="follow-up",
            question=question,
            history=(*history, answer.question),
            school=answer.scope.school,
            role=answer.scope.role,
            as_of=answer.scope.as_of,
        )
        try:
            reply = ask(given)
        except Exception:  # an extra must never cost the answer that stands
            return tuple(offered)
        if reply.status == "answered" and holds(reply):
            offered.append(FollowUp(question, question))
    return tuple(offered)


def _each_school(answer: Answer, schools: Sequence[School]) -> tuple[FollowUp, ...]:
    """The same of one school alone, unless the question leans on others or names its schools."""
    if answer.understood or named_schools(answer.question, schools):
        return ()
    keys = {school.name: school.key for school in schools}
    speaking = [p.school for p in answer.parts if p.verdict != "not_covered" and p.school in keys]
    return tuple(
        FollowUp(f"What about {name}?", answer.question, keys[name])
        for name in list(dict.fromkeys(speaking))[:MOST]
    )


Candidate = tuple[str, Callable[[Answer], bool]]


def _of_one_school(answer: Answer) -> list[Candidate]:
    """Questions with what their answer must hold to be worth offering."""
    if answer.status == "not_covered":
        return [(WHICH_POLICIES, lambda reply: bool(reply.answer))]
    made: list[Candidate] = []
    exceptions = {quote.text for quote in answer.quotes if quote.kind == "exception"}
    if exceptions and not any(text in answer.answer for text in exceptions):
        made.append((EXCEPTION, lambda reply: any(q.text in exceptions for q in reply.quotes)))
    if any("revision" in notice or "supersede" in notice for notice in answer.notices):
        made.append((WHAT_CHANGED, lambda reply: any(_superseded(q) for q in reply.quotes)))
        made.append((WHICH_COPY, lambda reply: "“" in reply.answer))
    title = printable(answer.quotes[0].policy) if answer.quotes else ""
    if 0 < len(title) <= _LONGEST_TITLE:
        for question in (
            f"When is “{title}” due for review?",
            f"When was “{title}” adopted?",
            f"Who approved “{title}”?",
        ):
            made.append((question, lambda reply: f"“{title}”" in reply.answer))
    return made


def _superseded(quote: Quote) -> bool:
    return quote.status == "superseded"
