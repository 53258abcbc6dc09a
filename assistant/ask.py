"""A question to an answer: the whole pipeline, to be read from top to bottom."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import compose, triage
from assistant.answer import Answer, AnswerStatus, AssistantError, Question, Scope
from assistant.asking import Asked, topic, understand
from assistant.library import Library
from assistant.merge import Share, merge
from assistant.respond import respond
from assistant.retrieve import embed_question
from assistant.scope import MOST_AT_ONCE, find_school, schools_asked, without_names
from assistant.settings import LlmSettings
from assistant.several import apart
from assistant.sight import EVERYTHING, Sight
from assistant.writing.pen import Hear, Pen
from ingest.policy.register import School

if TYPE_CHECKING:
    from assistant.writing.writer import Writer

NOTHING = "No policy here is meant for you; ask whoever looks after this to let you see some."
MOST_EARLIER = 20  # questions of a conversation that are still read


class BadQuestion(AssistantError):
    """The question is empty or far too long."""

    wrong_usage = True


class NothingToSee(AssistantError):
    """Nothing that is indexed is for whoever asks."""


class Assistant:
    """An index and a model, opened once and asked many times."""

    def __init__(self, library: Library, writer: Writer | None = None) -> None:
        self._library = library
        self._writer = writer

    @classmethod
    def open(
        cls,
        home: Path,
        model: str | None = None,
        *,
        reader: bool = True,
        llm: LlmSettings | None = None,
    ) -> Assistant:
        """Raises IngestError or AssistantError, in one sentence, where nothing can be asked.

        `model` is the embedding model the index must be made with, None where any will do.
        """
        return cls(Library.open(home, model, reader=reader), _writer(home, llm))

    def plainly(self) -> Assistant:
        """The same without a language model: nothing is sent to one."""
        return self if self._writer is None else Assistant(self._library)

    @property
    def warning(self) -> str:
        """A sentence on what is missing and does not stop us; else empty."""
        return self._library.warning

    @property
    def schools(self) -> tuple[School, ...]:
        return self._library.index.schools

    def library(self, sight: Sight = EVERYTHING) -> Library:
        """The newest policies as far as somebody sees them."""
        self._library = newest = self._library.newest()
        return newest.seen_by(sight)

    def ask(
        self, question: Question, sight: Sight = EVERYTHING, hear: Hear | None = None
    ) -> Answer:
        """One answer from what somebody of this sight may see, as if there were nothing else.

        `hear` gets each sentence that a language model writes, once it is verified.
        Raises UnknownSchool or BadQuestion when the question cannot be put, NothingToSee where
        no policy is for whoever asks.
        """
        started = time.perf_counter()
        library = self.library(sight)
        if not library.index.schools and sight != EVERYTHING:
            raise NothingToSee(NOTHING)
        text = triage.clean(question.question)
        if not text:
            raise BadQuestion("The question is empty; type what you want to know.")
        if len(text) > triage.LONGEST:
            raise BadQuestion(
                f"The question has {len(text):,} characters; ask in at most {triage.LONGEST:,}."
            )
        schools = library.index.schools
        given = find_school(question.school, schools) if question.school else None
        answer = _answer(library, question, text, given, self._writer, hear)
        seconds = round(time.perf_counter() - started, 4)
        return answer.model_copy(update={"seconds": seconds})


def _writer(home: Path, llm: LlmSettings | None) -> Writer | None:
    """What words answers, where a model is named; nothing of it is loaded before."""
    if llm is None or not (llm.model or llm.schools):
        return None
    from assistant.writing.writer import open_writer

    return open_writer(home, llm)


def _answer(
    library: Library,
    question: Question,
    text: str,
    given: School | None,
    writer: Writer | None = None,
    hear: Hear | None = None,
) -> Answer:
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
    at = f", at {only.name}" if only else ""
    understood = f"about: {topic(history[-1])}{at}" if asked.follows else ""
    blank = blank.model_copy(update={"understood": understood})
    pen = Pen(writer, history, hear) if writer is not None and len(schools) == 1 else None
    questions = (text,) if danger else apart(text)
    if len(questions) == 1:
        return merge(blank, _shares(library, asked, schools, as_of, danger, pen))
    shares: list[Share] = []
    for place, one in enumerate(questions):
        # A second question may lean on the first, as one that follows it would.
        asked = understand(one, (*history, *questions[:place]), question.role)
        answered = _shares(library, asked, schools, as_of, pen=pen)
        shares += [replace(share, question=one) for share in answered]
    return merge(blank, shares)


def _shares(
    library: Library,
    asked: Asked,
    schools: list[School],
    as_of: dt.date,
    danger: bool = False,
    pen: Pen | None = None,
) -> list[Share]:
    """What each school answers to one question."""
    asked = replace(asked, text=without_names(asked.text, library.index.schools))
    vectors = embed_question(asked, library.embedder)
    return [
        Share(respond(library, school, asked, vectors, as_of, danger, pen)) for school in schools
    ]


def _plain(blank: Answer, status: AnswerStatus, said: str, confidence: float) -> Answer:
    return blank.model_copy(update={"status": status, "answer": said, "confidence": confidence})
