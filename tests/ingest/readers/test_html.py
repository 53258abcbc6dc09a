"""A web page's words in its order, with what its tags say of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import IngestError
from ingest.extract import Extract, Mark
from ingest.readers.html import read_html

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8">
<title>Mobile Phone Policy | Oakfield Primary</title>
<meta name="author" content="J. Smith"><meta property="article:modified_time" content="2024-09-01">
<style>.secret {display: none} @media print {p {display: none}}</style>
<script>var policy = "none";</script></head>
<body><a href="#main">Skip to content</a>
<header><a href="/">Oakfield Primary School</a>
<nav><ul><li><a href="/">Home</a><li><a href="/policies">Policies</a></ul></nav></header>
<div id="cookie-banner"><p>We use cookies. <button>Accept</button></p></div>
<main id="main"><h1>Mobile Phone Policy</h1>
<p>Adopted: July 2022<br>Next review: July 2024</p>
<ul><li><a href="#a">Aims</a><li><a href="#r">Rules</a><li><a href="#s">Sanctions</a></ul>
<h2 id="a">Aims</h2>
<p>Staff&nbsp;must not use phones<sup><a href="#n1" id="r1">1</a></sup> in class&shy;rooms on the
1<sup>st</sup>   of May.</p>
<h2 id="r">Rules</h2><p>Staff should not:</p>
<ol type="a"><li>text parents;<li>photograph<ul><li>pupils<li>staff</ul></ol>
<ol start="3" reversed><li>third<li>second</ol>
<table id="s"><caption>Sanctions</caption>
<tr><th>Offence</th><th>Sanction</th></tr>
<tr><td rowspan="2">Phone seen</td><td><p>Taken</p><p>for a day</p></td></tr>
<tr><td>Call home</td></tr></table>
<dl><dt>Phone<dd>any device that can call</dl>
<ol><li id="n1">Watches too. <a href="#r1">↩</a></li></ol>
</main><footer>Reviewed by governors in 2023</footer></body></html>"""


def lines(extract: Extract) -> list[tuple[str, Mark]]:
    """Every line with its mark."""
    marks = {mark.start: mark for mark in extract.marks}
    found, start = [], 0
    for line in extract.text.split("\n"):
        found.append((line, marks[start]))
        start += len(line) + 1
    return found


def body(html: str) -> list[tuple[str, Mark]]:
    return lines(read_html(f"<html><body>{html}</body></html>".encode()))


def words(html: str) -> list[str]:
    return [line for line, _ in body(html)]


@pytest.fixture(scope="module")
def page() -> Extract:
    return read_html(PAGE.encode())


def test_a_page_is_read_a_line_a_paragraph(page: Extract):
    assert page.text.split("\n") == [
        "Oakfield Primary School",
        "Mobile Phone Policy",
        "Adopted: July 2022",
        "Next review: July 2024",
        "• Aims",
        "• Rules",
        "• Sanctions",
        "Aims",
        "Staff must not use phones in classrooms on the 1st of May.",
        "Rules",
        "Staff should not:",
        "a. text parents;",
        "b. photograph",
        "• pupils",
        "• staff",
        "3. third",
        "2. second",
        "Sanctions",
        "Offence\tSanction",
        "Phone seen\tTaken for a day",
        "Phone seen\tCall home",
        "Phone\tany device that can call",
        "1. Watches too.",
        "Reviewed by governors in 2023",
    ]


def test_parts_of_a_page_have_their_roles(page: Extract):
    roles: dict[str, list[str]] = {}
    for line, mark in lines(page):
        roles.setdefault(mark.role, []).append(line)
    assert roles["title"] == ["Mobile Phone Policy"]
    assert roles["furniture"] == ["Oakfield Primary School", "Reviewed by governors in 2023"]
    assert roles["contents"] == ["• Aims", "• Rules", "• Sanctions"]
    assert roles["caption"] == ["Sanctions"]
    assert roles["header"] == ["Offence\tSanction"]
    assert roles["footnote"] == ["1. Watches too."]
    assert len(roles["row"]) == 3


