"""Which school a question is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.answer import AssistantError
from ingest.policy.register import School

MOST_AT_ONCE = 8  # schools answered side by side when none is named

_GENERIC = frozenset(
    """a all and at authority c ce cofe college community e church england federation first
    grammar high house infant infants junior juniors local mary marys mat nursery of park
    primary rc road saint saints school secondary st the trust upper academy all council
    county""".split()
)
_EVERY = re.compile(
    r"\b(?:(?:which|what|any|all|every|each|how many)(?: of)?(?: the| our)? (?:schools?|ones?|policies say)"
    r"|all (?:of )?(?:them|the schools)|across the (?:schools|trust)|anywhere)\b"
)
_COMPARES = re.compile(
    r"\b(?:same|differen\w+|compare\w*|comparison|both|versus|vs|than|as well|too|stricter"
    r"|either|neither|whereas)\b"
)


class UnknownSchool(AssistantError):
    """No school, or more than one, goes by the given name."""

    wrong_usage = True


def find_school(wanted: str, schools: Sequence[School]) -> School:
    """The school a name means: an exact key or name, else a unique part at word starts."""
    name = _plain(wanted)
    exact = [s for s in schools if name in {_plain(n) for n in (s.key, s.name, *s.aliases)}]
    if len(exact) == 1:
        return exact[0]
    parts = [
        s
        for s in schools
        if name
        and any(re.search(rf"\b{re.escape(name)}", _plain(n)) for n in (s.key, s.name, *s.aliases))
    ]
    if len(parts) == 1:
        return parts[0]
    known = ", ".join(f"{s.key} ({s.name})" for s in schools)
    problem = "is unknown" if not parts else "could be more than one school"
    raise UnknownSchool(f"The school {wanted!r} {problem}; choose one of: {known}.")


def named_schools(text: str, schools: Sequence[School]) -> list[School]:
    """Schools that a question names ("Weston's rule" too), in the order of the index."""
    plain = _plain(text)
    return [
        s
        for s in schools
        if any(re.search(rf"\b{re.escape(n)}s?\b", plain) for n in _names(s, schools))
    ]


def schools_asked(
    question: str, history: Sequence[str], given: School | None, schools: Sequence[School]
) -> list[School]:
    """The schools to answer for, one or several; empty when there are too many to choose from."""
    own = [s for s in schools if s.body == "school"] or list(schools)
    plain = question.lower()
    named = named_schools(question, schools)
    if given is not None:
        if named and (given not in named) and _COMPARES.search(plain):
            return [given, *named]
        if named:
            return named
        return [given]
    if named:
        if len(named) == 1 and _COMPARES.search(plain) and history:
            return list(dict.fromkeys([*named_schools(" ".join(history), schools), *named]))
        return named
    if _EVERY.search(plain):
        return list(schools)
    for earlier in reversed(history):
        if found := named_schools(earlier, schools):
            return found
    return own if len(own) <= MOST_AT_ONCE else []


def without_names(text: str, schools: Sequence[School]) -> str:
    """What is asked, less the schools' names: introductions hold those too and would be found."""
    named = {name for school in named_schools(text, schools) for name in _names(school, schools)}
    rest = text
    for name in sorted(named, key=len, reverse=True):
        words = r"[\W_]+".join(rf"{w[:-1]}['’]?s" if w[-1] == "s" else w for w in name.split())
        rest = re.sub(rf"\b(?:(?:at|in|for) )?{words}(?:['’]s)?(?!\w)", " ", rest, flags=re.I)
    return re.sub(r"\s+", " ", rest).strip() or text


def _names(school: School, schools: Sequence[School]) -> set[str]:
    """What people may call a school: its full names, and words that only it has."""
    names = {_plain(n) for n in (school.key, school.name, *school.aliases)}
    words = {w for n in names for w in n.split() if w not in _GENERIC and len(w) > 3}
    others = {
        w
        for other in schools
        if other.key != school.key
        for n in (other.key, other.name, *other.aliases)
        for w in _plain(n).split()
    }
    return {n for n in names if len(n) > 2} | (words - others)


@lru_cache(maxsize=10_000)
def _plain(text: str) -> str:
    lowered = re.sub(r"[’'`]", "", text.lower())
    return re.sub(r"[^a-z0-9]+", " ", lowered).strip()
