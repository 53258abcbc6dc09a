"""The strangers' situations: what they claim stands in the policies, and how answers are marked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from pypdf import PdfReader

from assistant import compose
from assistant.answer import Answer, Quote, Role, Scope, Verdict
from eval.gold import AS_OF
from eval.strangers import POLICIES, QUESTIONS, ROOT, _plain, mark

ROWS = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Each collection's words, white space and punctuation closed."""
    pdfs = (*POLICIES.glob("*.pdf"), *(POLICIES / "odd").glob("[et]*-without-*.pdf"))
    pdfs += (*(POLICIES / "odd").glob("t*.pdf"),)
    pages = (page.extract_text() for path in pdfs for page in PdfReader(path).pages)
    return {
        "one school": _plain("\n".join(pages)),
        "real": _plain(_all(ROOT / "corpus", "txt")),
        "invented": _plain(_all(ROOT / "eval" / "invented" / "corpus", "md")),
    }


def _all(folder: Path, ending: str) -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.rglob(f"*.{ending}")))


def test_every_situation_is_whole_and_its_evidence_stands_in_the_policies(texts):
    assert len(ROWS) == len({row["id"] for row in ROWS}) == 140
    for row in ROWS:
        assert row["role"] in get_args(Role)
        assert row["verdicts"] and set(row["verdicts"]) <= set(get_args(Verdict))
        assert (row["verdicts"][0] == "not_covered") == (not row["evidence"]), row["id"]
        for words in row["evidence"]:
            assert _plain(words) in texts[row["where"]], row["id"]


ROW = {
    "id": "x",
    "where": "real",
    "verdicts": ["not_permitted"],
    "evidence": ["must not text parents", "except in an emergency"],
}


def quoted(text: str) -> Quote:
    return Quote(
        text=text,
        kind="rule",
        school="Oak",
        policy="Phones",
        status="current",
        modality="prohibition",
        source="oak/phones.txt",
        sha256="0" * 64,
        text_sha256="0" * 64,
        start=0,
        end=len(text),
    )


def answered(said: str, verdict: str, *texts: str) -> Answer:
    quotes = tuple(map(quoted, texts))
    return Answer(
        id="",
        question="q",
        scope=Scope(school="oak", role="staff", as_of=AS_OF),
        status="answered",
        verdict=verdict,
        answer=said,
        quotes=quotes,
        ask="",
        confidence=0.7,
    )


def test_an_answer_is_marked_by_its_first_quote_its_verdict_and_its_opening():
    right = mark(ROW, answered("No. S.", "not_permitted", "Staff must not text parents."))
    assert right.found["first"] and right.found["decisive"] and right.found["sure"]
    assert right.found["mistaken"] is False
    second = mark(ROW, answered("Yes. R.", "permitted", "R.", "Staff must not text parents"))
    assert not second.found["first"] and second.found["decisive"] and second.found["mistaken"]
    doubted = mark(ROW, answered(f"{compose.UNSURE} R.", "not_permitted", "R."))
    assert doubted.found["doubted"] and doubted.found["unsure"] is False
    assert "sure" not in doubted.found and "mistaken" not in doubted.found


def test_silence_is_right_only_where_nothing_is_evidence():
    uncovered = ROW | {"verdicts": ["not_covered"], "evidence": []}
    assert mark(uncovered, answered("No. R.", "not_permitted", "R.")).found["silent"] is False
