"""What an ingest did, for people and programs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.documents import ClauseKind, Document, Fact
from ingest.index import Held

_LABEL = re.compile(  # "(a)", "iv.", Word's hollow bullet, the word of "Rule 3:"
    r"\(?(?:[A-Za-z]|[ivxl]{1,6}|\d+(?:\.\d+)*[A-Za-z])[).:]|o"
    r"|(?:Rule|Clause|Article|Regulation|Paragraph|Para)\.?"
)
_ABOUT = {
    "adopted": "when it was adopted",
    "reviewed": "when it was reviewed",
    "review_due": "when its review is due",
    "version": "its version",
}
_UNSURE = "inferred: we cannot tell"
_RULES: tuple[ClauseKind, ...] = ("clause", "lead_in")


@dataclass(frozen=True)
class Row:
    """One document as it was read; shares are of its words, and None where it was not read now."""

    source: str
    school: str
    title: str
    status: str
    pages: int | None
    clauses: int
    words_in_clauses: float | None
    words_labelled: float | None  # headings, covers, running heads, signatures, …
    words_lost: float | None
    dates: dict[str, str]
    warnings: tuple[str, ...]
    inferred: tuple[str, ...] = ()  # those of `dates` that the document does not state


@dataclass(frozen=True)
class Report:
    """What an ingest did, or would do; `failures` are sentences "file: reason; what to do"."""

    changed: bool = False
    generation: str = ""
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()  # old name, new name
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    documents: tuple[Row, ...] = ()
    embedded: int = 0  # clauses that were embedded, not taken from the last generation


@dataclass(frozen=True)
class Changes:
    """How a folder's files differ from what the index holds of it."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]


def compare(before: Sequence[Held], after: Sequence[Held]) -> Changes:
    """A file under a new name with the same bytes is renamed, not removed and added."""
    old = {held.source: held.sha256 for held in before}
    new = {held.source: held.sha256 for held in after}
    gone = {digest: source for source, digest in old.items() if source not in new}
    renamed = tuple(
        (gone[digest], source)
        for source, digest in new.items()
        if source not in old and digest in gone
    )
    moved = {name for pair in renamed for name in pair}
    return Changes(
        added=tuple(s for s in new if s not in old and s not in moved),
        updated=tuple(s for s in new if s in old and new[s] != old[s]),
        renamed=renamed,
        removed=tuple(s for s in old if s not in new and s not in moved),
        unchanged=tuple(s for s in new if old.get(s) == new[s]),
    )


def named_before(before: Sequence[Held], after: Sequence[Held]) -> list[Held]:
    """`after`, each with the names that its file had before."""
    old = {held.source: held for held in before}
    was = {new: name for name, new in compare(before, after).renamed}
    return [
        replace(held, names=(*old[was[held.source]].names, was[held.source]))
        if held.source in was
        else replace(held, names=old[held.source].names)
        if held.source in old
        else held
        for held in after
    ]


def row(held: Held, document: Document) -> Row:
    """The report's line about a document."""
    shares = word_shares(document) if not held.stale else (None, None, None)
    facts = held.policy.facts
    named = ("adopted", "written", "review_due", "version")
    return Row(
        source=held.source,
        school=held.policy.school,
        title=held.policy.title,
        status=held.policy.status,
        pages=document.extract.pages,
        clauses=sum(clause.kind == "clause" for clause in document.clauses),
        words_in_clauses=shares[0],
        words_labelled=shares[1],
        words_lost=shares[2],
        dates={name: facts[name].value for name in named if name in facts},
        warnings=document.extract.warnings
        + tuple(_contradictions(facts))
        + ((f"kept as it was: {held.stale}",) * bool(held.stale)),
        inferred=tuple(
            name for name in named if name in facts and facts[name].origin.startswith("inferred:")
        ),
    )


def _contradictions(facts: Mapping[str, Fact]) -> Iterator[str]:
    """What places of one document say differently, or two documents in force."""
    for name, what in _ABOUT.items():
        fact = facts.get(name)
        if fact is not None and fact.also:
            said = "; ".join(f"{one.origin}: {one.value}" for one in (fact, *fact.also))
            yield f"It contradicts itself on {what} ({said})."
    status = facts.get("status")
    if status is not None and status.origin.startswith(_UNSURE):
        unsure = status.origin.removeprefix("inferred: ")
        yield f"{unsure[0].upper()}{unsure[1:]}; name the newer one in register.toml."


def word_shares(document: Document) -> tuple[float, float, float]:
    """Shares of a document's words in rules, in labelled furniture, and in no piece at all."""
    total = max(1, len(document.text.split()))
    rules = labelled = 0
    lost = list(document.text)
    for clause in document.clauses:
        words = len(clause.text.split())
        if clause.kind in _RULES:
            rules += words
        elif clause.kind != "unknown":
            labelled += words
        if clause.kind != "unknown":
            lost[clause.span.start : clause.span.end] = " " * len(clause.text)
    left = "".join(lost).split()
    words_lost = sum(any(map(str.isalpha, word)) and not _LABEL.fullmatch(word) for word in left)
    return (
        round(rules / total, 4),
        round(labelled / total, 4),
        round(words_lost / total, 4),
    )
