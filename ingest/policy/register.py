"""What each policy says of itself, and what `register.toml` says for it."""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingest.clauses.blocks import knows_paragraphs
from ingest.documents import Audience, Body, Document, Fact, IngestError, Policy, Span, Status
from ingest.policy.cover import own_facts

_STRICT = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

# What may stand for a status; a template is kept from answering as a draft is.
_STATUSES: dict[str, Status] = {
    "current": "current",
    "superseded": "superseded",
    "draft": "draft",
    "template": "draft",
}


class RegisteredFact(BaseModel):
    """A value with where it comes from; `line` is the document's own words."""

    model_config = _STRICT

    value: str = Field(min_length=1)
    origin: str = Field(alias="from", min_length=1)
    line: str = ""


class School(BaseModel):
    """A body that has policies: a school, a trust, an authority or a union."""

    model_config = _STRICT

    key: str = Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?$")
    name: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    body: Body = "school"
    name_from: str = ""
    ask: str = ""
    ask_from: str = ""
    safeguarding: str = ""
    safeguarding_from: str = ""


class RegisteredPolicy(BaseModel):
    model_config = _STRICT

    school: str
    source: str
    title: RegisteredFact | None = None
    version: RegisteredFact | None = None
    adopted: RegisteredFact | None = None
    approved_by: RegisteredFact | None = None
    review_due: RegisteredFact | None = None
    owner: RegisteredFact | None = None
    status: RegisteredFact | None = None
    supersedes: str = ""
    applies_to: tuple[str, ...] = ()
    audience: tuple[Audience, ...] = ()
    rights: str = ""
    ask: str = ""
    safeguarding: str = ""

    @model_validator(mode="after")
    def _known_status(self) -> RegisteredPolicy:
        if self.status and self.status.value not in _STATUSES:
            raise ValueError(
                f"status {self.status.value!r} is not current, superseded, draft or template"
            )
        return self


class Register(BaseModel):
    """`register.toml` of a folder; empty where there is none."""

    model_config = _STRICT

    school: tuple[School, ...] = ()
    policy: tuple[RegisteredPolicy, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Register:
        keys = [school.key for school in self.school]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"school {key!r} is listed twice")
        sources = [policy.source for policy in self.policy]
        for policy in self.policy:
            if policy.school not in keys:
                raise ValueError(f"policy {policy.source!r} names an unlisted school")
            if sources.count(policy.source) > 1:
                raise ValueError(f"policy {policy.source!r} is listed twice")
            if policy.supersedes and policy.supersedes not in sources:
                raise ValueError(f"policy {policy.source!r} supersedes an unlisted file")
        return self

    def of(self, source: str) -> RegisteredPolicy | None:
        return next((policy for policy in self.policy if policy.source == source), None)

    def named(self, key: str) -> School | None:
        return next((school for school in self.school if school.key == key), None)


def read_register(path: Path) -> Register:
    """The register in a file; an empty one where the file does not exist."""
    if not path.is_file():
        return Register()
    try:
        return Register.model_validate(tomllib.loads(path.read_text("utf-8-sig")))
    except OSError as error:
        raise IngestError(
            f"{path} cannot be read ({error.strerror}); check its permissions."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise IngestError(f"{path} is not readable as TOML ({error}); correct it.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "register"
        raise IngestError(f"{path}: {where}: {first['msg']}; correct it.") from error


def school_key(name: str) -> str:
    """A school's name as a key: "St Mary's Primary" → "st-marys-primary"."""
    plain = unicodedata.normalize("NFKD", re.sub(r"[’']", "", name.lower()))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    key = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if key and len(key) <= 60:
        return key
    # Two long names, or two in another script, must not become one school.
    return f"{key[:50].strip('-') or 'school'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def describe(document: Document, school: School, registered: RegisteredPolicy | None) -> Policy:
    """The policy a document holds: the register's word first, then the document's own lines."""
    properties = document.extract.properties
    facts = own_facts(
        document.text,
        document.clauses,
        properties,
        document.source,
        wrapped=knows_paragraphs(document.extract.marks),
    )
    supersedes: str = ""
    applies: tuple[str, ...] = ()
    settled = False
    if registered is not None:
        for name in ("title", "version", "adopted", "approved_by", "review_due", "owner", "status"):
            fact: RegisteredFact | None = getattr(registered, name)
            if fact is not None:
                span = _find(document.text, fact.line) if fact.line else None
                if fact.line and span is None:
                    raise IngestError(
                        f"{document.source}: the register's line {fact.line!r} for {name} is not "
                        "in the document; correct register.toml."
                    )
                facts[name] = Fact(fact.value, fact.origin, span)
        supersedes, applies = registered.supersedes, registered.applies_to
        settled = registered.status is not None or supersedes != ""
    return Policy(
        school=school.key,
        school_name=school.name,
        title=facts["title"].value,
        source=document.source,
        body=school.body,
        status=_STATUSES[facts["status"].value],
        applies_to=applies,
        facts=facts,
        supersedes=supersedes,
        settled=settled,
        ask=(registered.ask if registered else "") or school.ask,
        safeguarding=(registered.safeguarding if registered else "") or school.safeguarding,
        rights=registered.rights if registered else "",
        audience=registered.audience if registered else (),
    )


def _find(text: str, line: str) -> Span | None:
    """Where a line stands in a text, white space aside."""
    pattern = r"\s+".join(re.escape(word) for word in line.split())
    match = re.search(pattern, text)
    return Span(match.start(), match.end()) if match else None


def as_record(policy: Policy) -> dict[str, Any]:
    """Plain data for storage; `from_record` reads it back."""
    record = {k: getattr(policy, k) for k in Policy.__dataclass_fields__ if k != "facts"}
    record["facts"] = {name: _row(fact) for name, fact in policy.facts.items()}
    return record


def from_record(record: dict[str, Any]) -> Policy:
    facts = {name: _fact(row) for name, row in record["facts"].items()}
    plain: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in record.items() if k != "facts"
    }
    return Policy(**plain, facts=facts)


def _row(fact: Fact) -> list[Any]:
    span = [fact.span.start, fact.span.end] if fact.span else None
    return [fact.value, fact.origin, span, [_row(other) for other in fact.also]]


def _fact(row: list[Any]) -> Fact:
    value, origin, span, also = row
    return Fact(value, origin, Span(*span) if span else None, tuple(map(_fact, also)))
