"""Automatic numbers: as LibreOffice prints them, and as Word counts where LibreOffice cannot."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.docx import read_docx
from ingest.readers.odt import read_odt
from ingest.word.counting import letters, letters_like_columns, ordinal, ordinal_words, roman, words

HERE = Path(__file__).parent


@pytest.mark.parametrize(("kind", "read"), [("docx", read_docx), ("odt", read_odt)])
def test_numbers_are_those_that_libreoffice_prints(kind, read):
    printed = (HERE / "counting.txt").read_text("utf-8").replace("\uf0b7", "•")
    assert read((HERE / f"counting.{kind}").read_bytes()).text == printed


def labels(text):
    return [line.rpartition(" ")[0] for line in text.splitlines()]


def test_legal_numbering_writes_all_counts_in_digits(make):
    parts = make.level(0, "upperRoman", "Part %1") + make.level(
        1, "decimal", "%1.%2", more="<w:isLgl/>"
    )
    body = make.item("a") + make.item("b", 1) + make.item("c") + make.item("d", 1)
    text = read_docx(make.word(body, numbering=make.lists(parts))).text
    assert labels(text) == ["Part I", "1.1", "Part II", "2.1"]


def test_a_level_that_never_restarts_counts_through(make):
    rules = make.level(0) + make.level(1, text="Rule %2", more='<w:lvlRestart w:val="0"/>')
    body = "".join(make.item("x", place) for place in (0, 1, 1, 0, 1))
    text = read_docx(make.word(body, numbering=make.lists(rules))).text
    assert labels(text) == ["1.", "Rule 1", "Rule 2", "2.", "Rule 3"]


def test_a_level_may_restart_only_after_the_outermost(make):
    deep = (
        make.level(0)
        + make.level(1, text="%1.%2")
        + make.level(2, "lowerLetter", "(%3)", more='<w:lvlRestart w:val="1"/>')
    )
    body = "".join(make.item("x", place) for place in (0, 1, 2, 1, 2, 0, 1, 2))
    text = read_docx(make.word(body, numbering=make.lists(deep))).text
    assert labels(text) == ["1.", "1.1", "(a)", "1.2", "(b)", "2.", "2.1", "(a)"]


def test_two_lists_of_one_definition_count_on_and_an_override_starts_again(make):
    more = (
        '<w:num w:numId="8"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="9"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="4"/></w:lvlOverride></w:num>'
    )
    body = "".join(make.item("x", 0, num) for num in (1, 1, 8, 9, 9, 1))
    text = read_docx(make.word(body, numbering=make.lists(make.level(0), overrides=more))).text
    assert labels(text) == ["1.", "2.", "3.", "4.", "5.", "6."]


def test_an_item_that_skips_a_level_takes_the_first_number_of_what_it_skips(make):
    law = make.level(0, text="%1") + make.level(1, text="%1.%2") + make.level(2, text="%1.%2.%3")
    body = "".join(make.item("x", place) for place in (0, 2, 1))
    text = read_docx(make.word(body, numbering=make.lists(law))).text
    assert labels(text) == ["1", "1.1.1", "1.2"]


def test_a_list_style_lends_its_levels(make):
    numbering = make.lists(make.level(0, "upperLetter", "Rule %1"))
    numbering = numbering.replace(
        "<w:num ", '<w:abstractNum w:abstractNumId="7"><w:numStyleLink w:val="Ours"/>'
        '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="7"/></w:num><w:num ', 1
    )  # fmt: skip
    styles = (
        '<w:style w:type="numbering" w:styleId="Ours"><w:name w:val="Ours"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = make.item("x", 0, 7) + make.item("x", 0, 1)
    text = read_docx(make.word(body, styles=styles, numbering=numbering)).text
    assert labels(text) == ["Rule A", "Rule B"]


def test_a_style_passes_its_number_on_to_styles_based_on_it(make):
    styles = (
        '<w:style w:type="paragraph" w:styleId="Rule"><w:name w:val="Rule"/><w:pPr><w:numPr>'
        '<w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Strict"><w:name w:val="Strict Rule"/>'
        '<w:basedOn w:val="Rule"/></w:style>'
    )
    off = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = (
        make.paragraph("x", '<w:pStyle w:val="Rule"/>')
        + make.paragraph("x", '<w:pStyle w:val="Strict"/>')
        + make.paragraph("x", f'<w:pStyle w:val="Strict"/>{off}')
        + make.paragraph("x", '<w:pStyle w:val="Rule"/>')
    )
    text = read_docx(make.word(body, styles=styles, numbering=make.lists(make.level(0)))).text
    assert labels(text) == ["1.", "2.", "", "3."]


def test_bullets_of_symbol_fonts_are_written_as_they_look(make):
    dots = (
        make.level(0, "bullet", "\uf0b7", font="Symbol")
        + make.level(1, "bullet", "o", font="Courier New")
        + make.level(2, "bullet", "\uf0a7", font="Wingdings")
        + make.level(3, "bullet", "\uf0fc", font="Wingdings")
        + make.level(4, "bullet", "\uf0ff", font="Nobody Knows")
    )
    body = "".join(make.item("x", place) for place in range(5))
    text = read_docx(make.word(body, numbering=make.lists(dots))).text
    assert labels(text) == ["•", "o", "▪", "✓", "•"]


def test_a_paragraph_whose_deletion_was_tracked_takes_no_number(make):
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        '<w:rPr><w:del w:id="1" w:author="A"/></w:rPr></w:pPr>'
        '<w:del w:id="2" w:author="A"><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>'
    )
    body = make.item("a") + gone + make.item("b")
    extract = read_docx(make.word(body, numbering=make.lists(make.level(0))))
    assert extract.text == "1. a\n2. b\n"
    assert any("tracked changes" in warning for warning in extract.warnings)


def test_counts_are_written_in_every_common_format():
    assert [roman(n) for n in (4, 19, 1994, 4000)] == ["iv", "xix", "mcmxciv", "4000"]
    assert [letters(n) for n in (1, 26, 27, 28)] == ["a", "z", "aa", "bb"]
    assert [letters_like_columns(n) for n in (26, 27, 28)] == ["z", "aa", "ab"]
    assert [ordinal(n) for n in (1, 2, 3, 11, 22)] == ["1st", "2nd", "3rd", "11th", "22nd"]
    assert [words(n) for n in (7, 20, 42)] == ["Seven", "Twenty", "Forty-two"]
    assert [ordinal_words(n) for n in (1, 12, 20, 33)] == [
        "First", "Twelfth", "Twentieth", "Thirty-third",
    ]  # fmt: skip


@given(st.integers(-(10**9), 10**9))
def test_every_count_can_be_written(count):
    for write in (roman, letters, letters_like_columns, ordinal, words, ordinal_words):
        assert 0 < len(write(count)) < 60
