"""What of a Word file is read, and how it is marked."""

import pytest

from ingest.readers.docx import read_docx


def lines(extract):
    """Each line with its mark's heading, role and whether a paragraph begins."""
    marks = {mark.start: mark for mark in extract.marks}
    found, start = [], 0
    for line in extract.text.splitlines():
        mark = marks[start]
        found.append((line, mark))
        start += len(line) + 1
    return found


def roles(extract):
    return [(line, mark.role) for line, mark in lines(extract)]


def run(text, about=""):
    return f'<w:r><w:rPr>{about}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows, about=""):
    return f"<w:tbl><w:tblPr>{about}</w:tblPr>{''.join(rows)}</w:tbl>"


def row(*cells, about=""):
    return f"<w:tr><w:trPr>{about}</w:trPr>{''.join(cells)}</w:tr>"


def cell(make, text, about="", bold=False):
    inside = make.paragraph(text, run="<w:b/>" if bold else "")
    return f"<w:tc><w:tcPr>{about}</w:tcPr>{inside}</w:tc>"


def test_headings_come_from_styles_also_those_based_on_them(make):
    body = (
        make.paragraph("Phones", '<w:pStyle w:val="Heading1"/>')
        + make.paragraph("At lunch", '<w:pStyle w:val="OurHeading"/>')
        + make.paragraph("Staff may use a phone at lunch in the staff room.")
        + make.paragraph("Trips", '<w:outlineLvl w:val="2"/>')
        + make.paragraph("Staff take the school phone on trips.")
    )
    found = [mark.heading for _, mark in lines(read_docx(make.word(body)))]
    assert found == [1, 2, 0, 3, 0]


def test_a_rule_set_in_a_heading_style_for_its_number_is_no_heading(make):
    rule = "Staff must not use a phone while they are in charge of pupils on school premises."
    body = make.paragraph("Phones", '<w:pStyle w:val="Heading1"/>') + make.paragraph(
        rule, '<w:pStyle w:val="Heading2"/>'
    )
    assert [mark.heading for _, mark in lines(read_docx(make.word(body)))] == [1, None]


def test_headings_without_styles_are_known_by_their_looks(make):
    prose = "Pupils hand their telephones in at the office when they come and fetch them at three."
    body = "".join(
        make.paragraph(text, run=look)
        for text, look in [
            ("Rowan Tree School", '<w:b/><w:sz w:val="40"/>'),
            ("Phones", '<w:b/><w:sz w:val="28"/>'),
            (prose, ""),
            ("In class", "<w:b/>"),
            (prose, ""),
            ("This bold sentence is a rule that everybody must keep.", "<w:b/>"),
            ("Cameras", '<w:b/><w:sz w:val="28"/>'),
            (prose, ""),
        ]
    )
    found = [(mark.heading, mark.role) for _, mark in lines(read_docx(make.word(body)))]
    assert [heading for heading, _ in found] == [None, 1, 0, 2, 0, 0, 1, 0]
    assert found[0][1] == "title"


def test_a_soft_break_goes_on_and_a_double_one_begins_again(make):
    body = (
        "<w:p><w:r><w:t>Staff must</w:t><w:br/><w:t>lock doors.</w:t><w:br/><w:br/><w:t>Visitors"
        ' sign in.</w:t><w:br w:type="page"/><w:t>Parents wait.</w:t></w:r></w:p>'
    )
    extract = read_docx(make.word(body))
    assert extract.text == "Staff must\nlock doors.\nVisitors sign in.\nParents wait.\n"
    assert [mark.begins for _, mark in lines(extract)] == [True, False, True, True]
    assert "\f" not in extract.text


def test_white_space_is_closed_and_a_typed_number_keeps_one_space(make):
    body = (
        '<w:p><w:r><w:t xml:space="preserve">2.1 </w:t><w:tab/><w:t xml:space="preserve">Staff\xa0 '
        "must</w:t></w:r><w:r><w:noBreakHyphen/><w:t>not\u200b \u202e stop</w:t><w:softHyphen/>"
        "<w:t>ping \ufb01re doors\xad.</w:t></w:r></w:p>"
    )
    assert read_docx(make.word(body)).text == "2.1 Staff must-not stopping fire doors.\n"