def test_headings_and_list_depths_are_marked(page: Extract):
    marked = dict(lines(page))
    assert marked["Aims"].heading == 1
    assert marked["Staff should not:"].indent == 0
    assert marked["b. photograph"].indent == 1
    assert marked["• staff"].indent == 2
    assert marked["Next review: July 2024"].begins is False


def test_a_footnote_is_tied_to_its_word(page: Extract):
    note = next(mark for mark in page.marks if mark.role == "footnote")
    assert page.text[: note.anchor].endswith("use phones")


def test_what_the_page_says_of_itself_becomes_properties(page: Extract):
    assert page.properties == {
        "title": "Mobile Phone Policy | Oakfield Primary",
        "author": "J. Smith",
        "modified": "2024-09-01",
    }


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>No rule</p>",
        "<p style='display:none'>No rule</p>",
        "<p style='visibility: hidden'>No rule</p>",
        "<div aria-hidden='true'><p>No rule</p></div>",
        "<p style='color:#FFF'>No rule</p>",
        "<p><font color=white>No rule</font></p>",
        "<p style='font-size:0'>No rule</p>",
        "<p style='position:absolute;left:-9999px'>No rule</p>",
        "<style>.x{display:none}</style><p class=x>No rule</p>",
        "<p style='mso-hide:all'>No rule</p>",
    ],
)
def test_hidden_text_is_left_out_and_said_to_be(hidden: str):
    extract = read_html(f"<html><body><p>Staff must knock.</p>{hidden}</body></html>".encode())
    assert extract.text == "Staff must knock."
    assert extract.warnings == ("Left out 2 words hidden on the page: “No rule”.",)


def test_white_text_on_a_dark_ground_is_seen():
    assert words("<div style='background:#00448a'><p style='color:#fff'>Rules</p></div>") == [
        "Rules"
    ]


def test_a_panel_that_a_click_opens_is_no_hidden_text():
    html = (
        "<button aria-controls=p>Trips</button><div id=p style='display:none'>Take a phone.</div>"
    )
    assert words(html) == ["Take a phone."]
    assert words("<details><summary>Trips</summary><p>Take a phone.</p></details>") == [
        "Trips",
        "Take a phone.",
    ]


def test_a_page_saved_behind_a_popup_keeps_its_text():
    html = "<div aria-hidden=true><p>Staff must never hit a child.</p></div><div>Subscribe</div>"
    assert "Staff must never hit a child." in words(html)


def test_struck_text_is_left_out_and_said_to_be():
    extract = read_html(b"<p>Staff <del>may</del> <ins>must not</ins> smoke.</p>")
    assert extract.text == "Staff must not smoke."
    assert extract.warnings == ("Left out 1 word struck through or deleted: “may”.",)


@pytest.mark.parametrize(
    ("opening", "labels"),
    [
        ("<ol>", ["1. a", "2. b"]),
        ("<ol start=9>", ["9. a", "10. b"]),
        ("<ol type=i start=3>", ["iii. a", "iv. b"]),
        ("<ol type=A start=26>", ["Z. a", "AA. b"]),
        ("<ol style='list-style-type:upper-roman'>", ["I. a", "II. b"]),
        ("<ol reversed>", ["2. a", "1. b"]),
        ("<ul>", ["• a", "• b"]),
        ("<ul style='list-style:none'>", ["a", "b"]),
    ],
)
def test_lists_are_numbered_as_a_browser_shows_them(opening: str, labels: list[str]):
    assert words(f"{opening}<li>a<li>b") == labels


def test_numbers_nested_by_a_style_sheet_are_shown():
    style = "<style>ol{counter-reset:i} li:before{content:counters(i,'.') ' '}</style>"
    html = f"{style}<ol><li>Aims<ol><li>Staff must knock.</ol><li>Rules<ol><li>x<li>y</ol></ol>"
    assert words(html) == ["1. Aims", "1.1 Staff must knock.", "2. Rules", "2.1 x", "2.2 y"]


