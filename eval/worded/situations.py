"""What a language model would be asked over the dev half of the gold questions, kept as text.

    python -m eval.worded.situations HOME_OF_POLICIES HOME_OF_INVENTED

Each home has the documents of one gold set indexed. Nobody is asked anything but ourselves: where a
writer would be handed our answer and the clauses beside it, they are written down instead.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.answer import Question, Quote
from assistant.ask import Assistant
from assistant.asking import Asked
from assistant.library import Library
from assistant.response import Response
from assistant.writing.prompt import fitting
from eval.gold import AS_OF
from eval.sets import SETS, load

FILE = Path(__file__).with_name("situations.jsonl")
# What identifies bytes and pages, which no wording depends on.
_LEFT_OUT = {"sha256", "text_sha256", "page", "start", "end", "lead_in_start", "lead_in_end"}


class Overheard:
    """Stands where a writer would; notes what it is handed and lets our own answer stand."""

    def __init__(self) -> None:
        self.handed: list[dict[str, Any]] = []

    def word(
        self,
        ours: Response,
        asked: Asked,
        history: Sequence[str],
        more: Sequence[Quote] = (),
        _hear: object = None,
    ) -> Response:
        if ours.status == "answered" and ours.quotes:
            quotes = fitting((*ours.quotes, *(q for q in more if q not in ours.quotes)))
            self.handed.append(
                {
                    "question": asked.question,
                    "history": list(history),
                    "role": asked.role,
                    "verdict": ours.verdict,
                    "quoted": len(ours.quotes),
                    "clauses": [
                        q.model_dump(mode="json", exclude=_LEFT_OUT, exclude_defaults=True)
                        for q in quotes
                    ],
                }
            )
        return ours

    def rewritten(self, _asked: Asked, _history: Sequence[str], _school: str) -> str:
        return ""


def situations(name: str, home: Path) -> Iterator[dict[str, Any]]:
    """Of one gold set: the first part of each dev question that a writer would be handed."""
    library = Library.open(home)
    for gold in load(SETS[name]).gold:
        if gold.split != "dev":
            continue
        one, heard = gold.question, Overheard()
        asked = Question(
            question=one.question,
            history=one.history,
            school=one.school or None,
            role=one.role,
            as_of=AS_OF,
        )
        Assistant(library, heard).ask(asked)  # type: ignore[arg-type]
        if heard.handed:
            yield {"id": one.id, "set": name, **heard.handed[0]}


if __name__ == "__main__":
    rows = [
        row
        for name, home in zip(("policies", "invented"), sys.argv[1:], strict=True)
        for row in situations(name, Path(home))
    ]
    FILE.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    print(len(rows), "situations")
