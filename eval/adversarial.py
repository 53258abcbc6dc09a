"""`verse eval adversarial`: does verification reject what misstates a clause, and only that?"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from assistant import compose
from assistant.answer import Quote
from assistant.verify import check_sentence, says_only
from eval import judged
from eval.asking import Openers
from eval.corpus import Corpus, read_corpus
from eval.faithfulness import is_faithful
from eval.flips import Cited, Flip, generate, rules_of
from eval.reports.charts import wilson
from eval.sets import SETS
from eval.tables import wide_console

Accepts = Callable[[str, Sequence[Cited]], bool]


def accepts(sentence: str, quotes: Sequence[Cited]) -> bool:
    """Whether the assistant would say a sentence on the strength of these quotes.

    The one door to the verifier: a better one slots in here.
    """
    made = [_as_quote(one) for one in quotes]
    return says_only(sentence, made, compose.FIXED) or not check_sentence(sentence, made)


def metric_accepts(sentence: str, quotes: Sequence[Cited]) -> bool:
    """Whether the evaluation's own metric finds a sentence faithful."""
    return is_faithful(sentence, [one.reading for one in quotes])


_WORD = re.compile(r"[a-z]{4,}")
Closeness = Literal["its words", "most of its words", "other words"]
CLOSENESS: tuple[Closeness, ...] = ("its words", "most of its words", "other words")

JUDGES: dict[str, Accepts] = {"verification": accepts, "metric": metric_accepts}


@dataclass(frozen=True)
class Share:
    """How many of a kind came out as they should, with the 95 % interval of the share (Wilson)."""

    right: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.right / self.n


@dataclass(frozen=True)
class Outcome:
    """What one judge made of the suite, kind by kind."""

    flips: dict[str, Share]  # generated: share rejected
    by_hand: dict[str, Share]  # written by hand: share rejected, by change and by half
    paraphrases: dict[str, Share]  # written by hand: share accepted, by half and by closeness


@dataclass(frozen=True)
class Agreement:
    """How a judge of whole answers fares against people: of `n`, by what they found faithful."""

    n: int
    accuracy: Share
    precision: Share  # of those it finds faithful, the share that is
    recall: Share  # of those that are faithful, the share that it finds so


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `verse eval adversarial`."""
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS)


def run(args: argparse.Namespace, _openers: Openers) -> int:
    """Print what verification, and our own metric, make of flips and paraphrases."""
    corpora = [read_corpus(one.corpus) for one in SETS.values() if one.corpus.is_dir()]
    made = flips_of(corpora)
    outcomes = {name: judge(judged_by, made) for name, judged_by in JUDGES.items()}
    pairs = judged.pairs()
    metric = {"all": agreement(pairs)} | {
        half: agreement([pair for pair in pairs if judged.half(pair) == half])
        for half in judged.HALVES
    }
    if args.json:
        found = {name: asdict(outcome) for name, outcome in outcomes.items()}
        on_pairs = {name: asdict(one) for name, one in metric.items()}
        print(json.dumps({"outcomes": found, "metric_on_pairs": on_pairs}))
        return 0
    console = wide_console()
    _print(console, outcomes)
    _print_agreement(console, metric)
    return 0


def flips_of(corpora: Sequence[Corpus]) -> list[Flip]:
    """The generated flips of every corpus; splices and foreign quotes stay within one."""
    return [flip for corpus in corpora for flip in generate(rules_of(corpus))]


def judge(judged_by: Accepts, made: Sequence[Flip]) -> Outcome:
    """One judge's verdict on every flip and every paraphrase."""
    by_hand = [
        (judged.half(f), f.change, not judged_by(f.sentence, _cited(f))) for f in judged.flips()
    ]
    accepted = [
        (judged.half(p), closeness(p.sentence, _cited(p)), judged_by(p.sentence, _cited(p)))
        for p in judged.paraphrases()
    ]
    return Outcome(
        _rejected(judged_by, made),
        _by_name([(change, rejected) for _, change, rejected in by_hand])
        | _halves([(half, rejected) for half, _, rejected in by_hand]),
        _halves([(half, right) for half, _, right in accepted])
        | _by_closeness([(close, right) for _, close, right in accepted]),
    )


