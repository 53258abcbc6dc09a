"""What stands inside a Word paragraph: runs of letters, fields, references and text boxes."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ingest.word.archive import Element
from ingest.word.codes import Codes
from ingest.word.content import Block, Ink, Looks, Note
from ingest.word.letters import in_font
from ingest.word.names import attribute, child, children, tag, value
from ingest.word.styles import Letters, Style, Styles, letters

_THROUGH = frozenset(
    "w:hyperlink w:smartTag w:customXml w:ins w:moveTo w:dir w:bdo w:sdtContent w:rt".split()
)
_GONE = frozenset(("w:del", "w:moveFrom"))
_DRAWN = frozenset(("w:drawing", "w:pict", "w:object"))

CHANGED = "holds tracked changes; it was read as if all of them were accepted"
HIDDEN = "holds hidden text, which was left out"
STRUCK = "holds text that is struck through, which was left out"


@dataclass
class Draft:
    """A paragraph while it is read; a deleted or hidden end lets the next one go on in it."""

    ink: Ink = field(default_factory=Ink)
    notes: list[Note] = field(default_factory=list)
    boxes: list[Block] = field(default_factory=list)
    contents: bool = False  # belongs to a table of contents
    tab: int = 0  # where the text goes on after the last tab
    sizes: Tally[float] = field(default_factory=Tally)  # letters by size
    written: int = 0  # letters
    bold: int = 0
    underlined: int = 0
    capitals: int = 0

    @property
    def looks(self) -> Looks:
        size = max(self.sizes, key=lambda size: self.sizes[size]) if self.sizes else 0.0
        most = self.written * 0.95  # a stray comma in another dress makes no difference
        some = self.written > 0
        return Looks(
            size, some and self.bold >= most, some and self.underlined >= most,
            some and self.capitals >= most,
        )  # fmt: skip

    def tally(self, text: str, dress: Letters) -> None:
        count = sum(map(str.isalpha, text))
        self.written += count
        self.sizes[dress.size or 0.0] += count
        self.bold += count if dress.toggles.get("w:b") else 0
        self.underlined += count if dress.underlined else 0
        self.capitals += sum(map(str.isupper, text))


@dataclass
class Runs:
    """Reads paragraphs' insides. `note` makes a note of a reference, `boxed` reads a text box."""

    styles: Styles
    codes: Codes
    warnings: dict[str, None]
    note: Callable[[Element, str, str], tuple[str, tuple[str, ...]] | None]
    boxed: Callable[[Element], list[Block]]
    drawn: Callable[[Element], list[Block]]
    _dressed: dict[tuple[str, ...], Letters] = field(default_factory=dict)

    def read(self, element: Element, style: Style, draft: Draft) -> None:
        """Everything inside a paragraph, or inside what a paragraph holds."""
        for inner in children(element):
            name = tag(inner)
            if name == "w:r":
                self._run(inner, style, draft)
            elif name in _THROUGH:
                if attribute(inner, "w:anchor").startswith("_Toc") and not draft.ink.length:
                    draft.contents = True  # a line of a table of contents that lost its field
                if name in ("w:ins", "w:moveTo"):
                    self.warnings[CHANGED] = None
                self.read(inner, style, draft)
            elif name in _GONE:
                self.warnings[CHANGED] = None
            elif name == "w:sdt":
                self.read(child(inner, "w:sdtContent"), style, draft)
            elif name == "w:fldSimple":
                code = self.codes.open_simple(attribute(inner, "w:instr"))
                self.read(inner, style, draft)
                self.codes.close(code)
            elif name == "mc:AlternateContent":
                self.read(choose(inner), style, draft)
            elif name in ("m:oMath", "m:oMathPara"):
                self._write("".join(t.text or "" for t in inner.iter("{*}t")), Letters(), draft)
            elif name in _DRAWN:
                self._drawing(inner, draft)

    def dress(self, properties: Element | None, style: Style) -> Letters:
        """A run's properties with all that its styles add."""
        name = value(properties, "w:rStyle")
        key = (name, *style.chain)
        if key not in self._dressed:
            own, base = self.styles.character(name).letters, self.styles.base
            toggles = dict(base.toggles)
            for toggle in {*own.toggles, *style.letters.toggles}:
                # Bold in a bold paragraph style is plain: Word takes such styles as switches.
                both = own.toggles.get(toggle, False) ^ style.letters.toggles.get(toggle, False)
                toggles[toggle] = both
            whole = own.over(style.letters).over(base)
            self._dressed[key] = Letters(toggles, whole.size, whole.underlined, whole.font)
        return letters(properties).over(self._dressed[key])

    def _run(self, run: Element, style: Style, draft: Draft) -> None:
        dress = self.dress(child(run, "w:rPr"), style)
        for inner in _contents(run):
            name = tag(inner)
            if name == "w:fldChar":
                self.codes.pass_by(inner)
            elif name in _DRAWN:
                self._drawing(inner, draft)
            elif self.codes.hidden:
                continue
            elif name in ("w:footnoteReference", "w:endnoteReference"):
                if self._refer(run, inner, draft):
                    return  # the rest of the run is the note's own mark
            elif name == "w:ruby":
                self.read(child(inner, "w:rubyBase"), style, draft)
            elif why := _left_out(dress):
                if name == "w:t" and (inner.text or "").strip():
                    self.warnings[why] = None
            elif name == "w:t":
                self._write(in_font(inner.text or "", dress.font or ""), dress, draft)
            elif name in ("w:tab", "w:ptab"):
                draft.ink.write(" ")
                draft.tab = draft.ink.length
            elif name in ("w:br", "w:cr"):
                page = attribute(inner, "w:type") in ("page", "column")
                draft.ink.break_line("page" if page else "line")
            elif name == "w:noBreakHyphen":
                draft.ink.write("-")
            elif name == "w:sym":
                self._write(_symbol(inner), dress, draft)

    def _write(self, text: str, dress: Letters, draft: Draft) -> None:
        if self.codes.hidden:
            return
        if dress.toggles.get("w:caps"):
            text = text.upper()
        draft.contents = draft.contents or (self.codes.contents and bool(text.strip()))
        draft.ink.write(text)
        draft.tally(text, dress)

    def _refer(self, run: Element, reference: Element, draft: Draft) -> bool:
        """Keep a note with its paragraph; True where the run brings the note's mark itself."""
        custom = attribute(reference, "w:customMarkFollows") in ("1", "true", "on")
        mark = "".join(t.text or "" for t in children(run, "w:t")).strip() if custom else ""
        kind = tag(reference).removeprefix("w:").removesuffix("Reference")
        found = self.note(reference, kind, mark)
        if found is not None:
            draft.notes.append(Note(draft.ink.length, *found))
        return custom

    def _drawing(self, drawing: Element, draft: Draft) -> None:
        """Text boxes wherever they lie in a drawing, each once."""
        for box in _boxes(drawing):
            draft.boxes += self.boxed(box)
        draft.boxes += self.drawn(drawing)


