"""Everyday English for dates: "We will look at it again in May 2027", "Next time: Summer 2027"."""

from __future__ import annotations

import re

from ingest.policy.dates import find_cycle, find_dates

_WHO = (
    r"(?:we|(?:the |our |all )?(?:(?:full |local )?govern(?:ors|ing (?:body|board|board of \w+))"
    r"|board(?: of (?:governors|trustees))?|trustees|trust|staff|school|head(?: ?teacher)?|FGB|LGB"
    r"|SLT|(?:[\w&-]+ ){0,4}committee)(?: (?:of|at) (?:[A-Z][\w’'.-]* ?){1,6})?)"
)
_NOUN = (
    r"(?:polic(?:y|ies)|rules|documents?|procedures?|statement|leaflet|guidance|charges|fees|terms"
    r"|charges and terms|terms and charges|arrangements|agreement|code|handbook|version|booklet)"
)
_WHAT = rf"(?:it|them|this {_NOUN}|(?:the|our|these) {_NOUN}|this plan|this|these)"
_WILL = (
    r"(?:(?: will|[’']ll| shall| (?:plan|aim|intend|expect|hope|mean)s? to"
    r"| (?:are|is) (?:due|going|planning) to) (?:next |then |formally )?)"
)
_LOOK = (
    r"(?:look (?:at|over)|re-?view|re-?visit|(?:come|go) back to|return to|re-?read|revise|update"
    r"|renew|refresh|check|re-?consider|discuss|think about|go (?:over|through))"
)
_LOOKED = (
    r"(?:looked (?:at|over)|re-?viewed|re-?visited|re-?read|revised|updated|renewed|refreshed"
    r"|checked|re-?considered|discussed)"
)
_AGAIN = r"(?: (?:through|over|again|afresh|anew|next))*"
_WAS = r"(?:agreed|approved|adopted|ratified|accepted|passed|signed off)"
_BACK = r"back (?:to|at|before|with) (?:the |our )?(?:full )?(?:govern\w+(?: b\w+)?|board|trustees)"
_DUE = r"(?: (?:is|will be|was|due|will (?:next )?take place|takes place|is planned|planned|date))*"
_PHRASES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        (
            "review_due",
            rf"{_WHO}{_WILL}(?:{_LOOK}|read) {_WHAT}{_AGAIN}"
            rf"|(?:they|{_WHAT}) (?:will|shall|(?:is|are)(?: due)? to) (?:next |then )?be"
            rf" (?:next )?{_LOOKED}{_AGAIN}"
            rf"|(?:(?:they|{_WHAT}) (?:is |are |will )?(?:next )?)?(?:comes? |due |to be brought )?"
            rf"(?:up for (?:review|renewal)|{_BACK})"
            rf"|(?:they|{_WHAT}) (?:stands?|runs?|lasts?|holds?|(?:is|are) (?:good|valid))"
            r" un?til(?: the end of)?"
            r"|(?:good|valid|stands) until"
            rf"|when (?:will we|we will|we shall|shall we) {_LOOK}(?: {_WHAT})?{_AGAIN}"
            rf"|(?:our |the )?next (?:time|look(?:ed at)?|check(?:ed)?|refresh|read through"
            rf"|review(?:ed)?|discuss(?:ed|ion)|revisit(?:ed)?)(?: (?:of|at) {_WHAT})?{_DUE}"
            rf"|(?:date |when )?(?:to be looked|(?:we )?look) (?:at )?(?:{_WHAT} )?(?:again|afresh)"
            rf"|(?:please |to be )?(?:revisit(?:ed)?|renew|refresh(?:ed)?|re-?read)(?: {_WHAT})?"
            r"(?: due)?"
            r"|(?:please )?review (?:it |this policy )?(?:again|by|no later than|before)",
        ),
        (
            "reviewed",
            rf"{_WHO} (?:have |has )?(?:last |most recently )?(?:{_LOOKED}|went over) {_WHAT}"
            rf"{_AGAIN}|last (?:time|looked at|checked|discussed)",
        ),
        (
            "adopted",
            rf"(?:{_WHO} (?:have |has )?(?:all |formally |unanimously |first )?)"
            rf"(?P<from>{_WAS} {_WHAT})"
            rf"|(?:date |when )(?:(?:we|governors) {_WAS}(?: {_WHAT})?|(?:it|this) was {_WAS})"
            rf"|(?:when )?{_WAS}(?= ?:)|approval given|passed(?= by\b| at\b)",
        ),
    )
)
_JOINS = re.compile(
    r"[ \t:?–—|.-]*(?:(?:again|due|by|on|in|at|before|during|is|for|no later than|not later than"
    r"|(?:the )?(?:end|start|beginning|middle) of|around|about|early|late|the|next|our|a|meeting"
    r"|governors[’']|held|of)\b[ \t:]*)*",
    re.I,
)
_BEGINS = re.compile(r"(?:^|[\t·•;|/–—]|[.!?)] |\S  |\band )[ \t>#*\d.]*$")
_NAMES_POLICY = re.compile(r"\b(?:policy|policies|document|procedures?|leaflet|statement)\b", re.I)
# Other words before "agreed by": "Charges agreed by the Finance Committee on 3 February 2025".
OWN_SUBJECT = re.compile(
    rf"^\W*(?:they|(?:(?:the|our|these|this|all) )?{_NOUN})\s+"
    r"(?:(?:was|were|is|are|has|have|been|will|be|formally|first|last|next)\s+)*$",
    re.I,
)

