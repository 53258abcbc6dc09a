"""What the parts of a web page are to its document: title, body, furniture, contents, notes."""

from __future__ import annotations

from lxml import etree

from ingest.documents import flow
from ingest.markup.page import count_words, link_share

Element = etree._Element

HEADINGS = {f"h{level}": level for level in range(1, 7)}
_FURNITURE_ROLES = frozenset(("banner", "contentinfo", "complementary"))
_SECTIONS = frozenset(("main", "article", "section"))
_NOTE_BLOCKS = frozenset(("p", "li", "div", "dd", "td", "aside", "section"))
_LONGEST_NOTE_MARK = 6  # characters: "[12]", "*", "xiv"
_WORDS_A_HEADING = 400  # more than that between two headings, and others are likely unmarked


class Outline:
    """Looks over a page once; elements are told apart by identity."""

    def __init__(self, body: Element, title: str) -> None:
        self.main = _main(body)
        self.title = _title(body, title)
        self.shift = 1 if self.title is not None and self.title.tag == "h1" else 0
        self.references, self.notes = _notes(body)
        inside = self.main if self.main is not None else body
        headings = sum(1 for _ in inside.iter(*HEADINGS))
        words = count_words(inside)
        # The page marks its headings, so what is not marked is none.
        self.marks_headings = headings >= 4 and words / headings < _WORDS_A_HEADING

    def role(self, element: Element) -> str:
        """ "furniture", "contents" or "" for what an element holds."""
        tag = str(element.tag)
        named = f"{element.get('id') or ''} {element.get('class') or ''}".lower().split()
        if any(name in ("toc", "contents", "table-of-contents", "tocs") for name in named) or any(
            name.startswith("msotoc") and name[6:7].isdigit() for name in named
        ):
            return "contents"
        if tag in ("ul", "ol") and _leads_within(element):
            return "contents"
        if tag in ("header", "footer", "aside"):
            if tag != "aside" and any(a.tag in _SECTIONS for a in element.iterancestors()):
                return ""
            a_site = tag != "header" or element.find(".//a[@href]") is not None
            return "furniture" if a_site else ""
        if (element.get("title") or "") in ("header", "footer") and tag == "div":
            return "furniture"  # a page's head or foot, as LibreOffice saves it
        if (element.get("role") or "").lower() in _FURNITURE_ROLES:
            return "furniture"
        if tag == "ul" and self.main is None:
            many = sum(1 for _ in element.iter("a")) >= 8
            return "furniture" if many and link_share(element) > 0.8 else ""
        return ""


def _main(body: Element) -> Element | None:
    """The element that holds the document, where the page has one; all else is the site's."""
    words = count_words(body)
    found = [e for e in body.iter("*") if e.tag == "main" or e.get("role") == "main"]
    if not found:
        found = list(body.iter("article"))
    if len(found) == 1 and 2 * count_words(found[0]) > words:
        return found[0]
    return None


def _title(body: Element, title: str) -> Element | None:
    """The first heading where it names the page: its only h1, or what its title says."""
    tops = [
        heading
        for heading in body.iter("h1")
        if count_words(heading)
        and not any(a.tag in ("footer", "aside") for a in heading.iterancestors())
    ]
    named = [heading for heading in tops if _says(title, heading)]
    if named:
        return named[0] if named[0] is tops[0] or len(tops) <= 2 else None
    for element in body.iter("p", *HEADINGS):
        if element.tag in HEADINGS and count_words(element):
            return element if tops == [element] else None
        if "title" in (element.get("class") or "").lower().removeprefix("mso").split():
            return element
    return None


def _says(title: str, heading: Element) -> bool:
    words = flow("".join(heading.itertext())).casefold()
    return len(words) > 3 and words in title.casefold()


def _leads_within(element: Element) -> bool:
    links = [(a.get("href") or "") for a in element.iter("a")]
    within = sum(link.startswith("#") for link in links)
    return within >= 3 and within == len(links) and link_share(element) > 0.8


def _notes(body: Element) -> tuple[dict[Element, int], dict[Element, int]]:
    """Links to footnotes, and the blocks that hold these: each links to the other.

    Both map to the number of the note in the page's order.
    """
    places: dict[str, tuple[int, Element]] = {}
    links: list[tuple[int, Element]] = []
    for position, element in enumerate(body.iter("*")):
        for name in (element.get("id"), element.get("name")):
            if name:
                places.setdefault(name, (position, element))
        if element.tag == "a" and (element.get("href") or "").startswith("#"):
            links.append((position, element))
    references: dict[Element, int] = {}
    notes: dict[Element, int] = {}
    links_back: dict[Element, set[str]] = {}
    for position, link in links:
        place, target = places.get((link.get("href") or "")[1:], (0, link))
        mark = "".join(link.itertext()).strip()
        if place <= position or not 0 < len(mark) <= _LONGEST_NOTE_MARK:
            continue
        block = target
        while block.tag not in _NOTE_BLOCKS and (above := block.getparent()) is not None:
            block = above
        around = (link, link.getparent(), *link.iter("*"))
        names = {e.get(key) for e in around if e is not None for key in ("id", "name")} - {None}
        if block not in links_back:
            links_back[block] = {(a.get("href") or "")[1:] for a in block.iter("a")}
        if names & links_back[block] and block not in link.iterancestors():
            references[link] = notes.setdefault(block, len(notes))
    return references, notes
