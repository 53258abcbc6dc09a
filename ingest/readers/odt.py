"""OpenDocument texts (.odt, .ott, flat .fodt): what their reader sees, with automatic numbers."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from ingest.documents import IngestError
from ingest.extract import Extract
from ingest.word.archive import Archive, Element, parse_xml
from ingest.word.names import child, tag
from ingest.word.open_body import read_open
from ingest.word.properties import open_properties
from ingest.word.writing import picture_warnings, write

_TEXT = b"application/vnd.oasis.opendocument.text"
_ANY = b"application/vnd.oasis.opendocument."


def read_odt(data: bytes) -> Extract:
    """The accepted text of an OpenDocument file. Raises IngestError where it cannot be read."""
    if data.lstrip(b"\xef\xbb\xbf\r\n\t ")[:1] == b"<":
        try:
            content = parse_xml(data)
        except etree.XMLSyntaxError as error:
            raise IngestError(
                "is damaged; open it in LibreOffice and save it again as .odt"
            ) from error
        styles, about, names = None, content, list[str]()
    else:
        archive = Archive(data, ".odt")
        content, styles, about = _parts(archive)
        names = archive.names
    if tag(content) not in ("office:document", "office:document-content"):
        raise IngestError(
            "is no OpenDocument text; open it in LibreOffice and save it again as .odt"
        )
    extract = write(read_open(content, styles), open_properties(child(about, "office:meta")))
    pictures = picture_warnings(extract.text, names)
    return replace(extract, warnings=(*extract.warnings, *pictures))


def _parts(archive: Archive) -> tuple[Element, Element | None, Element | None]:
    """content.xml, styles.xml and meta.xml."""
    kind = (archive.read("mimetype") or b"").strip()
    if kind.startswith(_ANY) and not kind.startswith(_TEXT):
        raise IngestError("is an OpenDocument file but no text document; save it as PDF")
    manifest = archive.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise IngestError("is encrypted; open it in LibreOffice and save it without a password")
    content = archive.xml("content.xml")
    if content is None:
        raise archive.damaged()
    return content, archive.optional("styles.xml"), archive.optional("meta.xml")
