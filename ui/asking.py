"""`verse ask`: one question, or a file of them."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.answer import Answer, AssistantError, Question, Scope
from assistant.ask import Assistant
from assistant.settings import Settings
from ui.render import markdown


def run_ask(args: argparse.Namespace, settings: Settings) -> int:
    """Answer on stdout, as text or as one line of JSON; kept where settings ask for it."""
    _tell(settings)
    assistant = _open(settings)
    answer = _kept(
        settings,
        assistant,
        assistant.ask(
            Question(
                question=args.question,
                history=tuple(args.history),
                school=args.school,
                role=args.role,
                as_of=args.as_of,
            )
        ),
    )
    print(answer.line() if args.json else markdown(answer))
    return 1 if answer.status == "failed" else 0


def run_batch(args: argparse.Namespace, settings: Settings) -> int:
    """One JSON answer a line for each line that is not empty, in order; 3 when some were bad.

    Where every answer is kept these are, too. None counts as a question in vain: a file of
    questions does not tell what people miss.
    """
    lines = _lines(args.batch)
    settings = replace(settings, record=False)
    _tell(settings)
    assistant = _open(settings)
    bad = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        answer = _answer(assistant, line, number, args, settings)
        bad += answer.status == "failed"
        print(answer.line(), flush=True)
    if bad:
        print(f"verse: {bad} line(s) could not be answered; see `answer` there.", file=sys.stderr)
    return 3 if bad else 0


def _open(settings: Settings) -> Assistant:
    assistant = Assistant.open(
        settings.home, settings.embedding_model, reader=settings.reader, llm=settings.llm
    )
    if assistant.warning:
        print(assistant.warning, file=sys.stderr)
    return assistant


def _tell(settings: Settings) -> None:
    """Say what is kept before anything is asked, as the chat does."""
    if settings.audit.on or settings.record:
        from assistant.notice import notice

        print(notice(settings), file=sys.stderr)


def _kept(settings: Settings, assistant: Assistant, answer: Answer) -> Answer:
    """The answer with the id that it is kept under, if it is.

    Raises NotKept where it must be and cannot be.
    """
    if not (settings.audit.on or settings.record):
        return answer
    from ui import keeping  # where nothing is kept, no database is even imported

    manifest = assistant.library().index.manifest
    audit = keeping.audit_of(settings)
    kept = keeping.keep(audit, answer, generation=manifest.generation, model=manifest.model)
    if kept.withhold:
        raise NotKept(f"The answer must be kept and cannot be, so it is not given. {kept.problem}")
    if kept.problem:
        print(f"verse: {kept.problem}", file=sys.stderr)
    return answer.model_copy(update={"id": answer.id or kept.ticket or None})


class NotKept(AssistantError):
    """An answer that must be kept before it is given could not be."""


def _lines(name: str) -> Iterable[str]:
    if name == "-":
        if hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
        return sys.stdin
    try:
        # Universal newlines only: a line separator inside a question must not end its line.
        return Path(name).read_text("utf-8-sig", errors="replace").split("\n")
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise UnreadableBatch(
            f"{name} cannot be read ({reason}); name a JSON lines file."
        ) from error


class UnreadableBatch(AssistantError):
    """The batch file cannot be opened."""

    wrong_usage = True


def _answer(
    assistant: Assistant, line: str, number: int, args: argparse.Namespace, settings: Settings
) -> Answer:
    record: dict[str, Any] = {}
    try:
        read = json.loads(line)
        if not isinstance(read, dict):
            raise ValueError("it is no JSON object")
        record = read
        return _kept(settings, assistant, assistant.ask(_question(record, args)))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        said = first["msg"].removeprefix("Value error, ")
        return _failed(record, f"Line {number}: {field}: {said}; correct it.", args)
    except ValueError as error:
        return _failed(record, f"Line {number} is not readable as JSON ({error}).", args)
    except RecursionError:
        return _failed(record, f"Line {number} is nested too deeply to be a question.", args)
    except Exception as error:  # one bad line must not end the others
        return _failed(record, f"Line {number}: {error or type(error).__name__}", args)


def _question(record: dict[str, Any], args: argparse.Namespace) -> Question:
    given = {k: v for k, v in record.items() if v is not None and k in Question.model_fields}
    if isinstance(given.get("id"), int | float):
        given["id"] = str(given["id"])
    if isinstance(given.get("history"), str):
        given["history"] = [given["history"]]
    defaults = {"question": "", "school": args.school, "role": args.role, "as_of": args.as_of}
    return Question.model_validate(defaults | given)


def _failed(record: dict[str, Any], reason: str, args: argparse.Namespace) -> Answer:
    given, history = record.get("id"), record.get("history")
    earlier = [h for h in history if isinstance(h, str)] if isinstance(history, list) else []
    question, school = record.get("question"), record.get("school")
    return Answer(
        id=None if given is None else str(given),
        question=question if isinstance(question, str) else "",
        history=tuple(earlier),
        scope=Scope(
            school=school if isinstance(school, str) else args.school,
            role=args.role,
            as_of=args.as_of or dt.date.today(),
        ),
        status="failed",
        verdict="not_covered",
        answer=reason,
        confidence=0.0,
    )
