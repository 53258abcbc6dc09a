"""What the Governors place works with, apart from the page: schools, dates, coverage, changes.

A generation of the index never changes, so that what was computed of one is kept under its name.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.coverage import Coverage, SchoolCoverage, cover
from assistant.due import Due, due_dates
from assistant.library import Library, in_force
from assistant.topics import PATH, Table, read_topics
from ingest.documents import flow
from ingest.embedding import Vectors
from ingest.index import Held, Manifest
from ingest.policy.register import School
from ui.coverage_words import besides

ALL = ""  # the key of all schools together
TOPICS = "topics.toml"  # a board's own table of topics, where its home has one
PERIODS = {"12": "The last twelve months", "3": "The last three months", "": "All that is kept"}

REPLACED = (
    "The policies were indexed anew while this page was open; what it shows now is of the new "
    "index."
)

Step = Callable[[int, int], None]  # done, of how many


@dataclass(frozen=True)
class Revision:
    """Two versions of a policy of which the newer took the older one's place."""

    old: Held
    new: Held

    @property
    def key(self) -> str:
        return f"{self.old.sha256[:16]}-{self.new.sha256[:16]}"


def choices(schools: Sequence[School]) -> dict[str, str]:
    """Key → name; with several schools, all of them together come first."""
    named = {school.key: flow(school.name) for school in schools}
    return {ALL: "All schools", **named} if len(named) > 1 else named


def chosen(schools: Sequence[School], key: str) -> tuple[School, ...]:
    """The school of a key; all of them where it is no school's."""
    return tuple(school for school in schools if school.key == key) or tuple(schools)


def topics_of(home: Path) -> Table:
    """The home's own table of topics, else ours; raises UnreadableTopics in one sentence."""
    own = home / TOPICS
    return read_topics(own if own.exists() else PATH)


def topic_vectors(library: Library, table: Table) -> dict[str, Vectors]:
    """Topic's key → the vectors of its questions, of shape (questions, dimensions)."""
    return {topic.key: library.embedder.embed(list(topic.questions)) for topic in table.topics}


def dates_of(
    library: Library, schools: Sequence[School], table: Table, as_of: dt.date
) -> tuple[SchoolCoverage, ...]:
    """Each school's policies and their dates, without a word on topics, which takes long."""
    found = []
    for school in schools:
        everything = library.policies(school.key)
        policies = tuple(p for p in everything if in_force(p, everything, as_of))
        dates = due_dates(library, school, as_of, table.topics)
        found.append(SchoolCoverage(school, policies, (), dates))
    return tuple(found)


def by_review(schools: Sequence[SchoolCoverage]) -> list[tuple[SchoolCoverage, Due]]:
    """Every policy with its school, longest overdue first, undated and then drafts last."""
    pairs = [(school, due) for school in schools for due in school.dates]
    return sorted(pairs, key=lambda pair: _order(pair[1]))


def _order(due: Due) -> tuple[bool, bool, dt.date]:
    return due.draft, due.last_day is None, due.last_day or dt.date.max


def told_of_dates(schools: Sequence[SchoolCoverage]) -> str:
    """How many policies there are, overdue, not yet due and without a date, in one sentence.

    Drafts are told of and not counted.
    """
    dues = [due for school in schools for due in school.dates]
    states = [due.state for due in dues if not due.draft]
    drafts = besides(len(dues) - len(states))
    if not states:
        return f"No policy is in force here{drafts}."
    number = f"{len(states)} {'policy' if len(states) == 1 else 'policies'} in force"
    words = {
        "overdue": "overdue for review",
        "due": "not yet due",
        "undated": "without a review date",
    }
    said = [f"{states.count(state)} {word}" for state, word in words.items() if state in states]
    return f"{number}: {', '.join(said)}{drafts}."


def covered(
    library: Library, school: School, table: Table, as_of: dt.date, step: Step
) -> SchoolCoverage:
    """One school's topics × policies; `step` is told how many topics are done."""
    made = cover(library, (school,), table, as_of, lambda done, total, _name: step(done, total))
    return made.schools[0]


def report(schools: Sequence[SchoolCoverage], table: Table, as_of: dt.date) -> Coverage:
    """What the exports of the coverage report are made from."""
    return Coverage(as_of, table, tuple(schools))


def revisions(manifest: Manifest, schools: Sequence[School]) -> list[Revision]:
    """Every pair of versions of these schools, by school and title."""
    keys = {school.key: place for place, school in enumerate(schools)}
    beside = {(d.policy.school, d.source): d for d in manifest.documents}
    found = [
        Revision(old, new)
        for new in manifest.documents
        if new.policy.school in keys
        and new.policy.supersedes
        and (old := beside.get((new.policy.school, new.policy.supersedes))) is not None
    ]
    return sorted(
        found, key=lambda r: (keys[r.new.policy.school], r.new.policy.title.casefold(), r.key)
    )


def since(period: str, today: dt.date) -> dt.date | None:
    """The first day of a key of PERIODS, the first of a month; None where all is meant."""
    if not period:
        return None
    year, month = divmod(today.year * 12 + today.month - 1 - int(period), 12)
    return dt.date(year, month + 1, 1)


class Job:
    """Work in a thread of its own; it goes on though nobody waits for it any more."""

    def __init__(self, make: Callable[[Step], Any], turn: threading.Lock) -> None:
        self.done, self.total = 0, 0
        self.result: Any = None
        self.error: Exception | None = None
        self._make, self._turn = make, turn
        self._ended = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    def ended(self, within: float = 0.0) -> bool:
        """True once there is a result or an error; waits at most `within` seconds for it."""
        return self._ended.wait(within)

    def _run(self) -> None:
        try:
            with self._turn:
                self.result = self._make(self._step)
        except Exception as error:  # whoever asked for it tells of it
            self.error = error
        finally:
            self._ended.set()

    def _step(self, done: int, total: int) -> None:
        self.done, self.total = done, total


class Jobs:
    """Work that any page may wait for: begun once, one at a time, its result kept.

    At most `most` are kept, the least recently asked for goes first; one that failed is begun anew
    when it is asked for after it was forgotten.
    """

    def __init__(self, most: int = 60) -> None:
        self._most = most
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()
        self._lock, self._turn = threading.Lock(), threading.Lock()

    def get(self, key: Hashable, make: Callable[[Step], Any]) -> Job:
        """The job of a key, begun now where there is none."""
        with self._lock:
            job = self._jobs.get(key) or Job(make, self._turn)
            self._jobs[key] = job
            self._jobs.move_to_end(key)
            while len(self._jobs) > self._most:
                self._jobs.popitem(last=False)
            return job

    def forget(self, key: Hashable) -> None:
        with self._lock:
            self._jobs.pop(key, None)


def share_of(jobs: Mapping[str, Job | None]) -> float:
    """How far several jobs have got together; None stands for one that has not begun."""
    shares = [0.0 if job is None else 1.0 if job.ended() else job.share for job in jobs.values()]
    return sum(shares) / len(shares) if shares else 1.0
