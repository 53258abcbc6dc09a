"""The governors' coverage report as one JSON object; quotes are as in the answer contract."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from assistant.answer import Quote
from assistant.coverage import Coverage, SchoolCoverage, TopicRow
from assistant.due import AtOdds, Due
from ingest.documents import Policy
from ui.coverage_words import missing


def record(coverage: Coverage) -> bytes:
    """One line of JSON in ASCII, which holds whatever a file may have held."""
    table = coverage.table
    data = {
        "as_of": coverage.as_of,
        "topics": {
            "as_of": table.as_of,
            "note": table.note,
            "sources": [asdict(source) for source in table.sources],
            "topics": [asdict(topic) for topic in table.topics],
        },
        "schools": [_school(school) for school in coverage.schools],
    }
    return (json.dumps(data, default=str) + "\n").encode("ascii")


def _school(school: SchoolCoverage) -> dict[str, Any]:
    return {
        "school": school.school.key,
        "name": school.school.name,
        "body": school.school.body,
        "policies": [_policy(policy) for policy in school.policies],
        "dates": [_due(due) for due in school.dates],
        "coverage": [_row(row) for row in school.rows],
        "without_policy": list(missing(school)),
        "warnings": school.warnings,
    }


def _policy(policy: Policy) -> dict[str, str]:
    return {"policy": policy.title, "source": policy.source, "status": policy.status}


def _due(due: Due) -> dict[str, Any]:
    return {
        **_policy(due.policy),
        "next_review": due.due,
        "last_day": due.last_day,
        "state": due.state,
        "days_over": due.days_over,
        "inferred": due.inferred,
        "adopted": due.adopted,
        "notices": due.notices,
        "standing": due.standing,
        "quotes": _quotes(due.quotes),
        "at_odds": [_odds(odds) for odds in due.at_odds],
    }


def _odds(odds: AtOdds) -> dict[str, Any]:
    said = [
        {"value": one.value, "place": one.place, "quotes": _quotes((one.quote,) * bool(one.quote))}
        for one in odds.said
    ]
    return {"about": odds.called, "said": said}


def _row(row: TopicRow) -> dict[str, Any]:
    cells = [
        {**_policy(cell.policy), "found": cell.level, "quotes": _quotes(cell.quotes)}
        for cell in row.cells
    ]
    own = [policy.source for policy in row.own]
    return {"topic": row.topic.key, "found": row.level, "own": own, "cells": cells}


def _quotes(quotes: tuple[Quote | None, ...]) -> list[dict[str, Any]]:
    return [quote.model_dump() for quote in quotes if quote is not None]
