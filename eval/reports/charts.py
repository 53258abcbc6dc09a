"""Charts of a run as inline SVG: nothing is loaded when the page is opened."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eval.given import Case
from eval.intervals import Figure as Measure
from eval.intervals import rows_of
from eval.metrics import METRICS, confidence

# Told apart by eyes that do not see red or green (Okabe and Ito 2008), and by their marks.
COLOURS = ("#0b57a4", "#c4570a", "#5f5f5f", "#7b3f8c", "#00735c")
MARKS = ("o", "s", "D", "^", "v")
INK, FAINT = "#24292f", "#c9d1d9"


@dataclass(frozen=True)
class Row:
    """A line of a chart of figures: its name, and each series' figure."""

    name: str
    figures: tuple[Measure | None, ...]


def figures_chart(rows: Sequence[Row], series: Sequence[str], salt: str) -> str:
    """Shares with their intervals, a row each, the series beside one another."""
    height = 0.8 + len(rows) * (0.2 + 0.1 * len(series))
    figure, axes = _new(8.4, height)
    step = min(0.24, 0.72 / len(series)) if len(series) > 1 else 0
    for place, row in enumerate(rows):
        for number, one in enumerate(row.figures):
            if one is None or one.value is None or one.low is None or one.high is None:
                continue
            y = place + step * (number - (len(series) - 1) / 2)
            colour, mark = COLOURS[number % 5], MARKS[number % 5]
            axes.plot([one.low, one.high], [y, y], color=colour, lw=2, alpha=0.55, zorder=2)
            axes.plot([one.value], [y], mark, color=colour, ms=6, zorder=3)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks(np.arange(0, 1.01, 0.2))
    axes.grid(axis="x", color=FAINT, lw=0.7)
    axes.xaxis.set_ticks_position("top")
    if len(series) > 1:
        handles = [
            axes.plot([], [], MARKS[n % 5], color=COLOURS[n % 5], ms=6, label=name)[0]
            for n, name in enumerate(series)
        ]
        axes.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(0, -0.02),
            ncols=min(len(series), 3),
            frameon=False,
        )
    return _svg(figure, salt)


def risk_coverage_chart(sides: Sequence[tuple[str, Sequence[Case]]], salt: str) -> str:
    """How often an answer is not all right, among the most confident share of questions."""
    figure, axes = _new(5.2, 3.7)
    for number, (name, cases) in enumerate(sides):
        rows = rows_of(METRICS["aurc"], cases)
        covered, risk, _ = confidence.curve(rows, np.ones((1, len(rows))))
        colour = COLOURS[number % 5]
        style = "-" if number % 2 == 0 else "--"
        axes.plot(covered[0], risk[0], style, color=colour, lw=2, label=name)
        axes.plot(covered[0][-1:], risk[0][-1:], MARKS[number % 5], color=colour, ms=6)
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("share of questions, from the most confident answer down")
    axes.set_ylabel("share of them not all right")
    axes.grid(color=FAINT, lw=0.7)
    axes.legend(frameon=False, loc="upper left")
    return _svg(figure, salt)


def reliability_chart(sides: Sequence[tuple[str, Sequence[Case]]], salt: str) -> str:
    """What confidence promised, and what came of it, in ten bins of as many questions each."""
    figure, axes = _new(5.2, 3.7)
    axes.plot([0, 1], [0, 1], color=INK, lw=1, ls=":", zorder=1)
    axes.annotate("as promised", (0.6, 0.5), color=INK, fontsize=8, rotation=34)
    for number, (name, cases) in enumerate(sides):
        rows = rows_of(METRICS["ece"], cases)
        mass, sure, right = (each[0] for each in confidence.bins(rows, np.ones((1, len(rows)))))
        colour, mark = COLOURS[number % 5], MARKS[number % 5]
        for n, x, y in zip(mass, sure, right, strict=True):
            if n:
                low, high = wilson(y * n, n)
                axes.plot([x, x], [low, high], color=colour, lw=1.4, alpha=0.45, zorder=2)
        axes.plot(sure, right, mark, color=colour, ms=6, label=name, zorder=3)
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("mean confidence of the bin")
    axes.set_ylabel("share all right")
    axes.grid(color=FAINT, lw=0.7)
    axes.legend(frameon=False, loc="upper left")
    return _svg(figure, salt)


def wilson(right: float, n: float, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share of few (Wilson 1927)."""
    share, square = right / n, z * z / n
    middle = share + square / 2
    half = z * math.sqrt(share * (1 - share) / n + square / (4 * n))
    return (middle - half) / (1 + square), (middle + half) / (1 + square)


def _new(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, labelsize=9, colors=INK)
    axes.xaxis.label.set(color=INK, fontsize=9)
    axes.yaxis.label.set(color=INK, fontsize=9)
    return figure, axes


def _svg(figure: Figure, salt: str) -> str:
    """The drawing alone; `salt` keeps the names inside the drawings of one page apart."""
    out = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": salt, "font.family": "DejaVu Sans"}):
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    drawing = out.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.S)
    named = r"figure|axes|patch|matplotlib|xtick|ytick|line2d|text|legend"
    drawing = re.sub(rf' id="(?:{named})[^"]*"', "", drawing)  # nothing refers to these
    return re.sub(r'( id="|href="#|url\(#)', rf"\g<1>{salt}-", drawing)
