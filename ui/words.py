"""What an answer says, before it takes a form: words, citations, what stands together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from assistant import compose
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
UNSURE = "Not sure"  # stands before the verdict of an answer that may rest on another rule
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
TIED = {"exception": "Exception to the rule above", "condition": "Condition of the rule above"}
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


def verdict(status: str, given: str, said: str = "") -> tuple[str, str]:
    """Symbol and words for a verdict, or for why there is none; `said` is what stands below."""
    symbol, words = UNANSWERED.get(status) or VERDICTS[given]
    return ("?", f"{UNSURE}: {words.lower()}") if is_unsure(given, said) else (symbol, words)


def is_unsure(given: str, said: str) -> bool:
    """True of a verdict that claims something, where the answer says that it may be mistaken."""
    return compose.UNSURE in said and given not in ("informational", "not_covered")


def top_verdict(answer: Answer) -> tuple[str, str]:
    """The same for a whole answer, whose parts may disagree."""
    if answer.status == "answered" and len({part.verdict for part in answer.parts}) > 1:
        return "◐", "It differs: see each below"
    return verdict(answer.status, answer.verdict, answer.answer)


def tone(answer: Answer | Part) -> str:
    """Which colour goes with it."""
    if isinstance(answer, Answer) and answer.status != "answered":
        return answer.status
    return "unsure" if is_unsure(answer.verdict, answer.answer) else answer.verdict


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
        used.update(part.quotes)
        yield part, quotes_of(part, answer.quotes)
    rest = [quote for i, quote in enumerate(answer.quotes) if i not in used]
    if rest:
        yield None, rest


def quotes_of(part: Part, quotes: Sequence[Quote]) -> list[Quote]:
    return [quotes[i] for i in part.quotes if 0 <= i < len(quotes)]


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


def families(quotes: Sequence[Quote]) -> list[list[list[Quote]]]:
    """Each rule as a group of bullets, with the exception or condition that follows it.

    An exception that follows no rule of its own heading stands alone: whose it is we cannot say.
    """
    made: list[list[list[Quote]]] = []
    for group in groups(quotes):
        quote = group[0]
        rule = made[-1][0][-1] if made else None
        if rule and quote.kind in TIED and rule.kind in _BINDS and _under(rule) == _under(quote):
            made[-1].append(group)
        else:
            made.append([group])
    return made


_BINDS = ("rule", "procedure")


def _under(quote: Quote) -> tuple[object, ...]:
    return (quote.text_sha256, quote.source, quote.heading, quote.status)


Versions = tuple[Quote | None, Quote | None]  # a clause before and now


def versions(quotes: Sequence[Quote]) -> list[Versions]:
    """Each clause as it was and as it is, where what changed was asked; else nothing.

    The newer stands before the older; a clause that only one version has stands alone.
    """
    clauses = [quote for quote in quotes if quote.kind != "register"]
    if len(clauses) < len(quotes) or all(quote.status != "superseded" for quote in clauses):
        return []
    made: list[Versions] = []
    for quote in clauses:
        now = made[-1][1] if made and made[-1][0] is None else None
        if quote.status != "superseded":
            made.append((None, quote))
        elif now is not None and now.school == quote.school and _alike(now, quote):
            made[-1] = (quote, now)
        else:
            made.append((quote, None))
    return made


def reading(quote: Quote) -> str:
    """A quote with the lead-ins that give it its meaning, as one line."""
    return flow(f"{quote.led} {quote.text}")


def same_words(one: Quote, other: Quote) -> bool:
    return _said(one) == _said(other)


def _alike(one: Quote, other: Quote) -> bool:
    return SequenceMatcher(None, _said(one), _said(other), autojunk=False).ratio() >= 0.5


def _said(quote: Quote) -> list[str]:
    return re.findall(r"[^\W_]+", re.sub("['’]", "", reading(quote).lower()))


def asks(answer: Answer) -> dict[str, str]:
    """Whom to ask at each school of a comparison; nothing where that is not said school by school.

    The answer says it in one line, "School: whom; School: whom".
    """
    names = list(dict.fromkeys(part.school for part in answer.parts))
    places = [answer.ask.find(f"{name}: ") for name in names]
    if len(names) < 2 or -1 in places or places != sorted(places):
        return {}
    found = {
        name: answer.ask[start + len(name) + 2 : end].removesuffix("; ")
        for name, start, end in zip(names, places, [*places[1:], len(answer.ask)], strict=True)
    }
    again = "; ".join(f"{name}: {whom}" for name, whom in found.items())
    return found if again == answer.ask else {}


def _list_of(quote: Quote) -> tuple[object, ...]:
    place = (quote.text_sha256, quote.source, quote.lead_in_start, quote.led, quote.heading)
    return (*place, quote.kind, quote.page, quote.status, quote.origin, quote.flags)
