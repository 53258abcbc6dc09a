"""A conversation in the chat: what was asked, of which school, and what came of it."""

from __future__ import annotations

import logging
import time
import tomllib
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol, cast

from assistant.answer import ROLES, Answer, AssistantError, Question, Role
from assistant.record import Kept, Thumb
from assistant.settings import read_settings
from assistant.triage import LONGEST
from assistant.writing.pen import Hear
from ingest.documents import IngestError
from ingest.policy.register import School
from ui import render
from ui.follow_ups import WHICH_POLICIES, FollowUp, follow_ups
from ui.words import printable

ALL_SCHOOLS = ""  # the key that stands for no school in particular
MOST_RECALLED = 20  # questions of a conversation that are asked again after a break
_MOST_EXAMPLES = 4
_PATIENCE = 1.5  # seconds spent on finding examples that the policies answer


class Answerer(Protocol):
    """What the chat needs of the assistant; the real one, or a fake in tests."""

    @property
    def schools(self) -> tuple[School, ...]: ...

    def ask(self, question: Question, *, hear: Hear | None = None) -> Answer: ...

    def plainly(self) -> Answerer: ...


@dataclass(frozen=True)
class Turn:
    """One question with its answer, or with the sentence that says why there is none."""

    question: str
    school: str
    role: Role
    asked_of: str = ""  # the same in words
    answer: Answer | None = None
    trouble: str = ""
    follow_ups: tuple[FollowUp, ...] | None = None  # None where they were not looked for yet
    again: bool = False  # asked again after a break, not by its asker
    ticket: str = ""  # by which feedback is given; "" where nothing is kept
    thumb: Thumb = ""
    word: str = ""
    said: str = ""  # what came of the feedback

    @property
    def settled(self) -> bool:
        return self.answer is not None or bool(self.trouble)

    def html(self, number: int, *, options: bool = True) -> str:
        """The turn as an article; without options where the page offers them as buttons."""
        if self.answer is not None:
            return render.html(self.answer, turn=number, asked_of=self.asked_of, offer=options)
        if self.trouble:
            return render.problem(self.question, self.trouble, turn=number, asked_of=self.asked_of)
        return render.waiting(self.question, turn=number, asked_of=self.asked_of)

    @property
    def spoken(self) -> str:
        return (
            render.spoken(self.answer) if self.answer is not None else self.trouble.replace("`", "")
        )

    @property
    def plain(self) -> str:
        """Question, scope, answer and citations as text to be pasted elsewhere."""
        if self.answer is None:
            return ""
        day = self.answer.scope.as_of
        scope = f"{self.asked_of}, {day.day} {day:%B %Y}".removeprefix(", ")
        head = printable(f"{self.question}\n{scope}")
        return f"{head}\n\n{render.markdown(self.answer)}\n"


def open_assistant(home: Path) -> Answerer:
    """The assistant over the index in a home; opening it loads the index and the model."""
    from assistant.opened import open_once  # what runs the models is slow to import

    return open_once(read_settings(home))


def settle(
    turns: Sequence[Turn],
    assistant: Answerer | None,
    trouble: str,
    keep: Callable[[Answer], Kept] = lambda _answer: Kept(),
    hear: Hear | None = None,
) -> Turn:
    """Answer the last turn in the light of earlier ones about its school, or say what is wrong.

    `keep` records an answer where that is switched on; `hear` gets each sentence that a language
    model writes, once it is verified.
    """
    *before, turn = turns
    if assistant is None:
        return replace(turn, trouble=trouble)
    question = Question(
        question=turn.question,
        history=_earlier(before, turn),
        school=turn.school or None,
        role=turn.role,
    )
    try:
        answer = assistant.ask(question, hear=hear)
        # What is asked again after a break was kept before, and "which school?" answers nothing.
        kept = Kept() if turn.again or answer.status == "clarify" else keep(answer)
    except Exception as error:
        return replace(turn, trouble=sentence(error))
    if kept.withhold:
        return replace(turn, trouble=kept.problem)
    return replace(turn, answer=answer, ticket=kept.ticket, said=kept.problem)


