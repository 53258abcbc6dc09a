"""An index as somebody sees it: what is outside their sight is as if it had never been ingested.

Hidden documents are left out before anything is ranked, counted or compared, and what ingest
concluded from them is taken back: a policy that "replaces" a hidden one replaces nothing, and one
that a hidden one has replaced is hidden with it, since nobody may take it for the rule in force.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from assistant.sight import Sight
from ingest.documents import Document, Passage, Policy
from ingest.extract import Extract
from ingest.index import Held, Index, Shelf
from ingest.policy.versions import chain

_MOST = 64  # sights that are kept ready, the least recently used first out
_COPY = "inferred: it is a copy of"  # as the chaining of versions puts it

_Place = tuple[str, str, str]  # school, source and text's hash: what tells a document from others


class Views:
    """One generation of an index, as each of several people sees it."""

    def __init__(self, whole: Index) -> None:
        self.whole = whole
        self._views: OrderedDict[Sight, Index] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, sight: Sight) -> Index:
        """The index itself where all of it is seen; else one that holds nothing else."""
        with self._lock:
            if sight in self._views:
                self._views.move_to_end(sight)
                return self._views[sight]
        made = see(self.whole, sight)
        with self._lock:
            # Several sights may come to the same documents: one set of shelves does for all.
            alike = (v for v in self._views.values() if _name(v) == _name(made))
            self._views[sight] = made = next(alike, made)
            while len(self._views) > _MOST:
                self._views.popitem(last=False)
        return made


class Seen(Index):
    """A part of an index, which knows of nothing else.

    Its generation has a name of its own, the same for all who see the same documents, so that
    nothing that was computed for one of them is ever shown to another.
    """

    def __init__(self, whole: Index, kept: Sequence[Held]) -> None:
        places = "\n".join(sorted(map(repr, map(_place, kept))))
        mark = hashlib.sha256(places.encode()).hexdigest()[:16]
        named = {school.key: school for school in whole.schools}
        manifest = replace(
            whole.manifest,
            generation=f"{_name(whole)}-{mark}",
            documents=tuple(kept),
            schools=tuple(named[key] for key in dict.fromkeys(h.policy.school for h in kept)),
            snapshots={},
            folders={},
            failures={},
        )
        super().__init__(whole.home, manifest)
        self._whole = whole

    def _load(self, school: str, status: str) -> Shelf:
        held = [d for d in self.manifest.documents if d.policy.school == school]
        before = [d for d in self._whole.manifest.documents if d.policy.school == school]
        if held == before:
            return self._whole.shelf(school, status)
        policies = {_place(d): d.policy for d in held}
        order = {place: number for number, place in enumerate(policies)}
        hidden = {d.source for d in before} - {d.source for d in held}
        rows = []
        for shelf in (self._whole.shelf(school, one) for one in ("current", "superseded")):
            for passage, vector in zip(shelf.passages, shelf.vectors, strict=True):
                place = (school, passage.policy.source, passage.text_sha256)
                policy = policies.get(place)
                if policy is not None and _shelf(policy) == status:
                    rows.append((order[place], _alone(passage, policy, hidden), vector))
        if not rows:
            return Shelf((), np.zeros((0, 0), np.float32))
        rows.sort(key=lambda row: row[0])  # in the order of the documents, as ingest puts them
        return Shelf(tuple(p for _, p, _ in rows), np.stack([v for _, _, v in rows]))


def see(whole: Index, sight: Sight) -> Index:
    """An index as a sight has it; the index itself where nothing of it is hidden."""
    documents = whole.manifest.documents
    older = {(held.policy.school, held.source): held.policy for held in documents}
    kept = {_place(d): d for d in documents if sight.sees(_for_whom(d.policy, older))}
    if len(kept) == len(documents):
        return whole
    for school in {held.policy.school for held in kept.values()}:
        every = [held for held in documents if held.policy.school == school]
        mine = [kept.pop(_place(held)) for held in every if _place(held) in kept]
        mine = mine if len(mine) == len(every) else _related_anew(whole, mine, every)
        kept |= {_place(held): held for held in mine}
    shown = {held.policy.school for held in kept.values()}
    seen = [kept[_place(held)] for held in documents if _place(held) in kept]
    return Seen(whole, [_among(held, shown) for held in seen])


def _for_whom(policy: Policy, older: Mapping[tuple[str, str], Policy]) -> Policy:
    """The policy with its audience: where none is stated, that of the version before it.

    A limit must not be lost because somebody adds a new version and forgets to set it.
    """
    one, passed = policy, {policy.source}
    while not one.audience and one.supersedes not in passed:
        before = older.get((one.school, one.supersedes))
        if before is None:
            break
        one = before
        passed.add(one.source)
    return replace(policy, audience=one.audience)


def _related_anew(whole: Index, kept: Sequence[Held], every: Sequence[Held]) -> list[Held]:
    """A school's documents as ingest would have related them, had these alone been there."""
    while True:
        sources = {held.source for held in kept}
        hidden = {held.source for held in every} - sources
        policies = chain([(_document(whole, d), _cut_loose(d.policy, hidden)) for d in kept])
        related = list(zip(kept, policies, strict=True))
        left = [replace(d, policy=p) for d, p in related if not _is_replaced(d.policy, p, hidden)]
        if len(left) == len(kept):
            return left
        kept = [d for d, p in related if not _is_replaced(d.policy, p, hidden)]


def _is_replaced(before: Policy, alone: Policy, hidden: Collection[str]) -> bool:
    """True where something hidden put it out of force, which looking away does not undo."""
    if before.status != "superseded":
        return False
    origin = before.facts["status"].origin if "status" in before.facts else ""
    if alone.status == "superseded":
        return any(f"“{source}”" in origin for source in hidden)
    return not origin.startswith(_COPY)  # the very same words are in force all the same


def _cut_loose(policy: Policy, hidden: Collection[str]) -> Policy:
    return replace(policy, supersedes="") if policy.supersedes in hidden else policy


def _document(whole: Index, held: Held) -> Document:
    """A document as far as the chaining of versions looks at it: its clauses."""
    place = (held.source, held.text_sha256)
    shelf = whole.shelf(held.policy.school, held.status)
    mine = (p.clause for p in shelf.passages if (p.policy.source, p.text_sha256) == place)
    return Document(held.source, held.sha256, Extract(""), tuple(mine))


def _alone(passage: Passage, policy: Policy, hidden: Collection[str]) -> Passage:
    """A passage of the policy as it is seen, without references to what is not."""
    clause = passage.clause
    if any(reference.target in hidden for reference in clause.references):
        left = tuple(one for one in clause.references if one.target not in hidden)
        clause = replace(clause, references=left)
    return replace(passage, clause=clause, policy=policy)


def _among(held: Held, schools: Collection[str]) -> Held:
    """A document that names no school of which nothing is seen."""
    left = tuple(key for key in held.policy.applies_to if key in schools)
    if left == held.policy.applies_to:
        return held
    return replace(held, policy=replace(held.policy, applies_to=left))


def _shelf(policy: Policy) -> str:
    return "superseded" if policy.status == "superseded" else "current"


def _name(index: Index) -> str:
    return index.manifest.generation


def _place(held: Held) -> _Place:
    return held.policy.school, held.source, held.text_sha256
