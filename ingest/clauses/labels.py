"""Clause labels that only count as such because they count on: "7", "D7", "4A", "2(f)", "B(a)"."""

from __future__ import annotations

import re
from collections.abc import Iterable

# "18 October: the last day to pay" begins with no number of a clause.
A_DAY = (
    r"\d{1,2}(?:st|nd|rd|th)?[ \t]+(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?"
    r"|May(?= ?\d|:)|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b"
)
# A plain "2.4.1" or "3." needs no such proof and is recognised where it stands.
_LABEL = re.compile(
    rf"[ \t\f]*\*{{0,2}}(?!{A_DAY})(?:(?:Rule|Clause|Article|Regulation|Paragraph|Para)\.? )?"
    r"(?P<label>(?:[A-Z]\d{1,2}|\d{1,3}[A-Za-z]?|[A-Z](?=\())(?:\.\d{1,3}){0,6}"
    r"(?:\((?:[a-z]|[ivx]{2,4})\))?)"
    r"(?:[ \t]+[-–—][ \t]+(?=[\"“‘'(]?[A-Z])|[.):]?[ \t]+(?=[\"“‘'(]?[A-Z0-9a-z]))"
)
_PARTS = re.compile(r"\d+|[a-z]+|[A-Z]")


def find_label(line: str, offset: int = 0) -> re.Match[str] | None:
    """The label a line may begin with, as group "label"; the match ends where its text begins."""
    return _LABEL.match(line, offset)


def counting(labels: Iterable[str]) -> frozenset[str]:
    """Those of a document's possible labels that stand in a count.

    One counts in a run of three: "Y6 pupils …" alone is a year group, "D5", "D6" and "D7" are
    clauses.
    """
    seen = {_key(label): label for label in labels}

    def counts(key: tuple[str, ...]) -> bool:
        run = [(*key[:-1], part) in seen for part in _around(key[-1])]
        if any(all(run[i : i + 3]) for i in range(3)):
            return True
        # "17a" or "4A": a pair will do, or a single one, below a number that counts itself.
        if len(key) == 1 or not key[0].isdigit():
            return False
        return run[1] or run[3] or (key[:-1] in seen and counts(key[:-1]))

    return frozenset(label for key, label in seen.items() if counts(key))


def depth(label: str) -> int:
    """How deep a number stands: "7" 1, "2.4.1" 3, "B1" 2, "7.3(d)" 3."""
    return len(_key(label))


def _key(label: str) -> tuple[str, ...]:
    return tuple(_PARTS.findall(label))


def _around(part: str) -> list[str]:
    """A label's last part with the two before it and the two after it, in order."""
    if part.isdigit():
        return [str(int(part) + step) for step in range(-2, 3)]
    return [chr(ord(part[0]) + step) + part[1:] for step in range(-2, 3)]
