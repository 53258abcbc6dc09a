"""Questions over one school with seventeen policies, most of them PDFs: `eval/pooled`.

    python -m eval.big_school [--home DIR]

The gold sets have a policy or two a school; this is what a question meets in a real one. The
policies are those of `tests/ingest/policies`, the PDFs, as one "Test School". Evidence is told by
its words, white space and hyphens closed, since nothing but our own reading of a PDF has spans. A
hash of the id halves the set: dev may be looked at, test is only counted.
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

from assistant.answer import Answer, Question, Quote
from assistant.ask import Assistant
from assistant.reader import make_reader
from assistant.settings import read_settings
from eval.gold import AS_OF
from eval.ours import fresh_home
from eval.reports.charts import wilson
from eval.tables import wide_console
from ingest.sync import ingest

ROOT = Path(__file__).parents[1]
QUESTIONS = ROOT / "eval" / "pooled" / "questions.jsonl"
POLICIES = ROOT / "tests" / "ingest" / "policies"
SCHOOL = "Test School"


@dataclass(frozen=True)
class Marked:
    """What came of one question; None where the question does not bear on it."""

    half: str
    first: bool | None  # the first quote is evidence
    recall: bool | None  # the essential evidence is quoted
    verdict: bool
    silent: bool | None  # not covered, and said so
    refused: bool | None  # covered, and not answered


def main() -> int:
    """Print both halves."""
    parser = argparse.ArgumentParser(prog="eval.big_school", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".verse"), help="for exported models")
    args = parser.parse_args()
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as aside:
        assistant = _open(fresh_home(Path(aside) / "home", args.home), Path(aside) / "policies")
        marked = [mark(row, _ask(assistant, row)) for row in rows]
    table = Table(title="one school, seventeen policies", box=None)
    for head in ("", "dev", "test"):
        table.add_column(head)
    for name, title in (
        ("first", "first quote right"),
        ("recall", "essential evidence quoted"),
        ("verdict", "verdict right"),
        ("silent", "silent where not covered"),
        ("refused", "covered, but refused"),
    ):
        table.add_row(title, *(_share(marked, half, name) for half in ("dev", "test")))
    wide_console().print(table)
    return 0


def mark(row: dict[str, Any], answer: Answer) -> Marked:
    """An answer held against what is known of its question."""
    covered = row["status"] == "answered"
    essential = [one for one in row["evidence"] if one["need"] == "essential"]
    first = any(meets(answer.quotes[0], one) for one in row["evidence"]) if answer.quotes else False
    quoted = all(any(meets(quote, one) for quote in answer.quotes) for one in essential)
    return Marked(
        half_of(row["id"]),
        first if covered else None,
        quoted if covered else None,
        answer.verdict in (row["verdict"], *row["verdicts_ok"]),
        None if covered else answer.status != "answered",
        answer.status != "answered" if covered else None,
    )


def meets(quote: Quote, evidence: dict[str, Any]) -> bool:
    """True where the quote holds one of the evidence's alternatives, or all but a stub of one."""
    if Path(quote.source).stem != evidence["source"]:
        return False
    text, led = _plain(quote.text), _plain(f"{quote.led} {quote.text}")
    wanted = [_plain(one) for one in evidence["any_of"]]
    return any(one in led or (text in one and len(text) > 25) for one in wanted)


def half_of(id: str) -> str:
    percentile = int(hashlib.sha256(id.encode("utf-8")).hexdigest(), 16) % 10
    return "dev" if percentile < 6 else "test"


def _open(home: Path, folder: Path) -> Assistant:
    folder.mkdir()
    for path in sorted(POLICIES.glob("*.pdf")):
        shutil.copyfile(path, folder / path.name)
    settings = read_settings(home)
    ingest(folder, home, school=SCHOOL, model=settings.embedding_model)
    make_reader(home)
    return Assistant.open(home, settings.embedding_model, reader=settings.reader)


def _ask(assistant: Assistant, row: dict[str, Any]) -> Answer:
    history = tuple(row["history"])
    return assistant.ask(
        Question(question=row["question"], history=history, role=row["role"], as_of=AS_OF)
    )


def _share(marked: Sequence[Marked], half: str, name: str) -> str:
    told = [getattr(one, name) for one in marked if one.half == half]
    some = [one for one in told if one is not None]
    low, high = wilson(sum(some), len(some))
    return f"{sum(some) / len(some):.2f} ({low:.2f}–{high:.2f}) of {len(some)}"


def _plain(text: str) -> str:
    closed = text.replace("\u00ad\n", "").replace("\u00ad", "").replace("-\n", "")
    return re.sub(r"\W+", " ", closed).lower().strip()


if __name__ == "__main__":
    raise SystemExit(main())
