"""The plain markup in which the fixtures are written, read into blocks.

A file begins with settings in TOML between two lines "+++"; then one paragraph a line:

    = Heading              a heading by style, deeper with more signs; "=*" goes without a number
    B1 Heading             a heading by its looks alone, of the depth given
    main0 Text             item of the list "main" at level 0; "main0!" starts counting again
    - Text                 bullet, deeper with more signs
    t1 3.1→Text            a number or bullet typed by hand, outermost level 1; → is a tab
    h1 3.→Text             the same, for a heading
    | cell | cell          table row; "|!" column names; "|% 30 70 kind" widths and kind of rows
    {kind:look} Text       anything else than a rule: cover, title, signature, furniture …
    @word argument         page, blank, cols, toc, box, crest
    Text                   a paragraph

Within text: **bold**, __underlined__, //slanted//, ^[a footnote], and ¦ where, by hand, one clause
of the clause list ends and the next begins (it is not printed).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_CODE = re.compile(
    r"(?P<heading>=+)(?P<bare>\*?) (?P<a>.+)"
    r"|(?P<bold>B\d) (?P<b>.+)"
    r"|(?P<bullet>-{1,3}) (?P<c>.+)"
    r"|(?P<typed>[th]\d) (?P<number>[^→\s]+)(?P<gap>→+|\s+)(?P<d>.+)"
    r"|\{(?P<kind>\w+)(?::(?P<look>\w+))?\} ?(?P<e>.*)"
    r"|@(?P<word>\w+) ?(?P<f>.*)"
)


@dataclass(frozen=True)
class Block:
    """A paragraph, a table row or an order to the writer."""

    code: str  # heading, bold, bullet, list, typed, typed_heading, kind, order, row, header, text
    text: str
    level: int = 0
    name: str = ""  # of the list, kind or order
    look: str = ""
    number: str = ""  # typed by hand
    gap: str = ""
    restart: bool = False
    bare: bool = False  # a heading that is left out of the numbering
    cells: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Source:
    settings: dict[str, Any]
    blocks: tuple[Block, ...] = field(default=())


def read(path: Path) -> Source:
    """The settings and blocks of one file."""
    _, head, body = path.read_text("utf-8").split("+++\n", 2)
    settings = tomllib.loads(head)
    blocks: list[Block] = []
    widths: tuple[int, ...] = ()
    kind = "clause"
    in_table = False
    for line in body.splitlines():
        if line.startswith("|%"):
            widths = tuple(int(w) for w in line[2:].split() if w.isdigit())
            kind = next((w for w in line[2:].split() if not w.isdigit()), "clause")
            blocks.append(Block("table", "", widths=widths, name=kind))
            in_table = True
        elif line.startswith("|"):
            if not in_table:
                raise ValueError(f"{path.name}: a table without |%: {line}")
            header = line.startswith("|!")
            cells = tuple(c.strip() for c in line[2 if header else 1 :].split("|"))
            code = "header" if header else "row"
            blocks.append(Block(code, " ".join(c for c in cells if c), name=kind, cells=cells))
        elif line.strip():
            in_table = False
            blocks.append(_paragraph(line, settings.get("lists", {})))
    return Source(settings, tuple(blocks))


def _paragraph(line: str, lists: dict[str, Any]) -> Block:
    for name in lists:
        if m := re.match(rf"{name}(\d)(!?) (.+)", line):
            return Block("list", m[3], int(m[1]), name, restart=bool(m[2]))
    m = _CODE.fullmatch(line)
    if m is None:
        return Block("text", line)
    if m["heading"]:
        return Block("heading", m["a"], len(m["heading"]), bare=bool(m["bare"]))
    if m["bold"]:
        return Block("bold", m["b"], int(m["bold"][1]), look=m["bold"])
    if m["bullet"]:
        return Block("bullet", m["c"], len(m["bullet"]))
    if m["typed"]:
        code = "typed" if m["typed"][0] == "t" else "typed_heading"
        level = int(m["typed"][1])
        return Block(code, m["d"], level, number=m["number"], gap=m["gap"], look=m["typed"])
    if m["kind"]:
        return Block("kind", m["e"], name=m["kind"], look=m["look"] or "")
    return Block("order", m["f"], name=m["word"])


def plain(text: str) -> str:
    """The words without marks of style, notes and clause borders."""
    text = re.sub(r"\^\[[^\]]*\]", "", text)
    text = re.sub(r"(?<!_)__([^_]+)__(?!_)", r"\1", text)
    text = re.sub(r"\*\*|(?<!:)//|¦", "", text)
    return " ".join(text.replace("→", " ").replace("¶", " ").split())
