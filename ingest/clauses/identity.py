"""What makes a clause the same clause in another copy of its policy."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ingest.documents import Clause, flow


def identify(clauses: Iterable[Clause]) -> list[Clause]:
    """Give each stretch an identity that survives another file format and an edit elsewhere."""
    seen: Counter[str] = Counter()
    named: list[Clause] = []
    for clause in clauses:
        words = "\x1f".join(
            (
                clause.kind,
                clause.number,
                *clause.heading,
                *(flow(lead.text) for lead in clause.outer),
                flow(clause.lead_in),
                flow(clause.text),
            )
        )
        digest = hashlib.sha256(words.replace("’", "'").encode("utf-8", "replace")).hexdigest()[:16]
        seen[digest] += 1
        suffix = f"-{seen[digest]}" if seen[digest] > 1 else ""
        named.append(replace(clause, id=digest + suffix))
    return named
