"""The index and the model, opened once: rankings of what was in force on a day."""

from __future__ import annotations

import copy
import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Collection
from pathlib import Path

from assistant.answer import AssistantError
from assistant.asking import Asked
from assistant.decisive import Judge
from assistant.learned import kind_of, learned
from assistant.modality import Binding
from assistant.reader import Reader, open_reader
from assistant.reread import DEPTH, reread, reread_lines
from assistant.retrieve import Candidate, Ranker
from assistant.seen import Views
from assistant.sight import EVERYTHING, Sight
from ingest.documents import Passage, Policy
from ingest.embedding import Embedder, Vectors, open_embedder
from ingest.home import current_generation
from ingest.index import Held, Index, Shelf, open_index
from ingest.policy.dates import period

_WARM = 32  # rankers kept in memory, least recently used first out


class Library:
    """What the schools' policies say, ready to be searched; one generation, never changing."""

    def __init__(
        self, index: Index, embedder: Embedder, reader: Reader | None = None, warning: str = ""
    ) -> None:
        self._views = Views(index)
        self._rankers = _Rankers(embedder.model.name)
        self.embedder = embedder
        self.reader = reader
        self.warning = warning  # a sentence on what is missing and does not stop us, or ""
        self.learned = learned(kind_of(embedder.model.name, reader is not None))
        self._look(EVERYTHING)

    def _look(self, sight: Sight) -> None:
        self.sight = sight
        self.index = self._views.of(sight)
        self._held = {(d.policy.school, d.source): d for d in self.index.manifest.documents}

    def seen_by(self, sight: Sight) -> Library:
        """The same library as far as somebody sees it."""
        if sight == self.sight:
            return self
        other = copy.copy(self)
        other._look(sight)
        return other

    @classmethod
    def open(cls, home: Path, model: str | None = None, *, reader: bool = True) -> Library:
        """Raises IngestError or AssistantError, in one sentence, where nothing can be asked.

        `model` is the embedding model that must have made the index, None where any will do.
        """
        index = open_index(home)
        made_with = index.manifest.model
        model = model or made_with
        if made_with != model:
            raise AssistantError(
                f"The index in {home} was made with the embedding model {made_with!r}, not "
                f"{model!r}; run `verse ingest` to rebuild it, or change VERSE_EMBEDDING_MODEL."
            )
        embedder = open_embedder(home, model)
        if embedder.model.sha256 != index.manifest.model_sha256:
            raise AssistantError(
                f"The index in {home} was made with other weights of {model!r}; "
                "run `verse ingest` to rebuild it."
            )
        opened, warning = open_reader(home) if reader else (None, "")
        return cls(index, embedder, opened, warning)

    def newest(self) -> Library:
        """This library, or a new one if another process has switched the index over since."""
        generation = current_generation(self.index.home)
        if generation in (None, self._views.whole.manifest.generation):
            return self
        fresh = open_index(self.index.home)
        same_model = fresh.manifest.model_sha256 == self.embedder.model.sha256
        if not same_model:
            return self
        return type(self)(fresh, self.embedder, self.reader, self.warning).seen_by(self.sight)

    def held(self, policy: Policy) -> Held:
        return self._held[policy.school, policy.source]

    def policies(self, school: str) -> tuple[Policy, ...]:
        return self.index.policies(school)

    def rank(self, school: str, status: str, asked: Asked, vectors: Vectors) -> list[Candidate]:
        """A school's passages of one status, best first."""
        return self._ranker(school, status).rank(asked, vectors, self.learned)

    def _ranker(self, school: str, status: str) -> Ranker:
        return self._rankers.of(self.index.shelf(school, status))

    def rank_in_force(
        self,
        school: str,
        asked: Asked,
        vectors: Vectors,
        as_of: dt.date,
        also: Collection[str] = (),
    ) -> list[Candidate]:
        """A school's passages that were in force on a day, best first, the first read again.

        `also` are ids of clauses that are read beside the first.
        """
        policies = self.policies(school)
        valid = {p.source for p in policies if in_force(p, policies, as_of)}
        ranked = self.rank(school, "current", asked, vectors)
        if any(p.status == "superseded" and p.source in valid for p in policies):
            ranked += self.rank(school, "superseded", asked, vectors)
            ranked.sort(key=lambda candidate: -candidate.score)
        ranked = [c for c in ranked if c.passage.policy.source in valid]
        if also:
            beside = [c for c in ranked[DEPTH:] if c.passage.clause.id in also]
            first = [*ranked[:DEPTH], *beside]
            rest = [c for c in ranked[DEPTH:] if c.passage.clause.id not in also]
            return self.reread(asked, [*first, *rest], len(first))
        return self.reread(asked, ranked)

    def reread(self, asked: Asked, ranked: list[Candidate], depth: int = DEPTH) -> list[Candidate]:
        """As the reader has it, where there is one."""
        if self.reader is None:
            return ranked
        return reread(self.reader, asked, ranked, self.learned, depth)

    def judge(self, asked: Asked) -> Judge | None:
        """The reader on single lines of a passage, where there is one."""
        reader = self.reader
        if reader is None:
            return None
        return lambda passage, lines: reread_lines(reader, asked, passage, lines)

    def binding(self, school: str, status: str, passage: Passage) -> Binding:
        """How a passage of a school's shelf binds."""
        ranker = self._ranker(school, status)
        return ranker.bindings[ranker.places[passage.clause.id]]

    def places(self, school: str, status: str = "current") -> dict[str, int]:
        """Clause id → its place in the order of the school's documents."""
        return self._ranker(school, status).places


class _Rankers:
    """Shelves made ready, whoever sees them: the least recently used goes first."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._kept: OrderedDict[int, Ranker] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, shelf: Shelf) -> Ranker:
        key = id(shelf)  # its ranker holds the shelf, so that no other has its id meanwhile
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = Ranker(shelf, self._model)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _WARM:
                self._kept.popitem(last=False)
        return made


def in_force(policy: Policy, policies: tuple[Policy, ...], as_of: dt.date) -> bool:
    """True when a policy answered on a day; an unknown start counts as long ago."""
    start = _start(policy)
    if policy.status == "draft" or (start is not None and start > as_of):
        return False
    if policy.status == "current":
        return True
    successor = next((p for p in policies if p.supersedes == policy.source), None)
    begun = _start(successor) if successor else None
    return begun is not None and begun > as_of


def _start(policy: Policy) -> dt.date | None:
    """The first day of a policy, None where nothing but its file tells."""
    begun = policy.facts.get("effective") or policy.facts.get("adopted")
    if begun is None or begun.origin.startswith("inferred: the file"):
        return None
    found = period(begun.value)
    return found[0] if found else None
