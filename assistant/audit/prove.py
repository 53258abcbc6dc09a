"""Checking kept answers, years later, against the documents that they quote.

A quote is proved where its document's file and text are still stored, both still have the hash
that was kept, and the text still says the quote, lead-ins included, where it stood. The index of
today has no part in it: a policy that was superseded or removed is stored all the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.audit.choice import Choice, each
from assistant.audit.row import unchanged
from assistant.ledger import connected
from assistant.settings import Settings
from ingest.home import document_path

_TEXTS = 128  # documents whose text is in memory at once
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Doubt:
    """A kept answer that is not proved, and the sentence that says why; no word of the question."""

    ticket: str
    at: dt.datetime
    place: int | None  # of the quote in the answer, from 0; None: the row itself
    source: str
    sha256: str
    why: str


@dataclass
class Proof:
    """What was checked so far."""

    answers: int = 0
    quotes: int = 0
    proved: int = 0  # quotes
    doubts: list[Doubt] = field(default_factory=list)


class _Lead(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: str
    start: int
    end: int


class _Quote(_Lead):
    """What of a quote is checked; others of its fields may have come or gone since."""

    source: str
    sha256: str
    text_sha256: str
    lead_in: str = ""
    lead_in_start: int | None = None
    lead_in_end: int | None = None
    outer_lead_ins: tuple[_Lead, ...] = ()

    def spans(self) -> Iterator[_Lead]:
        yield self
        yield from self.outer_lead_ins
        if self.lead_in_start is not None and self.lead_in_end is not None:
            yield _Lead(text=self.lead_in, start=self.lead_in_start, end=self.lead_in_end)
        elif self.lead_in:
            yield _Lead(text=self.lead_in, start=0, end=0)


def prove(settings: Settings, choice: Choice) -> Proof:
    """Check what is chosen; raises LedgerError where the record cannot be read."""
    store = _Store(settings.home)
    proof = Proof()
    with connected(settings) as connection:
        for row, quotes in each(connection, choice):
            proof.answers += 1
            if not unchanged(row, quotes):
                proof.doubts.append(_doubt(row, None, "", "", "Its row was changed since."))
            for place, quote in enumerate(quotes):
                proof.quotes += 1
                doubt = _check(store, row, place, quote)
                proof.proved += doubt is None
                proof.doubts += [doubt] if doubt else []
    return proof


class _Store:
    """The documents of a home; each is read and hashed once."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.trouble = lru_cache(maxsize=None)(self._trouble)
        self.text = lru_cache(maxsize=_TEXTS)(self._text)

    def _trouble(self, digest: str) -> str:
        """What is wrong with a stored file, or ""."""
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            return "was kept under no hash"
        path = document_path(self.home, digest)
        made = hashlib.sha256()
        try:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    made.update(block)
        except FileNotFoundError:
            return f"has gone ({path}): bring it back from a backup"
        except OSError as error:
            return f"cannot be read ({path}: {error.strerror}): check who owns it"
        if made.hexdigest() != digest:
            return f"was changed ({path}): bring it back from a backup"
        return ""

    def _text(self, digest: str) -> str:
        return document_path(self.home, digest).read_bytes().decode("utf-8", "surrogatepass")


def _check(store: _Store, row: sa.Row[Any], place: int, kept: str) -> Doubt | None:
    try:
        quote = _Quote.model_validate(json.loads(kept))
    except (ValueError, ValidationError):
        return _doubt(row, place, "", "", "What is kept is no quote.")
    about = (row, place, quote.source, quote.sha256)
    if trouble := store.trouble(quote.sha256):
        return _doubt(*about, f"The stored document {trouble}.")
    if trouble := store.trouble(quote.text_sha256):
        return _doubt(*about, f"The stored text of the document {trouble}.")
    try:
        text = store.text(quote.text_sha256)
    except (OSError, ValueError):
        return _doubt(*about, "The stored text of the document cannot be read.")
    for span in quote.spans():
        whole = 0 <= span.start < span.end <= len(text)
        if not whole or text[span.start : span.end] != span.text:
            return _doubt(*about, "The stored document does not say that there.")
    return None


def _doubt(row: sa.Row[Any], place: int | None, source: str, sha256: str, why: str) -> Doubt:
    return Doubt(row.ticket, row.at, place, source, sha256, why)
