"""The report as Markdown, for a pull request or an e-mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.intervals import Figure
from eval.measured import FIRST, HEADLINES
from eval.metrics import METRICS
from eval.reports.findings import Bad, Findings, Side
from eval.reports.page import configuration
from eval.reports.words import summary
from eval.tables import number


def markdown(found: Findings) -> str:
    """The same figures and answers as the page, without its charts."""
    lines = [f"# How good are the answers?\n\nRun {found.run}, {found.config.code_version}.\n"]
    lines += [f"{sentence}\n" for sentence in summary(found)]
    for section in found.sections:
        lines.append(f"## {section.title.capitalize()}\n")
        lines += [f"Left out: {sentence}\n" for sentence in section.broken]
        for side in reversed(section.sides):
            lines.append(f"### {side.split.capitalize()}: {side.n} questions\n")
            lines += figures_table(side, list(METRICS))
            for breakdown in side.breakdowns:
                heads = [breakdown.name, "n", *(METRICS[key].name for key in HEADLINES)]
                rows = (
                    [label, str(n), *(number(figures[key].value) for key in HEADLINES)]
                    for label, n, figures in breakdown.rows
                )
                lines += table(heads, rows)
            heads = ["expected ↓ given →", *side.labels]
            counts = (
                [row, *(str(side.confusion.get((row, column), 0)) for column in side.labels)]
                for row in side.labels
            )
            lines += table(heads, counts)
    lines.append("## Worst answers\n")
    lines.append(f"{found.failed} dev answers fell short; test questions are never shown.\n")
    lines += [line for bad in found.worst for line in _bad(bad)]
    lines.append("## What each figure is\n")
    lines += [f"- **{metric.name}.** {metric.definition}" for metric in METRICS.values()]
    lines.append("\n## What it depends on\n")
    lines += table(["", ""], ([name, value] for name, value in configuration(found.config)))
    return "\n".join(lines) + "\n"


def figures_table(side: Side, keys: Sequence[str] = FIRST) -> list[str]:
    """Figures with intervals, a column a system."""
    heads = ["", *(column.system for column in side.columns)]
    rows = (
        [METRICS[key].name, *(cell(column.figures[key]) for column in side.columns)] for key in keys
    )
    return table(heads, rows)


def cell(figure: Figure) -> str:
    if figure.value is None:
        return "–"
    return f"**{number(figure.value)}** ({number(figure.low)}–{number(figure.high)})"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", f"|{'|'.join(['---', *['--:'] * (len(heads) - 1)])}|"]
    lines += [f"| {' | '.join(one.replace('|', '&#124;') for one in row)} |" for row in rows]
    return [*lines, ""]


def _bad(bad: Bad) -> list[str]:
    sure = "" if bad.confidence is None else f", confidence {bad.confidence:.2f}"
    lines = [f"### {bad.id}: {bad.question}\n", f"{bad.set}, {bad.kind}, {bad.asked_by}{sure}\n"]
    lines += [f"- asked before: {said}" for said in bad.history]
    lines += [f"- **wrong**: {fault}" for fault in bad.faults]
    lines += [f"- expected: {text}" for text in (bad.expected, *bad.evidence)]
    lines += [f"- given: {text}" for text in (bad.given, bad.answer, *bad.quotes) if text]
    return [*lines, f"- why: {bad.why}", ""]
