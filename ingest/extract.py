"""What a reader hands on: a document's text, and what its format knew beyond the words.

The text is kept for ever and quotes are spans of it, so readers agree on how it is written (text
files excepted, whose text is the decoded file unchanged):

- one line a printed line (PDF) or a paragraph (formats without lines); a paragraph's further lines
  follow it directly, and nothing else stands between them: running heads, page numbers and
  footnotes that would interrupt a paragraph come after it;
- "\\f" begins every page but the first, where the format has pages, and appears nowhere else;
- numbers and bullets stand in the text as people see them, also those that a word processor
  counts by itself: "2.1 Staff must …", "(a) …", "• …";
- a table row is one line, its cells parted by tabs, white space inside a cell closed; elsewhere
  there are no tabs;
- a hyphen that only breaks a word at a line's end is written as a soft hyphen (U+00AD), which
  `flow` removes; ligatures are spelt out; invisible and bidirectional characters are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Role = Literal[
    "",
    "title",  # the document's name on its cover
    "furniture",  # running heads and feet, page numbers, watermarks
    "contents",  # a line of a table of contents
    "caption",  # of the table that follows
    "header",  # a table's row of column names
    "row",
    "footnote",
    "comment",  # text that is no part of the policy: hidden, deleted, a reviewer's note
]


@dataclass(frozen=True)
class Mark:
    """What the format says of the line of text that begins at `start`; where silent, words decide.

    `anchor` is the offset, in the text, of what a footnote belongs to: the end of the word that
    carries its number.
    """

    start: int
    begins: bool | None = None  # True: a paragraph or item begins here; False: it goes on
    heading: int | None = None  # level from 1, outermost; 0: surely no heading
    role: Role = ""
    indent: int | None = None  # depth of a list item from 1; 0: in no list
    anchor: int | None = None


@dataclass(frozen=True)
class Extract:
    """A document's text with its marks, at most one a line and in order.

    `properties` are what the file says of itself (title, author, created, modified: ISO dates) and
    are no part of the text. `warnings` are sentences for whoever ingests the file.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    pages: int | None = None
    ocr: tuple[int, ...] = ()  # pages, from 1, that were read off an image
    warnings: tuple[str, ...] = ()
