"""A child may be at risk: the safeguarding line first, then the school's own reporting clause."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from assistant import compose
from assistant.asking import Asked, understand
from assistant.choosing import Chosen, is_list
from assistant.library import Library
from assistant.modality import sentences
from assistant.reader import VERDICTS
from assistant.reading import Reading, read
from assistant.response import Response, notices_of, quotes_of
from assistant.retrieve import Candidate, embed_question
from assistant.verify import says_only
from assistant.wording import concepts
from ingest.policy.register import School

_REPORTING = "who do i report a safeguarding concern about a child to at once"
# Who hears of every concern, whatever else the clause is about.
_GENERAL = re.compile(
    r"\b(?:safeguarding|child protection|welfare) (?:concern|issue)s?\b"
    r"|\bconcerns? (?:about|for) (?:a|any|the) (?:child|pupil|student)\b",
    re.I,
)
_LIKELY = 0.0  # log-odds from which one on the very thing does so
_FAR = -3.0  # log-odds below which a clause of another policy says nothing of the case
_SURE = 2.0  # log-odds from which a clause on the case itself goes before whom to tell
_OUTSIDE = ("parent", "visitor", "contractor", "pupil")
_CASE = re.compile(r"(?:where|if|when|whenever|should|in the event)\b[^,:]*", re.I)
_CONCERN = re.compile(
    r"\b(?:concern\w*|aware|suspect\w*|disclos\w*|harm\w*|abus\w*|danger|risk|worr\w+|tells?|told"
    r"|incident|missing)\b",
    re.I,
)
_ANYBODY = set(concepts("child pupil staff parent"))
_NEAREST = 5  # clauses among which one on the very thing goes before the general one
_TELLS_TO_REPORT = re.compile(
    r"(?<!\bno )(?<!\bnot )\b(?:report\w*|inform\w*|contact\w*|refer\w*|told|tell|raise\w*"
    r"|share\w*|pass\w*)\b",
    re.I,
)
_PROTECTS = re.compile(
    r"\b(?:safeguard\w*|child protection|designated|DSL|LADO|social care|police|harm|abuse)\b", re.I
)
_ABOUT_SAFEGUARDING = re.compile(r"\b(?:safeguard\w*|child protection)\b", re.I)


def respond_to_danger(library: Library, school: School, asked: Asked, as_of: dt.date) -> Response:
    """Whom to tell, from the school's own clause; else the fixed line and the contact.

    What a policy asks for in this very case ("A child is missing: 1. count again …") goes first.
    """
    own = replace(asked, kind="must")
    vectors = embed_question(own, library.embedder)
    ranked = library.rank_in_force(school.key, own, vectors, as_of)
    reporting, found = _reporting_clauses(library, school, asked, ranked, as_of)
    if _settles(asked, ranked):
        reading = _read(library, school, own, ranked)
        most = len(reading.chosen) if is_list(reading.chosen) else 1
        also = [c for c in _chosen(library, school, reporting, found) if c not in reading.chosen]
        return _respond(library, school, own, reading, (*reading.chosen[:most], *also[:1]), as_of)
    if found:
        reading = _read(library, school, reporting, found)
        return _respond(library, school, reporting, reading, reading.chosen[:2], as_of)
    return _nobody_says(school)


def _respond(
    library: Library,
    school: School,
    asked: Asked,
    reading: Reading,
    chosen: Sequence[Chosen],
    as_of: dt.date,
) -> Response:
    if not reading.decisive:  # a question of how long, and no clause that says so
        return _nobody_says(school)
    quotes = quotes_of(library, chosen)
    said = compose.say(asked, replace(reading, verdict="informational"))
    said_of = reading.chosen if is_list(reading.chosen) else reading.decisive
    if not quotes or not says_only(said, quotes[: len(said_of)], compose.FIXED):
        return _nobody_says(school)
    notices = notices_of(library, school, chosen, as_of)
    answer, whom = f"{compose.SAFEGUARDING} {said}", _whom(school)
    return Response(school, "answered", "required", answer, 0.6, quotes, notices, ask=whom)


def _nobody_says(school: School) -> Response:
    whom = _whom(school)
    answer = f"{compose.SAFEGUARDING} {compose.NO_CLAUSE} Tell: {whom}."
    return Response(school, "answered", "informational", answer, 0.5, ask=whom)


def _whom(school: School) -> str:
    return school.safeguarding or compose.SAFEGUARDING_LEAD


def _read(library: Library, school: School, asked: Asked, ranked: Sequence[Candidate]) -> Reading:
    places, judge = library.places(school.key), library.judge(asked)
    return read(asked, ranked, places, library.learned, 0.0, judge)


def _chosen(
    library: Library, school: School, asked: Asked, ranked: Sequence[Candidate]
) -> Sequence[Chosen]:
    return _read(library, school, asked, ranked).chosen if ranked else ()


def _settles(asked: Asked, ranked: Sequence[Candidate]) -> bool:
    """True where the first clause asks something of staff in just this case."""
    first = ranked[0] if ranked else None
    if first is None or first.judgement is None or first.binding.modality != "obligation":
        return False
    verdicts = first.judgement.verdicts
    # "How long do I look" asks for no leave, and the steps answer it.
    told = VERDICTS[verdicts.index(max(verdicts))] in ("required", "informational")
    return told and asked.role not in _OUTSIDE and first.judgement.governs >= _SURE


def _reporting_clauses(
    library: Library, school: School, asked: Asked, ranked: Sequence[Candidate], as_of: dt.date
) -> tuple[Asked, Sequence[Candidate]]:
    """Clauses that say whom to tell: one on what has happened, else those on safeguarding."""
    # What a lettings policy asks of hirers goes behind the policy that is about this.
    titles = (p.title for p in library.policies(school.key))
    has_policy = any(map(_ABOUT_SAFEGUARDING.search, titles))
    near = [c for c in ranked[:_NEAREST] if _tells_to_report(c) and not _is_other_case(asked, c)]
    likely = [c for c in near if c.judgement is None or c.judgement.governs >= _LIKELY]
    if likely and not has_policy:
        others = (c for c in ranked if c not in likely)
        return replace(asked, kind="must"), [*likely, *filter(_protects, others)]
    both = understand(f"{asked.text} {_REPORTING}")
    reporting = replace(both, kind="must", subject=asked.subject)
    vectors = embed_question(reporting, library.embedder)
    again = library.rank_in_force(school.key, reporting, vectors, as_of)
    found = [c for c in again if _protects(c) and not _is_other_case(asked, c)]
    about_it = [c for c in found if _ABOUT_SAFEGUARDING.search(c.passage.policy.title)]
    if about_it:
        return reporting, about_it
    general = [c for c in found if _GENERAL.search(c.passage.clause.reading)]
    read_again = any(c.judgement is not None for c in again)
    close = [c for c in found if c not in general and (_is_close(c) or not read_again)]
    if not general and (near := [c for c in near if _is_close(c)]):
        return replace(asked, kind="must"), near
    return reporting, [*general, *close]


def _is_close(candidate: Candidate) -> bool:
    return candidate.judgement is not None and candidate.judgement.governs >= _FAR


def _is_other_case(asked: Asked, candidate: Candidate) -> bool:
    """True where whom to tell is said for a case alone that is not the one asked about.

    "Where it would be a conflict of interest, report it to …" is no answer to a missing child.
    """
    wanted = set(concepts(asked.text)) - _ANYBODY
    lines = sentences(candidate.passage.clause)
    telling = next((line for line in lines if _TELLS_TO_REPORT.search(line)), "")
    case = _CASE.match(telling)
    if case is None or _CONCERN.search(case[0]):
        return False
    return not wanted & set(concepts(case[0]))


def _tells_to_report(candidate: Candidate) -> bool:
    binds = candidate.binding.modality in ("obligation", "prohibition")
    return bool(binds and _TELLS_TO_REPORT.search(candidate.passage.clause.reading))


def _protects(candidate: Candidate) -> bool:
    text = candidate.passage.clause.reading
    return _tells_to_report(candidate) and _PROTECTS.search(text) is not None
