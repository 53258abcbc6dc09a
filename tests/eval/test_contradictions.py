"""The set of contradictory and innocent pairs of clauses, as far as a machine can check it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

SET = Path(__file__).parents[2] / "eval" / "contradictions"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SET / name).read_text("utf-8").splitlines()]


def test_there_are_sixty_of_each_kind_and_none_twice():
    pairs = rows("pairs.jsonl")
    assert Counter(pair["label"] for pair in pairs) == {"contradiction": 60, "innocent": 60}
    assert len({frozenset((pair["a"], pair["b"])) for pair in pairs}) == 120


def test_both_clauses_of_a_pair_stand_in_one_school_or_in_its_trust():
    trusts = {s["key"]: s.get("trust") for s in json.loads((SET / "schools.json").read_text())}
    whose = {c["clause_id"]: p["school"] for p in rows("policies.jsonl") for c in p["clauses"]}
    for pair in [*rows("pairs.jsonl"), *rows("grey.jsonl")]:
        one, other = whose[pair["a"]], whose[pair["b"]]
        assert one == other or trusts.get(one) == other or trusts.get(other) == one, pair
