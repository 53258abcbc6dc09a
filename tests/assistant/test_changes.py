"""Two versions of a policy held side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.changes import compare
from ingest.documents import Clause, Passage, Policy, Span

POLICY = Policy("oak", "Oak", "Phones", "phones.txt")


def passage(text: str) -> Passage:
    clause = Clause(text, "clause", text, Span(0, len(text)), "", (), "", None)
    return Passage(clause, POLICY, "", "")


def told(old: list[str], new: list[str]) -> list[tuple[str, str, str]]:
    return [
        (c.kind, c.old.clause.text if c.old else "", c.new.clause.text if c.new else "")
        for c in compare([passage(t) for t in old], [passage(t) for t in new])
    ]


def test_a_reworded_clause_stands_beside_what_it_was():
    was = "Mobile phones must not be used as an alternative to a school camera."
    now = "Mobile phones should not be used as an alternative to a school camera."
    assert told([was, "Lock it."], ["Lock it.", now]) == [
        ("same", "Lock it.", "Lock it."),
        ("reworded", was, now),
    ]


def test_what_came_and_what_went_are_told_apart():
    assert told(["Parents get a leaflet each autumn term."], ["Staff keep phones in lockers."]) == [
        ("added", "", "Staff keep phones in lockers."),
        ("dropped", "Parents get a leaflet each autumn term.", ""),
    ]


def test_punctuation_case_and_line_ends_change_nothing():
    (change,) = told(
        ["Pupils’ phones\nstay in a pupil's bag."], ["pupils' phones stay in a pupil’s bag"]
    )
    assert change[0] == "same"


def test_a_not_that_was_dropped_is_a_change():
    (change,) = told(["Staff must not text parents."], ["Staff must text parents."])
    assert change[0] == "reworded"


@given(
    st.lists(st.text("ab c.", max_size=12), max_size=8),
    st.lists(st.text("ab c.", max_size=12), max_size=8),
)
def test_every_clause_of_both_versions_is_told_of_once(old, new):
    found = compare([passage(t) for t in old], [passage(t) for t in new])
    assert [c.new.clause.text for c in found if c.new] == new
    assert sorted(c.old.clause.text for c in found if c.old) == sorted(old)
