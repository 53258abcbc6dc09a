"""What waits, what was done and what would be undone, as HTML and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.documents import flow
from ingest.index import Held, Manifest
from ui.marks import safe, shown
from ui.upload import Found

REMOVAL = (
    "Its clauses will answer no question any more. You can go back to the state before, under "
    "“Add policies”."
)
_MOST = 12  # names in one list


def not_uploaded(held: Held) -> str:
    return (
        f"{shown('This policy was not uploaded here')}: take <code>{safe(held.source)}</code> out "
        f"of <code>{safe(held.folder)}</code>, then run "
        f"<code>verse ingest {safe(held.folder)}</code>."
    )


def waiting(found: Found) -> str:
    """A file that waits, as it was read; or why it could not be."""
    head = f"<h3>{safe(found.name)}</h3>"
    if found.trouble:
        return f'{head}<p class="cv-alert">This file {safe(found.trouble)}.</p>'
    pages = f"{found.pages} page{'s'[: found.pages != 1]}, " if found.pages else ""
    clauses = f"{found.clauses} clause{'s'[: found.clauses != 1]}"
    rows = [*found.warnings]
    if found.here_as:
        rows.insert(
            0, f"This very file is here already, as “{found.here_as}”; only its details change."
        )
    told = "".join(f"<li>{shown(row)}</li>" for row in rows)
    notes = f'<ul class="cv-notices" aria-label="Please note">{told}</ul>' if told else ""
    return f'{head}<p class="cv-where">{pages}{clauses}</p>{notes}'


def where(value: str, origin: str) -> str:
    """Where a value was read, for the line below its box."""
    if not value:
        return "The file does not say."
    return (
        f"Read from: {flow(origin)}."
        if not origin.startswith("inferred:")
        else f"{flow(origin)[:1].upper()}{flow(origin)[1:]}."
    )


def taken_in(report: Mapping[str, Any]) -> str:
    """An ingest's report: what is live now, and what was not read."""
    new = {*report["added"], *report["updated"]}
    rows = [row for row in report["documents"] if row["source"] in new]
    made = [
        f"<li><strong>{shown(row['title'])}</strong>: {row['clauses']} "
        f"clause{'s'[: row['clauses'] != 1]}{_lost(row)}</li>"
        for row in rows
    ]
    failed = [f"<li>{shown(failure)}.</li>" for failure in report["failures"]]
    head = "These policies are live now:" if made else "The details are live now."
    return f"<p>{head}</p>{_list(made)}" + (
        f"<p>These could not be taken in and still wait:</p>{_list(failed)}" if failed else ""
    )


def _lost(row: Mapping[str, Any]) -> str:
    lost = row["words_lost"]
    return f", {lost:.0%} of its words could not be placed" if lost and lost >= 0.01 else ""


def removed(held: Held) -> str:
    return f"<p>“{shown(held.policy.title)}” was removed.</p>"


def undone(now: Manifest, before: Manifest) -> list[str]:
    """What going back would change, as HTML sentences; empty where nothing would."""
    new, old = _by_place(now), _by_place(before)
    gone = [new[place] for place in new.keys() - old.keys()]
    back = [old[place] for place in old.keys() - new.keys()]
    changed = [old[p] for p in new.keys() & old.keys() if _differ(new[p], old[p])]
    rows = (("Taken out", gone), ("Brought back", back), ("As it was before", changed))
    return [f"{called}: {_named(some)}." for called, some in rows if some]


def _by_place(manifest: Manifest) -> dict[tuple[str, str], Held]:
    return {(held.policy.school, held.source): held for held in manifest.documents}


def _differ(one: Held, other: Held) -> bool:
    return (one.sha256, one.policy) != (other.sha256, other.policy)


def _named(some: Sequence[Held]) -> str:
    names = sorted(f"“{shown(held.policy.title)}”" for held in some)
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more


def _list(rows: Sequence[str]) -> str:
    return f"<ul>{''.join(rows)}</ul>" if rows else ""
