"""Clause lists made by hand: where a clause stands, known without our own reading of the file.

A list does not name its document: it belongs to the one in which its words stand.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.documents import Span

_ENOUGH = 0.9
"""The share of a list's pieces that must stand in a document for the list to be its own."""


@dataclass(frozen=True)
class Piece:
    """A piece of a document as a person divided it."""

    span: Span
    kind: str
    number: str
    heading: tuple[str, ...]
    page: int | None = None


def read_lists(folder: Path) -> list[list[dict[str, Any]]]:
    """The pieces of every list in the folder, as written; none where there is no such folder."""
    return [
        tomllib.loads(path.read_text("utf-8"))["piece"] for path in sorted(folder.glob("*.toml"))
    ]


def pieces_of(text: str, lists: Sequence[Sequence[dict[str, Any]]]) -> tuple[Piece, ...]:
    """The pieces of the list whose document this is, in order; none where no list fits."""
    for rows in lists:
        # The first pieces decide: two versions of one policy part ways in their middle.
        if _located(text, rows[:5]) and len(found := _located(text, rows)) >= _ENOUGH * len(rows):
            return tuple(found)
    return ()


def piece_at(pieces: Sequence[Piece], span: Span) -> Piece | None:
    """The clause in which most of a span stands."""
    first = bisect_left(pieces, span.start, key=lambda piece: piece.span.end)
    best, most = None, 0
    for piece in pieces[first:]:
        if piece.span.start >= span.end:
            break
        shared = min(piece.span.end, span.end) - max(piece.span.start, span.start)
        if piece.kind == "clause" and shared > most:
            best, most = piece, shared
    return best


def _located(text: str, rows: Sequence[dict[str, Any]]) -> list[Piece]:
    """Each piece where it stands, searched for from the end of the one before."""
    found: list[Piece] = []
    end = 0
    for row in rows:
        match = _pattern(row["text"]).search(text, end)
        if match is None:
            continue
        end = match.end()
        heading = tuple(" ".join(part.split()) for part in row.get("heading", ()))
        number, page = str(row.get("number", "")), row.get("page")
        found.append(Piece(Span(*match.span()), row["kind"], number, heading, page))
    return found


def _pattern(wanted: str) -> re.Pattern[str]:
    """The words with any white space between them, also after a hyphen at a line end."""
    words = (re.escape(word).replace(r"\-", r"-\s*") for word in wanted.split())
    return re.compile(r"\s+".join(words))
