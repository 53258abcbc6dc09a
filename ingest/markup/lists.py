"""A web page's lists: the numbers and bullets that a browser puts before their items."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from ingest.markup.counting import Style, shown
from ingest.markup.styles import points

Element = etree._Element

DEEPEST = 9  # level of a list or heading
_COUNTS: dict[str, Style] = {
    "1": "decimal", "decimal": "decimal", "a": "a", "lower-alpha": "a", "lower-latin": "a",
    "A": "A", "upper-alpha": "A", "upper-latin": "A", "i": "i", "lower-roman": "i",
    "I": "I", "upper-roman": "I",
}  # fmt: skip
_BULLETS = frozenset(("disc", "circle", "square"))
_WHOLE = re.compile(r"-?\d{1,6}")


@dataclass
class List:
    """An open list."""

    style: Style | None  # None: bullets
    plain: bool  # shown without number or bullet
    next: int
    step: int = 1
    nested: bool = False  # numbered as 2.1 within the item numbered 2
    around: str = ""  # that item's number, with its full stop
    current: str = ""  # the open item's

    def item(self, element: Element, style: dict[str, str]) -> str:
        """What stands before this item, with a space; "" where nothing does."""
        value = (element.get("value") or "").strip()
        if _WHOLE.fullmatch(value):
            self.next = int(value)
        number, self.next = self.next, self.next + self.step
        kind = style.get("list-style-type") or style.get("list-style") or ""
        if self.nested and self.style:
            self.current = f"{self.around}{shown(number, self.style)}."
            return f"{self.current.rstrip('.') if self.around else self.current} "
        if self.plain or "none" in kind.split():
            return ""
        return f"{shown(number, self.style)}. " if self.style else "• "


def open_list(
    element: Element, style: dict[str, str], nested: bool = False, outer: List | None = None
) -> List:
    """The list that an ol, ul, menu or dir element opens; `outer` is the one around it."""
    kinds = (style.get("list-style-type") or style.get("list-style") or "").split()
    counted: Style | None = None
    if element.tag == "ol":
        counted = _COUNTS.get((element.get("type") or "").strip(), "decimal")
    for kind in kinds:
        counted = None if kind in _BULLETS else _COUNTS.get(kind, counted)
    start, step = (element.get("start") or "").strip(), 1
    first = int(start) if _WHOLE.fullmatch(start) else 1
    if "reversed" in element.attrib:
        first, step = first if start else sum(1 for _ in element.iterchildren("li")), -1
    around = outer.current if outer is not None else ""
    return List(counted, "none" in kinds, first, step, nested and element.tag == "ol", around)


def word_list_depth(element: Element, style: dict[str, str]) -> int:
    """The depth of a list's item that Word wrote as a paragraph, 0 for others."""
    if match := re.search(r"\blevel([1-9])\b", style.get("mso-list", "")):
        return int(match[1])
    if "MsoListParagraph" not in (element.get("class") or ""):
        return 0
    margin = points(style.get("margin-left", "")) or 0
    return max(1, min(DEEPEST, round(margin / 36)))
