"""The gold questions: what a good answer to each must quote, say and conclude."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.answer import Role, Verdict
from eval.corpus import Corpus, read_corpus
from ingest.documents import Span

AS_OF = dt.date(2026, 11, 20)
"""The day on which the gold verdicts, "in force" and "overdue" among them, hold."""

DEV_PERCENT = 60

Split = Literal["dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
Kind = Literal[
    "direct",
    "paraphrase",
    "exception",
    "role",
    "procedure",
    "number",
    "version",
    "comparison",
    "register",
    "followup",
    "near_miss",
    "off_topic",
    "adversarial",
    "safeguarding",
]
GoldStatus = Literal["answered", "not_covered", "declined", "clarify"]
Some = Annotated[str, Field(min_length=1)]
UNSOUGHT = ("off_topic", "adversarial")
"""Kinds that no school policy would speak of: nothing need be searched to know it."""


class GoldError(Exception):
    """Which file, which question or line, and what is wrong, in one sentence."""


class Evidence(BaseModel):
    """Something that must, or may, be quoted; each of `any_of` would do as the clause for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Some
    need: Literal["essential", "supporting"]
    any_of: Annotated[tuple[Some, ...], Field(min_length=1)]


class GoldQuestion(BaseModel):
    """One `[[question]]` of a gold file, as a governor wrote it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Some
    question: Some
    history: tuple[Some, ...] = ()
    school: str
    role: Role
    kind: Kind
    status: GoldStatus
    verdict: Verdict
    verdicts_ok: tuple[Verdict, ...] = ()
    must_say: tuple[Annotated[tuple[Some, ...], Field(min_length=1)], ...] = ()
    must_not_say: tuple[Some, ...] = ()
    why: Some
    terms: tuple[Some, ...] = ()  # looked for in the documents before silence was claimed
    terms_elsewhere: dict[Some, Some] = {}  # those found there: why the clauses do not govern
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> GoldQuestion:
        answered = self.status == "answered"
        essential = any(block.need == "essential" for block in self.evidence)
        if answered and not essential and self.kind != "safeguarding":
            raise ValueError("an answered question needs at least one essential evidence")
        if not answered and self.evidence:
            raise ValueError(f"a question with status {self.status} has no evidence")
        if answered == (self.verdict == "not_covered"):
            raise ValueError(f"status {self.status} does not go with verdict {self.verdict}")
        if self.kind in ("near_miss", "off_topic") and self.status != "not_covered":
            raise ValueError(f"kind {self.kind} is always not_covered")
        if self.status == "declined" and self.kind != "adversarial":
            raise ValueError("only adversarial questions are declined")
        if self.kind == "followup" and not self.history:
            raise ValueError("a followup needs history")
        sought = self.status == "not_covered" and self.kind not in UNSOUGHT
        if sought and not self.terms:
            raise ValueError("a not_covered question needs the terms that were searched for")
        if strangers := sorted(set(self.terms_elsewhere) - set(self.terms)):
            raise ValueError(f'terms_elsewhere explains "{strangers[0]}", which is not in terms')
        return self


@dataclass(frozen=True)
class Block:
    """One evidence with its alternatives found in the document: quoting any of `spans` will do."""

    source: str
    essential: bool
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Gold:
    """A gold question with its evidence located and its side of the split."""

    question: GoldQuestion
    blocks: tuple[Block, ...]
    split: Split

    @property
    def covered(self) -> bool:
        return self.question.status == "answered"


def split_of(id: str) -> Split:
    """About 60 in 100 ids are dev, the rest test, for ever: a hash of the id alone decides."""
    percentile = int(hashlib.sha256(id.encode("utf-8")).hexdigest(), 16) % 100
    return "dev" if percentile < DEV_PERCENT else "test"


def locate(text: str, wanted: str) -> tuple[Span, ...]:
    """Every place where `wanted` stands in `text`, any white space equal to any other."""
    pattern = r"\s+".join(re.escape(word) for word in wanted.split())
    return tuple(Span(*found.span()) for found in re.finditer(pattern, text)) if pattern else ()


def load_gold(paths: Iterable[Path], corpus_dir: Path) -> tuple[Gold, ...]:
    """All questions of the gold files (a folder stands for its *.toml), evidence located."""
    corpus = read_corpus(corpus_dir)
    if not corpus:
        raise GoldError(f"{corpus_dir}: no documents here to check the gold evidence against.")
    questions: dict[str, tuple[Path, Gold]] = {}
    for file in gold_files(paths):
        questions |= {one.question.id: (file, one) for one in read_gold(file, corpus, questions)}
    return tuple(one for _, one in questions.values())


def read_gold(
    file: Path, corpus: Corpus, before: Mapping[str, tuple[Path, Gold]] | None = None
) -> tuple[Gold, ...]:
    """The questions of one gold file; those read `before` have taken their ids."""
    taken = {id: path for id, (path, _) in (before or {}).items()}
    questions: list[Gold] = []
    for place, question in _read(file):
        if question.id in taken:
            raise GoldError(f"{place}: this id is already taken in {taken[question.id]}.")
        taken[question.id] = file
        questions.append(_located(question, corpus, place))
    return tuple(questions)


def gold_files(paths: Iterable[Path]) -> list[Path]:
    """The files, a folder standing for its *.toml."""
    files = []
    for path in paths:
        found = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        if not found:
            raise GoldError(f"{path}: no gold file (*.toml) in this folder.")
        files += found
    return files


def _read(file: Path) -> list[tuple[str, GoldQuestion]]:
    """The file's questions, each with a name for its place that errors can begin with."""
    try:
        written = file.read_bytes().decode("utf-8")
        content = tomllib.loads(written)
    except OSError as error:
        raise GoldError(f"{file}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise GoldError(f"{file}, line {line}: not UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise GoldError(f"{file}: not valid TOML: {error}.") from error
    rows = content.get("question")
    if set(content) != {"question"} or not isinstance(rows, list):
        raise GoldError(f"{file}: a gold file holds [[question]] tables and nothing else.")
    heads = re.finditer(r"^[ \t]*\[\[[ \t]*question[ \t]*\]\]", written, re.MULTILINE)
    lines = [written.count("\n", 0, head.start()) + 1 for head in heads]
    if len(lines) != len(rows):  # tables written inline: no line to name
        lines = []
    return [_checked(file, row, lines[at] if lines else None) for at, row in enumerate(rows)]


def _checked(file: Path, row: Any, line: int | None) -> tuple[str, GoldQuestion]:
    name = row.get("id") if isinstance(row, dict) else None
    place = f"{file}, question {name or '(no id)'}" + (f" (line {line})" if line else "")
    try:
        question = GoldQuestion.model_validate(row)
    except ValidationError as error:
        raise GoldError(f"{place}: {_reason(error)}.") from error
    if not question.id.startswith(f"{file.stem}-"):
        raise GoldError(f'{place}: the id must begin with the file\'s name, "{file.stem}-".')
    return place, question


def _reason(error: ValidationError) -> str:
    """The first thing pydantic found, as a clause of our sentence."""
    first = error.errors()[0]
    field = ".".join(str(step) for step in first["loc"])
    said = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        said = "no such key in a gold question"
    elif first["type"] == "missing":
        said = "this key is missing"
    elif first["type"] == "literal_error":
        said = f'"{first["input"]}" is not one of {first["ctx"]["expected"]}'
    return f"{field}: {said}" if field else said


def _located(question: GoldQuestion, corpus: Corpus, place: str) -> Gold:
    schools = {source.school for source in corpus.values()}
    if question.school and question.school not in schools:
        known = ", ".join(sorted(schools))
        raise GoldError(f'{place}: unknown school "{question.school}" (known: {known}).')
    blocks = []
    for evidence in question.evidence:
        if evidence.source not in corpus:
            raise GoldError(f'{place}: there is no document "{evidence.source}".')
        text = corpus[evidence.source].text
        spans: list[Span] = []
        for wanted in evidence.any_of:
            found = locate(text, wanted)
            if not found:
                raise GoldError(f'{place}: not in {evidence.source} word for word: "{wanted}".')
            spans += found
        blocks.append(Block(evidence.source, evidence.need == "essential", tuple(spans)))
    return Gold(question, tuple(blocks), split_of(question.id))