def test_tracked_changes_are_read_as_accepted(make):
    body = (
        "<w:p><w:r><w:t xml:space='preserve'>Staff </w:t></w:r>"
        "<w:del w:id='1'><w:r><w:delText>may</w:delText><w:t>may</w:t></w:r></w:del>"
        "<w:ins w:id='2'><w:r><w:t>must</w:t></w:r></w:ins>"
        "<w:moveFrom w:id='3'><w:r><w:t> never</w:t></w:r></w:moveFrom>"
        "<w:moveTo w:id='4'><w:r><w:t> not</w:t></w:r></w:moveTo>"
        "<w:commentRangeStart w:id='0'/><w:r><w:t xml:space='preserve'> smoke.</w:t></w:r>"
        "<w:r><w:commentReference w:id='0'/></w:r></w:p>"
    )
    extract = read_docx(
        make.word(
            body, comments='<w:comment w:id="0"><w:p><w:r><w:t>why?</w:t></w:r></w:p></w:comment>'
        )
    )
    assert extract.text == "Staff must not smoke.\n"


def test_a_deleted_paragraph_end_joins_two_paragraphs(make):
    body = make.paragraph("Staff must ", "<w:rPr><w:del w:id='1'/></w:rPr>") + make.paragraph(
        "lock doors."
    )
    assert read_docx(make.word(body)).text == "Staff must lock doors.\n"


def test_hidden_text_is_left_out_with_a_warning(make):
    styles = (
        '<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/>'
        "<w:rPr><w:vanish/></w:rPr></w:style>"
    )
    away = '<w:rStyle w:val="Secret"/>'
    body = f"<w:p>{run('Seen. ')}{run('unseen', '<w:vanish/>')}{run('Also seen.')}</w:p>"
    body += f"<w:p>{run('styled away', away)}</w:p>"
    extract = read_docx(make.word(body, styles=styles))
    assert extract.text == "Seen. Also seen.\n"
    assert any("hidden" in warning for warning in extract.warnings)


def test_fields_show_their_result_and_not_their_instruction(make):
    def step(kind):
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    body = (
        f"<w:p>{run('See ')}{step('begin')}<w:r><w:instrText> REF x \\h </w:instrText></w:r>"
        f"{run('not shown')}{step('separate')}{run('section 3')}{step('end')}{run(' and ')}"
        f'<w:fldSimple w:instr=" REF y ">{run("section 4")}</w:fldSimple>{run(".")}</w:p>'
        # A field that a broken file never closes must not swallow the rest.
        f"<w:p>{step('begin')}{run('Staff must lock doors.')}</w:p>"
    )
    text = read_docx(make.word(body)).text
    assert text == "See section 3 and section 4.\nStaff must lock doors.\n"


def test_a_table_of_contents_is_marked(make):
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>TOC \\o</w:instrText>'
        '<w:fldChar w:fldCharType="separate"/></w:r>' + run("1 Phones 3") + "</w:p>"
        "<w:p>" + run("2 Cameras 4") + "</w:p>"
        '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        + make.paragraph("3 Watches 5", '<w:pStyle w:val="TOC1"/>')
        + make.paragraph("Staff must lock doors.")
    )
    found = roles(read_docx(make.word(body)))
    assert [role for _, role in found] == ["contents", "contents", "contents", ""]


def test_a_footnote_follows_its_paragraph_and_points_to_its_word(make):
    notes = (
        '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="5"><w:p>'
        '<w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> Except visitors.</w:t></w:r>'
        "</w:p></w:footnote>"
    )
    reference = '<w:r><w:footnoteReference w:id="5"/></w:r>'
    body = f"<w:p>{run('All staff')}{reference}{run(' sign in.')}</w:p>" + make.paragraph("Next.")
    extract = read_docx(make.word(body, footnotes=notes))
    assert extract.text == "All staff sign in.\n1 Except visitors.\nNext.\n"
    (note,) = [mark for mark in extract.marks if mark.role == "footnote"]
    assert note.anchor == len("All staff")


def test_footnotes_in_tables_and_endnotes_find_their_word_too(make):
    ends = '<w:endnote w:id="2"><w:p><w:r><w:t>By law.</w:t></w:r></w:p></w:endnote>'
    inside = f"<w:p>{run('Doors')}<w:r><w:endnoteReference w:id='2'/></w:r></w:p>"
    rows = [
        row(cell(make, "What"), cell(make, "Who")),
        row(cell(make, "Gates"), f"<w:tc>{inside}</w:tc>"),
    ]
    extract = read_docx(make.word(table(*rows), endnotes=ends))
    assert extract.text.splitlines()[1:] == ["Gates\tDoors", "i By law."]
    anchor = extract.marks[-1].anchor
    assert extract.text[:anchor].endswith("Doors")


