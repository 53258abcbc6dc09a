"""Write down the clause lists of the policies whose clause borders were set by hand.

    python tests/ingest/policies/lists.py

The judgement is in content/: what is a heading, an item or a cover line is its markup, and ¦ parts
sentences that stand alone from those that do not. This writes it out at length, with the numbers
that Word would count and the rules of numbers and lead-ins of tests/ingest/clauses. No reader of
ours has a hand in it. Of running heads, which a PDF repeats, there is one piece.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markup import Block, Source, plain, read

HERE = Path(__file__).parent
LISTED = (
    "alderbeck-code-of-conduct",
    "calder-complaints",
    "hartsfold-trips",
    "harrowfield-social-media",
    "little-hollow-phones",
    "merrowshire-attendance",
    "ravensmoor-behaviour",
    "staithe-lettings",
    "thornwick-staff-leave",
    "wychbury-charging",
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


@dataclass
class _Lead:
    """What the open list hangs on, and what its items look like once the first has come."""

    text: str
    number: str
    items: tuple[str, int] | None = None


@dataclass
class Lister:
    source: Source
    pieces: list[dict[str, Any]] = field(default_factory=list)
    path: list[tuple[int, str, str]] = field(default_factory=list)  # level, number, text
    leads: list[_Lead] = field(default_factory=list)
    counts: dict[str, list[int]] = field(default_factory=dict)
    columns: str = ""  # the row of column names of the open table
    notes: list[dict[str, Any]] = field(default_factory=list)

    def write(self) -> list[dict[str, Any]]:
        settings = self.source.settings
        for line in [*settings.get("header", ()), *settings.get("footer", ())]:
            words = plain(re.sub(r"[(-]? ?\{pages?\}(?: ?-)?", "", line))
            if re.search(r"\w", words):
                self._piece("furniture", words)
        blocks = self.source.blocks
        for block, following in zip(blocks, (*blocks[1:], None), strict=True):
            self._block(block, following)
        return self.pieces + self.notes

    def _block(self, block: Block, following: Block | None) -> None:
        settings = self.source.settings
        if block.code == "table":
            self.columns = ""
            self.leads = []
        elif block.code in ("row", "header"):
            self._row(block)
        elif block.code in ("heading", "bold", "typed_heading"):
            words, number = plain(block.text), block.number
            if block.code == "heading":
                if settings.get(f"heading{block.level}", {}).get("caps"):
                    words = words.upper()
                link = settings.get("heading_list", "")
                if link and not block.bare and block.level <= settings["heading_levels"]:
                    number = self._count(link, block.level - 1)
            words = f"{number} {words}" if number else words
            if section := re.match(r"SECTION (\d+)", words):
                number = section[1]
            self._heading(block.level, number.rstrip("."), words)
        elif block.code == "kind":
            if block.name == "heading":
                self._heading(1, "", plain(block.text))
            elif block.text:
                caps = settings.get("looks", {}).get(block.look, {}).get("caps")
                self._piece(block.name, plain(block.text).upper() if caps else plain(block.text))
        elif block.code == "order":
            if block.name == "toc":
                self._piece("furniture", "(contents page)")
        else:
            self._body(block, following)

    def _heading(self, level: int, number: str, words: str) -> None:
        self.leads = []
        self.path = [p for p in self.path if p[0] < level]
        self._piece("heading", words, number)
        self.path.append((level, number, words))

    def _row(self, block: Block) -> None:
        words = plain(block.text)
        number = self.path[-1][1] if self.path else ""
        if block.name != "clause":
            self._piece(block.name, words)
        elif block.code == "header":
            self._piece("lead_in", words, number)
            self.columns = words
        else:
            self._piece("clause", words, number, self.columns)

    def _body(self, block: Block, following: Block | None) -> None:
        look, own = self._label(block)
        lead: _Lead | None = None
        if look is None:
            self.leads = []
        else:
            while self.leads and self.leads[-1].items not in (None, look):
                self.leads.pop()
            if self.leads:
                lead = self.leads[-1]
                lead.items = look
        above = lead.number if lead else self.path[-1][1] if self.path else ""
        if look is None or look[0] in ("bullet", "words"):
            number = above
        elif look[0] == "number":
            number = own
        else:
            number = f"{above}({own})"
        said = lead.text if lead else ""
        text = f"{own} {block.text}" if look and look[0] == "words" else block.text
        parts = [part.strip() for part in text.split("¦")]
        opens = plain(parts[-1]).endswith(":") and self._is_item(following)
        if opens and len(parts) > 2 and look is not None:
            parts = [" ".join(parts[:-1]), parts[-1]]
        elif not opens and look is not None:
            parts = [" ".join(parts)]
        for position, part in enumerate(parts):
            last = opens and position == len(parts) - 1
            kind = "lead_in" if last else "clause"
            self._piece(kind, plain(part), number, said)
            for note in re.findall(r"\^\[([^\]]*)\]", part):
                self.notes.append(self._made("clause", plain(note), number, ""))
        if opens or (look and look[0] == "number" and following and self._hangs(following)):
            self.leads.append(_Lead(plain(parts[-1]), number))

    def _is_item(self, block: Block | None) -> bool:
        return block is not None and block.code in ("bullet", "list", "typed")

    def _hangs(self, block: Block) -> bool:
        """Bullets or letters below a numbered rule without a colon hang on the whole of it."""
        if not self._is_item(block):
            return False
        before = {name: list(counts) for name, counts in self.counts.items()}
        look, _ = self._label(block)
        self.counts = before
        return look is not None and look[0] != "number"

    def _label(self, block: Block) -> tuple[tuple[str, int] | None, str]:
        """What kind of item it is, at which depth, and its label without brackets and stops."""
        if block.code == "bullet":
            return ("bullet", block.level), ""
        if block.code == "typed":
            label = block.number.strip("().")
            if re.fullmatch(r"[\d.]+", label):
                return ("number", label.count(".")), label
            return (("letter" if label.isalpha() else "bullet"), block.level), label
        if block.code != "list":
            return None, ""
        if block.restart:
            self.counts[block.name] = [0] * 9
        label = self._count(block.name, block.level).strip("().")
        if " " in label:  # "Step 1:" is read as words, not cited as a number
            return ("words", block.level), label
        form = self.source.settings["lists"][block.name][block.level].split()[0]
        look = {"decimal": "number", "lowerRoman": "roman"}.get(form, "letter")
        return (look, block.level), label

    def _count(self, name: str, level: int) -> str:
        """Count one on in a list, as Word does, and show the label."""
        counts = self.counts.setdefault(name, [0] * 9)
        counts[level] += 1
        counts[level + 1 :] = [0] * (8 - level)
        form, mark = self.source.settings["lists"][name][level].split(" ", 1)
        for n, count in enumerate(counts):
            shown = str(count or 1)  # a level that was skipped counts as begun
            if n == level and form == "lowerLetter":
                shown = chr(ord("a") + count - 1)
            elif n == level and form == "lowerRoman":
                shown = _ROMAN[count - 1]
            mark = mark.replace(f"%{n + 1}", shown)
        return mark

    def _piece(self, kind: str, words: str, number: str = "", lead: str = "") -> None:
        self.pieces.append(self._made(kind, words, number, lead))

    def _made(self, kind: str, words: str, number: str, lead: str) -> dict[str, Any]:
        inside = kind in ("clause", "lead_in", "heading")
        heading = [text for _, _, text in self.path] if inside else []
        piece = {"kind": kind, "number": number, "heading": heading, "lead_in": lead}
        return {key: value for key, value in piece.items() if value} | {"text": words}


def toml(name: str, pieces: list[dict[str, Any]]) -> str:
    """The list in the form of tests/ingest/clauses."""
    rows = [f"# {name}.docx and {name}.pdf, every word in order; footnotes last."]
    for piece in pieces:
        rows.append("\n[[piece]]")
        rows += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in piece.items()]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    for name in LISTED:
        found = Lister(read(HERE / "content" / f"{name}.txt")).write()
        (HERE / "clauses" / f"{name}.toml").write_text(toml(name, found), "utf-8")
        print(f"{name}: {len(found)} pieces")
