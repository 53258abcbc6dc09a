"""A row of a table is said with the names of its columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Question
from assistant.ask import Assistant
from assistant.rows import as_row
from ingest.sync import ingest

HEAD = "Item\tColour\tWith badge?"


@pytest.mark.parametrize(
    ("outer", "head", "row", "said"),
    [
        ([], HEAD, "Polo shirt\tWhite\tNo", "Item: Polo shirt; Colour: White; With badge? No."),
        ([], HEAD, "Sun hat\t\tNo", "Item: Sun hat; With badge? No."),
        (["What to buy:"], "| Item | Colour |", "| Shoes | Black |", None),
        (["Ratios"], "\tOn foot", "Nursery\t1 to 2", "Ratios: Nursery; On foot: 1 to 2."),
        ([], "", "Named person\tthe head of year", "Named person: the head of year."),
        ([], HEAD, "Polo shirt\tWhite", ""),  # nobody knows which cell is missing
        ([], "Staff must not:", "text parents", ""),
        ([], "", "Staff must not text parents.", ""),
    ],
)
def test_each_cell_stands_behind_the_name_of_its_column(outer, head, row, said):
    expected = "What to buy: Item: Shoes; Colour: Black." if said is None else said
    assert as_row(outer, head, row) == expected


CELL = st.text(st.characters(exclude_characters="\t|", exclude_categories=["C", "Z"]), min_size=1)


@given(st.lists(st.tuples(CELL, CELL), min_size=2, max_size=6))
def test_no_cell_and_no_name_is_lost(columns):
    head, row = ("\t".join(side) for side in zip(*columns, strict=True))
    said = as_row([], head, row)
    for name, cell in columns:
        assert name.rstrip(" .") in said and cell.rstrip(" .") in said


def test_an_answer_from_a_table_names_the_columns(furnish, tmp_path):
    folder = tmp_path / "oak"
    folder.mkdir()
    (folder / "uniform.md").write_text(
        "# Uniform Policy\n\n## What pupils wear\n\n"
        "| Item | Colour | With badge? |\n|---|---|---|\n"
        "| Polo shirt | White | No |\n"
        "| Jumper | Purple | You can choose |\n"
        "| Shoes | Black | No |\n"
    )
    home = furnish(tmp_path / "home")
    ingest(folder, home, school="Oak")
    answer = Assistant.open(home).ask(Question(question="what colour is the polo shirt"))
    assert "Item: Polo shirt; Colour: White; With badge? No." in answer.answer
    assert "Polo shirt | White | No" in answer.quotes[0].text  # and the quote stays as it is
