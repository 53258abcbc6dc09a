"""Hostile and broken files end in a sentence or in text, never in anything else."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import IngestError
from ingest.readers.docx import read_docx
from ingest.readers.odt import read_odt

HERE = Path(__file__).parent
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def refused(data, read=read_docx):
    with pytest.raises(IngestError) as caught:
        read(data)
    return str(caught.value)


def document(make, xml):
    return make.zipped({"word/document.xml": xml})


def test_a_file_of_no_bytes_is_said_to_be_empty():
    assert "empty" in refused(b"")
    assert "empty" in refused(b"", read_odt)


def test_an_encrypted_or_old_word_file_is_told_what_to_do():
    sentence = refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "is encrypted or an old Word file" in sentence
    assert "without a password" in sentence


def test_other_kinds_of_file_are_named(make):
    assert "no .docx file" in refused(b"%PDF-1.7 and so on")
    assert "without a Word document" in refused(make.zipped({"letter.txt": "hello"}))
    assert "OpenDocument" in refused((HERE / "counting.odt").read_bytes())
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    book = make.zipped({"_rels/.rels": rels, "xl/workbook.xml": "<a/>"})
    assert "is a spreadsheet" in refused(book)
    sheet = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}
    assert "no text document" in refused(make.zipped(sheet), read_odt)


@pytest.mark.parametrize(("kind", "read"), [("docx", read_docx), ("odt", read_odt)])
def test_a_file_cut_short_is_refused(kind, read):
    data = (HERE / f"counting.{kind}").read_bytes()
    for part in (0.1, 0.5, 0.9, 0.99):
        assert "damaged" in refused(data[: int(len(data) * part)], read)


def test_an_encrypted_open_document_is_told_what_to_do(make):
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    data = make.zipped({"META-INF/manifest.xml": manifest, "content.xml": "\1\2"})
    assert "encrypted" in refused(data, read_odt)


def test_entities_are_refused_before_they_are_read(make):
    laughs = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
    )
    bomb = f'<!DOCTYPE w [{laughs}]><w:document xmlns:w="{W}">&m;</w:document>'
    assert "entities" in refused(document(make, bomb))
    assert "entities" in refused(document(make, bomb.encode("utf-16")))
    outside = f'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]><d xmlns="{W}">&a;</d>'
    assert "entities" in refused(document(make, outside))
    assert "entities" in refused(outside.encode(), read_odt)


def test_a_million_elements_inside_each_other_are_refused(make):
    deep = f'<w:document xmlns:w="{W}">' + "<w:p>" * 10**6 + "</w:p>" * 10**6 + "</w:document>"
    assert ";" in refused(document(make, deep))
    deep = f'<w:document xmlns:w="{W}">' + "<w:p>" * 10**5 + "</w:p>" * 10**5 + "</w:document>"
    assert "damaged" in refused(document(make, deep))


def test_a_million_cells_are_refused(make):
    cells = "<w:tc><w:p/></w:tc>" * 63
    rows = f"<w:tr>{cells}</w:tr>" * (10**6 // 63)
    body = f'<w:document xmlns:w="{W}"><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>'
    assert "in parts" in refused(document(make, body))


def test_zip_bombs_are_refused(make):
    zeros = " " * (40 * 2**20)
    bomb = f'<w:document xmlns:w="{W}"><w:body>{zeros}</w:body></w:document>'
    assert "zip bomb" in refused(document(make, bomb))
    many = make.zipped({f"part{n}": "" for n in range(20_100)})
    assert "20,000 parts" in refused(many)


def test_styles_based_on_each_other_end(make):
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:name w:val="{a}"/>'
        f'<w:basedOn w:val="{b}"/></w:style>'
        for a, b in ("AB", "BC", "CA", "DD")
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="L"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    styles += (
        '<w:style w:type="numbering" w:styleId="L"><w:name w:val="L"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = "".join(make.paragraph(s, f'<w:pStyle w:val="{s}"/>') for s in "ABCD") + make.item("E")
    data = make.word(body, styles=styles, numbering=numbering)
    assert read_docx(data).text == "A\nB\nC\nD\nE\n"


def test_a_note_that_refers_to_itself_ends(make):
    note = (
        '<w:footnote w:id="1"><w:p><w:r><w:t>Round</w:t><w:footnoteReference w:id="1"/></w:r></w:p>'
        "</w:footnote>"
    )
    body = '<w:p><w:r><w:t>A</w:t><w:footnoteReference w:id="1"/></w:r></w:p>'
    assert read_docx(make.word(body, footnotes=note)).text == "A\n1 Round\n"


def test_absurd_numbers_are_cut_down(make):
    huge = "9" * 40
    numbering = (
        f'<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="{huge}"/>'
        '<w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="-4"/>'
        '<w:lvl w:ilvl="x"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{huge}"/></w:tcPr>{make.paragraph("a")}</w:tc>'
    body = (
        make.item("one")
        + make.item("two", 77)
        + make.paragraph("three", f'<w:ind w:left="{huge}"/>', f'<w:sz w:val="-{huge}"/>')
        + f"<w:tbl><w:tr>{cell}{cell}</w:tr><w:tr>{cell}{cell}</w:tr></w:tbl>"
    )
    text = read_docx(make.word(body, numbering=numbering)).text
    assert text.startswith("1000000. one\ntwo\nthree\na\t")
    assert len(text) < 400


def test_missing_and_damaged_side_parts_do_no_harm(make):
    data = make.word(make.paragraph("Staff sign in."), numbering="<w:broken", footnotes="&")
    assert read_docx(data).text == "Staff sign in.\n"
    bare = f'<w:document xmlns:w="{W}"><w:body>{make.paragraph("x")}</w:body></w:document>'
    assert read_docx(document(make, bare)).text == "x\n"


def test_names_that_climb_out_of_the_archive_are_only_names(make):
    data = make.zipped(
        {
            "../../evil": "x",
            "word\\document.xml": f'<w:document xmlns:w="{W}"><w:body/></w:document>',
        }
    )
    assert read_docx(data).text == ""


def _changed(data, seed):
    """The archive with a few bytes of one XML part changed, packed again."""
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(
        [
            n
            for n in parts
            if n.endswith(("document.xml", "numbering.xml", "content.xml", "styles.xml"))
        ]
    )
    part = bytearray(parts[name])
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(part))
        kind = chance.randrange(3)
        if kind == 0:
            part[at] = chance.randrange(256)
        elif kind == 1:
            del part[at : at + chance.randrange(40)]
        else:
            part[at:at] = part[at - 30 : at]
    parts[name] = bytes(part)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for other, content in parts.items():
            archive.writestr(other, content)
    return out.getvalue()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["docx", "odt"]))
def test_changed_files_end_in_text_or_in_a_sentence(seed, kind):
    data = _changed((HERE / f"counting.{kind}").read_bytes(), seed)
    try:
        {"docx": read_docx, "odt": read_odt}[kind](data)
    except IngestError as error:
        assert ";" in str(error)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_are_too_odd(data):
    for read in (read_docx, read_odt):
        for whole in (data, b"PK\x03\x04" + data, b"<?xml version='1.0'?>" + data):
            with pytest.raises(IngestError):
                read(whole)
