"""A child may be at risk: the safeguarding line first, then the school's own reporting clause."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from assistant import compose
from assistant.asking import Asked, understand
from assistant.library import Library
from assistant.reading import read
from assistant.response import Response, notices_of, quotes_of
from assistant.retrieve import Candidate, embed_question
from assistant.verify import says_only
from ingest.policy.register import School

_REPORTING = "who do i report a safeguarding concern about a child to at once"
_NEAREST = 5  # clauses among which one on the very thing goes before the general one
_TELLS_TO_REPORT = re.compile(
    r"\b(?:report\w*|inform\w*|contact\w*|refer\w*|told|tell|raise\w*|share\w*|pass\w*)\b", re.I
)
_PROTECTS = re.compile(
    r"\b(?:safeguard\w*|child protection|designated|DSL|LADO|social care|police|harm|abuse)\b", re.I
)
_ABOUT_SAFEGUARDING = re.compile(r"\b(?:safeguard\w*|child protection)\b", re.I)


def respond_to_danger(library: Library, school: School, asked: Asked, as_of: dt.date) -> Response:
    """Whom to tell, from the school's own clause; else the fixed line and the contact."""
    whom = school.safeguarding or compose.SAFEGUARDING_LEAD
    reporting, ranked = _reporting_clauses(library, school, asked, as_of)
    if ranked:
        places, judge = library.places(school.key), library.judge(reporting)
        reading = read(reporting, ranked, places, library.learned, 0.0, judge)
        quotes = quotes_of(library, reading.chosen[:2])
        said = compose.say(reporting, replace(reading, verdict="informational"))
        if quotes and says_only(said, quotes[: len(reading.decisive)], compose.FIXED):
            notices = notices_of(library, school, reading.chosen[:2], as_of)
            answer = f"{compose.SAFEGUARDING} {said}"
            return Response(school, "answered", "required", answer, 0.6, quotes, notices, ask=whom)
    answer = f"{compose.SAFEGUARDING} {compose.NO_CLAUSE} Tell: {whom}."
    return Response(school, "answered", "informational", answer, 0.5, ask=whom)


def _reporting_clauses(
    library: Library, school: School, asked: Asked, as_of: dt.date
) -> tuple[Asked, Sequence[Candidate]]:
    """Clauses that say whom to tell: one on what has happened, else those on safeguarding."""
    own = replace(asked, kind="must")
    vectors = embed_question(own, library.embedder)
    ranked = library.rank_in_force(school.key, own, vectors, as_of)
    # What a lettings policy asks of hirers goes behind the policy that is about this.
    titles = (p.title for p in library.policies(school.key))
    has_policy = any(map(_ABOUT_SAFEGUARDING.search, titles))
    near = [c for c in ranked[:_NEAREST] if _tells_to_report(c)]
    if near and not has_policy:
        return own, [*near, *(c for c in ranked if c not in near and _protects(c))]
    both = understand(f"{asked.text} {_REPORTING}")
    reporting = replace(both, kind="must", subject=asked.subject)
    vectors = embed_question(reporting, library.embedder)
    ranked = library.rank_in_force(school.key, reporting, vectors, as_of)
    ranked = [c for c in ranked if _protects(c)]
    about_it = [c for c in ranked if _ABOUT_SAFEGUARDING.search(c.passage.policy.title)]
    return reporting, about_it or ranked


def _tells_to_report(candidate: Candidate) -> bool:
    binds = candidate.binding.modality in ("obligation", "prohibition")
    return bool(binds and _TELLS_TO_REPORT.search(candidate.passage.clause.reading))


def _protects(candidate: Candidate) -> bool:
    text = candidate.passage.clause.reading
    return _tells_to_report(candidate) and _PROTECTS.search(text) is not None
