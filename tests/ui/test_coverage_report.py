"""The governors' report: what each form holds, and `verse coverage`."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import shutil
import sys
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from assistant.coverage import Cell, Coverage, SchoolCoverage, TopicRow
from assistant.due import AtOdds, Due, Said
from assistant.topics import Basis, Source, Table, Topic
from ingest.documents import Policy
from ingest.home import stored_text
from ingest.policy.register import School, school_key
from ui import paper
from ui.cli import main
from ui.coverage_report import FORMS, render
from ui.coverage_words import about, dates_table, reference

DAY = dt.date(2026, 11, 20)
EVIL = '=HYPERLINK("http://x")<script>alert(1)</script>&amp; **bold** \x07\u202e'
SOURCE = Source("gov", "The governance guide", DAY, "https://example.org/a?b=1&c=2", "Not whole.")
PHONES = Topic("phones", "Mobile phones", ("phone",), ("phone",), ("May I?", "Must I?"))
CAREERS = Topic(
    "careers", "Careers", ("careers",), ("careers",), ("May I?", "Must I?"),
    (Basis(SOURCE, ("maintained",), "Education Act", 12, "With a statement.", "secondary"),),
)  # fmt: skip
OWN = """
as_of = 2026-11-20

[[topic]]
key = "phones"
title = "Telephones"
titles = ["phone"]
questions = ["May I use my phone?", "Where does my phone stay?"]
"""
DOGS = Topic("dogs", "Dogs", ("dogs",), ("dog",), ("May I?", "Must I?"))


def policy(title: str = "Phone Policy", source: str = "oak/phones.txt") -> Policy:
    return Policy(school="oak", school_name="Oak Primary School", title=title, source=source)


@pytest.fixture
def report(quote) -> Any:
    """Oak: one policy that covers phones and names dogs; nothing on careers."""

    def make(title: str = "Phone Policy", names: tuple[str, ...] = ("Oak",)) -> Coverage:
        one = policy(title)
        named = quote(
            "Dogs are dealt with elsewhere.", lead_in="", lead_in_start=None, lead_in_end=None,
            kind="related", clause="(a)", modality="statement", page=3,
        )  # fmt: skip
        late = Due(
            one, "overdue", "July 2024", dt.date(2024, 7, 31), 842, adopted="July 2022",
            at_odds=(AtOdds("when it was adopted", (Said("2022", "cover"), Said("2020", "foot"))),),
            notices=("“Phone Policy” contradicts itself (cover: 2022; foot: 2020).",),
            standing="the file does not say",
        )  # fmt: skip
        rows = (
            TopicRow(PHONES, (Cell(one, "covered", (quote(),), 4.0),), (one,)),
            TopicRow(CAREERS, (Cell(one, "silent"),)),
            TopicRow(DOGS, (Cell(one, "mentioned", (named,)),)),
        )
        schools = tuple(
            SchoolCoverage(School(key=school_key(n), name=n), (one,), rows, (late,)) for n in names
        )
        table = Table(DAY, "Check each row.", (PHONES, CAREERS, DOGS), (SOURCE,))
        return Coverage(DAY, table, schools)

    return make


class Page(HTMLParser):
    """All tags with their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def words_of(form: str, made: bytes) -> str:
    """What a reader of a form sees, white space closed."""
    if form == "html":
        text = Page(made.decode("utf-8")).text
    elif form == "docx":
        document = docx.Document(io.BytesIO(made))
        cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
        text = " ".join([*(p.text for p in document.paragraphs), *cells])
    elif form == "pdf":
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    else:
        text = made.decode("utf-8-sig")
    return " ".join(text.split())


@pytest.mark.parametrize("form", list(FORMS))
def test_each_form_has_dates_clauses_missing_topics_and_sources_with_their_day(report, form):
    said = words_of(form, render(report(), form))
    for word in ("Phone Policy", "July 2024", "2.4", "contradicts itself", "Check each row."):
        assert word in said or (word == "Check each row." and form == "csv")
    assert "No policy on Careers was found among those indexed" in said
    assert "The governance guide" in said and "2026" in said
    assert "lawful" not in said.lower()


@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
def test_a_level_is_a_word_beside_its_symbol_and_a_state_too(report, form):
    said = words_of(form, render(report(), form))
    for both in ("✓ Covered by rules", "◐", "Mentioned only", "– Silent", "! Overdue by 2 years"):
        assert both in said


@pytest.mark.parametrize("form", ["html", "csv", "json"])
def test_a_bullet_is_never_without_its_lead_in(report, form):
    said = words_of(form, render(report(), form))
    assert re.search(r"Staff must not:\W+(?:quote\W+)?.{0,20}text parents;", said) or (
        form == "json" and "Staff must not:" in said and "text parents;" in said
    )


