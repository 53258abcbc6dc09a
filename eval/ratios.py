"""Times as ratios to a peer timed in the same run: the only kind that means anything elsewhere."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Action = Callable[[], object]
Pair = tuple[float, float]  # ours and the peer's, one straight after the other


class BenchError(Exception):
    """What could not be run, and what it said."""


@dataclass(frozen=True)
class Row:
    """One thing measured beside a peer; without a bound it only informs."""

    what: str
    ours: float
    peer_is: str
    peer: float
    unit: str  # of both: s, ms, MB
    ratio: float
    low: float
    high: float
    spread_is: str  # what lies between low and high
    bound: float | None = None

    @property
    def missed(self) -> bool:
        return self.bound is not None and self.ratio > self.bound


def alternate(ours: Action, peer: Action, times: int) -> tuple[Pair, ...]:
    """Seconds of both in turn (ours, peer, ours, peer, …), so that both meet the same weather."""
    return tuple((seconds(ours), seconds(peer)) for _ in range(times))


def seconds(action: Action) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def of_pairs(
    what: str, peer_is: str, pairs: Sequence[Pair], unit: str = "s", bound: float | None = None
) -> Row:
    """A row from repetitions: the median of the ratios, between the least and the greatest."""
    ratios = [ours / peer for ours, peer in pairs]
    return Row(
        what,
        statistics.median(ours for ours, _ in pairs),
        peer_is,
        statistics.median(peer for _, peer in pairs),
        unit,
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        f"{len(pairs)} runs",
        bound,
    )


def of_each(
    what: str, peer_is: str, runs: Sequence[Sequence[Pair]], percent: int, bound: float | None
) -> Row:
    """A row from many different questions: a percentile of their ratios, between the quartiles.

    `runs` holds the repetitions of each question. Its ratio is the fastest of ours to the fastest
    of the peer's: a few milliseconds are easily doubled by whatever else the machine does, and
    the fastest is what the work itself costs.
    """
    best = [(min(o for o, _ in pairs), min(p for _, p in pairs)) for pairs in runs]
    ratios = [ours / peer for ours, peer in best]
    return Row(
        what,
        percentile([ours for ours, _ in best], percent),
        peer_is,
        percentile([peer for _, peer in best], percent),
        "s",
        percentile(ratios, percent),
        percentile(ratios, 25),
        percentile(ratios, 75),
        f"middle half of {len(best)}",
        bound,
    )


def percentile(values: Iterable[float], percent: int) -> float:
    """The least value that is at least as great as `percent` in 100 of them."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]


def misses(rows: Iterable[Row]) -> list[str]:
    """One sentence for each bound that does not hold."""
    return [
        f"{row.what}: {row.ratio:.3g} times {row.peer_is}, over the bound of {_bound(row)}."
        for row in rows
        if row.missed
    ]


def as_table(rows: Sequence[Row]) -> str:
    """A Markdown table that also reads well where Markdown is not shown."""
    head = ("what", "ours", "peer", "takes", "ratio", "spread", "bound", "")
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
    lines = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    held = "" if row.bound is None else "MISSED" if row.missed else "held"
    spread = f"{row.low:.3g} to {row.high:.3g} ({row.spread_is})" if row.spread_is else ""
    return (
        row.what,
        _amount(row.ours, row.unit),
        row.peer_is,
        _amount(row.peer, row.unit),
        f"{row.ratio:.3g}",
        spread,
        _bound(row),
        held,
    )


def _bound(row: Row) -> str:
    if row.bound is None:
        return ""
    return f"{row.bound:.3g}" if row.bound >= 1 else f"1/{1 / row.bound:.3g}"


def _amount(value: float, unit: str) -> str:
    if unit == "s" and value < 0.1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} {unit}"
