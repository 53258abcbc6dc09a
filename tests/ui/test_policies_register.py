"""The register's list, links into it, and a policy as HTML, over a small real index."""

from __future__ import annotations

import datetime as dt
import re
import runpy
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from assistant.verify import quote, quote_fact
from ingest.documents import Clause, Span, flow
from ingest.home import document_path
from ingest.index import Index, open_index
from ui import policy_link, policy_text, policy_view, register_table, version_view

small = runpy.run_path(str(Path(__file__).with_name("policies_home.py")))
TODAY = dt.date(2026, 11, 20)


@pytest.fixture(scope="module")
def index(furnish, tmp_path_factory) -> Index:
    return open_index(small["make"](tmp_path_factory.mktemp("small"), furnish))


@pytest.fixture
def held(index):
    return lambda source: next(d for d in index.manifest.documents if d.source == source)


@pytest.fixture
def register(index):
    return register_table.entries(index.manifest, TODAY)


def sources(found):
    return [entry.held.source for entry in found]


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def follow(index, address):
    """What an address leads to: document, place, notice."""
    place = policy_link.place(dict(parse_qsl(urlsplit(address).query)))
    found, notice = policy_link.find(index.manifest, place)
    return found, place, notice


def test_every_document_is_listed_once_by_school_and_title_with_the_old_version_last(register):
    assert sources(register) == [
        "elm/dogs.txt",
        "oak/charging.pdf",
        "oak/phones-2025.txt",
        "oak/phones-2023.txt",
    ]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("phone", ["oak/phones-2025.txt", "oak/phones-2023.txt"]),
        ("PHONE superseded", ["oak/phones-2023.txt"]),
        ("elm", ["elm/dogs.txt"]),
        ("2046", ["oak/phones-2025.txt"]),
        ("finance premises", ["oak/charging.pdf"]),  # who approved it
        ("hone", []),  # the middle of a word
        ("dogs cats", ["elm/dogs.txt"]),
        (
            ".* (",
            ["elm/dogs.txt", "oak/charging.pdf", "oak/phones-2025.txt", "oak/phones-2023.txt"],
        ),
    ],
)
def test_a_search_finds_the_beginnings_of_all_its_words(register, search, found):
    assert sources(register_table.chosen(register, search)) == found


def test_filters_narrow_by_school_standing_and_review(register):
    chosen = register_table.chosen
    assert sources(chosen(register, school="elm")) == ["elm/dogs.txt"]
    assert sources(chosen(register, status="superseded")) == ["oak/phones-2023.txt"]
    assert sources(chosen(register, overdue=True)) == ["elm/dogs.txt"]
    assert chosen(register, school="oak", overdue=True) == []


def test_the_count_says_how_many_of_how_many_and_how_many_are_overdue(register):
    assert register_table.counted(register, register) == "4 policies, 1 overdue for review."
    assert register_table.counted(register[2:], register) == "2 of 4 policies."
    assert "change the search" in register_table.counted([], register)


def test_a_superseded_policy_is_never_called_overdue(index):
    late = register_table.entries(index.manifest, dt.date(2090, 1, 1))
    assert [e.held.source for e in late if e.overdue] == ["elm/dogs.txt", *sources(late)[1:3]]


def test_html_in_a_title_is_shown_and_not_run(held):
    shown = policy_view.head(held("elm/dogs.txt"), TODAY)
    assert "<b>" not in shown
    assert small["TITLE"] in words(shown)
    assert "Overdue for review" in words(shown)


def test_a_citation_opens_its_policy_at_its_clause(index):
    passage = index.shelf("oak").passages[-1]
    made = quote(index, passage, "rule", "statement")
    address = policy_view.citation_link(made)
    assert address.startswith("policies?")
    found, place, notice = follow(index, address)
    assert found is not None and found.source == made.source
    assert notice == ""
    piece = policy_text.read_policy(index, found).piece(place)
    assert piece is not None and piece.text == made.text


def test_a_quoted_cover_line_opens_at_that_line(index, held):
    document = held("oak/phones-2025.txt")
    made = quote_fact(index, document, document.policy.facts["review_due"])
    found, place, _ = follow(index, policy_view.citation_link(made))
    piece = policy_text.read_policy(index, found).piece(place)
    assert piece is not None and "March 2046" in piece.text


def test_a_link_to_a_copy_that_was_replaced_opens_the_policy_as_it_stands_and_says_so(index):
    found, _, notice = follow(index, policy_link.link("0" * 64, "oak/charging.pdf", "a" * 16))
    assert found is not None and found.source == "oak/charging.pdf"
    assert notice == policy_link.REPLACED


@pytest.mark.parametrize(
    "query",
    [
        "file=ffffffffffffffff",
        "file=../../CURRENT&of=../../CURRENT",
        "file=" + "a" * 5000,
        "of=nowhere.txt",
        "clause=abc",
        "at=99999999999999999999",
        "file=%00&of=%F0%9F%92%A3",
    ],
)
def test_a_link_that_leads_nowhere_says_where_to_look(index, query):
    found, _, notice = follow(index, f"policies?{query}")
    assert found is None
    assert notice == policy_link.GONE


