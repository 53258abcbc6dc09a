"""Questions about the policies themselves: when due, by whom approved, which there are, what changed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Quote
from assistant.verify import quote_fact
from ingest.documents import Fact, Policy
from ingest.index import Held, Index
from ingest.policy.dates import period
from ingest.policy.register import School

_DOCUMENT = r"(?:polic\w+|document|leaflet|guidance|guidelines|rules?|protocol|version|copy|one|it|this|that|these|they|thing|paperwork)"
_ASKS: dict[str, re.Pattern[str]] = {
    "list": re.compile(
        r"\b(?:which|what|how many) (?:other )?polic(?:y|ies) (?:do|have|are|is)\b(?!.{0,20}\bsays?\b)|\bwhich polic\w+ can i\b|\blist (?:of )?(?:the |our |all )*polic\w+"
    ),
    "overdue": re.compile(
        rf"\b(?:overdue|out of date|outdated|(?:still )?(?:in date|up to date|valid|current|in force)|expired|past its|lapsed"
        rf"|how old is {_DOCUMENT}|too old)\b"
    ),
    "review_due": re.compile(
        rf"\b(?:(?:due|up) (?:for (?:a )?)?(?:review|renewal|an? (?:update|refresh))|next review\w*|review date|when .{{0,30}}\b(?:reviewed|renewed|updated|looked at again|revisited)\b"
        rf"|(?:be |get )?(?:reviewed|looked at again|revisited|renewed)|needs? (?:reviewing|renewing|updating)|review (?:of )?(?:this|the|our) {_DOCUMENT})\b"
    ),
    "approved_by": re.compile(
        rf"\bwho\b.{{0,25}}\b(?:approved|adopted|agreed|ratified|sign(?:ed)? (?:(?:it|this|that|the \w+) )?off|passed|okayed|ok'?d|wrote|written|owns?)\b"
        rf"|\b(?:approved|adopted|ratified|signed off) by\b|\bwho(?:se|s)? (?:the author|wrote|own\w*|is responsible for) (?:the |this |our )?{_DOCUMENT}"
    ),
    "adopted": re.compile(
        rf"\b(?:when|what (?:date|year)|how long ago|since when)\b.{{0,40}}\b(?:approved|adopted|agreed|ratified|come in|came in|brought in|written|wrote|done|passed|issued|sign(?:ed)? (?:(?:it|this|that|the \w+) )?off|start\w*|dated|from)\b"
        rf"|\bhow old\b|\bwhat(?:'?s| is) the date (?:on|of)\b|\bdate of (?:the|this) {_DOCUMENT}|\bwhen (?:was|is) {_DOCUMENT}\b.{{0,10}}\bfrom\b"
    ),
    "version": re.compile(r"\b(?:what|which) version (?:is|are|number|of)\b|\bversion number\b"),
}
_ABOUT_DOCUMENT = re.compile(rf"\b{_DOCUMENT}\b")
_CHANGED = re.compile(
    r"\b(?:what(?:'?s| has| is)? (?:all )?(?:been )?(?:chang\w+|differen\w+(?! (?:between|at)\b)|new\b)|(?:has|have|did|anything|any) .{0,40}\bchang\w+|used to\b"
    r"|(?:old|older|previous|last|2020|earlier|superseded|original|former) (?:\w+ )?(?:policy|version|copy|one|rules?|protocol|document)"
    r"|(?:new|newer|current|latest) (?:policy|version|copy|one|rules?) .{0,30}\b(?:old|previous|from before)\b|since (?:the )?(?:20\d\d|last|old)"
    r"|back in 20\d\d|in 20\d\d|compared? (?:to|with) (?:the )?(?:old|20\d\d|last|previous)|still (?:the )?(?:same|hand|say)\w*)\b"
)
_WHICH_COPY = re.compile(
    r"\bwhich (?:one|copy|version|policy|of (?:the|these) (?:two|2))\b.{0,40}\b(?:follow|use|go by|go with|right|current|apply|applies|stick to|count\w*|valid|in force)\b"
    r"|\btwo (?:copies|versions|policies)\b|\b2 (?:copies|versions|policies)\b"
)

_OLD_COPY = re.compile(
    r"\b(?:old|older|previous|superseded|earlier|original|former|last|(?:autumn |spring |summer )?20\d\d) (?:\w+ )?(?:one|copy|version|policy|protocol|document)\b"
)

_INFERRED = "inferred:"
_DOUBTED = {
    "status": "whether it is in force",
    "adopted": "when it was adopted",
    "review_due": "when it is due for review",
}
# Words of titles that tell no policy from another.
_EVERYWHERE = frozenset(
    "policy policie procedure protocol statement guidance school academy the and for our use with"
    " including primary date review due when who last next new old version copy".split()
)
UNKNOWN = "The policy does not say."


@dataclass(frozen=True)
class FactAnswer:
    """Sentences from the register with the lines they come from; no sentences: nothing is known."""

    answer: str
    quotes: tuple[Quote, ...]
    wanted: str


def asks_fact(plain: str) -> str:
    """Which register fact a lower-case question wants; empty where it wants none."""
    for wanted, pattern in _ASKS.items():
        if pattern.search(plain) and (_ABOUT_DOCUMENT.search(plain) or wanted == "list"):
            return wanted
    return ""


def asks_change(plain: str) -> bool:
    """True when a question is about versions, so that superseded text may be shown."""
    return _CHANGED.search(plain) is not None


def asks_which_copy(plain: str) -> bool:
    return _WHICH_COPY.search(plain) is not None


def answer_fact(index: Index, school: School, plain: str, as_of: dt.date) -> FactAnswer:
    """What the register knows, said plainly, with the cover line quoted where there is one."""
    wanted = asks_fact(plain)
    held = [d for d in index.manifest.documents if d.policy.school == school.key]
    current = [d for d in held if d.policy.status != "superseded"]
    if _OLD_COPY.search(plain):
        current = [d for d in held if d.policy.status == "superseded"] or current
    if wanted == "list":
        titles = "; ".join(
            f"“{d.policy.title}”" + " (draft)" * (d.policy.status == "draft") for d in current
        )
        return FactAnswer(
            f"{school.name} has: {titles}.", _lines(index, current, ("title",)), wanted
        )
    sentences: list[str] = []
    quotes: list[Quote] = []
    for document in _named(current, plain):
        sentence, names = _sentence(document, wanted, as_of)
        if sentence:
            sentences.append(sentence)
            quotes += _lines(index, [document], names)
    return FactAnswer(" ".join(sentences), tuple(quotes), wanted)


def _named(documents: Sequence[Held], plain: str) -> list[Held]:
    """Those whose titles share most words with the question, all where none shares any."""
    asked = _words(plain)
    shared = [len(asked & _words(document.policy.title)) for document in documents]
    most = max(shared, default=0)
    return [d for d, count in zip(documents, shared, strict=True) if count == most]


def _words(text: str) -> set[str]:
    words = re.findall(r"[a-z]{3,}", text.lower())
    return {word.rstrip("s") for word in words} - _EVERYWHERE


def doubts(policy: Policy) -> list[str]:
    """What a reader must know of a policy's dates and standing: contradictions and inferences."""
    said: list[str] = []
    for name, called in _DOUBTED.items():
        fact = policy.facts.get(name)
        if fact is None:
            continue
        if fact.also:
            all_said = "; ".join(f"{_place(f.origin)}: {f.value}" for f in (fact, *fact.also))
            said.append(f"“{policy.title}” contradicts itself on {called} ({all_said}).")
        if name == "review_due" and fact.origin.startswith(_INFERRED):
            said.append(f"We infer when “{policy.title}” is due for review: {_place(fact.origin)}.")
        if name == "status" and fact.value == "template":
            said.append(f"“{policy.title}” is a template ({_place(fact.origin)}).")
    return said


