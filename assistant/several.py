"""Several questions in one: "can i …, and also who do i tell?"."""

from __future__ import annotations

import re
from collections.abc import Callable

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
_SOMEBODY = (
    r"(?:i|we|he|she|they|it|you|there|this|that|the|a|an|my|our|your|his|her|their|some(?:one|body)"
    r"|any(?:one|body)|staff|parents?|pupils?|kids?|children|visitors?|volunteers?|helpers?)\b"
)
_AND = r"(?:and|but|plus|n|&)"
_ALSO = re.compile(rf"[,;.\s]+{_AND}\s+also,?\s+|[,;.]\s+also,?\s+", re.I)
_BREAKS = re.compile(
    rf"\?+[\s,]*(?:and\s+|also\s+|plus\s+)*(?={_OPENS})"
    rf"|[,;.\s]+{_AND}\s+also,?\s+(?={_OPENS})|[,;.]\s+also,?\s+(?={_OPENS})"
    rf"|(?:,|,?\s+{_AND})\s+(?={_OPENS_ANOTHER} ?(?:do|should|must|can|is|are|does|will|i|we)?\b)"
    rf"|,?\s+{_AND}\s+(?=(?:can|may|do|does|must|should|shall|is|are|will) {_SOMEBODY}"
    r"|what (?:if|about|is|are)\b|is there\b)",
    re.I,
)


def apart(question: str) -> tuple[str, ...]:
    """The questions of a message, in order; one where it asks but once.

    Each must ask, and the first must name its subject: a second may lean on it.
    """
    return _split(_BREAKS, question, _asks, 3) or _split(_ALSO, question, bool, 2) or (question,)


def _asks(part: str) -> bool:
    return asks(part) or re.match(_OPENS, part, re.I) is not None


def _split(
    breaks: re.Pattern[str], question: str, whole: Callable[[str], bool], words: int
) -> tuple[str, ...]:
    """The parts where each is a question of so many words; "… n also post pics" asks with less."""
    parts = [p.strip(" ,;") for p in breaks.split(question) if p.strip(" ,;?")]
    if len(parts) < 2 or not all(map(whole, parts)) or not concepts(parts[0]):
        return ()
    if not all(len(part.split()) >= words and concepts(part) for part in parts[1:]):
        return ()
    if len(parts[0].split()) < words:
        return ()
    rest = " ".join(parts[MOST - 1 :])
    return tuple(filter(None, (*parts[: MOST - 1], rest)))
