"""Hallucinated replies made from the honest ones, each with one sentence changed for the worse.

    python -m eval.worded.alter

Rewrites the rows of hallucinated.jsonl that are by program and keeps those by hand. The same files
always give the same rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Row = dict[str, Any]
Change = Callable[[str], str]  # the text unchanged where there is nothing to change

_FORCES = [
    (r"\b(?:must|should|may|will|do) not\b|\bare not permitted to\b", "may"),
    (r"\b(?:is|are|will be) permitted\b", "is not permitted"),
    (r"\b(?:must|should|will)\b", "may"),
    (r"\bmay\b", "must"),
    (r"\bare (?:strongly )?(?:advised|encouraged|expected|required) (?:not )?to\b", "may"),
]
_NUMBERS = {
    "one": "two",
    "two": "three",
    "three": "four",
    "four": "five",
    "first": "second",
    "second": "third",
    "immediately": "within a week",
    "at all times": "at lunchtime",
    "always": "sometimes",
}
_ACTORS = [
    (r"\b(?:[Tt]he )?Headteacher\b", "the Chair of Governors"),
    (r"\b(?:a |another )?member of staff\b", "a pupil"),
    (r"(?<!Support )\b(?:[Mm]embers of )?[Ss]taff\b(?! member|')", "pupils"),
    (r"\b[Yy]ou\b(?! Tube)", "governors"),
    (r"\b(?:a )?parent\b", "a governor"),
    (r"\b[Pp]arents\b", "governors"),
    (r"\b(?:[Tt]he )?(?:SLT|Clerk|Principal)\b", "the site manager"),
    (r"\bAn? (?:volunteer|contractor|pupil)\b", "a visitor"),
    (r"\b(?:[Vv]olunteers|[Cc]hildren|[Pp]upils)\b", "visitors"),
]
_LIMIT = re.compile(
    r",? (?:except|unless|other than|save that|provided|so long as|as long as|without|"
    r"according to|where|when|if|after|before|during|within|while)\b.*",
)
_FIRST_LIMIT = re.compile(r"^(?:If|Where|When)\b[^,]*, ")
_WHOLE = re.compile(r"\b(?:must|should|may|can|will|do|are|is|not)\b.* \w+ \w+\.")
_ADDED = (
    ", unless the governors agree",
    ", and a written record must be kept",
    ", except in an emergency at night",
    ", as long as it is on a Friday",
)


def force(text: str) -> str:
    for pattern, other in _FORCES:
        if re.search(pattern, text):
            return re.sub(pattern, other, text, count=1)
    return text


def number(text: str) -> str:
    if found := re.search(r"\d+", text):
        return text[: found.start()] + str(int(found[0]) + 7) + text[found.end() :]
    for word, other in _NUMBERS.items():
        if re.search(rf"\b{word}\b", text, re.I):
            return re.sub(rf"\b{word}\b", other, text, count=1, flags=re.I)
    return text.rstrip(".") + " for at most 30 minutes."


def actor(text: str) -> str:
    for pattern, other in _ACTORS:
        if found := re.search(pattern, text):
            said = text[: found.start()] + other + text[found.end() :]
            if other == "governors":
                said = re.sub(r"\byour\b", "their", said)
            return re.sub(r"\b(the|appropriate|school's) (?:a|the) ", r"\1 ", said)
    return text


def limit(text: str) -> str:
    bare = _FIRST_LIMIT.sub("", text)
    if bare == text:
        bare = _LIMIT.sub("", text).rstrip(".,").removesuffix(" away from") + "."
    return bare if _WHOLE.search(bare) else text


def added(text: str) -> str:
    return text.rstrip(".") + _ADDED[len(text) % len(_ADDED)] + "."


CHANGES: dict[str, Change] = {
    "modality": force,
    "number": number,
    "actor": actor,
    "exception": limit,
    "added": added,
}


def altered(reply: Row, clauses: list[str]) -> Iterator[Row]:
    """A reply's worse versions; which sentence is changed goes round."""
    sentences = reply["sentences"]
    for turn, (kind, change) in enumerate(CHANGES.items()):
        places = [(turn + shift) % len(sentences) for shift in range(len(sentences))]
        for place in places:
            text = change(sentences[place]["text"])
            text = text[:1].upper() + text[1:]
            if text != sentences[place]["text"] and len(text.split()) > 3:
                yield _with(reply, kind, place, text, sentences[place]["clauses"])
                break
    first = sentences[0]
    yield _with(reply, "handle", 0, first["text"], [*first["clauses"], len(clauses) + 2])
    strangers = [n for n in range(1, len(clauses) + 1) if n not in first["clauses"]]
    if strangers:
        far = min(strangers, key=lambda n: _alike(first["text"], clauses[n - 1]))
        if _alike(first["text"], clauses[far - 1]) < 0.5:
            yield _with(reply, "clause", 0, first["text"], [far])
    for place, other in enumerate(sentences[1:], 1):
        if set(other["clauses"]) != set(first["clauses"]):
            text = first["text"].rstrip(".") + ", and " + other["text"][:1].lower()
            yield _with(reply, "merged", place, text + other["text"][1:], first["clauses"])
            break


def _with(reply: Row, kind: str, place: int, text: str, clauses: list[int]) -> Row:
    sentences = [*reply["sentences"]]
    sentences[place] = {"text": text, "clauses": clauses}
    return {
        "id": reply["id"],
        "kind": kind,
        "by": "program",
        "wrong": [place],
        "sentences": sentences,
        "verdict": reply["verdict"],
    }


def _alike(text: str, clause: str) -> float:
    said, there = (set(re.findall(r"\w{4,}", t.lower())) for t in (text, clause))
    return len(said & there) / max(1, len(said))


def _rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


if __name__ == "__main__":
    clauses_of = {
        row["id"]: [f"{c.get('lead_in', '')} {c['text']}" for c in row["clauses"]]
        for row in _rows("situations.jsonl")
    }
    rows = [row for row in _rows("hallucinated.jsonl") if row["by"] == "hand"]
    for reply in _rows("honest.jsonl"):
        rows += altered(reply, clauses_of[reply["id"]])
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    (HERE / "hallucinated.jsonl").write_text("".join(lines), "utf-8")
    print(len(rows), "replies")
