"""Columns are read in order, whatever order they are drawn in."""

import pytest

WORDS = (
    "pupils wear a plain jumper in the colour of their house and bring a coat in winter "
    "when the weather on the hill can change within minutes and nobody wants to be cold "
)


def prose(name: str) -> str:
    return " ".join(f"{name}{place} {WORDS}" for place in range(4))


def names(text: str) -> list[str]:
    return [word for word in text.split() if word[:1] in "ABC" and word[1:].isdigit()]


def drawn(drawing, columns: int, by_line: bool, top: float = 120) -> None:
    from reportlab.lib.utils import simpleSplit

    width = (460 - 18 * (columns - 1)) / columns
    parts = [simpleSplit(prose("ABC"[n]), "Helvetica", 10, width) for n in range(columns)]
    pieces = [
        (72 + n * (width + 18), top + 12 * row, line, row, n)
        for n, part in enumerate(parts)
        for row, line in enumerate(part)
    ]
    for x, y, line, *_ in sorted(pieces, key=lambda p: (p[3], p[4]) if by_line else (p[4], p[3])):
        drawing.text(x, y, line, 10)


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("by_line", [True, False])
def test_each_column_is_read_to_its_end(drawing, columns, by_line):
    drawn(drawing, columns, by_line)
    expected = [f"{'ABC'[n]}{place}" for n in range(columns) for place in range(4)]
    assert names(drawing.read().text) == expected


def test_a_heading_over_both_columns_is_read_first(drawing):
    drawing.text(150, 80, "How we dress at this school, summer and winter", 16, "Helvetica-Bold")
    drawn(drawing, 2, True)
    text = drawing.read().text
    assert text.startswith("How we dress at this school")
    assert names(text)[0] == "A0"


def test_text_below_columns_is_read_after_both(drawing):
    drawn(drawing, 2, True)
    drawing.paragraph(72, 600, "Last of all: " + WORDS * 2, size=10)
    text = drawing.read().text
    assert text.index("B3") < text.index("Last of all")


def test_numbers_with_a_tab_stop_are_no_column(drawing, lines):
    y = 100.0
    for number in range(1, 12):
        drawing.text(72, y, f"{number}.")
        y = drawing.paragraph(130, y, f"Rule {number} says that {WORDS[:120]}", width=380)
    found = [text for text, mark in lines(drawing.read()) if mark.begins]
    assert found == [text for text in found if text.split(".")[0].isdigit()]
    assert len(found) == 11


def test_a_table_without_lines_is_read_by_row(drawing, lines):
    rows = [("Stage", "Who", "By when"), ("1", "Class teacher", "5 days"), ("2", "Head", "10 days")]
    rows.append(("3", "Governors", "20 days"))
    for place, row in enumerate(rows):
        for x, cell in zip((72, 200, 350), row, strict=True):
            drawing.text(
                x, 100 + 16 * place, cell, font="Helvetica-Bold" if not place else "Helvetica"
            )
    found = lines(drawing.read())
    assert [text for text, _ in found] == ["\t".join(row) for row in rows]
    assert [mark.role for _, mark in found] == ["header", "row", "row", "row"]


def test_a_cell_of_two_lines_in_a_table_without_lines_stays_in_its_row(drawing):
    rows = [("Level", "What it means"), ("One", "A word with the pupil"), ("Two", "A talk with")]
    rows += [("", "the head of year"), ("Three", "A letter home")]
    for place, row in enumerate(rows):
        for x, cell in zip((72, 200), row, strict=True):
            drawing.text(x, 100 + 14 * place, cell)
    assert "Two\tA talk with the head of year\nThree" in drawing.read().text
