"""What a policy says about itself, on covers as schools write them."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clauses.structure import find_clauses
from ingest.documents import Clause, Fact, Span, flow
from ingest.policy.cover import own_facts
from ingest.policy.naming import own_school

COVERS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "covers.toml").read_text("utf-8")
)["cover"]
BODY = "\n\n1. Rules\n\n1.1 Staff must ask first.\n1.2 Staff should write down what was said.\n"


def read(cover: dict[str, Any]) -> tuple[str, dict[str, Fact], tuple[Clause, ...]]:
    text = cover["text"].strip("\n")
    text = text if "1.1 " in text else text + BODY
    clauses = find_clauses(text)
    for line in cover.get("furniture", ()):
        clauses = tuple(replace(c, kind="furniture") if line in c.text else c for c in clauses)
    source = cover.get("source", "oak/file.pdf")
    return text, own_facts(text, clauses, cover.get("properties", {}), source), clauses


def shown(facts: dict[str, Fact]) -> dict[str, str]:
    """Values by name, less the title and a status that nothing states."""
    silent = "inferred: the file does not say"
    return {
        name: fact.value
        for name, fact in facts.items()
        if name not in ("title", "school")
        and not (name == "status" and fact.origin.startswith(silent))
    }


@pytest.mark.parametrize("cover", COVERS, ids=[c["text"].split("\n")[1][:40] for c in COVERS])
def test_a_cover_says_what_it_says_and_no_more(cover: dict[str, Any]):
    text, facts, clauses = read(cover)
    assert shown(facts) == cover["says"]
    if "title" in cover:
        assert facts["title"].value == cover["title"]
    if "school" in cover:
        school = own_school(text, clauses, {})
        assert school is not None
        assert school.value == cover["school"]
    inferred = {
        name
        for name, fact in facts.items()
        if fact.origin.startswith("inferred") and name != "status"
    }
    assert inferred == set(cover.get("inferred", ()))
    also = {
        name: [f"{o.origin}: {o.value}" for o in fact.also]
        for name, fact in facts.items()
        if fact.also
    }
    assert also == cover.get("also", {})


def test_every_value_stands_in_the_stretch_it_is_quoted_from():
    quoted = 0
    for cover in COVERS:
        text, facts, _ = read(cover)
        for name, fact in facts.items():
            for each in (fact, *fact.also):
                if each.span is None:
                    continue
                words = each.span.of(text)
                assert words == words.strip() != ""
                around = text[max(0, each.span.start - 1) : each.span.start + 1]
                assert not (len(around) == 2 and around.isalnum()), (name, words)
                around = text[each.span.end - 1 : each.span.end + 1]
                assert not (len(around) == 2 and around.isalnum()), (name, words)
                if name != "status":
                    quoted += 1
                    assert flow(each.value).lower() in flow(re.sub(r"[*|]", "", words)).lower()
    assert quoted > 200


def test_rules_about_approval_and_review_are_no_facts_of_the_policy():
    rules = (
        "1.1 Trips must be approved by the Headteacher by 3 May 2024.\n"
        "1.2 The risk assessment is reviewed each term and was last updated in May 2023.\n"
        "1.3 Medicines will be reviewed by the nurse. It is reviewed annually.\n"
        "1.4 Version 2 of the form was issued in June 2022.\n"
        "1.5 The list is agreed by governors on 1 September 2023.\n"
    )
    _, facts, _ = read({"text": f"Trips Policy\n\n1. Rules\n\n{rules}"})
    assert shown(facts) == {}


def test_a_school_is_named_by_its_documents_and_never_by_a_job_or_a_generality():
    for text, name in (
        ("St. Mary's C of E (VA) Primary School\nUniform", "St. Mary's C of E (VA) Primary School"),
        ("Uniform Policy – Hollin Bank Primary School", "Hollin Bank Primary School"),
        ("BRIAR ROAD HIGH SCHOOL\nUniform Policy", "BRIAR ROAD HIGH SCHOOL"),
        ("School: Yew Tree Academy\nUniform Policy", "Yew Tree Academy"),
        ("Uniform Policy\nOur Primary School", None),
        ("Uniform Policy for Staff in School", None),
        ("Headteacher and School Governors", None),
    ):
        full = text + BODY
        found = own_school(full, find_clauses(full), {})
        assert (found.value if found else None) == name
        assert found is None or found.origin.startswith("inferred:")


PARTS = (
    "Approved by : | \t \n \n\n Review date 2 May 2024 v2 – [Date] Policy School . draft ** \f 1.1"
    " • annually Governors Version \u00ad"
).split(" ")
WORDS = st.lists(st.sampled_from(PARTS), max_size=60)


@given(WORDS | st.lists(st.characters(), max_size=80))
def test_no_text_breaks_it_and_every_span_is_in_the_text(words: list[str]):
    text = " ".join(words)
    clauses = find_clauses(text)
    facts = own_facts(text, clauses, {"title": text[:20], "modified": text[-10:]}, "a/b.pdf")
    assert {"title", "status"} <= facts.keys()
    for fact in facts.values():
        assert fact.value
        for each in (fact, *fact.also):
            assert each.span is None or 0 <= each.span.start < each.span.end <= len(text)
    own_school(text, clauses, {})


def test_of_a_clause_of_megabytes_only_its_start_says_anything():
    said = "Approved by: the Governing Body\n\n"
    text = f"Phone Policy\n{said}" + "word " * 1_000_000 + f"\n\nOwner: the Head\n\n{'x ' * 2000}"
    span = Span(13, len(text))
    clauses = (
        Clause("a", "title", text[:12], Span(0, 12)),
        Clause("b", "cover", span.of(text), span),
    )
    facts = own_facts(text, clauses, {}, "a.pdf")
    assert facts["approved_by"].value == "Governing Body"
    assert "owner" not in facts
