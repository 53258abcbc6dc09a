"""What a clause refers to: "see 5.3", "Appendix B", "the Complaints Policy"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.documents import Clause, Document, Policy, Reference, Span, flow

_NUMBER = r"\d{1,2}(?:\.\d{1,3}){0,4}(?:\((?:[a-z]|[ivx]{1,4})\)){0,3}"
# A bare "5.3" may be a sum or a time; it refers only after a word that says so.
_BY_NUMBER = re.compile(
    r"\b(?:see(?: also)?|sections?|paragraphs?|paras?\.?|clauses?|points?|parts?|rules?"
    r"|in accordance with|set out (?:in|at)|under|as (?:in|at|per)|subject to)\s+(?:also\s+)?"
    r"(?:sections?\s+|paragraphs?\s+|paras?\.?\s+|clauses?\s+)?"
    rf"(?P<first>{_NUMBER})(?:\s*(?:,|and|or|to|–|-)\s*(?P<second>{_NUMBER}))?"
    r"(?!\.?\d|[%£:/]|\s*[ap]\.?m\b)",
    re.I,
)
# "part 1 of Keeping Children Safe": a number of another document.
_OF_ANOTHER = re.compile(
    r"\s+of\s+(?!(?:this|our)\b|the (?:policy|document|procedure|code)\b)"
    r"|\s*(?:to\s+)?(?:the\s+)?(?:\w+\s+){0,6}(?:Act|Regulations|Order)\b"
)
_UNIT = re.compile(
    r"\s*(?:years?|months?|weeks?|days?|hours?|minutes?|pupils?|children|adults?|people|pence|per)\b"
)
_BY_NAME = re.compile(r"\b(?P<what>Appendix|Annex|Schedule)\s+(?P<which>\d{1,2}|[A-Z])\b")
_POLICY = re.compile(
    r"\b(?:[A-Z][\w’'-]{0,40}(?:[ /,&]{1,4}| and | of | for | on | to | in | the )){1,12}"
    r"(?:Policy|Procedures?|Code)\b"
)
_SMALL = frozenset(
    "a an and at for in of on or our s school schools the to policy procedure code".split()
)


def refer(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses of one document, each with what it refers to in the same document."""
    numbered: dict[str, list[str]] = {}
    for clause in clauses:
        if clause.number and clause.kind in ("clause", "heading", "lead_in"):
            numbered.setdefault(clause.number, []).append(clause.id)
        if clause.kind == "heading" and (named := _BY_NAME.match(flow(clause.text))):
            numbered.setdefault(_name(named), []).append(clause.id)
    return tuple(_with(clause, _inside(clause, numbered)) for clause in clauses)


def refer_to_policies(
    documents: Iterable[tuple[Policy, Document]],
) -> list[tuple[Policy, Document]]:
    """Documents whose clauses also refer to other policies of the same school, by source."""
    documents = list(documents)
    titles: dict[str, list[tuple[frozenset[str], str]]] = {}
    for policy, _ in documents:
        if policy.status == "current" and (words := _words(policy.title)):
            titles.setdefault(policy.school, []).append((words, policy.source))
    found = []
    for policy, document in documents:
        known = [pair for pair in titles.get(policy.school, ()) if pair[1] != policy.source]
        clauses = tuple(_with(c, _abroad(c, known)) if known else c for c in document.clauses)
        found.append((policy, replace(document, clauses=clauses)))
    return found


def _with(clause: Clause, found: Iterable[Reference]) -> Clause:
    references = sorted({*clause.references, *found}, key=lambda one: (one.span, one.target))
    return replace(clause, references=tuple(references)) if references else clause


def _inside(clause: Clause, numbered: Mapping[str, Sequence[str]]) -> Iterator[Reference]:
    if clause.kind not in ("clause", "lead_in"):
        return
    for match in _BY_NUMBER.finditer(clause.text):
        after = clause.text[match.end() : match.end() + 80]
        if _OF_ANOTHER.match(after) or _UNIT.match(after):
            continue
        for group in ("first", "second"):
            for id in numbered.get(match[group] or "", ())[:1]:
                yield _reference(clause, match.span(group), id)
    for match in _BY_NAME.finditer(clause.text):
        for id in numbered.get(_name(match), ())[:1]:
            yield _reference(clause, match.span(), id)


def _abroad(clause: Clause, titles: Sequence[tuple[frozenset[str], str]]) -> Iterator[Reference]:
    """Names of policies whose words are those of a title, or a title's among others."""
    if clause.kind != "clause":
        return
    for match in _POLICY.finditer(clause.text):
        words = _words(match[0])
        for title, source in titles:
            if words and (words == title or (len(title) > 1 and title <= words)):
                yield _reference(clause, match.span(), source)


def _reference(clause: Clause, place: tuple[int, int], target: str) -> Reference:
    start = clause.span.start
    return Reference(Span(start + place[0], start + place[1]), target)


def _name(match: re.Match[str]) -> str:
    return f"{match['what'].lower()} {match['which'].upper()}"


def _words(title: str) -> frozenset[str]:
    words = re.findall(r"[a-z]+", title.lower().replace("’", ""))
    return frozenset(word.rstrip("s") for word in words if word not in _SMALL)
