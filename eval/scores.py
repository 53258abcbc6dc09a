"""Results for machines: every figure of the tables; question by question for dev only."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from eval.failures import evidence, faults, quoted
from eval.given import Case
from eval.gold import Split
from eval.intervals import measure, measure_all
from eval.measured import GROUPS, HEADLINES, Measured, on_side, readable_groups
from eval.metrics import METRICS, scores


def as_json(
    measured: Sequence[Measured], splits: Sequence[Split], as_of: dt.date, failures: bool
) -> dict[str, Any]:
    """Test questions appear in figures alone: read one by one they would soon be tuned to."""
    return {
        "as_of": as_of.isoformat(),
        "metrics": {
            key: {"name": metric.name, "good": metric.good, "definition": metric.definition}
            for key, metric in METRICS.items()
        },
        "sets": {
            one.set.name: {
                "title": one.set.title,
                "broken": list(one.set.broken),
                "systems": {
                    result.system: {
                        split: _side(on_side(result.cases, split), split, failures)
                        for split in splits
                    }
                    for result in one.results
                },
            }
            for one in measured
        },
    }


def _side(cases: Sequence[Case], split: Split, failures: bool) -> dict[str, Any]:
    side: dict[str, Any] = {
        "n": len(cases),
        "figures": {key: dataclasses.asdict(one) for key, one in measure_all(cases).items()},
    }
    for name, group in GROUPS.items():
        side[f"by_{name}"] = {
            label: {
                "n": n,
                "figures": {
                    key: dataclasses.asdict(measure(METRICS[key], members)) for key in HEADLINES
                },
            }
            for label, (n, members) in readable_groups(cases, group, split).items()
        }
    if split == "dev":
        side["questions"] = {case.gold.question.id: scores(case) for case in cases}
    if split == "dev" and failures:
        side["failures"] = [_failure(case) for case in cases if faults(case)]
    return side


def _failure(case: Case) -> dict[str, Any]:
    question, given = case.gold.question, case.given
    return {
        "id": question.id,
        "question": question.question,
        "faults": faults(case),
        "expected": {
            "status": question.status,
            "verdict": question.verdict,
            "evidence": evidence(case),
        },
        "given": {
            "status": given.status,
            "verdict": given.verdict,
            "answer": given.answer,
            "quotes": quoted(case),
        },
    }
