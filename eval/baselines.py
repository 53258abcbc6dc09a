"""The systems we must beat to be worth it: the tutorial RAG pipeline, and plain clause search."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.answer import Verdict
from eval.corpus import Corpus
from eval.given import Given, Locator, Place, Shown
from eval.gold import Gold
from eval.systems import DEPTH, Embed, timed
from ingest.clauses.structure import find_clauses

CHUNK, OVERLAP = 1000, 200
SHOWN = 4
"""How many clauses a clause search shows: as many as the larger tutorial shows chunks."""


class _Embeddings(Embeddings):
    """Any embedding function, as LangChain wants to call it."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return np.asarray(self._embed(texts)).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


@dataclass(frozen=True)
class Search:
    """The nearest `k` pieces, shown as quotes, with one verdict for everything.

    It never abstains, having no idea when to; it takes the school as a filter; it puts the
    question alone, history needing an LLM to be folded in; it shows superseded copies.
    """

    name: str
    k: int
    verdict: Verdict
    nearest: Callable[[str, str, int], Sequence[Shown]]  # question, school, how many

    def answers(self, gold: Sequence[Gold]) -> Iterator[Given]:
        for one in gold:
            yield self.answer(one)

    def answer(self, gold: Gold) -> Given:
        asked = gold.question

        def search() -> Given:
            found = self.nearest(asked.question, asked.school, DEPTH)
            ranking = tuple(Place(piece.source, piece.start, piece.end) for piece in found)
            shown = tuple(found[: self.k])
            return Given("answered", self.verdict, shown, ranking=ranking)

        return timed(search)


def tutorials(corpus: Corpus, embed: Embed, verdict: Verdict) -> tuple[Search, Search]:
    """As tutorials build it: split at 1,000/200, embed, put into Chroma in memory; top 1, top 4."""
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True
    )
    documents = [
        Document(source.text, metadata={"source": name, "school": source.school})
        for name, source in corpus.items()
    ]
    store = Chroma.from_documents(
        splitter.split_documents(documents),
        _Embeddings(embed),
        # In-memory stores of one process share their collections: a name of its own keeps it apart.
        collection_name=f"tutorial-{uuid.uuid4().hex}",
    )

    def nearest(question: str, school: str, k: int) -> list[Shown]:
        only = {"school": school} if school else None
        return [_chunk(one) for one in store.similarity_search(question, k=k, filter=only)]

    return (
        Search("tutorial RAG, top 1", 1, verdict, nearest),
        Search("tutorial RAG, top 4", 4, verdict, nearest),
    )


def dense(corpus: Corpus, embed: Embed, verdict: Verdict) -> Search:
    """Clauses by cosine of question and clause, lead-in included, context left out."""
    pieces = _clauses(corpus)
    vectors = np.asarray(embed([f"{piece.lead_in} {piece.text}".strip() for piece in pieces]))

    def scores(question: str) -> Sequence[float]:
        return (vectors @ np.asarray(embed([question]))[0]).tolist()  # type: ignore[no-any-return]

    return Search(f"dense, top {SHOWN}", SHOWN, verdict, _by_score(pieces, corpus, scores))


def bm25(corpus: Corpus, verdict: Verdict) -> Search:
    """Clauses by BM25 over English stems without stop words, as bm25s does by itself."""
    import bm25s
    import Stemmer

    pieces = _clauses(corpus)
    stemmer = Stemmer.Stemmer("english")

    def words(texts: list[str]) -> list[list[str]]:
        found = bm25s.tokenize(
            texts, stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False
        )
        return [one or ["-"] for one in found]  # bm25s cannot index nothing

    index = bm25s.BM25()
    index.index(words([f"{p.lead_in} {p.text}" for p in pieces]), show_progress=False)

    def scores(question: str) -> Sequence[float]:
        return index.get_scores(words([question])[0]).tolist()  # type: ignore[no-any-return]

    return Search(f"BM25, top {SHOWN}", SHOWN, verdict, _by_score(pieces, corpus, scores))


def commonest_verdict(gold: Iterable[Gold]) -> Verdict:
    """The most frequent verdict of dev's covered questions: the best guess of one who never reads.

    Covered, because a pipeline that always answers cannot also conclude "not covered".
    """
    counts = Counter(one.question.verdict for one in gold if one.split == "dev" and one.covered)
    return max(sorted(counts), key=counts.__getitem__) if counts else "not_permitted"


def _clauses(corpus: Corpus) -> list[Shown]:
    """Every clause of every document, as our own parser divides them."""
    return [
        Shown(
            name,
            clause.span.start,
            clause.span.end,
            clause.text,
            clause.lead_in,
            Locator(clause.number, clause.heading, clause.page),
        )
        for name, source in corpus.items()
        for clause in find_clauses(source.text)
        if clause.kind == "clause"
    ]


def _by_score(
    pieces: Sequence[Shown], corpus: Corpus, scores: Callable[[str], Sequence[float]]
) -> Callable[[str, str, int], Sequence[Shown]]:
    schools = [corpus[piece.source].school for piece in pieces]

    def nearest(question: str, school: str, k: int) -> list[Shown]:
        rated = [
            (-score, at) for at, score in enumerate(scores(question)) if school in ("", schools[at])
        ]
        return [pieces[at] for _, at in sorted(rated)[:k]]

    return nearest


def _chunk(chunk: Document) -> Shown:
    start = int(chunk.metadata["start_index"])
    text = chunk.page_content
    return Shown(str(chunk.metadata["source"]), start, start + len(text), text)
