"""What verification makes of sentences that it was worked on with: none of `eval/judged`.

    python -m eval.training.wordings

`data/sentences.jsonl` has free rewordings and flips of invented clauses, `data/wordings.jsonl`
close rewordings as a writer makes them who keeps to the policy's words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.adversarial import accepts
from eval.flips import Cited
from eval.training.data import DATA, lessons


def shares(folder: Path = DATA) -> dict[str, tuple[int, int]]:
    """How many were accepted, of how many: close and free rewordings, and flips by change."""
    found: dict[str, tuple[int, int]] = {}
    for kind, sentence, cited in (*_close(folder), *_free(folder)):
        right, n = found.get(kind, (0, 0))
        found[kind] = (right + accepts(sentence, [cited]), n + 1)
    return found


def main() -> None:
    """Print the share accepted, kind by kind."""
    table = Table(title="share accepted", title_justify="left", box=None)
    for head in ("", "n", "accepted"):
        table.add_column(head)
    for kind, (right, n) in shares().items():
        table.add_row(kind, str(n), f"{right / n:.3f}")
    Console().print(table)


def _close(folder: Path) -> Iterator[tuple[str, str, Cited]]:
    for row in _rows(folder / "wordings.jsonl"):
        yield "close rewording", row["sentence"], Cited(row["clause"], row["lead_in"])


def _free(folder: Path) -> Iterator[tuple[str, str, Cited]]:
    clauses = {p.clause.id: p.clause for lesson in lessons(folder) for p in lesson.passages}
    for row in _rows(folder / "sentences.jsonl"):
        clause = clauses[row["clause_id"]]
        kind = "free rewording" if row["faithful"] else f"flip: {row['change'].replace('_', ' ')}"
        yield kind, row["sentence"], Cited(clause.text, clause.lead_in)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