def test_the_basis_of_a_missing_topic_says_for_whom_how_often_and_how_sure(report):
    said = words_of("html", render(report(), "html"))
    assert (
        "Education Act, for maintained schools, review every 12 months (not read itself: another "
        "source tells of it, 20 November 2026). With a statement." in said
    )


def statutory(report, names=("Oak",)):
    """The report with careers on a list of statutory policies."""
    made = report(names=names)
    listed = replace(CAREERS.basis[0], source=replace(SOURCE, statutory=True))
    careers = replace(CAREERS, basis=(listed,))
    schools = tuple(
        replace(one, rows=tuple(replace(row, topic=careers) if row.topic is CAREERS else row
                                for row in one.rows))
        for one in made.schools
    )  # fmt: skip
    return replace(made, schools=schools)


@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
@pytest.mark.parametrize("names", [("Oak",), ("Oak", "Elm")])
def test_statutory_topics_without_a_policy_stand_before_any_table(report, form, names):
    made = render(statutory(report, names), form)
    if form == "pdf":
        said = " ".join(PdfReader(io.BytesIO(made)).pages[0].extract_text().split())
    elif form == "docx":
        said = " ".join(
            " ".join(one.text if one.tag.endswith("}t") else "Dates " * one.tag.endswith("}tbl")
                     for one in docx.Document(io.BytesIO(made)).element.body.iter()
                     if one.tag.endswith(("}t", "}tbl"))).split()
        )  # fmt: skip
    else:
        said = words_of(form, made)
    first = said.index("Statutory topics without a policy")
    missing = said.index("No policy on Careers was found", first)
    assert missing < said.index("Dates", first)
    assert len(names) == 1 or missing < said.index("All schools at a glance")


def test_drafts_are_told_of_and_never_overdue(report):
    (school,) = report().schools
    (late,) = school.dates
    some = replace(school, dates=(late, replace(late, state="draft", days_over=0)))
    assert about(some)[0] == "1 policy in force, and 1 draft, which is not in force."
    assert [row[2] for row in dates_table(some).rows] == [
        "! Overdue by 2 years", "– Draft, not in force",
    ]  # fmt: skip


def test_a_topic_that_only_schools_ask_about_is_not_called_missing(report):
    assert "No policy on Dogs" not in words_of("html", render(report(), "html"))


def test_guidance_of_an_authority_is_not_asked_for_policies_of_its_own(report):
    made = report()
    (school,) = made.schools
    council = replace(school, school=School(key="shire", name="Shire", body="authority"))
    said = words_of("html", render(replace(made, schools=(council,)), "html"))
    assert "No policy on" not in said


@pytest.mark.parametrize("form", ["html", "csv", "docx", "pdf"])
def test_several_schools_stand_side_by_side_and_then_each_by_itself(report, form):
    made = report(names=("Oak", "Elm"))
    said = words_of(form, render(made, form))
    assert said.count("Oak") >= 2 and said.count("Elm") >= 2
    assert ("All schools at a glance" in said) is (form != "csv")


def test_no_table_of_a_paper_is_wider_than_a_page(report):
    names = tuple(f"School {number}" for number in range(1, 15))
    document = docx.Document(io.BytesIO(render(report(names=names), "docx")))
    wide = [len(table.columns) for table in document.tables[:3]]
    assert wide == [7, 7, 3]
    heads = [cell.text for table in document.tables[:3] for cell in table.rows[0].cells[1:]]
    assert heads == list(names)


def test_hostile_words_are_shown_and_never_run(report):
    page = render(report(EVIL, (EVIL,)), "html").decode("utf-8")
    assert "<script" not in page
    assert "=HYPERLINK" in page and "&lt;script&gt;" in page
    assert "\x07" not in page and "\u202e" not in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize("form", ["docx", "pdf", "json", "csv"])
def test_hostile_words_break_no_form(report, form):
    said = words_of(form, render(report(EVIL + "\ufffe</w:t>" * 3, (EVIL,)), form))
    assert "HYPERLINK" in said and "\x07" not in said


def test_a_long_title_and_a_row_that_no_page_holds_can_be_printed(report):
    long = "Phones and more. " * 700
    said = words_of("pdf", render(report(long), "pdf"))
    assert said.count("Phones and more.") > 1400


def test_no_cell_of_the_csv_begins_a_formula(report):
    made = render(report("-2+3+cmd|' /C calc'!A0", (EVIL, "@SUM(1)")), "csv")
    for row in csv.reader(io.StringIO(made.decode("utf-8-sig"))):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_csv_gives_words_back_and_formulas_disarmed(cells):
    made = paper.csv_rows(cells, [cells]).decode("utf-8-sig")
    head, row = list(csv.reader(io.StringIO(made, newline="")))
    assert head == row
    for shown, cell in zip(row, cells, strict=True):
        assert shown.removeprefix("'") == paper.plain(cell).removeprefix("'")
        assert not re.match(r"\s*[=+\-@＝＋－＠|%]", shown)


