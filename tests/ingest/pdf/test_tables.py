"""Ruled tables: one line a row, cells parted by tabs."""

XS = (72, 200, 350, 500)
BOLD = "Helvetica-Bold"


def ruled(drawing, rows, top=100, names=True):
    ys = [top + 24 * place for place in range(len(rows) + 1)]
    drawing.grid(XS[: len(rows[0]) + 1], ys)
    for y, row in zip(ys, rows, strict=False):
        for x, cell in zip(XS, row, strict=False):
            first = names and y == ys[0]
            drawing.text(x + 4, y + 16, cell, 10, BOLD if first else "Helvetica")
    return ys[-1]


HEAD = ("Item", "Cost", "Who pays")
ROWS = [("Swimming", "£2 a week", "The school"), ("Music lessons", "£90 a term", "Parents")]


def test_a_row_is_a_line_and_bold_cells_above_name_its_columns(drawing, lines):
    ruled(drawing, [HEAD, *ROWS])
    found = lines(drawing.read())
    assert [text for text, _ in found] == ["\t".join(row) for row in (HEAD, *ROWS)]
    assert [mark.role for _, mark in found] == ["header", "row", "row"]


def test_facts_beside_their_names_have_no_header(drawing, lines):
    rows = [("Approved by", "Governors"), ("Date", "July 2024"), ("Review", "July 2026")]
    ruled(drawing, rows, names=False)
    assert [mark.role for _, mark in lines(drawing.read())] == ["row"] * 3


def test_text_before_and_after_a_table_stays_there(drawing, lines):
    drawing.text(72, 80, "These are the charges for this year.")
    end = ruled(drawing, [HEAD, *ROWS])
    drawing.text(72, end + 30, "They are reviewed each summer.")
    found = [text for text, _ in lines(drawing.read())]
    assert found[0] == "These are the charges for this year."
    assert found[-1] == "They are reviewed each summer."


def test_words_broken_over_lines_of_a_cell_close_to_one_line(drawing):
    drawing.grid((72, 200, 350), (100, 150, 200))
    drawing.text(76, 115, "Visits to a", 10)
    drawing.text(76, 128, "well-", 10)
    drawing.text(76, 141, "known place", 10)
    drawing.text(204, 115, "Free", 10)
    drawing.text(76, 165, "Others", 10)
    drawing.text(204, 165, "£5", 10)
    assert drawing.read().text == "Visits to a well-known place\tFree\nOthers\t£5\n"


def test_a_caption_says_that_it_is_a_table(drawing, lines):
    drawing.text(72, 85, "Table 1: Charges")
    ruled(drawing, [HEAD, *ROWS])
    text, mark = lines(drawing.read())[0]
    assert (text, mark.role) == ("Table 1: Charges", "caption")


def test_a_header_repeated_overleaf_is_furniture(drawing, lines):
    many = [(f"Club {n}", f"£{n}", "Parents") for n in range(1, 29)]
    ruled(drawing, [HEAD, *many[:26]], top=90)
    drawing.page()
    ruled(drawing, [HEAD, *many[26:]], top=90)
    found = lines(drawing.read())
    heads = [mark.role for text, mark in found if text == "\t".join(HEAD)]
    assert heads == ["header", "furniture"]
    assert sum(mark.role == "row" for _, mark in found) == 28


def test_a_frame_round_a_paragraph_is_no_table(drawing, lines):
    drawing.grid((60, 530), (80, 140))
    end = drawing.paragraph(72, 100, "If you are worried about a child, tell the office. " * 3)
    drawing.text(72, end + 40, "The office is open from eight.")
    found = lines(drawing.read())
    assert all(mark.role == "" for _, mark in found)
    assert "\t" not in "".join(text for text, _ in found)
