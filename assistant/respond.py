"""One school's answer: register, versions, danger, and else what its clauses say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant import compose, facts
from assistant.answer import AnswerStatus, Quote, Verdict
from assistant.asking import Asked, understand
from assistant.choosing import Chosen
from assistant.library import Library
from assistant.reading import Reading, read
from assistant.retrieve import Candidate, embed_question
from assistant.verify import Unverified, quote, says_only
from ingest.documents import IngestError, flow
from ingest.embedding import Vectors
from ingest.policy.register import School

_REPORTING = "who do i report a safeguarding concern about a child to at once"
_TELLS_TO_REPORT = re.compile(
    r"\b(?:report\w*|inform\w*|contact\w*|refer\w*|told|tell|raise\w*|share\w*|pass\w*)\b", re.I
)
_PROTECTS = re.compile(
    r"\b(?:safeguard\w*|child protection|designated|DSL|LADO|social care|police|harm|abuse)\b", re.I
)
# "A child told me …" asks nothing: no rule, however close, goes before whom to tell.
_ASKS_LEAVE = re.compile(r"\b(?:can|may|could|allowed|ok(?:ay)?|al?l ?right|am i|is it)\b", re.I)
_ABOUT_SAFEGUARDING = re.compile(r"\b(?:safeguard\w*|child protection)\b", re.I)


@dataclass(frozen=True)
class Response:
    """One school's share of an answer."""

    school: School
    status: AnswerStatus
    verdict: Verdict
    answer: str
    confidence: float
    quotes: tuple[Quote, ...] = ()
    notices: tuple[str, ...] = ()
    closest: str = ""


def respond(
    library: Library,
    school: School,
    asked: Asked,
    vectors: Vectors,
    as_of: dt.date,
    danger: bool = False,
) -> Response:
    """What one school's policies answer; `danger` says that a child may be at risk."""
    plain = asked.question.lower()
    if not danger and (response := _about_documents(library, school, plain, as_of)):
        return response
    if facts.asks_change(plain) and _has_versions(library, school):
        return _changes(library, school, asked, vectors, as_of)
    ranked = library.rank_in_force(school.key, asked, vectors, as_of)
    reading = read(asked, ranked, library.places(school.key), library.learned)
    asks_leave = asked.kind == "may" and _ASKS_LEAVE.search(plain) is not None
    if danger and not (asks_leave and reading.covered >= 0.85):
        return _danger(library, school, asked, as_of)
    if reading.verdict == "not_covered":
        later = compose.not_yet(library.policies(school.key), as_of)
        return replace(_silent(school, reading, 1 - reading.covered), notices=later)
    return _answered(library, school, asked, reading, as_of)


def _answered(
    library: Library, school: School, asked: Asked, reading: Reading, as_of: dt.date
) -> Response:
    quotes = _quote(library, reading.chosen)
    answer = compose.say(asked, reading)
    if not quotes or not says_only(answer, quotes[: len(reading.decisive)], compose.FIXED):
        return _silent(school, reading, 0.3)  # fail closed: what cannot be proved is not said
    notices = _notices(library, school, reading.chosen, as_of)
    return Response(
        school, "answered", reading.verdict, answer, reading.confidence, quotes, notices
    )


def _about_documents(
    library: Library, school: School, plain: str, as_of: dt.date
) -> Response | None:
    """Register facts, when that is what was asked for."""
    if facts.asks_which_copy(plain):
        said = facts.answer_which_copy(library.index, school)
        if said.answer:
            return _from_facts(library, school, said, as_of)
    wanted = facts.asks_fact(plain)
    if not wanted:
        return None
    said = facts.answer_fact(library.index, school, plain, as_of)
    if said.answer:
        return _from_facts(library, school, said, as_of)
    return replace(_silent(school, None, 0.6), answer=f"{facts.UNKNOWN} {compose.silent(school)}")


def _from_facts(
    library: Library, school: School, said: facts.FactAnswer, as_of: dt.date
) -> Response:
    cited = {made.source for made in said.quotes}
    policies = library.policies(school.key)
    shown = [p for p in policies if p.source in cited or f"“{p.title}”" in said.answer]
    notices = tuple(
        n for p in shown for n in (*compose.notices_of(p, school, as_of), *facts.doubts(p))
    )
    return Response(school, "answered", "informational", said.answer, 0.8, said.quotes, notices)


