"""What it costs to read PDFs, beside embedding what they say and beside bare text extraction."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pypdf

from eval.ratios import Row, alternate, of_pairs
from ingest.clauses.structure import rules
from ingest.documents import IngestError
from ingest.embedding import Embedder
from ingest.parsing import Task, parse

PDFS = Path(__file__).parents[1] / "tests" / "ingest" / "policies"
EMBEDDING, EXTRACTION = 1.0, 2.0  # the bounds


def read_pages(embedder: Embedder, repeat: int, folder: Path = PDFS) -> Iterator[Row]:
    """Rows for the PDFs of a folder, each parsed in this process, one after the other.

    Raises IngestError where the folder has none, or where one cannot be read.
    """
    paths = sorted(folder.glob("*.pdf"))
    if not paths:
        raise IngestError(f"{folder} holds no PDFs; run this in a checkout")
    tasks = [Task(path.name, path, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths]
    documents = [parse(task) for task in tasks]
    texts = sorted({rule.reading for document in documents for rule in rules(document.clauses)})
    pages = sum(document.extract.pages or 0 for document in documents)

    def ours() -> None:
        for task in tasks:
            parse(task)

    what = f"parsing and structuring {pages} pages"
    embed = partial(embedder.embed, texts)
    pairs = alternate(ours, embed, repeat)
    yield of_pairs(what, f"embedding their {len(texts)} clauses", pairs, bound=EMBEDDING)
    pairs = alternate(ours, partial(_extract, paths), repeat)
    yield of_pairs(what, "bare pypdf text extraction", pairs, bound=EXTRACTION)


def _extract(paths: list[Path]) -> None:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    for path in paths:
        for page in pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages:
            page.extract_text()
