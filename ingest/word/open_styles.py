"""OpenDocument's styles: what a paragraph, a span or a list inherits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.word.archive import Element
from ingest.word.names import attribute, child, children, number, tag

_LONGEST_CHAIN = 50
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(pt|in|cm|mm|pc|px)?$")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "pc": 12.0, "px": 0.75, None: 1.0}


@dataclass(frozen=True)
class Dress:
    """How letters are set; None where a style is silent."""

    bold: bool | None = None
    underlined: bool | None = None
    capitals: bool | None = None
    hidden: bool | None = None
    struck: bool | None = None
    size: float | None = None  # points
    scale: float = 1.0  # of the inherited size, where the style gives a percentage
    font: str | None = None

    def over(self, other: Dress) -> Dress:
        """These properties where they speak, else the other's."""

        def first(mine: bool | None, theirs: bool | None) -> bool | None:
            return theirs if mine is None else mine

        size = other.size if self.size is None else self.size
        if self.size is None and size is not None:
            size *= self.scale
        return Dress(
            first(self.bold, other.bold),
            first(self.underlined, other.underlined),
            first(self.capitals, other.capitals),
            first(self.hidden, other.hidden),
            first(self.struck, other.struck),
            size,
            1.0 if size is not None else self.scale * other.scale,
            self.font or other.font,
        )


@dataclass(frozen=True)
class Style:
    """One style with all it inherits; `names` are its own and its ancestors' display names."""

    names: tuple[str, ...] = ()
    dress: Dress = Dress()
    left: float | None = None  # points
    list_style: str | None = None  # "": in no list, whatever the outline says
    outline: int | None = None  # level from 1; 0: none
    master: str = ""  # the page style it begins
    shaded: bool = False


class Styles:
    """The styles of a document by family and name.

    `automatic` are those of the part that is read, which outdo the named ones.
    """

    def __init__(self, named: Element | None, automatic: Element | None) -> None:
        self._elements: dict[tuple[str, str], Element] = {}
        self._defaults: dict[str, Element] = {}
        self.lists: dict[str, Element] = {}
        self.fonts: dict[str, str] = {}
        self.outline: Element | None = None
        for root in (automatic, named):
            for element in children(root):
                name, family = attribute(element, "style:name"), attribute(element, "style:family")
                if tag(element) == "style:style":
                    self._elements.setdefault((family, name), element)
                elif tag(element) == "style:default-style":
                    self._defaults.setdefault(family, element)
                elif tag(element) == "text:list-style":
                    self.lists.setdefault(name, element)
                elif tag(element) == "text:outline-style" and self.outline is None:
                    self.outline = element
        self._found: dict[tuple[str, str], Style] = {}

    def masters(self) -> set[str]:
        """Names of the page styles that paragraphs or tables begin."""
        return {attribute(e, "style:master-page-name") for e in self._elements.values()} - {""}

    def get(self, family: str, name: str) -> Style:
        key = (family, name)
        if key not in self._found:
            self._found[key] = self._resolve(family, name)
        return self._found[key]

    def _resolve(self, family: str, name: str) -> Style:
        names: list[str] = []
        chain: list[Element] = []
        while (family, name) in self._elements and len(chain) < _LONGEST_CHAIN:
            element = self._elements[family, name]
            if element in chain:
                break
            chain.append(element)
            shown = attribute(element, "style:display-name") or name
            names.append(re.sub(r"_([0-9a-f]{2})_", lambda m: chr(int(m[1], 16)), shown))
            name = attribute(element, "style:parent-style-name")
        if family in self._defaults:
            chain.append(self._defaults[family])
        dress, left = Dress(), None
        list_style, outline = None, None
        for element in chain:
            dress = dress.over(_dress(child(element, "style:text-properties")))
            margin = attribute(child(element, "style:paragraph-properties"), "fo:margin-left")
            left = length(margin) if left is None and margin else left
            if list_style is None and "list-style-name" in str(element.attrib):
                list_style = attribute(element, "style:list-style-name")
            level = attribute(element, "style:default-outline-level")
            outline = number(level) if outline is None and level else outline
        cell = child(chain[0], "style:table-cell-properties") if chain else None
        ground = attribute(cell, "fo:background-color", "transparent").lower()
        return Style(
            tuple(names),
            dress,
            left,
            list_style,
            outline,
            attribute(chain[0], "style:master-page-name") if chain else "",
            ground not in ("transparent", "#ffffff"),
        )


def length(text: str) -> float | None:
    """Points; None where the text is no length."""
    found = _LENGTH.match(text.strip())
    if found is None or len(found[1]) > 12:
        return None
    return float(found[1]) * _POINTS[found[2]]


def _dress(properties: Element | None) -> Dress:
    if properties is None:
        return Dress()
    weight = attribute(properties, "fo:font-weight")
    line = attribute(properties, "style:text-underline-style")
    case = attribute(properties, "fo:text-transform")
    display = attribute(properties, "text:display")
    struck = attribute(properties, "style:text-line-through-style")
    size = attribute(properties, "fo:font-size")
    scale = number(size[:-1], 100, 1000) / 100 if size.endswith("%") else 1.0
    return Dress(
        weight == "bold" or number(weight) >= 600 if weight else None,
        line != "none" if line else None,
        case == "uppercase" if case else None,
        display in ("none", "true") if display else None,
        struck != "none" if struck else None,
        length(size) if size and not size.endswith("%") else None,
        scale,
        attribute(properties, "style:font-name") or attribute(properties, "fo:font-family") or None,
    )
