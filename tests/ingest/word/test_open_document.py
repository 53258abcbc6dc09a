"""OpenDocument texts, written out by hand, zipped and flat."""

import zipfile

import pytest

from ingest.readers.odt import read_odt

_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing",
        "meta": "meta", "fo": "xsl-fo-compatible",
    }.items()
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip


def flat(body, styles="", automatic="", masters="", meta=""):
    return (
        f"<office:document {_SPACES}><office:meta>{meta}</office:meta>"
        f"<office:styles>{styles}</office:styles>"
        f"<office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:master-styles>{masters}</office:master-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    ).encode()


def number(level, form="1", **about):
    said = "".join(
        f' {name.replace("_", ":", 1).replace("_", "-")}="{v}"' for name, v in about.items()
    )
    return f'<text:list-level-style-number text:level="{level}" style:num-format="{form}"{said}/>'


def listed(*levels, name="L"):
    return f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>'


def items(*inside, about='text:style-name="L"'):
    return (
        f"<text:list {about}>"
        + "".join(f"<text:list-item>{i}</text:list-item>" for i in inside)
        + "</text:list>"
    )


def p(text):
    return f"<text:p>{text}</text:p>"


def test_lists_count_by_their_style_and_show_outer_numbers():
    style = listed(
        number(1, style_num_suffix="."),
        number(2, text_display_levels=2),
        number(3, "a", style_num_prefix="(", style_num_suffix=")", text_start_value=3),
    )
    body = items(p("A"), p("B") + items(p("C") + items(p("D"), about=""), p("E"), about=""), p("F"))
    assert read_odt(flat(body, automatic=style)).text.splitlines() == [
        "1. A", "2. B", "2.1 C", "(c) D", "2.2 E", "3. F",
    ]  # fmt: skip


def test_a_list_goes_on_or_starts_again_as_it_says():
    body = (
        items(p("A"), p("B"), about='text:style-name="L" xml:id="x"')
        + items(p("C"))
        + items(p("D"), about='text:style-name="L" text:continue-list="x"')
        + items(p("E"), about='text:style-name="L" text:continue-numbering="true"')
        + '<text:list text:style-name="L"><text:list-item text:start-value="8">'
        + p("F") + p("more") + "</text:list-item><text:list-header>" + p("G")
        + "</text:list-header></text:list>"
    )  # fmt: skip
    text = read_odt(flat(body, automatic=listed(number(1, style_num_suffix=")")))).text
    assert text.splitlines() == ["1) A", "2) B", "1) C", "3) D", "4) E", "8) F", "more", "G"]


def test_headings_take_level_and_number_from_the_outline():
    outline = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1"/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>'
        "</text:outline-style>"
    )
    body = "".join(
        f'<text:h text:outline-level="{level}">{text}</text:h>'
        for level, text in ((1, "Aims"), (2, "Staff"), (2, "Pupils"), (1, "Review"))
    )
    extract = read_odt(flat(body, styles=outline))
    assert extract.text.splitlines() == ["1 Aims", "1.1 Staff", "1.2 Pupils", "2 Review"]
    assert [mark.heading for mark in extract.marks] == [1, 2, 2, 1]


def test_deletions_notes_comments_and_breaks_are_read_as_people_see_them():
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion>" + p("gone")
        + "</text:deletion></text:changed-region></text:tracked-changes>"
        '<text:p>Staff<text:s text:c="3"/>must<text:change text:change-id="1"/>'
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body>" + p("By law.") + "</text:note-body></text:note>"
        "<text:tab/>sign<office:annotation>" + p("why?") + "</office:annotation> in,"
        "<text:line-break/>always<text:soft-page-break/>.</text:p>"
    )  # fmt: skip
    extract = read_odt(flat(body))
    assert extract.text == "Staff must sign in,\nalways.\n1 By law.\n"
    assert [mark.begins for mark in extract.marks] == [True, False, True]
    assert extract.marks[-1].anchor == len("Staff must")
    assert any("tracked changes" in warning for warning in extract.warnings)


