"""The tutorial RAG pipeline, as tutorials build it: what we must be better than to be worth it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.answer import Verdict
from eval.corpus import Corpus
from eval.given import Given, Shown
from eval.gold import Gold
from eval.systems import Embed

CHUNK, OVERLAP = 1000, 200


class _Embeddings(Embeddings):
    """Any embedding function, as LangChain wants to call it."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return np.asarray(self._embed(texts)).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


@dataclass(frozen=True)
class Tutorial:
    """The nearest `k` chunks, shown as quotes, with one verdict for everything.

    It never abstains, having no idea when to; it takes the school as a metadata filter; it puts
    the question alone, history needing an LLM to be folded in; it shows superseded copies.
    """

    store: Chroma
    k: int
    verdict: Verdict

    @property
    def name(self) -> str:
        return f"tutorial RAG, top {self.k}"

    def answer(self, gold: Gold) -> Given:
        school = gold.question.school
        found = self.store.similarity_search(
            gold.question.question, k=self.k, filter={"school": school} if school else None
        )
        return Given("answered", self.verdict, tuple(_shown(chunk) for chunk in found))


def tutorials(corpus: Corpus, embed: Embed, verdict: Verdict) -> tuple[Tutorial, Tutorial]:
    """Split at 1,000/200, embed, put into Chroma in memory; show the top chunk, or the top four."""
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
    return Tutorial(store, 1, verdict), Tutorial(store, 4, verdict)


def commonest_verdict(gold: Iterable[Gold]) -> Verdict:
    """The most frequent verdict of dev's covered questions: the best guess of one who never reads.

    Covered, because a pipeline that always answers cannot also conclude "not covered".
    """
    counts = Counter(one.question.verdict for one in gold if one.split == "dev" and one.covered)
    return max(sorted(counts), key=counts.__getitem__) if counts else "not_permitted"


def _shown(chunk: Document) -> Shown:
    start = int(chunk.metadata["start_index"])
    text = chunk.page_content
    return Shown(str(chunk.metadata["source"]), start, start + len(text), text)
