"""The gold sets: questions, the documents that they are about, and what is known of those."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.corpus import Corpus, read_corpus
from eval.gold import Gold, GoldError, gold_files, read_gold

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class GoldSet:
    """Where a gold set lies."""

    name: str
    title: str
    gold: tuple[Path, ...]
    corpus: Path
    lists: Path | None = None  # clause lists made by hand, if any


@dataclass(frozen=True)
class Loaded:
    """A gold set as read; `broken` says which of its files could not be, and why."""

    name: str
    title: str
    gold: tuple[Gold, ...]
    corpus: Corpus
    corpus_dir: Path
    broken: tuple[str, ...] = ()

    @property
    def corpus_sha256(self) -> str:
        """Of every document's name and text, in order."""
        digest = hashlib.sha256()
        for name, source in sorted(self.corpus.items()):
            for part in (name, source.text, str(source.superseded)):
                digest.update(hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest())
        return digest.hexdigest()


SETS = {
    one.name: one
    for one in (
        GoldSet(
            "policies",
            "five real policies",
            (ROOT / "eval" / "gold",),
            ROOT / "corpus",
            ROOT / "tests" / "ingest" / "clauses",
        ),
        GoldSet(
            "invented",
            "invented policies",
            (ROOT / "eval" / "invented" / "gold",),
            ROOT / "eval" / "invented" / "corpus",
            ROOT / "eval" / "invented" / "clauses",
        ),
    )
}


def chosen(
    names: Sequence[str] = (), gold: Sequence[Path] = (), corpus: Path | None = None
) -> list[GoldSet]:
    """The named sets, or all; gold files or documents given by path make a set of their own."""
    if gold or corpus:
        default = SETS["policies"]
        own = GoldSet("given", "", tuple(gold) or default.gold, corpus or default.corpus)
        return [own]
    return [one for name, one in SETS.items() if name in (names or SETS)]


def load(wanted: GoldSet, keep_going: bool = False) -> Loaded:
    """The set's questions with their evidence located.

    A broken gold file is an error, unless told to keep going without it.
    """
    corpus = read_corpus(wanted.corpus, wanted.lists)
    if not corpus:
        raise GoldError(f"{wanted.corpus}: no documents here to check the gold evidence against.")
    broken: list[str] = []
    read: dict[str, tuple[Path, Gold]] = {}
    for file in gold_files(wanted.gold):
        try:
            read |= {one.question.id: (file, one) for one in read_gold(file, corpus, read)}
        except GoldError as error:
            if not keep_going:
                raise
            broken.append(str(error))
    gold = tuple(one for _, one in read.values())
    return Loaded(wanted.name, wanted.title, gold, corpus, wanted.corpus, tuple(broken))
