"""Zipped XML as Word and OpenDocument keep it, opened with limits and without trust."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from typing import Any

from lxml import etree

from ingest.documents import IngestError

_MEMBERS = 20_000
_EXPANDED = 200 * 2**20  # bytes, all members together
_PART = 64 * 2**20  # bytes of one XML part; a thousand pages of Word are a quarter of it
_RATIO = 300  # of a part's size to its packed size; Word's own XML packs 10 to 60 times
_UNSUSPECTED = 8 * 2**20  # bytes, below which no ratio is too high
_TAGS = 4_000_000  # in one part: each becomes some hundred bytes of memory

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    LookupError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip

Element = Any  # lxml ships no types


class Archive:
    """A zip file's members by name; nothing is ever unpacked to disk.

    Names are matched without regard to case and to the kind of slash, as some writers need.
    Raises IngestError where the file is no zip, is damaged, or is larger than anyone needs.
    """

    def __init__(self, data: bytes, suffix: str) -> None:
        self.suffix = suffix
        if not data:
            raise IngestError("is empty (0 bytes); save the document again")
        if data.startswith(_OLE):
            raise IngestError(
                "is encrypted or an old Word file; open it in Word and save it as .docx "
                "without a password"
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except _BROKEN as error:
            raise self.damaged() from error
        if len(members) > _MEMBERS or sum(m.file_size for m in members) > _EXPANDED:
            raise IngestError(
                "expands to more than 200 MB or 20,000 parts; save the document again without "
                "its pictures"
            )
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            self._members.setdefault(_plain(member.filename), member)

    def damaged(self) -> IngestError:
        return IngestError(
            f"is damaged or no {self.suffix} file; open it in Word or LibreOffice and save it "
            f"again as {self.suffix}"
        )

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._members

    @property
    def names(self) -> list[str]:
        """Plain lower-case names of all members."""
        return list(self._members)

    def read(self, name: str) -> bytes | None:
        """A member's bytes; None where there is no such member."""
        member = self._members.get(_plain(name))
        if member is None:
            return None
        large = member.file_size > _UNSUSPECTED
        if member.file_size > _PART or (
            large and member.file_size > _RATIO * max(member.compress_size, 1)
        ):
            raise IngestError(
                "holds more text than any document needs (a zip bomb?); save it again in parts"
            )
        if member.flag_bits & 0x1:
            raise IngestError("is encrypted; open it and save it without a password")
        try:
            with self._zip.open(member) as stream:
                return stream.read(_PART)  # never more than the size checked above
        except _BROKEN as error:
            raise self.damaged() from error

    def xml(self, name: str) -> Element | None:
        """A member's root element; None where there is no such member."""
        data = self.read(name)
        return None if data is None else self.parse(data)

    def optional(self, name: str) -> Element | None:
        """As `xml`, but None also where the part is damaged: the document reads without it."""
        try:
            return self.xml(name)
        except IngestError:
            return None

    def parse(self, data: bytes) -> Element:
        """XML without entities of its own, without network, at most 256 elements deep."""
        try:
            return parse_xml(data)
        except etree.XMLSyntaxError as error:
            raise self.damaged() from error


def parse_xml(data: bytes) -> Element:
    """The root element of an XML file; raises IngestError or lxml's XMLSyntaxError."""
    if b"<!ENTITY" in data.replace(b"\0", b""):  # UTF-16 has a zero beside each letter
        raise IngestError(
            "holds XML entities, which no word processor writes; save the document again"
        )
    if data.count(b"<") > _TAGS:
        raise IngestError("holds millions of elements; save the document in parts")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    root = etree.fromstring(data, parser)
    if root is None:
        raise etree.XMLSyntaxError("no element", 0, 0, 0)
    return root


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
