"""Measure speed, as ratios taken in one run: `python -m eval.bench`.

Every row names its peer, which is timed in turn with ours on the same machine. Exit status 1 when
a bound is missed.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `verse` does; before numpy is imported

import numpy as np

from assistant.answer import AssistantError, Question
from assistant.ask import Assistant
from assistant.asking import understand
from assistant.library import Library
from assistant.retrieve import Ranker, embed_question
from assistant.settings import Settings, read_settings
from eval.bench_browser import in_a_browser, missing
from eval.gold import AS_OF, GoldError, load_gold
from eval.pages import read_pages
from eval.processes import fresh, python, verse
from eval.ratios import (
    BenchError,
    Pair,
    Row,
    alternate,
    as_table,
    misses,
    of_each,
    of_pairs,
    seconds,
)
from ingest.documents import IngestError
from ingest.index import Index, Shelf
from ingest.sync import ingest

HERE = Path(__file__).parent
ROOT = HERE.parent
CORPUS = ROOT / "corpus"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- bench: written by `python -m eval.bench --write` -->", "<!-- end of bench -->"

QUESTION = "Can I text a parent on a trip?"
ASK = ("ask", QUESTION, "--school", "dothill", "--json")
COLD, WARM, READ, INGEST, AGAIN = 1 / 3, 3.0, 50.0, 2.0, 1 / 5  # the bounds


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print one table, and say which bounds were missed."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    parser.add_argument("--write", action="store_true", help="also renew docs/performance.md")
    parser.add_argument(
        "--repeat", type=int, default=5, metavar="N", help="times each is run (at least 5)"
    )
    args = parser.parse_args(argv)
    repeat = max(5, args.repeat)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="verse-bench-", ignore_cleanup_errors=True) as aside:
        try:
            for row in measure(Path(aside), read_settings(), repeat):
                rows.append(row)
                print(f"{row.what}: {row.ratio:.3g}", file=sys.stderr)
        except (BenchError, GoldError, AssistantError, IngestError) as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    about = conditions(repeat)
    if args.json:
        print(json.dumps({**about, "rows": [dataclasses.asdict(row) for row in rows]}))
    else:
        print(as_table(rows))
    if args.write:
        renew(PAGE, f"{sentence(about)}\n\n{as_table(rows)}")
    for missed in misses(rows):
        print(f"bench: {missed}", file=sys.stderr)
    return 1 if misses(rows) else 0


def measure(aside: Path, settings: Settings, repeat: int) -> Iterator[Row]:
    """All rows, one by one; `aside` is an empty folder for homes."""
    home = fresh(aside / "home", settings.home)
    verse(home, "ingest", str(CORPUS), "--json")  # exports the model if nobody has yet
    yield from _cold(home, repeat)
    yield from _ingest_again(aside, home, repeat)
    library = Library.open(home, settings.embedding_model, reader=settings.reader)
    yield from _ingest(aside, home, library, settings.embedding_model, repeat)
    yield from read_pages(library.embedder, repeat)
    yield from _warm(Library(library.index, library.embedder), repeat, ", no reader", WARM)
    if library.reader is not None:
        yield from _warm(library, repeat, "", READ)
    yield from _search(library, repeat)
    yield from _sizes(home, library.index)
    if said := missing():
        print(f"bench: {said}", file=sys.stderr)
    else:
        yield from in_a_browser(aside, home, Assistant(library), repeat)


def _cold(home: Path, repeat: int) -> Iterator[Row]:
    """Whole processes, Python's own start included."""
    peer = "import sentence_transformers"
    verse(home, *ASK)
    python("-c", peer)
    pairs = alternate(lambda: verse(home, *ASK), lambda: python("-c", peer), repeat)
    yield of_pairs("verse ask, a fresh process", f'python -c "{peer}"', pairs, bound=COLD)
    if Path("/proc/self/status").is_file():
        ours = f"import sys; from ui.cli import main; main({('--home', str(home), *ASK)!r})"
        peaks = [(_peak_memory(ours), _peak_memory(peer)) for _ in range(3)]
        yield of_pairs("peak memory of that process", f'python -c "{peer}"', peaks, "MB")


def _ingest_again(aside: Path, home: Path, repeat: int) -> Iterator[Row]:
    """Whole processes; the first fills an empty home, the second finds nothing changed."""
    pairs: list[Pair] = []
    for number in range(repeat):
        empty = fresh(aside / f"again-{number}", home)
        run = partial(verse, empty, "ingest", str(CORPUS), "--json")
        first, second = seconds(run), seconds(run)
        pairs.append((second, first))
        shutil.rmtree(empty)
    yield of_pairs("verse ingest, nothing changed", "the first verse ingest", pairs, bound=AGAIN)


def _ingest(
    aside: Path, home: Path, library: Library, model: str | None, repeat: int
) -> Iterator[Row]:
    """In process, after imports; the model is exported already but opened anew each time."""
    texts = [text for shelf in _shelves(library.index) for text in shelf.texts]
    empty = [fresh(aside / f"empty-{run}", home) for run in range(repeat + 1)]
    ingest(CORPUS, empty.pop(), model=model)
    pairs = alternate(
        lambda: ingest(CORPUS, empty.pop(), model=model),
        lambda: library.embedder.embed(texts),
        repeat,
    )
    peer = f"embedding its {len(texts)} clauses"
    yield of_pairs("ingest into an empty home", peer, pairs, bound=INGEST)


