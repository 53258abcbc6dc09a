"""A Word file's parts: which one is the document, and what belongs to it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from lxml import etree

from ingest.documents import IngestError
from ingest.word.archive import Archive, Element, parse_xml
from ingest.word.names import attribute, children, tag

_NOT_WORD = {"ppt/": "a presentation", "xl/": "a spreadsheet", "visio/": "a drawing"}


@dataclass(frozen=True)
class Relation:
    kind: str  # the last word of its type: "footnotes", "header", "image"
    target: str  # name of the part; "" where it lies outside the file


@dataclass
class Package:
    """The parts of a Word document, found by their relations and not by their names."""

    archive: Archive
    main: str = ""
    _relations: dict[str, dict[str, Relation]] = field(default_factory=dict)

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part refers to, by id; "" for the file itself."""
        if part not in self._relations:
            folder, name = posixpath.split(part)
            root = self.archive.optional(posixpath.join(folder, "_rels", f"{name}.rels"))
            found = {}
            for element in children(root, "rel:Relationship"):
                outside = attribute(element, "TargetMode").lower() == "external"
                target = attribute(element, "Target").replace("\\", "/")
                whole = target if target[:1] == "/" else posixpath.join(folder, target)
                kind = attribute(element, "Type").rstrip("/").rpartition("/")[2]
                found[attribute(element, "Id")] = Relation(
                    kind, "" if outside else posixpath.normpath(whole).lstrip("/")
                )
            self._relations[part] = found
        return self._relations[part]

    def related(self, kind: str, default: str = "") -> Element | None:
        """The root of the document's part of that kind; None where there is none or it is broken.

        `default` is the name such a part goes by where nothing refers to it.
        """
        for relation in self.relations(self.main).values():
            if relation.kind == kind and relation.target in self.archive:
                return self.archive.optional(relation.target)
        name = posixpath.join(posixpath.dirname(self.main), default) if default else ""
        return self.archive.optional(name) if name else None


def open_package(data: bytes) -> Package:
    """Raises IngestError where the file is no Word document."""
    archive: Archive = Archive(data, ".docx")
    package = Package(archive)
    for relation in package.relations("").values():
        if relation.kind == "officeDocument" and relation.target in archive:
            package.main = relation.target
    if not package.main and "word/document.xml" in archive:
        package.main = "word/document.xml"
    for folder, kind in _NOT_WORD.items():
        if package.main.lower().startswith(folder):
            raise IngestError(f"is {kind}, not a Word document; save it as PDF")
    if not package.main:
        if "content.xml" in archive:
            raise IngestError("is an OpenDocument file, not a Word file; give it the suffix .odt")
        raise IngestError(
            "is a zip file without a Word document in it; unpack it, or save the document again"
        )
    return package


def document_root(package: Package) -> Element:
    """The root of the main part, whatever its name; raises IngestError where it is no document."""
    try:
        data = package.archive.read(package.main) or b""
        root = parse_xml(data)
    except etree.XMLSyntaxError as error:
        raise package.archive.damaged() from error
    if tag(root) != "w:document":
        raise IngestError(
            "holds no Word document where one should be; open it in Word and save it again as .docx"
        )
    return root
