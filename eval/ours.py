"""The assistant opened to be measured: on an index of its own, with its ranking laid open."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import triage
from assistant.answer import Answer, Question
from assistant.ask import Assistant
from assistant.asking import Asked, understand
from assistant.learned import Learned, kind_of, learned
from assistant.library import Library
from assistant.reader import Reader, make_reader, open_reader
from assistant.reread import reread
from assistant.retrieve import Candidate, Ranker, embed_question
from assistant.scope import find_school, schools_asked
from assistant.settings import read_settings
from eval.given import Place
from eval.systems import DEPTH, Asker, Embed
from ingest.documents import IngestError
from ingest.embedding import BUNDLED, Embedder, Vectors, default_model, open_embedder
from ingest.index import Index

if TYPE_CHECKING:
    from assistant.writing.writer import Writer


class Overheard(Library):
    """A library that remembers how it ranked a school's clauses for the question in hand."""

    def __init__(
        self, index: Index, embedder: Embedder, reader: Reader | None = None, warning: str = ""
    ) -> None:
        super().__init__(index, embedder, reader, warning)
        self.heard: dict[str, list[Candidate]] = {}

    def rank_in_force(
        self,
        school: str,
        asked: Asked,
        vectors: Vectors,
        as_of: dt.date,
        also: Collection[str] = (),
    ) -> list[Candidate]:
        ranked = super().rank_in_force(school, asked, vectors, as_of, also)
        self.heard.setdefault(school, ranked)  # the first is the question as it was put
        return ranked


class Opened:
    """Answers as `verse ask` does, and tells how the clauses were ranked."""

    def __init__(self, library: Overheard, writer: Writer | None = None) -> None:
        self._library = library
        self._writer = writer
        self._assistant = Assistant(library, writer)

    @property
    def tally(self) -> dict[str, int]:
        """What a language model was asked and handed in; empty where none words the answers."""
        return self._writer.tally.read() if self._writer is not None else {}

    def ask(self, question: Question) -> Answer:
        self._library.heard.clear()
        return self._assistant.ask(question)

    def rank(self, question: Question) -> Sequence[Place]:
        """The first clauses in force, best first, over all schools that the question is about.

        Of the question just asked; where the answer came without a search, that is made up for.
        """
        if not self._library.heard:
            self._search(question)
        ranked = [c for heard in self._library.heard.values() for c in heard[:DEPTH]]
        ranked.sort(key=lambda candidate: -candidate.score)
        return [
            Place(c.passage.policy.source, c.passage.clause.span.start, c.passage.clause.span.end)
            for c in ranked[:DEPTH]
        ]

    def _search(self, question: Question) -> None:
        library = self._library
        text = triage.clean(question.question)
        history = tuple(filter(None, map(triage.clean, question.history)))
        asked = understand(text, history, question.role)
        known = library.index.schools
        given = find_school(question.school, known) if question.school else None
        vectors = embed_question(asked, library.embedder)
        as_of = question.as_of or dt.date.today()
        for school in schools_asked(text, history, given, known):
            library.rank_in_force(school.key, asked, vectors, as_of)


def open_ours(corpus_dir: Path, home: Path, llm: str = "") -> Asker:
    """The assistant on an index of the corpus built afresh in `home`.

    `llm` is a language model, "provider:model", that words the answers; its address and key are
    those of the settings.

    Never an index that lies about somewhere: it may be of other documents or an older reading.
    """
    from ingest.sync import ingest

    settings = read_settings(home)
    ingest(corpus_dir, home, model=settings.embedding_model)
    if settings.reader and (trouble := make_reader(home)):
        raise IngestError(trouble)  # what is measured must be what is shipped
    library = Library.open(home, settings.embedding_model, reader=settings.reader)
    overheard = Overheard(library.index, library.embedder, library.reader)
    if not llm:
        return Opened(overheard)
    from assistant.writing.writer import open_writer

    # Nothing is used again: what is timed must be what somebody would wait for.
    return Opened(overheard, open_writer(home, replace(settings.llm, model=llm, cache=False)))


@dataclass(frozen=True)
class Scoring:
    """Our way of scoring clauses, for clauses that stand in no index."""

    embedder: Embedder
    reader: Reader | None
    learned: Learned

    def rank(self, ranker: Ranker, asked: Asked) -> list[Candidate]:
        vectors = embed_question(asked, self.embedder)
        ranked = ranker.rank(asked, vectors, self.learned)
        if self.reader is None:
            return ranked
        return reread(self.reader, asked, ranked, self.learned)


def open_scoring(home: Path) -> Scoring:
    """As `verse ask` would score: our models unless the settings say otherwise."""
    settings = read_settings(home)
    name = settings.embedding_model or default_model()[0]
    embedder = open_embedder(home, name, export=True)
    reader = None
    if settings.reader:
        if trouble := make_reader(home):
            raise IngestError(trouble)
        reader, _ = open_reader(home)
    return Scoring(embedder, reader, learned(kind_of(name, reader is not None)))


def open_embed(home: Path) -> Embed:
    """The bundled model's, as published: what a tutorial would use."""
    return open_embedder(home, BUNDLED, export=True).embed


def model_of(home: Path) -> tuple[str, str]:
    """The name and the hash of the embedding model that we find clauses with."""
    name = read_settings(home).embedding_model or default_model()[0]
    model = open_embedder(home, name, export=True).model
    return model.name, model.sha256


def fresh_home(home: Path, models_from: Path) -> Path:
    """An empty home but for the exported models, which take seconds to make and never change."""
    home.mkdir(parents=True, exist_ok=True)
    if (models_from / "models").is_dir():
        half_made = shutil.ignore_patterns("*.new")
        shutil.copytree(models_from / "models", home / "models", ignore=half_made)
    return home
