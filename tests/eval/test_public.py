"""Public sets, on a tiny one in their format."""

from __future__ import annotations

import json

import numpy as np
import pytest

from eval.asking import Openers
from eval.gold import GoldError
from eval.public import answer, score
from eval.public_sets import PUBLIC, PublicSet, QuestionRow, read_set, shelve
from eval.sums import auroc

DOCUMENTS = [
    {
        "doc_id": "phones",
        "title": "Using phones",
        "clauses": [
            {"clause_id": "p1", "text": "You must not text parents.", "section": "Texts"},
            {"clause_id": "p2", "text": "You may ring the office.", "section": "Calls"},
        ],
    },
    {
        "doc_id": "trips",
        "title": "trips.pdf",
        "clauses": [{"clause_id": "t1", "text": "Coaches leave at nine.", "section": ""}],
    },
]
QUESTIONS = [
    {
        "qid": "1",
        "doc_id": "phones",
        "question": "Can I text parents?",
        "scenario": "I am a teacher.",
        "evidence_clause_ids": ["p1"],
        "verdict": "no",
        "answerable": True,
    },
    {
        "qid": "2",
        "doc_id": "phones",
        "question": "Is there cake?",
        "evidence_clause_ids": [],
        "verdict": "not_covered",
        "answerable": False,
    },
]
POOLED = PublicSet("tiny", "condqa/dev", True, True, "two pages")


class NoBar:
    def track(self, rows, description=""):
        assert description
        return rows


@pytest.fixture
def sets(tmp_path):
    folder = tmp_path / "sets" / "condqa" / "dev"
    folder.mkdir(parents=True)
    for name, rows in (("corpus", DOCUMENTS), ("questions", QUESTIONS)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, "utf-8")
    return tmp_path / "sets"


def test_all_three_searches_rank_the_sets_own_clauses(sets, embed, scoring):
    given = answer(POOLED, read_set(sets, POOLED), embed, scoring, NoBar())
    assert {system: found[0].ids[0] for system, found in given.items()} == {
        "ours": "p1",
        "dense": "p1",
        "BM25": "p1",
    }
    assert all(len(found[0].ids) == 3 for found in given.values())


def test_within_one_document_no_other_is_searched(sets, embed, scoring):
    apart = PublicSet("tiny", "condqa/dev", False, False, "")
    given = answer(apart, read_set(sets, apart), embed, scoring, NoBar())
    assert set(given["ours"][0].ids) == {"p1", "p2"}


def test_recall_verdict_and_silence_are_scored_where_the_set_has_them(sets, embed, scoring):
    scored = score(POOLED, read_set(sets, POOLED), embed, scoring, NoBar())
    assert scored.retrieval["BM25"]["recall@1"].value == 1
    assert scored.retrieval["BM25"]["recall@1"].n == 1
    assert scored.verdict["always “no”"].value == 1
    assert scored.silence["dense"]["AUROC"].value == 1
    assert "silence F1" in scored.silence["ours"]
    assert "silence F1" not in scored.silence["BM25"]


def test_the_situation_is_searched_for_and_a_file_name_is_no_title(sets, embed):
    assert QuestionRow.model_validate(QUESTIONS[0]).text == "Can I text parents? I am a teacher."
    shelf = shelve(read_set(sets, POOLED).documents, embed)
    assert shelf.texts[0] == "Using phones | Texts | You must not text parents."
    assert shelf.texts[2] == "Coaches leave at nine."


def test_auroc_is_the_share_of_pairs_in_the_right_order():
    rows = np.array([[0.9, 1], [0.4, 1], [0.5, 0], [0.4, 0]])
    # .9 beats both; .4 loses to .5 and ties with .4: 2.5 of 4
    assert auroc(rows, np.ones((1, 4)))[0] == pytest.approx(2.5 / 4)


def test_a_broken_line_is_named(sets):
    path = sets / "condqa" / "dev" / "questions.jsonl"
    path.write_text(path.read_text("utf-8") + "{\n", "utf-8")
    with pytest.raises(GoldError, match=r"questions\.jsonl, line 3: "):
        read_set(sets, POOLED)


def test_the_command_measures_what_lies_there(evaluate, sets, tmp_path):
    code, out, _ = evaluate("bench", "--sets", str(sets), "--json")
    assert code == 0
    (only,) = json.loads(out)
    assert only["name"] == "ConditionalQA"
    code, out, _ = evaluate("bench", "--sets", str(sets))
    assert "ConditionalQA: gov.uk pages, pooled" in out
    assert "…" not in out
    code, _, err = evaluate("bench", "--sets", str(tmp_path / "none"))
    assert code == 2
    assert PUBLIC[0].folder in err
    assert Openers().embed is not None
