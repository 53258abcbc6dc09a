"""What stands before a policy's first rule: its name, and what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.clauses.furniture import cells, is_cover_line
from ingest.clauses.opening import Block
from ingest.documents import flow
from ingest.policy.statements import read_statements

_LONGEST = 30  # blocks
_SENTENCE = re.compile(r"[.?!:;][\"”’')\]*_]*$")
_BINDS = re.compile(r"\b(?:must|should|may|can|cannot|shall|not)\b", re.I)
_LABELLED = re.compile(
    r"(?!.*\b(?:must|should|may|will|can|shall|not)\b)[A-Z][\w’' /&()-]{2,40}:\s+\S"
)


def promote_title(text: str, blocks: Sequence[Block]) -> list[Block]:
    """The one heading of the highest level, where it opens a formatted document, as its title.

    Word users take "Heading 1" for the policy's name as often as "Title"; neither is a section.
    """
    headings = [b for b in blocks if b.kind == "heading" and b.level]
    first = next((b for b in blocks if b.kind != "aside" and not is_cover(text, b)), None)
    if len(headings) < 3 or first is not headings[0] or first.number or first.mark.heading is None:
        return list(blocks)
    if any(b.level <= first.level for b in headings[1:]):
        return list(blocks)
    title = replace(first, kind="aside", mark=replace(first.mark, role="title"))
    return [title if b is first else b for b in blocks]


def end_of_front(text: str, blocks: Sequence[Block]) -> int:
    """Index of the block after the front: up to its last line of dates or approval.

    Where the format tells headings from other lines, the names and labels that follow belong to it,
    too.
    """
    end = 0
    for position, block in enumerate(blocks[:_LONGEST]):
        if is_cover(text, block):
            end = position + 1
        elif block.kind != "aside" and (
            len(_words(text, block).split()) > 25 or block.kind in ("number", "bullet")
        ):
            break
    if end or (blocks and blocks[0].mark.role == "title"):
        for block in blocks[end:_LONGEST]:
            if block.kind != "aside" and not _is_front_line(text, block):
                break
            end += 1
    return end


def _is_front_line(text: str, block: Block) -> bool:
    """A name or a label, and by the word of its format no heading."""
    words = _words(text, block)
    if block.kind not in ("prose", "row") or block.mark.heading != 0 or len(words.split()) > 20:
        return False
    return _LABELLED.match(words) is not None or not _SENTENCE.search(words)


def is_cover(text: str, block: Block) -> bool:
    """A line of the register, or several of them that stand in one paragraph."""
    words = _words(text, block)
    if is_cover_line(cells(words) if block.kind in ("row", "header") else words):
        return True
    if block.kind not in ("prose", "heading") or len(words.split()) > 60 or _BINDS.search(words):
        return False
    return len({statement.name for statement in read_statements(text, block.span)}) >= 2


def _words(text: str, block: Block) -> str:
    return flow(block.span.of(text))
