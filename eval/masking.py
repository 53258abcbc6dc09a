"""`verse eval masking`: how often names, addresses and numbers of typed questions are masked."""

from __future__ import annotations

import argparse
import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.answer import AssistantError
from assistant.masking import MARKS, mask
from eval.reports.charts import wilson

FILE = Path(__file__).parent / "labelled" / "names.txt"

_PLANTED = re.compile(r"\{([nep]):([^{}|]+)(?:\|([^{}|]+))?\}")
_KINDS = {"n": "names", "e": "e-mail addresses", "p": "telephone numbers"}
_TITLES = frozenset("mr mrs ms miss dr sir reverend coach uncle auntie grandad".split())
_STARTS = "b c d f g h j k l m n p r s t v w y z br dr kr th sh ch gw ll mb nd".split()
_VOWELS = "a e i o u ai ei ou ia".split()
_ENDS = ["", "", "", *"n l r s m k d th sh".split()]


class LabelsError(AssistantError):
    """A line of the labelled questions cannot be read."""


@dataclass(frozen=True)
class Planted:
    """Something that should be masked: its kind (n, e or p) and the words that must not stay."""

    kind: str
    words: str


@dataclass(frozen=True)
class Line:
    """A labelled question: as typed, what is planted in it, and its other words."""

    typed: str
    planted: tuple[Planted, ...]
    rest: str


@dataclass(frozen=True)
class Share:
    """`hit` of `of`, and the bounds of its 95 % interval (Wilson)."""

    hit: int
    of: int
    low: float
    high: float

    def __str__(self) -> str:
        if not self.of:
            return "none"
        return f"{self.hit}/{self.of} ({self.hit / self.of:.0%}, {self.low:.0%} to {self.high:.0%})"


@dataclass(frozen=True)
class Measured:
    """What is masked of each kind; innocent questions that stay whole; what went wrong."""

    found: dict[str, Share]
    whole: Share
    missed: tuple[str, ...]  # "what stayed: the question masked"
    alarms: tuple[str, ...]  # "what went: the question as typed"


def read_lines(path: Path = FILE) -> tuple[Line, ...]:
    """The labelled questions; raises LabelsError, naming the line that cannot be read."""
    lines = []
    for number, row in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not row.strip() or row.startswith("# "):
            continue
        bare = _PLANTED.sub("", row)
        if re.search(r"[{}]", bare):
            raise LabelsError(
                f"{path}, line {number}: write a mark as {{n:name}}, {{e:…}}, {{p:…}}."
            )
        planted = tuple(Planted(m[1], m[3] or m[2]) for m in _PLANTED.finditer(row))
        typed = _PLANTED.sub(lambda m: m[2], row)
        lines.append(Line(typed, planted, bare))
    return tuple(lines)


def measure(lines: Sequence[Line], masker: Callable[[str], str] = mask) -> Measured:
    """How much of what is planted is masked, and how many innocent questions lose a word."""
    hits, all_ = Counter[str](), Counter[str]()
    missed, alarms, whole = [], [], 0
    for line in lines:
        masked = masker(line.typed)
        for one in line.planted:
            gone = not _stays(one, masked)
            hits[one.kind] += gone
            all_[one.kind] += 1
            if not gone:
                missed.append(f"{one.words}: {masked}")
        lost = _lost(line, masked)
        if not line.planted:
            whole += not lost
        if lost:
            alarms.append(f"{', '.join(lost)}: {line.typed}")
    innocent = sum(not line.planted for line in lines)
    found = {_KINDS[kind]: _share(hits[kind], of) for kind, of in all_.items()}
    return Measured(found, _share(whole, innocent), tuple(missed), tuple(alarms))


def with_names_nobody_has(lines: Sequence[Line], seed: int = 20261120) -> tuple[Line, ...]:
    """The same questions about people whose names no list can know: syllables drawn at random."""
    rng = random.Random(seed)

    def renamed(line: Line) -> Line:
        typed, planted = line.typed, []
        for one in line.planted:
            words = one.words
            for word in _words(words) if one.kind == "n" else ():
                name = _made_up(rng, word)
                typed = re.sub(rf"\b{re.escape(word)}", name, typed)
                words = words.replace(word, name)
            planted.append(Planted(one.kind, words))
        return Line(typed, tuple(planted), line.rest)

    return tuple(renamed(line) for line in lines for _ in range(3))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--misses", action="store_true", help="list what was missed or lost")
    parser.add_argument("--labels", type=Path, default=FILE, metavar="FILE", help="other questions")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace, _openers: Any = None) -> int:
    """Print the measure."""
    lines = read_lines(args.labels)
    measured = measure(lines)
    strange = measure(with_names_nobody_has(lines)).found.get("names")
    if args.json:
        print(json.dumps(asdict(measured) | {"names_nobody_has": strange and asdict(strange)}))
        return 0
    rows = [(f"{kind} masked", share) for kind, share in measured.found.items()]
    rows += [("names nobody has masked", strange)] if strange else []
    for what, share in [*rows, ("innocent questions left whole", measured.whole)]:
        print(f"{what:<30} {share}")
    if args.misses:
        print("\n".join(["", "Missed", *measured.missed, "", "Lost", *measured.alarms]))
    return 0


def _share(hit: int, of: int) -> Share:
    return Share(hit, of, *(wilson(hit, of) if of else (0.0, 1.0)))


def _stays(one: Planted, masked: str) -> bool:
    """Any part of a name, the sender of an address, or four digits in a row are still there."""
    rest = _plain(re.sub("|".join(map(re.escape, MARKS)), " ", masked))
    if one.kind == "p":
        return re.search(r"\d(?:[\W_]{0,3}\d){3}", rest) is not None
    if one.kind == "e":
        return "@" in rest or re.split(r"@| at ", _plain(one.words))[0].strip() in rest
    parts = map(_plain, _words(one.words))
    return any(re.search(rf"(?<!\w){re.escape(part)}s?(?!\w)", rest) for part in parts)


def _words(name: str) -> list[str]:
    """The parts of a name, less initials and titles."""
    parts = re.split(r"[\W\d_]+", name)
    return [part for part in parts if len(part) > 1 and part.lower() not in _TITLES]


def _made_up(rng: random.Random, like: str) -> str:
    """A name that can be said, in the capitals of another."""
    name = "".join(rng.choice(_STARTS) + rng.choice(_VOWELS) for _ in range(rng.choice((2, 3, 3))))
    name += rng.choice(_ENDS)
    return name.upper() if like.isupper() else name.title() if like[0].isupper() else name


def _lost(line: Line, masked: str) -> list[str]:
    """Words of a question that nobody planted and that are gone."""
    kept = Counter(re.findall(r"\w+", _plain(masked)))
    had = Counter(re.findall(r"\w+", _plain(line.rest)))
    return sorted(word for word in had - kept if len(word) > 1)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ı", "i"))
    return "".join(char for char in apart if not unicodedata.combining(char))
