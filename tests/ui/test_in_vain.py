"""Governors see groups of at least three questions, by month, and never who asked."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.record import Asked, InVain
from ingest.embedding import TUNED, Embedder, Vectors, open_embedder
from ui.in_vain import ALIKE, FEW, LEAST, csv_of, few, groups_of, table, view

DOGS = ("can i bring my dog", "are dogs allowed on site", "is it ok to bring the dog in")
CAKES = (
    "can she bring a birthday cake in",
    "can we bring in sweets for a birthday",
    "am i allowed to bring cupcakes for the class on her birthday",
)
ALONE = ("what is the wifi code", "do you teach latin", "does the school have a kiln")


def asked(question: str, day: str = "2026-03-10", **changes: object) -> Asked:
    given = {"school": "oak", "role": "staff", "status": "not_covered", "verdict": "not_covered"}
    return Asked(
        dt.date.fromisoformat(day),
        **{"confidence": 0.6, "question": question, **given, **changes},  # type: ignore[arg-type]
    )


def many(questions: Sequence[str], day: str = "2026-03-10", **changes: object) -> list[Asked]:
    return [asked(question, day, **changes) for question in questions]


def found(*some: Sequence[Asked], **rest: object) -> InVain:
    return InVain(tuple(one for ones in some for one in ones), **rest)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def embedder(models: Path) -> Embedder:
    return open_embedder(models.parent, TUNED)


def by_first_word(texts: Sequence[str]) -> Vectors:
    """A model to which questions are the same that begin with the same word."""
    firsts = [(text.split() or [""])[0] for text in texts]
    kinds = sorted(set(firsts))
    return np.eye(len(kinds), dtype=np.float32)[[kinds.index(first) for first in firsts]]


# By sense


def test_questions_of_one_sense_are_grouped_and_single_ones_are_counted(embedder):
    seen = view(found(many(DOGS), many(CAKES), many(ALONE)), embedder.embed)
    assert {group.questions for group in seen.groups} == {3}
    assert {group.words in DOGS for group in seen.groups} == {True, False}
    assert {group.words in CAKES for group in seen.groups} == {True, False}
    assert seen.others == len(ALONE)
    assert seen.questions == 9


def test_without_a_model_questions_are_grouped_by_their_words():
    dogs = ("can i bring my dog", "could we bring a dog", "is it ok to bring the dogs in")
    seen = view(found(many(dogs), many(ALONE)))
    assert [group.words in dogs for group in seen.groups] == [True]
    assert seen.others == len(ALONE)


def test_a_group_is_joined_to_the_topic_whose_questions_are_nearest(embedder):
    topics = {
        "food": embedder.embed(["Can we send in a birthday cake?", "What is for lunch?"]),
        "trips": embedder.embed(["How many adults go on a trip?"]),
    }
    seen = view(found(many(CAKES), many(DOGS)), embedder.embed, topics)
    by_words = {group.words in CAKES: group.topic for group in seen.groups}
    assert by_words == {True: "food", False: ""}
    assert seen.topics == (("food", 3),)


def test_a_topic_that_was_kept_with_the_questions_goes_first(embedder):
    topics = {"food": embedder.embed(["Can we send in a birthday cake?"])}
    seen = view(found(many(CAKES, topic="events")), embedder.embed, topics)
    assert seen.groups[0].topic == "events"


def test_the_groups_that_were_asked_most_come_first():
    more = [*many(("ask 1", "ask 2", "ask 3", "ask 4")), *many(("may 1", "may 2", "may 3"))]
    assert [g.questions for g in view(found(more), by_first_word).groups] == [4, 3]


def test_neighbours_of_neighbours_are_not_drawn_in():
    angle = np.deg2rad([0, 59, 118])  # the first is like the second, and that like the third
    rows = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    assert groups_of(rows) == [[0, 1], [2]]
    seen = view(found(many(("a 1", "b 2", "c 3"))), lambda texts: rows[: len(texts)])
    assert (seen.groups, seen.others) == ((), 3)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 30), st.integers(2, 5))
def test_a_wording_is_shown_only_where_two_others_mean_nearly_the_same(seed, count, dimensions):
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, dimensions)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    texts = [f"ask {n}" for n in range(count)]
    row_of = dict(zip(texts, rows, strict=True))
    seen = view(found(many(texts)), lambda some: np.stack([row_of[text] for text in some]))
    for group in seen.groups:
        assert int((rows @ row_of[group.words] >= ALIKE - 1e-6).sum()) >= LEAST


def test_average_linkage_is_what_a_plain_reckoning_gives():
    random = np.random.default_rng(7)
    rows = random.normal(size=(40, 4)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    groups = [[i] for i in range(len(rows))]
    while True:
        best, pair = ALIKE, None
        for one in range(len(groups)):
            for other in range(one):
                mean = float((rows[groups[one]] @ rows[groups[other]].T).mean())
                if mean >= best:
                    best, pair = mean, (one, other)
        if pair is None:
            break
        groups[pair[1]] += groups.pop(pair[0])
    assert sorted(groups_of(rows)) == sorted(sorted(group) for group in groups)


# By month, without names


def test_the_same_words_on_one_day_are_one_person_trying_again():
    again = many(("ask 1", "Ask  1", "ask 1", "ask 2"))
    assert view(found(again), by_first_word).groups == ()
    later = [asked("ask 1"), asked("ask 1", "2026-03-11"), asked("ask 1", "2026-03-12")]
    assert view(found(later), by_first_word).groups[0].questions == 3


def test_months_are_told_only_where_each_has_three():
    march = many(("ask 1", "ask 2", "ask 3"))
    april = many(("ask 4", "ask 5", "ask 6"), "2026-04-02")
    (both,) = view(found(march, april), by_first_word).groups
    assert both.months == (("2026-03", 3), ("2026-04", 3))
    (one,) = view(found(march, april[:1]), by_first_word).groups
    assert (one.months, one.first, one.last) == ((), "2026-03", "2026-04")


def test_a_role_or_school_is_told_only_where_the_group_has_three_of_it():
    some = [
        *many(("ask 1", "ask 2", "ask 3")),
        *many(("ask 4", "ask 5"), role="headteacher", school="elm"),
    ]
    (group,) = view(found(some), by_first_word).groups
    assert group.questions == 5
    assert group.roles == (("staff", 3),)
    assert group.schools == (("oak", 3),)


def test_why_a_group_was_in_vain_is_told_the_commonest_first():
    some = [
        *many(("ask 1", "ask 2")),
        asked("ask 3", status="answered", confidence=0.1),
        asked("ask 4", status="answered", confidence=0.9, thumb="down", word="no use at all"),
    ]
    (group,) = view(found(some), by_first_word).groups
    assert group.reasons[0] == "not_covered"
    assert set(group.reasons) == {"not_covered", "unsure", "thumbed_down"}


def test_one_or_two_delicate_questions_are_told_as_fewer_than_three():
    assert [few(number) for number in range(5)] == ["0", FEW, FEW, "3", "4"]
    seen = view(found(counted=(("2026-03", 1), ("2026-04", 12)), kept=40))
    cells = [row[2:4] for row in table(seen)[1]]
    assert cells == [(FEW, "2026-03"), ("12", "2026-04")]
    assert (seen.kept, seen.questions) == (40, 0)


# Out


def test_the_table_names_topics_and_counts_the_rest():
    some = [*many(("ask 1", "ask 2", "ask 3"), topic="food"), asked("may 1")]
    header, rows = table(view(found(some), by_first_word), {"food": "Food and drink"})
    assert len({len(header), *map(len, rows)}) == 1
    assert rows[0][0] in {"ask 1", "ask 2", "ask 3"}
    assert rows[0][1:3] == ("Food and drink", "3")
    assert rows[1][0].startswith("Other questions")
    assert rows[1][2] == "1"


def test_a_question_that_is_a_formula_is_none_in_the_csv():
    some = [asked(f"=HYPERLINK({n})", f"2026-03-1{n}") for n in range(3)]
    text = csv_of(view(found(some), lambda texts: np.ones((len(texts), 1), np.float32)))
    _, first = csv.reader(io.StringIO(text))
    assert first[0].startswith("'=")


def test_nothing_asked_shows_nothing():
    empty = view(InVain(problem="The record is damaged."), by_first_word)
    assert (empty.groups, empty.others, empty.questions) == ((), 0, 0)
    assert empty.problem == "The record is damaged."
    assert table(empty)[1] == []


def test_a_thousand_questions_are_grouped_while_one_waits():
    texts = [f"{question} {n}" for n in range(170) for question in (*DOGS, *CAKES)]
    random = np.random.default_rng(3)
    near = random.normal(size=(6, 32))
    rows = np.repeat(near[None], 170, axis=0).reshape(-1, 32) + random.normal(size=(1020, 32)) / 9
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    seen = view(found(many(texts)), lambda some: rows[: len(some)])
    assert sum(group.questions for group in seen.groups) == 1_000
    assert seen.others == 20  # past the latest thousand they are only counted


QUESTION = st.builds(
    lambda word, n, day, role, school, status, thumb, confidence: asked(
        f"{word} {n}",
        f"2026-0{day % 3 + 1}-{day % 28 + 1:02d}",
        role=role,
        school=school,
        status=status,
        thumb=thumb,
        confidence=confidence,
    ),
    st.sampled_from(["ask", "may", "can", "who", ""]),
    st.integers(0, 6),
    st.integers(0, 80),
    st.sampled_from(["staff", "headteacher", "parent"]),
    st.sampled_from(["oak", "elm", ""]),
    st.sampled_from(["not_covered", "answered"]),
    st.sampled_from(["", "down"]),
    st.floats(0, 1),
)


@settings(deadline=None)
@given(
    st.lists(QUESTION, max_size=40),
    st.sampled_from([by_first_word, None]),
    st.integers(0, 2**16),
)
def test_nothing_is_ever_told_of_fewer_than_three(some, embed, seed):
    if seed % 3 == 0:  # any directions at all
        rows = np.random.default_rng(seed).normal(size=(len(some) + 1, 3)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        embed = lambda texts: rows[: len(texts)]  # noqa: E731
    seen = view(found(some), embed)
    different = {(one.day, one.school, " ".join(one.question.split())) for one in some}
    assert seen.questions == len(different)
    for group in seen.groups:
        assert group.questions >= LEAST
        assert group.words in {one.question for one in some}
        for numbers in (group.months, group.roles, group.schools):
            assert all(number >= LEAST for _, number in numbers)
        if group.months:
            assert sum(number for _, number in group.months) == group.questions
    assert all(number >= LEAST for _, number in seen.topics)


def test_no_field_of_a_group_holds_a_day_a_name_or_somebody_s_own_word():
    group = view(found(many(("ask 1", "ask 2", "ask 3"), word="yours, jo")), by_first_word).groups[
        0
    ]
    told = " ".join(str(getattr(group, field.name)) for field in fields(group))
    assert "2026-03-10" not in told
    assert "jo" not in told