def test_table_rows_are_lines_and_the_header_row_is_marked(make):
    rows = [
        row(cell(make, "Role"), cell(make, "Duty"), about="<w:tblHeader/>"),
        row(cell(make, "Head"), cell(make, "leads")),
        row(cell(make, "Clerk"), cell(make, "writes")),
    ]
    assert roles(read_docx(make.word(table(*rows)))) == [
        ("Role\tDuty", "header"), ("Head\tleads", "row"), ("Clerk\twrites", "row"),
    ]  # fmt: skip


def test_a_first_row_in_bold_is_a_header_and_a_plain_pair_is_not(make):
    bold = [
        row(cell(make, "Role", bold=True), cell(make, "Duty", bold=True)),
        row(cell(make, "Head"), cell(make, "leads")),
    ]
    plain = [
        row(cell(make, "Approved by"), cell(make, "Governors")),
        row(cell(make, "Next review"), cell(make, "May 2027")),
    ]
    assert [r for _, r in roles(read_docx(make.word(table(*bold))))] == ["header", "row"]
    assert [r for _, r in roles(read_docx(make.word(table(*plain))))] == ["row", "row"]


def test_a_plain_first_row_is_a_header_where_it_only_names_what_stands_below(make):
    rows = [
        row(*(cell(make, text) for text in texts))
        for texts in (
            ("What", "How often", "What for"),
            ("Fire doors and exits", "daily before eight", "free and not wedged"),
            ("Paths and steps", "twice in frost", "grit, glass, leaves"),
            ("Fire alarm", "weekly on Tuesday", "a different call point each week"),
        )
    ]
    found = [r for _, r in roles(read_docx(make.word(table(*rows))))]
    assert found == ["header", "row", "row", "row"]


def test_a_form_to_fill_in_stays_a_table_and_prose_beside_an_empty_column_does_not(make):
    form = [row(cell(make, text), cell(make, "")) for text in ("Name of pupil", "Class", "Date")]
    prose = "Staff lock the doors at nine and let nobody in who has not signed the book. " * 3
    laid = [row(cell(make, ""), cell(make, prose)), row(cell(make, ""), cell(make, prose))]
    assert {r for _, r in roles(read_docx(make.word(table(*form))))} == {"row"}
    assert {r for _, r in roles(read_docx(make.word(table(*laid))))} == {""}


def test_merged_cells_keep_rows_readable_and_columns_in_place(make):
    rows = [
        row(cell(make, "Who"), cell(make, "What"), cell(make, "When"), about="<w:tblHeader/>"),
        row(
            cell(make, "Staff", '<w:vMerge w:val="restart"/>'),
            cell(make, "sign in"), cell(make, "daily"),
        ),
        row(cell(make, "", "<w:vMerge/>"), cell(make, "lock up"), cell(make, "nightly")),
        row(cell(make, "Everybody", '<w:gridSpan w:val="2"/>'), cell(make, "always")),
    ]  # fmt: skip
    assert read_docx(make.word(table(*rows))).text.splitlines()[1:] == [
        "Staff\tsign in\tdaily", "Staff\tlock up\tnightly", "Everybody\t\talways",
    ]  # fmt: skip


def test_a_box_around_text_is_no_table(make):
    inside = make.paragraph("Read me", run="<w:b/>") + make.paragraph("Staff must lock doors.")
    extract = read_docx(make.word(table(row(f"<w:tc>{inside}</w:tc>"))))
    assert extract.text == "Read me\nStaff must lock doors.\n"
    assert {mark.role for mark in extract.marks} == {""}


def test_the_caption_above_a_table_is_marked(make):
    rows = [row(cell(make, "a"), cell(make, "b")), row(cell(make, "c"), cell(make, "d"))]
    body = make.paragraph("Table 1: Times", '<w:pStyle w:val="Caption"/>') + table(*rows)
    assert roles(read_docx(make.word(body)))[0] == ("Table 1: Times", "caption")


def test_a_text_box_is_read_once_though_it_is_written_twice(make):
    box = "<w:txbxContent>" + make.paragraph("Ring 999 first.") + "</w:txbxContent>"
    body = (
        f"<w:p>{run('In a fire:')}<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"<wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback>"
        f"<w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        "</w:p>"
    )
    assert read_docx(make.word(body)).text == "In a fire:\nRing 999 first.\n"


