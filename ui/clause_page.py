"""One HTML page of an ingest: each document's clauses beside its pages, to be checked by eye."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ingest.apart import Call, run_apart
from ingest.documents import Clause, Document, Fact, flow
from ingest.home import document_path, write_whole
from ingest.index import Held, open_index
from ingest.parsed import parse_all
from ingest.parsing import Task
from ingest.report import Row, row

_MOST_PICTURES = 300  # pages; more would make a file that no browser opens
_SCALE = 1.1  # 79 pixels an inch: words can be read, a page weighs some 60 kB


@dataclass(frozen=True)
class Line:
    """A clause as the page shows it; `depth` counts headings and lead-ins above it."""

    kind: str
    number: str
    words: str
    depth: int
    goes_on: str  # where it refers to


@dataclass(frozen=True)
class Leaf:
    """A page, or the whole of a document without pages; `picture` is a data address or ""."""

    number: int | None
    lines: tuple[Line, ...]
    picture: str


@dataclass(frozen=True)
class Sheet:
    """A document: what the report says of it, what it says of itself, and its pages."""

    row: Row
    facts: tuple[tuple[str, Fact], ...]
    leaves: tuple[Leaf, ...]


def write_page(file: Path, folder: Path, home: Path, ocr: bool = False) -> None:
    """Write the page about what the index holds of a folder."""
    held = [h for h in open_index(home).manifest.documents if h.folder == str(folder.resolve())]
    tasks = [Task(h.source, document_path(home, h.sha256), h.sha256, ocr) for h in held]
    documents = dict(parse_all(home, tasks))
    pairs = [(h, d) for n, h in enumerate(held) if isinstance(d := documents.get(n), Document)]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("clause_page.html")
    write_whole(file, page.render(sheets=list(_sheets(home, pairs)), folder=folder.name).encode())


def _sheets(home: Path, pairs: Sequence[tuple[Held, Document]]) -> Iterator[Sheet]:
    left = _MOST_PICTURES
    for held, document in pairs:
        pictures = _pictures(document_path(home, held.sha256), document, left)
        left -= len(pictures)
        facts = tuple(sorted(held.policy.facts.items()))
        yield Sheet(row(held, document), facts, tuple(_leaves(document, pictures)))


def _leaves(document: Document, pictures: dict[int, str]) -> Iterator[Leaf]:
    known = {clause.id: clause for clause in document.clauses}
    pages = {
        page: tuple(_line(clause, known) for clause in clauses)
        for page, clauses in groupby(document.clauses, key=_page)
    }
    for number in sorted({*pages, *pictures}):
        yield Leaf(number or None, pages.get(number, ()), pictures.get(number, ""))


def _page(clause: Clause) -> int:
    return clause.page or 0


def _line(clause: Clause, known: dict[str, Clause]) -> Line:
    targets = [known.get(reference.target) for reference in clause.references]
    depth = len(clause.heading) + len(clause.outer) + bool(clause.lead_in)
    return Line(
        kind=clause.kind,
        number=clause.number,
        words=flow(clause.text),
        depth=min(depth, 8),
        goes_on=", ".join(flow(t.number or t.text) for t in targets if t is not None),
    )


def _pictures(path: Path, document: Document, most: int) -> dict[int, str]:
    """Pages by number, drawn in a process apart; none where the file is no PDF."""
    if document.extract.pages is None:
        return {}
    wanted = range(1, min(document.extract.pages, most) + 1)
    for _, answer in run_apart([Call(draw, (path, tuple(wanted)))]):
        if isinstance(answer, bytes):
            return dict(zip(wanted, json.loads(answer), strict=True))
    return {}


def draw(path: Path, pages: Sequence[int]) -> bytes:
    """Data addresses of pages, as a JSON list; "" for one that cannot be drawn."""
    from ingest.pdf.picture import render_page

    data = path.read_bytes()
    drawn = []
    for page in pages:
        try:
            picture = base64.b64encode(render_page(data, page, _SCALE)).decode()
        except Exception:  # the words are there all the same
            drawn.append("")
        else:
            drawn.append(f"data:image/png;base64,{picture}")
    return json.dumps(drawn).encode()