def suggest(turns: Sequence[Turn], assistant: Answerer) -> Turn:
    """The last turn with what may be asked next, which takes longer to find than its answer."""
    *before, turn = turns
    if turn.answer is None:
        return turn
    # What is only tried out is sent to no language model.
    ask = assistant.plainly().ask
    offered = follow_ups(turn.answer, _earlier(before, turn), assistant.schools, ask)
    return replace(turn, follow_ups=offered)


def _earlier(before: Sequence[Turn], turn: Turn) -> tuple[str, ...]:
    """What was asked of the same school before."""
    return tuple(one.question for one in before if one.school == turn.school and one.answer)


def sentence(error: Exception) -> str:
    """What a user is told of an error; others are logged, but never what was asked."""
    if isinstance(error, AssistantError | IngestError):
        return str(error)
    logging.getLogger(__name__).error(
        "%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
    )
    return (
        f"Something unexpected went wrong ({type(error).__name__}); ask again, and if it stays so, "
        "tell whoever looks after this."
    )


def school_choices(schools: Sequence[School]) -> dict[str, str]:
    """Key → name; with several schools, all of them together come first."""
    named = {school.key: school.name for school in schools}
    return {ALL_SCHOOLS: "All schools", **named} if len(named) != 1 else named


def role_choices() -> dict[str, str]:
    return {role: role.capitalize() for role in ROLES}


def chosen(given: str | None, choices: dict[str, str]) -> tuple[str, bool]:
    """The choice an address names, and whether it is one; else the first."""
    if given is not None and given in choices:
        return given, True
    return next(iter(choices)), not given


def as_role(text: str) -> Role:
    return cast(Role, text) if text in ROLES else "staff"


def asked_of(school: str, role: str, names: Mapping[str, str]) -> str:
    return f"{names.get(school, school) or 'All schools'} · {as_role(role)}"


def school_named(text: str, names: dict[str, str]) -> str | None:
    """The key of the school whose name or key an offered option is."""
    return next((key for key, name in names.items() if key and text in (name, key)), None)


@cache
def _examples() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("examples.toml").read_text("utf-8"))


def examples(school: str) -> tuple[str, ...]:
    """Questions to start from: those of the topics a school's policies cover, else of every one."""
    known = _examples()
    topics = known["schools"].get(school, known["general"])
    return tuple(known["topics"][topic] for topic in topics)


def answerable(assistant: Answerer, school: str, questions: Iterable[str]) -> tuple[str, ...]:
    """Those of some questions, at most four, that a school's policies answer; they are asked."""
    found: list[str] = []
    plain = assistant.plainly()  # examples are sent to no language model
    started = time.monotonic()
    for question in (*questions, WHICH_POLICIES):
        if len(found) == _MOST_EXAMPLES or time.monotonic() - started > _PATIENCE:
            break
        asked = Question(id="example", question=question, school=school or None)
        try:
            if plain.ask(asked).status == "answered":
                found.append(question)
        except Exception:  # an example less is no loss
            return tuple(found)
    return tuple(found)


def recalled(given: object, names: Mapping[str, str]) -> tuple[Turn, ...]:
    """The conversation that a browser kept, to be asked again; what is none of ours is left out.

    A browser keeps `[question, school, role]` of each turn, and may say anything.
    """
    kept = given if isinstance(given, list) else []
    made: list[Turn] = []
    for row in kept[-MOST_RECALLED:]:
        if not (isinstance(row, list) and len(row) == 3 and all(isinstance(x, str) for x in row)):
            continue
        question, school, role = row
        if question.strip() and len(question) <= LONGEST and (school in names or not school):
            words = asked_of(school, role, names)
            made.append(Turn(question, school, as_role(role), words, again=True))
    return tuple(made)
