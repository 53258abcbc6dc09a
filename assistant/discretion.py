"""Questions that are counted and never kept: in a small school they give away who asked.

Whoever asks about an allegation, a child at risk, a grievance or a crisis must be able to, unseen;
so in doubt a question is counted only. The patterns find all 64 delicate questions of
`tests/assistant/delicate.toml` and none of its 65 others; of the gold questions all 12 about a
child in danger (8 at first sight) and 26 of the other 448. Of questions on policies about
allegations, grievances and child protection, half or more name nothing of the kind ("how long do
you keep the file"): where the answer came from such a policy tells, and so does what was asked
before.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from assistant.answer import Answer
from assistant.compose import SAFEGUARDING
from assistant.triage import clean, sounds_dangerous

_SOMEBODY = (
    r"(?:(?:a|an|the|my|our|another|one of (?:the|our|my)) )?(?:\w+ )?"
    r"(?:member of staff|colleague|teachers?|heads?|headteacher|deputy|tas?|boss|manager|governor"
    r"|caretaker|bursar|secretary|volunteer|coach|staff|parents?|mum|dad|pupil|child|kid|lad|girl"
    r"|boy|him|her|them|me|someone|somebody|mrs?|ms|miss)\b"
)


def counted_only(*texts: str) -> bool:
    """True when a question, one before it, or its topic is nobody's business but the asker's."""
    return any(_is_delicate(clean(text)) for text in texts)


def answered_with_care(answer: Answer) -> bool:
    """True when the answer was about danger, or came, or nearly came, from a policy on that."""
    said = [answer.answer, *(part.answer for part in answer.parts)]
    titles = [*(quote.policy for quote in answer.quotes[:1]), answer.closest]
    _, about = _patterns()
    return any(SAFEGUARDING in text for text in said) or any(map(about.search, titles))


def _is_delicate(text: str) -> bool:
    words, _ = _patterns()
    bare = re.sub("['’‘]", "", text)
    return words.search(bare) is not None or sounds_dangerous(text)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What delicate questions hold, and what the titles of delicate policies do."""
    file = Path(__file__).with_suffix(".toml")
    lists: dict[str, list[str]] = tomllib.loads(file.read_text("utf-8"))
    titles = lists.pop("titles")
    words = [pattern.replace("SOMEBODY", _SOMEBODY) for some in lists.values() for pattern in some]
    return re.compile("|".join(words), re.I), re.compile("|".join(titles), re.I)
