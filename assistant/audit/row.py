"""An answer as it is kept: what was typed is masked, and a digest tells of later changes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assistant.answer import Answer
from assistant.discretion import answered_with_care, counted_only
from assistant.ledger.tables import answers
from assistant.masking import mask, own_words
from assistant.triage import clean

MOST_EARLIER = 20  # questions of a conversation that are kept with an answer: those that were read
LONGEST_NAME = 200  # characters of who asked

Row = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """What an answer was made from, by whom it was asked, and when."""

    at: dt.datetime  # in UTC
    generation: str
    model: str
    who: str = ""


def rows_of(answer: Answer, ticket: str, made: Made) -> tuple[Row, list[Row]]:
    """Rows of `answers` and of `quotes`. Of a delicate question, no name is kept, nor the hour."""
    typed = (answer.question, *answer.history, answer.understood)
    delicate = counted_only(*typed) or answered_with_care(answer)
    kept = masked(answer, ticket)
    quotes: list[Row] = [
        {
            "ticket": ticket,
            "place": place,
            "sha256": quote.sha256,
            "text_sha256": quote.text_sha256,
            "source": clean(quote.source),
            "quote": _ascii(quote.model_dump(mode="json")),
        }
        for place, quote in enumerate(kept.quotes)
    ]
    row: Row = {
        "ticket": ticket,
        "at": by_day(made.at) if delicate else made.at,
        "school": clean(kept.scope.school or ""),
        "role": kept.scope.role,
        "status": kept.status,
        "verdict": kept.verdict,
        "answered_by": clean(kept.answered_by),
        "confidence": kept.confidence,
        "seconds": kept.seconds,
        "question": kept.question,
        "contract": _ascii(kept.model_dump(mode="json", exclude={"quotes"})),
        "generation": clean(made.generation),
        "model": clean(made.model),
        "who": "" if delicate else clean(made.who)[:LONGEST_NAME],
        "delicate": delicate,
    }
    return {**row, "digest": digest(row, [one["quote"] for one in quotes])}, quotes


def masked(answer: Answer, ticket: str) -> Answer:
    """The answer under its ticket, without names, addresses and numbers in what was typed."""
    known = own_words(answer)
    parts = (p.model_copy(update={"question": mask(p.question, known)}) for p in answer.parts)
    return answer.model_copy(
        update={
            "id": ticket,
            "question": mask(answer.question, known),
            "history": tuple(mask(q, known) for q in answer.history[-MOST_EARLIER:]),
            "understood": mask(answer.understood, known),
            "parts": tuple(parts),
        }
    )


def contract(row: sa.Row[Any], quotes: list[str]) -> Row:
    """The answer as it was given, with `kept`: all else that is known of it."""
    given: Row = json.loads(row.contract)
    about = {
        "at": row.at.isoformat(),
        "generation": row.generation,
        "model": row.model,
        "user": row.who,
        "delicate": row.delicate,
        "thumb": row.thumb,
        "word": row.word,
        "digest": row.digest,
    }
    return {**given, "quotes": [json.loads(quote) for quote in quotes], "kept": about}


def unchanged(row: sa.Row[Any], quotes: list[str]) -> bool:
    """True where a row and its quotes are as they were kept."""
    return digest(row._asdict(), quotes) == str(row.digest)


def digest(row: Row, quotes: list[str]) -> str:
    """A hash of all of a row but its feedback, and of its quotes' JSON in their order."""
    told = [_plain(row[c.name]) for c in answers.c if c.name not in ("thumb", "word", "digest")]
    return hashlib.sha256(_ascii([told, quotes]).encode()).hexdigest()


def by_day(moment: dt.datetime) -> dt.datetime:
    """Midnight of its day, in UTC."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _plain(value: Any) -> Any:
    return value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value


def _ascii(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True)