def closeness(sentence: str, quotes: Sequence[Cited]) -> Closeness:
    """How many of a sentence's words of four letters and more are its clause's own, ends aside."""
    told = {word[:5] for one in quotes for word in _WORD.findall(one.reading.lower())}
    said = {word[:5] for word in _WORD.findall(sentence.lower())}
    share = len(said & told) / len(said) if said else 1.0
    return "its words" if share >= 0.8 else "most of its words" if share >= 0.5 else "other words"


def agreement(pairs: Sequence[judged.Pair]) -> Agreement:
    """The metric of faithfulness against answers judged by hand."""
    said = [is_faithful(pair.answer, pair.quotes) for pair in pairs]
    both = sum(one and pair.faithful for one, pair in zip(said, pairs, strict=True))
    same = sum(one == pair.faithful for one, pair in zip(said, pairs, strict=True))
    return Agreement(
        len(pairs),
        _share(same, pairs),
        _share(both, [one for one in said if one]),
        _share(both, [pair for pair in pairs if pair.faithful]),
    )


def _rejected(judged_by: Accepts, flips: Sequence[Flip]) -> dict[str, Share]:
    return _by_name([(flip.change, not judged_by(flip.sentence, flip.quotes)) for flip in flips])


def _halves(found: Sequence[tuple[judged.Half, bool]]) -> dict[str, Share]:
    """The shares of all and, in this order, of dev and test."""
    shares = _by_name(found)
    return {name: shares[name] for name in ("all", *judged.HALVES)}


def _by_closeness(found: Sequence[tuple[str, bool]]) -> dict[str, Share]:
    shares = _by_name(found)
    return {name: shares[name] for name in CLOSENESS if name in shares}


def _by_name(found: Sequence[tuple[str, bool]]) -> dict[str, Share]:
    """The share that came out right by name, and of all."""
    named: dict[str, list[bool]] = {}
    for name, right in found:
        named.setdefault(name, []).append(right)
    every = [right for _, right in found]
    shares = {name: _share(sum(ones), ones) for name, ones in named.items()}
    return shares | {"all": _share(sum(every), every)}


def _share(right: int, of: Sequence[Any]) -> Share:
    n = len(of)
    low, high = wilson(right, n) if n else (0.0, 1.0)
    return Share(right, n, low, high)


def _cited(one: judged.Flip | judged.Paraphrase) -> tuple[Cited, ...]:
    second = one.clause2 if isinstance(one, judged.Flip) else ""
    return tuple(Cited(text, one.lead_in) for text in (one.clause, second) if text)


def _as_quote(cited: Cited) -> Quote:
    return Quote(
        text=cited.text,
        lead_in=cited.lead_in,
        kind="rule",
        school="",
        policy="",
        status="current",
        modality="statement",
        source="",
        sha256="",
        text_sha256="",
        start=0,
        end=len(cited.text),
    )


def _print(console: Console, outcomes: dict[str, Outcome]) -> None:
    first = next(iter(outcomes.values()))
    for title, part in (
        ("flips made from the clauses: share rejected", "flips"),
        ("flips written by hand: share rejected", "by_hand"),
        ("paraphrases written by hand: share accepted", "paraphrases"),
    ):
        table = _table(title, list(outcomes))
        for name, share in getattr(first, part).items():
            cells = (_cell(getattr(outcome, part)[name]) for outcome in outcomes.values())
            table.add_row(name.replace("_", " "), str(share.n), *cells)
        console.print(table)
        console.print()


def _print_agreement(console: Console, metric: dict[str, Agreement]) -> None:
    title = "our metric of faithfulness against answers judged by hand"
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("", no_wrap=True, min_width=24)
    for head in ("n", "as people judged", "precision", "recall"):
        table.add_column(head, justify="right", no_wrap=True)
    for name, found in metric.items():
        shares = (found.accuracy, found.precision, found.recall)
        table.add_row(name, str(found.n), *map(_cell, shares))
    console.print(table)
    console.print("precision, recall: of answers that are, or are found, faithful", style="dim")
    console.print("dev: topics that our metric was worked on with; test: the others", style="dim")


def _table(title: str, judges: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("", no_wrap=True, min_width=24)
    table.add_column("n", justify="right")
    for judge in judges:
        table.add_column(judge, justify="right", no_wrap=True)
    return table


def _cell(share: Share) -> str:
    if not share.n:
        return "–"
    return f"{share.value:.2f} ({share.low:.2f}–{share.high:.2f})"
