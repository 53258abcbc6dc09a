"""Which policies of a school hold rules on which topics, and on which topics they say nothing.

A cell is one policy and one topic: covered by rules, mentioned only, or silent. The everyday
questions of the topic, and one plain one made from its title, are asked of the policy's clauses as
any question is. A clause that binds somebody is evidence as strong as the log-odds that the policy
governs the question (`silence.chance_covered`), with points added where the clause, its headings
or the policy's title name the topic. One strong enough clause covers the topic; where there is
none, a clause that names the topic is a mention.

What that is worth, by cells labelled by hand before the first run (tests/assistant/coverage): of
440 kept apart from every choice of a number, 90 % have the very level of the label and 97 % one
that a fair reader might give. Of 58 called covered 48 are labelled so and 55 might be; of 68
labelled so 48 were found, and 31 of the 34 that no reader would doubt. A mention is worth less: 27
of 36 might be one. The labels are those of the person who wrote the table of topics.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from assistant.answer import Quote
from assistant.choosing import Chosen
from assistant.due import Due, due_dates
from assistant.evidence import STRONG, evidence, naming
from assistant.library import Library, in_force
from assistant.response import quotes_of
from assistant.topics import Table, Topic
from assistant.verify import Unverified, quote_fact
from ingest.documents import IngestError, Policy, flow
from ingest.policy.register import School

Level = Literal["covered", "mentioned", "silent"]
LEVELS: tuple[Level, ...] = get_args(Level)
Progress = Callable[[int, int, str], None]  # topics done, of how many, at which school

_QUOTES = 4


@dataclass(frozen=True)
class Cell:
    """What one policy has on one topic; `quotes` open it, best first, empty where it is silent.

    `strength` is that of the strongest clause, in log-odds; 0 where no clause was weighed.
    """

    policy: Policy
    level: Level
    quotes: tuple[Quote, ...] = ()
    strength: float = 0.0


@dataclass(frozen=True)
class TopicRow:
    """One topic at one school: a cell a policy, in the order of `SchoolCoverage.policies`.

    `own` are the policies whose title or file name is one of the topic's.
    """

    topic: Topic
    cells: tuple[Cell, ...]
    own: tuple[Policy, ...] = ()

    @property
    def level(self) -> Level:
        """The best of its cells."""
        found = {cell.level for cell in self.cells}
        return next((level for level in LEVELS if level in found), "silent")

    def at(self, level: Level) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.level == level)


@dataclass(frozen=True)
class SchoolCoverage:
    """One school: the policies in force on a day, topics × policies, and its dates."""

    school: School
    policies: tuple[Policy, ...]
    rows: tuple[TopicRow, ...]
    dates: tuple[Due, ...]
    warnings: tuple[str, ...] = ()  # what could not be checked, in sentences

    @property
    def missing(self) -> tuple[TopicRow, ...]:
        """Topics that a law, guidance or a list names and that no policy has for its title."""
        return tuple(row for row in self.rows if row.topic.named and not row.own)


@dataclass(frozen=True)
class Coverage:
    """The governors' report: every school asked for, on one day, by one table of topics."""

    as_of: dt.date
    table: Table
    schools: tuple[SchoolCoverage, ...]


def cover(
    library: Library,
    schools: Sequence[School],
    table: Table,
    as_of: dt.date,
    progress: Progress | None = None,
) -> Coverage:
    """Schools one after another; some half a minute for twenty policies and forty topics."""
    total = len(schools) * len(table.topics)
    covered: list[SchoolCoverage] = []
    for number, school in enumerate(schools):

        def step(done: int, name: str = school.name, before: int = number) -> None:
            if progress is not None:
                progress(before * len(table.topics) + done, total, name)

        covered.append(_school(library, school, table, as_of, step))
    return Coverage(as_of, table, tuple(covered))


def no_policy(row: TopicRow) -> str:
    """That a topic has no policy of its own, and where it is spoken of instead, in one sentence."""
    said = f"No policy on {row.topic.title} was found among those indexed"
    spoken: tuple[tuple[Level, str], ...] = (
        ("covered", "rules on it stand in"),
        ("mentioned", "it is mentioned in"),
    )
    for level, words in spoken:
        if cells := row.at(level):
            where = ", ".join(f"“{flow(cell.policy.title)}”" for cell in cells[:4])
            more = f" and {len(cells) - 4} more" if len(cells) > 4 else ""
            return f"{said}; {words} {where}{more}."
    return f"{said}, and none of those names it."


def _school(
    library: Library, school: School, table: Table, as_of: dt.date, step: Callable[[int], None]
) -> SchoolCoverage:
    everything = library.policies(school.key)
    policies = tuple(p for p in everything if in_force(p, everything, as_of))
    warnings: list[str] = []
    rows: list[TopicRow] = []
    for number, topic in enumerate(table.topics):
        step(number)
        rows.append(_row(library, school, topic, policies, warnings))
    step(len(table.topics))
    dates = due_dates(library, school, as_of, table.topics)
    return SchoolCoverage(school, policies, tuple(rows), dates, tuple(dict.fromkeys(warnings)))


def _row(
    library: Library,
    school: School,
    topic: Topic,
    policies: tuple[Policy, ...],
    warnings: list[str],
) -> TopicRow:
    own = tuple(p for p in policies if topic.is_subject_of(p))
    named = naming(library, school, topic, policies)
    found = evidence(library, school, topic, policies, set(named) | {p.source for p in own})
    cells = tuple(
        _cell(library, p, found.get(p.source, []), named.get(p.source, []), p in own, warnings)
        for p in policies
    )
    return TopicRow(topic, cells, own)


def _cell(
    library: Library,
    policy: Policy,
    rules: list[Chosen],
    mentions: list[Chosen],
    own: bool,
    warnings: list[str],
) -> Cell:
    """The level that can be shown: without a quote that can be checked there is none."""
    strength = rules[0].score if rules else 0.0
    strong = [chosen for chosen in rules if chosen.score >= STRONG]
    levels: tuple[tuple[Level, list[Chosen]], ...] = (("covered", strong), ("mentioned", mentions))
    for level, chosen in levels:
        quotes = [made for one in chosen[:_QUOTES] for made in quotes_of(library, [one])]
        if len(quotes) < len(chosen[:_QUOTES]):
            warnings.append(
                f"Clauses of “{flow(policy.title)}” could not be checked against the stored "
                "document; run `verse ingest` to rebuild the index."
            )
        if quotes:
            return Cell(policy, level, tuple(quotes), strength)
    if own:
        return Cell(policy, "mentioned", _title(library, policy), strength)
    return Cell(policy, "silent", (), strength)


def _title(library: Library, policy: Policy) -> tuple[Quote, ...]:
    """The line that gives a policy its title, where the document has one."""
    fact = policy.facts.get("title")
    if fact is None or fact.span is None:
        return ()
    try:
        return (quote_fact(library.index, library.held(policy), fact),)
    except (Unverified, IngestError):
        return ()
