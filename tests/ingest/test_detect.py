"""A file is what its bytes say, whatever its name says."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.detect import detect
from ingest.documents import IngestError


def zipped(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def ole(*streams: str) -> bytes:
    """The start of an old Office file, with a directory of these streams."""
    entries = b"".join((name + "\0").encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries


ODT = "application/vnd.oasis.opendocument."
MHT = b"From: <Saved by Blink>\nSnapshot-Content-Location: x\nMIME-Version: 1.0\n\n"


@pytest.mark.parametrize(
    ("data", "suffix", "kind"),
    [
        (b"%PDF-1.7\n", ".txt", ".pdf"),
        (b"junk\n" * 20 + b"%PDF-1.4\n", ".pdf", ".pdf"),
        (b"1 0 obj <<>> endobj", ".pdf", ".pdf"),
        (zipped(word__document_xml=""), ".docx", ".docx"),
        (zipped(word__document_xml=""), ".pdf", ".docx"),
        (zipped(mimetype=ODT + "text", content_xml=""), ".docx", ".odt"),
        (zipped(mimetype=ODT + "text-template", content_xml=""), ".odt", ".odt"),
        (zipped(content_xml=""), ".odt", ".odt"),
        (b"<!DOCTYPE html><p>x", ".docx", ".html"),
        (b"\xef\xbb\xbf \n<!-- saved --><HTML><p>x", ".txt", ".html"),
        ("<html><p>x".encode("utf-16"), ".html", ".html"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>", ".xhtml", ".html"),
        (b"<p>Staff must knock.", ".txt", ".html"),
        (b"<p align=center>Staff", ".md", ".md"),
        (b"Staff must knock. <em>Always.</em>", ".htm", ".html"),
        (b"Staff must knock.", ".html", ".txt"),
        (b"Staff must knock.", ".txt", ".txt"),
        (b"# Rules", ".markdown", ".markdown"),
        (b"Rules\n=====", ".rst", ".rst"),
        (b"MZ Primary School\nStaff must knock.", ".txt", ".txt"),
        (b"From: Head\nTo: all staff\nDate: May 2023\nSubject: phones\n\nStaff", ".txt", ".txt"),
        (b"<Name of school> policy", ".txt", ".txt"),
        ("Staff".encode("utf-16"), ".txt", ".txt"),
    ],
)
def test_what_can_be_read_is_told_by_its_content(data: bytes, suffix: str, kind: str):
    assert detect(data, suffix) == kind


@pytest.mark.parametrize(
    ("data", "suffix", "said"),
    [
        (b"", ".pdf", "is empty"),
        (b" \n\f\0", ".txt", "is empty"),
        (ole("Root Entry", "WordDocument"), ".doc", r"old Word file \(.doc\)"),
        (ole("Root Entry", "Workbook"), ".doc", r"spreadsheet \(.xls\)"),
        (ole("Root Entry", "PowerPoint Document"), ".ppt", "presentation"),
        (ole("Root Entry", "EncryptedPackage"), ".docx", "locked with a password"),
        (ole("Root Entry", "__nameid_version1.0"), ".msg", "e-mail"),
        (ole("Root Entry"), ".doc", "old Office file"),
        (b"{\\rtf1\\ansi Staff}", ".doc", "save it as .docx"),
        (zipped(xl__workbook_xml=""), ".xlsx", "spreadsheet"),
        (zipped(ppt__presentation_xml=""), ".docx", "presentation"),
        (zipped(mimetype=ODT + "spreadsheet", content_xml=""), ".ods", "spreadsheet"),
        (zipped(mimetype="application/epub+zip"), ".epub", "e-book"),
        (zipped(**{"Index/Document.iwa": ""}), ".pages", "export it as Word or PDF"),
        (zipped(**{"policies/a.pdf": ""}), ".zip", "unpack it"),
        (zipped(word__document_xml="")[:40], ".docx", "is damaged; open it in Word"),
        (b"\x89PNG\r\n\x1a\n", ".pdf", "--ocr"),
        (b"\xff\xd8\xff\xe0", ".jpg", "is a picture"),
        (b"\0\0\0\x18ftypheic", ".heic", "is a picture"),
        (b"\0\0\0\x18ftypmp42", ".mp4", "recording"),
        (b"\x1f\x8b\x08", ".gz", "unpack"),
        (b"7z\xbc\xaf\x27\x1c", ".7z", "unpack"),
        (b"\xffWPC", ".wpd", "WordPerfect"),
        (b"[InternetShortcut]\r\nURL=https://x", ".url", "shortcut"),
        (b"<?xml version='1.0'?><!DOCTYPE plist><plist>", ".webloc", "shortcut"),
        (b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}', ".gdoc", "Google"),
        (b"<?xml version='1.0'?><office:document>", ".fodt", "save it as .odt"),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?>", ".xml", ".docx"),
        (b"<?xml version='1.0'?><book/>", ".xml", "XML file"),
        (MHT, ".mht", "saved as one file"),
        (b"Received: from x\nFrom: a@b\nSubject: Policy\n\nStaff", ".eml", "e-mail"),
        (b"a,b\n1,2", ".csv", "is a .csv file"),
        (b"Staff must knock.", "", "without a suffix"),
        (b"\x01\x02\x03\x04 rubbish", ".txt", "no plain text"),
        (bytes(range(256)) * 9, ".bin", "no format we know"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_what_to_do(data: bytes, suffix: str, said: str):
    with pytest.raises(IngestError, match=said):
        detect(data, suffix)


SUFFIXES = st.sampled_from([".pdf", ".docx", ".odt", ".html", ".txt", ".md", ".rst", ".doc", ""])
OPENINGS = st.sampled_from(
    [b"", b"%PDF-", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<", b"{"]
)


@given(st.tuples(OPENINGS, st.binary(max_size=300)).map(b"".join), SUFFIXES)
def test_any_bytes_are_something_or_refused_in_one_sentence(data: bytes, suffix: str):
    try:
        assert detect(data, suffix) in (".pdf", ".docx", ".odt", ".html", ".txt", ".md", ".rst")
    except IngestError as error:
        assert str(error).startswith("is ")
        assert "\n" not in str(error)


def test_many_comments_before_text_cost_no_time():
    assert detect(b"<!---->" * 1000 + b"Staff must knock.\n", ".md") == ".md"
