"""A school's passages ranked for one question: meaning, words and how each clause binds.

Every passage is scored exactly (a school is a few thousand clauses, a tenth of a millisecond), by
a weighted sum of features that can be read one by one. The weights were learned on policies and
questions written for the purpose; see `assistant/learned.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import bm25s
import numpy as np
from numpy.typing import NDArray

from assistant.asking import Asked
from assistant.bindings import bindings_of
from assistant.learned import Learned
from assistant.modality import Binding
from assistant.reader import Judgement
from assistant.wording import concepts, expand, spell, wanted
from ingest.documents import Passage
from ingest.embedding import TUNED, Embedder, Vectors
from ingest.index import Shelf

_KINDS = ("may", "must", "should", "will", "why", "inform")
_MODALITIES = ("prohibition", "permission", "obligation", "advice", "advice_against", "statement")
_OPENING = re.compile(r"\b(?:introduction|aims?|purpose|rationale|scope|principles|legal|background"
                      r"|legislation|definitions?|monitoring|review|status|links?)\b", re.I)  # fmt: skip
_QUANTITY = re.compile(r"\b(?:how (?:long|many|much|often|soon|far|old)|what time|when|by when"
                       r"|what age|deadline|max|limit)\b")  # fmt: skip
_NUMBER = re.compile(
    r"\b\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|daily|weekly|"
    r"yearly|annual|immediately|hours?|days?|weeks?|months?|years?)\b", re.I,
)  # fmt: skip
_WHO = re.compile(r"\b(?:who|whos|who's|whose|whom)\b")
_NAMES_ROLE = re.compile(
    r"\b(?:head ?teacher|principal|governors?|governing body|lead|slt|senior|manager|officer|board"
    r"|chair|committee|administrator|office)\b",
    re.I,
)

FEATURES = (
    "meaning",  # cosine of question and clause in context
    "meaning_plain",  # the same with slang explained
    "words",  # BM25 over concepts, as a share of the best
    "coverage",  # share of the question's rare words that the clause has
    "heading",  # the same for its headings
    "rare",  # BM25 itself, squashed
    "subject",  # the clause names whom the question is about
    "other",  # the clause names only others
    "other_for_parent",  # the same where a parent asks: duties to parents name the staff who owe them
    "opening",  # stands in an introduction, a scope, a review section
    "length",
    "number",  # asks for a quantity and the clause has one
    "who",  # asks for a person and the clause names one
    "union",
    *(f"{kind}+{modality}" for kind in _KINDS for modality in _MODALITIES),
)


_Places = dict[str, NDArray[np.intp]]
_NOWHERE = np.zeros(0, np.intp)


class Candidate(NamedTuple):  # a tuple, because a question makes thousands of them
    """A passage with its score and the features that made it."""

    passage: Passage
    score: float
    features: NDArray[np.float32]
    binding: Binding
    judgement: Judgement | None = None  # the reader's, where it read the passage


class Ranker:
    """The passages of one shelf, ready to be searched."""

    def __init__(self, shelf: Shelf, model: str) -> None:
        """`model` is the embedding model that made the shelf's vectors."""
        self.shelf = shelf
        self.places = {p.clause.id: place for place, p in enumerate(shelf.passages)}
        self.bindings = bindings_of(shelf, model)
        self._words = [concepts(passage.clause.reading) for passage in shelf.passages]
        self._headings = [
            frozenset(concepts(" ".join((p.policy.title, *p.clause.heading))))
            for p in shelf.passages
        ]
        both = [[*w, *h] for w, h in zip(self._words, self._headings, strict=True)]
        self._bm25 = bm25s.BM25()
        # A school that is registered and has no text yet is still asked.
        self._bm25.index([b or ["-"] for b in both or [[]]], show_progress=False)
        self._idf = _idf(both)
        # All that does not depend on the question is read once: a question costs a few sums.
        self._having = _places(self._words)
        self._headed = _places(self._headings)
        self._length = np.log1p([len(words) for words in self._words])
        clauses = [passage.clause for passage in shelf.passages]
        self._opening = _flags(any(_OPENING.search(h) for h in c.heading) for c in clauses)
        self._number = _flags(_NUMBER.search(c.text) for c in clauses)
        self._names_role = _flags(_NAMES_ROLE.search(c.text) for c in clauses)
        self._union = _flags(c.origin != "policy" for c in clauses)
        self._actors = _places([binding.actors for binding in self.bindings])
        self._names_anyone = _flags(binding.actors for binding in self.bindings)
        self._binds = _places([[binding.modality] for binding in self.bindings])

    def rank(self, asked: Asked, vectors: Vectors, learned: Learned) -> list[Candidate]:
        """All passages, best first; `vectors` are those of `queries(asked)`."""
        if not self.shelf.passages:
            return []
        table = self.features(asked, vectors)
        weights = np.array([learned.ranking.get(name, 0.0) for name in FEATURES], np.float32)
        scores = table @ weights
        order = np.argsort(-scores, kind="stable")
        passages, bindings = self.shelf.passages, self.bindings
        rows = zip(order.tolist(), scores[order].tolist(), table[order], strict=True)
        return [Candidate(passages[i], score, row, bindings[i]) for i, score, row in rows]

    def features(self, asked: Asked, vectors: Vectors) -> NDArray[np.float32]:
        """Shape (passages, features)."""
        table = np.zeros((len(self.shelf.passages), len(FEATURES)), np.float32)
        column = {name: table[:, i] for i, name in enumerate(FEATURES)}
        similar = self.shelf.vectors @ vectors.T
        column["meaning"][:] = similar[:, 0]
        column["meaning_plain"][:] = similar[:, 1]
        known = list(wanted(asked.text))
        if known:
            raw = np.asarray(self._bm25.get_scores(known), np.float32)
            column["words"][:] = raw / max(float(raw.max()), 1e-6)
            column["rare"][:] = raw / (raw + 4)
            column["coverage"][:] = self._share(known, self._having)
            column["heading"][:] = self._share(known, self._headed)
        subject = np.zeros(len(table), bool)
        subject[self._actors.get(asked.subject, _NOWHERE)] = True
        column["subject"][:] = subject
        others = "other_for_parent" if asked.subject == "parent" else "other"
        column[others][:] = self._names_anyone & ~subject
        plain = asked.text.lower()
        if _QUANTITY.search(plain):
            column["number"][:] = self._number
        if _WHO.search(plain):
            column["who"][:] = self._names_role
        column["union"][:] = self._union
        for modality, places in self._binds.items():
            column[f"{asked.kind}+{modality}"][places] = 1
        column["opening"][:] = self._opening
        column["length"][:] = self._length
        return table

    def _share(self, words: list[str], places: _Places) -> NDArray[np.float64]:
        """What share of the words each passage has, rare words counting for more."""
        share = np.zeros(len(self.shelf.passages))
        total = 0.0
        for word in words:
            weight = self._idf.get(word, self._idf[""])
            total += weight
            share[places.get(word, _NOWHERE)] += weight
        return share / total