# "We will look at it again if …" has no date, whatever day the condition names.
CONDITION = re.compile(
    r"^\W*(?:(?:only|perhaps|or|and|sooner)\b\W*)*(?:if|when|whenever|unless|after|once|should"
    r"|following|where|because)\b",
    re.I,
)
_WRAPPED = re.compile(r"(?<=[^\n]{60})\n(?=[a-z]|(?:19|20)\d\d\b)")  # not two lines of a form
# A line of a narrow column; the lines of a form begin with capitals and hold colons.
_NARROW = re.compile(
    r"(?<=\w )(?P<last>in|on|by|the|of|and|is|was|be|for|at|our|are|were|will|again|its?|they|has"
    r"|have|been|due|next)\n(?=[A-Za-z\d][^\n:\t|]*(?:\n|$))"
    r"|(?P<named>Spring|Summer|Autumn|term|January|February|March|April|May|June|July|August"
    r"|September|October|November|December),?\n(?=(?:19|20)\d\d\b)"
)


def rejoin(words: str) -> str:
    """Lines that a page's width broke in mid-sentence on one line, every character in its place."""
    words = _WRAPPED.sub(" ", words)
    return _NARROW.sub(lambda match: match[0].replace("\n", " "), words)


def phrase_at(
    plain: str, line: int, start: int, stop: int, *, prose: bool
) -> tuple[str, int, int] | None:
    """The fact that a phrase beginning here dates, and the phrase's first and last offset.

    None unless it begins a sentence, a line or a cell and a date follows at once: "We will look
    at it again if the law changes" has none. With `prose` the phrase must name the policy.
    """
    near = max(line, start - 24)
    before = plain[near:start] if near == line else "x" + plain[near:start]
    if not _BEGINS.search(before):
        return None
    for name, pattern in _PHRASES:
        match = pattern.match(plain, start, stop)
        if match is None or (prose and not _NAMES_POLICY.search(match[0])):
            continue
        joined = _JOINS.match(plain, match.end(), stop)
        end = joined.end() if joined else match.end()
        rest = plain[end : min(stop, end + 60)]
        dated = any(when.start <= 2 for when in find_dates(rest)[:1])
        every = "" if name == "adopted" else find_cycle(rest)
        if dated or (name == "adopted" and re.match(r"by\b", plain[match.end() :].lstrip()[:3])):
            begin = match.start("from") if name == "adopted" and match["from"] else start
            # The label ends before what joins it, which "on" and "by" explain to other readers.
            return name, begin, end if dated else match.end()
        if every and rest.startswith(every):
            return "review_cycle", start, end
    return None
