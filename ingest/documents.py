"""The nouns: a document's text, the clauses in it, and what its policy says of itself."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Literal

from ingest.extract import Extract

ClauseKind = Literal[
    "clause",  # what the policy numbers or bullets, or one rule in running prose
    "title",  # the document's name on its cover
    "cover",  # "Approved by", "Next review": register facts
    "heading",
    "lead_in",  # "Staff should not:", which gives its bullets their meaning
    "links",  # lists of web addresses
    "contact",  # a name, a job and an address
    "signature",  # form fields
    "version_table",
    "furniture",  # running heads and feet, page numbers, crests
    "unknown",  # counts as lost
]

Status = Literal["current", "superseded", "draft"]
Body = Literal["school", "trust", "authority", "union"]
Audience = Literal["public", "parents", "staff", "governors"]


class IngestError(Exception):
    """What happened, to which file or value, and what to do, in one sentence."""

    wrong_usage = False  # the caller asked amiss, rather than something broke


class NoText(IngestError):
    """A file of pictures, or of fonts that hide their text: its pages can only be seen."""


class NoFolder(IngestError):
    """The folder to be indexed does not exist."""

    wrong_usage = True


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of extracted text in Unicode code points, end exclusive."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True)
class Lead:
    """Words that give the items below them their meaning."""

    text: str
    span: Span


@dataclass(frozen=True)
class Reference:
    """Words that point elsewhere: to a clause of the same document by id, or to a source."""

    span: Span
    target: str


@dataclass(frozen=True)
class Clause:
    """A labelled stretch of a document; only those of kind "clause" are ever offered as rules.

    `number` is the number a reader would cite: the clause's own, else that of its numbered
    lead-in, else that of its innermost heading; "" where there is none.
    `heading` runs from the outermost heading to the innermost, and `outer` holds the lead-ins
    above `lead_in` in the same order, where lists stand in lists.
    """

    id: str
    kind: ClauseKind
    text: str
    span: Span
    number: str = ""
    heading: tuple[str, ...] = ()
    lead_in: str = ""
    lead_in_span: Span | None = None
    outer: tuple[Lead, ...] = ()
    page: int | None = None
    origin: Literal["policy", "guidance", "union", "template"] = "policy"
    references: tuple[Reference, ...] = ()

    @property
    def led(self) -> str:
        """Its lead-ins as one line, outermost first; "" where it has none."""
        return flow(" ".join([*(lead.text for lead in self.outer), self.lead_in]))

    @property
    def reading(self) -> str:
        """Lead-ins and text as one line, for reading and embedding; never for quoting."""
        return f"{self.led} {flow(self.text)}".strip()


@dataclass(frozen=True)
class Document:
    """One file: its bytes' hash, what a reader took from it, and the clauses found in its text."""

    source: str  # relative to the ingested folder, with forward slashes
    sha256: str  # of the file's bytes
    extract: Extract
    clauses: tuple[Clause, ...] = ()

    @property
    def text(self) -> str:
        return self.extract.text

    @property
    def text_sha256(self) -> str:
        return hash_text(self.text)


@dataclass(frozen=True)
class Fact:
    """A value of the register and where it comes from; `span` where the document says it.

    An `origin` that begins with "inferred:" goes on to say why. `also` holds what other places of
    the same document say instead.
    """

    value: str
    origin: str
    span: Span | None = None
    also: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Policy:
    """What a policy says of itself, or what the register says for it."""

    school: str  # key, e.g. "dothill"
    school_name: str
    title: str
    source: str
    body: Body = "school"
    status: Status = "current"
    applies_to: tuple[str, ...] = ()  # other schools' keys for which this one answers
    facts: dict[str, Fact] = field(default_factory=dict)  # title, status, adopted, review_due, …
    supersedes: str = ""  # source of the older version
    settled: bool = False  # the register gives its status, so none is inferred
    ask: str = ""  # whom to ask where the policies are silent
    safeguarding: str = ""
    rights: str = ""
    audience: tuple[Audience, ...] = ()  # whom it is for; () where the register does not say


@dataclass(frozen=True)
class Passage:
    """A clause together with the policy and the file it stands in: all an answer needs."""

    clause: Clause
    policy: Policy
    sha256: str
    text_sha256: str


def hash_text(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def flow(text: str) -> str:
    """Close line breaks, hyphenated line ends and runs of space, for eyes and models."""
    # Tag characters are never seen and only ever meant for machines.
    text = re.sub(r"\u00ad\s*|[\U000e0000-\U000e007f]", "", text)
    return re.sub(r"\s+", " ", re.sub(r"(?<=[a-z])-\r?\n(?=[a-z])", "-", text)).strip()
