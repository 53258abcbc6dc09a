"""The Governors place as HTML: dates, the heat map of topics, questions in vain, figures.

Everything that comes from files or questions is escaped.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence

from assistant.changes import Change
from assistant.coverage import SchoolCoverage
from assistant.due import Due, Said
from ui import quality
from ui.coverage_words import notes_on, review, state
from ui.figures import quotations
from ui.governing import Revision, by_review
from ui.heat_map import Hash, open_policy
from ui.in_vain import REASONS, Group, Vain, few
from ui.marks import safe, shown
from ui.version_view import counted, dated


def note(sentence: str) -> str:
    """One of our own sentences, which name commands in backticks."""
    said = re.sub(r"`([^`]+)`", r"<code>\1</code>", safe(sentence))
    return f'<p class="cv-note">{said}</p>'


# Dates


def dates(schools: Sequence[SchoolCoverage], file: Hash) -> str:
    """Every policy by next review as a table, on a phone as cards."""
    several = len(schools) > 1
    columns = ["Policy", *["School"] * several, "Next review", "State", "Adopted", "Notes"]
    head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in columns)
    rows = "".join(_date(one, due, several, file) for one, due in by_review(schools))
    return (
        '<table class="cv-table cv-cards" role="table"><caption class="cv-hidden">Policies by next '
        f'review</caption><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )


def _date(school: SchoolCoverage, due: Due, several: bool, file: Hash) -> str:
    notes = "".join(f"<p>{shown(note)}</p>" for note in notes_on(due, school))
    cells = [
        *[("School", shown(school.school.name))] * several,
        ("Next review", shown(review(due))),
        ("State", f'<span class="cv-state cv-state-{due.state}">{shown(state(due))}</span>'),
        ("Adopted", shown(due.adopted)),
        ("Notes", notes),
    ]
    empty = ("", ' class="cv-empty"')
    told = "".join(
        f'<td role="cell" data-name="{name}"{empty[words in ("", "–")]}>{words or "–"}</td>'
        for name, words in cells
    )
    return (
        f'<tr role="row" class="cv-date-{due.state}"><th scope="row" role="rowheader">'
        f"{open_policy(due.policy, file(due.policy))}</th>{told}</tr>"
    )


def contradictory(schools: Sequence[SchoolCoverage]) -> str:
    """Dates of which a document says several things, each with its place; "" where none does."""
    found = "".join(
        f'<article class="cv-odds"><h3>{shown(due.policy.title)}: {safe(odds.called)}</h3>'
        f"<ul>{''.join(map(_said, odds.said))}</ul></article>"
        for one in schools
        for due in one.dates
        for odds in due.at_odds
    )
    if not found:
        return ""
    return (
        '<h2 class="cv-start">Dates that contradict each other</h2><p class="cv-where">A document '
        f"that says two things of one date; the board knows which is right.</p>{found}"
    )


def _said(one: Said) -> str:
    quote = quotations([one.quote]) if one.quote else ""
    return f"<li><p><strong>{shown(one.value)}</strong> ({shown(one.place)})</p>{quote}</li>"


# Changes


def changes_head(pair: Revision, found: Sequence[Change]) -> str:
    """Which versions are compared, and how many clauses changed."""
    return (
        f'<h2 class="cv-start">{shown(pair.new.policy.title)}</h2>'
        f'<p class="cv-where">Before: {safe(dated(pair.old))}. Now: {safe(dated(pair.new))}. '
        f"{safe(counted(found))}</p>"
    )


# Questions in vain


def told_of_vain(found: Vain) -> str:
    """How many questions are kept, and how many of them were asked in vain."""
    kept = f"{found.kept} {'question' if found.kept == 1 else 'questions'} kept"
    return f'<p class="cv-lead" role="status">{kept}, {found.questions} asked in vain.</p>'


def vain(found: Vain, topics: Mapping[str, str], schools: Mapping[str, str]) -> str:
    """Groups, then what is only counted."""
    groups = "".join(_group(group, topics, schools) for group in found.groups)
    if not groups:
        groups = "<p>No question was asked in vain three times or more.</p>"
    parts = [f'<h2 class="cv-start">By sense</h2><div class="cv-groups">{groups}</div>']
    if found.others:
        word = "question" if found.others == 1 else "questions"
        parts.append(
            f'<p class="cv-where">{found.others} more {word}, each asked fewer than three times, '
            "are counted and not shown: they could give away who asked.</p>"
        )
    if found.months:
        parts.append(_numbers("By month", "Asked in vain", [(m, str(n)) for m, n in found.months]))
    if found.topics:
        rows = [(topics.get(key, key), str(n)) for key, n in found.topics]
        parts.append(_numbers("By topic", "Asked in vain", rows, months=False))
    if found.delicate:
        parts.append(
            _numbers(
                "Allegations, safeguarding, grievance or crisis",
                "Asked, counted only",
                [(month, few(number)) for month, number in found.delicate],
            )
        )
    return "".join(parts)


def _group(group: Group, topics: Mapping[str, str], schools: Mapping[str, str]) -> str:
    when = [month(one) for one in dict.fromkeys((group.first, group.last))]
    by_month = ", ".join(f"{month(key)}: {number}" for key, number in group.months)
    where = ", ".join(f"{schools.get(key, key)}: {number}" for key, number in group.schools)
    told = [
        ("Asked", f"{group.questions} times, {by_month or ' to '.join(when)}"),
        ("Why", "; ".join(REASONS.get(key, key) for key in group.reasons)),
        ("Topic", topics.get(group.topic, group.topic)),
        ("Roles", ", ".join(f"{role}: {number}" for role, number in group.roles)),
        ("Schools", where),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{shown(words)}</dd>" for name, words in told if words)
    return f'<article class="cv-group"><h3>“{shown(group.words)}”</h3><dl>{rows}</dl></article>'


def _numbers(
    called: str, counted: str, rows: Sequence[tuple[str, str]], months: bool = True
) -> str:
    body = "".join(
        f'<tr><th scope="row">{shown(month(key) if months else key)}</th>'
        f"<td>{shown(number)}</td></tr>"
        for key, number in rows
    )
    first = "Month" if months else "Topic"
    return (
        f'<h2 class="cv-start">{called}</h2><table class="cv-table cv-numbers"><thead><tr>'
        f'<th scope="col">{first}</th><th scope="col">{counted}</th></tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def month(key: str) -> str:
    """ "2026-03" as "March 2026"; anything else as it is."""
    year, _, number = key.partition("-")
    if year.isdigit() and number.isdigit() and 1 <= int(number) <= 12:
        return f"{calendar.month_name[int(number)]} {year}"
    return key


# Quality


def quality_head(run: quality.Run) -> str:
    said = f"{quality.HOW} {quality.which(run)}"
    return f'<p class="cv-lead">{safe(quality.told(run))}</p><p class="cv-where">{safe(said)}</p>'


def figures(tested: quality.Tested) -> str:
    rows = "".join(
        f'<tr role="row"><th scope="row" role="rowheader">{safe(line.name)}</th>'
        f'<td role="cell" data-name="Value"><strong>{safe(line.value)}</strong> '
        f'<span class="cv-between">({safe(line.between)})</span></td>'
        f'<td role="cell" data-name="Questions">{line.questions}</td>'
        f'<td role="cell" data-name="What it says">{safe(line.means)} {safe(line.better)}</td></tr>'
        for line in tested.lines
    )
    columns = ("Figure", "Value (range)", "Questions", "What it says")
    head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in columns)
    return (
        f'<h2 class="cv-start">{safe(tested.title)}</h2><table class="cv-table cv-cards" '
        f'role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )
