"""A stored policy as pieces to read: its clauses, and the headings and cover lines among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.documents import Clause, Document
from ingest.home import document_path
from ingest.index import Held, Index
from ingest.parsed import parse_all
from ingest.parsing import Task
from ui.policy_link import Place

_LEFT_OUT = ("furniture",)  # running heads and page numbers, which only interrupt


@dataclass(frozen=True)
class PolicyText:
    """A document's pieces in order.

    `whole` is False where the file could not be divided again, so that only what may be quoted is
    known; headings are then those of the clauses below them.
    """

    held: Held
    pieces: tuple[Clause, ...]
    pages: int | None
    whole: bool = True

    def piece(self, wanted: Place) -> Clause | None:
        """The piece that a link names, by its identity or by an offset that it holds."""
        for piece in self.pieces:
            if wanted.clause and piece.id == wanted.clause:
                return piece
            if wanted.at is not None and piece.span.start <= wanted.at < piece.span.end:
                return piece
        return None


def read_policy(index: Index, held: Held) -> PolicyText:
    """The pieces of a document of the index; raises IndexDamaged where the index cannot tell."""
    document = _divided(index, held)
    if document is not None:
        pieces = tuple(c for c in document.clauses if c.kind not in _LEFT_OUT)
        return PolicyText(held, pieces, document.extract.pages)
    shelf = index.shelf(held.policy.school, held.status)
    place = (held.source, held.text_sha256)
    clauses = [p.clause for p in shelf.passages if (p.policy.source, p.text_sha256) == place]
    pages = max((clause.page for clause in clauses if clause.page), default=None)
    return PolicyText(held, tuple(with_headings(clauses)), pages, whole=False)


def _divided(index: Index, held: Held) -> Document | None:
    """The document as its ingest divided it, or None where that cannot be had again."""
    path = document_path(index.home, held.sha256)
    task = Task(held.source, path, held.sha256, ocr=bool(held.ocr))
    for _, found in parse_all(index.home, [task]):
        if isinstance(found, Document) and found.text_sha256 == held.text_sha256:
            return found
    return None


def with_headings(clauses: Sequence[Clause]) -> list[Clause]:
    """Clauses with the headings and lead-ins that they name, each where it first applies."""
    made: list[Clause] = []
    path: tuple[str, ...] = ()
    lead: object = None
    for clause in clauses:
        shared = next(
            (n for n, (a, b) in enumerate(zip(path, clause.heading, strict=False)) if a != b),
            min(len(path), len(clause.heading)),
        )
        for level in range(shared, len(clause.heading)):
            made.append(
                Clause(
                    id=f"heading-{len(made)}",
                    kind="heading",
                    text=clause.heading[level],
                    span=clause.span,
                    heading=clause.heading[:level],
                    page=clause.page,
                )
            )
        if clause.lead_in_span is not None and clause.lead_in_span != lead:
            made.append(
                Clause(
                    id=f"lead-{len(made)}",
                    kind="lead_in",
                    text=clause.lead_in,
                    span=clause.lead_in_span,
                    heading=clause.heading,
                    page=clause.page,
                )
            )
        path, lead = clause.heading, clause.lead_in_span
        made.append(clause)
    return made
