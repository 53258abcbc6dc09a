"""A web page's bytes as the tree of what a browser would show of its document."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime

from lxml import etree

from ingest.clean import clean
from ingest.documents import IngestError
from ingest.markup.charset import decode_page
from ingest.markup.styles import Styles, is_white, paints, points

Element = etree._Element

# Never shown, or only there to be clicked and filled in.
_UNSEEN = frozenset(
    """applet area audio base basefont button canvas datalist embed frame frameset iframe img input
    link map meta meter noembed noframes noscript object optgroup option param picture progress rp
    rt script select source style svg template textarea title track video xml
    """.split()
)
_STRUCK = frozenset(("del", "s", "strike"))
_NEVER_A_MENU = frozenset(("body", "main", "article", "h1", "h2", "h3", "p", "table", "tr", "td"))
_MENU = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|pagination|pager|skip-?links?|sitemap"
    r"|share|sharing|social)(?:$|[\s_-])",
    re.I,
)
_BANNER = re.compile(
    r"(?:cookies?|consent|gdpr)[\s_-]?(?:law[\s_-]?)?(?:bar|banner|notice|message|pop-?up|modal"
    r"|dialog|overlay|consent|info|widget|wrapper|container|preferences)"
    r"|onetrust|cybot|(?:^|\s)(?:cc-window|ccc|cky)\b",
    re.I,
)
_MENU_ROLES = frozenset(("navigation", "search", "alertdialog", "menu", "menubar", "tooltip"))
_NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SHORT_FORM = 60  # words: a search box or a sign-in; many intranets put all the page in a form
_SHORT_BANNER = 250
_QUOTED = 12  # words of what was left out that the warning shows


@dataclass
class _LeftOut:
    """Words left out of the text although the file holds them, for the warning."""

    why: str
    words: list[str] = field(default_factory=list)

    def note(self, text: str | None) -> None:
        self.words += clean(text or "", keep="").split()

    def __str__(self) -> str:
        shown = " ".join(self.words[:_QUOTED]) + (" …" if len(self.words) > _QUOTED else "")
        counted = "1 word" if len(self.words) == 1 else f"{len(self.words)} words"
        return f"Left out {counted} {self.why}: “{shown}”."


@dataclass(frozen=True)
class _Look:
    """What an element inherits."""

    white: bool = False
    painted: bool = False
    tiny: bool = False


def read_page(data: bytes) -> tuple[Element, dict[str, str], Styles, tuple[str, ...]]:
    """The page's <body> without what is unseen, its properties, its styles, and warnings.

    Raises IngestError for what holds no page, or one nested too deeply to be read whole.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    source = decode_page(data).replace("\0", "").encode("utf-8", "replace")
    try:
        root = etree.fromstring(source, parser) if source.strip() else None
    except etree.LxmlError:
        root = None
    last = parser.error_log.last_error
    if last is not None and last.type_name == "ERR_RESOURCE_LIMIT":
        raise IngestError("is nested too deeply to be read whole; open it and print it to PDF")
    body = root.find("body") if root is not None else None
    if root is None or body is None:
        raise IngestError("is a web page without text; open it in a browser and print it to PDF")
    styles = Styles("\n".join(e.text or "" for e in root.iter("style")))
    return body, _properties(root), styles, _Pruning(root, styles).prune(body)


def count_words(element: Element) -> int:
    return len("".join(element.itertext()).split())


def link_share(element: Element) -> float:
    """The share of an element's words that stand in links."""
    linked = sum(count_words(link) for link in element.iter("a") if link.get("href"))
    return linked / max(1, count_words(element))


