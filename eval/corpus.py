"""The documents as files: what every quote and every piece of evidence is checked against.

Reads the files and the register by itself, without `ingest`: a mistake made there must show here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from eval.hand_lists import Piece, pieces_of, read_lists
from ingest.documents import IngestError


@dataclass(frozen=True)
class Source:
    """A document's whole text, whose it is, and whether a newer version has replaced it.

    `pieces` divide it as a person did, where a clause list was made by hand.
    """

    text: str
    school: str
    superseded: bool = False
    pieces: tuple[Piece, ...] = ()


Corpus = Mapping[str, Source]


def read_corpus(folder: Path, lists_in: Path | None = None) -> dict[str, Source]:
    """Every text document under `folder` by its path relative to it, school by school.

    `lists_in` holds clause lists made by hand, if any.
    """
    lists = read_lists(lists_in) if lists_in else []
    registered = {row["source"]: row for row in _rows(folder / "register.toml")}
    corpus = {}
    for path in sorted([*folder.rglob("*.txt"), *folder.rglob("*.md")]):
        source = path.relative_to(folder).as_posix()
        row = registered.get(source, {})
        text = _text(path)
        corpus[source] = Source(
            text=text,
            school=str(row.get("school") or PurePosixPath(source).parts[0]),
            superseded=row.get("status") == "superseded",
            pieces=pieces_of(text, lists),
        )
    return corpus


def _text(path: Path) -> str:
    """Bytes decoded, not read_text: a translated line end would move every span after it."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise IngestError(f"{path}: not UTF-8 text; gold evidence cannot be checked.") from error


def _rows(register: Path) -> Iterator[dict[str, Any]]:
    """The register's tables that describe a document, values without where they come from."""
    if not register.is_file():
        return
    try:
        content = tomllib.loads(_text(register))
    except tomllib.TOMLDecodeError as error:
        raise IngestError(f"{register}: not valid TOML: {error}.") from error
    for tables in content.values():
        for table in tables if isinstance(tables, list) else [tables]:
            if isinstance(table, dict) and "source" in table:
                yield {
                    key: cell["value"] if isinstance(cell, dict) and "value" in cell else cell
                    for key, cell in table.items()
                }
