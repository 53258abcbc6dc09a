"""The register as a list to search and to filter: one entry a document of the index."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.facts import is_overdue
from ingest.documents import flow
from ingest.index import Held, Manifest
from ui.marks import safe

EVERY = ""  # the key that filters nothing
STATUSES = {"current": "In force", "superseded": "Superseded", "draft": "Draft"}
_BODIES = {
    "trust": "The trust’s, not the school’s own",
    "authority": "Guidance from an authority",
    "union": "Union guidance, not school policy",
}
_SEARCHED = ("approved_by", "owner", "version", "adopted", "review_due")


@dataclass(frozen=True)
class Entry:
    """One line of the register; `standing` is its status in words, `due` as the policy says it."""

    held: Held
    title: str
    school: str
    status: str
    standing: str
    due: str
    overdue: bool
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What a search looks through."""
        facts = self.held.policy.facts
        values = (facts[name].value for name in _SEARCHED if name in facts)
        return _plain(" ".join((self.title, self.school, self.held.source, self.standing, *values)))


def entries(manifest: Manifest, today: dt.date) -> list[Entry]:
    """Every document, by school and title, what is in force before what is not."""
    made = [_entry(held, today) for held in manifest.documents]
    return sorted(
        made, key=lambda e: (_plain(e.school), e.status == "superseded", _plain(e.title), e.due)
    )


def chosen(
    register: Sequence[Entry],
    words: str = "",
    school: str = EVERY,
    status: str = EVERY,
    overdue: bool = False,
) -> list[Entry]:
    """Entries that hold the beginning of every word searched for and pass every filter."""
    wanted = _plain(words).split()
    return [
        entry
        for entry in register
        if (not school or entry.held.policy.school == school)
        and (not status or entry.status == status)
        and (not overdue or entry.overdue)
        and all(re.search(rf"\b{re.escape(word)}", entry.words) for word in wanted)
    ]


def counted(found: Sequence[Entry], register: Sequence[Entry]) -> str:
    """How many entries are shown, of how many, and how many of them are overdue."""
    if not found:
        return "No policy is found by this; change the search or the filters."
    every = len(register)
    of = f" of {every}" if len(found) < every else ""
    late = sum(entry.overdue for entry in found)
    return (
        f"{len(found)}{of} {'policy' if every == 1 else 'policies'}"
        f"{f', {late} overdue for review' if late else ''}."
    )


def schools(register: Sequence[Entry]) -> dict[str, str]:
    """Key → name of each school that has an entry, after the choice of all."""
    named = {entry.held.policy.school: entry.school for entry in register}
    return {EVERY: "All schools", **named}


def line(entry: Entry) -> str:
    """What stands below a title in the list, as HTML."""
    parts = [f"<span>{safe(entry.school)}</span>", f"<span>{safe(entry.standing)}</span>"]
    if entry.due:
        parts.append(f"<span>review due {safe(entry.due)}</span>")
    marks = [mark("Overdue for review")] if entry.overdue else []
    marks += [mark(note) for note in entry.notes]
    return f'<p class="cv-entry">{" ".join(parts)}{"".join(f" {m}" for m in marks)}</p>'


def mark(words: str) -> str:
    """A label that stands out by its frame, not by its colour alone."""
    return f'<span class="cv-label">{safe(words)}</span>'


def _entry(held: Held, today: dt.date) -> Entry:
    policy = held.policy
    due = policy.facts.get("review_due")
    return Entry(
        held=held,
        title=flow(policy.title),
        school=flow(policy.school_name),
        status=policy.status,
        standing=standing(held),
        due=flow(due.value) if due else "",
        overdue=policy.status == "current" and is_overdue(policy, today),
        notes=tuple(notes(held)),
    )


def standing(held: Held) -> str:
    """Whether a policy is in force, in words, and whether that is only our inference."""
    fact = held.policy.facts.get("status")
    if fact is not None and fact.value == "template":
        return "Template, not in force"
    inferred = fact is not None and fact.origin.startswith("inferred:")
    return f"{STATUSES[held.policy.status]}{' (inferred)' if inferred else ''}"


def notes(held: Held) -> list[str]:
    """What a reader must know of a document before taking it for the school's own policy."""
    body = _BODIES.get(held.policy.body)
    found = [body] if body else []
    if held.stale:
        found.append("Could not be read again lately")
    if held.ocr:
        found.append("Read from a scan")
    return found


def _plain(text: str) -> str:
    """Lower case without accents and punctuation, so that what is typed on a phone is found."""
    spread = unicodedata.normalize("NFKD", re.sub(r"[’'`]", "", flow(text).casefold()))
    bare = "".join(char for char in spread if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", " ", bare).strip()
