"""The nouns of an answer: the contract of `verse ask --json`, the API and the audit log."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from ingest.documents import flow

AnswerStatus = Literal["answered", "not_covered", "declined", "clarify", "failed"]
Verdict = Literal[
    "permitted",
    "not_permitted",
    "conditional",
    "required",
    "advised",
    "advised_against",
    "informational",
    "not_covered",
]
QuoteKind = Literal[
    "rule", "exception", "condition", "definition", "procedure", "register", "related"
]
Modality = Literal[
    "prohibition", "permission", "obligation", "advice", "advice_against", "statement"
]
Role = Literal[
    "staff", "headteacher", "governor", "volunteer", "parent", "pupil", "visitor", "contractor"
]
MODALITIES: tuple[Modality, ...] = get_args(Modality)
ROLES: tuple[str, ...] = get_args(Role)


class AssistantError(Exception):
    """What happened, to which file or value, and what to do, in one sentence."""

    wrong_usage = False  # the caller asked amiss, rather than something broke


def _writable(text: str) -> str:
    """Half a surrogate pair, which JSON can spell and UTF-8 cannot, becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


Text = Annotated[str, AfterValidator(_writable)]


class Question(BaseModel):
    """What is asked, by whom, of which school, and as of when."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: Text
    id: Text | None = None
    history: tuple[Text, ...] = ()  # the asker's earlier questions, oldest first
    school: Text | None = None
    role: Role = "staff"
    as_of: dt.date | None = None  # None: today

    @field_validator("as_of", mode="before")
    @classmethod
    def _no_number(cls, value: object) -> object:
        if isinstance(value, int | float):  # pydantic would count seconds from 1970
            raise ValueError(f"{value} is no date like 2026-11-20")
        return value


class Scope(BaseModel):
    model_config = ConfigDict(frozen=True)

    school: Text | None
    role: Role
    as_of: dt.date


class LeadIn(BaseModel):
    """Words that give a quote its meaning, as a span of the document that the quote is from."""

    model_config = ConfigDict(frozen=True)

    text: str
    start: int
    end: int


class Quote(BaseModel):
    """A character span of a stored document. Only `assistant.verify` makes one.

    Spans are Unicode code points of the extracted text, end exclusive; `text` equals that slice.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    kind: QuoteKind
    lead_in: str = ""
    lead_in_start: int | None = None
    lead_in_end: int | None = None
    outer_lead_ins: tuple[LeadIn, ...] = ()  # above `lead_in`, outermost first
    school: str
    policy: str
    status: Literal["current", "superseded", "draft"]
    clause: str = ""
    heading: tuple[str, ...] = ()
    modality: Modality
    source: str
    sha256: str
    text_sha256: str
    page: int | None = None
    start: int
    end: int
    origin: Literal["policy", "guidance", "union", "template"] = "policy"
    flags: tuple[str, ...] = ()
    clause_id: str = ""

    @property
    def led(self) -> str:
        """Its lead-ins as one line, outermost first; "" where it has none."""
        return flow(" ".join([*(lead.text for lead in self.outer_lead_ins), self.lead_in]))


class Part(BaseModel):
    """One school's share of an answer that spans several, or the answer to one question of several.

    `quotes` are indexes into the whole's.
    """

    model_config = ConfigDict(frozen=True)

    school: str
    question: str = ""  # as typed, where a message asks several
    verdict: Verdict
    answer: str
    quotes: tuple[int, ...] = ()


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: Text | None = None
    question: Text
    history: tuple[Text, ...] = ()
    scope: Scope
    status: AnswerStatus
    verdict: Verdict
    answer: str
    quotes: tuple[Quote, ...] = ()
    notices: tuple[str, ...] = ()
    ask: str = ""
    confidence: float = Field(ge=0, le=1)
    answered_by: str = "extractive"
    seconds: float = 0.0
    parts: tuple[Part, ...] = ()
    options: tuple[str, ...] = ()
    understood: str = ""
    closest: str = ""  # when not covered: the nearest clause, named and never quoted

    def line(self) -> str:
        """One line of JSON, by whatever a reader takes for a line end."""
        line = self.model_dump_json()
        return re.sub("[\x85\u2028\u2029]", lambda end: f"\\u{ord(end.group()):04x}", line)


def schema() -> dict[str, Any]:
    return Answer.model_json_schema(mode="serialization")


if __name__ == "__main__":
    print(json.dumps(schema(), indent=1))
