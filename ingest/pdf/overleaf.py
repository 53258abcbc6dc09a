"""Tables that go on after a page break."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.pdf.layout import Entry


def join_tables(pages: Sequence[Sequence[Entry]]) -> list[list[Entry]]:
    """A table that goes on overleaf keeps its number; its repeated header is furniture."""
    result: list[list[Entry]] = []
    heads: dict[int, str] = {}
    last: Entry | None = None
    for page in pages:
        body = list(page)
        if last is not None and body and _goes_on(last, body[0]):
            old, new = body[0].table, last.table
            fresh = True  # no row of this page yet, but repeated headers
            place = 0
            while place < len(body) and body[place].table == old:
                entry = body[place]
                if fresh and entry.text == heads.get(new):
                    body[place] = replace(entry, table=new, role="furniture")
                    place += 1
                    continue
                cut = fresh and _is_cut(entry.text)
                body[place] = replace(entry, table=new, role="row", goes_on=cut)
                if cut:
                    # What is left of a row follows it; the repeated header would interrupt.
                    body.insert(0, body.pop(place))
                fresh = False
                place += 1
        for entry in body:
            if entry.role == "header" and entry.table not in heads:
                heads[entry.table] = entry.text
        last = body[-1] if body else last
        result.append(body)
    return result


def _goes_on(last: Entry, entry: Entry) -> bool:
    same = abs(last.left - entry.left) <= 4 and abs(last.right - entry.right) <= 4
    return min(last.table, entry.table) >= 0 and last.page == entry.page - 1 and same


def _is_cut(text: str) -> bool:
    """The lower part of a row that a page break cut: it names nothing, or goes on in mid-word."""
    first = text.split("\t")[0]
    return not first or bool(re.match(r"[a-z]", first))
