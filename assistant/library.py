"""The index and the model, opened once: rankings of what was in force on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from assistant.answer import AssistantError
from assistant.asking import Asked
from assistant.retrieve import Candidate, Ranker
from ingest.documents import Policy
from ingest.embedding import BUNDLED, Embedder, Vectors, open_embedder
from ingest.home import current_generation
from ingest.index import Held, Index, open_index
from ingest.policy.dates import period

_WARM = 32  # rankers kept in memory, least recently used first out


class Library:
    """What the schools' policies say, ready to be searched; one generation, never changing."""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self.index = index
        self.embedder = embedder
        self._held = {(d.policy.school, d.source): d for d in index.manifest.documents}

        @lru_cache(maxsize=_WARM)
        def ranker(school: str, status: str) -> Ranker:
            return Ranker(index.shelf(school, status))

        self._ranker: Callable[[str, str], Ranker] = ranker

    @classmethod
    def open(cls, home: Path, model: str = BUNDLED) -> Library:
        """Raises IngestError or AssistantError, in one sentence, where nothing can be asked."""
        index = open_index(home)
        made_with = index.manifest.model
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
        return cls(index, embedder)

    def newest(self) -> Library:
        """This library, or a new one if another process has switched the index over since."""
        generation = current_generation(self.index.home)
        if generation in (None, self.index.manifest.generation):
            return self
        fresh = open_index(self.index.home)
        same_model = fresh.manifest.model_sha256 == self.embedder.model.sha256
        return Library(fresh, self.embedder) if same_model else self

    def held(self, policy: Policy) -> Held:
        return self._held[policy.school, policy.source]

    def policies(self, school: str) -> tuple[Policy, ...]:
        return self.index.policies(school)

    def rank(self, school: str, status: str, asked: Asked, vectors: Vectors) -> list[Candidate]:
        """A school's passages of one status, best first."""
        return self._ranker(school, status).rank(asked, vectors)

    def rank_in_force(
        self, school: str, asked: Asked, vectors: Vectors, as_of: dt.date
    ) -> list[Candidate]:
        """A school's passages that were in force on a day, best first."""
        policies = self.policies(school)
        valid = {p.source for p in policies if in_force(p, policies, as_of)}
        ranked = self.rank(school, "current", asked, vectors)
        if any(p.status == "superseded" and p.source in valid for p in policies):
            ranked += self.rank(school, "superseded", asked, vectors)
            ranked.sort(key=lambda candidate: -candidate.score)
        return [c for c in ranked if c.passage.policy.source in valid]

    def places(self, school: str, status: str = "current") -> dict[str, int]:
        """Clause id → its place in the order of the school's documents."""
        return self._ranker(school, status).places


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
