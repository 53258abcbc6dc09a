"""Which policies of a school are on a list of statutory ones, as the table of topics has it.

What the table could not verify is not said, and the day it was drawn up always is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.facts import FactAnswer, lines, named
from assistant.topics import Table, Topic, read_topics
from ingest.documents import Policy
from ingest.index import Held, Index
from ingest.policy.register import School

_STATUTORY = re.compile(
    r"\b(?:statutory(?! (?:\w+ )?(?:pay|leave|holidays?|sick|notice|guidance|dut|age))"
    r"|(?:required|compulsory|mandatory) (?:by|in|under) law|legally required"
    r"|(?:by law|legally) (?:need|have|must)|(?:need|have|must) (?:to have )?by law)\b"
)
_POLICIES = re.compile(r"\bpolic(?:y|ies)\b|\bdocuments?\b")
_MOST = 12  # topics named as missing; the coverage page has them all


def asks_statutory(plain: str) -> bool:
    """True when a lower-case question asks which policies the law wants."""
    return _STATUTORY.search(plain) is not None and _POLICIES.search(plain) is not None


def answer_statutory(index: Index, school: School, plain: str) -> FactAnswer:
    """The school's policies that are on such a list, and the topics listed that have none."""
    table = _table()
    held = [
        d
        for d in index.manifest.documents
        if d.policy.school == school.key and d.policy.status == "current"
    ]
    meant = named(held, plain)
    one = "policies" not in plain and len(meant) < max(len(held), 2)
    found = [(d, _listed_by(table, d.policy)) for d in meant]
    on = [(d, source) for d, source in found if source]
    said = f"By our table of topics of {table.as_of.day} {table.as_of:%B %Y}, "
    if one and not on:
        said += f"{_titles([d for d, _ in found])} is on no list of statutory policies."
    elif not on:
        said += f"no policy of {school.name} here is on a list of statutory policies."
    else:
        said += "; ".join(
            _are([d for d, by in on if by == source], source)
            for source in dict.fromkeys(source for _, source in on)
        )
        said += "."
    if not one:
        said += _missing(table, [d.policy for d in held])
    said += " The table is for England and may be incomplete: check with the clerk to governors."
    return FactAnswer(said, lines(index, [d for d, _ in on], ("title",)), "statutory")


def _are(documents: Sequence[Held], source: str) -> str:
    return f"{_titles(documents)} {'is' if len(documents) == 1 else 'are'} on the list “{source}”"


def _titles(documents: Sequence[Held]) -> str:
    return "; ".join(f"“{d.policy.title}”" for d in documents)


def _listed_by(table: Table, policy: Policy) -> str:
    """The list of statutory policies that names a policy's topic; "" where none does."""
    by = [_list(t) for t in table.topics if t.is_subject_of(policy)]
    return next(filter(None, by), "")


def _list(topic: Topic) -> str:
    named = (b.source.title for b in topic.basis if b.source.statutory and b.sure == "seen")
    return next(named, "")


def _missing(table: Table, policies: Sequence[Policy]) -> str:
    listed = [t for t in table.topics if _list(t)]
    none = [t for t in listed if not any(t.is_subject_of(p) for p in policies)]
    if not none:
        return ""
    more = f" and {len(none) - _MOST} more" if len(none) > _MOST else ""
    titles = "; ".join(t.title for t in none[:_MOST])
    return f" On those lists, and without a policy here: {titles}{more}."


@lru_cache(maxsize=1)
def _table() -> Table:
    return read_topics()
