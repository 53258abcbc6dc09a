"""The Governors place: its tabs over a small real index, what they hand out, and what they say."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import runpy
import shutil
import threading
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
import streamlit as st
from docx import Document
from hypothesis import given
from hypothesis import strategies as hyp
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from assistant import record
from assistant.answer import Answer, Scope
from assistant.due import due_dates
from assistant.library import Library
from assistant.settings import Settings
from assistant.topics import UnreadableTopics
from eval.config import FORMAT
from ingest.policy.register import School
from ingest.sync import ingest
from ui import (
    coverage_words,
    governing,
    governors_paper,
    governors_view,
    heat_map,
    in_vain,
    quality,
    timeline,
    upload,
)
from ui.governing import Jobs

small = runpy.run_path(str(Path(__file__).with_name("policies_home.py")))
APP = Path(governing.__file__).with_name("app.py")
TODAY = dt.date(2026, 11, 20)

UNIFORM = """Oak Primary School

Uniform Policy

Adopted: May 2021

Next review: May 2024

1. Pupils must wear a green jumper <img src=x onerror="alert(1)">.

2. Parents may ask for help with the cost of uniform.

Adopted: June 2022

Next review: June 2025

Signed: A. Governor
"""

TOPICS = """
as_of = 2026-11-20

[[source]]
key = "list"
title = "A list of policies"
looked_up = 2026-11-20

[[topic]]
key = "uniform"
title = "Uniform"
titles = ["uniform"]
words = ["uniform", "jumper"]
questions = ["Must pupils wear a jumper?", "Who helps with the cost of uniform?"]
basis = [{ source = "list", sure = "seen" }]

