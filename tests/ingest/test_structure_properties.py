"""What holds of the clauses of any text whatever."""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.clauses.structure import find_clauses
from ingest.documents import Clause

TEXTS = [p.read_bytes().decode() for p in sorted(Path(__file__).parents[2].glob("corpus/*/*.txt"))]
LINES = sorted({line for text in TEXTS for line in text.split("\n")})

# What documents are made of, and what breaks parsers.
SPACE = "\n,\n\n,\r\n,\f, ,\t,\u00a0,\u2003,\x0b,\x1c,\u200b,\ufeff".split(",")
MARKS = "1. |2.4.1 |D7 |4A |(a) |2(f) |- |• |\uf0b7 |# |## |---|......|**|“|”|.|?|:|;".split("|")
WORDS = "Staff|They|should|must not|not:|text pupils|e.g.|Policy|2021|http://x.y|a@b.c".split("|")
BARS = ["|", "| a | b |\n", "|---|---|\n", "===\n", "-----\n", "**14 Alcohol.** ", "Contents\n"]
LABELS = "Signed|Approved by:|Appendix 2|Section 3|Version History|Use the websites below".split(
    "|"
)
PIECES = st.sampled_from([*SPACE, *MARKS, *WORDS, *LABELS, *BARS, "🙂", "\ud800"])
ANY_TEXT = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))
SHUFFLED = st.lists(st.sampled_from(LINES), max_size=80).map("\n".join)

quick = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
long = settings(max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def hold(text: str) -> None:
    """Every property at once: parsing is what takes the time."""
    clauses = find_clauses(text)
    assert clauses == find_clauses(text)
    assert len({c.id for c in clauses}) == len(clauses)
    for clause in clauses:
        assert clause.text == clause.span.of(text)
        assert clause.text.strip() == clause.text != ""
        assert clause.lead_in == (clause.lead_in_span.of(text) if clause.lead_in_span else "")
    for before, after in pairwise(clauses):
        assert before.span.end <= after.span.start
    assert_no_word_is_lost(text, clauses)


def assert_no_word_is_lost(text: str, clauses: Sequence[Clause]) -> None:
    rest = list(text)
    for clause in clauses:
        rest[clause.span.start : clause.span.end] = " " * len(clause.text)
    # Numbers and letters of list items stand in `number`; they are never this long.
    assert re.findall(r"[^\W\d_]{5,}", "".join(rest)) == []


@given(ANY_TEXT)
@example("0\f\x1f")  # an empty line to Python's strip and not to ours
@example("# # \u20031. ")
@example("1. \n\u2003")
@example("\ud800 must")
@quick
def test_spans_reproduce_their_text_in_order_without_overlap_for_any_text(text: str):
    hold(text)


@given(SHUFFLED)
@quick
def test_spans_reproduce_their_text_in_order_without_overlap_for_shuffled_policies(text: str):
    hold(text)


@pytest.mark.heavy
@given(st.one_of(ANY_TEXT, SHUFFLED))
@long
def test_spans_reproduce_their_text_for_very_many_texts(text: str):
    hold(text)


@pytest.mark.parametrize("text", TEXTS)
def test_spans_reproduce_their_text_in_the_corpus(text: str):
    hold(text)


def fill(piece: str, size: int = 1_000_000) -> str:
    return (piece * (size // len(piece) + 1))[:size]


# Each would take a careless regular expression hours.
HOSTILE_LINES = {
    "one word": fill("a"),
    "dashes": fill("-") + " x",
    "dashes in a table": "|" + fill("-") + "x",
    "spaces": "x" + fill(" ") + "x",
    "dots": fill("."),
    "form field": fill("_") + "x",
    "at signs": fill("@") + " x",
    "addresses": fill("a@"),
    "no address": fill("a.b+c-d"),
    "abbreviations": fill("e.g. A "),
    "inc.": fill("a Staff inc. inc. inc. "),
    "numbers": fill("1."),
    "quotes": "x." + fill("'") + "x",
    "pipes": fill("| ") + "x",
    "lost full stops": fill("Staff can go to Staff should "),
    "and and and": fill("and Staff should "),
    "a late rule": fill("a ", 500_000) + fill("and Staff should ", 500_000),
}

HOSTILE_PAGES = {
    "short lines": fill("a\n"),
    "headings": fill("Staff Room\n\n"),
    "capitals": fill("A\n\n"),
    "Markdown headings": fill("# Head\n"),
    "a long heading": "# " + fill("a", 500_000) + "\n" + fill("Staff must go.\n\n", 500_000),
    "a long lead-in": fill("a ", 500_000) + "not:\n\n" + fill("- go out;\n", 500_000),
    "a long numbered lead-in": "1.1 " + fill("a ", 500_000) + "\n\n" + fill("• go;\n", 500_000),
    "a long table head": fill("|a ", 500_000) + "\n|---|\n" + fill("|b\n", 500_000),
    "a long underlined line": fill("a", 500_000) + "\n---\n" + fill("Staff go.\n\n", 500_000),
    "underlined lines": fill("Staff room\n---\n"),
    "lead-ins": fill("a:\n\n"),
    "bullets": fill("- a\n"),
    "numbered": fill("1. A:\n\n"),
    "deep numbers": "\n\n".join(".".join(["1"] * n) + " Staff must go." for n in range(1, 1000)),
    "rows": fill("a\tb\n"),
    "hyphens": fill("a-\n"),
    "quoted lines": "x" * 300 + ".\n\n" + fill("'Staff room\n"),
    "links": "Use the websites below\n\n" + fill("See http://a.b\n\n"),
    "covers": fill("Approved by: 2020\n\n"),
    "empty lines": fill("\r\n"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE_LINES)
def test_a_hostile_line_is_read_to_its_end(name: str):
    line = HOSTILE_LINES[name]
    read_to_its_end(line[:100_000] + line[-100_000:])


@pytest.mark.heavy
@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", HOSTILE_LINES)
def test_a_hostile_line_of_a_million_characters_is_read_to_its_end(name: str):
    read_to_its_end(HOSTILE_LINES[name])


@pytest.mark.heavy
@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", HOSTILE_PAGES)
def test_a_hostile_page_of_a_million_characters_is_read_to_its_end(name: str):
    read_to_its_end(HOSTILE_PAGES[name])


def read_to_its_end(text: str) -> None:
    clauses = find_clauses(text)
    assert all(clause.text == clause.span.of(text) for clause in clauses)
    # A lead-in is repeated with each of its items, so a long one would fill the memory.
    assert max((len(clause.lead_in) for clause in clauses), default=0) <= 2000