def test_csv_has_a_row_for_each_quote_and_each_silence(report):
    rows = list(csv.DictReader(io.StringIO(render(report(), "csv").decode("utf-8-sig"))))
    topics = [row for row in rows if row["part"] == "topic"]
    assert [(r["topic"], r["found"], r["clause"]) for r in topics] == [
        ("Mobile phones", "Covered by rules", "2.4"),
        ("Careers", "Silent", ""),
        ("Dogs", "Mentioned only", "(a)"),
    ]
    assert topics[0]["lead-in"] == "Staff must not:" and topics[0]["quote"] == "text parents;"
    assert {row["part"] for row in rows} == {"topic", "date", "no policy", "source"}


def test_json_holds_quotes_as_the_answers_do(report):
    data = json.loads(render(report(), "json"))
    (school,) = data["schools"]
    phones = school["coverage"][0]
    assert (phones["topic"], phones["found"]) == ("phones", "covered")
    assert phones["cells"][0]["quotes"][0]["lead_in"] == "Staff must not:"
    assert school["dates"][0]["last_day"] == "2024-07-31"
    assert [said["value"] for said in school["dates"][0]["at_odds"][0]["said"]] == ["2022", "2020"]
    assert data["topics"]["as_of"] == "2026-11-20"


def test_tables_of_the_page_can_be_read_out(report):
    page = Page(render(report(names=("Oak", "Elm")), "html").decode("utf-8"))
    assert page.all("html") == [{"lang": "en-GB"}]
    heads = page.all("th")
    assert heads and all(head.get("scope") in ("col", "row") for head in heads)
    assert len(page.all("caption")) == len(page.all("table")) == 6
    assert len(page.all("h1")) == 1 and len(page.all("main")) == 1
    assert not page.all("script") and not page.all("img") and not page.all("link")


def test_the_page_fits_a_phone_and_opens_a_cell_by_keyboard(report, browser, tmp_path):
    path = tmp_path / "report.html"
    path.write_bytes(render(report("A policy of some considerable length and breadth"), "html"))
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    summary = page.locator("summary").first
    summary.focus()
    assert not page.get_by_text("text parents;").is_visible()
    page.keyboard.press("Enter")
    assert page.get_by_text("text parents;").is_visible()
    assert "Covered by rules in A policy" in summary.inner_text()
    page.close()


def test_word_has_headings_a_language_and_heads_that_are_repeated(report):
    document = docx.Document(io.BytesIO(render(report(), "docx")))
    styles = [p.style.name for p in document.paragraphs if p.style.name.startswith(("Head", "Tit"))]
    assert styles == ["Title", "Heading 1", *["Heading 2"] * 4, "Heading 1"]
    assert document.core_properties.language == "en-GB"
    assert len(document.tables) == 3
    for table in document.tables:
        head = table.rows[0]._tr
        assert head.find(f".//{qn('w:tblHeader')}") is not None


def test_pdf_has_title_language_bookmarks_and_text_that_can_be_selected(report):
    reader = PdfReader(io.BytesIO(render(report(), "pdf")))
    assert reader.metadata is not None and reader.metadata.title == "What our policies cover"
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    assert "Overdue by 2 years" in " ".join(reader.pages[0].extract_text().split())

    def titles(entries: list[Any]) -> list[str]:
        flat = (titles(e) if isinstance(e, list) else [e.title] for e in entries)
        return [title for group in flat for title in group]

    assert titles(reader.outline)[:5] == [
        "What our policies cover", "Oak", "Other topics without a policy of their own",
        "Dates", "Topics",
    ]  # fmt: skip


def test_a_clause_is_named_so_that_it_can_be_found(quote):
    assert reference((quote(), quote(page=4), quote())) == "clause 2.4; clause 2.4, page 4"
    assert reference((quote(clause=""),)) == "“Phones on trips”"
    assert reference((quote(clause="(a)"),)) == "clause (a), “Phones on trips”"
    assert reference((quote(clause="", heading=()),)) == "text without a heading"
    assert reference(()) == "its title"


def test_what_is_inferred_of_many_policies_is_said_once(report):
    (school,) = report().schools
    (late,) = school.dates
    assert "We take it to be in force: the file does not say." in dates_table(school).rows[0][-1]
    many = replace(school, dates=(late,) * 3)
    assert "We take 3 of them to be in force: the file does not say." in about(many)
    assert "We take" not in dates_table(many).rows[0][-1]
    unsaid = replace(late, standing="the file does not say whether it is in force")
    every = replace(school, policies=school.policies * 3, dates=(unsaid,) * 3)
    assert about(every)[1] == (
        "We take all of them to be in force: their files do not say whether they are."
    )


