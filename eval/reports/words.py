"""Figures in words that a governor can check against the tables."""

from __future__ import annotations

from eval.intervals import Figure
from eval.reports.findings import Findings, Section, Side


def percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def with_interval(figure: Figure) -> str:
    """31 % (24 to 39 %)."""
    if figure.value is None or figure.low is None or figure.high is None:
        return "–"
    return f"{percent(figure.value)} ({100 * figure.low:.0f} to {percent(figure.high)})"


def summary(findings: Findings) -> list[str]:
    """What a reader should take away, best known first: the questions kept aside."""
    return [_of(section, section.sides[-1]) for section in findings.sections if section.sides]


def _of(section: Section, side: Side) -> str:
    figures = side.ours.figures
    aside = " that nobody tuned for" if side.split == "test" else ""
    said = [
        f"Of {side.n} questions about {section.title}{aside}, "
        f"{with_interval(figures['whole'])} were answered all right: status, verdict and first "
        "quote."
    ]
    silent, refused = figures["abstention_recall"].value, figures["false_refusals"].value
    if silent is not None:
        said.append(
            f"Where the policies are silent it said so in {percent(silent)} of cases, and it "
            f"refused {percent(refused)} of the questions that they do answer."
        )
    promises = {
        "verbatim": ("every quote was word for word", 1.0),
        "other_school": ("no answer quoted another school", 0.0),
        "superseded": ("none quoted a replaced rule unasked", 0.0),
    }
    kept = [words for key, (words, best) in promises.items() if figures[key].value == best]
    broken = [key for key, (_, best) in promises.items() if figures[key].value not in (best, None)]
    if kept:
        said.append(f"{'; '.join(kept).capitalize()}.")
    if broken:
        said.append(f"Promises broken: {', '.join(broken)}; see the table.")
    return " ".join(said)