def _warm(library: Library, repeat: int, how: str, bound: float) -> Iterator[Row]:
    """Every gold question that gets as far as the policies, in one process."""
    assistant = Assistant(library)
    asked = [
        Question(
            question=gold.question.question,
            history=gold.question.history,
            school=gold.question.school or None,
            role=gold.question.role,
            as_of=AS_OF,
        )
        for gold in load_gold([HERE / "gold"], CORPUS)
    ]
    # Those that are declined or asked back are never embedded, and would flatter us.
    searched = [q for q in asked if assistant.ask(q).status in ("answered", "not_covered")]
    runs: dict[Question, list[Pair]] = {question: [] for question in searched[::2]}
    for _ in range(repeat * 3):
        for question, pairs in runs.items():
            embed = partial(library.embedder.embed, [question.question])
            pairs += alternate(partial(assistant.ask, question), embed, 1)
    peer = "embedding that question"
    alone = [pairs for question, pairs in runs.items() if not question.history]
    following = [pairs for question, pairs in runs.items() if question.history]
    yield of_each(f"a warm question{how}: median", peer, alone, 50, bound)
    yield of_each(f"a warm question{how}: 95th percentile", peer, alone, 95, bound)
    yield of_each(f"a warm follow-up{how}", peer, following, 50, None)


def _search(library: Library, repeat: int) -> Iterator[Row]:
    """Schools larger than any we have, from our clauses repeated and their vectors perturbed."""
    shelves = _shelves(library.index)
    passages = [passage for shelf in shelves for passage in shelf.passages]
    vectors = np.concatenate([shelf.vectors for shelf in shelves])
    asked = understand(QUESTION)
    wanted = embed_question(asked, library.embedder)
    random = np.random.default_rng(7)
    for count in (2_000, 20_000):
        rows = np.arange(count) % len(passages)
        near = vectors[rows] + random.normal(0, 0.02, (count, vectors.shape[1]))
        near = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
        ranker = Ranker(
            Shelf(tuple(passages[row] for row in rows), near), library.embedder.model.name
        )
        actions = {
            "exact search by meaning": partial(np.matmul, near, wanted.T),
            "the whole ranking": partial(ranker.rank, asked, wanted, library.learned),
        }
        embed = partial(library.embedder.embed, [QUESTION])
        for what, action in actions.items():
            pairs = alternate(action, embed, repeat * 4)
            yield of_pairs(f"{what}, {count:,} clauses", "embedding a question", pairs)


def _sizes(home: Path, index: Index) -> Iterator[Row]:
    """What the index of the corpus takes on disk, the model aside."""
    generation = home / "generations" / index.manifest.generation
    kept = sum(map(_bytes, (generation, home / "documents")))
    files = sum(_bytes(CORPUS / held.source) for held in index.manifest.documents)
    ratio = kept / files
    mega = 1_000_000
    yield Row(
        "index and stored documents", kept / mega, "the policies' own files", files / mega, "MB",
        ratio, ratio, ratio, "",
    )  # fmt: skip


def _shelves(index: Index) -> list[Shelf]:
    both = ("current", "superseded")
    shelves = (index.shelf(school.key, status) for school in index.schools for status in both)
    return [shelf for shelf in shelves if shelf.passages]


def _bytes(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _peak_memory(code: str) -> float:
    """Megabytes at most resident in a fresh process; by Linux's own book-keeping."""
    told = "import sys; print(open('/proc/self/status').read(), file=sys.stderr)"
    found = re.search(r"VmHWM:\s+(\d+) kB", python("-c", f"{code}\n{told}"))
    if found is None:
        raise BenchError("this Linux does not say how much memory a process had at most")
    return int(found[1]) * 1024 / 1_000_000


def conditions(repeat: int) -> dict[str, str | int]:
    """What a reader needs in order to take the figures again."""
    return {
        "command": "python -m eval.bench" + (f" --repeat {repeat}" if repeat != 5 else ""),
        "date": dt.date.today().isoformat(),
        "cpu": _cpu(),
        "cores": os.cpu_count() or 1,
        "python": platform.python_version(),
    }


def _cpu() -> str:
    try:
        names = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    except OSError:
        names = None
    return names[1].strip() if names else platform.processor() or platform.machine()


def sentence(about: dict[str, str | int]) -> str:
    return (
        f"`{about['command']}` on {about['date']}, {about['cpu']}, {about['cores']} cores, "
        f"Python {about['python']}."
    )


def renew(page: Path, table: str, opening: str = BEGIN, closing: str = END) -> None:
    """Put the table between the page's two markers."""
    before, begin, rest = page.read_text("utf-8").partition(opening)
    _, end, after = rest.partition(closing)
    if not begin or not end:
        raise BenchError(f"{page.name} has lost its markers {opening} and {closing}; mend them.")
    page.write_text(f"{before}{opening}\n\n{table}\n\n{closing}{after}", "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