def test_breaks_part_lines_and_two_of_them_paragraphs():
    found = body("<div>One line<br>and another.<br><br>A new one.<br>- an item<br>- an item</div>")
    assert [(line, mark.begins) for line, mark in found] == [
        ("One line", True),
        ("and another.", False),
        ("A new one.", True),
        ("- an item", None),
        ("- an item", None),
    ]


def test_a_bold_line_is_a_heading():
    found = body("<h2>Rules</h2><p><b>Breaks</b><br>Staff may rest.</p><p><b>Never</b> shout.</p>")
    assert [mark.heading for _, mark in found] == [2, 3, None, None]
    assert [mark.begins for _, mark in found] == [True, True, True, True]


def test_a_table_that_only_places_text_is_read_as_text():
    html = "<table><tr><td><h2>Aims</h2><p>Staff must knock.</p></td><td><p>Aside.</p></td></table>"
    assert words(html) == ["Aims", "Staff must knock.", "Aside."]


def test_a_bold_first_row_names_the_columns():
    html = "<table><tr><td><b>Who</b><td><b>What</b><tr><td>Head<td>decides</table>"
    assert [mark.role for _, mark in body(html)] == ["header", "row"]


def test_what_word_saves_as_a_web_page_is_read_as_word_shows_it():
    spacer = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span>"
    item = "<p class=MsoListParagraph style='margin-left:{}pt;text-indent:-18.0pt'>"
    html = f"""<html xmlns:o='urn:schemas-microsoft-com:office:office'><head>
<meta http-equiv=Content-Type content='text/html; charset=windows-1252'></head><body>
<p class=MsoTitle>Behaviour Policy<o:p></o:p></p>
<p class=MsoToc1><a href='#_Toc1'>Aims 2</a></p>
<h1><![if !supportLists]>1{spacer}<![endif]>Aims</h1>
<p class=MsoNormal>Children’s behaviour<a href='#_ftn1' name='_ftnref1'><span>[1]</span></a>
matters.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
{item.format(36)}<span style='font-family:Symbol'>·{spacer}</span>no shouting</p>
{item.format(72)}<span style='font-family:Wingdings'>§{spacer}</span>in class</p>
<div style='mso-element:footnote' id=ftn1><p><a href='#_ftnref1' name='_ftn1'>[1]</a>
See the Act.</p></div><div style='mso-element:comment-list'>Check!</div></body></html>"""
    extract = read_html(html.encode("cp1252"))
    assert [(line, mark.role, mark.indent) for line, mark in lines(extract)] == [
        ("Behaviour Policy", "title", 0),
        ("Aims 2", "contents", 0),
        ("1 Aims", "", 0),
        ("Children’s behaviour matters.", "", 0),
        ("• no shouting", "", 1),
        ("▪ in class", "", 2),
        ("[1] See the Act.", "footnote", 0),
    ]
    assert extract.text[: extract.marks[-1].anchor].endswith("behaviour")


@pytest.mark.parametrize(
    "data",
    [
        "<p>The child’s café</p>".encode(),
        "<p>The child’s café</p>".encode("utf-8-sig"),
        "<p>The child’s café</p>".encode("utf-16"),
        "<p>The child’s café</p>".encode("utf-16-le"),
        "<p>The child’s café</p>".encode("cp1252"),
        "<meta charset=iso-8859-1><p>The child’s café</p>".encode("cp1252"),
        "<meta charset=iso-8859-1><p>The child’s café</p>".encode(),
        "<?xml version='1.0' encoding='macintosh'?><p>The child’s café</p>".encode("macintosh"),
        "<meta charset=unicode_escape><p>The child’s café</p>".encode("cp1252"),
    ],
    ids=str,
)
def test_whatever_the_encoding_the_words_are_right(data: bytes):
    assert read_html(data).text == "The child’s café"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("", "without text"),
        ("<html><script>draw()</script><div id=app></div></html>", "print it to PDF"),
        ("<div>" * 5000 + "x", "nested too deeply"),
    ],
)
def test_a_page_without_words_is_refused_with_advice(html: str, said: str):
    with pytest.raises(IngestError, match=said):
        read_html(html.encode())


