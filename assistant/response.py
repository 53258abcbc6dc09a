"""One school's share of an answer, and what all such shares are made of: quotes and notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from assistant import compose, facts
from assistant.answer import AnswerStatus, Quote, Verdict
from assistant.choosing import Chosen
from assistant.library import Library
from assistant.reading import Reading
from assistant.verify import Unverified, quote
from ingest.documents import IngestError
from ingest.policy.register import School


@dataclass(frozen=True)
class Response:
    """What one school's policies answer."""

    school: School
    status: AnswerStatus
    verdict: Verdict
    answer: str
    confidence: float
    quotes: tuple[Quote, ...] = ()
    notices: tuple[str, ...] = ()
    closest: str = ""
    answered_by: str = "extractive"
    ask: str = ""  # whom to ask where it is not whom the school names for all questions


def silence(school: School, reading: Reading | None, confidence: float) -> Response:
    """Nothing governs: whom to ask, and the closest clause by its name."""
    closest = reading.closest if reading else None
    return Response(
        school,
        "not_covered",
        "not_covered",
        compose.silent(school),
        confidence,
        closest=compose.name_clause(closest) if closest else "",
    )


def quotes_of(library: Library, chosen: Sequence[Chosen]) -> tuple[Quote, ...]:
    """Verbatim quotes; without the first none is given, without a later one the rest."""
    made: list[Quote] = []
    for place, item in enumerate(chosen):
        held, page = library.held(item.passage.policy), item.passage.clause.page
        flags = ("stale",) * bool(held.stale) + ("ocr",) * (page in held.ocr)
        modality = item.binding.modality
        try:
            made.append(quote(library.index, item.passage, item.kind, modality, flags))
        except (Unverified, IngestError):
            if place == 0:
                return ()
    return tuple(made)


def notices_of(
    library: Library, school: School, chosen: Sequence[Chosen], as_of: dt.date
) -> tuple[str, ...]:
    """What must be known of the policies quoted before relying on them."""
    notices: list[str] = []
    for item in chosen:
        policy, clause = item.passage.policy, item.passage.clause
        notices += [*compose.notices_of(policy, school, as_of), *facts.doubts(policy)]
        if clause.origin == "union":
            notices.append(compose.union_notice(clause.heading[-1]))
        if stale := library.held(policy).stale:
            notices.append(compose.stale_notice(policy, stale))
    return compose.gathered(dict.fromkeys(notices))
