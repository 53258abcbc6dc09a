"""Questions asked in vain, as governors may see them: by sense, by month, never one by one.

Whatever is told of a group is told of at least three questions: the group itself, its roles,
schools and months. A wording is shown only where two others mean nearly the same. The rest, and
questions on delicate matters, are numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.record import LOW, Asked, InVain
from assistant.spreadsheet import csv_text
from assistant.wording import concepts
from ingest.embedding import Vectors

LEAST = 3  # questions in a group; below that it might give away who asked
ALIKE = 0.5  # cosine; what it is worth is said at `groups_of`
NEAR_TOPIC = 0.5  # cosine of a group's middle and a topic's nearest question
MOST = 1_000  # different questions that are compared, the latest; the others are counted

FEW = "fewer than three"
REASONS = {
    "not_covered": "not covered",
    "thumbed_down": "thumbed down",
    "unsure": "answered with low confidence",
}

Embed = Callable[[Sequence[str]], Vectors]
Numbers = tuple[tuple[str, int], ...]  # a key and how many questions


@dataclass(frozen=True)
class Group:
    """At least three questions of one sense."""

    words: str  # the wording that is closest to the others; escape it, a stranger typed it
    questions: int
    first: str  # month of the earliest, "2026-03"
    last: str
    months: Numbers = ()  # where each month has three; else only first and last are told
    roles: Numbers = ()  # those of which the group has three
    schools: Numbers = ()
    reasons: tuple[str, ...] = ()  # keys of REASONS, the commonest first
    topic: str = ""  # a key, "" where no topic is near


@dataclass(frozen=True)
class Vain:
    """What the page shows; groups that were asked most come first."""

    groups: tuple[Group, ...]
    others: int  # questions that stand in no group
    months: Numbers  # questions asked in vain, all of them
    topics: Numbers  # topics of at least three of them
    delicate: Numbers  # by month: counted, never kept; tell them with `few`
    kept: int  # questions kept in all, answered well or not
    problem: str = ""

    @property
    def questions(self) -> int:
        return self.others + sum(group.questions for group in self.groups)


def view(
    found: InVain, embed: Embed | None = None, topics: Mapping[str, Vectors] | None = None
) -> Vain:
    """What may be shown of the record's questions; raises only what `embed` raises.

    `embed` gives rows of unit length (the library's `embedder.embed`); without it, questions are
    compared by their content words. `topics` maps a topic's key to the vectors of its questions,
    from the same model.
    """
    asked = _once_a_day(found.asked)
    texts = list(dict.fromkeys(one.question for one in reversed(asked)))[:MOST]
    vectors = _vectors(texts, embed)
    near = _near_topics(vectors, topics or {}) if embed else [""] * len(texts)
    topic_of = dict(zip(texts, near, strict=True))
    sizes = _sizes(texts, asked)
    groups, grouped = [], 0
    for members in groups_of(vectors, sizes):
        wordings = {texts[i] for i in members}
        ones = [one for one in asked if one.question in wordings]
        middle = _typical(vectors[members], [sizes[i] for i in members])
        if middle is None:
            continue
        groups.append(_group(ones, texts[members[middle]], _topic(ones, topic_of)))
        grouped += len(ones)
    groups.sort(key=lambda group: (-group.questions, group.words))
    topical = Counter(one.topic or topic_of.get(one.question, "") for one in asked)
    return Vain(
        groups=tuple(groups),
        others=len(asked) - grouped,
        months=tuple(sorted(Counter(_month(one) for one in asked).items())),
        topics=_at_least(Counter({key: n for key, n in topical.items() if key})),
        delicate=found.counted,
        kept=found.kept,
        problem=found.problem,
    )


def groups_of(vectors: Vectors, sizes: Sequence[int] | None = None) -> list[list[int]]:
    """Indexes of rows that mean nearly the same: average linkage on cosine, cut at `ALIKE`.

    Rows of unit length (or of zeros, which are like nothing); `sizes` say how often each stands.
    At .5, 95 to 100 of 100 questions grouped with at least two others share their clause with most
    of the group; at .45, 67 to 93.
    """
    count = len(vectors)
    if count < 2:
        return [[i] for i in range(count)]
    alike = (vectors @ vectors.T).astype(np.float64)
    weights = np.asarray(sizes if sizes is not None else [1] * count, np.float64)
    np.fill_diagonal(alike, -np.inf)
    members: list[list[int]] = [[i] for i in range(count)]
    while True:
        one, other = divmod(int(alike.argmax()), count)
        if not alike[one, other] >= ALIKE:
            break
        total = weights[one] + weights[other]
        joined = (weights[one] * alike[one] + weights[other] * alike[other]) / total
        joined[one] = -np.inf
        alike[one], alike[:, one] = joined, joined
        alike[other], alike[:, other] = -np.inf, -np.inf
        weights[one] = total
        members[one] += members[other]
        members[other] = []
    return [sorted(some) for some in members if some]


def few(number: int) -> str:
    """A number of delicate questions in words: one or two are not told apart."""
    return FEW if 0 < number < LEAST else str(number)


def table(
    vain: Vain, topic_names: Mapping[str, str] | None = None
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """A header, and a row for each group, then for what is only counted, for CSV, Word or PDF."""
    names = topic_names or {}
    header = ("Question", "Topic", "Asked", "First", "Last", "By month", "Roles", "Schools", "Why")
    rows: list[tuple[str, ...]] = [
        (
            *(group.words, names.get(group.topic, group.topic), str(group.questions)),
            *(group.first, group.last, _told(group.months), _told(group.roles)),
            *(_told(group.schools), "; ".join(REASONS[key] for key in group.reasons)),
        )
        for group in vain.groups
    ]
    if vain.others:
        rows.append(_counted("Other questions, each asked fewer than three times", vain.others))
    about = "Allegations, safeguarding, grievance or crisis: counted only"
    rows += [_counted(about, few(number), month) for month, number in vain.delicate]
    return header, rows


def csv_of(vain: Vain, topic_names: Mapping[str, str] | None = None) -> str:
    """The table as a CSV file that no spreadsheet takes for formulas."""
    return csv_text(*table(vain, topic_names))


def _counted(about: str, number: object, month: str = "") -> tuple[str, ...]:
    return (about, "", str(number), month, month, "", "", "", "")


def _once_a_day(asked: Iterable[Asked]) -> list[Asked]:
    """The same words on the same day at the same school are one person trying again."""
    seen: dict[Hashable, Asked] = {}
    for one in asked:
        seen[one.day, one.school, " ".join(one.question.casefold().split())] = one
    return list(seen.values())


def _sizes(texts: Sequence[str], asked: Iterable[Asked]) -> list[int]:
    counts = Counter(one.question for one in asked)
    return [counts[text] for text in texts]


def _vectors(texts: Sequence[str], embed: Embed | None) -> Vectors:
    """Shape (texts, dimensions); a row of zeros where nothing can be compared."""
    if not texts:
        return np.zeros((0, 1), np.float32)
    if embed is not None:
        return _unit(np.nan_to_num(np.asarray(embed(texts), np.float32)))
    words = [set(concepts(text)) for text in texts]
    place = {word: i for i, word in enumerate(sorted(set().union(*words)))}
    found = np.zeros((len(texts), max(1, len(place))), np.float32)
    for row, some in zip(found, words, strict=True):
        row[[place[word] for word in some]] = 1
    return _unit(found)


def _unit(rows: NDArray[np.float32]) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), np.float32)


def _typical(vectors: Vectors, sizes: Sequence[int]) -> int | None:
    """The row that is most like the others; None where fewer than three questions are like it.

    So nobody's own wording is shown because a chain of others led to it.
    """
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, 1)
    weights = np.asarray(sizes, np.float64)
    enough = (alike >= ALIKE) @ weights >= LEAST
    if not enough.any():
        return None
    return int(np.where(enough, alike @ weights, -np.inf).argmax())


def _near_topics(vectors: Vectors, topics: Mapping[str, Vectors]) -> list[str]:
    """The key of the nearest topic to each row, "" where none is near."""
    keys = [key for key, rows in topics.items() for _ in range(len(rows))]
    if not keys or not len(vectors):
        return [""] * len(vectors)
    alike = vectors @ np.concatenate([rows for rows in topics.values() if len(rows)]).T
    best = alike.argmax(axis=1)
    return [
        keys[int(place)] if row[place] >= NEAR_TOPIC else ""
        for row, place in zip(alike, best, strict=True)
    ]


def _group(ones: Sequence[Asked], words: str, topic: str) -> Group:
    months = Counter(map(_month, ones))
    reasons = Counter(_reason(one) for one in ones)
    return Group(
        words=words,
        questions=len(ones),
        first=min(months),
        last=max(months),
        months=tuple(sorted(months.items())) if min(months.values()) >= LEAST else (),
        roles=_at_least(Counter(one.role for one in ones)),
        schools=_at_least(Counter(one.school for one in ones if one.school)),
        reasons=tuple(key for key, _ in reasons.most_common()),
        topic=topic,
    )


def _topic(ones: Iterable[Asked], topic_of: Mapping[str, str]) -> str:
    """The topic of most of a group, where most have one."""
    found = Counter(one.topic or topic_of.get(one.question, "") for one in ones)
    key, number = found.most_common(1)[0]
    return key if number * 2 > found.total() else ""


def _reason(one: Asked) -> str:
    if one.status == "not_covered":
        return "not_covered"
    return "thumbed_down" if one.thumb == "down" or one.confidence >= LOW else "unsure"


def _month(one: Asked) -> str:
    return f"{one.day:%Y-%m}"


def _at_least(counts: Counter[str]) -> Numbers:
    return tuple((key, number) for key, number in counts.most_common() if number >= LEAST)


def _told(numbers: Iterable[tuple[str, int]]) -> str:
    return "; ".join(f"{key}: {number}" for key, number in numbers)
