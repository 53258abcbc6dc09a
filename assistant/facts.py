"""Questions about the policies themselves: when due, by whom approved, which there are, what changed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.about import asks_about_old, asks_fact, asks_which_are
from assistant.answer import Quote
from assistant.verify import quote_fact
from ingest.documents import Fact, Policy
from ingest.index import Held, Index
from ingest.policy.dates import period
from ingest.policy.register import School

_INFERRED = "inferred:"
_DOUBTED = {
    "status": "whether it is in force",
    "adopted": "when it was adopted",
    "review_due": "when it is due for review",
}
# Words of titles that tell no policy from another.
_EVERYWHERE = frozenset(
    "policy policie procedure protocol statement guidance school academy the and for our use with"
    " including primary date review due when who last next new old version copy".split()
)
UNKNOWN = "The policy does not say."


@dataclass(frozen=True)
class FactAnswer:
    """Sentences from the register with the lines they come from; no sentences: nothing is known."""

    answer: str
    quotes: tuple[Quote, ...]
    wanted: str


def answer_fact(index: Index, school: School, plain: str, as_of: dt.date) -> FactAnswer:
    """What the register knows, said plainly, with the cover line quoted where there is one."""
    wanted = asks_fact(plain)
    held = [d for d in index.manifest.documents if d.policy.school == school.key]
    current = [d for d in held if d.policy.status != "superseded"]
    if asks_about_old(plain):
        current = [d for d in held if d.policy.status == "superseded"] or current
    if wanted == "list":
        said = f"{school.name} has: {_titles(current, drafts=True)}."
        return FactAnswer(said, lines(index, current, ("title",)), wanted)
    sentences: list[str] = []
    quotes: list[Quote] = []
    meant = named(current, plain)
    if wanted == "overdue" and asks_which_are(plain) and len(meant) == len(current):
        unknown = [d for d in meant if "review_due" not in d.policy.facts]
        meant = [d for d in meant if is_overdue(d.policy, as_of)]
        if not meant and len(unknown) < len(current):
            sentences.append(f"No policy of {school.name} is past its date for review.")
        if unknown:
            sentences.append(f"No date for review is known of: {_titles(unknown)}.")
    for document in meant:
        sentence, names = _sentence(document, wanted, as_of)
        if sentence:
            sentences.append(sentence)
            quotes += lines(index, [document], names)
    return FactAnswer(" ".join(sentences), tuple(quotes), wanted)


def is_overdue(policy: Policy, as_of: dt.date) -> bool:
    """True when the last day of its date for review has passed."""
    due = policy.facts.get("review_due")
    when = period(due.value) if due else None
    return when is not None and when[1] < as_of


def _titles(documents: Sequence[Held], drafts: bool = False) -> str:
    return "; ".join(
        f"“{d.policy.title}”" + " (draft)" * (drafts and d.policy.status == "draft")
        for d in documents
    )


def named(documents: Sequence[Held], plain: str) -> list[Held]:
    """Those whose titles share most words with the question, all where none shares any."""
    asked = _words(plain)
    shared = [len(asked & _words(document.policy.title)) for document in documents]
    most = max(shared, default=0)
    return [d for d, count in zip(documents, shared, strict=True) if count == most]


def _words(text: str) -> set[str]:
    words = re.findall(r"[a-z]{3,}", text.lower())
    return {word.rstrip("s") for word in words} - _EVERYWHERE


def doubts(policy: Policy) -> list[str]:
    """What a reader must know of a policy's dates and standing: contradictions and inferences."""
    said: list[str] = []
    for name, called in _DOUBTED.items():
        fact = policy.facts.get(name)
        if fact is None:
            continue
        if fact.also:
            all_said = "; ".join(f"{_place(f.origin)}: {f.value}" for f in (fact, *fact.also))
            said.append(f"“{policy.title}” contradicts itself on {called} ({all_said}).")
        if name == "review_due" and fact.origin.startswith(_INFERRED):
            said.append(f"We infer when “{policy.title}” is due for review: {_place(fact.origin)}.")
        if name == "status" and fact.value == "template":
            said.append(f"“{policy.title}” is a template ({_place(fact.origin)}).")
    return said


def _place(origin: str) -> str:
    return origin.removeprefix(_INFERRED).strip().rstrip(".")


def answer_which_copy(index: Index, school: School) -> FactAnswer:
    """Which of a policy's versions is in force, and how we know."""
    held = {d.policy.source: d for d in index.manifest.documents if d.policy.school == school.key}
    pairs = [
        (new, held[new.policy.supersedes])
        for new in held.values()
        if new.policy.status == "current" and new.policy.supersedes in held
    ]
    sentences: list[str] = []
    for new, old in pairs:
        status = new.policy.facts.get("status")
        why = _place(status.origin) if status else "the register says so"
        adopted = old.policy.facts.get("adopted")
        dated = f" agreed in {adopted.value}" if adopted else ""
        sentences.append(f"Follow “{new.policy.title}”, not the copy{dated} ({why}).")
    quotes = lines(index, [old for _, old in pairs], ("adopted", "review_due"))
    return FactAnswer(" ".join(sentences), quotes, "which")


def _sentence(document: Held, wanted: str, as_of: dt.date) -> tuple[str, tuple[str, ...]]:
    facts, title = document.policy.facts, document.policy.title
    due, adopted, approved = (facts.get(n) for n in ("review_due", "adopted", "approved_by"))
    if wanted in ("review_due", "overdue"):
        if due is None:
            return "", ()
        late = " It is overdue." if is_overdue(document.policy, as_of) else ""
        if wanted == "overdue" and period(due.value) and not late:
            late = " It is in date."
        return f"“{title}” is due for review: {_told(due)}.{late}", ("review_due",)
    if wanted == "approved_by" and approved is not None:
        return f"“{title}” was approved by: {approved.value}.", ("approved_by",)
    if wanted == "adopted" and adopted is not None:
        return f"“{title}” was adopted: {_told(adopted)}.", ("adopted",)
    owner = facts.get("owner")
    if wanted == "owner" and owner is not None:
        return f"“{title}” names as its author or owner: {owner.value}.", ("owner",)
    effective = facts.get("effective")
    if wanted == "adopted" and effective is not None:
        return f"“{title}” applies from: {effective.value}.", ("effective",)
    version = facts.get("version")
    if wanted == "version" and version is not None:
        return f"“{title}” is version {version.value}.", ("version",)
    return "", ()


def _told(fact: Fact) -> str:
    value = fact.value.split(" (")[0]
    return f"{value} ({fact.origin})" if fact.origin.startswith(_INFERRED) else value


def lines(index: Index, documents: Sequence[Held], names: Sequence[str]) -> tuple[Quote, ...]:
    """The lines of documents that state the named facts, each once."""
    made: list[Quote] = []
    for document in documents:
        for name in names:
            fact = document.policy.facts.get(name)
            if fact is not None and fact.span is not None:
                line = quote_fact(index, document, fact)
                if all((line.start, line.source) != (q.start, q.source) for q in made):
                    made.append(line)
    return tuple(made)