TOPICS = """
as_of = 2026-09-01

[[topic]]
key = "phones"
title = "Mobile phones"
titles = ["phone"]
questions = ["Can I use my phone in class?", "Can parents use their phones?"]

[[topic]]
key = "lettings"
title = "Lettings"
titles = ["letting"]
questions = ["Can we hire the hall?", "What does the hall cost?"]
"""


@pytest.fixture
def cover(verse, home, tmp_path) -> Any:
    """`verse coverage` of the real policies, on two topics."""
    topics = tmp_path / "topics.toml"
    topics.write_text(TOPICS, "utf-8")

    def run(*words: Any, school: str = "dothill") -> Any:
        where = ("--school", school) if school else ()
        return verse("--home", home, "coverage", "--topics", topics, *where, *words)

    return run


def test_the_command_prints_the_report_alone_and_html_unless_told_otherwise(cover):
    ran = cover("--as-of", "2026-11-20")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("<!doctype html>") and "As of 20 November 2026" in ran.out
    assert "Dothill Primary School" in ran.out and "Weston" not in ran.out


def test_json_is_one_object_on_stdout_and_every_quote_is_the_documents(cover, home):
    ran = cover("--format", "json")
    (school,) = ran.answer["schools"]
    phones = school["coverage"][0]
    assert phones["found"] == "covered"
    assert school["coverage"][1]["found"] == "silent"
    quotes = [quote for cell in phones["cells"] for quote in cell["quotes"]]
    assert quotes
    for quote in quotes:
        text = stored_text(home, quote["text_sha256"])
        assert text[quote["start"] : quote["end"]] == quote["text"]


def test_a_pipe_gets_csv_without_and_a_file_with_the_mark_for_excel(cover, tmp_path):
    ran = cover("--format", "csv")
    assert ran.out.startswith("part,school,")
    path = tmp_path / "report.csv"
    ran = cover("--output", path)
    assert (ran.status, ran.out) == (0, "") and str(path) in ran.err
    assert path.read_bytes().startswith(b"\xef\xbb\xbfpart,school,")


@pytest.mark.parametrize(("name", "begins"), [("a.docx", b"PK"), ("a.PDF", b"%PDF-")])
def test_the_name_of_the_file_chooses_the_form(cover, tmp_path, name, begins):
    path = tmp_path / name
    assert cover("--output", path).status == 0
    assert path.read_bytes().startswith(begins)


class Screen(io.TextIOWrapper):
    """A terminal, or a pipe, that keeps what it is sent."""

    def __init__(self, terminal: bool) -> None:
        super().__init__(io.BytesIO(), "utf-8")
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize("terminal", [True, False])
def test_bytes_go_down_a_pipe_and_to_no_terminal(home, tmp_path, monkeypatch, capsys, terminal):
    screen = Screen(terminal)
    monkeypatch.setattr(sys, "stdout", screen)
    (tmp_path / "topics.toml").write_text(TOPICS, "utf-8")
    words = ["coverage", "--format", "pdf", "--school", "dothill"]
    words += ["--topics", str(tmp_path / "topics.toml")]
    status = main(["--home", str(home), *words])
    sent = screen.buffer.getvalue()
    assert (status, sent[:5]) == ((2, b"") if terminal else (0, b"%PDF-"))
    assert ("--output" in capsys.readouterr().err) is terminal


def test_wrong_usage_is_one_sentence(cover, tmp_path):
    cover(school="narnia").one_sentence(2, "narnia", "dothill", "weston")
    cover("--topics", tmp_path / "none.toml").one_sentence(2, "none.toml")
    cover("--output", tmp_path / "none" / "a.csv").one_sentence(2, "none")
    cover("--output", tmp_path).one_sentence(2, str(tmp_path))
    assert cover("--format", "xls").status == 2
    assert cover("--as-of", "yesterday").status == 2


def test_without_an_index_it_names_the_command_that_makes_one(verse, tmp_path):
    verse("--home", tmp_path / "none", "coverage").one_sentence(1, "verse ingest")


def test_a_table_of_topics_in_the_home_is_the_one_that_is_reported_on(verse, home, new_home):
    for name in ("CURRENT", "generations", "documents"):
        copy = shutil.copytree if (home / name).is_dir() else shutil.copy2
        copy(home / name, new_home / name)
    (new_home / "topics.toml").write_text(OWN, "utf-8")
    ran = verse("coverage", "--home", new_home, "--school", "dothill", "--format", "json")
    assert ran.status == 0, ran.err
    assert [topic["title"] for topic in ran.answer["topics"]["topics"]] == ["Telephones"]


def test_without_a_school_every_one_is_reported(cover):
    ran = cover("--format", "json", school="")
    assert len(ran.answer["schools"]) == 4
