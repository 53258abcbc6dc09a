"""What a format says of its lines goes before what the words suggest."""

from __future__ import annotations

import pytest

from ingest.clauses.structure import find_clauses
from ingest.documents import Clause, flow
from ingest.extract import Mark


def read(*lines: tuple[str, dict[str, object]] | str) -> list[Clause]:
    """Clauses of lines, each a string or a string with the fields of its mark."""
    text, marks = "", []
    for line in lines:
        words, fields = (line, {}) if isinstance(line, str) else line
        marks.append(Mark(len(text), **{"begins": True, **fields}))  # type: ignore[arg-type]
        text += words + "\n"
    return list(find_clauses(text, marks))


def shown(clauses: list[Clause]) -> list[tuple[str, str]]:
    return [(c.number, c.reading) for c in clauses if c.kind == "clause"]


def test_a_bullet_inside_a_bullet_keeps_every_lead_in_above_it() -> None:
    found = read(
        "Staff must not:",
        ("• use a phone:", {"indent": 1}),
        ("• in class", {"indent": 2}),
        ("• on duty", {"indent": 2}),
        ("• smoke", {"indent": 1}),
    )
    assert shown(found) == [
        ("", "Staff must not: • use a phone: in class".replace("• ", "", 1)),
        ("", "Staff must not: use a phone: on duty"),
        ("", "Staff must not: smoke"),
    ]


def test_deeper_bullets_hang_on_the_bullet_above_even_without_a_colon() -> None:
    found = read(
        "Phones are allowed:",
        ("• in the staff room", {"indent": 1}),
        ("o at break", {"indent": 2}),
        ("• outside", {"indent": 1}),
    )
    assert shown(found)[1] == ("", "Phones are allowed: in the staff room at break")
    assert shown(found)[2] == ("", "Phones are allowed: outside")


def test_letters_and_numerals_below_a_number_are_cited_by_the_whole_path() -> None:
    found = read(
        "2.1 Staff must:",
        "(a) tell:",
        "(i) the head",
        "(ii) a governor",
        "(b) write it down",
        "2.2 Nobody may smoke.",
    )
    assert [number for number, _ in shown(found)] == ["2.1(a)(i)", "2.1(a)(ii)", "2.1(b)", "2.2"]


def test_the_letter_after_h_is_no_numeral() -> None:
    items = [f"({letter}) thing {letter}" for letter in "abcdefghij"]
    found = read("1.1 Bring:", *items)
    assert [n for n, _ in shown(found)] == [f"1.1({letter})" for letter in "abcdefghij"]


def test_a_styled_heading_is_one_though_it_reads_like_a_sentence() -> None:
    found = read(("Staff must be safe", {"heading": 1}), "Lock the doors.")
    assert found[0].kind == "heading"
    assert found[1].heading == ("Staff must be safe",)


def test_plain_words_are_no_heading_where_the_format_rules_it_out() -> None:
    found = read(("Lunch Boxes", {"heading": 0}), "They are kept cool.")
    assert found[0].kind == "clause"


def test_a_numbered_heading_keeps_its_number_and_its_level() -> None:
    found = read(("Phones", {"heading": 1}), ("2. Scope", {"heading": 2}), "All staff are bound.")
    assert found[2].heading == ("Phones", "2. Scope")
    assert found[2].number == "2"


def test_a_line_that_goes_on_joins_its_paragraph_whatever_it_looks_like() -> None:
    found = read("Staff must tell the head within", ("24. hours", {"begins": False}))
    assert [flow(c.text) for c in found] == ["Staff must tell the head within 24. hours"]


def test_lines_that_begin_are_not_joined_though_they_read_on() -> None:
    found = read(("Phones are", {"heading": 0}), ("banned here.", {"heading": 0}))
    assert len(found) == 2


def test_a_running_foot_between_a_lead_in_and_its_bullets_parts_nothing() -> None:
    found = read(
        "Staff must not:", ("Page 3 of 9", {"role": "furniture"}), ("• smoke", {"indent": 1})
    )
    assert shown(found) == [("", "Staff must not: smoke")]


def test_a_row_reads_with_its_caption_and_column_names() -> None:
    found = read(
        ("Table 1: Sanctions", {"role": "caption"}),
        ("Behaviour\tSanction", {"role": "header"}),
        ("Swearing\tDetention", {"role": "row"}),
        ("Fighting\tSuspension", {"role": "row"}),
        "Sanctions are recorded.",
    )
    rows = shown(found)
    assert rows[0][1] == "Table 1: Sanctions Behaviour Sanction Swearing Detention"
    assert rows[1][1] == "Table 1: Sanctions Behaviour Sanction Fighting Suspension"
    assert rows[2][1] == "Sanctions are recorded."


def test_a_row_keeps_the_words_right_above_its_table() -> None:
    found = read("Staff must not give:", ("Aspirin\tever", {"role": "row"}))
    assert shown(found) == [("", "Staff must not give: Aspirin ever")]


def test_a_footnote_reads_with_the_clause_that_carries_its_number() -> None:
    words = "Phones are banned in class. Smoking is banned."
    note = (
        "1 Unless a doctor advises it.",
        {"role": "footnote", "anchor": len("Phones are banned in class.")},
    )
    found = read(words, note)
    assert shown(found)[-1] == ("note 1", "Phones are banned in class. Unless a doctor advises it.")


def test_a_footnote_without_a_clause_stands_alone() -> None:
    found = read("Phones are banned.", ("* See the handbook.", {"role": "footnote"}))
    assert shown(found)[-1] == ("note *", "See the handbook.")


@pytest.mark.parametrize("role", ["contents", "comment", "furniture"])
def test_what_the_format_puts_aside_is_no_rule(role: str) -> None:
    found = read("Staff must knock.", ("Staff must run.", {"role": role}))
    assert [c.kind for c in found] == ["clause", "furniture"]


def test_a_second_paragraph_of_an_item_stays_in_its_list() -> None:
    found = read(
        "Staff must:",
        ("• lock the door", {"indent": 1}),
        ("The key hangs in the office.", {"indent": 1}),
        ("• sign out", {"indent": 1}),
    )
    assert shown(found)[-1] == ("", "Staff must: sign out")


def test_every_span_is_its_text() -> None:
    text = "• one:\n• two\n"
    for clause in find_clauses(text, [Mark(0, begins=True, indent=1), Mark(7, begins=True)]):
        assert clause.span.of(text) == clause.text
        for lead in clause.outer:
            assert lead.span.of(text) == lead.text
