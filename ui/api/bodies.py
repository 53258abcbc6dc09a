"""What comes in and goes out of the API; `assistant.answer` has the answer itself."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from assistant.answer import Quote, Role, Text
from assistant.ask import MOST_EARLIER
from assistant.triage import LONGEST

POLICY_ID = r"^[0-9a-f]{16}$"
CLAUSE_ID = r"^[0-9a-f]{16}(-[0-9]{1,6})?$"
SHA256 = r"^[0-9a-f]{64}$"
ANSWER_ID = r"^[A-Za-z0-9_-]{8,64}$"
# White space by everybody's reckoning: engines differ on a few characters more.
_BLANK = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
LONGEST_WORD = 500  # characters of a feedback


def _day(value: object) -> object:
    """Days alone: pydantic would take seconds since 1970, and times of day, too."""
    if value is None or isinstance(value, dt.date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError("a date is written like 2026-11-20")
    return value


def _said(text: str) -> str:
    if not text.strip(_BLANK):
        raise ValueError("it is empty")
    return text


Day = Annotated[dt.date, BeforeValidator(_day)]
Named = Annotated[Text, Field(min_length=1, max_length=200)]
Asked = Annotated[
    Text,
    AfterValidator(_said),
    Field(min_length=1, max_length=LONGEST, json_schema_extra={"pattern": r"\S"}),
]


class AskBody(BaseModel):
    """A question; an unknown member is an error, for a misspelt one would change the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Asked = Field(examples=["Can I text a parent on a trip?"])
    history: tuple[Asked, ...] = Field(
        default=(),
        max_length=MOST_EARLIER,
        description="The asker's earlier questions, oldest first",
    )
    school: Named | None = Field(
        default=None,
        description="Key, name or a part of it; left out: whichever the question names",
    )
    role: Role = Field(default="staff", description="Who asks; the question's own words win")
    as_of: Day | None = Field(default=None, description="The day to answer for; left out: today")


class FeedbackBody(BaseModel):
    """Whether an answer helped; an empty thumb takes back what was said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=ANSWER_ID, description="The answer's `id`")]
    thumb: Literal["up", "down", ""]
    word: Annotated[Text, Field(max_length=LONGEST_WORD)] = ""


class Thanks(BaseModel):
    """What became of a feedback."""

    kept: bool
    said: str = Field(default="", description="Why it was not kept, in a sentence")


class SchoolLine(BaseModel):
    key: str
    name: str


class Schools(BaseModel):
    schools: list[SchoolLine]


class FactLine(BaseModel):
    """A value of the register, and where it comes from."""

    value: str
    origin: str


class PolicyLine(BaseModel):
    """A policy, as the register has it."""

    id: str = Field(pattern=POLICY_ID)
    school: str = Field(description="The school's key")
    school_name: str
    title: str
    status: Literal["current", "superseded", "draft"]
    body: Literal["school", "trust", "authority", "union"]
    source: str
    sha256: str = Field(pattern=SHA256, description="Of the file: /documents/{sha256}")
    text_sha256: str = Field(pattern=SHA256)
    overdue: bool = Field(description="In force, and its review was due before today")
    facts: dict[str, FactLine]
    notes: list[str] = Field(description="What to know before relying on it")
    link: str = Field(description="Its page, relative to this server")


class Policies(BaseModel):
    policies: list[PolicyLine]


class ClauseLine(BaseModel):
    """A clause by its name; /clauses/{id} quotes it."""

    id: str = Field(pattern=CLAUSE_ID)
    number: str
    heading: list[str]
    page: int | None


class PolicyBody(PolicyLine):
    clauses: list[ClauseLine]


class Standing(BaseModel):
    """A policy that a clause stands in, and the clause quoted from it."""

    policy: PolicyLine
    quote: Quote
    link: str = Field(description="The page of the policy at this clause, relative to this server")


class ClauseBody(BaseModel):
    """A clause wherever it stands, word for word; what is in force comes first."""

    id: str = Field(pattern=CLAUSE_ID)
    places: list[Standing]


class Health(BaseModel):
    """Whether questions can be answered, and by what."""

    live: Literal[True] = True
    ready: bool
    generation: str = Field(default="", description="Of the index; empty to those who may not know")
    model: str = ""
    reader: bool = False
    audit: str = Field(
        default="", description="Why answers cannot be kept, in a sentence; empty: all well"
    )
    trouble: str = Field(default="", description="Why we are not ready, in a sentence")
