"""The tab of contradictions: clauses side by side, decisions that are kept, files for a meeting."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from html import unescape
from pathlib import Path

import pytest
import streamlit as st
from docx import Document
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from assistant.conflicts.find import find_conflicts
from assistant.conflicts.judge import Judge
from assistant.decided import decide, decisions
from assistant.library import Library
from assistant.settings import Settings
from ingest.sync import ingest
from ui import contradictions, governing, governors_paper
from ui.contradictions import cases, chosen

APP = Path(governing.__file__).with_name("app.py")
TODAY = dt.date(2026, 11, 20)
MEASURED = {"precision": 0.71, "recall": 0.62, "whole precision": 0.28}

PHONES = """Phone Policy <b>bold</b>

1. Pupils must hand their mobile phones in at the office every morning <img src=x onerror="a()">.

2. A confiscated phone is given back at the end of the same day.
"""
BEHAVIOUR = """Behaviour Policy

1. Pupils may keep their mobile phones with them all day and need not hand them in.

2. =A confiscated phone is kept until the end of term.
"""
REGISTER = """
[[school]]
key = "oak"
name = "Oak Primary School"

[[school]]
key = "elm"
name = "Elm Primary School"

[[policy]]
school = "oak"
source = "oak/phones.txt"

[[policy]]
school = "oak"
source = "oak/behaviour.txt"

