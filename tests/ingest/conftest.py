from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ingest.clauses.structure import find_clauses
from ingest.documents import Document, flow
from ingest.extract import Extract
from ingest.index import Index, open_index

Files = Mapping[str, "str | bytes | None"]


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Write files into a folder of policies, or remove those whose content is None."""

    def write(files: Files, name: str = "policies") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for source, content in files.items():
            path = folder / source
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return write


@pytest.fixture
def held(new_home: Path) -> Callable[..., dict[str, list[str]]]:
    """What the index of a home holds: file → its clauses, each checked against the stored text."""

    def read(home: Path | None = None) -> dict[str, list[str]]:
        index = open_index(home or new_home)
        return {
            document.source: clauses(index, document.policy.school, document.source)
            for document in index.manifest.documents
        }

    def clauses(index: Index, school: str, source: str) -> list[str]:
        found = []
        for status in ("current", "superseded"):
            for passage in index.shelf(school, status).passages:
                if passage.policy.source == source:
                    text = index.text(passage.text_sha256)
                    assert passage.clause.span.of(text) == passage.clause.text
                    found.append(flow(passage.clause.text))
        return found

    return read


@pytest.fixture
def rules() -> Callable[[str], list[tuple[str, str, str]]]:
    """The rules of a text as (number, lead-in, words)."""

    def read(text: str) -> list[tuple[str, str, str]]:
        found = (c for c in find_clauses(text) if c.kind == "clause")
        return [(c.number, flow(c.lead_in), flow(c.text)) for c in found]

    return read


@pytest.fixture
def labels() -> Callable[[str], list[tuple[str, str]]]:
    """Every labelled piece of a text as (kind, words)."""

    def read(text: str) -> list[tuple[str, str]]:
        return [(c.kind, flow(c.text)) for c in find_clauses(text)]

    return read


@pytest.fixture
def document() -> Callable[..., Document]:
    def make(text: str, source: str = "oak/phones.txt") -> Document:
        return Document(source, "", Extract(text), find_clauses(text))

    return make


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that a user other than root may enter; tmp_path is its owner's alone."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def without_rights() -> Iterator[None]:
    """Run as a user whom file permissions bind, for root may read and write everything."""
    if not hasattr(os, "geteuid"):
        pytest.skip("needs POSIX permissions")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another sentence-transformers model: tiny, untrained, pooled and limited differently."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("other")
    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *letters,
        *("##" + x for x in letters),
    ]
    BertTokenizerFast(vocab={w: n for n, w in enumerate(vocabulary)}).save_pretrained(
        folder / "bert"
    )
    torch.manual_seed(0)
    BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=64,
        )
    ).save_pretrained(folder / "bert")
    words = Transformer(str(folder / "bert"), max_seq_length=32)
    model = SentenceTransformer(modules=[words, Pooling(16, "cls")], device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"