def _properties(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for title in root.iter("title"):
        found.setdefault("title", clean("".join(title.itertext()), keep=""))
    names = {
        "author": "author", "dc.creator": "author", "dcterms.creator": "author",
        "dc.title": "title", "dcterms.title": "title", "og:title": "title",
        "created": "created", "dcterms.created": "created", "article:published_time": "created",
        "modified": "modified", "dcterms.modified": "modified", "last-modified": "modified",
        "changed": "modified", "article:modified_time": "modified",
    }  # fmt: skip
    for meta in root.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("http-equiv") or ""
        key = names.get(name.lower())
        value = clean(meta.get("content") or "", keep="")
        if key in ("created", "modified"):
            value = _iso_date(value)
        if key and value.strip():
            found.setdefault(key, value)
    return {key: " ".join(value.split()) for key, value in found.items() if value.strip()}


def _iso_date(value: str) -> str:
    """The day of "2023-09-01T10:00:00Z" or "Fri, 01 Sep 2023 10:00:00 GMT", else ""."""
    if match := re.match(r"\s*((?:19|20)\d\d)-?([01]\d)-?([0-3]\d)", value):
        return "-".join(match.groups())
    try:
        return parsedate_to_datetime(value).date().isoformat()
    except (ValueError, OverflowError):
        return ""


class _Pruning:
    """Takes out of a page what its reader does not see; navigation without a word about it."""

    def __init__(self, root: Element, styles: Styles) -> None:
        self.styles = styles
        # A style sheet kept elsewhere may well paint what white text stands on.
        self.linked = any("stylesheet" in (e.get("rel") or "").lower() for e in root.iter("link"))
        self.opened = {
            target.lstrip("#")
            for element in root.iter("*")
            for name in ("aria-controls", "data-target", "data-bs-target")
            for target in (element.get(name) or "").split()
        }
        self.hidden = _LeftOut("hidden on the page")
        self.struck = _LeftOut("struck through or deleted")

    def prune(self, body: Element) -> tuple[str, ...]:
        for element in list(body.iter()):
            if element is not body and _is_unseen(element):
                _remove(element)
        half = count_words(body) // 2
        todo = [(body, _Look())]
        while todo:
            element, look = todo.pop()
            style = self.styles.of(str(element.tag), _attributes(element))
            if element is not body:
                if _is_comment(element, style) or _is_navigation(element):
                    _remove(element)
                    continue
                if self._is_hidden(element, style) and count_words(element) <= half:
                    self.hidden.note(" ".join(element.itertext()))
                    _remove(element)
                    continue
                if _is_struck(element, style):
                    self.struck.note(" ".join(element.itertext()))
                    _remove(element)
                    continue
            look = _inherit(look, element, style)
            if look.tiny or (look.white and not look.painted and not self.linked):
                self.hidden.note(element.text)
                element.text = None
                for child in element:
                    self.hidden.note(child.tail)
                    child.tail = None
            todo += [(child, look) for child in reversed(element)]
        return tuple(str(left) for left in (self.hidden, self.struck) if left.words)

    def _is_hidden(self, element: Element, style: dict[str, str]) -> bool:
        if element.get("id") in self.opened or element.get("role") == "tabpanel":
            return False  # shown when its heading or tab is clicked
        away = (points(style.get(side, "")) for side in ("left", "top", "text-indent"))
        return (
            ("hidden" in element.attrib and element.get("hidden") != "until-found")
            or (element.get("aria-hidden") or "").lower() == "true"
            or style.get("display") == "none"
            or style.get("mso-hide") == "all"
            or style.get("visibility") in ("hidden", "collapse")
            or re.fullmatch(r"0?\.?0+%?", style.get("opacity", "1")) is not None
            or any(offset is not None and offset < -600 for offset in away)
        )


def _attributes(element: Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def _inherit(look: _Look, element: Element, style: dict[str, str]) -> _Look:
    colour = style.get("color") or (element.get("color") or "").strip().lower()
    if colour and colour != "inherit":
        look = replace(look, white=is_white(colour))
    background = style.get("background-color") or style.get("background") or ""
    image = style.get("background-image", "none") != "none" or element.get("background")
    if image or paints(background or (element.get("bgcolor") or "").strip().lower()):
        look = replace(look, painted=True)
    size = points(style.get("font-size", ""))
    if size is not None:
        look = replace(look, tiny=size < 1)
    return look


def _is_unseen(element: Element) -> bool:
    return element.tag in _UNSEEN or not isinstance(element.tag, str)


def _is_comment(element: Element, style: dict[str, str]) -> bool:
    """A reviewer's comment, or where it belongs, in what Word saved."""
    named = element.get("class") or ""
    return style.get("mso-element") == "comment-list" or "MsoCommentReference" in named


def _is_navigation(element: Element) -> bool:
    """Menus, search boxes and cookie banners, which hold nothing of the policy."""
    tag = element.tag
    named = f"{element.get('id') or ''} {element.get('class') or ''}"
    if tag == "nav" or (element.get("role") or "").lower() in _MENU_ROLES:
        return tag not in _NEVER_A_MENU and (tag != "nav" or link_share(element) >= 0.5)
    if tag == "form":
        return count_words(element) < _SHORT_FORM and element.find(".//p") is None
    if tag == "a":
        shown = "".join(element.itertext()).strip().lower()
        return (element.get("href") or "").startswith("#") and shown.startswith("skip to")
    if tag in _NEVER_A_MENU or not named.strip():
        return False
    if _MENU.search(named):
        return link_share(element) > 0.6
    return _BANNER.search(named) is not None and count_words(element) < _SHORT_BANNER


def _is_struck(element: Element, style: dict[str, str]) -> bool:
    line = style.get("text-decoration-line") or style.get("text-decoration") or ""
    return element.tag in _STRUCK or "line-through" in line


def _remove(element: Element) -> None:
    """Take an element out, leaving the text that follows it in its place."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = _joined(before.tail, element.tail)
    else:
        parent.text = _joined(parent.text, element.tail)
    parent.remove(element)


def _joined(first: str | None, second: str | None) -> str:
    """Texts that may hold characters which the parser lets in, but nobody may put there."""
    return _NO_XML.sub("", (first or "") + (second or ""))
