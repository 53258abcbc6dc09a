"""From our own reading to an answer that a language model words, and back where that fails."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant import compose
from assistant.answer import Quote, Verdict
from assistant.asking import Asked
from assistant.llm import Chat, Unanswered, ask_whole, open_chat
from assistant.meaning import Meaning, open_meaning
from assistant.modality import bind
from assistant.response import Response
from assistant.settings import LlmSettings
from assistant.writing import words
from assistant.writing.check import tidied, why_not
from assistant.writing.draft import SCHEMA, Draft, Said, finished, read_draft
from assistant.writing.pen import Hear
from assistant.writing.prompt import (
    REWRITE_SCHEMA,
    Message,
    fitting,
    to_repair,
    to_rewrite,
    to_word,
)
from assistant.writing.remembered import key_of, recall, remember
from assistant.writing.spending import spend
from assistant.writing.tally import Tally

# Each stands against all that follow: whoever is unsure keeps to the stricter.
STRICTEST: tuple[Verdict, ...] = (
    "not_covered",
    "not_permitted",
    "conditional",
    "required",
    "advised_against",
    "advised",
    "permitted",
)
_MOST = 3  # sentences of an answer
_LONGEST_SEARCH = 300  # characters
_FOR_SEARCH = 1 / 3  # of the deadline


def open_writer(home: Path, settings: LlmSettings) -> Writer:
    """Raises NoModel, in one sentence, where a model that is named cannot be used."""
    for school in ("", *settings.schools):
        open_chat(settings, school)
    return Writer(home, settings)


@dataclass(frozen=True)
class Writer:
    """Opened once a process; `home` keeps budgets and drafts."""

    home: Path
    settings: LlmSettings
    meaning: Meaning = field(default_factory=open_meaning)
    tally: Tally = field(default_factory=Tally)

    def word(
        self,
        ours: Response,
        asked: Asked,
        history: Sequence[str],
        more: Sequence[Quote] = (),
        hear: Hear | None = None,
    ) -> Response:
        """Our response in a model's words, as far as verification lets them pass; else ours.

        `more` are clauses beside those that ours quotes; `hear` gets each sentence that passed.
        """
        school = ours.school.key
        chat = open_chat(self.settings, school)
        if chat is None or ours.status != "answered" or not ours.quotes:
            return ours
        quotes = fitting((*ours.quotes, *(q for q in more if q not in ours.quotes)))
        self.tally.add(answers=1)
        work = _Work(self, chat, ours, quotes, asked, hear)
        try:
            done = work.done(history)
            self.tally.add(worded=int(done.answered_by == chat.name))
            return done
        except _Spent:
            self.tally.add(spent=1)
            return words.ours_after_all(ours, chat, "spent", sent=False)
        except Unanswered as error:
            self.tally.add(**{error.reason: 1})
            return words.ours_after_all(ours, chat, error.reason)
        finally:
            handed_in = len(work.passed) + len(work.failed)
            self.tally.add(sentences=handed_in, passed=len(work.passed))

    def rewritten(self, asked: Asked, history: Sequence[str], school: str) -> str:
        """The question in the words of policies, to be searched for as well; "" where none came."""
        chat = open_chat(self.settings, school)
        if chat is None:
            return ""
        messages = to_rewrite(asked.question, history)
        key = key_of(f"{chat.name} {chat.address}", messages)
        reply = recall(self.home, key) if self.settings.cache else None
        if reply is None:
            if not spend(self.home, self.settings, school):
                return ""
            until = time.monotonic() + self.settings.deadline_seconds * _FOR_SEARCH
            try:
                reply = ask_whole(chat, messages, REWRITE_SCHEMA, until)
            except Unanswered:
                return ""
            finally:
                self.tally.call(messages, reply)
        search = reply.get("search") if isinstance(reply, dict) else None
        if not isinstance(search, str):
            return ""
        if self.settings.cache:
            remember(self.home, key, reply)
        return " ".join(search.split())[:_LONGEST_SEARCH]


class _Spent(Exception):
    """The budget of the day is used up."""


@dataclass
class _Work:
    """One answer being worded."""

    writer: Writer
    chat: Chat
    ours: Response
    quotes: tuple[Quote, ...]  # as they are numbered for the model, the first 1
    asked: Asked
    hear: Hear | None
    passed: dict[str, Said] = field(default_factory=dict)  # by their words, in their order
    failed: dict[str, tuple[str, ...]] = field(default_factory=dict)  # why not

    def done(self, history: Sequence[str]) -> Response:
        until = time.monotonic() + self.writer.settings.deadline_seconds
        messages = to_word(
            self.asked.question, history, self.asked.role, self.ours.verdict, self.quotes
        )
        draft = self._draft(messages, until)
        if draft.verdict == "not_covered":
            return words.left_unanswered(self.ours, self.chat)
        if self.failed:
            self._repair(messages, draft, until)
        return self._composed(draft.verdict)

    def _draft(self, messages: Sequence[Message], until: float) -> Draft:
        writer = self.writer
        key = key_of(f"{self.chat.name} {self.chat.address}", messages)
        reply = recall(writer.home, key) if writer.settings.cache else None
        if read_draft(reply) is None:
            if not spend(writer.home, writer.settings, self.ours.school.key):
                raise _Spent
            try:
                for reply in self.chat.replies(messages, SCHEMA, until):
                    self._take(finished(reply, whole=False))
            finally:
                writer.tally.call(messages, reply)
        draft = read_draft(reply)
        if draft is None:
            raise Unanswered("unreadable")
        if writer.settings.cache:
            remember(writer.home, key, reply)
        self._take(draft.sentences)
        return draft

    def _take(self, sentences: Sequence[Said | None]) -> None:
        """Judge what is new; what passes is heard at once."""
        for one in sentences:
            if one is None:
                continue
            said = one.model_copy(update={"text": tidied(one.text)})
            if said.text in self.passed or said.text in self.failed:
                continue
            reasons = why_not(said, self.quotes, self.asked.role, self.writer.meaning)
            if reasons:
                self.failed[said.text] = reasons
            elif len(self.passed) < _MOST:
                self.passed[said.text] = said
                if self.hear is not None:
                    self.hear(said.text)

    def _repair(self, messages: Sequence[Message], draft: Draft, until: float) -> None:
        """Ask once more for what did not pass, with the reasons; what fails again is dropped."""
        if not spend(self.writer.home, self.writer.settings, self.ours.school.key):
            return
        again = to_repair(messages, draft.model_dump(mode="json"), list(self.failed.items()))
        reply: object = None
        try:
            reply = ask_whole(self.chat, again, SCHEMA, until)
        except Unanswered:
            return
        finally:
            self.writer.tally.call(again, reply)
        if (better := read_draft(reply)) is not None:
            self._take(better.sentences)

    def _composed(self, theirs: Verdict) -> Response:
        """The sentences that passed, behind our own opening; exceptions are never left out."""
        ours, passed = self.ours, list(self.passed.values())
        rests_on = {self.quotes[number - 1].clause_id for said in passed for number in said.clauses}
        if ours.quotes[0].clause_id not in rests_on:
            return words.ours_after_all(ours, self.chat, "unproved")
        verdict = stricter(ours.verdict, theirs)
        left_out = [
            quote
            for quote in ours.quotes
            if quote.kind == "exception" and quote.clause_id not in rests_on
        ]
        texts = [said.text for said in passed]
        unsure = ours.answer.startswith(compose.UNSURE)
        binding = bind(texts[0])
        says = compose.opening(self.asked, verdict, binding.modality, binding.excepts)
        begin = compose.UNSURE if unsure else says
        notices = [*ours.notices]
        if theirs != ours.verdict and "informational" not in (theirs, ours.verdict):
            notices.append(words.disagreement(self.chat, theirs, ours.verdict))
        known = {quote.clause_id for quote in ours.quotes}
        added = [q for q in self.quotes if q.clause_id in rests_on and q.clause_id not in known]
        return replace(
            ours,
            verdict=verdict,
            answer=" ".join(filter(None, (begin, *texts, *map(words.exception, left_out)))),
            quotes=(*ours.quotes, *added),
            notices=(*notices, words.worded_by(self.chat)),
            answered_by=self.chat.name,
        )


def stricter(ours: Verdict, theirs: Verdict) -> Verdict:
    """The stricter of two readings; what asks no leave stays informational, whoever says more."""
    if "informational" in (ours, theirs):
        return ours
    return min(ours, theirs, key=STRICTEST.index)
