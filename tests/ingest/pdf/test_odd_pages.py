"""Pages whose boxes, fonts or letters are not what they usually are."""

from __future__ import annotations

import pytest

from ingest.documents import IngestError
from ingest.pdf import glyphs
from ingest.readers.pdf import read_pdf

RULE = "Staff must not text parents from their own phones."
A4 = b"/MediaBox[0 0 595 842]"
HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def pdf(drawn: bytes, page: bytes = b"", pages: bytes = b"", *objects: bytes) -> bytes:
    """One page; its font is object 5, the first of `objects` if there are any."""
    resources = b"/Resources<</Font<</F 5 0 R>>>>"
    all_objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1 %s>>" % pages,
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R %s %s>>" % (resources, page),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        *(objects or (HELVETICA,)),
    )
    made, places = b"%PDF-1.5\n", []
    for number, one in enumerate(all_objects, 1):
        places.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    size = len(places) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, b"".join(places))
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(made))
    return made + table + trailer


def written(words: str, y: int = 820) -> bytes:
    return f"BT /F 12 Tf 72 {y} Td ({words}) Tj ET\n".encode()


@pytest.mark.parametrize(
    ("page", "pages"),
    [
        (b"/MediaBox[0 0 595 842]", b""),
        (b"", b"/MediaBox[0 0 595 842]"),  # as macOS writes it
        (b"/MediaBox[595 842 0 0]", b""),
        (b"/MediaBox[0 0 595 842]/CropBox[0 0 0 0]", b""),
        (b"/CropBox[0 0 595 842]", b"/MediaBox[0 0 1000 1000]"),
    ],
)
def test_text_at_the_top_of_a_page_is_on_it_however_its_box_is_given(page: bytes, pages: bytes):
    extract = read_pdf(pdf(written(RULE), page, pages))
    assert (extract.text.strip(), extract.warnings) == (RULE, ())


def test_a_page_without_a_size_is_read():
    assert read_pdf(pdf(written(RULE, 700), b"/MediaBox[0 0 0 0]")).text.strip() == RULE


def test_a_negative_font_size_is_half_a_turn():
    drawn = f"BT /F -12 Tf -1 0 0 -1 72 700 Tm ({RULE}) Tj ET".encode()
    assert read_pdf(pdf(drawn, b"/MediaBox[0 0 595 842]")).text.strip() == RULE


def test_letters_that_are_drawings_have_a_unit_of_their_own():
    box = b"750 0 0 0 750 700 d1 0 0 700 700 re f"
    font = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 -200 750 750]/FontMatrix[.1 0 0 .1 0 0]"
        b"/FirstChar 97/LastChar 99/Widths[750 750 750]/CharProcs<</a 6 0 R/b 6 0 R/c 6 0 R>>"
        b"/Encoding<</Type/Encoding/Differences[97/a/b/c]>>/Resources<<>>>>"
    )
    glyph = b"<</Length %d>>stream\n%s\nendstream" % (len(box), box)
    drawn = b"BT /F .16 Tf 72 700 Td (abc) Tj ET"
    assert read_pdf(pdf(drawn, b"/MediaBox[0 0 595 842]", b"", font, glyph)).text.strip() == "abc"


def test_a_font_that_hides_its_letters_is_not_taken_for_spaces():
    font = HELVETICA.replace(b">>", b"/Encoding<</Differences[1/g1/g2/g3/g4/g5/g6/g7/g8/g9]>>>>")
    hidden = b"(\\001\\002\\003\\004\\005\\006\\007\\011\\001\\002\\003\\004) Tj " * 20
    drawn = b"BT /F 12 Tf 72 700 Td " + hidden + b"ET"
    with pytest.raises(IngestError, match="fonts that hide"):
        read_pdf(pdf(drawn, b"/MediaBox[0 0 9000 842]", b"", font))


def test_letters_that_take_two_halves_in_utf_16_are_one_character():
    table = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /x def "
        b"1 begincodespacerange <00><FF> endcodespacerange "
        b"2 beginbfchar <61><D835DC00> <62><D83DDCF1> endbfchar endcmap end end"
    )
    font = HELVETICA.replace(b">>", b"/ToUnicode 6 0 R>>")
    stream = b"<</Length %d>>stream\n%s\nendstream" % (len(table), table)
    data = pdf(written("b xay", 700), A4, b"", font, stream)
    assert read_pdf(data).text == "\U0001f4f1 x\U0001d400y\n"


def test_words_on_a_layer_that_is_switched_off_are_hidden():
    drawn = b"/OC /Off BDC\n%sEMC\n/OC /On BDC\n%sEMC\n"
    data = pdf(
        drawn % (written("Pupils may run.", 600), written(RULE, 500)),
        A4,
        b"",
        HELVETICA,
        b"<</Type/OCG/Name(Draft)>>",
        b"<</Type/OCG/Name(Final)>>",
    )
    data = data.replace(b"/Font<<", b"/Properties<</Off 6 0 R/On 7 0 R>>/Font<<")
    layers = b"/OCProperties<</OCGs[6 0 R 7 0 R]/D<</OFF[6 0 R]>>>>"
    extract = read_pdf(data.replace(b"/Type/Catalog", b"/Type/Catalog" + layers))
    assert extract.text.strip() == RULE
    assert extract.warnings == ("hidden text on page 1 was left out",)


def test_what_is_filled_into_a_form_is_read(drawing):
    drawing.text(72, 100, "Designated lead:")
    drawing.canvas.acroForm.textfield(
        name="lead", value="Mrs A. Okafor", x=180, y=735, width=200, height=20, fontSize=11
    )
    assert drawing.read().text == "Designated lead: Mrs A. Okafor\n"


def test_of_a_page_without_end_the_beginning_is_read(drawing, monkeypatch):
    monkeypatch.setattr(glyphs, "_MOST_CHARACTERS", 20)
    drawing.text(72, 100, RULE)
    extract = drawing.read()
    assert RULE.startswith(extract.text.strip())
    assert extract.warnings == ("of page 1 only the beginning was read, as it is too long",)


def test_a_form_whose_page_only_asks_to_wait_is_refused():
    form = b"/NeedsRendering true/AcroForm<</Fields[]/XFA 6 0 R>>"
    xfa = b"<</Length 9>>stream\n<template\nendstream"
    data = pdf(written("Please wait."), A4, b"", HELVETICA, xfa)
    with pytest.raises(IngestError, match="Adobe Reader"):
        read_pdf(data.replace(b"/Type/Catalog", b"/Type/Catalog" + form))