[[topic]]
key = "kites"
title = "Kites <b>and</b> balloons"
titles = ["kites"]
questions = ["May I fly a kite?", "Who looks after the balloons?"]
basis = [{ source = "list", sure = "seen" }]
"""

DOGS = ("can i bring my dog", "are dogs allowed on site", "may <b>dogs</b> come in")


@pytest.fixture(scope="module")
def built(furnish, tmp_path_factory):
    place = tmp_path_factory.mktemp("governors")
    home = small["make"](place, furnish)
    (place / "policies" / "oak" / "uniform.txt").write_text(UNIFORM, "utf-8")
    ingest(place / "policies", home)
    (home / governing.TOPICS).write_text(TOPICS, "utf-8")
    return home


@pytest.fixture(scope="module")
def library(built):
    return Library.open(built, reader=False)


@pytest.fixture(scope="module")
def table(built):
    return governing.topics_of(built)


@pytest.fixture(scope="module")
def dates(library, table):
    return governing.dates_of(library, library.index.schools, table, TODAY)


@pytest.fixture(scope="module")
def covered(library, table):
    return tuple(
        governing.covered(library, school, table, TODAY, lambda _done, _total: None)
        for school in library.index.schools
    )


@pytest.fixture
def home(built, new_home):
    """A copy that a test may change; it is the copy that the page opens."""
    left = shutil.ignore_patterns("models")
    return Path(shutil.copytree(built, new_home, symlinks=True, ignore=left, dirs_exist_ok=True))


@pytest.fixture
def page(home, monkeypatch, tmp_path):
    """The Governors place over a home, not yet run."""
    monkeypatch.setenv("VERSE_HOME", str(home))
    monkeypatch.setenv("VERSE_READER", "off")
    monkeypatch.delenv("VERSE_RECORD", raising=False)
    monkeypatch.chdir(tmp_path)
    st.cache_resource.clear()
    made = AppTest.from_file(str(APP), default_timeout=90)
    made.switch_page("app_pages/governors.py")
    return made


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def told(page):
    """All that the page shows, without tags."""
    assert not page.exception
    return words(" ".join(block.body for block in page.html if "<style" not in block.body))


def at(page, tab):
    page.session_state["governors_tab"] = tab
    return page.run()


def file(library):
    return lambda policy: library.held(policy).sha256


def rows(exports):
    made = next(one for one in exports if one.form == "csv").make()
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))


def pages(exports):
    made = next(one for one in exports if one.form == "pdf").make()
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def word(exports):
    document = Document(io.BytesIO(next(one for one in exports if one.form == "docx").make()))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return " ".join([*(p.text for p in document.paragraphs), *cells])


def keep(home, *questions, school="oak", day=TODAY):
    for question in questions:
        scope = Scope(school=school, role="staff", as_of=day)
        answer = Answer(
            question=question, scope=scope, status="not_covered", verdict="not_covered",
            answer="The policies do not say.", confidence=0.6,
        )  # fmt: skip
        assert record.keep(Settings(home, None, record=True), answer, day=day).problem == ""


# Schools and time


def test_one_school_is_no_choice_and_several_can_be_taken_together(library):
    schools = library.index.schools
    assert next(iter(governing.choices(schools).values())) == "All schools"
    assert list(governing.choices(schools[:1])) == [schools[0].key]
    assert governing.chosen(schools, governing.ALL) == schools
    assert [school.key for school in governing.chosen(schools, "elm")] == ["elm"]


@given(hyp.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), hyp.sampled_from(["3", "12"]))
def test_a_period_begins_with_the_month_that_many_months_ago(today, period):
    first = governing.since(period, today)
    assert first is not None and first.day == 1
    months = (today.year - first.year) * 12 + today.month - first.month
    assert months == int(period)


# Dates


def test_the_longest_overdue_comes_first_and_the_undated_last(dates):
    due = [due for _, due in governing.by_review(dates)]
    assert [one.state for one in due][:2] == ["overdue", "overdue"]
    assert [one.policy.source for one in due][:2] == ["elm/dogs.txt", "oak/uniform.txt"]
    last_days = [one.last_day for one in due if one.last_day]
    assert last_days == sorted(last_days)
    assert "2 overdue for review" in governing.told_of_dates(dates)


def test_a_draft_is_counted_neither_as_a_policy_nor_as_overdue(dates):
    elm = next(one for one in dates if one.school.key == "elm")
    [late] = [due for due in elm.dates if due.state == "overdue"]
    draft = replace(late, state="draft", days_over=0)
    some = [replace(elm, dates=(draft, late))]
    assert governing.told_of_dates(some) == (
        "1 policy in force: 1 overdue for review, and 1 draft, which is not in force."
    )
    assert [due.draft for _, due in governing.by_review(some)] == [False, True]
    assert "1 of 1 dates have passed" in timeline.described([draft, late])
    assert timeline.figure([draft], TODAY) == ""


def test_a_table_of_dates_opens_each_policy_and_runs_nothing_of_its_title(dates, library):
    shown = governors_view.dates(dates, file(library))
    assert "<b>Dogs" not in shown and "&lt;b&gt;Dogs" in shown
    assert len(re.findall(r'href="policies\?file=', shown)) == sum(len(s.dates) for s in dates)
    assert "! Overdue by" in words(shown)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (dt.date(2019, 8, 1), "1 day"),
        (dt.date(2019, 9, 20), "51 days"),
        (dt.date(2019, 10, 31), "3 months"),
        (dt.date(2021, 7, 30), "23 months"),
        (dt.date(2021, 8, 1), "2 years"),
        (dt.date(2026, 11, 20), "7 years"),
    ],
)
def test_how_long_a_policy_is_overdue_is_said_as_people_say_it(library, day, said):
    due = next(
        d for d in due_dates(library, governing.chosen(library.index.schools, "elm")[0], day)
    )
    assert coverage_words.state(due) == f"! Overdue by {said}"


def test_dates_that_contradict_each_other_stand_with_both_sources(dates):
    shown = words(governors_view.contradictory(dates))
    assert "Uniform Policy: when it is due for review" in shown
    assert "May 2024 (cover)" in shown and "June 2025 (last page)" in shown
    assert "Next review: May 2024" in shown and "Next review: June 2025" in shown
    assert governors_view.contradictory(()) == ""


def test_dates_are_handed_out_as_csv_word_and_pdf_and_nothing_is_called_unlawful(dates):
    exports = governors_paper.dates(dates, TODAY, "")
    head, first, *_ = rows(exports)
    assert head[:3] == ["School", "Policy", "Next review"]
    assert first[:3] == ["Elm Primary School", small["TITLE"], "July 2019"]
    for text in (word(exports), pages(exports), str(rows(exports))):
        assert "May 2024 (cover); June 2025 (last page)" in " ".join(text.split())
        assert "lawful" not in text
    assert [one.file for one in governors_paper.dates(dates, TODAY, "oak")] == [
        "dates-oak.csv",
        "dates-oak.docx",
        "dates-oak.pdf",
    ]


def test_the_timeline_says_in_words_what_it_draws(dates):
    dues = [due for _, due in governing.by_review(dates)]
    shown = timeline.figure(dues, TODAY)
    [wide, narrow] = re.findall(r'alt="([^"]+)"', shown)
    assert wide == narrow
    assert "2 of 4 dates have passed" in unescape(wide)
    assert "“<b>Dogs</b> & *cats* [x](https://example.org)”, July 2019" in unescape(wide)
    assert timeline.figure([], TODAY) == ""


@pytest.mark.parametrize("narrow", [False, True])
def test_a_title_in_the_timeline_is_no_formula_and_no_markup(dates, narrow):
    due = next(due for _, due in governing.by_review(dates))
    hostile = type(due)(
        policy=type(due.policy)("elm", "Elm", "$\\frac{ <script>\x07 日本 </text>", "x.txt"),
        state="overdue",
        due="July $x$",
        last_day=dt.date(1950, 1, 1),
    )
    drawn = timeline.svg([hostile], TODAY, narrow, dark=True)
    assert b"<script" not in drawn and drawn.count(b"<svg") == 1


# Coverage


def test_a_square_of_the_heat_map_says_its_level_in_words_and_opens_its_quotes(covered, library):
    oak = next(one for one in covered if one.school.key == "oak")
    shown = heat_map.policies_map(oak, file(library))
    squares = re.findall(r"<td[^>]*>(.*?)</td>", shown, re.S)
    assert len(squares) == 2 * len(oak.policies)
    assert all(re.search(r"Covered|Mentioned|Silent", words(one)) for one in squares)
    opens = [one for one in squares if "popovertarget" in one]
    uniform = next(one for one in opens if "green jumper" in one)
    assert "Covered by rules" in words(uniform)
    assert "<img" not in shown and "<b>and</b>" not in shown
    assert 'href="policies?file=' in uniform
    names = re.findall(r' id="([^"]+)"', shown)
    assert len(names) == len(set(names)) == len(opens)


def test_all_schools_are_topics_by_schools_and_a_square_names_each_policy(covered, table):
    shown = heat_map.schools_map(covered, table)
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', shown)
    assert heads == ["Topic", *(one.school.name for one in covered)]
    assert "Covered by rules: Uniform Policy" in words(shown)


def test_a_topic_without_a_policy_of_its_own_is_told_and_may_be_dealt_with_in_another(covered):
    oak = next(one for one in covered if one.school.key == "oak")
    said = words(heat_map.without_policy(oak))
    assert "No policy on Kites <b>and</b> balloons was found" in said
    assert "Uniform was found" not in said
    assert "Boards may combine policies" in said


def test_the_report_of_coverage_comes_in_five_forms(covered, table):
    made = governing.report(covered, table, TODAY)
    exports = governors_paper.coverage(made, "")
    assert [one.file for one in exports] == [
        f"coverage.{form}" for form in ("csv", "docx", "pdf", "html", "json")
    ]
    assert json.loads(exports[-1].make())["as_of"] == "2026-11-20"
    assert "Uniform Policy" in word(exports)


def test_the_boards_own_table_of_topics_is_used_and_a_broken_one_is_named(built, tmp_path):
    assert [topic.key for topic in governing.topics_of(built).topics] == ["uniform", "kites"]
    assert len(governing.topics_of(tmp_path).topics) > 20
    (tmp_path / governing.TOPICS).write_text("as_of = ", "utf-8")
    with pytest.raises(UnreadableTopics, match=r"topics\.toml"):
        governing.topics_of(tmp_path)


# Work that is waited for


def test_work_is_done_once_and_goes_on_though_nobody_waits():
    jobs, go, made = Jobs(), threading.Event(), []

    def make(step):
        step(1, 4)
        go.wait(10)
        made.append(1)
        return "done"

    job = jobs.get("a", make)
    assert not job.ended(0.05)
    assert (job.share, governing.share_of({"x": job, "y": None})) == (0.25, 0.125)
    assert jobs.get("a", make) is job
    go.set()
    assert job.ended(10) and job.result == "done" and made == [1]


def test_work_that_failed_is_begun_anew_and_the_oldest_is_let_go():
    def fail(_step):
        raise ValueError("no")

    jobs = Jobs(most=2)
    first = jobs.get("a", fail)
    assert first.ended(10) and isinstance(first.error, ValueError)
    jobs.forget("a")
    again = jobs.get("a", lambda _step: 1)
    assert again.ended(10) and again.result == 1
    for key in "bc":
        assert jobs.get(key, lambda _step: 2).ended(10)
    assert jobs.get("a", lambda _step: 3) is not again


# Changes


def test_versions_are_paired_and_what_changed_is_handed_out_clause_by_clause(library):
    from ui import version_view

    [pair] = governing.revisions(library.index.manifest, library.index.schools)
    assert (pair.old.source, pair.new.source) == ("oak/phones-2023.txt", "oak/phones-2025.txt")
    assert governing.revisions(library.index.manifest, [School(key="elm", name="Elm")]) == []
    found = version_view.compared(library.index, pair.old, pair.new)
    exports = governors_paper.changes([(pair, found)], TODAY, "oak")
    _, *lines = rows(exports)
    assert [line[4] for line in lines] == ["Reworded", "New", "Taken out"]
    assert lines[0][6] == "Staff must not text parents from their own phone."
    assert '<script>alert("here")</script>' in word(exports)
    assert "Clauses: 1 reworded, 1 new, 1 taken out, 2 unchanged." in word(exports)


# Questions in vain


def test_groups_are_handed_out_with_the_names_of_schools_and_no_formula():
    days = [TODAY - dt.timedelta(days=n) for n in range(3)]
    asked = [
        record.Asked(day, "oak", "staff", "not_covered", "not_covered", 0.5, "=dogs on site")
        for day in days
    ]
    found = in_vain.view(record.InVain(tuple(asked), 3, (("2026-11", 2),)))
    exports = governors_paper.vain(found, {}, {"oak": "Oak Primary School"}, TODAY, "")
    _, group, delicate = rows(exports)
    assert group[0].startswith("'=dogs") and group[2] == "3"
    assert group[7] == "Oak Primary School: 3"
    assert delicate[2] == "fewer than three"
    assert "Oak Primary School: 3" in word(exports)


# Quality


def scores(folder, value=0.5):
    """A finished run in `folder/runs` with one figure; its folder."""
    run = folder / "runs" / "2026-11-20-120000-000-0123456789ab"
    run.mkdir(parents=True)
    nothing = "0" * 64
    config = {
        "format": FORMAT, "made": "2026-11-20T12:00:00+00:00", "code_version": "x",
        "code_sha256": nothing, "model": "m<b>", "model_sha256": nothing, "as_of": "2026-11-20",
        "sets": [], "splits": ["test"], "school": None, "against": [], "machine": "",
    }  # fmt: skip
    (run / "config.json").write_text(json.dumps(config), "utf-8")
    figure = {"value": value, "low": 0.4, "high": 0.6, "n": 12}
    side = {"n": 12, "figures": {"whole": figure}}
    data = {
        "as_of": "2026-11-20",
        "metrics": {"whole": {"name": "all right", "good": "high", "definition": "All right: a."}},
        "sets": {"policies": {"title": "ours", "systems": {"us": {"dev": side, "test": side}}}},
    }
    (run / "scores.json").write_text(json.dumps(data), "utf-8")
    return run


def test_the_last_run_is_told_with_its_figures_and_a_damaged_one_in_a_sentence(tmp_path):
    assert quality.latest(tmp_path / "runs") == quality.NONE
    folder = scores(tmp_path)
    run = quality.latest(tmp_path / "runs")
    assert isinstance(run, quality.Run), run
    [tested] = run.sets
    assert tested.title == "Ours: 12 questions kept apart from tuning"
    [line] = tested.lines
    assert (line.name, line.value, line.between) == ("All right", "0.50", "0.40–0.60")
    assert line.means == "A." and "m&lt;b&gt;" in governors_view.quality_head(run)
    assert run.reports == ()
    (folder / "report.html").write_text("<p>", "utf-8")
    again = quality.latest(tmp_path / "runs")
    assert isinstance(again, quality.Run) and again.reports[0][0] == "report.html"
    config = (folder / "config.json").read_text("utf-8")
    (folder / "config.json").write_text(config.replace('"made": "2026-', '"made": "then '), "utf-8")
    assert "does not say when it was made" in str(quality.latest(tmp_path / "runs"))
    (folder / "config.json").write_text(config, "utf-8")
    (folder / "scores.json").write_text('{"as_of": "never"}', "utf-8")
    assert "scores.json is damaged" in str(quality.latest(tmp_path / "runs"))


# The page


def test_the_page_opens_with_the_dates_and_offers_them_for_a_meeting(page):
    page.run()
    said = told(page)
    assert "5 policies" in said or "4 policies" in said
    assert "Uniform Policy" in said and "lawful" not in said
    labels = [button.label for button in page.download_button]
    assert labels == ["Download CSV", "Download Word", "Download PDF"]


def test_a_school_is_chosen_for_all_tabs(page):
    page.run()
    page.selectbox(key="governors_school").set_value("elm").run()
    assert "Uniform Policy" not in told(page) and "<b>Dogs</b>" in told(page)
    assert page.query_params["school"] == "elm"
    assert "No policy here has an older version" in told(at(page, "Changes"))


def test_coverage_is_computed_once_for_an_index(page, monkeypatch):
    made = []
    true = governing.covered
    monkeypatch.setattr(
        governing, "covered", lambda library, school, *rest: made.append(school.key)
        or true(library, school, *rest),
    )  # fmt: skip
    page.run()
    page.selectbox(key="governors_school").set_value("oak").run()
    assert "Covered" in told(at(page, "Coverage"))
    at(page, "Dates")
    assert "green jumper" in told(at(page, "Coverage"))
    assert made == ["oak"]


def test_changes_stand_clause_by_clause(page):
    page.run()
    said = told(at(page, "Changes"))
    assert "Clauses: 1 reworded, 1 new, 1 taken out, 2 unchanged." in said


def test_questions_in_vain_are_off_until_switched_on_and_shown_in_groups_alone(page, home):
    page.run()
    said = told(at(page, "Questions in vain"))
    assert "Recording is off" in said and "Nothing was kept in this time." in said
    assert not (home / "record.sqlite3").exists()
    keep(home, *DOGS, "what is the wifi code")
    keep(home, "a teacher has hit a child")
    page.run()
    said = told(page)
    assert "4 questions kept, 4 asked in vain." in said
    assert "wifi" not in said and "1 more question" in said
    assert "teacher has hit" not in said and "fewer than three" in said
    assert "<b>dogs" not in " ".join(block.body for block in page.html)


def test_what_is_kept_is_handed_out_and_erased_on_this_machine_alone(page, home):
    keep(home, *DOGS)
    page.run()
    at(page, "Questions in vain")
    assert "3 questions kept" in told(page)
    assert not page.checkbox and len(page.download_button) == 3


def test_nothing_is_erased_before_it_is_confirmed(page, home, monkeypatch):
    monkeypatch.setattr(upload, "on_loopback", lambda _address: True)
    keep(home, *DOGS)
    page.run()
    at(page, "Questions in vain")
    assert page.button(key="governors_erase_now").disabled
    page.selectbox(key="governors_erase").set_value("everything").run()
    assert page.button(key="governors_erase_now").disabled
    page.checkbox(key="governors_sure").check().run()
    page.button(key="governors_erase_now").click().run()
    assert "3 questions were erased." in told(page)
    assert record.in_vain(home).kept == 0
    assert page.checkbox(key="governors_sure").value is False


def test_a_damaged_record_is_told_in_a_sentence_and_the_other_tabs_go_on(page, home):
    (home / "record.sqlite3").write_bytes(b"SQLite format 3\x00" + b"junk" * 3000)
    page.run()
    assert "record" in told(at(page, "Questions in vain"))
    assert "moved aside" in told(page)
    assert "Uniform Policy" in told(at(page, "Dates"))


def test_the_last_evaluation_is_told_or_who_can_make_one(page, tmp_path):
    page.run()
    said = told(at(page, "Quality"))
    assert "was not measured in this home" in said and "verse eval" not in said
    scores(tmp_path)
    said = told(page.run())
    assert "0.50 (0.40–0.60)" in said and "No whole report was written" in said
    assert "verse eval" not in said


def test_without_an_index_the_page_says_what_to_do(page, home):
    (home / "CURRENT").unlink()
    page.run()
    assert "verse ingest" in told(page)


def test_an_index_that_is_replaced_while_the_page_is_open_is_shown_and_told(page, home, tmp_path):
    page.run()
    assert governing.REPLACED not in told(page)
    more = tmp_path / "more"
    more.mkdir()
    (more / "kites.txt").write_text("Kites Policy\n\n1. Pupils must not fly kites.\n", "utf-8")
    ingest(more, home, school="Oak Primary School")
    page.run()
    assert governing.REPLACED in told(page) and "Kites Policy" in told(page)
    assert governing.REPLACED not in told(page.run())


# In the browser


@pytest.fixture(scope="module")
def served(built, start_chat):
    return start_chat(built, VERSE_READER="off", VERSE_RECORD="")


# With the keyboard alone and in windows of every size: test_flows.py.
@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.heavy), 390])
def test_governors_read_the_tabs_and_open_a_square_with_the_keyboard(served, browser, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()
    ran = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    try:
        page.goto(f"{served.url}/governors?school=oak")
        page.get_by_text("overdue for review").first.wait_for()
        shown = page.locator(f".cv-timeline-{'wide' if width > 640 else 'narrow'}")
        shown.wait_for()
        assert shown.is_visible() and "dates have passed" in shown.get_attribute("alt")
        assert page.evaluate("e => e.naturalWidth", shown.element_handle()) > 100
        page.get_by_role("tab", name="Coverage").click()
        page.get_by_role("region", name="Topics by policy").wait_for()
        square = page.get_by_role("button", name="Covered: Uniform – Uniform Policy")
        square.focus()
        page.keyboard.press("Enter")
        opened = page.get_by_role("dialog", name="Uniform – Uniform Policy")
        opened.wait_for()
        assert "green jumper <img" in opened.inner_text()
        page.keyboard.press("Escape")
        opened.wait_for(state="hidden")
        assert square.evaluate("e => e === document.activeElement")
        page.get_by_role("tab", name="Changes").click()
        page.get_by_text("1 reworded, 1 new, 1 taken out").wait_for()
        page.get_by_role("tab", name="Dates").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download PDF").click()
        assert download.value.suggested_filename == "dates-oak.pdf"
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert ran == []
    finally:
        context.close()
