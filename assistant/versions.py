"""What changed: the clauses asked about, as they stand now and as they stood before."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from assistant import compose
from assistant.answer import QuoteKind
from assistant.asking import Asked
from assistant.changes import Change, compare
from assistant.choosing import Chosen
from assistant.library import Library, in_force
from assistant.response import Response, notices_of, quotes_of, silence
from assistant.retrieve import embed_question
from assistant.silence import chance_covered
from assistant.verify import says_only
from assistant.wording import concepts
from ingest.policy.register import School

_MOST = 6  # changed clauses shown where no subject is named
_NEAR = 0.3  # of the first clause's odds, from which another is what was asked about, too

# What asks for versions and names no subject: left out of what is searched for.
_ABOUT_VERSIONS = re.compile(
    r"\b(?:what(?:'?s| is| has| have)?|has|have|did|does|is) (?:all )?(?:been )?(?:chang\w+|differen\w+|new)\b(?: in| about| with)?"
    r"|\b(?:has|have|did|was|were) (?:the|that|it|this|our)?\s?(?:rules?|polic\w+|bit|part)?\s?(?:on|about|for)?(?=.*\b(?:chang\w+|softer|stricter|tougher|different)\b)"
    r"|\b(?:than |compared (?:to|with) |from |since |in )?(?:the )?(?:old|older|previous|last|earlier|former|original|superseded|new|newer|latest|current)"
    r" (?:\w+ )?(?:policy|version|copy|one|rules?|protocol|document)\b(?: say| said)?(?: something| anything)?(?: about)?"
    r"|\b(?:than |since |in |from |back in )?(?:the )?(?:autumn |spring |summer )?20\d\d(?: (?:one|policy|version|copy))?(?: say| said)?"
    r"|\b(?:got|gotten|become) (?:any )?(?:softer|stricter|tougher|looser|easier)\b|\bused to\b|\bchang\w+\b|\bdifferent\b"
    r"|\b(?:say )?the same(?: about)?\b|\bor is (?:that|it|this) (?:new|changed)\b|\bwhats? (?:it|does it|do they) say now\b|\bsay now\b",
    re.I,
)


def has_versions(library: Library, school: School, as_of: dt.date) -> bool:
    """True when on that day a policy had already taken an older one's place."""
    policies = library.policies(school.key)
    return any(p.supersedes and in_force(p, policies, as_of) for p in policies)


def what_changed(library: Library, school: School, asked: Asked, as_of: dt.date) -> Response:
    """Old and new side by side, each labelled by its quote's status, new before old."""
    made = changes_of(library, school)
    subject = _ABOUT_VERSIONS.sub(" ", asked.text)
    if not concepts(subject):
        picked, covered = [c for c in made if c.kind != "same"][:_MOST], 0.8
    else:
        picked, covered = _about(library, school, replace(asked, text=subject), made)
    chosen = list(_side_by_side(library, school, picked))
    quotes = quotes_of(library, chosen)
    said = compose.say_changes(picked)
    if covered < library.learned.threshold or not says_only(said, quotes, compose.FIXED):
        return silence(school, None, 0.5)
    notices = notices_of(library, school, chosen, as_of)
    return Response(school, "answered", "informational", said, covered * 0.7, quotes, notices)


def changes_of(library: Library, school: School) -> list[Change]:
    """Of every policy of the school that has an older version beside it."""
    new, old = (library.index.shelf(school.key, s).passages for s in ("current", "superseded"))
    made: list[Change] = []
    for policy in library.policies(school.key):
        if policy.supersedes and policy.status == "current":
            before = [p for p in old if p.policy.source == policy.supersedes]
            after = [p for p in new if p.policy.source == policy.source]
            made += compare(before, after)
    return made


def _side_by_side(library: Library, school: School, picked: Sequence[Change]) -> Iterator[Chosen]:
    """New before old of each change."""
    for change in picked:
        for status, passage in (("current", change.new), ("superseded", change.old)):
            if passage is not None:
                binding = library.binding(school.key, status, passage)
                kind: QuoteKind = "related" if binding.modality == "statement" else "rule"
                yield Chosen(passage, kind, binding, 0.0)


def _about(
    library: Library, school: School, asked: Asked, made: Sequence[Change]
) -> tuple[list[Change], float]:
    """The changes that the question is about, most so first, and the chance that any is."""
    vectors = embed_question(asked, library.embedder)
    whose = {p.clause.id: c for c in made for p in (c.new, c.old) if p is not None}
    scores: dict[int, float] = {}
    covered = 0.0
    for status in ("current", "superseded"):
        ranked = library.reread(asked, library.rank(school.key, status, asked, vectors))
        ranked = [c for c in ranked if c.passage.clause.id in whose]
        covered = max(covered, chance_covered(asked, ranked, library.learned))
        for candidate in ranked[:8]:
            place = made.index(whose[candidate.passage.clause.id])
            scores[place] = max(scores.get(place, -np.inf), candidate.score)
    order = sorted(scores, key=lambda place: -scores[place])
    near = [n for n in order if np.exp(scores[n] - scores[order[0]]) >= _NEAR]
    return [made[n] for n in near[:2]], covered
