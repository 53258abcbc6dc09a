"""A shelf as one file: its passages as rows, and their vectors."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ingest.documents import Clause, Lead, Passage, Policy, Reference, Span
from ingest.embedding import Vectors
from ingest.home import to_disk


def row_of(passage: Passage) -> list[Any]:
    """A passage as plain data, less what all passages of its document share."""
    c = passage.clause
    lead = [c.lead_in_span.start, c.lead_in_span.end] if c.lead_in_span else None
    outer = [[o.text, o.span.start, o.span.end] for o in c.outer]
    place = [c.id, c.span.start, c.span.end, c.number, list(c.heading), c.lead_in, lead, outer]
    refers = [[r.span.start, r.span.end, r.target] for r in c.references]
    return [passage.policy.source, passage.text_sha256, *place, c.page, c.origin, c.text, refers]


def passage_of(row: list[Any], held: Mapping[tuple[str, str], tuple[Policy, str]]) -> Passage:
    """`held` maps a document's source and text hash to its policy and file hash."""
    source, text_sha256, id, start, end, number, heading, lead_in, lead, outer, *rest = row
    page, origin, text, refers = rest
    clause = Clause(
        id, "clause", text, Span(start, end), number, tuple(heading), lead_in,
        Span(*lead) if lead else None, tuple(Lead(t, Span(a, b)) for t, a, b in outer),
        page, origin, tuple(Reference(Span(a, b), target) for a, b, target in refers),
    )  # fmt: skip
    policy, sha256 = held[source, text_sha256]
    return Passage(clause, policy, sha256, text_sha256)


def write_snapshot(path: Path, rows: list[list[Any]], vectors: Vectors) -> str:
    """Returns the file's hash."""
    with path.open("wb") as file:
        packed = np.frombuffer(json.dumps(rows).encode(), np.uint8)
        np.savez(file, rows=packed, vectors=vectors)
        to_disk(file)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_snapshot(path: Path, digest: str) -> tuple[list[list[Any]], Vectors]:
    """Rows and vectors; raises OSError or ValueError where the file is not as it was written."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError("snapshot differs from its manifest")
    with np.load(io.BytesIO(data)) as arrays:
        return json.loads(arrays["rows"].tobytes()), arrays["vectors"]