def _changes(
    library: Library, school: School, asked: Asked, vectors: Vectors, as_of: dt.date
) -> Response:
    """Old and new side by side, each labelled by its quote's status."""
    chosen: list[Chosen] = []
    covered = 0.0
    now = library.rank_in_force(school.key, asked, vectors, as_of)
    valid = {candidate.passage.policy.source for candidate in now}
    before = library.rank(school.key, "superseded", asked, vectors)
    before = [c for c in before if c.passage.policy.source not in valid]
    before = library.reread(asked, before)
    for status, ranked in (("current", now), ("superseded", before)):
        reading = read(asked, ranked, library.places(school.key, status), library.learned, 0.0)
        covered = max(covered, reading.covered)
        chosen += reading.chosen[:1]
    quotes = _quote(library, chosen)
    if not quotes or covered < library.learned.threshold:
        return _silent(school, None, 0.5)
    labels = {"current": "In force", "superseded": "Superseded"}
    said = " ".join(f"{labels.get(q.status, 'Draft')}: “{_line(q)}”" for q in quotes)
    notices = _notices(library, school, chosen, as_of)
    return Response(school, "answered", "informational", said, covered * 0.7, quotes, notices)


def _danger(library: Library, school: School, asked: Asked, as_of: dt.date) -> Response:
    """The safeguarding line first, with the school's own reporting clause."""
    both = understand(f"{asked.text} {_REPORTING}")
    reporting = replace(both, kind="must", subject=asked.subject)
    vectors = embed_question(reporting, library.embedder)
    ranked = library.rank_in_force(school.key, reporting, vectors, as_of)
    ranked = [c for c in ranked if _is_reporting_clause(c)]
    # What a lettings policy asks of hirers goes behind the policy that is about this.
    about_it = [c for c in ranked if _ABOUT_SAFEGUARDING.search(c.passage.policy.title)]
    ranked = about_it or ranked
    whom = school.safeguarding or compose.ask_whom(school)
    if ranked:
        reading = read(reporting, ranked, library.places(school.key), library.learned, 0.0)
        quotes = _quote(library, reading.chosen[:2])
        said = compose.say(reporting, replace(reading, verdict="informational"))
        if quotes and says_only(said, quotes[: len(reading.decisive)], compose.FIXED):
            notices = _notices(library, school, reading.chosen[:2], as_of)
            answer = f"{compose.SAFEGUARDING} {said}"
            return Response(school, "answered", "required", answer, 0.6, quotes, notices)
    answer = f"{compose.SAFEGUARDING} {compose.NO_CLAUSE} Tell: {whom}."
    return Response(school, "answered", "informational", answer, 0.5)


def _silent(school: School, reading: Reading | None, confidence: float) -> Response:
    closest = reading.closest if reading else None
    return Response(
        school,
        "not_covered",
        "not_covered",
        compose.silent(school),
        confidence,
        closest=compose.name_clause(closest) if closest else "",
    )


def _quote(library: Library, chosen: Sequence[Chosen]) -> tuple[Quote, ...]:
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


def _notices(
    library: Library, school: School, chosen: Sequence[Chosen], as_of: dt.date
) -> tuple[str, ...]:
    notices: list[str] = []
    for item in chosen:
        policy, clause = item.passage.policy, item.passage.clause
        notices += [*compose.notices_of(policy, school, as_of), *facts.doubts(policy)]
        if clause.origin == "union":
            notices.append(compose.union_notice(clause.heading[-1]))
        if stale := library.held(policy).stale:
            notices.append(compose.stale_notice(policy, stale))
    return tuple(dict.fromkeys(notices))


def _has_versions(library: Library, school: School) -> bool:
    return any(p.status == "superseded" for p in library.policies(school.key))


def _is_reporting_clause(candidate: Candidate) -> bool:
    text = candidate.passage.clause.reading
    binds = candidate.binding.modality in ("obligation", "prohibition")
    return bool(binds and _TELLS_TO_REPORT.search(text) and _PROTECTS.search(text))


def _line(made: Quote) -> str:
    return f"{made.led} {flow(made.text)}".strip()
