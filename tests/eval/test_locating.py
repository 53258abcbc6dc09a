from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.corpus import read_corpus
from eval.given import Case, Given, Locator, Shown
from eval.gold import Block, Gold, Span
from eval.hand_lists import piece_at, pieces_of
from eval.intervals import measure
from eval.metrics import METRICS

ROOT = Path(__file__).parents[2]
TEXT = "1 Phones\n\n1.1 Staff must not\ntext par-\nents. Ever.\n\n1.2 Staff may call.\n"
LIST = [
    {"kind": "heading", "number": "1", "text": "1 Phones"},
    {
        "kind": "clause",
        "number": "1.1",
        "heading": ["1  Phones"],
        "text": "Staff must not text par-ents. Ever.",
        "page": 2,
    },
    {"kind": "clause", "number": "1.2", "heading": ["1 Phones"], "text": "Staff may call."},
]


def figure(name, *cases):
    return measure(METRICS[name], cases).value


@pytest.fixture
def located(case, corpus):
    """A case whose one quote is this stretch of TEXT, said to stand at this locator."""

    def make(words, locator, evidence=None):
        start = TEXT.index(words)
        span = Span(start, start + len(words))
        spans = (span,) if evidence is None else (evidence,)
        source = replace(corpus["oak/phones.txt"], text=TEXT, pieces=pieces_of(TEXT, [LIST]))
        quote = Shown("oak/a.txt", span.start, span.end, words, locator=locator)
        gold = Gold(case().gold.question, (Block("oak/a.txt", True, spans),), "dev")
        return Case(gold, Given("answered", "permitted", (quote,)), {"oak/a.txt": source})

    return make


def test_a_list_is_found_in_its_document_whatever_the_line_ends():
    pieces = pieces_of(TEXT, [[{"kind": "clause", "text": "Elsewhere."}], LIST])
    assert [piece.span.of(TEXT) for piece in pieces] == [
        "1 Phones",
        "Staff must not\ntext par-\nents. Ever.",
        "Staff may call.",
    ]
    assert pieces[1].heading == ("1 Phones",)
    assert pieces_of("Quite another text.", [LIST]) == ()


def test_a_quote_belongs_to_the_clause_that_holds_most_of_it():
    pieces = pieces_of(TEXT, [LIST])
    found = piece_at(pieces, Span(TEXT.index("Ever."), TEXT.index("Staff may") + 5))
    assert found is not None and found.number == "1.1"
    assert piece_at(pieces, Span(0, 8)) is None  # a heading is no clause


def test_number_headings_and_page_are_checked_each_for_itself(located):
    right = located("Staff must not\ntext par-\nents.", Locator("1.1", ("1 Phones",), 2))
    wrong = located("Staff may call.", Locator("1.1", ("2 Texts",), 1))
    assert figure("clause_number", right, wrong) == 1 / 2
    assert figure("heading", right, wrong) == 1 / 2
    assert figure("page", right) == 1
    assert figure("page", wrong) is None  # the list knows no page for 1.2


def test_quotes_that_are_no_evidence_or_name_no_place_do_not_bear(located, case, shown):
    elsewhere = located("Staff may call.", Locator("1.2", ("1 Phones",)), evidence=Span(0, 8))
    unnamed = located("Staff may call.", None)
    no_list = case(quotes=[shown("oak/phones.txt", "Staff must not text parents.")])
    assert figure("clause_number", elsewhere, unnamed, no_list) is None


def test_every_document_of_the_corpus_has_its_list():
    corpus = read_corpus(ROOT / "corpus", ROOT / "tests" / "ingest" / "clauses")
    assert all(source.pieces for source in corpus.values())