def test_a_policy_is_read_whole_in_order_with_its_headings_and_numbers(index, held):
    text = policy_text.read_policy(index, held("oak/charging.pdf"))
    shown = policy_view.body(text)
    assert text.whole and text.pages == 3
    order = ["What is always free?", "4 No charge is made for:", "4(a) an application", "Page 2"]
    places = [words(shown).index(part) for part in order]
    assert places == sorted(places)
    assert words(shown).count("20 Charges for board") == 1
    assert "20 Universal Credit" not in words(shown)  # a bullet has no number of its own
    assert "WYCHBURY COLLEGE (11–18)" not in words(shown)  # a running head


def test_every_clause_of_a_policy_is_on_its_page(index):
    for document in index.manifest.documents:
        shown = words(policy_view.body(policy_text.read_policy(index, document)))
        shelf = index.shelf(document.policy.school, document.status)
        for passage in shelf.passages:
            if passage.policy.source == document.source:
                assert flow(passage.clause.text) in shown


def test_script_in_a_policy_is_text(index, held):
    shown = policy_view.body(policy_text.read_policy(index, held("oak/phones-2025.txt")))
    assert "<script" not in shown
    assert "checked &lt;script&gt;alert(&quot;here&quot;)&lt;/script&gt; each week" in shown


def test_the_chosen_clause_alone_is_marked_and_can_be_linked_to(index, held):
    text = policy_text.read_policy(index, held("oak/phones-2025.txt"))
    chosen = next(p for p in text.pieces if p.kind == "clause" and "after six" in p.text)
    shown = policy_view.body(text, chosen)
    assert shown.count("<mark>") == 1
    assert "<mark>Staff may text parents from their own phone after six o’clock.</mark>" in shown
    assert f'id="{policy_view.anchor(chosen)}" tabindex="-1"' in shown
    [address] = re.findall(r'href="([^"]+)"', shown)
    assert follow(index, unescape(address))[1].clause == chosen.id


def test_the_contents_list_names_every_heading_and_leads_to_it(index, held):
    text = policy_text.read_policy(index, held("oak/charging.pdf"))
    listed, shown = policy_view.contents(text), policy_view.body(text)
    targets = re.findall(r'href="#([^"]+)"', listed)
    assert len(targets) == sum(p.kind == "heading" for p in text.pieces) > 5
    assert all(f'id="{target}"' in shown for target in targets)


def test_each_date_says_where_it_comes_from_in_the_policys_own_words(index, held):
    document = held("oak/phones-2025.txt")
    shown = words(policy_view.facts(document, index.text(document.text_sha256)))
    assert "Next review March 2046 Cover line: Next review: March 2046" in shown
    assert "Standing In force Inferred" in shown


def test_a_file_that_cannot_be_divided_again_is_read_from_its_clauses(index, held):
    document = held("oak/phones-2025.txt")
    path = document_path(index.home, document.sha256)
    kept = path.read_bytes()
    for parsed in (index.home / "parsed").glob("*"):
        parsed.unlink()
    path.write_bytes(b"changed")
    try:
        text = policy_text.read_policy(index, document)
    finally:
        path.write_bytes(kept)
    assert not text.whole
    shown = words(policy_view.body(text))
    assert "Only clauses are shown" in shown
    assert "Staff must not:" in shown and "lend their phone to pupils;" in shown


def test_headings_are_told_from_clauses_where_only_clauses_are_known():
    def clause(n: int, *heading: str) -> Clause:
        return Clause(f"{n:016x}", "clause", f"rule {n}", Span(n, n + 1), heading=heading)

    made = policy_text.with_headings([clause(1, "A"), clause(2, "A", "B"), clause(3, "C", "B")])
    assert [(p.kind, p.text) for p in made] == [
        ("heading", "A"),
        ("clause", "rule 1"),
        ("heading", "B"),
        ("clause", "rule 2"),
        ("heading", "C"),
        ("heading", "B"),
        ("clause", "rule 3"),
    ]


def test_versions_stand_newest_first_whichever_is_asked_about(index, held):
    new, old = held("oak/phones-2025.txt"), held("oak/phones-2023.txt")
    assert version_view.versions(index.manifest, old) == [new, old]
    assert version_view.versions(index.manifest, new) == [new, old]
    assert len(version_view.versions(index.manifest, held("elm/dogs.txt"))) == 1
    assert "adopted March 2023" in version_view.dated(old)


def test_what_differs_is_marked_word_by_word_and_the_lead_in_stays_with_its_bullet(index, held):
    changes = version_view.compared(index, held("oak/phones-2023.txt"), held("oak/phones-2025.txt"))
    shown = version_view.differences(changes)
    assert "Staff <del>must not</del> text parents from their own phone." in shown
    assert (
        "Staff <ins>may</ins> text parents from their own phone<ins> after six o’clock</ins>"
        in shown
    )
    assert "lend their phone" not in shown  # it has not changed
    assert "Visitors leave phones at the office." in words(shown)
    assert "<script" not in shown
    assert version_view.counted(changes) == "Clauses: 1 reworded, 1 new, 1 taken out, 2 unchanged."


def test_the_stylesheet_holds_nothing_that_the_browser_side_takes_for_a_tag():
    """Streamlit drops a whole style sheet in which a "<" stands, in a comment too."""
    assert "<" not in Path(policy_view.__file__).with_name("style.css").read_text("utf-8")
