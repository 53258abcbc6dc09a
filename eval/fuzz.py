"""Damage policies in many small ways and read each in a process of its own: what becomes of it?

`python -m eval.fuzz [FOLDER]` takes the PDF and Word files of a folder. Every damaged copy must end
in clauses or in a reason with what to do; exits 1 where a reader fell over instead.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
import sys
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from ingest.clauses.structure import rules
from ingest.documents import Document
from ingest.parsing import Task, parse_apart

FOLDER = Path(__file__).parents[1] / "tests" / "ingest" / "policies"
MUTANTS = 300
_AT_ONCE = 50  # copies that lie on the disk together
_UNFORESEEN = re.compile(r"cannot be read \((\w+)\)")
_WORDS = re.compile(rb"[\w/.-]{1,40}")
_TAG = re.compile(rb"<[^<>]{1,400}>")
_STREAM = re.compile(rb"stream\r?\n(.{1,2000000}?)\r?\nendstream", re.S)
_ODD = (b"0", b"-1", b"99999999999", b"1e38", b"", b"null", b"<<", b"[", b"\xff\xfe", b"1 0 R")


@dataclass(frozen=True)
class Mutant:
    """A damaged copy, which the same seed makes again from the same file."""

    seed: int
    way: str
    file: str
    data: bytes


def main(argv: Sequence[str] | None = None) -> int:
    """Damage, read, print one table; 1 where a reader met what nobody foresaw."""
    parser = argparse.ArgumentParser(prog="python -m eval.fuzz", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--mutants", type=int, default=MUTANTS, metavar="N")
    args = parser.parse_args(argv)
    files = sorted(p for p in args.folder.glob("*") if p.suffix.lower() in (".pdf", ".docx"))
    if not files:
        print(f"fuzz: {args.folder} holds no PDF or Word file; name one that does", file=sys.stderr)
        return 1
    counts: Counter[tuple[str, str]] = Counter()
    faults: list[str] = []
    for mutant, fate in fuzz(files, args.mutants):
        kind = _kind(fate)
        counts[Path(mutant.file).suffix.lower(), kind] += 1
        if isinstance(fate, str) and _UNFORESEEN.search(fate):
            faults.append(f"seed {mutant.seed}, {mutant.file}, {mutant.way}: {fate}")
    print(as_table(counts))
    for fault in faults:
        print(f"fuzz: {fault}", file=sys.stderr)
    return 1 if faults else 0


def fuzz(files: Sequence[Path], count: int) -> Iterator[tuple[Mutant, Document | str]]:
    """Each damaged copy with the document read from it, or with the reason why there is none."""
    with tempfile.TemporaryDirectory(prefix="verse-fuzz-") as folder:
        for first in range(0, count, _AT_ONCE):
            mutants = [damaged(files, seed) for seed in range(first, min(first + _AT_ONCE, count))]
            tasks = [_task(Path(folder), mutant) for mutant in mutants]
            for position, fate in parse_apart(tasks):
                yield mutants[position], fate
                tasks[position].path.unlink()


def damaged(files: Sequence[Path], seed: int) -> Mutant:
    """The copy that belongs to a seed; half of all are PDFs where there are any."""
    random = Random(seed)
    kinds = sorted({path.suffix.lower() for path in files})
    kind = kinds[seed % len(kinds)]
    path = random.choice([path for path in files if path.suffix.lower() == kind])
    ways = {**_BLUNT, **(_PDF if kind == ".pdf" else _WORD)}
    way = random.choice(sorted(ways))
    return Mutant(seed, way, path.name, ways[way](path.read_bytes(), random))


def _task(folder: Path, mutant: Mutant) -> Task:
    name = f"{mutant.seed}-{mutant.file}"
    (folder / name).write_bytes(mutant.data)
    return Task(name, folder / name, hashlib.sha256(mutant.data).hexdigest())


def _kind(fate: Document | str) -> str:
    if isinstance(fate, str):
        return re.sub(r"\d[\d,.]*", "…", fate.partition(";")[0])
    if not rules(fate.clauses):
        return "read: no rule found"
    return "read, with a warning" if fate.extract.warnings else "read"


def as_table(counts: Counter[tuple[str, str]]) -> str:
    """Rows of what became of the copies, the most frequent first, by kind of file."""
    kinds = sorted({kind for kind, _ in counts})
    totals = Counter[str]()
    for (_, fate), number in counts.items():
        totals[fate] += number
    lines = [["what became of the damaged copies", *kinds]]
    lines += [
        [fate, *(str(counts[kind, fate]) for kind in kinds)]
        for fate, _ in sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    lines.append(
        ["all", *(str(sum(n for (k, _), n in counts.items() if k == kind)) for kind in kinds)]
    )
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    shown = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    shown.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(shown)


def _flip(data: bytes, random: Random) -> bytes:
    found = bytearray(data)
    for _ in range(random.choice((1, 10, 100, 1000))):
        found[random.randrange(len(found))] = random.randrange(256)
    return bytes(found)


def _cut(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(1, len(data))]


def _lose(data: bytes, random: Random) -> bytes:
    start, length = random.randrange(len(data)), random.choice((1, 16, 512, 8192))
    return data[:start] + data[start + length :]


def _repeat(data: bytes, random: Random) -> bytes:
    start, length = random.randrange(len(data)), random.choice((16, 512, 8192))
    return data[:start] + data[start : start + length] * random.choice((2, 50)) + data[start:]


def _swap(data: bytes, random: Random) -> bytes:
    one, two = sorted(random.randrange(len(data)) for _ in range(2))
    return data[one:two] + data[:one] + data[two:]


def _edit_words(data: bytes, random: Random, pattern: re.Pattern[bytes] = _WORDS) -> bytes:
    """Some words, or tags, replaced by odd ones, by one another, or left out."""
    places = list(pattern.finditer(data))
    for _ in range(random.choice((1, 5, 25))):
        if not places:
            return data
        place = places.pop(random.randrange(len(places)))
        other = random.choice((*_ODD, place[0] * 3, random.choice(places)[0] if places else b""))
        data = data[: place.start()] + other + data[place.end() :]
        places = [p for p in places if p.end() <= place.start()]  # those whose place still holds
    return data


def _edit_objects(data: bytes, random: Random) -> bytes:
    """A PDF's dictionaries, streams left as they are, so that the damage lies in its structure."""
    pieces = re.split(rb"(stream\r?\n.*?endstream)", data, flags=re.S)
    chosen = random.randrange(0, len(pieces), 2)
    pieces[chosen] = _edit_words(pieces[chosen], random)
    return b"".join(pieces)


