"""Which paragraphs of a document stand out from its running text, and how they are set."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.pdf.layout import Entry

LONGEST = 160  # characters of a heading
_FACT = re.compile(
    r"(?:(?:next|last|date|policy|document|named?)\b.{0,20})?(?:approv|adopt|agreed|dated?\b|review|author"
    r"|owner|version|status|lead\b|written|ratif|sign|head ?teacher|principal|chair|governor"
    r"|prepared|person|ref|issue|effective|updated|produced|responsib|tel|e-?mail|address|web)"
    r"[^:]{0,40}:",
    re.I,
)
_DECIMAL = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,3})*)[.):]?\s")


@dataclass(frozen=True, slots=True)
class Body:
    """How running text is set."""

    size: float
    font: str
    colour: int
    bold: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What makes two headings look alike."""

    size: float
    caps: bool
    bold: bool
    underlined: bool
    colour: int
    italic: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of one or more entries; `key` is set where it may be a heading."""

    first: int
    last: int  # exclusive
    text: str
    key: Look | None
    depth: int  # of its number; 0 without one
    tag: int = 0  # heading level that a tagged PDF gives it


def find_body(entries: Sequence[Entry]) -> Body:
    """The style of most letters outside tables, else of most letters."""
    sizes: Counter[float] = Counter()
    looks: Counter[tuple[str, int, bool]] = Counter()
    plain = [entry for entry in entries if entry.table < 0] or list(entries)
    for entry in plain:
        for word in entry.line.words:
            sizes[word.style.size] += len(word.text)
    size = sizes.most_common(1)[0][0] if sizes else 11.0
    for entry in plain:
        for word in entry.line.words:
            if word.style.size == size:
                looks[word.style.font, word.style.colour, word.style.bold] += len(word.text)
    font, colour, bold = looks.most_common(1)[0][0] if looks else ("", 0, False)
    return Body(size, font, colour, bold)


def find_passages(
    entries: Sequence[Entry], begins: Sequence[bool | None], body: Body
) -> list[Passage]:
    found: list[Passage] = []
    place = 0
    while place < len(entries):
        end = place + 1
        while end < len(entries) and begins[end] is False:
            end += 1
        mine = entries[place:end]
        text = " ".join(entry.text for entry in mine)
        number = _DECIMAL.match(text)
        depth = number["number"].count(".") + 1 if number else 0
        tag = _tagged(mine, text)
        key = _key(mine, text, body, bool(tag))
        found.append(Passage(place, end, text, key, depth, tag))
        place = end
    if sum(bool(p.tag) for p in found) > 0.5 * len(found):
        return [replace(p, tag=0) for p in found]
    return found


def _tagged(mine: Sequence[Entry], text: str) -> int:
    match = re.fullmatch(r"H([1-6])", mine[0].tag)
    return int(match[1]) if match and len(text) <= LONGEST and len(mine) <= 4 else 0


def _key(mine: Sequence[Entry], text: str, body: Body, tagged: bool) -> Look | None:
    """How a paragraph that may be a heading is set; None for one that may not."""
    first = mine[0]
    if any(e.table >= 0 or e.role for e in mine) or len(mine) > 3 or len(text) > LONGEST:
        return None
    letters = [w for e in mine for w in e.line.words if any(c.isalpha() for c in w.text)]
    if not letters or (first.line.label and not re.match(r"\(?\w", first.line.label)):
        return None
    if first.line.label == "o" or re.match(r"\(|[a-z][.)]|[ivx]+[.)]", first.line.label):
        return None
    size = max(e.line.size for e in mine)
    larger = size > body.size * 1.05 + 0.2
    alphabetic = [w for w in letters if not re.fullmatch(r"\W*", w.text)]
    bold = all(w.style.bold for w in alphabetic)
    underlined = all(e.underlined for e in mine)
    colours = {w.style.colour for w in alphabetic}
    coloured = len(colours) == 1 and colours != {body.colour} and not _is_dark(colours)
    caps = text.isupper() and sum(c.isalpha() for c in text) > 3
    other = first.line.style.font != body.font and not first.line.style.italic and not bold
    distinct = larger or (bold and not body.bold) or underlined or coloured or caps
    if (
        not tagged
        and not distinct
        and not (other and _is_other_family(first.line.style.font, body.font))
    ):
        return None
    if not tagged and size < body.size - (2.2 if bold or coloured else 0.6):
        return None
    ends = text.rstrip("\"”’') ")[-1:]
    much = size > body.size * 1.15
    if tagged:
        much = True
    if ends in (";", ",") or (ends == "." and not much):
        return None
    if ends == ":" and not much and not _is_numbered_short(text) and len(text.split()) > 6:
        return None
    if ":" in text[:-1] and not much and re.search(r":\s+\S", text) and _names_fact(text):
        return None
    # Colour tells headings apart only where nothing else does.
    colour = next(iter(colours)) if coloured and not (larger or bold or caps) else -1
    return Look(round(size * 2) / 2, caps, bold, underlined, colour, first.line.style.italic)


def _is_dark(colours: set[int]) -> bool:
    """Black, or grey so dark that it reads as black."""
    return all(max(c >> 16, c >> 8 & 0xFF, c & 0xFF) < 0x40 for c in colours)


def _is_other_family(font: str, body: str) -> bool:
    def family(name: str) -> str:
        return re.split(r"[-,]|MT$|PS", name)[0].casefold()

    return bool(font and body) and family(font) != family(body)


def _is_numbered_short(text: str) -> bool:
    return bool(_DECIMAL.match(text)) and len(text.split()) <= 8


def _names_fact(text: str) -> bool:
    """A line of a cover such as "Approved by: Governing Body"."""
    return _FACT.match(text) is not None
