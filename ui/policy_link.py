"""Links that open a policy at a clause, and what they lead to when files have changed since."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from ingest.index import Held, Manifest

PAGE = "policies"  # where the register is, relative to every other place
NAMES = frozenset(("file", "of", "clause", "at"))  # of a link's parameters
_SHOWN = 16  # of a sha256's 64 figures: enough to tell any two files
_LONGEST = 400  # characters of a source; no file of ours has a longer name

GONE = (
    "The policy that this link leads to is not here any more: it was removed or replaced, or part "
    "of the link is missing. Look for it in the list below."
)
REPLACED = (
    "The copy that this link leads to has been replaced since; this is the policy as it stands now."
)


@dataclass(frozen=True)
class Place:
    """Where in the policies a link leads: a file, and a clause or an offset in its text."""

    file: str = ""  # the beginning of its sha256
    source: str = ""
    clause: str = ""
    at: int | None = None


def parameters(sha256: str, source: str, clause: str = "", at: int | None = None) -> dict[str, str]:
    """What a link says after its question mark."""
    given = {"file": sha256[:_SHOWN], "of": source, "clause": clause}
    if at is not None and not clause:
        given["at"] = str(at)
    return {name: value for name, value in given.items() if value}


def link(sha256: str, source: str, clause: str = "", at: int | None = None) -> str:
    return f"{PAGE}?{urlencode(parameters(sha256, source, clause, at))}"


def place(given: Mapping[str, str]) -> Place:
    """What a link's parameters name; whatever has not the form of one of ours counts as absent."""
    file, clause, at = (given.get(name, "") for name in ("file", "clause", "at"))
    return Place(
        file=file if re.fullmatch(r"[0-9a-f]{16,64}", file) else "",
        source=given.get("of", "")[:_LONGEST],
        clause=clause if re.fullmatch(r"[0-9a-f]{16}(-\d{1,6})?", clause) else "",
        at=int(at) if re.fullmatch(r"\d{1,9}", at) else None,
    )


def find(manifest: Manifest, wanted: Place) -> tuple[Held | None, str]:
    """The document that a link leads to, and a sentence where that is not what it once was."""
    exact = [
        held for held in manifest.documents if wanted.file and held.sha256.startswith(wanted.file)
    ]
    if exact:  # two schools may hold one file
        return next((held for held in exact if held.source == wanted.source), exact[0]), ""
    named = [
        held
        for held in manifest.documents
        if wanted.source and wanted.source in (held.source, *held.names)
    ]
    if named:
        return named[0], REPLACED
    return None, GONE
