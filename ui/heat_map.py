"""The heat map of topics: topics × policies, or topics × schools; a cell opens its quotes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.coverage import Cell, Level, SchoolCoverage, TopicRow
from assistant.topics import Table
from ingest.documents import Policy
from ui.coverage_words import COMBINE, HOW, LEVELS, about, missing
from ui.figures import quotations
from ui.marks import safe, shown
from ui.policy_link import link

_SHORT: dict[Level, str] = {"covered": "Covered", "mentioned": "Mentioned", "silent": "Silent"}
_NEW_TAB = '<span class="cv-hidden"> (opens the policy in a new tab)</span>'

Hash = Callable[[Policy], str]  # the sha256 of a policy's file


@dataclass(frozen=True)
class _Square:
    """A cell of the heat map: `opens` is what it shows when it is pressed, "" for nothing."""

    level: Level
    opens: str = ""


def policies_map(school: SchoolCoverage, file: Hash) -> str:
    """Topics × policies of one school."""
    heads = [open_policy(policy, file(policy)) for policy in school.policies]
    names = [policy.title for policy in school.policies]
    rows = [
        (row.topic.title, [_Square(cell.level, _cell(cell)) for cell in row.cells])
        for row in school.rows
    ]
    return _map("Topics by policy", heads, names, rows)


def schools_map(schools: Sequence[SchoolCoverage], topics: Table) -> str:
    """Topics × schools."""
    names = [one.school.name for one in schools]
    rows = [
        (topic.title, [_Square(one.rows[n].level, _row(one.rows[n])) for one in schools])
        for n, topic in enumerate(topics.topics)
    ]
    return _map("Topics by school", [shown(name) for name in names], names, rows)


def legend() -> str:
    """What the squares mean."""
    squares = "".join(
        f'<li><span class="cv-square cv-level-{level}"><span aria-hidden="true">{symbol}</span> '
        f"{words}</span></li>"
        for level, (symbol, words) in LEVELS.items()
    )
    return f'<p class="cv-where">{safe(HOW)}</p><ul class="cv-legend">{squares}</ul>'


def _map(
    called: str,
    heads: Sequence[str],
    names: Sequence[str],
    rows: Sequence[tuple[str, Sequence[_Square]]],
) -> str:
    # Roles are said outright: in narrow windows a row is a grid, and no row any more to some.
    top = "".join(f'<th scope="col" role="columnheader">{head}</th>' for head in heads)
    body = "".join(
        f'<tr role="row"><th scope="row" role="rowheader">{shown(topic)}</th>'
        + "".join(
            f'<td role="cell">{_square(f"cv-cell-{y}-{x}", topic, names[x], one)}</td>'
            for x, one in enumerate(squares)
        )
        + "</tr>"
        for y, (topic, squares) in enumerate(rows)
    )
    return (
        f'<div class="cv-map" role="region" aria-label="{called}" tabindex="0"><table role="table" '
        f'style="--cv-columns: {len(heads)}">'
        f'<caption class="cv-hidden">{called}; a cell opens its quotes</caption>'
        '<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Topic</th>'
        f'{top}</tr></thead><tbody role="rowgroup">{body}</tbody></table></div>'
    )


def _square(name: str, topic: str, column: str, one: _Square) -> str:
    symbol = f'<span aria-hidden="true">{LEVELS[one.level][0]}</span>'
    look = f"cv-square cv-level-{one.level}"
    if not one.opens:
        return f'<span class="{look}">{symbol} {_SHORT[one.level]}</span>'
    title = f"{shown(topic)} – {shown(column)}"
    return (
        f'<button type="button" class="{look}" popovertarget="{name}" aria-label="'
        f'{_SHORT[one.level]}: {title}, show the quotes">{symbol} {_SHORT[one.level]}</button>'
        f'<div class="cv-pop" id="{name}" popover="auto" role="dialog" aria-label="{title}">'
        f'<div class="cv-pop-head"><h2>{title}</h2><button type="button" class="cv-tool" '
        f'popovertarget="{name}" popovertargetaction="hide">Close</button></div>'
        f"{one.opens}</div>"
    )


def _cell(cell: Cell) -> str:
    if cell.level == "silent":
        return ""
    symbol, words = LEVELS[cell.level]
    return f'<p class="cv-kind">{symbol} {words}</p>{_quotes(cell)}'


def _quotes(cell: Cell) -> str:
    return quotations(cell.quotes) or "<p>Only the title of the policy names the topic.</p>"


def _row(row: TopicRow) -> str:
    """What a school's policies have on a topic, those that cover it first."""
    said: list[str] = []
    for level in ("covered", "mentioned"):
        for cell in row.cells:
            if cell.level == level:
                symbol, words = LEVELS[cell.level]
                said.append(f"<h3>{symbol} {words}: {shown(cell.policy.title)}</h3>{_quotes(cell)}")
    return "".join(said)


def told_of(school: SchoolCoverage) -> str:
    """How many policies of a school there are, and what is inferred or could not be checked."""
    return "".join(f'<p class="cv-where">{shown(said)}</p>' for said in about(school))


def without_policy(school: SchoolCoverage) -> str:
    """Topics that have no policy of their own, as a list; "" where each has one."""
    items = "".join(f"<li>{shown(said)}</li>" for said in missing(school))
    return f'<p>{COMBINE}</p><ul class="cv-missing">{items}</ul>' if items else ""


def open_policy(policy: Policy, sha256: str) -> str:
    """A policy's title as a link that opens it."""
    href = safe(link(sha256, policy.source))
    return f'<a class="cv-open" href="{href}" target="_blank">{shown(policy.title)}{_NEW_TAB}</a>'
