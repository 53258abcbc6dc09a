"""The JSON that other people's tools read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import assistant.answer
from assistant import compose
from assistant.answer import Answer, schema
from assistant.merge import common
from ingest.index import open_index

SHIPPED = Path(assistant.answer.__file__).parent / "answer.schema.json"

# The example of the contract: every field there, with the type it has there.
TOP: dict[str, type | tuple[type, ...]] = {
    "id": (str, type(None)),
    "question": str,
    "history": list,
    "scope": dict,
    "status": str,
    "verdict": str,
    "answer": str,
    "quotes": list,
    "notices": list,
    "ask": str,
    "confidence": float,
    "answered_by": str,
    "seconds": float,
    "parts": list,
    "options": list,
    "understood": str,
}
SCOPE: dict[str, type | tuple[type, ...]] = {
    "school": (str, type(None)),
    "role": str,
    "as_of": str,
}
QUOTE: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "kind": str,
    "lead_in": str,
    "lead_in_start": (int, type(None)),
    "lead_in_end": (int, type(None)),
    "school": str,
    "policy": str,
    "status": str,
    "clause": str,
    "heading": list,
    "modality": str,
    "source": str,
    "sha256": str,
    "text_sha256": str,
    "page": (int, type(None)),
    "start": int,
    "end": int,
    "origin": str,
    "flags": list,
}
STATUSES = {"answered", "not_covered", "declined", "clarify", "failed"}
VERDICTS = {
    "permitted",
    "not_permitted",
    "conditional",
    "required",
    "advised",
    "advised_against",
    "informational",
    "not_covered",
}
KINDS = {"rule", "exception", "condition", "definition", "procedure", "register", "related"}
MODALITIES = {
    "prohibition",
    "permission",
    "obligation",
    "advice",
    "advice_against",
    "statement",
}


def test_the_shipped_schema_is_current():
    assert json.loads(SHIPPED.read_text("utf-8")) == schema()


def test_the_command_that_writes_the_schema_writes_the_shipped_one():
    command = [sys.executable, "-m", "assistant.answer"]
    written = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    assert json.loads(written) == json.loads(SHIPPED.read_text("utf-8"))


def test_the_schema_knows_every_value_of_the_contract():
    fields = schema()["properties"]
    assert set(fields["status"]["enum"]) == STATUSES
    assert set(fields["verdict"]["enum"]) == VERDICTS
    quoted = schema()["$defs"]["Quote"]["properties"]
    assert set(quoted["kind"]["enum"]) == KINDS
    assert set(quoted["modality"]["enum"]) == MODALITIES
    assert set(quoted["status"]["enum"]) == {"current", "superseded", "draft"}
    assert set(quoted["origin"]["enum"]) == {"policy", "guidance", "union", "template"}
    roles = schema()["$defs"]["Scope"]["properties"]["role"]["enum"]
    assert roles == [
        "staff",
        "headteacher",
        "governor",
        "volunteer",
        "parent",
        "pupil",
        "visitor",
        "contractor",
    ]


def test_every_gold_answer_is_valid_and_has_every_field_with_its_type(answers):
    validator = jsonschema.Draft202012Validator(json.loads(SHIPPED.read_text("utf-8")))
    for id, answer in answers.items():
        line = answer.line()
        assert len(line.splitlines()) == 1
        read: dict[str, Any] = json.loads(line)
        validator.validate(read)
        has(read, TOP)
        has(read["scope"], SCOPE)
        for made in read["quotes"]:
            has(made, QUOTE)
        assert read["id"] == id
        assert read["scope"]["as_of"] == "2026-11-20"
        assert 0 <= read["confidence"] <= 1
        assert Answer.model_validate_json(line) == answer


def has(read: dict[str, Any], fields: dict[str, type | tuple[type, ...]]) -> None:
    for name, kind in fields.items():
        assert isinstance(read[name], kind), name


def test_an_answer_has_quotes_where_it_is_answered_and_none_elsewhere(answers):
    for id, answer in answers.items():
        if answer.status != "answered":
            assert answer.quotes == (), id
            assert answer.verdict == "not_covered", id
        else:
            assert answer.verdict != "not_covered", id
        assert answer.answer.strip(), id
        one_list = len({made.lead_in_start for made in answer.quotes}) == 1
        assert len(answer.quotes) <= 4 or answer.parts or "register" in kinds(answer) or one_list, (
            id
        )


def kinds(answer: Answer) -> set[str]:
    return {made.kind for made in answer.quotes}


def test_the_opening_of_an_answer_is_that_of_its_verdict(answers):
    """ "Yes." before a prohibition would be our sentence, and no quote would show it."""
    for id, answer in answers.items():
        said = [(p.verdict, p.answer) for p in answer.parts] or [(answer.verdict, answer.answer)]
        for verdict, sentence in said:
            opening = next((o for o in OPENINGS if sentence.startswith(f"{o} ")), None)
            if opening:
                assert verdict == OPENINGS[opening], (id, sentence)


OPENINGS = {
    "No.": "not_permitted",
    "Yes.": "permitted",
    "It depends on the circumstances.": "conditional",
    "Yes, this is required.": "required",
    compose.NO_DUTY: "permitted",
}


@pytest.mark.parametrize("school", ["dothill", "st-nicholas", "weston"])
def test_silence_names_the_closest_clause_and_whom_to_ask_and_quotes_nothing(ask, school):
    answer = ask("how many days notice must the caterers give to change the menu", school)
    assert (answer.status, answer.verdict) == ("not_covered", "not_covered")
    assert answer.quotes == ()
    assert answer.answer == "Your policies don't say. Ask: Headteacher."
    assert answer.ask == "Headteacher"
    assert "Policy" in answer.closest


def test_the_closest_clause_is_named_and_never_quoted(answers, home):
    index = open_index(home)
    texts = [
        " ".join(passage.clause.text.split())
        for school in index.schools
        for passage in index.shelf(school.key).passages
    ]
    for id, answer in answers.items():
        if answer.closest:
            assert answer.status == "not_covered", id
            assert not any(len(text) > 25 and text in answer.closest for text in texts), id


def test_a_joke_is_declined_with_nothing_quoted(ask):
    answer = ask("tell me a joke about the head", "dothill")
    assert (answer.status, answer.verdict, answer.quotes) == ("declined", "not_covered", ())


def test_more_than_eight_schools_ask_which_one_and_list_them(trust):
    answer = trust("can i text parents from my own phone")
    assert (answer.status, answer.verdict, answer.quotes) == ("clarify", "not_covered", ())
    assert answer.scope.school is None
    assert {"Oak School", "Elm School", "Rowan School"} <= set(answer.options)


def test_with_no_school_given_each_of_them_has_a_part_with_its_own_quotes(ask):
    answer = ask("can i text a parent from my own phone")
    assert answer.scope.school is None
    assert [part.school for part in answer.parts] == [
        "Dothill Primary School",
        "St Nicholas CE Primary School",
        "Weston All Saints CE Primary School",
    ]
    indexes = [i for part in answer.parts for i in part.quotes]
    assert indexes == list(range(len(answer.quotes)))
    for part in answer.parts:
        assert all(answer.quotes[i].school == part.school for i in part.quotes)
        assert f"{part.school}: {part.answer}" in answer.answer
        assert (part.verdict == "not_covered") == (part.quotes == ())


def test_a_school_that_is_silent_is_named_beside_those_that_are_not(ask):
    answer = ask("can parents take photos at the nativity")
    silent = sum(part.verdict == "not_covered" for part in answer.parts)
    assert 0 < silent < len(answer.parts)
    assert answer.status == "answered"
    for part in answer.parts:
        assert part.school in answer.answer


def test_indexes_of_every_part_fall_on_quotes_of_its_own_school(answers):
    for id, answer in answers.items():
        for part in answer.parts:
            assert all(answer.quotes[i].school == part.school for i in part.quotes), id


@pytest.mark.parametrize(
    ("verdicts", "together"),
    [
        (["permitted", "permitted"], "permitted"),
        (["not_permitted", "not_permitted", "not_permitted"], "not_permitted"),
        (["permitted", "not_permitted"], "conditional"),
        (["required", "advised"], "conditional"),
        (["informational", "informational"], "informational"),
        ([], "not_covered"),
    ],
)
def test_several_parts_give_their_common_verdict_else_conditional(verdicts, together):
    assert common(verdicts) == together


def test_silent_parts_have_no_say_in_the_common_verdict(answers):
    for id, answer in answers.items():
        speaking = {part.verdict for part in answer.parts} - {"not_covered"}
        if answer.parts and len(speaking) == 1:
            assert answer.verdict == speaking.pop(), id
        elif answer.parts and speaking:
            assert answer.verdict == "conditional", id
        elif answer.parts:
            assert (answer.status, answer.verdict) == ("not_covered", "not_covered"), id
