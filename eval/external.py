"""Any other system, as a batch command: questions in as JSON lines, answers out as JSON lines.

The lines are those of `verse ask --batch`. A command that wants a file instead of stdin says
`{in}`, one that writes its answers to a file says `{out}`; each is replaced by a path.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shlex
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.answer import AnswerStatus, Verdict
from eval.corpus import Corpus
from eval.given import Given, Locator, Place, Shown
from eval.gold import Gold, locate
from eval.systems import SystemFailed, as_question


class QuoteLine(BaseModel):
    """A quote of another system; without `start` and `end` its words are looked for."""

    model_config = ConfigDict(extra="ignore")

    source: str
    text: str
    start: int | None = None
    end: int | None = None
    lead_in: str = ""
    clause: str | None = None
    heading: tuple[str, ...] = ()
    page: int | None = None
    policy: str = ""
    school: str = ""


class PlaceLine(BaseModel):
    model_config = ConfigDict(extra="ignore")

    source: str
    start: int
    end: int


class AnswerLine(BaseModel):
    """One answer of another system: what it shares with ours; the rest is ignored."""

    model_config = ConfigDict(extra="ignore")

    id: str | None = None
    status: AnswerStatus
    verdict: Verdict
    answer: str = ""
    quotes: tuple[QuoteLine, ...] = ()
    confidence: float | None = None
    seconds: float | None = None
    cost: float | None = None
    ranking: tuple[PlaceLine, ...] | None = None


@dataclass(frozen=True)
class Command:
    """A system that is started once and given all questions."""

    command: str
    corpus: Corpus
    as_of: dt.date
    suffix: str = ""  # tells two commands of one program apart

    @property
    def name(self) -> str:
        words = shlex.split(self.command)
        return f"cmd: {Path(words[0]).name}{self.suffix}"

    def answers(self, gold: Sequence[Gold]) -> Iterator[Given]:
        if not gold:
            return
        questions = "".join(as_question(one, self.as_of).model_dump_json() + "\n" for one in gold)
        with tempfile.TemporaryDirectory(prefix="verse-eval-") as aside:
            begun = time.perf_counter()
            lines = _lines(self.command, questions, Path(aside))
            done = 0
            for one, line in zip(gold, lines, strict=False):
                given = self._read(one, line)
                now = time.perf_counter()
                yield given if given.seconds else replace(given, seconds=now - begun)
                begun, done = time.perf_counter(), done + 1
            if done < len(gold):
                raise SystemFailed(
                    f"The command {self.command!r} answered {done} of {len(gold)} questions and "
                    f"stopped{_last_words(Path(aside))}."
                )

    def _read(self, gold: Gold, line: str) -> Given:
        """One line; one that cannot be read is that question's failure, not the run's end."""
        try:
            said = AnswerLine.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(step) for step in first["loc"])
            return Given(
                "failed", "not_covered", answer=f"not our JSON lines: {where} {first['msg']}"
            )
        if said.id is not None and said.id != gold.question.id:
            raise SystemFailed(
                f"The command {self.command!r} answered {said.id} where {gold.question.id} was "
                "asked; answers must come in the order of the questions."
            )
        ranking = None
        if said.ranking is not None:
            ranking = tuple(Place(one.source, one.start, one.end) for one in said.ranking)
        return Given(
            said.status,
            said.verdict,
            tuple(self._shown(quote) for quote in said.quotes),
            said.answer,
            said.seconds or 0.0,
            said.confidence,
            said.cost,
            ranking,
        )

    def _shown(self, quote: QuoteLine) -> Shown:
        start, end = quote.start, quote.end
        if start is None or end is None:
            source = self.corpus.get(quote.source)
            spans = locate(source.text, quote.text) if source else ()
            start, end = (spans[0].start, spans[0].end) if spans else (0, 0)
        locator = None
        if quote.clause is not None:
            locator = Locator(quote.clause, quote.heading, quote.page)
        return Shown(
            quote.source, start, end, quote.text, quote.lead_in, locator, quote.policy, quote.school
        )


def _lines(command: str, questions: str, aside: Path) -> Iterator[str]:
    """The command's answers, as they come."""
    asked, told = aside / "questions.jsonl", aside / "answers.jsonl"
    asked.write_text(questions, "utf-8")
    words = [
        word.replace("{in}", str(asked)).replace("{out}", str(told))
        for word in shlex.split(command)
    ]
    with (aside / "stderr").open("wb") as errors:
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE if "{in}" not in command else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise SystemFailed(
                f"The command {command!r} cannot be run: {error.strerror}."
            ) from error
    try:
        if process.stdin:
            threading.Thread(target=_feed, args=(process.stdin, questions), daemon=True).start()
        said = filter(str.strip, process.stdout or ())
        if "{out}" in command:
            for _ in said:  # not the answers, but it must be read lest the command should wait
                pass
            process.wait()
            said = filter(str.strip, told.read_text("utf-8").splitlines() if told.exists() else [])
        yield from said
        process.wait()
    finally:
        process.kill()
        process.wait()
        for pipe in filter(None, (process.stdin, process.stdout)):
            with contextlib.suppress(OSError):
                pipe.close()


def _feed(pipe: IO[str], questions: str) -> None:
    """Written from a thread of its own: a command may answer before it has read everything."""
    with contextlib.suppress(OSError, ValueError):  # it stopped reading; that shows in its answers
        pipe.write(questions)
        pipe.close()


def _last_words(aside: Path) -> str:
    """The last line that the command wrote to stderr."""
    lines = (aside / "stderr").read_text("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {last[:200].rstrip('.')}" if last else ""