def test_what_lies_outside_the_main_part_is_furniture():
    text = "Staff must knock before they enter any room. " * 5
    found = body(f"<div>Term dates</div><main><p>{text}</p></main><div>Contact us</div>")
    assert [mark.role for _, mark in found] == ["furniture", "", "furniture"]


TAGS = (
    "p div span b li ol ul table tr td th h1 h2 br a pre dl dt dd sup main footer details".split()
)
PARTS = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(["<a href='#x'>1</a>", "<p id=x>", "<td rowspan=3 colspan=2>", "\x01", "\t"]),
    st.text(max_size=12),
)


@given(st.lists(PARTS, max_size=40).map("".join))
def test_any_page_gives_a_mark_for_every_line_or_a_reason(html: str):
    try:
        extract = read_html(html.encode("utf-8", "replace"))
    except IngestError:
        return
    starts = [0, *(at + 1 for at, c in enumerate(extract.text) if c == "\n")]
    assert [mark.start for mark in extract.marks] == starts
    assert not set(extract.text) & set("\0\x01\x02\f\r\u00a0\u200b\u202e\u00ad")
    for mark in extract.marks:
        assert mark.anchor is None or 0 <= mark.anchor <= len(extract.text)


def test_characters_that_no_page_may_hold_do_no_harm():
    assert words(
        "<p>Staff<script>x</script>&#1; must\x0b<nav><a href=x>x</a></nav>&#31; knock."
    ) == ["Staff must knock."]


def test_scripts_within_hidden_parts_are_not_counted_as_words():
    html = b"<p>Staff must knock.</p><div hidden>Log in<script>var a = 1</script></div>"
    assert read_html(html).warnings == ("Left out 2 words hidden on the page: “Log in”.",)


def test_lists_that_google_docs_draws_by_style_rules_are_numbered_and_nested():
    html = r"""<style>ol.lst-kix_ab-1.start{counter-reset:c-1 0}
    .lst-kix_ab-0>li:before{content:"" counter(c-0,decimal) ". "}
    .lst-kix_ab-1>li:before{content:"" counter(c-0,decimal) "." counter(c-1,lower-latin) " "}
    .lst-kix_de-1>li:before{content:"\0025cb   "}
    ol.lst-kix_ab-0,ol.lst-kix_ab-1,ul.lst-kix_de-1{list-style-type:none}</style>
    <p>Staff must:</p>
    <ol class="c3 lst-kix_ab-0 start" start="1"><li>sign in;<li>keep the key:</ol>
    <ol class="c3 lst-kix_ab-1 start" start="1"><li>by day;<li>by night;</ol>
    <ol class="c3 lst-kix_ab-0" start="3"><li>sign out.</ol>
    <ul class="lst-kix_de-1 start"><li>at once</ul>"""
    extract = read_html(html.encode())
    assert list(zip(extract.text.split("\n"), (m.indent for m in extract.marks), strict=True)) == [
        ("Staff must:", 0),
        ("1. sign in;", 1),
        ("2. keep the key:", 1),
        ("2.a by day;", 2),
        ("2.b by night;", 2),
        ("3. sign out.", 1),
        ("○ at once", 2),
    ]


@pytest.mark.parametrize(
    "ground", ["style='background-image:linear-gradient(red, blue)'", "background='wall.png'"]
)
def test_white_words_on_a_picture_are_seen(ground: str):
    html = f"<table {ground}><tr><td><p style='color:#fff'>Staff must knock.</table>"
    assert words(html) == ["Staff must knock."]


def test_an_empty_row_uses_up_what_reaches_down_into_it():
    html = "<table><tr><th>A<th>B<tr><td>1<td rowspan=2>x<tr><tr><td>2<td>y</table>"
    assert words(html) == ["A\tB", "1\tx", "2\ty"]
