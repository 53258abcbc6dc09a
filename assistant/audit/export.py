"""Kept answers as JSON lines or CSV, a line at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal

from assistant.audit.choice import Choice, each
from assistant.audit.row import Row, contract
from assistant.ledger import connected
from assistant.settings import Settings
from assistant.spreadsheet import csv_text
from ingest.documents import flow

Format = Literal["jsonl", "csv"]

_OF_ANSWER = ("status", "verdict", "question", "answer", "answered_by", "confidence", "seconds")
_OF_KEPT = ("generation", "model", "user", "delicate", "thumb", "word", "digest")
HEADER = ("ticket", "at", "school", "role", *_OF_ANSWER, "quotes", *_OF_KEPT)


def lines(settings: Settings, choice: Choice, form: Format = "jsonl") -> Iterator[str]:
    """Each chosen answer as a line with its end, oldest first; CSV begins with a header.

    A line of JSON is the answer's contract with one field more, `kept`. Raises LedgerError where
    the record cannot be read.
    """
    if form == "csv":
        yield csv_text(HEADER, ())
    with connected(settings) as connection:
        for row, quotes in each(connection, choice):
            given = contract(row, quotes)
            yield _csv(row.ticket, given) if form == "csv" else _line(given)


def _line(given: Row) -> str:
    """One line by whatever a reader takes for a line end."""
    line = json.dumps(given, ensure_ascii=False)
    # A lone half of a surrogate pair, which UTF-8 cannot spell, stays spelled out.
    odd = re.compile("[\x85\u2028\u2029\ud800-\udfff]")
    return odd.sub(lambda found: f"\\u{ord(found.group()):04x}", line) + "\n"


def _csv(ticket: str, given: Row) -> str:
    scope, kept = given["scope"], given["kept"]
    said = "\n".join(map(_citation, given["quotes"]))
    cells = [ticket, kept["at"], scope["school"] or "", scope["role"]]
    cells += [given[name] for name in _OF_ANSWER]
    cells += [said, *(kept[name] for name in _OF_KEPT)]
    return csv_text(cells, ())


def _citation(quote: dict[str, Any]) -> str:
    led = " ".join([*(lead["text"] for lead in quote["outer_lead_ins"]), quote["lead_in"]])
    place = f"{quote['policy']}, {quote['clause']}".rstrip(", ")
    said = flow(f"{led} {quote['text']}").strip()
    return f"{place}: {said}"
