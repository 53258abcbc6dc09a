"""One school's answer: register, versions, danger, and else what its clauses say."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant import about, compose, facts
from assistant.asking import Asked
from assistant.choosing import beside, is_list
from assistant.danger import respond_to_danger
from assistant.library import Library
from assistant.reading import Reading, read
from assistant.response import Response, notices_of, quotes_of, silence
from assistant.retrieve import embed_question
from assistant.silence import calibrated
from assistant.statutory import answer_statutory, asks_statutory
from assistant.verify import says_only
from assistant.versions import has_versions, what_changed
from ingest.embedding import Vectors
from ingest.policy.register import School

if TYPE_CHECKING:
    from assistant.writing.pen import Pen

# "A child told me …" asks nothing: no rule, however close, goes before whom to tell.
_ASKS_LEAVE = re.compile(r"\b(?:can|may|could|allowed|ok(?:ay)?|al?l ?right|am i|is it)\b", re.I)

_UNSURE, _ALSO = 0.6, 8  # below this chance a model words the question for another search
_FEW = 4  # policies of an answer from the register that each get their notices


def respond(
    library: Library,
    school: School,
    asked: Asked,
    vectors: Vectors,
    as_of: dt.date,
    danger: bool = False,
    pen: Pen | None = None,
) -> Response:
    """What one school's policies answer; `danger` says that a child may be at risk.

    With a pen, a language model words what our own reading answers.
    """
    plain = asked.question.lower()
    if not danger and (response := _about_documents(library, school, plain, as_of)):
        return response
    if about.asks_change(plain) and has_versions(library, school, as_of):
        return what_changed(library, school, asked, as_of)
    ranked = library.rank_in_force(school.key, asked, vectors, as_of)
    places, judge = library.places(school.key), library.judge(asked)
    reading = read(asked, ranked, places, library.learned, judge=judge)
    if pen is not None and not danger and (asked.follows or reading.covered < _UNSURE):
        also = _found_otherwise(library, school, asked, as_of, pen)
        ranked = library.rank_in_force(school.key, asked, vectors, as_of, also)
        reading = read(asked, ranked, places, library.learned, judge=judge)
    asks_leave = asked.kind == "may" and _ASKS_LEAVE.search(plain) is not None
    if danger and not (asks_leave and reading.covered >= 0.85):
        return respond_to_danger(library, school, asked, as_of)
    if reading.verdict == "not_covered":
        later = compose.not_yet(library.policies(school.key), as_of)
        sure = calibrated(1 - reading.covered, "not_covered", library.learned)
        return replace(silence(school, reading, sure), notices=later)
    ours = _answered(library, school, asked, reading, as_of)
    if pen is None or danger or is_list(reading.chosen) or reading.contradicted:
        return ours
    more = quotes_of(library, beside(asked, ranked, reading.chosen))
    return pen.writer.word(ours, asked, pen.history, more, pen.hear)


def _found_otherwise(
    library: Library, school: School, asked: Asked, as_of: dt.date, pen: Pen
) -> list[str]:
    """Clauses that the question finds in a policy's words; the question itself reads them."""
    search = pen.writer.rewritten(asked, pen.history, school.key)
    if not search:
        return []
    other = replace(asked, text=search)
    vectors = embed_question(other, library.embedder)
    found = library.rank_in_force(school.key, other, vectors, as_of)
    return [candidate.passage.clause.id for candidate in found[:_ALSO]]


def _answered(
    library: Library, school: School, asked: Asked, reading: Reading, as_of: dt.date
) -> Response:
    quotes = quotes_of(library, reading.chosen)
    sure = calibrated(reading.confidence, "answered", library.learned)
    answer = compose.say(asked, reading, unsure=sure < compose.DOUBT and not reading.contradicted)
    backing = quotes if is_list(reading.chosen) else quotes[: len(reading.decisive)]
    if not quotes or not says_only(answer, backing, compose.FIXED):
        return silence(school, reading, 0.3)  # fail closed: what cannot be proved is not said
    notices = notices_of(library, school, reading.chosen, as_of)
    return Response(school, "answered", reading.verdict, answer, sure, quotes, notices)


def _about_documents(
    library: Library, school: School, plain: str, as_of: dt.date
) -> Response | None:
    """Register facts, when that is what was asked for."""
    if about.asks_which_copy(plain):
        said = facts.answer_which_copy(library.index, school)
        if said.answer:
            return _from_facts(library, school, said, as_of)
    if asks_statutory(plain):
        return _from_facts(library, school, answer_statutory(library.index, school, plain), as_of)
    wanted = about.asks_fact(plain)
    if not wanted:
        return None
    said = facts.answer_fact(library.index, school, plain, as_of)
    if said.answer:
        return _from_facts(library, school, said, as_of)
    return replace(silence(school, None, 0.6), answer=f"{facts.UNKNOWN} {compose.silent(school)}")


def _from_facts(
    library: Library, school: School, said: facts.FactAnswer, as_of: dt.date
) -> Response:
    cited = {made.source for made in said.quotes}
    policies = library.policies(school.key)
    shown = [p for p in policies if p.source in cited or f"“{p.title}”" in said.answer]
    if len(shown) <= _FEW:
        notices = tuple(
            n for p in shown for n in (*compose.notices_of(p, school, as_of), *facts.doubts(p))
        )
    else:  # what is said of each of twenty policies would bury the answer
        late = "; ".join(f"“{p.title}”" for p in shown if facts.is_overdue(p, as_of))
        notices = (f"Past the date for review: {late}.",) if late else ()
    return Response(school, "answered", "informational", said.answer, 0.8, said.quotes, notices)
