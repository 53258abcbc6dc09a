"""Running heads, running feet and page numbers: what comes back at the edge of every page."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pdf.glyphs import Word

_DEEPEST = 7  # rows from an edge
_NUMBER = re.compile(
    r"(?:page|p\.?|pg\.?)?[\s|–—-]*(?P<page>\d{1,4}|[ivxl]{1,7})"
    r"(?:\s*(?:of|/|\|)\s*(?P<all>\d{1,4}))?[\s|–—.-]*(?:\|?\s*page)?",
    re.I,
)
_SAYS_PAGE = re.compile(r"\bpage[\s|]+(?P<page>\d{1,4})(?:\s+of\s+\d{1,4})?\W*$", re.I)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's rows from top to bottom, and which of them a table in its middle holds."""

    height: float
    rows: tuple[tuple[Word, ...], ...]
    tabled: frozenset[int] = frozenset()


def find_margins(sheets: Sequence[Sheet]) -> list[frozenset[int]]:
    """For each page, the places of the rows that are running heads, feet or page numbers."""
    marked = [_marked(sheet) for sheet in sheets]
    # A file that marks nearly everything as an artifact says nothing by it.
    rows = sum(len(sheet.rows) for sheet in sheets)
    if sum(map(len, marked)) > 0.5 * rows:
        marked = [set() for _ in sheets]
    found = [set(places) for places in marked]
    for from_top in (True, False):
        _add_repeated(sheets, found, from_top)
    if len(sheets) <= 2:
        for sheet, places in zip(sheets, found, strict=True):
            places.update(_small_print(sheet))
    _give_back(sheets, found, marked)
    return [frozenset(places) for places in found]


def _give_back(sheets: Sequence[Sheet], found: list[set[int]], marked: Sequence[set[int]]) -> None:
    """Leave the text of a page on it that says little, but the same as another such page.

    Beside nothing a line is no head or foot, unless it is one of a page with text, or a number.
    """
    bare = [len(places) == len(sheet.rows) for sheet, places in zip(sheets, found, strict=True)]
    running = {
        _key(_text(sheet.rows[place]))
        for sheet, places, is_bare in zip(sheets, found, bare, strict=True)
        for place in places
        if not is_bare
    }
    for sheet, places, own, is_bare in zip(sheets, found, marked, bare, strict=True):
        if is_bare:
            texts = {place: _text(sheet.rows[place]) for place in places - own}
            places.difference_update(
                place
                for place, text in texts.items()
                if _key(text) not in running and not _NUMBER.fullmatch(text.strip())
            )


def _marked(sheet: Sheet) -> set[int]:
    return {
        place
        for place, row in enumerate(sheet.rows)
        if all(word.artifact for word in row)
        and not 0.25 * sheet.height < row[0].y < 0.75 * sheet.height
    }


def _add_repeated(sheets: Sequence[Sheet], found: list[set[int]], from_top: bool) -> None:
    pages: dict[str, list[tuple[int, float]]] = defaultdict(list)
    shifts: Counter[int] = Counter()
    edges = [_edge(sheet, from_top) for sheet in sheets]
    for page, (sheet, edge) in enumerate(zip(sheets, edges, strict=True)):
        for place in edge:
            text = _text(sheet.rows[place])
            pages[_key(text)].append((page, sheet.rows[place][0].y))
            if (number := _page_number(text)) is not None:
                shifts[number - page] += 1
    for page, (sheet, edge) in enumerate(zip(sheets, edges, strict=True)):
        block: list[int] = []
        for place in edge:
            row = sheet.rows[place]
            if not (
                place in found[page]
                or _comes_back(pages[_key(_text(row))], page, row[0].y, len(sheets))
                or _counts(row, page, shifts, len(sheets))
            ):
                break
            block.append(place)
        found[page].update(_set_off(sheet, block, 1 if from_top else -1))


def _set_off(sheet: Sheet, block: list[int], inwards: int) -> list[int]:
    """The rows at an edge as far as white space parts them from the text.

    Text itself may come back, as in a form that is printed twice.
    """
    while block:
        row = sheet.rows[block[-1]]
        following = block[-1] + inwards
        if not 0 <= following < len(sheet.rows) or _page_number(_text(row)) is not None:
            break
        size = max(word.style.size for word in row)
        if abs(sheet.rows[following][0].y - row[0].y) > 1.45 * size:
            break
        block = block[:-1]
    return block


def _small_print(sheet: Sheet) -> set[int]:
    """The outermost rows of a page whose neighbours cannot be asked, where head and foot stand."""
    sizes: Counter[float] = Counter()
    for row in sheet.rows:
        for word in row:
            sizes[word.style.size] += len(word.text)
    if len(sheet.rows) < 8:
        return set()
    usual = sizes.most_common(1)[0][0]
    found: set[int] = set()
    for place, inwards in ((0, 1), (len(sheet.rows) - 1, -1)):
        row, following = sheet.rows[place], sheet.rows[place + inwards]
        small = max(word.style.size for word in row) <= 0.92 * usual
        outside = not 0.065 * sheet.height < row[0].y < 0.935 * sheet.height
        if small and outside and abs(following[0].y - row[0].y) > 2 * usual:
            found.add(place)
    return found - sheet.tabled


def _edge(sheet: Sheet, from_top: bool) -> list[int]:
    """Rows near the top or the bottom, from the edge inwards."""
    places = range(len(sheet.rows)) if from_top else range(len(sheet.rows) - 1, -1, -1)
    near = []
    for place in list(places)[:_DEEPEST]:
        depth = sheet.rows[place][0].y / max(sheet.height, 1)
        if (depth > 0.16 if from_top else depth < 0.86) or place in sheet.tabled:
            break
        near.append(place)
    return near


def _text(row: Sequence[Word]) -> str:
    return " ".join(word.text for word in row)


def _key(text: str) -> str:
    """What stays the same of a running line when page and date change."""
    return re.sub(r"\d+", "#", re.sub(r"\W*\s\W*|_+", " ", text.casefold())).strip()


def _comes_back(places: Sequence[tuple[int, float]], page: int, y: float, pages: int) -> bool:
    same = {other for other, height in places if abs(height - y) <= 6}
    if len(same) < 2:
        return False
    if pages <= 3 or len(same) >= 0.5 * pages:
        return True
    # Chapters have heads of their own, and left pages other heads than right ones.
    return len(same) >= 3 and any(abs(other - page) in (1, 2) for other in same)


def _page_number(text: str) -> int | None:
    match = _NUMBER.fullmatch(text.strip())
    return int(match["page"]) if match and match["page"].isdigit() else None


def _counts(row: Sequence[Word], page: int, shifts: Counter[int], pages: int) -> bool:
    """A number that counts with the pages, or says itself that it is a page's."""
    text = _text(row).strip()
    match = _NUMBER.fullmatch(text)
    if not match:
        said = _SAYS_PAGE.search(text)
        return bool(said and len(row) <= 12 and int(said["page"]) == page + 1)
    if match["all"] and match["page"].isdigit() and "page" in text.casefold():
        return int(match["page"]) <= int(match["all"])
    number = _page_number(text)
    if number is None:
        return pages > 1 and not text.isupper()
    return shifts[number - page] >= 2 or (pages == 1 and number == 1)
