"""Files of JSON lines that a process may be killed over: a last half line is no line."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Row = TypeVar("Row", bound=BaseModel)


class BrokenLine(Exception):
    """Which file and line, and what it is not."""


def read_lines(path: Path, kind: type[Row], what: str, mend: bool = False) -> list[Row]:
    """The lines of a file, without a last one that was never finished.

    `mend` cuts that one off, lest the next line be written behind it.
    """
    if not path.exists():
        return []
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if mend and whole != data:
        with path.open("r+b") as file:
            file.truncate(len(whole))
    rows = []
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            rows.append(kind.model_validate_json(line))
        except ValidationError as error:
            raise BrokenLine(f"{path}, line {number}: not {what}.") from error
    return rows
