"""The versions of a policy, and what differs between two of them, side by side, as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.changes import Change, ChangeKind, compare
from ingest.documents import Passage
from ingest.index import Held, Index, Manifest
from ui.marks import differing, safe, shown
from ui.register_table import standing

_KINDS: dict[ChangeKind, str] = {
    "reworded": "Reworded",
    "added": "New",
    "dropped": "Taken out",
    "same": "Unchanged",
}


def versions(manifest: Manifest, held: Held) -> list[Held]:
    """All versions of a document's policy, newest first; itself alone where it has no other."""
    beside = [d for d in manifest.documents if d.policy.school == held.policy.school]
    found = [held]
    for _ in beside:  # forwards and backwards, and never for ever
        newer = next((d for d in beside if d.policy.supersedes == found[0].source), None)
        if newer is not None and newer not in found:
            found.insert(0, newer)
        older = next((d for d in beside if d.source == found[-1].policy.supersedes), None)
        if older is not None and older not in found:
            found.append(older)
    return found


def dated(held: Held) -> str:
    """A version by its dates: what tells it from the others of its policy."""
    facts = held.policy.facts
    names = {"version": "", "adopted": "adopted ", "effective": "from ", "written": "written "}
    said = [f"{word}{facts[name].value}" for name, word in names.items() if name in facts]
    return ", ".join([standing(held), *(said or ["undated"])])


def compared(index: Index, old: Held, new: Held) -> list[Change]:
    """Every clause of both versions, paired."""
    return compare(_passages(index, old), _passages(index, new))


def counted(changes: Sequence[Change]) -> str:
    """How many clauses changed, and how."""
    counts = Counter(change.kind for change in changes)
    if not counts.keys() - {"same"}:
        return "No clause differs between the two."
    said = [f"{counts[kind]} {word.lower()}" for kind, word in _KINDS.items() if counts[kind]]
    return f"Clauses: {', '.join(said)}."


def differences(changes: Sequence[Change]) -> str:
    """What changed, in the order of the newer version; then what was taken out."""
    rows = "".join(_row(change) for change in changes if change.kind != "same")
    return f'<div class="cv-changes">{rows}</div>' if rows else ""


def _row(change: Change) -> str:
    old = shown(_words(change.old)) if change.old else ""
    new = shown(_words(change.new)) if change.new else ""
    if change.old and change.new:
        old, new = differing(_words(change.old), _words(change.new))
    where = change.new or change.old
    assert where is not None  # a change has at least one side
    heading = " › ".join(shown(part) for part in where.clause.heading[-1:])
    number = safe(where.clause.number)
    place = " ".join(part for part in (number, heading) if part)
    return (
        f'<article class="cv-change cv-change-{change.kind}"><h3>{_KINDS[change.kind]}'
        f"{f': {place}' if place else ''}</h3>"
        f'<div class="cv-sides">{_side("Before", old)}{_side("Now", new)}</div></article>'
    )


def _side(called: str, words: str) -> str:
    said = f"<p>{words}</p>" if words else '<p class="cv-none">Nothing of the kind.</p>'
    return f'<div class="cv-side"><h4>{called}</h4>{said}</div>'


def _words(passage: Passage) -> str:
    """The clause with the lead-ins that give it its meaning."""
    return passage.clause.reading


def _passages(index: Index, held: Held) -> list[Passage]:
    place = (held.source, held.text_sha256)
    shelf = index.shelf(held.policy.school, held.status)
    return [p for p in shelf.passages if (p.policy.source, p.text_sha256) == place]