def _left_out(dress: Letters) -> str:
    """Why letters so dressed are no part of the text; "" where they are."""
    if dress.toggles.get("w:vanish"):
        return HIDDEN
    return STRUCK if dress.toggles.get("w:strike") or dress.toggles.get("w:dstrike") else ""


def choose(alternate: Element) -> Element | None:
    """Of the same thing written twice, the one with text; else the first."""
    options = [*children(alternate, "mc:Choice"), *children(alternate, "mc:Fallback")]
    for option in options:
        if next(option.iter("{*}t", "{*}txbxContent"), None) is not None:
            return option
    return options[0] if options else None


def _contents(run: Element) -> Iterator[Element]:
    for inner in children(run):
        if tag(inner) == "mc:AlternateContent":
            chosen = choose(inner)
            if chosen is not None:
                yield from _contents(chosen)
        else:
            yield inner


def _boxes(element: Element) -> Iterator[Element]:
    for inner in children(element):
        if tag(inner) == "w:txbxContent":
            yield inner
        elif tag(inner) == "mc:AlternateContent":
            chosen = choose(inner)
            if chosen is not None:
                yield from _boxes(chosen)
        else:
            yield from _boxes(inner)


def _symbol(element: Element) -> str:
    try:
        code = int(attribute(element, "w:char", "0"), 16)
        return in_font(chr(code), attribute(element, "w:font")) if code else ""
    except (ValueError, OverflowError):
        return ""
