"""The questions over one big school: as far as a machine can check them."""

from __future__ import annotations

import json
from collections import Counter
from typing import get_args

from assistant.answer import ROLES, Answer, Quote, Scope, Verdict
from eval.big_school import POLICIES, QUESTIONS, half_of, mark, meets
from eval.gold import AS_OF

ROWS = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
EVIDENCE = {
    "source": "hartsfold-trips",
    "need": "essential",
    "any_of": ["Every trip has a written risk assessment."],
}


def test_every_question_is_whole_and_names_a_policy_that_is_there():
    assert len(ROWS) == len({row["id"] for row in ROWS}) == 120
    for row in ROWS:
        assert row["role"] in ROLES
        assert {row["verdict"], *row["verdicts_ok"]} <= set(get_args(Verdict))
        assert (row["status"] == "answered") == bool(row["evidence"]), row["id"]
        for one in row["evidence"]:
            assert (POLICIES / f"{one['source']}.pdf").is_file(), row["id"]
            assert all(len(words.split()) >= 3 for words in one["any_of"]), row["id"]
    assert min(Counter(half_of(row["id"]) for row in ROWS).values()) >= 40


def quote(text: str, source: str = "hartsfold-trips.pdf", lead_in: str = "") -> Quote:
    return Quote(
        text=text, kind="rule", lead_in=lead_in, school="", policy="", status="current",
        modality="obligation", source=source, sha256="", text_sha256="", start=0, end=len(text),
    )  # fmt: skip


def test_evidence_is_told_by_its_words_in_its_own_policy():
    assert meets(quote("Every trip has a\nwritten risk assess\u00adment."), EVIDENCE)
    assert not meets(quote("Every trip has a leader."), EVIDENCE)
    assert not meets(quote("Every trip has a written risk assessment.", "other.pdf"), EVIDENCE)


def test_an_answer_is_marked_for_its_quote_its_verdict_and_its_silence():
    blank = Answer(
        question="", scope=Scope(school=None, role="staff", as_of=AS_OF), status="not_covered",
        verdict="not_covered", answer="", confidence=0,
    )  # fmt: skip
    covered = {"id": "x", "status": "answered", "verdict": "required", "verdicts_ok": []}
    asked = covered | {"evidence": [EVIDENCE]}
    missed = mark(asked, blank)
    assert (missed.first, missed.refused, missed.verdict) == (False, True, False)
    told = blank.model_copy(
        update={
            "status": "answered",
            "verdict": "required",
            "quotes": (quote(EVIDENCE["any_of"][0]),),
        }
    )
    found = mark(asked, told)
    assert (found.first, found.recall, found.refused, found.verdict) == (True, True, False, True)
    silent = {"id": "x", "status": "not_covered", "verdict": "not_covered"}
    near = silent | {"verdicts_ok": [], "evidence": []}
    assert mark(near, blank).silent and not mark(near, told).silent