def test_content_controls_links_and_symbols_are_read(make):
    body = (
        f"<w:sdt><w:sdtContent><w:p>{run('Ask ')}<w:hyperlink>{run('the office')}</w:hyperlink>"
        f"<w:sdt><w:sdtContent>{run(' (room 2)')}</w:sdtContent></w:sdt><w:smartTag>{run(' or ')}"
        '</w:smartTag><w:r><w:sym w:font="Wingdings" w:char="F028"/><w:t>01234.</w:t></w:r></w:p>'
        "</w:sdtContent></w:sdt>"
    )
    assert read_docx(make.word(body)).text == "Ask the office (room 2) or ☎01234.\n"


def test_heads_and_feet_stand_once_at_the_end_without_page_numbers(make):
    page = (
        '<w:p><w:r><w:t xml:space="preserve">Page </w:t></w:r><w:fldSimple w:instr="PAGE"><w:r>'
        "<w:t>1</w:t></w:r></w:fldSimple></w:p>"
    )
    head = "<w:p><w:r><w:t>Phone Policy, May 2022</w:t></w:r></w:p>"
    sections = '<w:sectPr><w:{0}Reference w:type="{2}" r:id="{1}"/></w:sectPr>'
    body = (
        make.paragraph("Staff must lock doors.", sections.format("header", "header1", "default"))
        + make.paragraph("Always.", sections.format("header", "header2", "default"))
        + sections.format("footer", "footer1", "default")
        + sections.format("header", "header3", "first")  # no section has a first page of its own
    )
    data = make.word(
        body, header1=head, header2=head, header3=make.paragraph("Unseen"), footer1=page
    )
    assert roles(read_docx(data)) == [
        ("Staff must lock doors.", ""), ("Always.", ""), ("Phone Policy, May 2022", "furniture"),
    ]  # fmt: skip


def test_list_depth_follows_the_indent_where_lists_have_one_level_each(make):
    inner = make.level(0, "bullet", "–").replace('w:left="720"', 'w:left="1440"')
    numbering = make.lists(make.level(0, "bullet", "•"), inner)
    body = (
        make.paragraph("Staff must:")
        + make.item("sign in", 0, 1)
        + make.item("at the office", 0, 2)
        + make.item("lock up", 0, 1)
        + make.paragraph("Always.")
    )
    found = [mark.indent for _, mark in lines(read_docx(make.word(body, numbering=numbering)))]
    assert found == [0, 1, 2, 1, 0]


def test_strict_files_read_as_transitional_ones_do(make):
    data = make.word(
        make.paragraph("Phones", '<w:pStyle w:val="Heading1"/>') + make.item("Staff sign in."),
        numbering=make.lists(make.level(0, text="%1)")),
    )
    assert read_docx(make.strict(data)) == read_docx(data)
    assert read_docx(data).text == "Phones\n1) Staff sign in.\n"


def test_properties_are_read_and_are_no_part_of_the_text(make):
    import io
    import zipfile

    data = io.BytesIO(make.word(make.paragraph("Staff sign in.")))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr(
            "docProps/core.xml",
            '<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/'
            'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org'
            '/dc/terms/"><dc:title>Phones</dc:title><dc:creator>A. Clerk</dc:creator>'
            "<t:created>2022-05-03T10:00:00Z</t:created><c:revision>4</c:revision>"
            "</c:coreProperties>",
        )
        archive.writestr("word/vbaProject.bin", b"\0")
    extract = read_docx(data.getvalue())
    assert extract.properties == {
        "title": "Phones", "author": "A. Clerk", "created": "2022-05-03", "revision": "4",
    }  # fmt: skip
    assert extract.text == "Staff sign in.\n"
    assert extract.warnings == ("holds macros, which were not run",)


@pytest.mark.parametrize("line", ["<w:strike/>", "<w:dstrike/>"])
def test_struck_text_is_left_out_with_a_warning(make, line):
    body = (
        '<w:p><w:r><w:t xml:space="preserve">Staff </w:t></w:r>'
        f"<w:r><w:rPr>{line}</w:rPr><w:t>may </w:t></w:r>"
        '<w:r><w:rPr><w:strike w:val="0"/></w:rPr><w:t>must sign in.</w:t></w:r></w:p>'
    )
    extract = read_docx(make.word(body))
    assert extract.text == "Staff must sign in.\n"
    assert extract.warnings == ("holds text that is struck through, which was left out",)
