"""OpenDocument's lists and numbered headings, counted as LibreOffice counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.word.archive import Element
from ingest.word.counting import Counter, letters, letters_like_columns, ordinal, roman
from ingest.word.letters import bullet, seen
from ingest.word.names import attribute, child, children, number, tag
from ingest.word.numbering import Label
from ingest.word.open_styles import Styles, length

_DEEPEST = 10
_PLACE = re.compile(r"%(\d{1,2})%")


@dataclass(frozen=True)
class Level:
    """How one level of a list is numbered."""

    form: str = ""  # "1", "a", "A", "i", "I"; "": no number
    prefix: str = ""
    suffix: str = ""
    pattern: str = ""  # "Section %1%.%2%", which outdoes prefix, suffix and `shown`
    shown: int = 1  # levels
    start: int = 1
    doubled: bool = False  # "aa", "bb" after "z"
    bullet: str = ""
    left: float | None = None

    def write(self, count: int) -> str:
        form = self.form
        if form in ("i", "I"):
            written = roman(count)
        elif form in ("a", "A"):
            written = (letters if self.doubled else letters_like_columns)(count)
        elif form == "1st":
            return ordinal(count)
        elif form[:1] == "0" and "," in form:
            return str(count).rjust(min(form.index(","), 9), "0")
        else:
            return str(count) if form else ""
        return written.upper() if form.isupper() else written


class ListStyles:
    """List styles by name, "" for the one of headings."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._found: dict[str, dict[int, Level]] = {}

    def levels(self, name: str) -> dict[int, Level]:
        """The levels from 0 of a list style."""
        if name not in self._found:
            element = self._styles.lists.get(name) if name else self._styles.outline
            self._found[name] = {
                place: level for place, level in map(self._level, children(element)) if place >= 0
            }
        return self._found[name]

    def _level(self, element: Element) -> tuple[int, Level]:
        place = number(attribute(element, "text:level")) - 1
        if not 0 <= place < _DEEPEST:
            return -1, Level()
        about = child(element, "style:list-level-properties")
        aligned = child(about, "style:list-level-label-alignment")
        left = length(attribute(aligned, "fo:margin-left")) or length(
            attribute(about, "text:space-before")
        )
        if tag(element) == "text:list-level-style-image":
            return place, Level(bullet="•", left=left)
        if tag(element) == "text:list-level-style-bullet":
            dress = child(element, "style:text-properties")
            font = attribute(dress, "style:font-name") or attribute(dress, "fo:font-family")
            glyph = attribute(element, "text:bullet-char").strip()
            return place, Level(bullet=bullet(glyph, font.strip("'\"")) if glyph else "", left=left)
        return place, Level(
            form=attribute(element, "style:num-format"),
            prefix=attribute(element, "style:num-prefix"),
            suffix=attribute(element, "style:num-suffix"),
            pattern=attribute(element, "loext:num-list-format"),
            shown=max(1, number(attribute(element, "text:display-levels"), 1)),
            start=number(attribute(element, "text:start-value"), 1),
            doubled=attribute(element, "style:num-letter-sync") == "true",
            left=left,
        )


def label(levels: dict[int, Level], counts: dict[int, int], place: int) -> Label:
    """What stands before an item at level `place` once it has been counted."""
    level = levels.get(place)
    if level is None:
        return Label("")
    if level.bullet:
        return Label(level.bullet, level.left, bullet=True)
    if not level.form:
        # Without a number there is at most a fixed word.
        fixed = "" if _PLACE.search(level.pattern) else level.pattern
        return Label(seen(fixed or level.prefix + level.suffix).strip(), level.left)

    def written(at: int) -> str:
        other = levels.get(at)
        return other.write(counts[at]) if other is not None and at in counts else ""

    if level.pattern:
        text = _PLACE.sub(lambda found: written(int(found[1]) - 1), level.pattern)
    else:
        shown = (written(at) for at in range(max(0, place - level.shown + 1), place + 1))
        text = level.prefix + ".".join(part for part in shown if part) + level.suffix
    return Label(seen(text).strip(), level.left)


class Counting:
    """The counters of a document's lists: new for each list, unless it goes on with another."""

    def __init__(self, lists: ListStyles) -> None:
        self.lists = lists
        self._last: dict[str, Counter] = {}  # by list style
        self._by_id: dict[str, Counter] = {}
        self.headings = Counter()

    def open(self, element: Element, style: str) -> Counter:
        """The counter of an outermost text:list."""
        earlier = attribute(element, "text:continue-list")
        on = attribute(element, "text:continue-numbering") == "true"
        counter = self._by_id.get(earlier) if earlier else self._last.get(style) if on else None
        counter = counter or Counter()
        self._last[style] = counter
        name = attribute(element, "xml:id") or attribute(element, "text:id")
        if name:
            self._by_id[name] = counter
        return counter

    def count(self, counter: Counter, style: str, place: int, own_start: str = "") -> Label:
        """Count one more item at level `place` from 0."""
        levels = self.lists.levels(style)
        if own_start:
            counter.counts.pop(place, None)

        def start(at: int) -> int:
            if own_start and at == place:
                return number(own_start, 1)
            return levels[at].start if at in levels else 1

        counter.count(place, start, lambda _deeper, _level: True)
        return label(levels, counter.counts, place)
