"""The only maker of quotes, and the judge of every sentence that an answer says.

A quote is a slice of a stored document, taken from the document itself and compared with what the
index remembers. A sentence passes when it is one of our fixed phrases or stands word for word, line
breaks closed, in a quote it comes with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.answer import AssistantError, Modality, Quote, QuoteKind
from ingest.documents import Fact, Passage, Policy, Span, flow
from ingest.index import Held, Index


class Unverified(AssistantError):
    """The index and the stored document disagree, so nothing is quoted."""


def quote(
    index: Index, passage: Passage, kind: QuoteKind, modality: Modality, flags: Sequence[str] = ()
) -> Quote:
    """The passage's clause as a verbatim span of its stored document."""
    clause, policy = passage.clause, passage.policy
    text = index.text(passage.text_sha256)
    taken = _slice(text, clause.span, clause.text, policy)
    lead = clause.lead_in_span
    if lead is not None:
        _slice(text, lead, clause.lead_in, policy)
    return Quote(
        text=taken,
        kind=kind,
        lead_in=lead.of(text) if lead else "",
        lead_in_start=lead.start if lead else None,
        lead_in_end=lead.end if lead else None,
        school=policy.school_name,
        policy=policy.title,
        status=policy.status,
        clause=clause.number,
        heading=clause.heading,
        modality=modality,
        source=policy.source,
        sha256=passage.sha256,
        text_sha256=passage.text_sha256,
        page=clause.page,
        start=clause.span.start,
        end=clause.span.end,
        origin="guidance"
        if policy.body in ("authority", "trust") and clause.origin == "policy"
        else clause.origin,
        flags=tuple(flags),
        clause_id=clause.id,
    )


def quote_fact(index: Index, held: Held, fact: Fact) -> Quote:
    """The line of a document that states a register fact."""
    if fact.span is None:
        raise Unverified(f"{held.source} has no line that says {fact.value!r}.")
    text = index.text(held.text_sha256)
    return Quote(
        text=fact.span.of(text),
        kind="register",
        school=held.policy.school_name,
        policy=held.policy.title,
        status=held.policy.status,
        modality="statement",
        source=held.source,
        sha256=held.sha256,
        text_sha256=held.text_sha256,
        start=fact.span.start,
        end=fact.span.end,
    )


def says_only(answer: str, quotes: Iterable[Quote], fixed: Iterable[str]) -> bool:
    """True when an answer is made of fixed phrases and of words that its quotes have verbatim."""
    rest = answer
    for phrase in sorted(fixed, key=len, reverse=True):
        rest = rest.replace(phrase, "\n")
    lines = [_shown(q) for q in quotes]
    for part in (p.strip() for p in rest.split("\n")):
        bare = part.rstrip(".").strip()
        if re.search(r"\w", bare) and not any(bare in line for line in lines):
            return False
    return True


def _shown(made: Quote) -> str:
    return flow(f"{made.lead_in} {made.text}" if made.lead_in else made.text)


def _slice(text: str, span: Span, remembered: str, policy: Policy) -> str:
    if not 0 <= span.start < span.end <= len(text) or span.of(text) != remembered:
        raise Unverified(
            f"The index of {policy.source} disagrees with the stored document; "
            "run `verse ingest` to rebuild it."
        )
    return span.of(text)