def _edit_stream(data: bytes, random: Random) -> bytes:
    """What a page draws, packed anew: damage that no checksum gives away."""
    places = list(_STREAM.finditer(data))
    random.shuffle(places)
    for place in places:
        with suppress(zlib.error):
            content = _edit_words(zlib.decompress(place[1]), random)
            return data[: place.start(1)] + zlib.compress(content) + data[place.end(1) :]
    return _flip(data, random)


def _edit_part(data: bytes, random: Random) -> bytes:
    """One part of a Word file, its tags lost, doubled or exchanged."""
    return _with_part(data, random, lambda part: _edit_words(part, random, _TAG))


def _edit_values(data: bytes, random: Random) -> bytes:
    return _with_part(data, random, lambda part: _edit_words(part, random))


def _nest(data: bytes, random: Random) -> bytes:
    """An element of a Word file's part within itself, over and over."""
    depth = random.choice((2, 50, 5000))

    def deepen(part: bytes) -> bytes:
        places = [p for p in _TAG.finditer(part) if p[0][-2:] != b"/>" and p[0][1:2] not in b"/?!"]
        if not places:
            return part
        place = random.choice(places)
        return part[: place.start()] + place[0] * depth + part[place.start() :]

    return _with_part(data, random, deepen)


def _lose_part(data: bytes, random: Random) -> bytes:
    return _with_part(data, random, lambda _part: None)


def _with_part(data: bytes, random: Random, change: Callable[[bytes], bytes | None]) -> bytes:
    """A Word file with one part changed, or left out where the change gives None."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", 8) as new:
        names = [name for name in old.namelist() if name.endswith((".xml", ".rels"))]
        # Most damage worth doing is done to the words and their styles and numbers.
        telling = [n for n in names if n.endswith(("document.xml", "styles.xml", "numbering.xml"))]
        chosen = random.choice(telling if random.random() < 0.7 else names)
        for name in old.namelist():
            part = old.read(name)
            changed = change(part) if name == chosen else part
            if changed is not None:
                new.writestr(old.getinfo(name), changed)  # with its date: the same bytes again
    return packed.getvalue()


_Way = Callable[[bytes, Random], bytes]
_BLUNT: dict[str, _Way] = {
    "bytes changed": _flip,
    "cut short": _cut,
    "a stretch lost": _lose,
    "a stretch repeated": _repeat,
    "stretches exchanged": _swap,
}
_PDF: dict[str, _Way] = {
    "objects edited": _edit_objects,
    "a page's drawing edited": _edit_stream,
}
_WORD: dict[str, _Way] = {
    "tags edited": _edit_part,
    "values edited": _edit_values,
    "elements nested": _nest,
    "a part lost": _lose_part,
}

if __name__ == "__main__":
    raise SystemExit(main())
