"""What can be checked of the training files by machine, of every line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

import pytest

from assistant.answer import ROLES, Modality, Verdict
from eval.bindings import labelled
from eval.training.data import DATA, lessons, split

FILES = sorted(path.name.removesuffix("questions.jsonl") for path in DATA.glob("*questions.jsonl"))
SPECIFIED = [name for name in FILES if name]  # written to SPECIFICATION.md, all but the first set


@cache
def rows(name: str) -> tuple[dict[str, Any], ...]:
    with (DATA / name).open(encoding="utf-8") as lines:
        return tuple(map(json.loads, lines))


def questions(name: str) -> Iterator[tuple[dict[str, Any], dict[str, dict[str, Any]]]]:
    """Each question with its policy's clauses by id."""
    policies = {p["policy_id"]: p for p in rows(f"{name}policies.jsonl")}
    for row in rows(f"{name}questions.jsonl"):
        yield row, {c["clause_id"]: c for c in policies[row["policy_id"]]["clauses"]}


def test_ids_are_given_once() -> None:
    for what, key in (("policies", "policy_id"), ("questions", "qid")):
        ids = Counter(row[key] for name in FILES for row in rows(f"{name}{what}.jsonl"))
        assert [id for id, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("name", FILES)
def test_every_label_is_one_of_ours_and_every_clause_named_is_there(name: str) -> None:
    for row, clauses in questions(name):
        assert row["verdict"] in get_args(Verdict), row["qid"]
        assert (row["role"] or "staff") in ROLES, row["qid"]
        named = {*row["evidence"], *row["supporting"], *row["hard_negatives"]}
        assert named <= clauses.keys(), row["qid"]


@pytest.mark.parametrize("name", FILES)
def test_a_question_is_silent_exactly_where_it_has_no_evidence(name: str) -> None:
    for row, _ in questions(name):
        assert (row["verdict"] == "not_covered") == (not row["evidence"]), row["qid"]


@pytest.mark.parametrize("name", FILES)
def test_what_governs_is_no_hard_negative(name: str) -> None:
    for row, _ in questions(name):
        assert not set(row["evidence"]) & set(row["hard_negatives"]), row["qid"]


@pytest.mark.parametrize("name", SPECIFIED)
def test_what_must_be_said_stands_in_the_evidence(name: str) -> None:
    for row, clauses in questions(name):
        said = " ".join(f"{clauses[id]['lead_in']} {clauses[id]['text']}" for id in row["evidence"])
        for fact in row["must_say"]:
            assert fact.lower() in said.lower(), row["qid"]


@pytest.mark.parametrize("name", FILES)
def test_no_question_is_put_twice_to_one_policy(name: str) -> None:
    asked = Counter(
        (row["policy_id"], row["role"], row["question"].lower(), tuple(row["history"]))
        for row, _ in questions(name)
    )
    assert [question for question, count in asked.items() if count > 1] == []


def test_all_files_together_are_the_lessons() -> None:
    taught = lessons()
    assert len(taught) >= 100
    assert sum(len(lesson.questions) for lesson in taught) >= 8_000
    for lesson in taught:
        for asked in lesson.questions:
            assert all(place < len(lesson.passages) for place in (*asked.governs, *asked.supports))


def test_every_binding_is_of_a_clause_and_says_whom_it_binds_unless_it_states() -> None:
    clauses = {
        c["clause_id"]: c for n in FILES for p in rows(f"{n}policies.jsonl") for c in p["clauses"]
    }
    found = rows("bindings.jsonl")
    assert len({row["clause_id"] for row in found}) == len(found) >= 1782
    for row in found:
        clause = clauses[row["clause_id"]]
        words = " ".join(f"{clause['lead_in']} {clause['text']}".split())
        assert row["modality"] in get_args(Modality), row["clause_id"]
        assert (row["modality"] == "statement") == (not row["bound"]), row["clause_id"]
        assert set(row["bound"]) <= {*ROLES, "slt", "school", "everyone"}, row["clause_id"]
        for span in (row["condition"], row["exception"]):
            assert " ".join(span.split()) in words, row["clause_id"]


def test_no_clause_that_binds_are_measured_on_teaches() -> None:
    taught, _, _ = split(lessons())
    known = {p.clause.text for lesson in taught for p in lesson.passages}
    assert not known & {one.passage.clause.text for one in labelled()}


def test_every_clause_with_sentences_has_three_true_and_four_misstatements_each_once():
    clauses = {
        c["clause_id"]
        for name in FILES
        for p in rows(f"{name}policies.jsonl")
        for c in p["clauses"]
    }
    sentences = rows("sentences.jsonl")
    assert {row["clause_id"] for row in sentences} <= clauses
    told = Counter((row["clause_id"], row["faithful"]) for row in sentences)
    assert set(told.values()) == {3, 4}
    assert all(count == (3 if faithful else 4) for (_, faithful), count in told.items())
    assert all(row["faithful"] == (row["change"] == "") for row in sentences)
    assert len({(row["clause_id"], row["sentence"].lower()) for row in sentences}) == len(sentences)
