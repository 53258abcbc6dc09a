"""Situations as a stranger would type them, written before any answer was seen.

    python -m eval.strangers [--home DIR]

140 questions of `eval/pooled/strangers.jsonl` on the policies of `tests/ingest/policies` held as
one school, on `corpus/` and on `eval/invented/corpus`. Evidence is told by its words; the first is
the decisive one. A hash of the id halves the set: of dev the answers may be looked at, test is only
counted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from assistant import compose
from assistant.answer import Answer, Question
from assistant.ask import Assistant
from assistant.reader import make_reader
from assistant.settings import read_settings
from eval.gold import AS_OF
from eval.ours import fresh_home
from eval.reports.charts import wilson
from eval.tables import wide_console
from ingest.sync import ingest

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT / "eval" / "pooled" / "strangers.jsonl"
POLICIES = ROOT / "tests" / "ingest" / "policies"
_BEARS_OUT = {"Yes": {"permitted", "required"}, "No": {"not_permitted"}}
TITLES = {
    "first": "first quote holds evidence",
    "decisive": "decisive evidence quoted",
    "verdict": "verdict right",
    "silent": "silent where not covered",
    "refused": "covered, but refused",
    "doubted": "answers that say they may be wrong",
    "sure": "all right, of those that do not",
    "unsure": "all right, of those that do",
    "mistaken": 'wrong "Yes." or "No.", of those said',
}


@dataclass(frozen=True)
class Marked:
    """What came of one question, by the names of TITLES that bear on it."""

    half: str
    where: str
    found: dict[str, bool]


def main() -> int:
    """Print both halves, and dev and test together for each collection of policies."""
    parser = argparse.ArgumentParser(prog="eval.strangers", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".verse"), help="for exported models")
    args = parser.parse_args()
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as aside:
        opened = {where: _open(where, Path(aside), args.home) for where in _folders()}
        marked = [mark(row, _ask(opened[row["where"]], row)) for row in rows]
    table = Table(title=f"{len(rows)} situations", box=None)
    columns = {half: [m for m in marked if m.half == half] for half in ("dev", "test")}
    columns |= {where: [m for m in marked if m.where == where] for where in opened}
    for head in ("", *columns):
        table.add_column(head)
    for name, title in TITLES.items():
        table.add_row(title, *(_share(some, name) for some in columns.values()))
    wide_console().print(table)
    return 0


def mark(row: dict[str, Any], answer: Answer) -> Marked:
    """An answer held against what is known of its question."""
    quotes = [_plain(f"{quote.led} {quote.text}") for quote in answer.quotes]
    evidence = [_plain(words) for words in row["evidence"]]
    covered, answered = bool(evidence), answer.status == "answered"
    first = answered and bool(quotes) and any(words in quotes[0] for words in evidence)
    right = answer.verdict in row["verdicts"]
    found = {"verdict": right}
    if covered:
        decisive = any(evidence[0] in quote for quote in quotes)
        found |= {"first": first, "decisive": decisive, "refused": not answered}
    else:
        found["silent"] = not answered
    if answered:
        doubted = compose.UNSURE in answer.answer
        found |= {"doubted": doubted, "unsure" if doubted else "sure": first and right}
    if said := re.match(r"(Yes|No)[.,]", answer.answer):
        found["mistaken"] = not _BEARS_OUT[said[1]] & set(row["verdicts"])
    return Marked(half_of(row["id"]), row["where"], found)


def half_of(id: str) -> str:
    return ("dev", "test")[int(hashlib.sha256(id.encode("utf-8")).hexdigest(), 16) % 2]


def _folders() -> dict[str, Path]:
    invented = ROOT / "eval" / "invented" / "corpus"
    return {"one school": POLICIES, "real": ROOT / "corpus", "invented": invented}


def _open(where: str, aside: Path, models: Path) -> Assistant:
    folder, school = _folders()[where], None
    home = fresh_home(aside / where, models)
    if folder == POLICIES:  # as PDFs, one of each
        folder, school = aside / "policies", "Test School"
        folder.mkdir()
        for path in (*POLICIES.glob("*.pdf"), *(POLICIES / "odd").glob("*.pdf")):
            shutil.copyfile(path, folder / path.name)
    settings = read_settings(home)
    ingest(folder, home, school=school, model=settings.embedding_model)
    make_reader(home)
    return Assistant.open(home, settings.embedding_model, reader=settings.reader)


def _ask(assistant: Assistant, row: dict[str, Any]) -> Answer:
    return assistant.ask(
        Question(
            question=row["question"],
            school=row["school"] or None,
            role=row["role"],
            history=tuple(row["history"]),
            as_of=AS_OF,
        )
    )


def _share(marked: Sequence[Marked], name: str) -> str:
    some = [one.found[name] for one in marked if name in one.found]
    if not some:
        return "–"
    low, high = wilson(sum(some), len(some))
    return f"{sum(some) / len(some):.2f} ({low:.2f}–{high:.2f}) of {len(some)}"


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).lower().strip()


if __name__ == "__main__":
    raise SystemExit(main())
