"""Where paragraphs and items begin, and how their lines are written."""

LONG = (
    "Staff must tell the designated lead about every concern on the day on which it arises, "
    "however small it seems to them at the time, and must write down what they have seen and "
    "heard in the words that the child has used, without adding a judgement of their own. "
)


def begins(found):
    return [text for text, mark in found if mark.begins]


def test_lines_of_one_paragraph_follow_each_other_and_only_the_first_begins(drawing, lines):
    drawing.paragraph(72, 100, LONG)
    found = lines(drawing.read())
    assert len(found) >= 3
    assert [mark.begins for _, mark in found] == [True] + [False] * (len(found) - 1)
    assert " ".join(text for text, _ in found) == LONG.strip()


def test_white_space_between_lines_begins_a_paragraph(drawing, lines):
    y = drawing.paragraph(72, 100, LONG)
    drawing.paragraph(72, y + 8, "Volunteers " + LONG)
    assert [text[:6] for text in begins(lines(drawing.read()))] == ["Staff ", "Volunt"]


def test_a_short_line_ends_its_paragraph_where_nothing_else_shows_it(drawing, lines):
    y = drawing.paragraph(72, 100, LONG + "That is all.")
    drawing.paragraph(72, y, "Governors read the register each term. " + LONG)
    assert [text[:6] for text in begins(lines(drawing.read()))] == ["Staff ", "Govern"]


def test_an_indented_first_line_begins_a_paragraph(drawing, lines):
    y = 100.0
    for words in ("One of the staff " + LONG, "Two of the staff " + LONG):
        drawing.text(90, y, words[:80])
        y = drawing.paragraph(72, y + 14, words[80:].strip())
    assert len(begins(lines(drawing.read()))) == 2


def test_a_number_far_left_of_its_text_is_one_line_with_it(drawing, lines):
    drawing.text(72, 100, "1.1")
    drawing.paragraph(108, 100, LONG, width=400)
    drawing.text(72, 170, "1.2")
    drawing.paragraph(108, 170, LONG, width=400)
    found = lines(drawing.read())
    assert [text[:9] for text in begins(found)] == ["1.1 Staff", "1.2 Staff"]
    assert "\t" not in drawing.file.getvalue().decode("latin-1")


def test_a_hanging_indent_goes_on_with_its_item(drawing, lines):
    y = 100.0
    for item in ("first", "second", "third"):
        drawing.text(90, y, "•")
        y = drawing.paragraph(108, y, f"{item} thing that {LONG[:140]}", width=300)
    found = lines(drawing.read())
    assert [text[:4] for text in begins(found)] == ["• fi", "• se", "• th"]
    assert {mark.indent for _, mark in found if mark.begins} == {1}


def test_items_within_items_are_deeper(drawing, lines):
    for y, x, words in ((100, 90, "• outer"), (115, 108, "o inner"), (130, 90, "• outer again")):
        glyph, _, text = words.partition(" ")
        drawing.text(x, y, glyph)
        drawing.text(x + 18, y, text)
    assert [mark.indent for _, mark in lines(drawing.read())] == [1, 2, 1]


def test_a_figure_at_the_start_of_a_line_is_no_item(drawing, lines):
    drawing.text(72, 100, "The headteacher will reply in writing to every complaint within at most")
    drawing.text(
        72, 114, "24. It will be read by the governors, who meet in the second half of term"
    )
    drawing.text(72, 128, "and who may ask for more to be done.")
    assert len(begins(lines(drawing.read()))) == 1


def test_a_word_broken_at_a_lines_end_gets_a_soft_hyphen_if_it_stands_whole_elsewhere(drawing):
    drawing.text(
        72, 100, "Everyone has a duty towards safeguarding, and all of us should see safe-"
    )
    drawing.text(72, 114, "guarding as part of the day. The staff are all of them here full-")
    drawing.text(72, 128, "time, and that is what counts for a full-time school.")
    text = drawing.read().text
    assert "safe\u00ad\nguarding" in text
    assert "full-\ntime" in text


def test_a_paragraph_that_crosses_a_page_stays_in_one_piece(drawing):
    words = ["Child Protection Policy", "Autumn 2024"]
    visits = ("to the farm", "to the castle", "by sea")
    for page, visit in enumerate(visits, 1):
        drawing.text(72, 40, words[0], 9)
        y = drawing.paragraph(72, 80, (f"Part {page} of this. " + LONG * 3).strip())
        while y < 700:
            y = drawing.paragraph(72, y + 8, f"At {y:.0f} " + visit + " as well. " + LONG)
        drawing.text(
            72, 754, f"Going {visit}: the head keeps a list of every child whose parents have"
        )
        drawing.text(72, 810, f"{words[1]}   Page {page}", 9)
        drawing.page()
        drawing.text(72, 40, words[0], 9)
        drawing.text(72, 80, f"asked for the visit {visit} to be put off until the summer term.")
        drawing.text(72, 810, f"{words[1]}   Page {page}", 9)
        drawing.page()
    text = drawing.read().text
    assert text.count("\f") == 5
    for visit in visits:
        assert f"whose parents have\n\fasked for the visit {visit} to be" in text


def test_every_line_begins_at_its_mark(drawing):
    drawing.paragraph(72, 100, LONG)
    drawing.page()
    drawing.page()
    drawing.paragraph(72, 100, LONG)
    extract = drawing.read()
    starts = [mark.start for mark in extract.marks]
    assert starts == sorted(set(starts))
    assert all(extract.text[start - 1] in "\n\f" for start in starts[1:])
    assert extract.text.count("\f") == 2
    assert extract.pages == 3
