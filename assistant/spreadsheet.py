"""Rows as a CSV file that a spreadsheet only shows: nothing in it is taken for a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

# What Excel, LibreOffice or Google Sheets begin a formula or a command with; full-width too.
_FORMULA = ("=", "+", "-", "@", "|", "%")


def cell(value: object) -> str:
    """A value as the text of a cell; an apostrophe before whatever would be a formula."""
    text = "" if value is None else str(value)
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    begins = unicodedata.normalize("NFKC", text).lstrip()
    # A tab or a line end at the start is skipped by some and hides what follows.
    hidden = text[:1] in ("\t", "\r", "\n")
    return f"'{text}" if begins.startswith(_FORMULA) or hidden else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV file as text, every cell in quotation marks; write it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([cell(name) for name in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
