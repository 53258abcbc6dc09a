"""Pages whose boxes, fonts or letters are not what they usually are."""

from __future__ import annotations

import pytest

from ingest.documents import IngestError
from ingest.readers.pdf import read_pdf

RULE = "Staff must not text parents from their own phones."
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
