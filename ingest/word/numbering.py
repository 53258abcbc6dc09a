"""Word's automatic numbers, worked out from numbering.xml as Word counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ingest.word.archive import Element
from ingest.word.counting import Counter, write_count
from ingest.word.letters import bullet, in_font, seen
from ingest.word.names import attribute, child, children, number, switch, value

_DEEPEST = 9  # levels in a list
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True)
class Level:
    """How one level of a list is numbered."""

    start: int = 0
    form: str = "decimal"
    zeros: int = 0  # digits to fill up to with zeros
    text: str = ""
    font: str = ""
    restart: int | None = None  # 0: never; n: after an item of level n, counted from 1, or above
    plain: bool = False  # isLgl: all counts in digits
    suffix: str = "tab"
    style: str = ""  # the paragraph style that takes its number from this level
    left: float | None = None  # points
    hidden: bool = False


@dataclass
class _List:
    """A w:num: levels, first numbers of its own, and whose counts it shares."""

    shared: str
    levels: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)  # levels whose own first number has been used


@dataclass(frozen=True)
class Label:
    """An item's number or bullet as written; "" where it has none."""

    text: str
    left: float | None = None
    glued: bool = False  # nothing stands between it and the text
    bullet: bool = False


class Numbering:
    """The lists of one document, counting as its paragraphs go by."""

    def __init__(self, root: Element | None, style_lists: dict[str, str]) -> None:
        """`style_lists` are the numIds of numbering styles, by style id."""
        abstract: dict[str, Element] = {}
        for element in children(root, "w:abstractNum"):
            abstract.setdefault(attribute(element, "w:abstractNumId"), element)
        self._nums = {attribute(n, "w:numId"): n for n in children(root, "w:num")}
        self._abstract = abstract
        self._links = style_lists
        self._lists: dict[str, _List | None] = {}
        self._counters: dict[str, Counter] = {}

    def level(self, num: str, index: int) -> Level | None:
        """How level `index` of list `num` is numbered; None where there is no such list."""
        found = self._list(num)
        return None if found is None else found.levels.get(index)

    def level_of_style(self, num: str, style: str) -> int | None:
        """The level of the list that a paragraph style is tied to."""
        found = self._list(num)
        if found is None:
            return None
        return next((i for i, level in found.levels.items() if level.style == style), None)

    def count(self, num: str, index: int) -> Label | None:
        """Count one more item and return its label; None where there is no such list or level."""
        found = self._list(num)
        if found is None or index not in found.levels:
            return None
        counter = self._counters.setdefault(found.shared, Counter())
        if index in found.starts and index not in found.begun:
            counter.counts.pop(index, None)
        found.begun.add(index)

        def start(level: int) -> int:
            # The override of a list that shares its counts holds for its first item alone.
            return found.starts.get(
                level, found.levels[level].start if level in found.levels else 1
            )

        def restarts(deeper: int, level: int) -> bool:
            rule = found.levels[deeper].restart if deeper in found.levels else None
            return rule is None or (rule > 0 and level + 1 <= rule)

        counter.count(index, start, restarts)
        return self._label(found, index, counter.counts)

    def _label(self, found: _List, index: int, counts: dict[int, int]) -> Label:
        level = found.levels[index]
        if level.hidden or (level.form == "none" and not _PLACE.sub("", level.text).strip()):
            return Label("", level.left)
        if level.form == "bullet":
            shown = bullet(level.text, level.font) if level.text.strip() else ""
            return Label(shown, level.left, bullet=True)

        def written(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            if place not in counts or place not in found.levels:
                return ""
            other = found.levels[place]
            if other.form == "bullet":
                return ""
            if level.plain and other.form != "decimalZero":
                return str(counts[place])
            return write_count(counts[place], other.form).rjust(other.zeros, "0")

        text = seen(in_font(_PLACE.sub(written, level.text), level.font))
        glued = level.suffix == "nothing" and not text.endswith(" ")
        return Label(text.strip(), level.left, glued=glued)

    def _list(self, num: str) -> _List | None:
        if num not in self._lists:
            self._lists[num] = None  # a list that leads back to itself is none
            self._lists[num] = self._read(num)
        return self._lists[num]

    def _read(self, num: str) -> _List | None:
        element = self._nums.get(num)
        if element is None or num == "0":
            return None
        name = value(element, "w:abstractNumId")
        definition = self._abstract.get(name)
        if definition is None:
            return None
        link = value(definition, "w:numStyleLink")
        linked = self._list(self._links.get(link, "")) if link else None
        if linked is not None:
            found = _List(linked.shared, dict(linked.levels))
        else:
            found = _List(name, _levels(definition))
        for override in children(element, "w:lvlOverride"):
            index = number(attribute(override, "w:ilvl"), -1)
            if not 0 <= index < _DEEPEST:
                continue
            for level in children(override, "w:lvl"):
                found.levels[index] = _level(level)
            start = value(override, "w:startOverride")
            if start:
                found.starts[index] = number(start)
        return found


def _levels(definition: Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for element in children(definition, "w:lvl"):
        index = number(attribute(element, "w:ilvl"), -1)
        if 0 <= index < _DEEPEST:
            found.setdefault(index, _level(element))
    return found


def _level(element: Element) -> Level:
    fonts = child(child(element, "w:rPr"), "w:rFonts")
    form, zeros = _form(element)
    restart = value(element, "w:lvlRestart")
    level = Level(
        start=number(value(element, "w:start")),
        form=form,
        zeros=zeros,
        text=value(element, "w:lvlText"),
        font=attribute(fonts, "w:ascii") or attribute(fonts, "w:hAnsi"),
        restart=number(restart) if restart else None,
        plain=switch(element, "w:isLgl") or False,
        suffix=value(element, "w:suff", "tab"),
        style=value(element, "w:pStyle"),
        left=indent(child(element, "w:pPr")),
        hidden=switch(child(element, "w:rPr"), "w:vanish") or False,
    )
    picture = child(element, "w:lvlPicBulletId") is not None
    return replace(level, form="bullet", text="•", font="") if picture else level


def _form(element: Element) -> tuple[str, int]:
    """The number format and how many digits it fills up; newer ones hide in alternate content."""
    holders = [element]
    for alternate in children(element, "mc:AlternateContent"):
        holders = [*children(alternate, "mc:Choice"), *holders]
    for holder in holders:
        found = child(holder, "w:numFmt")
        if found is None:
            continue
        form = attribute(found, "w:val", "decimal")
        if form != "custom":
            return form, 0
        first = attribute(found, "w:format").split(",")[0].strip()
        if first.isdigit():
            return "decimal", min(len(first), 9)
    return "decimal", 0


def indent(properties: Element | None) -> float | None:
    """The left indent, in points, that paragraph properties give; None where they are silent."""
    found = child(properties, "w:ind")
    for name in ("w:start", "w:left"):
        text = attribute(found, name)
        if text:
            return measure(text)
    return None


def measure(text: str) -> float:
    """Points from Word's twentieths of a point, or from "1.5cm" as Strict files may say."""
    units = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "pc": 12.0, "pi": 12.0}
    unit = units.get(text[-2:])
    try:
        size = float(text[:-2]) * unit if unit else float(text) / 20
    except ValueError:
        return 0.0
    return size if abs(size) < 10_000 else 0.0
