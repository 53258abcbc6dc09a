"""What a language model hands in: sentences, each with the clauses it rests on, and a verdict."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.answer import Verdict

LONGEST = 800  # characters of a sentence
MOST = 6  # sentences of an answer


class Said(BaseModel):
    """A sentence and the numbers of the clauses it rests on, as they were sent."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str = Field(min_length=1, max_length=LONGEST)
    clauses: tuple[int, ...] = Field(min_length=1, max_length=6)


class Draft(BaseModel):
    """A whole reply; no sentences: the model found that nothing governs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sentences: tuple[Said, ...] = Field(max_length=MOST)
    verdict: Verdict


# Written out by hand: the servers that hold a model to a schema know little of JSON Schema.
SCHEMA: dict[str, Any] = {
    "title": "Draft",
    "description": "An answer to a question about school policies",
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "clauses": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "clauses"],
                "additionalProperties": False,
            },
        },
        "verdict": {
            "type": "string",
            "enum": [
                "permitted",
                "not_permitted",
                "conditional",
                "required",
                "advised",
                "advised_against",
                "informational",
                "not_covered",
            ],
        },
    },
    "required": ["sentences", "verdict"],
    "additionalProperties": False,
}


def read_draft(reply: object) -> Draft | None:
    """A reply as a draft, None where it is none."""
    try:
        return Draft.model_validate(reply)
    except ValidationError:
        return None


def finished(reply: object, whole: bool) -> list[Said | None]:
    """The sentences of a reply that is still being written which will not change any more.

    None stands for one that cannot be read. The last counts only once the reply is `whole` or has
    gone on to its verdict.
    """
    if not isinstance(reply, dict) or not isinstance(sentences := reply.get("sentences"), list):
        return []
    done = sentences if whole or "verdict" in reply else sentences[:-1]
    return [_said(one) for one in done[:MOST]]


def _said(one: object) -> Said | None:
    try:
        return Said.model_validate(one)
    except ValidationError:
        return None
