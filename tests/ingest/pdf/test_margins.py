"""Running heads and feet, page numbers, footnotes and watermarks."""

TOPICS = ("registers", "visits", "money", "food", "music", "sport")
BODY = (
    "Staff must tell the designated lead about every concern on the day on which it arises, "
    "however small it seems to them at the time, and must write down what they have seen. "
)


def with_role(found, role):
    return [text for text, mark in found if mark.role == role]


def test_what_comes_back_at_the_edges_of_pages_is_furniture(drawing, lines):
    for page in range(1, 5):
        drawing.text(72, 40, "Quarry Hill School", 9)
        drawing.text(420, 40, "Attendance Policy", 9)
        drawing.paragraph(72, 90, f"Page text on {TOPICS[page]}. " + BODY * 4)
        drawing.text(72, 812, "Reviewed July 2024", 9)
        drawing.text(500, 812, f"{page}", 9)
        drawing.page()
    found = lines(drawing.read())
    assert len(with_role(found, "furniture")) == 8
    assert all("Page text" not in text for text in with_role(found, "furniture"))


def test_page_numbers_need_only_count(drawing, lines):
    for page in range(3, 7):
        drawing.paragraph(72, 90, BODY * 4)
        drawing.text(290, 812, f"- {page} -", 9)
        drawing.page()
    assert with_role(lines(drawing.read()), "furniture") == [f"- {n} -" for n in range(3, 7)]


def test_text_at_the_top_of_a_page_that_does_not_come_back_is_kept(drawing, lines):
    for page, words in enumerate(("Alpha comes first.", "Beta comes next.", "Gamma is last.")):
        drawing.text(72, 50, words)
        drawing.paragraph(72, 90 + page, BODY * 3)
        drawing.page()
    assert with_role(lines(drawing.read()), "furniture") == []


def test_a_watermark_across_the_page_is_furniture(drawing, lines):
    drawing.paragraph(72, 90, BODY * 4)
    drawing.canvas.saveState()
    drawing.canvas.translate(200, 300)
    drawing.canvas.rotate(45)
    drawing.canvas.setFont("Helvetica", 80)
    drawing.canvas.drawString(0, 0, "DRAFT")
    drawing.canvas.restoreState()
    assert with_role(lines(drawing.read()), "furniture") == ["DRAFT"]


def test_a_footnote_points_to_the_word_that_carries_its_number(drawing, lines):
    drawing.paragraph(72, 90, BODY * 3)
    end = drawing.text(72, 300, "Absence is never free of charge")
    after = drawing.text(end, 296, "1", 6.5)
    drawing.text(after, 300, " and is reported to the county.")
    drawing.text(72, 760, "1", 6)
    drawing.text(78, 763, "Section 444 of the Education Act 1996.", 9)
    extract = drawing.read()
    found = lines(extract)
    [(text, mark)] = [(text, mark) for text, mark in found if mark.role == "footnote"]
    assert text == "1 Section 444 of the Education Act 1996."
    assert extract.text[: mark.anchor].endswith("free of charge")
    assert "free of charge and is reported" in extract.text


def test_raised_letters_that_are_no_reference_stay(drawing):
    drawing.paragraph(72, 90, BODY * 3)
    end = drawing.text(72, 300, "The policy was agreed on 1")
    after = drawing.text(end, 296, "st", 6.5)
    drawing.text(after, 300, " September.")
    assert "agreed on 1st September." in drawing.read().text


def test_pages_that_say_but_one_thing_keep_it(drawing, lines):
    for page in range(1, 4):
        drawing.text(72, 60, "Staff must sign in.")
        drawing.text(290, 812, str(page), 9)
        drawing.page()
    found = lines(drawing.read())
    assert with_role(found, "") == ["Staff must sign in."] * 3
    assert with_role(found, "furniture") == ["1", "2", "3"]


def test_a_page_with_nothing_but_the_running_head_has_no_text(drawing, lines):
    for page in range(1, 5):
        drawing.text(72, 40, "Quarry Hill School", 9)
        if page != 3:
            drawing.paragraph(72, 90, f"Page text on {TOPICS[page]}. " + BODY * 4)
        drawing.page()
    assert with_role(lines(drawing.read()), "furniture") == ["Quarry Hill School"] * 4


def test_a_footnote_s_number_in_a_table_leaves_the_row_as_it_is(drawing, lines):
    drawing.paragraph(72, 60, BODY * 2)
    drawing.grid([72, 250, 500], [200, 240, 280, 320])
    drawing.text(76, 212, "Task", font="Helvetica-Bold")
    drawing.text(260, 212, "Who", font="Helvetica-Bold")
    drawing.text(76, 252, "Keep the post-")
    end = drawing.text(76, 266, "room key with you")
    drawing.text(end, 262, "1", 6.5)
    drawing.text(260, 252, "The office manager and")
    drawing.text(260, 266, "the headteacher")
    drawing.text(76, 292, "Lock up")
    drawing.text(260, 292, "Caretaker")
    drawing.text(72, 760, "1", 6)
    drawing.text(78, 763, "See the visitors policy.", 9)
    extract = drawing.read()
    [(_, mark)] = [(text, mark) for text, mark in lines(extract) if mark.role == "footnote"]
    row = "Keep the post-room key with you\tThe office manager and the headteacher\n"
    assert row in extract.text
    assert extract.text[: mark.anchor].endswith("key with you")
