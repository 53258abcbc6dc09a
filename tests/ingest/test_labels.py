"""Labels that count as clause numbers only because they count on."""

import re

from ingest.clauses.labels import counting, depth
from ingest.clauses.structure import find_clauses
from ingest.documents import flow
from ingest.extract import Mark


def numbers(text: str) -> list[str]:
    return [clause.number for clause in find_clauses(text) if clause.kind == "clause"]


def test_a_year_group_is_no_clause_number_but_a_run_of_three_labels_is():
    assert counting(["Y6", "D5", "D6", "D7"]) == {"D5", "D6", "D7"}
    assert counting(["Y5", "Y6"]) == frozenset()


def test_an_inserted_clause_counts_below_a_number_that_counts():
    assert counting(["3", "4", "5", "4A", "17a", "17b"]) >= {"4A", "17a", "17b"}


def test_running_numbers_without_a_dot_number_their_paragraphs():
    text = "\n\n".join(f"{n} Staff must sign the book on day {n}." for n in range(1, 5))
    assert numbers(text) == ["1", "2", "3", "4"]


def test_a_lone_number_at_a_line_start_stays_in_its_sentence():
    text = "Replies are sent within\n30 Working days are counted from Monday to Friday.\n"
    assert numbers(text) == [""]
    assert "30 Working days" in flow(find_clauses(text)[0].text)


def test_letters_in_brackets_after_a_number_are_part_of_it():
    text = "\n\n".join(f"2({x}) Apprentices must not work alone." for x in "abc")
    assert numbers(text) == ["2(a)", "2(b)", "2(c)"]


def test_a_list_ends_where_the_numbers_go_up_a_level():
    items = "\n\n".join(f"7.3({x}) knives of kind {x};" for x in "abc")
    before, after = "7.2 Searches need a witness.", "7.4 Bags may be searched."
    text = f"{before}\n\nThese are prohibited:\n\n{items}\n\n{after}\n"
    leads = {c.number: c.lead_in for c in find_clauses(text) if c.kind == "clause"}
    assert leads["7.3(b)"] == "These are prohibited:"
    assert leads["7.4"] == ""


def test_depth_counts_the_parts_of_a_number():
    assert [depth(n) for n in ("7", "2.4.1", "B1", "7.3(d)")] == [1, 3, 2, 2 + 1]


def test_a_bold_number_and_title_on_the_line_of_its_rule_is_a_heading():
    text = "**14 Alcohol.** Pupils must not drink. Staff do not drink either.\n"
    rules = [c for c in find_clauses(text) if c.kind == "clause"]
    assert [flow(c.text) for c in rules] == [
        "Pupils must not drink.",
        "Staff do not drink either.",
    ]
    assert {(c.number, c.heading) for c in rules} == {("14", ("14 Alcohol",))}


def test_a_table_row_is_a_clause_that_keeps_the_column_names():
    text = "Charges\n\n| Room | Per hour |\n|---|---|\n| Hall | £16 |\n| Studio | £11 |\n"
    rows = [c for c in find_clauses(text) if c.kind == "clause"]
    assert [(c.text, c.lead_in) for c in rows] == [
        ("Hall | £16", "Room | Per hour"),
        ("Studio | £11", "Room | Per hour"),
    ]


def test_rules_count_in_the_many_ways_that_people_write_numbers():
    for shown, cited in (
        ("Rule {}: ", "{}"),
        ("({}) ", "({})"),
        ("{}) ", "{}"),
        ("{} - ", "{}"),
        ("{}: ", "{}"),
    ):
        rules = ("Belts must be worn.", "Nobody may stand.", "An adult shall sit by the door.")
        text = "Coaches\n\n" + "".join(
            f"{shown.format(n)}{rule}\n\n" for n, rule in enumerate(rules, 1)
        )
        found = [(c.number, c.text) for c in find_clauses(text) if c.kind == "clause"]
        assert found == [(cited.format(n), rule) for n, rule in enumerate(rules, 1)], shown


def test_a_day_or_a_span_of_years_is_no_clause_number():
    days = ("18 October: school ends.", "1 - 2 hours are allowed.", "3 May: fair.", "2 Feb: off.")
    text = "Dates\n\n" + "\n\n".join(days)
    found = [c for c in find_clauses(text) if c.kind == "clause"]
    assert {c.number for c in found} == {""}
    assert [c.text[:2] for c in found] == ["18", "1 ", "3 ", "2 "]


def test_word_s_hollow_bullet_is_a_bullet_where_a_paragraph_begins():
    text = "Leaders take:\no a first aid kit\no a list that must not leave the bag\n"
    marks = [
        Mark(m.start(), begins=True) for m in re.finditer("(?m)^", text) if m.start() < len(text)
    ]
    found = [(c.lead_in, c.text) for c in find_clauses(text, marks) if c.kind == "clause"]
    assert found == [
        ("Leaders take:", "a first aid kit"),
        ("Leaders take:", "a list that must not leave the bag"),
    ]
