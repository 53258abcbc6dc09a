"""Markdown: the decoded file unchanged, with marks for what its look alone does not tell.

Headings, lists and tables between pipes are told by their look wherever they stand, in plain text
too; marked are front matter, comments, code fences, and tables without outer pipes.
"""

from __future__ import annotations

import re

from ingest.clean import clean
from ingest.extract import Extract, Mark, Role
from ingest.policy.dates import period
from ingest.readers.text import decode

_LONGEST_FRONT = 100  # lines
_FRONT = re.compile(r"[\w-]+(?: [\w-]+)?:(?:\s|$)|\s+\S|- |#|$")
_FIELD = re.compile(r"(?P<name>[\w -]+):\s+(?P<value>\S.*)")
# Without one of these, a few lines between two rules may just as well be text.
_KNOWN = re.compile(r"(?:title|author|date|layout|tags|description|slug|permalink)\s*:", re.I)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[^`]*$")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$")
_NAMES = {
    "title": "title",
    "author": "author",
    "date": "modified",
    "modified": "modified",
    "updated": "modified",
    "last updated": "modified",
    "lastmod": "modified",
    "created": "created",
}


def read_markdown(data: bytes) -> Extract:
    """The file as it is, decoded; front matter's title, author and dates as properties."""
    text = decode(data)
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    front = _front_matter(lines)
    roles: dict[int, Role] = dict.fromkeys(range(front), "comment")
    roles.update(_comments(lines, front))
    roles.update(_tables(lines, roles))
    marks = tuple(
        Mark(starts[at], begins=True, role=roles[at]) for at in sorted(roles) if lines[at].strip()
    )
    return Extract(text, marks, _properties(lines[1:front]))


def _front_matter(lines: list[str]) -> int:
    """How many lines at the top are fields for a program: "---", "title: …", "---"."""
    if lines[0].removeprefix("\ufeff").rstrip() != "---":
        return 0
    for position, line in enumerate(lines[1:_LONGEST_FRONT], 1):
        if line.rstrip() in ("---", "..."):
            return position + 1 if any(map(_KNOWN.match, lines[1:position])) else 0
        if not _FRONT.match(line.rstrip()):
            return 0
    return 0


def _properties(front: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in front:
        field = _FIELD.fullmatch(line.rstrip())
        name = _NAMES.get(re.sub(r"[ _-]+", " ", field["name"]).strip().lower()) if field else None
        if field is None or name is None:
            continue
        value = clean(field["value"], keep="").strip().strip("\"'")
        if name in ("created", "modified"):
            days = period(value)
            value = days[0].isoformat() if days and days[0] == days[1] else ""
        if value:
            found.setdefault(name, value)
    return found


def _comments(lines: list[str], first: int) -> dict[int, Role]:
    """Lines that hold nothing but a comment or a code fence."""
    found: dict[int, Role] = {}
    inside = False
    last = max((at for at, line in enumerate(lines) if "-->" in line), default=-1)
    for position in range(first, len(lines)):
        line = lines[position]
        if not inside and line.lstrip(" \ufeff").startswith("<!--"):
            # Text after a comment's end keeps its line; only whole lines can be marked.
            closes = line.find("-->")
            inside = closes < 0 and position < last
            if inside or (closes >= 0 and not line[closes + 3 :].strip()):
                found[position] = "comment"
        elif inside:
            _, closed, after = line.partition("-->")
            inside = not closed
            if not after.strip():
                found[position] = "comment"
        elif _FENCE.match(line):
            found[position] = "comment"
    return found


def _tables(lines: list[str], marked: dict[int, Role]) -> dict[int, Role]:
    """Rows of tables, told by the line of dashes below their head."""
    found: dict[int, Role] = {}
    position = 1
    while position < len(lines):
        head = lines[position - 1]
        if "|" not in head or position in marked or not _RULE.match(lines[position]):
            position += 1
            continue
        found[position - 1] = "header"
        found[position] = ""
        position += 1
        while position < len(lines) and "|" in lines[position] and position not in marked:
            found[position] = "row"
            position += 1
    return found