def query(asked: Asked) -> str:
    """A question as our own models were taught to read it: who asks stands before it."""
    return f"{asked.role}: {spell(asked.text)}"


def queries(asked: Asked, model: str) -> list[str]:
    """What of a question is embedded: as typed, and with slang explained."""
    if model == TUNED:
        return [query(asked), f"{asked.role}: {expand(asked.text)}"]
    return [asked.text, expand(asked.text)]


def embed_question(asked: Asked, embedder: Embedder) -> Vectors:
    return embedder.embed(queries(asked, embedder.model.name))


def _places(groups: Sequence[Iterable[str]]) -> _Places:
    """Word → the passages that have it."""
    found: dict[str, list[int]] = {}
    for place, words in enumerate(groups):
        for word in set(words):
            found.setdefault(word, []).append(place)
    return {word: np.array(places, np.intp) for word, places in found.items()}


def _flags(values: Iterable[object]) -> NDArray[np.bool_]:
    return np.array([bool(value) for value in values], bool)


def _idf(documents: list[list[str]]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for document in documents:
        for word in set(document):
            counts[word] = counts.get(word, 0) + 1
    n = len(documents)
    table = {word: float(np.log(1 + (n - c + 0.5) / (c + 0.5))) for word, c in counts.items()}
    # A word no clause has is as rare as can be: what is asked about may not be there at all.
    return table | {"": float(np.log(1 + (n + 0.5) / 0.5))}
