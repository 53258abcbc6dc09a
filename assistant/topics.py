"""What a governing board looks for in its policies: a dated, sourced table that anyone may edit.

The table of the product is `topics.toml` beside this module; a board may keep one of its own.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.answer import AssistantError
from ingest.documents import Policy

PATH = Path(__file__).with_name("topics.toml")
_MOST_BYTES = 1_000_000  # of a table; ours has thirty thousand
_NO_TITLE = (  # the words go on to be no title, as "behaviour" does in "behaviour policy"
    r"(?!(?:\s+(?!this\b|the\b|our\b)[\w’'&-]+){0,3}?\s+(?i:polic(?:y|ies)|procedures?)\b)"
)

Body = Literal["maintained", "trusts"]
Sure = Literal["seen", "secondary", "not verified"]


class UnreadableTopics(AssistantError):
    """A table of topics cannot be read."""

    wrong_usage = True


@dataclass(frozen=True)
class Source:
    """A page or document that says something of a topic, and the day it was looked up.

    `statutory`: it is a list of the policies that schools must have.
    """

    key: str
    title: str
    looked_up: dt.date
    url: str = ""
    says: str = ""
    statutory: bool = False


@dataclass(frozen=True)
class Basis:
    """What names a topic: a list, a law, guidance.

    `names` says for whom; empty where the source leaves it open. `cycle_months` is how often a
    law or a named source has it reviewed, None where none that was seen does. `sure` is "seen" in
    the source itself, "secondary" (told by another) or "not verified".
    """

    source: Source
    names: tuple[Body, ...] = ()
    law: str = ""
    cycle_months: int | None = None
    says: str = ""
    sure: Sure = "not verified"


@dataclass(frozen=True)
class Topic:
    """A subject of policies: what they are called, how clauses name it, what people ask."""

    key: str
    title: str
    titles: tuple[str, ...]
    words: tuple[str, ...]
    questions: tuple[str, ...]
    basis: tuple[Basis, ...] = ()

    @property
    def named(self) -> bool:
        """True where a law, guidance or a list names it; else only schools ask about it."""
        return bool(self.basis)

    def is_subject_of(self, policy: Policy) -> bool:
        """True where a policy's title, or else the name of its file, is one of this topic's."""
        file = PurePosixPath(policy.source).stem.replace("-", " ")
        return _says(self.titles, policy.title) or _says(self.titles, file)

    def is_named_in(self, text: str) -> bool:
        """True where a text uses one of the words for this topic."""
        return _says(self.words, text)

    def is_discussed_in(self, text: str) -> bool:
        """The same, where it does more than name another policy: "see the Complaints Policy"."""
        return _says(self.words, text, cited=False)

    @property
    def cycle(self) -> Basis | None:
        """The basis that sets the shortest cycle of review, or None."""
        setting = [b for b in self.basis if b.cycle_months is not None]
        return min(setting, key=lambda b: b.cycle_months or 0, default=None)


@dataclass(frozen=True)
class Table:
    """All topics, in the order of the file, with the day the table was drawn up."""

    as_of: dt.date
    note: str
    topics: tuple[Topic, ...]
    sources: tuple[Source, ...]


_STRICT = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)
_Key = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?$")]
_Line = Annotated[str, Field(min_length=1, max_length=1_000)]
_Phrase = Annotated[str, Field(min_length=2, max_length=100)]
_Address = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=1_000)]


class _Source(BaseModel):
    model_config = _STRICT

    key: _Key
    title: _Line
    looked_up: dt.date
    url: _Address | None = None
    says: _Line | None = None
    statutory: bool = False


class _Basis(BaseModel):
    model_config = _STRICT

    source: _Key
    names: tuple[Body, ...] = Field(default=(), alias="for")
    law: _Line | None = None
    cycle_months: int | None = Field(default=None, ge=1, le=120)
    says: _Line | None = None
    sure: Sure


class _Topic(BaseModel):
    model_config = _STRICT

    key: _Key
    title: _Line
    titles: tuple[_Phrase, ...] = Field(min_length=1, max_length=30)
    words: tuple[_Phrase, ...] = Field(default=(), max_length=50)
    questions: tuple[_Line, ...] = Field(min_length=2, max_length=5)
    basis: tuple[_Basis, ...] = Field(default=(), max_length=20)


class _Table(BaseModel):
    model_config = _STRICT

    as_of: dt.date
    note: _Line | None = None
    source: tuple[_Source, ...] = Field(default=(), max_length=100)
    topic: tuple[_Topic, ...] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _consistent(self) -> _Table:
        for what, rows in (("source", self.source), ("topic", self.topic)):
            keys = [row.key for row in rows]
            if twice := next((key for key in keys if keys.count(key) > 1), None):
                raise ValueError(f"{what} {twice!r} is listed twice")
        known = {source.key for source in self.source}
        for topic in self.topic:
            for basis in topic.basis:
                if basis.source not in known:
                    raise ValueError(
                        f"topic {topic.key!r} names source {basis.source!r}, which is not listed"
                    )
        return self


def read_topics(path: Path | None = None) -> Table:
    """The table in a file, ours where none is given; raises UnreadableTopics in one sentence."""
    path = path or PATH
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise UnreadableTopics(f"{path} is larger than a table of topics can be; name another.")
        read = _Table.model_validate(tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n")))
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise UnreadableTopics(f"{path} cannot be read ({reason}); name a TOML file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnreadableTopics(
            f"{path} is not readable as TOML ({reason:.200}); correct it."
        ) from error
    except ValidationError as error:
        raise UnreadableTopics(f"{path}: {_first(error)}; correct it.") from error
    return _table(read)


def _says(phrases: tuple[str, ...], text: str, cited: bool = True) -> bool:
    return any(pattern.search(text) for pattern in _patterns(phrases, cited))


@lru_cache(maxsize=500)
def _patterns(phrases: tuple[str, ...], cited: bool) -> tuple[re.Pattern[str], ...]:
    """What finds the phrases as whole words, endings allowed for; not in titles unless `cited`.

    The lexicon that reads questions would not do here: it takes "place" for admission and "fire"
    for dismissal. Capitals are kept, or "SEND" would be found in "send".
    """
    capitals = [p for p in phrases if p.isupper()]
    after = r"(?![^\W_])" if cited else r"(?![^\W_])" + _NO_TITLE
    patterns = []
    for group, endings, flags in (
        (capitals, "s?", re.NOFLAG),
        ([p for p in phrases if not p.isupper()], "(?:s|es|ed|ing)?", re.I),
    ):
        words = [r"[\W_]+".join(re.findall(r"[^\W_]+", phrase)) for phrase in group]
        if found := "|".join(filter(None, words)):
            patterns.append(re.compile(rf"(?<![^\W_])(?:{found}){endings}{after}", flags))
    return tuple(patterns)


def _first(error: ValidationError) -> str:
    """Where a table is first wrong, and how, on one line."""
    one = error.errors()[0]
    where = ".".join(str(part) for part in one["loc"])
    said = " ".join(str(one["msg"]).removeprefix("Value error, ").split())
    return f"{where}: {said}" if where else said


def _table(read: _Table) -> Table:
    sources = {
        s.key: Source(s.key, s.title, s.looked_up, s.url or "", s.says or "", s.statutory)
        for s in read.source
    }
    topics = tuple(
        Topic(t.key, t.title, t.titles, t.words or t.titles, t.questions, _basis(t, sources))
        for t in read.topic
    )
    return Table(read.as_of, read.note or "", topics, tuple(sources.values()))


def _basis(topic: _Topic, sources: dict[str, Source]) -> tuple[Basis, ...]:
    return tuple(
        Basis(sources[b.source], b.names, b.law or "", b.cycle_months, b.says or "", b.sure)
        for b in topic.basis
    )
