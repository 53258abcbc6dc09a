"""What a file is where it is plainly no policy: minutes, a letter, a newsletter."""

from __future__ import annotations

import re

_HEAD = 1500  # characters within which such a file shows itself
_LETTER = 12_000  # characters; what is longer is a policy with a model letter in it
_MINUTES = re.compile(r"\bminutes\b", re.I)
_ATTENDED = re.compile(r"^\W*(?:present|apologies|in attendance|attendees)\b", re.I | re.M)
_DEAR = re.compile(r"^\W*dear [A-Z\[<(]\w", re.I | re.M)
_YOURS = re.compile(
    r"^\W*(?:yours (?:sincerely|faithfully|truly)|(?:kind|best|warm) (?:regards|wishes))\b",
    re.I | re.M,
)
_NEWSLETTER = re.compile(r"^[^\n]{0,60}\bnews ?letter\b[^\n.]{0,60}$", re.I | re.M)


def seems(text: str) -> str:
    """ "minutes of a meeting", "a letter" or "a newsletter"; "" for all that may be a policy."""
    head = text[:_HEAD]
    if _MINUTES.search(head[:300]) and _ATTENDED.search(head):
        return "minutes of a meeting"
    if len(text) <= _LETTER and _DEAR.search(head) and _YOURS.search(text):
        return "a letter"
    return "a newsletter" if _NEWSLETTER.search(head[:300]) else ""
