"""A Word document's blocks in reading order, with its numbers, notes, heads and feet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ingest.documents import IngestError
from ingest.word.archive import Element
from ingest.word.codes import Codes
from ingest.word.content import Block, Paragraph, Story
from ingest.word.footnotes import Notes
from ingest.word.letters import seen
from ingest.word.names import attribute, child, children, number, switch, tag, value
from ingest.word.numbering import Label, Numbering, indent
from ingest.word.package import Package, document_root
from ingest.word.rows import read_table
from ingest.word.runs import CHANGED, Draft, Runs, choose
from ingest.word.styles import Style, Styles, letters

_CELLS = 200_000
_CONTENTS = re.compile(
    r"(?:toc|contents)(?: \d| ?heading)?$|table of (?:figures|authorities)$", re.I
)
_TITLE = re.compile(r"(?:title|subtitle)$", re.I)
_CAPTION = re.compile(r"caption$", re.I)
_THROUGH = frozenset(("w:customXml", "w:smartTag", "w:ins", "w:moveTo", "w:sdtContent"))
ALTERNATIVE = "holds a part in another format (an embedded file), which was not read"


def read_body(package: Package) -> Story:
    """All that a reader of the document sees; raises IngestError where it cannot be read."""
    root = document_root(package)
    bodies = list(children(root, "w:body"))  # a broken writer makes several, and Word reads them
    if not bodies:
        raise IngestError("holds no text; open it in Word and save it again as .docx")
    if sum(1 for _ in root.iter("{*}tc")) > _CELLS:
        raise IngestError("holds more than 200,000 table cells; save the document in parts")
    reader = _Reader(package)
    reader.codes.scan(root)
    for section in root.iter("{*}sectPr"):
        reader.notes.obey(section)
        break
    blocks = [block for body in bodies for block in reader.blocks(body)]
    margins = reader.margins(package, root)
    return Story(blocks, margins, list(reader.warnings))


@dataclass
class _Place:
    """Where paragraphs are being read: what goes on from one to the next."""

    draft: Draft | None = None
    properties: Element | None = None
    cell: bool = False
    contents: bool = False


@dataclass
class _Reader:
    package: Package
    warnings: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.codes = Codes()
        self.styles = Styles(self.package.related("styles", "styles.xml"))
        self.numbering = Numbering(
            self.package.related("numbering", "numbering.xml"), self.styles.lists
        )
        self.settings = self.package.related("settings", "settings.xml")
        self.notes = Notes(self.package, self.settings)
        self.runs = Runs(
            self.styles, self.codes, self.warnings, self._note, self._boxed, self._drawn
        )
        self.inside = 0  # notes being read: a note that refers to itself ends here

    def blocks(self, element: Element, *, cell: bool = False) -> Iterator[Block]:
        """The paragraphs and tables of a body, a cell, a text box, a note, a head or foot."""
        place = _Place(cell=cell)
        yield from self._walk(element, place)
        yield from self._end(place)

    def _walk(self, element: Element, place: _Place) -> Iterator[Block]:
        for inner in children(element):
            name = tag(inner)
            if name == "w:p":
                yield from self._paragraph(inner, place)
            elif name == "w:tbl":
                yield from self._end(place)
                yield read_table(inner, self.styles, self._cell, self.warnings)
            elif name == "w:sdt":
                before = place.contents
                place.contents = before or _holds_contents(inner)
                yield from self._walk(child(inner, "w:sdtContent"), place)
                place.contents = before
            elif name in _THROUGH:
                yield from self._walk(inner, place)
            elif name == "mc:AlternateContent":
                yield from self._walk(choose(inner), place)
            elif name in ("w:del", "w:moveFrom"):
                self.warnings[CHANGED] = None
            elif name in ("w:altChunk", "w:subDoc"):
                self.warnings[ALTERNATIVE] = None

    def _paragraph(self, element: Element, place: _Place) -> Iterator[Block]:
        properties = child(element, "w:pPr")
        draft = place.draft or Draft()
        if draft.written == 0 or _drops_capital(place.properties):
            place.properties = properties
        style = self.styles.paragraph(value(properties, "w:pStyle"))
        draft.contents = draft.contents or place.contents
        self.runs.read(element, style, draft)
        draft.contents = draft.contents and draft.ink.length > 0
        place.draft = draft
        if not self._goes_on(properties, style):
            yield from self._end(place)

    def _goes_on(self, properties: Element | None, style: Style) -> bool:
        """True where the end of the paragraph is no end to its reader."""
        mark = child(properties, "w:rPr")
        if child(mark, "w:del") is not None or child(mark, "w:moveFrom") is not None:
            self.warnings[CHANGED] = None
            return True
        said = letters(mark).over(style.letters).toggles.get("w:vanish")
        return bool(said) or _drops_capital(properties)

    def _end(self, place: _Place) -> Iterator[Block]:
        """The paragraph that was open, and the text boxes that hang on it."""
        draft, properties = place.draft, place.properties
        place.draft = place.properties = None
        if draft is None:
            return
        mark = child(properties, "w:rPr")
        deleted = any(child(mark, name) is not None for name in ("w:del", "w:moveFrom"))
        gone = deleted or switch(mark, "w:vanish")
        if not gone or draft.written:
            paragraph = self._finish(draft, properties)
            if paragraph.text or paragraph.notes or (place.cell and paragraph.label):
                yield paragraph
        yield from draft.boxes

    def _finish(self, draft: Draft, properties: Element | None) -> Paragraph:
        style = self.styles.paragraph(value(properties, "w:pStyle"))
        label, level, left = self._label(properties, style)
        text = draft.ink.text
        shown = label.text
        if label.glued and text[:1] and not text[0].isalnum():
            text, shown = shown + text, ""
            moved = len(label.text)
            draft.notes = [replace(note, at=note.at + moved) for note in draft.notes]
        own = value(properties, "w:outlineLvl")
        heading = style.heading
        if own:
            heading = number(own) + 1 if number(own) < 9 else None
        listed = draft.tab and text[draft.tab :].isdigit() and _leads_to_number(properties)
        if draft.contents or listed or style.named(_CONTENTS):
            return Paragraph(text, shown, role="contents", notes=tuple(draft.notes))
        title = any(_TITLE.match(name) for name in style.names[:1])
        return Paragraph(
            text,
            shown,
            heading=heading,
            role="title" if title else "",
            level=level,
            left=left,
            looks=draft.looks,
            notes=tuple(draft.notes),
            caption=style.named(_CAPTION),
        )

    def _label(self, properties: Element | None, style: Style) -> tuple[Label, int | None, float]:
        """The paragraph's number, its level in its list, and its left indent in points."""
        listed = child(properties, "w:numPr")
        own_num, own_level = value(listed, "w:numId"), value(listed, "w:ilvl")
        num = own_num or style.num
        level = number(own_level) if own_level else None
        if level is None and not own_num and num:
            tied = self.numbering.level_of_style(num, style.num_style)
            level = style.level if style.level is not None else tied
        level = level or 0
        label = self.numbering.count(num, level) if num else None
        own_left = indent(properties)
        inherited = style.left or 0.0
        if label is None:
            return Label(""), None, inherited if own_left is None else own_left
        if own_left is None and label.left is not None:
            nearer = style.left is not None and not own_num and style.left_before_num
            own_left = inherited if nearer else label.left
        return label, level, inherited if own_left is None else own_left

    def _cell(self, element: Element) -> Iterator[Block]:
        return self.blocks(element, cell=True)

    def _note(self, reference: Element, kind: str, mark: str) -> tuple[str, tuple[str, ...]] | None:
        """A note's label and paragraphs; None where there is no such note."""
        label, element, fresh = self.notes.find(reference, kind, mark)
        if element is None or self.inside > 3:
            return None
        if fresh:
            self.codes.scan(element)
        self.inside += 1
        lines = [
            f"{b.label} {b.text}".strip().replace("\n", " ")
            for b in self.blocks(element)
            if isinstance(b, Paragraph)
        ]
        self.inside -= 1
        return (label, tuple(lines)) if lines else None

    def _boxed(self, element: Element) -> list[Block]:
        return list(self.blocks(element))

    def _drawn(self, element: Element) -> list[Block]:
        """Words that a drawing shows in its own way: ornamental letters, a watermark, a diagram."""
        words = [attribute(path, "string") for path in element.iter("{*}textpath")]
        for diagram in element.iter("{*}relIds"):
            relation = self.package.relations(self.package.main).get(attribute(diagram, "r:dm"))
            data = self.package.archive.optional(relation.target) if relation else None
            points = [] if data is None else data.iter("{*}pt")
            words += ["".join(t.text or "" for t in point.iter("{*}t")) for point in points]
        shown = (" ".join(seen(text).split()) for text in words)
        return [Paragraph(text) for text in shown if text]

    def margins(self, package: Package, root: Element) -> list[Block]:
        """Heads and feet that are shown, in the order of their sections."""
        self.codes.margins = True
        both = switch(self.settings, "w:evenAndOddHeaders")
        seen: set[str] = set()
        found: list[Block] = []
        for section in root.iter("{*}sectPr"):
            for reference in children(section, "w:headerReference", "w:footerReference"):
                kind = attribute(reference, "w:type", "default")
                if (kind == "first" and not switch(section, "w:titlePg")) or (
                    kind == "even" and not both
                ):
                    continue
                relation = package.relations(package.main).get(attribute(reference, "r:id"))
                if relation is None or not relation.target or relation.target in seen:
                    continue
                seen.add(relation.target)
                part = package.archive.optional(relation.target)
                if part is not None:
                    self.codes.scan(part)
                    found += self.blocks(part)
        return found


def _leads_to_number(properties: Element | None) -> bool:
    """True where a row of dots runs up to a tab stop, as it does to a page number."""
    stops = children(child(properties, "w:tabs"), "w:tab")
    return any(attribute(stop, "w:leader", "none") != "none" for stop in stops)


def _drops_capital(properties: Element | None) -> bool:
    frame = child(properties, "w:framePr")
    return attribute(frame, "w:dropCap") in ("drop", "margin")


def _holds_contents(control: Element) -> bool:
    gallery = value(child(child(control, "w:sdtPr"), "w:docPartObj"), "w:docPartGallery")
    return "contents" in gallery.lower()
