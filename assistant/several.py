"""Several questions in one: "can i …, and also who do i tell?"."""

from __future__ import annotations

import re

from assistant.asking import asks
from assistant.wording import concepts

MOST = 3  # questions answered of one message; the last keeps the rest

_OPENS = (
    r"(?:who|whom|whose|what|when|where|which|how|can|may|do|does|should|shall|must|is|are|am"
    r"|will)\b"
)
_OPENS_ANOTHER = (
    r"(?:who|whom|when|where|how (?:long|many|much|often|soon|do|should)"
    r"|what (?:do|should|happens|else))\b"
)
_BREAKS = re.compile(
    rf"\?+[\s,]*(?:and\s+|also\s+|plus\s+)*(?={_OPENS})"
    rf"|[,;.\s]+(?:and|but|plus)\s+also,?\s+(?={_OPENS})|[,;.]\s+also,?\s+(?={_OPENS})"
    rf"|,?\s+and\s+(?={_OPENS_ANOTHER} ?(?:do|should|must|can|is|are|does|will|i|we)?\b)",
    re.I,
)


def apart(question: str) -> tuple[str, ...]:
    """The questions of a message, in order; one where it asks but once.

    Each must ask, and the first must name its subject: a second may lean on it.
    """
    parts = [p.strip(" ,;") for p in _BREAKS.split(question) if p.strip(" ,;?")]
    if len(parts) < 2 or not all(asks(part) for part in parts) or not concepts(parts[0]):
        return (question,)
    if not all(len(part.split()) >= 3 for part in parts):
        return (question,)
    rest = " ".join(parts[MOST - 1 :])
    return tuple(filter(None, (*parts[: MOST - 1], rest)))
