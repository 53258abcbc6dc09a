"""What an index holds, by the names that the API gives it.

It is made of the index as somebody sees it (`assistant.seen`), so that nothing is filtered here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.facts import is_overdue
from assistant.library import Library
from assistant.verify import Unverified, quote
from ingest.documents import Clause, IngestError, Passage, flow
from ingest.index import Held
from ui import policy_link
from ui.api.bodies import (
    ClauseBody,
    ClauseLine,
    FactLine,
    Policies,
    PolicyBody,
    PolicyLine,
    SchoolLine,
    Schools,
    Standing,
)
from ui.register_table import notes

_FIRST = {"current": 0, "draft": 1, "superseded": 2}


@dataclass(frozen=True)
class _Place:
    held: Held
    status: str  # of the shelf
    passage: Passage


class Catalogue:
    """One generation as somebody sees it; another wants another catalogue."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._by_id: dict[str, Held] = {}
        for held in library.index.manifest.documents:
            name = _id(held.policy.school, held.source)
            if name in self._by_id:  # two folders brought a file of one name
                name = _id(held.policy.school, held.source, held.sha256)
            self._by_id[name] = held
        self._ids = {id(held): name for name, held in self._by_id.items()}
        self._clauses: dict[str, list[_Place]] | None = None
        self._lock = threading.Lock()

    def schools(self) -> Schools:
        seen = {held.policy.school for held in self._by_id.values()}
        lines = [
            SchoolLine(key=school.key, name=flow(school.name))
            for school in self.library.index.schools
            if school.key in seen
        ]
        return Schools(schools=lines)

    def policies(self, school: str | None = None) -> Policies:
        held = [h for h in self._by_id.values() if school in (None, h.policy.school)]
        lines = [self._line(one) for one in held]
        lines.sort(key=lambda p: (p.school_name.casefold(), _FIRST[p.status], p.title.casefold()))
        return Policies(policies=lines)

    def policy(self, name: str) -> PolicyBody | None:
        held = self._by_id.get(name)
        if held is None:
            return None
        shelf = self.library.index.shelf(held.policy.school, held.status)
        clauses = [
            _clause_line(p.clause)
            for p in shelf.passages
            if (p.policy.source, p.text_sha256) == (held.source, held.text_sha256)
        ]
        return PolicyBody(**self._line(held).model_dump(), clauses=clauses)

    def clause(self, name: str) -> ClauseBody | None:
        """Raises IngestError where no place of the clause agrees with its document any more."""
        places = self._places().get(name, [])
        if not places:
            return None
        made = [one for place in places if (one := self._standing(place)) is not None]
        if not made:
            raise IngestError(f"Clause {name} disagrees with its stored document.")
        return ClauseBody(id=name, places=made)

    def document(self, sha256: str) -> Held | None:
        return next((held for held in self._by_id.values() if held.sha256 == sha256), None)

    def _line(self, held: Held) -> PolicyLine:
        policy = held.policy
        return PolicyLine(
            id=self._ids[id(held)],
            school=policy.school,
            school_name=flow(policy.school_name),
            title=flow(policy.title),
            status=policy.status,
            body=policy.body,
            source=held.source,
            sha256=held.sha256,
            text_sha256=held.text_sha256,
            overdue=policy.status == "current" and is_overdue(policy, dt.date.today()),
            facts={
                name: FactLine(value=flow(fact.value), origin=fact.origin)
                for name, fact in policy.facts.items()
            },
            notes=notes(held),
            link=f"/{policy_link.link(held.sha256, held.source)}",
        )

    def _standing(self, place: _Place) -> Standing | None:
        """None where the stored document says something else: then nothing is quoted."""
        held, clause = place.held, place.passage.clause
        flags = ("stale",) * bool(held.stale) + ("ocr",) * (clause.page in held.ocr)
        binding = self.library.binding(held.policy.school, place.status, place.passage)
        try:
            made = quote(self.library.index, place.passage, "related", binding.modality, flags)
        except (Unverified, IngestError):
            return None
        link = f"/{policy_link.link(held.sha256, held.source, clause.id)}"
        return Standing(policy=self._line(held), quote=made, link=link)

    def _places(self) -> dict[str, list[_Place]]:
        """Clause id → where it stands; made when first asked for, for it reads every shelf."""
        with self._lock:
            if self._clauses is None:
                self._clauses = _by_clause(self.library, self._by_id.values())
            return self._clauses


def _by_clause(library: Library, held: Iterable[Held]) -> dict[str, list[_Place]]:
    found: dict[str, list[_Place]] = {}
    of = {(h.policy.school, h.source, h.text_sha256): h for h in held}
    for school in library.index.schools:
        for status in ("current", "superseded"):
            for passage in library.index.shelf(school.key, status).passages:
                whose = of.get((school.key, passage.policy.source, passage.text_sha256))
                if whose is not None:
                    place = _Place(whose, status, passage)
                    found.setdefault(passage.clause.id, []).append(place)
    for places in found.values():
        places.sort(key=lambda p: (_FIRST[p.held.policy.status], p.held.policy.school))
    return found


def _clause_line(clause: Clause) -> ClauseLine:
    heading = [flow(part) for part in clause.heading]
    return ClauseLine(id=clause.id, number=clause.number, heading=heading, page=clause.page)


def _id(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