def _place(origin: str) -> str:
    return origin.removeprefix(_INFERRED).strip().rstrip(".")


def answer_which_copy(index: Index, school: School) -> FactAnswer:
    """Which of a policy's versions is in force, and how we know."""
    held = {d.policy.source: d for d in index.manifest.documents if d.policy.school == school.key}
    pairs = [
        (new, held[new.policy.supersedes])
        for new in held.values()
        if new.policy.status == "current" and new.policy.supersedes in held
    ]
    sentences: list[str] = []
    for new, old in pairs:
        status = new.policy.facts.get("status")
        why = _place(status.origin) if status else "the register says so"
        adopted = old.policy.facts.get("adopted")
        dated = f" agreed in {adopted.value}" if adopted else ""
        sentences.append(f"Follow “{new.policy.title}”, not the copy{dated} ({why}).")
    quotes = _lines(index, [old for _, old in pairs], ("adopted", "review_due"))
    return FactAnswer(" ".join(sentences), quotes, "which")


def _sentence(document: Held, wanted: str, as_of: dt.date) -> tuple[str, tuple[str, ...]]:
    facts, title = document.policy.facts, document.policy.title
    due, adopted, approved = (facts.get(n) for n in ("review_due", "adopted", "approved_by"))
    if wanted in ("review_due", "overdue"):
        if due is None:
            return "", ()
        when = period(due.value)
        late = " It is overdue." if when and when[1] < as_of else ""
        if wanted == "overdue" and when and when[1] >= as_of:
            late = " It is in date."
        return f"“{title}” is due for review: {_told(due)}.{late}", ("review_due",)
    if wanted == "approved_by" and approved is not None:
        return f"“{title}” was approved by: {approved.value}.", ("approved_by",)
    if wanted == "adopted" and adopted is not None:
        return f"“{title}” was adopted: {_told(adopted)}.", ("adopted",)
    effective = facts.get("effective")
    if wanted == "adopted" and effective is not None:
        return f"“{title}” applies from: {effective.value}.", ("effective",)
    version = facts.get("version")
    if wanted == "version" and version is not None:
        return f"“{title}” is version {version.value}.", ("version",)
    return "", ()


def _told(fact: Fact) -> str:
    value = fact.value.split(" (")[0]
    return f"{value} ({fact.origin})" if fact.origin.startswith(_INFERRED) else value


def _lines(index: Index, documents: Sequence[Held], names: Sequence[str]) -> tuple[Quote, ...]:
    made: list[Quote] = []
    for document in documents:
        for name in names:
            fact = document.policy.facts.get(name)
            if fact is not None and fact.span is not None:
                line = quote_fact(index, document, fact)
                if all((line.start, line.source) != (q.start, q.source) for q in made):
                    made.append(line)
    return tuple(made)
