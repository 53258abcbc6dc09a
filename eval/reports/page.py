"""The report as one self-contained HTML page."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.config import Config
from eval.measured import FIRST, HEADLINES
from eval.metrics import METRICS
from eval.reports.charts import (
    Row,
    figures_chart,
    reliability_chart,
    risk_coverage_chart,
)
from eval.reports.findings import Findings, Section, Side
from eval.reports.words import summary
from eval.tables import number

Charts = dict[tuple[str, ...], str]


def html(found: Findings) -> str:
    """The whole page."""
    folder = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=folder,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        found=found,
        summary=summary(found),
        charts=charts(found),
        first=FIRST,
        headlines=HEADLINES,
        metrics=METRICS,
        configuration=configuration(found.config),
        number=number,
        shade=shade,
        risk_words=risk_words,
        ece_words=ece_words,
    )


def charts(found: Findings) -> Charts:
    """Every drawing of the page, by gold set, split and kind."""
    drawn: Charts = {}
    for section in found.sections:
        for side in section.sides:
            systems = [column.system for column in side.columns]
            rows = [
                Row(METRICS[key].name, tuple(column.figures[key] for column in side.columns))
                for key in FIRST
            ]
            key = (section.name, side.split, "figures")
            drawn[key] = figures_chart(rows, systems, "-".join(key))
        rated = [(side.split, side.cases) for side in section.sides if _rated(side)]
        if rated:
            drawn[section.name, "risk"] = risk_coverage_chart(rated, f"{section.name}-risk")
            drawn[section.name, "reliability"] = reliability_chart(rated, f"{section.name}-ece")
    return drawn


def configuration(config: Config) -> list[tuple[str, str]]:
    """The run's configuration as rows."""
    sets = [f"{one.title or one.name}: {one.corpus_sha256[:16]}" for one in config.sets]
    return [
        ("Code", f"{config.code_version}, sha256 {config.code_sha256[:16]}"),
        ("Embedding model", f"{config.model}, sha256 {config.model_sha256[:16]}"),
        ("Asked as if on", str(config.as_of)),
        ("Documents, sha256", "; ".join(sets)),
        ("Beside", ", ".join(config.against) or "nothing"),
        ("Seed and draws", f"{config.bootstrap_seed}, {config.bootstrap_rounds}"),
        ("Machine", config.machine),
        ("Made", config.made),
    ]


def shade(side: Side, row: str, n: int) -> int:
    """How strongly a cell is coloured, as its share of the row; never so strong as to hide text."""
    total = sum(count for (expected, _), count in side.confusion.items() if expected == row)
    return round(12 + 33 * n / total)


def risk_words(section: Section) -> str:
    return _words(section, "aurc", "Area under the line (AURC; 0 is best)")


def ece_words(section: Section) -> str:
    return _words(section, "ece", "Mean distance from the line (calibration error)")


def _words(section: Section, key: str, name: str) -> str:
    said = []
    for side in section.sides:
        figure = side.ours.figures[key]
        if figure.value is not None:
            between = f"{number(figure.low)} to {number(figure.high)}"
            said.append(f"{side.split} {number(figure.value)} ({between})")
    return f"{name}: {', '.join(said)}." if said else ""


def _rated(side: Side) -> bool:
    return side.ours.figures["aurc"].value is not None
