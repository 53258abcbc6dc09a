"""What a policy says about itself, on covers as schools write them."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.cover import own_facts
from ingest.documents import Clause, Fact
from ingest.naming import own_school
from ingest.structure import find_clauses

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
