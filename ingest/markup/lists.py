"""A web page's lists: the numbers and bullets that a browser puts before their items."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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
# Google Docs writes lists within lists one after another, and draws their numbers by style rules.
_GOOGLE = re.compile(r"(?:^|\s)(lst-kix_[\w-]+-([0-8]))(?:\s|$)")
_DRAWN = re.compile(
    r"([\"'])(?P<text>.*?)\1|counter\(\s*(?P<counter>[\w-]+)\s*(?:,\s*(?P<form>[\w-]+))?"
)

_ESCAPE = re.compile(r"\\([0-9a-f]{1,6}) ?", re.I)


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
    depth: int = 0  # from 1, where the page says it otherwise than by lists in lists
    drawn: str = ""  # the style rule that draws what stands before an item
    counters: dict[str, int] = field(default_factory=dict)  # of all lists so drawn, by name

    def item(self, element: Element, style: dict[str, str]) -> str:
        """What stands before this item, with a space; "" where nothing does."""
        value = (element.get("value") or "").strip()
        if _WHOLE.fullmatch(value):
            self.next = int(value)
        number, self.next = self.next, self.next + self.step
        kind = style.get("list-style-type") or style.get("list-style") or ""
        if self.drawn:
            return self._draw(number)
        if self.nested and self.style:
            self.current = f"{self.around}{shown(number, self.style)}."
            return f"{self.current.rstrip('.') if self.around else self.current} "
        if self.plain or "none" in kind.split():
            return ""
        return f"{shown(number, self.style)}. " if self.style else "• "

    def _draw(self, number: int) -> str:
        parts = list(_DRAWN.finditer(self.drawn))
        names = [part["counter"] for part in parts if part["counter"]]
        if names:
            self.counters[names[-1]] = number
        label = "".join(
            shown(self.counters.get(part["counter"], 1), _COUNTS.get(part["form"], "decimal"))
            if part["counter"]
            else _ESCAPE.sub(lambda code: chr(min(int(code[1], 16), 0x10FFFF)), part["text"])
            for part in parts
        ).strip()
        return f"{label} " if label else ""


def open_list(
    element: Element,
    style: dict[str, str],
    drawn: dict[str, str],
    nested: bool = False,
    outer: List | None = None,
    counters: dict[str, int] | None = None,
) -> List:
    """The list that an ol, ul, menu or dir element opens; `outer` is the one around it.

    `drawn` are the rules that draw what stands before items, by the list's class, and `counters`
    the counts of lists so drawn, which go on from one to the next.
    """
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
    found = List(counted, "none" in kinds, first, step, nested and element.tag == "ol", around)
    if google := _GOOGLE.search(element.get("class") or ""):
        found.depth = int(google[2]) + 1
        found.drawn = drawn.get(google[1].lower(), "")
        found.counters = {} if counters is None else counters
    return found


def word_list_depth(element: Element, style: dict[str, str]) -> int:
    """The depth of a list's item that Word wrote as a paragraph, 0 for others."""
    if match := re.search(r"\blevel([1-9])\b", style.get("mso-list", "")):
        return int(match[1])
    if "MsoListParagraph" not in (element.get("class") or ""):
        return 0
    margin = points(style.get("margin-left", "")) or 0
    return max(1, min(DEEPEST, round(margin / 36)))
