"""What a tagged PDF says of its structure is believed where it fits what is seen."""

import io

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject
from reportlab.pdfgen import canvas

from ingest.readers.pdf import read_pdf

LINE = "Staff must tell the designated lead about every concern on the day it arises, and"


def tagged(paragraphs: list[tuple[str, list[str]]], artifact: str = "") -> bytes:
    """One page on which each paragraph is marked content with a structure element of its own."""
    file = io.BytesIO()
    pen = canvas.Canvas(file, pagesize=(595, 842), pageCompression=0)
    y = 760
    for number, (kind, rows) in enumerate(paragraphs):
        pen.addLiteral(f"/{kind} <</MCID {number}>> BDC")
        for row in rows:
            pen.drawString(72, y, row)
            y -= 14
        pen.addLiteral("EMC")
    if artifact:
        pen.addLiteral("/Artifact BMC")
        pen.drawString(72, 30, artifact)
        pen.addLiteral("EMC")
    pen.save()
    writer = pypdf.PdfWriter(io.BytesIO(file.getvalue()))
    page = writer.pages[0].indirect_reference
    root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
    top = writer._add_object(root)
    elements = [
        writer._add_object(
            DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/StructElem"),
                    NameObject("/S"): NameObject(f"/{kind}"),
                    NameObject("/P"): top,
                    NameObject("/Pg"): page,
                    NameObject("/K"): NumberObject(number),
                }
            )
        )
        for number, (kind, _) in enumerate(paragraphs)
    ]
    root[NameObject("/K")] = ArrayObject(elements)
    tree = DictionaryObject(
        {NameObject("/Nums"): ArrayObject([NumberObject(0), ArrayObject(elements)])}
    )
    root[NameObject("/ParentTree")] = writer._add_object(tree)
    writer.pages[0][NameObject("/StructParents")] = NumberObject(0)
    writer._root_object[NameObject("/StructTreeRoot")] = top
    writer._root_object[NameObject("/MarkInfo")] = DictionaryObject(
        {NameObject("/Marked"): pypdf.generic.BooleanObject(True)}
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


TEXT = ("P", [LINE, LINE, "must not wait."])


def test_tagged_headings_have_the_levels_of_their_tags(lines):
    found = lines(read_pdf(tagged([("H1", ["Aims"]), TEXT, ("H3", ["For staff"]), TEXT])))
    assert [(mark.heading, text) for text, mark in found if mark.heading] == [
        (1, "Aims"),
        (3, "For staff"),
    ]


def test_tagged_paragraphs_are_parted_where_nothing_shows_it(lines):
    full = ("P", [LINE, LINE, LINE])
    found = lines(read_pdf(tagged([TEXT, TEXT, full, full, TEXT])))
    assert [mark.begins for _, mark in found] == [True, False, False] * 5


def test_what_a_file_calls_an_artifact_is_furniture(lines):
    found = lines(read_pdf(tagged([TEXT, TEXT], artifact="Behaviour Policy, July 2024")))
    assert [text for text, mark in found if mark.role == "furniture"] == [
        "Behaviour Policy, July 2024"
    ]
