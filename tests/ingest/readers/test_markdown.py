"""Markdown keeps its text; marks say what is no part of the policy."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.clauses.structure import find_clauses
from ingest.readers.markdown import read_markdown

POLICY = """---
title: "Trips Policy"
author: J. Smith
date: 2024-03-01
---
<!-- a note
to ourselves -->
# Trips

Staff must carry a phone.

Who | What
--- | ---
Head | decides on every trip
"""


def test_front_matter_and_comments_are_no_part_of_the_policy():
    extract = read_markdown(POLICY.encode())
    assert extract.text == POLICY
    assert extract.properties == {
        "title": "Trips Policy",
        "author": "J. Smith",
        "modified": "2024-03-01",
    }
    rules = [c.text for c in find_clauses(extract.text, extract.marks) if c.kind == "clause"]
    assert rules == ["Staff must carry a phone.", "Head | decides on every trip"]


def test_a_table_without_outer_pipes_has_its_head():
    extract = read_markdown(POLICY.encode())
    row = find_clauses(extract.text, extract.marks)[-1]
    assert row.lead_in == "Who | What"


def test_a_rule_across_the_page_is_no_front_matter():
    assert read_markdown(b"---\nStaff must knock, always.\n---\n").marks == ()
    assert read_markdown(b"---\nNote: staff must knock.\n---\n").marks == ()
    assert read_markdown(b"---\n\n# Rules\n").marks == ()


def test_a_comment_that_never_ends_hides_nothing():
    assert read_markdown(b"<!-- Staff\nmust knock.").marks == ()


def test_plain_markdown_has_no_marks():
    assert read_markdown(b"# Rules\n\n- one\n- two\n\n| a | b |\n").marks == ()


PARTS = st.sampled_from(
    ["---\n", "title: x\n", "<!--", "-->", "\n", "a | b\n", "--- | ---\n", "```\n"]
)


@given(st.lists(st.one_of(PARTS, st.text(max_size=8)), max_size=30).map("".join))
def test_the_text_is_kept_and_marks_stand_at_lines(text: str):
    data = text.encode("utf-8", "replace")
    if b"\0" in data:
        return
    extract = read_markdown(data)
    assert extract.text == data.decode()
    starts = [0, *(at + 1 for at, c in enumerate(extract.text) if c == "\n")]
    assert [m.start for m in extract.marks] == sorted({m.start for m in extract.marks})
    assert {m.start for m in extract.marks} <= set(starts)
