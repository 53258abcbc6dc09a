"""Words that a policy gives a meaning of its own: "school representatives" are parents on trips, too.

A rule for "representatives" binds whoever the policy counts among them, and one for "those adults
defined in paragraph 1.2.1" whoever stands there. Only roles are read off a definition.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.modality import Binding, roles_in, subject_words
from ingest.documents import Passage

_QUOTE = "[\"“”‘’']?"
_TERM = r"(?P<term>[a-z][a-z -]{2,40}?)"
# As in: employees, governors and others (referred to in this document as school representatives).
_CALLED = re.compile(
    rf"(?P<who>[^.;(]{{3,200}})\((?:all )?(?:(?:here|further|below)\w* )?(?:referred to|known|called)(?: (?:in|throughout) this \w+)?(?: below| here\w*)? as (?:the )?{_QUOTE}{_TERM}{_QUOTE}\)(?P<more>[^.]{{0,200}})",
    re.I,
)
# As in: “Adults” means …; references to users include …; the term visitor covers …
_MEANS = re.compile(
    rf"(?:(?:the (?:term|word)s?|references? to) (?:the )?{_QUOTE}{_TERM}{_QUOTE}|[\"“‘]{_TERM.replace('term', 'quoted')}[\"”’])"
    r",? (?:here )?(?:means?|includes?|covers?|refers? to|shall mean|is used (?:for|of)|should be taken to (?:include|mean|apply to|refer to))"
    r" (?P<who>[^.;]{3,240})",
    re.I,
)
_HINT = re.compile(r"\b(?:referred to|known|called|means?|includes?|covers?|refers?|taken)\b", re.I)
_POINTS = re.compile(
    r"\b(?:defined|listed|described|named|set out|referred to) (?:above |below )?(?:in|at|under) (?:(?:paragraph|section|clause|point|part)s? )?(?P<number>\d+(?:\.\d+)*)\b",
    re.I,
)
_SPEAKS_OF_PEOPLE = frozenset(
    "adult representative user worker individual person people colleague member helper community"
    " associate".split()
)


def defined(passages: Sequence[Passage]) -> dict[str, frozenset[str]]:
    """Term, in lower case and singular → the roles that one policy counts under it."""
    found: dict[str, set[str]] = {}
    for passage in passages:
        text = passage.clause.reading
        if not _HINT.search(text):  # most clauses: the patterns below look far ahead
            continue
        called = _CALLED.finditer(text) if "(" in text else ()
        for match in (*called, *_MEANS.finditer(text)):
            named = match.groupdict()
            term = _singular((named["term"] or named["quoted"]).strip().lower())
            roles = roles_in(f"{named['who']} {named.get('more') or ''}")
            # One role alone is as likely spoken of as meant: "anyone who has care of the child".
            if len(roles) > 1 and term.split()[-1] in _SPEAKS_OF_PEOPLE:
                found.setdefault(term, set()).update(roles)
    return {term: frozenset(roles) for term, roles in found.items()}


def numbered(passages: Sequence[Passage]) -> dict[str, frozenset[str]]:
    """Clause number → the roles that the clauses so numbered name."""
    found: dict[str, set[str]] = {}
    for passage in passages:
        number = passage.clause.number.rstrip(".")
        if number:
            found.setdefault(number, set()).update(roles_in(passage.clause.reading))
    return {number: frozenset(roles) for number, roles in found.items()}


def expand(
    binding: Binding,
    text: str,
    terms: Mapping[str, frozenset[str]],
    numbers: Mapping[str, frozenset[str]],
) -> Binding:
    """The binding with everybody whom its clause's own terms stand for; a statement binds nobody."""
    if binding.modality == "statement":
        return binding
    # Of the subject alone: parents who "are acting as a school representative" are not all of them.
    spoken_to = " ; ".join(subject_words(part) for part in text.split(": ")).lower()
    roles = set(binding.actors)
    for term, meant in terms.items():
        if re.search(rf"\b{re.escape(term)}s?\b", spoken_to):
            roles |= meant
    for match in _POINTS.finditer(text):
        roles |= numbers.get(match["number"], frozenset())
    return binding if roles == binding.actors else replace(binding, actors=frozenset(roles))


def _singular(term: str) -> str:
    return term if term.endswith("ss") else term.removesuffix("s")
