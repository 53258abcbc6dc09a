"""Real Word files and PDFs against clause lists written by hand, and against one another."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from ingest.clauses.structure import find_clauses
from ingest.documents import Clause, Document, flow
from ingest.policy.register import School, describe
from ingest.readers import read
from ingest.report import word_shares

HERE = Path(__file__).parent / "policies"
TWINS = sorted(HERE.glob("*.docx")) + sorted(
    (Path(__file__).parents[2] / "eval/invented/twins").glob("*/*.docx")
)
LISTED = sorted(path.stem for path in (HERE / "clauses").glob("*.toml"))
MEANT = ("clause", "lead_in", "heading")
Piece = tuple[str, str, str, str, str]


@cache
def clauses(path: Path) -> tuple[Clause, ...]:
    extract = read(path.read_bytes(), path.name)
    return find_clauses(extract.text, extract.marks)


def by_us(path: Path) -> list[Piece]:
    return [(c.kind, *place(c), flow(c.text)) for c in clauses(path) if c.kind in MEANT]


def place(clause: Clause) -> tuple[str, str, str]:
    """Number, headings and lead-in; a footnote is listed by the number of its clause alone."""
    number, note, _ = clause.number.partition("note ")
    lead_in = "" if note else flow(clause.lead_in)
    return number.strip(), " > ".join(clause.heading), lead_in


def by_hand(name: str) -> list[Piece]:
    pieces = tomllib.loads((HERE / "clauses" / f"{name}.toml").read_text("utf-8"))["piece"]
    return [
        (
            piece["kind"],
            piece.get("number", ""),
            " > ".join(map(flow, piece.get("heading", []))),
            flow(piece.get("lead_in", "")),
            flow(piece["text"]),
        )
        for piece in pieces
        if piece["kind"] in MEANT
    ]


@pytest.mark.parametrize("suffix", [".docx", ".pdf"])
@pytest.mark.parametrize("name", LISTED)
def test_clauses_agree_with_the_hand_made_list(name: str, suffix: str) -> None:
    ours, hand = by_us(HERE / f"{name}{suffix}"), by_hand(name)
    both = sum((Counter(ours) & Counter(hand)).values())
    score = 2 * both / (len(ours) + len(hand))
    missing = sorted((Counter(hand) - Counter(ours)).elements())
    surplus = sorted((Counter(ours) - Counter(hand)).elements())
    print(f"{name}{suffix}: F1 {score:.3f} over {len(hand)} pieces by hand, {len(ours)} by us")
    assert score >= 0.95, "\n".join(
        [f"F1 {score:.3f}", *(f"- {m}" for m in missing), *(f"+ {s}" for s in surplus)]
    )


def test_the_same_policy_as_word_and_as_pdf_has_the_same_clauses() -> None:
    same = total = 0
    for path in TWINS:
        word, pdf = (
            Counter(c.id for c in clauses(p) if c.kind == "clause")
            for p in (path, path.with_suffix(".pdf"))
        )
        both = sum((word & pdf).values())
        same, total = same + 2 * both, total + word.total() + pdf.total()
        print(f"{path.stem}: {both} of {word.total()} clauses in Word, {pdf.total()} in PDF")
    print(f"equal: {same / total:.3f} over {len(TWINS)} policies")
    assert len(TWINS) >= 12
    assert same / total >= 0.98


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.stem)
@pytest.mark.parametrize("suffix", [".docx", ".pdf"])
def test_less_than_one_word_in_a_hundred_is_lost(path: Path, suffix: str) -> None:
    path = path.with_suffix(suffix)
    extract = read(path.read_bytes(), path.name)
    in_rules, labelled, lost = word_shares(Document(path.name, "", extract, clauses(path)))
    print(f"{path.name}: {in_rules:.1%} in clauses, {labelled:.1%} labelled, {lost:.1%} lost")
    assert lost < 0.01
    assert in_rules > 0.5


@pytest.mark.parametrize("suffix", [".docx", ".pdf"])
@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.stem)
def test_every_clause_is_a_span_of_the_text_and_no_two_overlap(path: Path, suffix: str) -> None:
    path = path.with_suffix(suffix)
    text = read(path.read_bytes(), path.name).text
    end = 0
    for clause in clauses(path):
        assert clause.span.of(text) == clause.text
        assert clause.span.start >= end
        end = clause.span.end


@pytest.mark.parametrize("suffix", [".docx", ".pdf"])
@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("harrowfield-social-media", "POLICY ON SOCIAL NETWORKING BY STAFF"),
        ("oakmere-medicines", "Supporting Pupils with Medical Conditions, and First Aid"),
        ("ravensmoor-behaviour", "Behaviour Policy 2025-26"),
    ],
)
def test_a_title_that_runs_over_two_lines_is_read_whole(name: str, title: str, suffix: str) -> None:
    path = HERE / f"{name}{suffix}"
    extract = read(path.read_bytes(), path.name)
    document = Document(path.name, "", extract, clauses(path))
    assert describe(document, School(key="x", name="X School"), None).title == title
