"""Word's styles: what a paragraph or a run inherits before it says anything itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.word.archive import Element
from ingest.word.names import attribute, child, children, number, switch, value
from ingest.word.numbering import indent, measure

_HEADING = re.compile(r"heading ?([1-9])$", re.I)
_LONGEST_CHAIN = 50  # styles based on styles; also what ends a circle
TOGGLES = ("w:b", "w:caps", "w:dstrike", "w:strike", "w:vanish")


@dataclass(frozen=True)
class Letters:
    """What run properties say; None where they are silent."""

    toggles: dict[str, bool] = field(default_factory=dict)
    size: float | None = None  # points
    underlined: bool | None = None
    font: str | None = None

    def over(self, other: Letters) -> Letters:
        """These properties where they speak, else the other's."""
        return Letters(
            {**other.toggles, **self.toggles},
            other.size if self.size is None else self.size,
            other.underlined if self.underlined is None else self.underlined,
            self.font or other.font,
        )


@dataclass(frozen=True)
class Style:
    """One style with all it inherits. `num` and `level` are of its list, `chain` its ids."""

    kind: str = "paragraph"
    names: tuple[str, ...] = ()  # its own, then those of the styles that it is based on
    chain: tuple[str, ...] = ()
    outline: int | None = None  # from 0; 9: body text
    num: str = ""
    num_style: str = ""  # the style of the chain that names the list
    level: int | None = None
    left: float | None = None
    left_before_num: bool = False  # the indent stands nearer than the list, and outdoes it
    letters: Letters = Letters()
    first_row: bool = False  # a table style that sets its first row apart

    @property
    def heading(self) -> int | None:
        """Level from 1 of a heading style."""
        for name in self.names[:1]:
            found = _HEADING.match(name)
            if found:
                return int(found[1])
        if self.outline is not None:
            return self.outline + 1 if self.outline < 9 else None
        for name in self.names[1:]:
            found = _HEADING.match(name)
            if found:
                return int(found[1])
        return None

    def named(self, pattern: re.Pattern[str]) -> bool:
        return any(pattern.match(name) for name in self.names)


class Styles:
    """A document's styles by id."""

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._defaults: dict[str, str] = {}
        self.lists: dict[str, str] = {}
        for element in children(root, "w:style"):
            name = attribute(element, "w:styleId")
            self._elements.setdefault(name, element)
            kind = attribute(element, "w:type", "paragraph")
            if attribute(element, "w:default") in ("1", "true", "on"):
                self._defaults.setdefault(kind, name)
            if kind == "numbering":
                num = value(child(child(element, "w:pPr"), "w:numPr"), "w:numId")
                self.lists.setdefault(name, num)
        base = child(child(child(root, "w:docDefaults"), "w:rPrDefault"), "w:rPr")
        self.base = letters(base).over(Letters(size=10.0, underlined=False))
        self._found: dict[tuple[str, str], Style] = {}

    def paragraph(self, name: str) -> Style:
        """The paragraph style of that id; the default style where there is none."""
        return self._style(name, "paragraph")

    def character(self, name: str) -> Style:
        return self._style(name, "character") if name else Style("character")

    def table(self, name: str) -> Style:
        return self._style(name, "table")

    def _style(self, name: str, kind: str) -> Style:
        if name not in self._elements:
            name = self._defaults.get(kind, "")
        key = (name, kind)
        if key not in self._found:
            self._found[key] = self._resolve(name, kind)
        return self._found[key]

    def _resolve(self, name: str, kind: str) -> Style:
        chain: list[str] = []
        while name in self._elements and name not in chain and len(chain) < _LONGEST_CHAIN:
            chain.append(name)
            name = value(self._elements[name], "w:basedOn")
        names, outline, num, num_style, level = [], None, "", "", None
        left, nearer, said, first_row = None, False, Letters(), False
        for style in chain:
            element = self._elements[style]
            paragraph = child(element, "w:pPr")
            listed = child(paragraph, "w:numPr")
            names.append(" ".join(value(element, "w:name", style).split()))
            own = value(paragraph, "w:outlineLvl")
            outline = number(own) if outline is None and own else outline
            own = value(listed, "w:ilvl")
            level = number(own) if level is None and own and not num else level
            own_left = indent(paragraph)
            if left is None and own_left is not None:
                left, nearer = own_left, not num
            own = value(listed, "w:numId")
            if own and not num:
                num, num_style = own, style
            said = said.over(letters(child(element, "w:rPr")))
            first_row = first_row or _sets_first_row_apart(element)
        return Style(
            kind, tuple(names), tuple(chain), outline, num, num_style, level, left,
            nearer, said, first_row,
        )  # fmt: skip


def letters(properties: Element | None) -> Letters:
    """What a w:rPr says."""
    if properties is None:
        return Letters()
    toggles = {}
    for name in TOGGLES:
        said = switch(properties, name)
        if said is not None:
            toggles[name] = said
    size = value(properties, "w:sz")
    underline = child(properties, "w:u")
    fonts = child(properties, "w:rFonts")
    return Letters(
        toggles,
        _points(size) if size else None,
        None if underline is None else attribute(underline, "w:val", "single") != "none",
        attribute(fonts, "w:ascii") or attribute(fonts, "w:hAnsi") or None,
    )


def _points(half: str) -> float:
    return measure(half) if half[-2:].isalpha() else number(half, 20, 4000) / 2


def _sets_first_row_apart(style: Element) -> bool:
    for part in children(style, "w:tblStylePr"):
        if attribute(part, "w:type") == "firstRow":
            shade = child(child(part, "w:tcPr"), "w:shd")
            fill = attribute(shade, "w:fill", "auto").lower()
            bold = switch(child(part, "w:rPr"), "w:b")
            return bold is True or (shade is not None and fill not in ("auto", "ffffff"))
    return False