[[policy]]
school = "elm"
source = "elm/phones.txt"
"""


@pytest.fixture(scope="module")
def built(furnish, tmp_path_factory):
    place = tmp_path_factory.mktemp("contradictions")
    folder = place / "policies"
    files = {
        "oak/phones.txt": PHONES,
        "oak/behaviour.txt": BEHAVIOUR,
        "elm/phones.txt": "Phones\n\n1. Dogs stay outside.\n",
        "register.toml": REGISTER,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    home = furnish(place / "home")
    ingest(folder, home)
    return home


@pytest.fixture(scope="module")
def found(built):
    library = Library.open(built, reader=False)
    judge = Judge()
    return [find_conflicts(library, one, judge, TODAY) for one in library.index.schools]


@pytest.fixture
def page(built, monkeypatch, tmp_path):
    """The tab over the home, whose decisions are erased again."""
    monkeypatch.setenv("VERSE_HOME", str(built))
    monkeypatch.setenv("VERSE_READER", "off")
    monkeypatch.chdir(tmp_path)
    st.cache_resource.clear()
    made = AppTest.from_file(str(APP), default_timeout=90)
    made.switch_page("app_pages/governors.py")
    made.session_state["governors_tab"] = "Contradictions"
    made.session_state["governors_school"] = "oak"
    yield made.run()
    for record in built.glob("*.sqlite*"):
        record.unlink()


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def told(page):
    assert not page.exception
    return words(" ".join(block.body for block in page.html if "<style" not in block.body))


def phones(found):
    """The case of handing phones in."""
    every = cases(found, {})
    return next(c for c in every if "need not hand them in" in str(c.conflict.quotes))


def reason(page):
    return next(field for field in page.text_input if field.key.startswith("reason-"))


def press(page, ruling):
    next(one for one in page.button if one.key and one.key.startswith(f"{ruling}-")).click()
    return page.run()


# Cards


def test_a_card_quotes_both_clauses_with_links_and_runs_nothing_of_them(found):
    card = contradictions.card(phones(found), 1, several=True)
    assert card.count("<blockquote>") == 2 and card.count('href="policies?file=') == 2
    assert "<img" not in card and "<b>bold" not in card
    said = words(card)
    assert "Oak Primary School: " in said and "Phone Policy <b>bold</b>" in said
    assert "must hand their mobile phones in" in said and "need not hand them in" in said


def test_nothing_is_called_unlawful_and_a_pair_only_may_contradict(found):
    texts = (
        contradictions.HOW,
        contradictions.TITLE,
        contradictions.told(cases(found, {})),
        contradictions.how_sure(MEASURED),
    )
    assert not any("lawful" in text or "illegal" in text for text in texts)
    assert "may contradict" in contradictions.told(cases(found, {}))


def test_where_few_flagged_pairs_are_contradictions_the_page_says_so():
    said = contradictions.how_sure(MEASURED)
    assert "7 in 10 that were flagged" in said and "6 in 10 contradictions" in said
    assert "it was 3 in 10" in said and "of the first 20 pairs" in said
    assert "Expect to dismiss most" in said


def test_a_school_without_contradictions_is_told_so(found):
    elm = [one for one in found if one.school.key == "elm"]
    assert contradictions.told(cases(elm, {})) == contradictions.NONE["all"]


def test_a_decision_holds_for_its_pair_in_either_order_and_sorts_it_out(found, tmp_path):
    case = phones(found)
    settings = Settings(tmp_path)
    assert decide(settings, case.pair, "dismiss", "Older pupils only", school="oak") == ""
    every = cases(found, {"oak": decisions(settings, "oak")[0]})
    [dismissed] = chosen(every, "dismiss")
    assert dismissed.pair == case.pair
    assert case.pair not in [one.pair for one in chosen(every, "")]
    assert len(chosen(every, "all")) == len(every)
    assert "Dismissed" in contradictions.card(dismissed, 1, several=False)
    assert "Older pupils only" in contradictions.card(dismissed, 1, several=False)
    assert "1 dismissed" in contradictions.told(every)


# Files


def exports(found, every=None):
    every = cases(found, {}) if every is None else every
    return {
        e.form: e for e in governors_paper.contradictions(every, found, ("How.",), TODAY, "oak")
    }


def test_the_files_hold_both_clauses_their_places_and_the_decision(found, tmp_path):
    settings, case = Settings(tmp_path), phones(found)
    decide(settings, case.pair, "accept", "Board of 3 May", school="oak", day=TODAY)
    every = cases(found, {"oak": decisions(settings, "oak")[0]})
    made = exports(found, every)
    assert [one.file for one in made.values()] == [
        "contradictions-oak.csv", "contradictions-oak.docx", "contradictions-oak.pdf",
    ]  # fmt: skip
    document = Document(io.BytesIO(made["docx"].make()))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    pdf = " ".join(p.extract_text() for p in PdfReader(io.BytesIO(made["pdf"].make())).pages)
    for text in (" ".join(cells), pdf):
        text = " ".join(text.split())
        assert "need not hand them in" in text and "Behaviour Policy" in text
        assert "20 November 2026: Board of 3 May" in text


def test_papers_hold_what_was_decided_and_only_count_the_rest(found, tmp_path):
    def texts(every):
        made = exports(found, every)
        document = Document(io.BytesIO(made["docx"].make()))
        cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
        paper = " ".join([*(p.text for p in document.paragraphs), *cells])
        pdf = " ".join(p.extract_text() for p in PdfReader(io.BytesIO(made["pdf"].make())).pages)
        return [" ".join(text.split()) for text in (paper, pdf)]

    every = cases(found, {})
    are = "1 pair is" if len(every) == 1 else f"{len(every)} pairs are"
    for text in texts(every):
        assert f"{are} not decided and not listed here" in text
        assert "No pair was decided yet." in text
        assert "need not hand them in" not in text
    settings = Settings(tmp_path)
    decide(settings, phones(found).pair, "dismiss", "Older pupils only", school="oak", day=TODAY)
    for text in texts(cases(found, {"oak": decisions(settings, "oak")[0]})):
        assert "Dismissed, with the reasons" in text and "need not hand them in" in text
        assert "Older pupils only" in text
        assert len(every) == 1 or "the CSV file lists every pair" in text


def test_the_csv_has_a_column_for_each_part_and_no_cell_begins_a_formula(found):
    rows = list(csv.reader(io.StringIO(exports(found)["csv"].make().decode("utf-8-sig"))))
    head, *body = rows
    assert head[0] == "School" and head[-3:] == ["Decision", "Day", "Reason"]
    assert len(body) == len(cases(found, {})) and all(len(row) == len(head) for row in body)
    assert not any(cell.startswith(("=", "+", "@")) for row in body for cell in row)


# The page


def test_the_tab_shows_the_pairs_and_what_they_are_worth(page):
    said = told(page)
    assert "may contradict each other" in said and "clauses in force" in said
    assert "need not hand them in" in said and "In our test" in said


def test_a_dismissal_needs_a_reason_and_what_was_decided_is_kept_and_told(page, built):
    before = len([f for f in page.text_input if f.key.startswith("reason-")])
    page = press(page, "dismiss")
    assert "Give a reason" in told(page)
    assert decisions(built, "oak")[0] == {}
    reason(page).input("The office keeps phones of the young")
    page = press(page, "dismiss")
    assert "Kept: the pair is dismissed." in told(page) and "1 dismissed" in told(page)
    [decision] = decisions(built, "oak")[0].values()
    assert decision.ruling == "dismiss"
    assert decision.reason == "The office keeps phones of the young"
    after = len([f for f in page.text_input if f.key.startswith("reason-")])
    assert after == before - 1


def test_what_came_of_a_decision_stands_where_its_pair_stood(page):
    fields = [field.key for field in page.text_input if field.key.startswith("reason-")]
    first = page.html[[b.body for b in page.html].index(card_of(page, 1))].body
    page = press(page, "dismiss")  # without a reason: the pair stays, with what is wrong below it
    bodies = [block.body for block in page.html]
    place = next(n for n, body in enumerate(bodies) if "Give a reason" in body)
    assert bodies[place - 1] == first and 'role="alert"' in bodies[place]
    page = press(page, "accept")
    bodies = [block.body for block in page.html]
    place = next(n for n, body in enumerate(bodies) if "Kept: the pair is a contradiction." in body)
    assert first not in bodies and 'role="status"' in bodies[place]
    if len(fields) > 1:
        assert "1. " in words(bodies[place + 1])
    page.run()  # it is said once
    assert "Kept" not in told(page)


def card_of(page, number):
    return next(b.body for b in page.html if f'<h2 class="cv-start">{number}. ' in b.body)


def test_a_reason_is_shown_and_handed_out_as_text_whatever_is_typed(page, built, found):
    typed = "=1+1 <img src=x onerror=alert(1)> **b** \x07"
    reason(page).input(typed)
    press(page, "dismiss")
    page.session_state["governors_clashes"] = "dismiss"
    page.run()
    bodies = " ".join(block.body for block in page.html)
    assert "<img" not in bodies and "&lt;img src=x onerror=alert(1)&gt; **b**" in bodies
    every = cases(found, {"oak": decisions(built, "oak")[0]})
    made = exports(found, every)
    rows = csv.reader(io.StringIO(made["csv"].make().decode("utf-8-sig")))
    assert "'=1+1 <img" in next(row[-1] for row in rows if "<img" in row[-1])
    assert made["docx"].make() and made["pdf"].make()


def test_a_decision_may_be_changed_and_the_latest_holds(page, built):
    press(page, "accept")
    page.session_state["governors_clashes"] = "accept"
    page.run()
    assert "A contradiction" in told(page)
    reason(page).input("Resolved by the head")
    press(page, "dismiss")
    [decision] = decisions(built, "oak")[0].values()
    assert (decision.ruling, decision.reason) == ("dismiss", "Resolved by the head")


def test_the_other_tabs_go_on_where_the_judge_is_missing(page, monkeypatch):
    monkeypatch.setattr(
        "ui.app_pages.governors_contradictions.open_judge", lambda: (None, "The model is missing.")
    )
    st.cache_resource.clear()
    page.run()
    assert "The model is missing." in told(page)
    page.session_state["governors_tab"] = "Dates"
    page.run()
    assert "review" in told(page)
