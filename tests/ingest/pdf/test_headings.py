"""Titles, headings and their ranks."""

BODY = (
    "Staff must tell the designated lead about every concern on the day on which it arises, "
    "however small it seems to them at the time, and must write down what they have seen. "
)
BOLD = "Helvetica-Bold"


def outline(found):
    return [(mark.heading, text) for text, mark in found if mark.heading]


def sections(drawing, heads, y=120.0):
    for text, size, font in heads:
        drawing.text(72, y, text, size, font)
        y = drawing.paragraph(72, y + 20, BODY) + 16
    return y


def test_larger_headings_are_further_out(drawing, lines):
    sections(
        drawing,
        [
            ("Aims", 16, BOLD),
            ("For staff", 13, BOLD),
            ("For pupils", 13, BOLD),
            ("Rules", 16, BOLD),
        ],
    )
    assert outline(lines(drawing.read())) == [
        (1, "Aims"),
        (2, "For staff"),
        (2, "For pupils"),
        (1, "Rules"),
    ]


def test_numbers_rank_headings_that_look_alike(drawing, lines):
    heads = ["1. Aims", "1.1 For staff", "1.2 For pupils", "2. Rules"]
    sections(drawing, [(text, 12, BOLD) for text in heads])
    assert [level for level, _ in outline(lines(drawing.read()))] == [1, 2, 2, 1]


def test_running_text_is_surely_no_heading(drawing, lines):
    sections(drawing, [("Aims", 16, BOLD), ("Rules", 16, BOLD)])
    assert {mark.heading for text, mark in lines(drawing.read()) if len(text) > 10} == {0}


def test_a_bold_opening_of_a_paragraph_is_no_heading(drawing, lines):
    sections(drawing, [("Aims", 14, BOLD)])
    end = drawing.text(72, 300, "Photographs. ", 11, BOLD)
    drawing.text(end, 300, "Parents may take photographs at the end of a play.")
    drawing.text(72, 314, "They are asked to keep them to themselves.")
    found = lines(drawing.read())
    assert not any("Photographs" in text for _, text in outline(found))


def test_the_largest_words_of_the_first_page_are_the_title(drawing, lines):
    drawing.text(72, 80, "Behaviour Policy", 26, BOLD)
    sections(drawing, [("1. Aims", 14, BOLD), ("2. Rules", 14, BOLD)])
    found = lines(drawing.read())
    assert [text for text, mark in found if mark.role == "title"] == ["Behaviour Policy"]
    assert [text for _, text in outline(found)] == ["1. Aims", "2. Rules"]


def test_a_heading_of_two_lines_is_one_heading(drawing, lines):
    sections(drawing, [("Aims", 14, BOLD), ("Rules", 14, BOLD)])
    words = "What every member of staff has to know about the early help that families can get"
    y = drawing.paragraph(72, 400, words, width=420, size=14, font=BOLD, pitch=17)
    drawing.paragraph(72, y + 4, BODY)
    found = lines(drawing.read())
    heads = [(mark.begins, mark.heading) for text, mark in found if mark.heading]
    assert heads[-2:] == [(True, 1), (False, 1)]


def test_contents_are_told_from_the_headings_they_list(drawing, lines):
    drawing.text(72, 80, "Contents", 14, BOLD)
    for place, words in enumerate(("1. Aims", "2. Rules", "3. Review")):
        end = drawing.text(72, 110 + 16 * place, words)
        dots = "." * int((480 - end) / 3.1)
        drawing.text(drawing.text(end, 110 + 16 * place, dots), 110 + 16 * place, f" {place + 2}")
    drawing.page()
    sections(drawing, [("1. Aims", 14, BOLD), ("2. Rules", 14, BOLD), ("3. Review", 14, BOLD)])
    found = lines(drawing.read())
    assert [mark.role for _, mark in found[:4]] == ["contents"] * 4
    assert len(outline(found)) == 3


def test_contents_without_page_numbers_are_told_by_the_headings_that_come_back(drawing, lines):
    drawing.text(72, 80, "Contents", 14, BOLD)
    for place, words in enumerate(("1. Aims", "2. Rules", "3. Review")):
        drawing.text(72, 110 + 16 * place, words)
    drawing.page()
    sections(drawing, [("1. Aims", 14, BOLD), ("2. Rules", 14, BOLD), ("3. Review", 14, BOLD)])
    found = lines(drawing.read())
    assert [mark.role for _, mark in found[:4]] == ["contents"] * 4
    assert len(outline(found)) == 3