def test_tables_with_covered_cells_stay_in_their_columns():
    def cell(text, about=""):
        return f"<table:table-cell {about}>{p(text)}</table:table-cell>"

    covered = "<table:covered-table-cell/>"
    body = (
        "<table:table><table:table-header-rows><table:table-row>" + cell("Who") + cell("What")
        + cell("When") + "</table:table-row></table:table-header-rows><table:table-row>"
        + cell("Staff", 'table:number-rows-spanned="2"') + cell("sign in") + cell("daily")
        + "</table:table-row><table:table-row>" + covered + cell("lock up") + cell("nightly")
        + "</table:table-row><table:table-row>"
        + cell("Everybody", 'table:number-columns-spanned="2"') + covered + cell("always")
        + "</table:table-row></table:table>"
    )  # fmt: skip
    extract = read_odt(flat(body))
    assert extract.text.splitlines() == [
        "Who\tWhat\tWhen", "Staff\tsign in\tdaily", "Staff\tlock up\tnightly",
        "Everybody\t\talways",
    ]  # fmt: skip
    assert [mark.role for mark in extract.marks] == ["header", "row", "row", "row"]


def test_text_boxes_indexes_hidden_text_and_margins():
    automatic = (
        '<style:style style:name="H" style:family="text"><style:text-properties '
        'text:display="none"/></style:style>'
    )
    masters = (
        '<style:master-page style:name="Standard"><style:header>' + p("Phone Policy")
        + "</style:header><style:footer>"
        "<text:p>Page <text:page-number>3</text:page-number></text:p>"
        "</style:footer></style:master-page>"
    )  # fmt: skip
    body = (
        "<text:table-of-content><text:table-of-content-source/><text:index-body>" + p("Aims 2")
        + "</text:index-body></text:table-of-content>"
        '<text:p>Seen.<text:span text:style-name="H">unseen</text:span><draw:frame><draw:text-box>'
        + p("Boxed.") + "</draw:text-box></draw:frame></text:p>"
    )  # fmt: skip
    extract = read_odt(flat(body, automatic=automatic, masters=masters))
    assert extract.text == "Aims 2\nSeen.\nBoxed.\nPhone Policy\n"
    assert [mark.role for mark in extract.marks] == ["contents", "", "", "furniture"]
    assert any("hidden" in warning for warning in extract.warnings)


def test_properties_are_read():
    meta = (
        "<dc:title>Phones</dc:title><meta:initial-creator>A. Clerk</meta:initial-creator>"
        "<meta:creation-date>2022-05-03T10:00:00</meta:creation-date><dc:date>2023-01-02</dc:date>"
    )
    assert read_odt(flat(p("x"), meta=meta)).properties == {
        "title": "Phones", "author": "A. Clerk", "created": "2022-05-03", "modified": "2023-01-02",
    }  # fmt: skip


@pytest.mark.parametrize("repeat", ["999999999", "-4", "x"])
def test_claims_to_repeat_cells_without_end_are_cut_down(repeat):
    row = (
        f'<table:table-row table:number-rows-repeated="{repeat}"><table:table-cell '
        f'table:number-columns-repeated="{repeat}">{p("a")}</table:table-cell>'
        f"<table:table-cell>{p('b')}</table:table-cell></table:table-row>"
    )
    assert len(read_odt(flat(f"<table:table>{row}{row}</table:table>")).text) < 30_000


def test_a_zipped_file_reads_as_a_flat_one(tmp_path):
    body = p("Staff sign in.")
    path = tmp_path / "a.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            flat(body)
            .decode()
            .replace("office:document ", "office:document-content ")
            .replace("/office:document>", "/office:document-content>"),
        )
    assert read_odt(path.read_bytes()).text == read_odt(flat(body)).text == "Staff sign in.\n"


def test_struck_text_is_left_out_with_a_warning():
    style = (
        '<style:style style:name="S" style:family="text"><style:text-properties '
        'style:text-line-through-style="solid"/></style:style>'
    )
    body = p('Staff <text:span text:style-name="S">may</text:span> must sign in.')
    extract = read_odt(flat(body, automatic=style))
    assert extract.text == "Staff must sign in.\n"
    assert extract.warnings == ("holds text that is struck through, which was left out",)
