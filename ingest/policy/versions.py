"""Which of a school's documents are versions of one policy, and which of them is in force."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePosixPath

from ingest.documents import Document, Fact, Policy, flow
from ingest.policy.dates import find_dates

_TWIN = 0.5  # share of equal clauses that makes two documents of kindred titles one policy
_COPY = 0.95  # … that makes one a copy of the other
_KINDRED = 0.2  # … below which a title that may have been misread proves nothing
_MANY = 400  # characters of a title that are read
_OURS = re.compile(
    r"inferred: (?:it replaces|it is (?:nearly )?a copy|it is newer than|we cannot tell"
    r"|.* replaces it:)"
)
_WORDS = re.compile(r"[a-z0-9]+")
_EMPTY = frozenset(
    "policy policies procedure procedures protocol protocols statement statements guideline"
    " guidelines guidance document documents draft final copy approved signed update updated new"
    " version ver issue edition revision rev v template model amended reviewed review current"
    " latest"
    " website web pdf doc docx the a an and of for on in at to our with by its from school schools"
    " academy academies primary junior infant infants nursery trust federation whole term"
    " spring summer autumn page".split()
)
# Who a text is for, and what part of it this is: never a mere rewording of a title.
_APART = frozenset(
    "pupil pupils child children young friendly parent parents carer carers staff governor"
    " governors"
    " visitor visitors volunteer volunteers student students ks1 ks2 ks3 ks4 eyfs reception"
    " easy read"
    " summary leaflet poster appendix annex form forms checklist part sixth boys girls early years"
    " secondary addendum covid covid19 report letter flowchart agreement".split()
)
_UNTITLED = frozenset(
    "introduction aim aims purpose rationale content contents scope overview background mission"
    " vision value values ethos untitled file scan scanned microsoft word".split()
)


@dataclass(frozen=True)
class _Version:
    """A document as far as chaining goes; `place` is where it stands in what was given."""

    place: int
    policy: Policy
    subject: frozenset[str]
    firm: bool  # the title was stated, not guessed from a heading or a file name
    clauses: frozenset[str]
    begun: dt.date | None
    how: str  # where `begun` was read
    number: tuple[int, ...]

    @property
    def weak(self) -> bool:
        """True where only the file, and not the text, tells when it began."""
        return self.how.endswith(("modified date", "in its name"))


def chain(
    read: Sequence[tuple[Document, Policy]], settled: Container[str] = ()
) -> tuple[Policy, ...]:
    """The same policies in the same order, older versions marked as superseded.

    One policy is what has the same school and subject, or kindred titles and half its clauses in
    common. The newest is in force; drafts and templates replace nothing; a copy of the same text
    under another name is put aside. Where nothing tells the newer of two, both stay in force and
    say so. Policies that are `settled`, and the sources in `settled`, are never changed; what a
    settled policy supersedes is superseded.
    Pure, and the same again when given its own result.
    """
    replaced = {(p.school, p.supersedes): p for _, p in read if p.settled and p.supersedes}
    settled = {p.source for _, p in read if p.settled or p.source in settled}
    policies = [
        _replaced(p, replaced.get((p.school, p.source))) if p.source not in settled else p
        for _, p in read
    ]
    versions = [_version(n, document, policies[n]) for n, (document, _) in enumerate(read)]
    for group in _groups(versions):
        for place, policy in _ordered(group, settled).items():
            policies[place] = policy
    return tuple(policies)


def _replaced(policy: Policy, newer: Policy | None) -> Policy:
    """Superseded where the register says that another supersedes it, else afresh."""
    if newer is None:
        return _afresh(policy)
    origin = f"the register says that “{newer.source}” supersedes it"
    facts = {**policy.facts, "status": Fact("superseded", origin)}
    return replace(policy, status="superseded", facts=facts)


def _afresh(policy: Policy) -> Policy:
    """Without what an earlier chaining inferred."""
    status = policy.facts.get("status")
    if status is None or not _OURS.match(status.origin):
        return policy
    plain = Fact("current", "inferred: the file does not say whether it is in force")
    facts = {**policy.facts, "status": plain}
    return replace(policy, status="current", supersedes="", facts=facts)


def _version(place: int, document: Document, policy: Policy) -> _Version:
    title = policy.facts.get("title")
    subject = _subject(policy.title, policy.school_name)
    guessed = title is None or title.origin in ("first heading", "file name", "file properties")
    if not subject or subject <= _UNTITLED:
        subject, guessed = _subject(_stem(policy.source), policy.school_name), True
    if subject <= _UNTITLED:
        subject = frozenset()
    clauses = frozenset(
        words
        for clause in document.clauses
        if clause.kind == "clause"
        and len(words := re.sub(r"\W+", " ", flow(clause.text)).lower().strip()) > 20
    )
    begun, how = _begun(policy)
    version = policy.facts.get("version")
    number = tuple(map(int, re.findall(r"\d{1,6}", version.value))) if version else ()
    return _Version(place, policy, subject, not guessed, clauses, begun, how, number)


def _begun(policy: Policy) -> tuple[dt.date | None, str]:
    """The latest day on which this version is known to have been adopted or reviewed."""
    known: list[tuple[dt.date, str]] = []
    for name in ("effective", "adopted", "reviewed", "written"):
        fact = policy.facts.get(name)
        if fact is not None and (dates := find_dates(fact.value)):
            inferred = fact.origin.startswith("inferred:")
            said = "modified date" if "properties" in fact.origin else "date in its name"
            known.append((dates[0].first, said if inferred else f"{name} {fact.value}"))
            if name == "effective":
                break
    return max(known, key=lambda pair: pair[0]) if known else (None, "")


def _subject(title: str, school: str) -> frozenset[str]:
    """ "Oak Primary School – E-Safety Policy v2 (Sept 2023) FINAL" → {"esafety"}."""
    title = title[:_MANY]
    for when in reversed(find_dates(title)):
        title = title[: when.start] + " " + title[when.end :]
    plain = re.sub(r"[’']", "", title.lower())
    plain = re.sub(r"\b(anti|non|pre|e|co|re|cyber)[ -](?=[a-z]{4})", r"\1", plain)
    plain = re.sub(r"\bv(?:er(?:sion)?)?\.? ?\d+(?:\.\d+)*\b|\(\d+\)|copy \d+", " ", plain)
    own = set(_WORDS.findall(re.sub(r"[’']", "", school.lower())))
    words = [w for w in _WORDS.findall(plain) if w not in _EMPTY]
    kept = [w for w in words if w not in own] or words
    return frozenset(w[:-1] if len(w) > 4 and w.endswith("s") and w[-2] != "s" else w for w in kept)


def _stem(source: str) -> str:
    return re.sub(r"[-_+.]+", " ", PurePosixPath(source).stem)


def _groups(versions: list[_Version]) -> list[list[_Version]]:
    """Versions of one policy together; each group has at least two."""
    parent = list(range(len(versions)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for n, one in enumerate(versions):
        for m in range(n):
            other = versions[m]
            near = one.policy.school == other.policy.school and root(n) != root(m)
            if near and _is_one_policy(one, other):
                parent[root(n)] = root(m)
    groups: dict[int, list[_Version]] = {}
    for n, version in enumerate(versions):
        groups.setdefault(root(n), []).append(version)
    return [group for group in groups.values() if len(group) > 1]


def _is_one_policy(one: _Version, other: _Version) -> bool:
    between = one.subject ^ other.subject
    if between & _APART:
        return False
    if one.subject and not between:
        # A title read off a heading or a file's name may be another document's by mistake.
        return (
            (one.firm and other.firm) or _named_alike(one, other) or _share(one, other) >= _KINDRED
        )
    share = _share(one, other)
    kindred = bool(one.subject & other.subject) or not (one.firm and other.firm)
    return share >= (_TWIN if kindred else _COPY)


def _named_alike(one: _Version, other: _Version) -> bool:
    names = [_subject(_stem(v.policy.source), v.policy.school_name) for v in (one, other)]
    return names[0] == names[1] != frozenset()


def _share(one: _Version, other: _Version) -> float:
    """Equal clauses in the longer of two documents; 0 where either has too few to tell."""
    longer = max(len(one.clauses), len(other.clauses))
    if min(len(one.clauses), len(other.clauses)) < 3:
        return 1.0 if one.clauses and one.clauses == other.clauses else 0.0
    return len(one.clauses & other.clauses) / longer


def _ordered(group: list[_Version], settled: Container[str]) -> dict[int, Policy]:
    """What becomes of a group's policies, by place; only those that change."""
    changed: dict[int, Policy] = {}
    live = [v for v in group if v.policy.status == "current"]
    live.sort(key=lambda v: (v.begun or dt.date.min, v.number, v.policy.source))
    if not live:
        return changed
    fixed = [v for v in live if v.policy.source in settled]
    newest = fixed[-1] if fixed else live[-1]
    free = [v for v in live if v is not newest and v.policy.source not in settled]
    line = [newest]
    for older in reversed(free):
        after = line[-1]
        share, why = _share(after, older), _why_newer(after, older)
        if share >= _COPY and (after.begun == older.begun or after.weak or older.weak):
            copy = "a copy" if share == 1 else "nearly a copy"
            origin = f"inferred: it is {copy} of “{after.policy.source}”, which answers"
            changed[older.place] = _with(older.policy, "superseded", origin)
        elif why:
            origin = f"inferred: {_called(after)} replaces it: {why}"
            changed[older.place] = _with(older.policy, "superseded", origin)
            line.append(older)
        elif _why_newer(older, after):  # only the register can put the older one first
            origin = f"inferred: it is newer than “{after.policy.source}”, which the register lists"
            changed[older.place] = _with(older.policy, "current", origin)
        else:
            for one, other in ((older, after), (after, older)):
                if one.policy.source not in settled:
                    unsure = (
                        f"inferred: we cannot tell whether it or “{other.policy.source}” is newer"
                    )
                    changed[one.place] = _with(one.policy, "current", unsure)
    archived = [v for v in group if v.policy.status == "superseded" and v.begun]
    archived = [v for v in archived if line[-1].begun and v.begun and v.begun < line[-1].begun]
    line += sorted(archived, key=lambda v: (v.begun or dt.date.min, v.number))[-1:]
    for after, older in pairwise(line):
        policy = changed.get(after.place, after.policy)
        if not policy.supersedes:
            why = _why_newer(after, older)
            if policy.status == "current" and policy.source not in settled and why:
                policy = _with(policy, "current", f"inferred: it replaces {_called(older)}: {why}")
            changed[after.place] = replace(policy, supersedes=older.policy.source)
    return changed


def _with(policy: Policy, status: str, origin: str) -> Policy:
    """A policy with this status, unless its own file states one."""
    known = policy.facts.get("status")
    if status == "current" and known is not None and not known.origin.startswith("inferred:"):
        return policy
    facts = {**policy.facts, "status": Fact(status, origin, None, known.also if known else ())}
    return replace(policy, status=status, facts=facts)  # type: ignore[arg-type]


def _why_newer(one: _Version, other: _Version) -> str:
    """In what one is newer than the other; "" where nothing says so."""
    if one.begun and other.begun and one.begun != other.begun:
        weak = [v.how for v in (one, other) if v.weak]
        if one.begun > other.begun:
            return f"newer {weak[0]}" if weak else f"{one.how}, against {other.how}"
        return ""
    if one.number and other.number and one.number > other.number:
        said = [v.policy.facts["version"].value for v in (one, other)]
        return f"version {said[0]}, against {said[1]}"
    return ""


def _called(version: _Version) -> str:
    if version.begun and not version.weak:
        word, _, value = version.how.partition(" ")
        return f"the one {'in force from' if word == 'effective' else word} {value}"
    return f"“{version.policy.source}”"
