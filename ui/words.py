"""What an answer says, before it takes a form: words, citations, what stands together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.answer import Answer, Part, Quote
from ingest.documents import flow

# A word and a symbol, so that colour never carries the meaning alone.
VERDICTS = {
    "permitted": ("✓", "Permitted"),
    "not_permitted": ("✕", "Not permitted"),
    "conditional": ("◐", "Only under conditions"),
    "required": ("!", "Required"),
    "advised": ("+", "Advised"),
    "advised_against": ("−", "Advised against"),
    "informational": ("§", "What the policy says"),
    "not_covered": ("?", "Not covered"),
}
UNANSWERED = {
    "not_covered": ("?", "Not covered"),
    "declined": ("–", "Not a question for the policies"),
    "clarify": ("?", "Please say which"),
    "failed": ("!", "No answer"),
}
KINDS = {
    "exception": "Exception",
    "condition": "Condition",
    "definition": "What a word means",
    "procedure": "What to do",
    "register": "About the policy itself",
    "related": "Related, but not the rule",
}
STATUSES = {
    "superseded": "Superseded: no longer in force",
    "draft": "Draft: not in force",
}
ORIGINS = {
    "guidance": "Guidance from an authority, not the school’s own policy",
    "union": "Union guidance, not school policy",
    "template": "Part of a template, not filled in by the school",
}
FLAGS = {
    "ocr": "Read from a scan: check the original",
    "stale": "The file could not be read lately: this is its last readable text",
}

# What a terminal would obey, what turns the direction of text, and what UTF-8 cannot hold.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Text that no terminal obeys and every encoding holds; what is left out shows as �."""
    return _UNSAFE.sub("\ufffd", text)


def verdict(status: str, given: str) -> tuple[str, str]:
    """Symbol and words for a verdict, or for why there is none."""
    return UNANSWERED.get(status) or VERDICTS[given]


def top_verdict(answer: Answer) -> tuple[str, str]:
    """The same for a whole answer, whose parts may disagree."""
    if answer.status == "answered" and len({part.verdict for part in answer.parts}) > 1:
        return "◐", "It differs: see each below"
    return verdict(answer.status, answer.verdict)


def citation(group: Sequence[Quote]) -> list[str]:
    """Where quotes stand, most telling first: policy, school, clauses, headings, page, warnings."""
    quote = group[0]
    numbers = list(dict.fromkeys(q.clause for q in group if q.clause))
    clauses = f"clause{'s'[: len(numbers) != 1]} {', '.join(numbers)}" if numbers else ""
    path = [flow(part) for part in quote.heading]
    path = [part for part in path if part.casefold() != flow(quote.policy).casefold()]
    page = f"page {quote.page}" if quote.page is not None else ""
    return [
        part
        for part in (flow(quote.policy), flow(quote.school), clauses, " › ".join(path), page)
        if part
    ]


def labels(quote: Quote) -> list[str]:
    """What a reader must know before taking a quote for the school's rule."""
    known = (STATUSES.get(quote.status), ORIGINS.get(quote.origin), *map(FLAGS.get, quote.flags))
    return [label for label in known if label]


def shares(answer: Answer) -> Iterator[tuple[Part | None, list[Quote]]]:
    """The quotes of each part, then those that belong to no part."""
    used: set[int] = set()
    for part in answer.parts:
        indexes = [i for i in part.quotes if 0 <= i < len(answer.quotes)]
        used.update(indexes)
        yield part, [answer.quotes[i] for i in indexes]
    rest = [quote for i, quote in enumerate(answer.quotes) if i not in used]
    if rest:
        yield None, rest


def title(answer: Answer, part: Part) -> str:
    """What a part is about: its question, its school, or both."""
    several = len({one.school for one in answer.parts}) > 1
    return " – ".join(
        filter(None, (part.question, part.school if several or not part.question else ""))
    )


def groups(quotes: Sequence[Quote]) -> list[list[Quote]]:
    """Neighbouring bullets of one list stand together under the lead-in they share."""
    lists = [[quote] for quote in quotes[:1]]
    for before, quote in pairwise(quotes):
        if quote.lead_in and _list_of(before) == _list_of(quote):
            lists[-1].append(quote)
        else:
            lists.append([quote])
    return lists


def _list_of(quote: Quote) -> tuple[object, ...]:
    place = (quote.text_sha256, quote.source, quote.lead_in_start, quote.led, quote.heading)
    return (*place, quote.kind, quote.page, quote.status, quote.origin, quote.flags)
