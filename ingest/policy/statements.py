"""What lines like "Ratified by FGB 12/03/24 | Next review: March 2027" state, label by label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ingest.documents import Span, flow
from ingest.policy.dates import find_cycle, find_dates
from ingest.policy.phrases import CONDITION, OWN_SUBJECT, phrase_at, rejoin
from ingest.policy.wording import LABELS, TAIL

_SEPARATOR = re.compile(r"[ \t:–—|\-.]*")
_SPEAKS = re.compile(
    r"approv|adopt|agree|ratif|review|revis|updat|effect|endors|renew|due|look|come|until",
    re.I,
)
_MOST = 100  # statements in one stretch; who has more is not describing a policy
_LONGEST_SENTENCE = 600  # characters
_LONGEST_LABEL = 200  # characters; without a limit, a line of labels takes for ever
_AT_START = re.compile(
    r"(?:^|[\t\n·•;,|/–—]|[.!?)] |\S  )[ \t>#]*(?:the |this |our |and |policy )*$", re.I
)
_SENTENCE_END = re.compile(r"(?<=[a-z\d)]{2})[.!?](?=\s+[A-Z]|\s*$)")
_IN_PROSE = re.compile(
    r"\b(?:was|were|is|has been|been|will be|policy|document|procedure|statement|plan|it|and)\s+"
    r"(?:(?:formally|last|first|next|then|due|both)\s+)*$",
    re.I,
)
_SUBJECT = re.compile(
    r"^\W*(?:[\d.]+\s+)?(?:(?:this|the|our)\s+(?:\w+\s+){0,3}?(?:polic(?:y|ies)|procedures?"
    r"|document|statement|plan|scheme|code|handbook|guidance|agreement)|(?P<it>it|this))\s+"
    r"(?:was|is|has been|will(?: next)? be|shall be|are)\b",
    re.I,
)
_OF_ITSELF = re.compile(
    r"^\W*(?:\w+ ){0,1}$|^\W*(?:approved|adopted|agreed|ratified)\b"
    r"|\b(?:policy|document|procedure|statement|plan|scheme|version|guidance|it|this)\b",
    re.I,
)
_BINDS = re.compile(r"\b(?:must|should|may|can|need|needs|shall|not|unless|until|if|when)\b", re.I)
_UNFILLED = re.compile(
    r"^\W*(?:\[[^\]\n]{0,60}\]|<[^>\n]{1,40}>|\{[^}\n]{1,40}\}|dd ?/ ?mm ?/ ?yy(?:yy)?"
    r"|xx ?/ ?xx ?/ ?x{2,4}|insert\b[^\n]{0,40})",
    re.I,
)
_GOES_ON = re.compile(r"\n(?=[a-z])|(?<= on)\n|(?<= in)\n")
_OF_A_LAW = re.compile(
    r"\b(?:Acts?|Regulations?|Order|Code|Guidance|Education|Framework|Measure|Bill|KCSIE),? ?$"
)
_STAFF = re.compile(r"^(?:by )?(?:the )?(?:all )?(?:staff|SLT|senior leadership team)\b", re.I)
_UNTIL = re.compile(r"\s(?:until|till|to|[–—-])\s", re.I)
_BODY_BEFORE = re.compile(
    r"\b((?:(?:full|local) )?(?:governing (?:body|board)|governors|trustees|trust board"
    r"|board|FGB|LGB))(?: (?:of|at) [^\n\t.;:]{3,60})?[ ]?$",
    re.I,
)
_ENDING = re.compile(r"\s+(?:and|it|to|by|,)\s*$", re.I)
_BODY = re.compile(r"(?=.*[A-Za-z])[^\n\t]{2,80}")
_DATED = frozenset(
    {"adopted", "~adopted", "reviewed", "written", "review_due", "review", "effective"}
)


@dataclass(frozen=True)
class Statement:
    """One fact stated in a text; `span` is the label with its value."""

    name: str  # a fact's name; "review" (which?), "date" (of what?) or "unfilled"
    value: str
    span: Span
    weak: bool = False


def read_statements(text: str, within: Span, *, prose: bool = False) -> Iterator[Statement]:
    """The statements in a stretch of text, which may have many lines and table cells.

    With `prose`, only sentences about the policy itself count ("This policy was agreed on …"), as
    elsewhere than on a cover "Review:" and "Lead:" mean other things.
    """
    plain = _plain(within.of(text))
    found = list(islice(_labels(plain, prose), _MOST))
    for place, (name, start, after) in enumerate(found):
        limit = found[place + 1][1] if place + 1 < len(found) else len(plain)
        value = _value(plain, after, limit)
        label = start
        start = _opening(within.of(text), plain, start)
        end = len(plain[: value.end].rstrip(" \t\n,;"))
        whole = Span(within.start + start, within.start + _ENDING.sub("", plain[:end]).__len__())
        said = list(_stated(name, value.of(plain), whole, plain[start:after]))
        yield from said
        if [s.name for s in said] == ["adopted"] and (by := _BODY_BEFORE.search(plain, 0, label)):
            yield Statement("approved_by", flow(by[1]), Span(within.start + by.start(1), whole.end))


def _opening(raw: str, plain: str, start: int) -> int:
    """Where to begin to quote: with "This" of "This policy was agreed", and with "**"."""
    line = plain.rfind("\n", 0, start) + 1
    before = re.search(r"(?:^\s*|[\t.;·•|]\s?)((?:[A-Za-z’'-]+ ){1,4})$", plain[line:start])
    if before and re.match(r"(?:this|the|it|our)\b", before[1], re.I):
        start = line + before.start(1)
    return start - 2 if raw[start - 2 : start] in ("**", "__") else start


def stated_as(label: str, value: str, whole: Span) -> list[Statement]:
    """What a table cell states below (or beside) the cell that labels it."""
    plain = _plain(label).strip(" :\t")
    name = next((n for n, pattern in LABELS if _is(pattern, plain)), "")
    return list(_stated(name, _plain(value).strip(), whole, plain)) if value.strip() else []


def is_label(words: str) -> bool:
    """True for words that name a fact and say nothing of it."""
    plain = _plain(words).strip(" :\t")
    return any(_is(pattern, plain) for name, pattern in LABELS if name) or plain.lower() in (
        "version", "issue", "author", "owner", "lead", "approval", "status", "reviewer", "by whom"
    )  # fmt: skip


def _is(pattern: re.Pattern[str], words: str) -> bool:
    for shown in (f"{words}:", f"{words} 1"):  # a version is known by its number
        match = pattern.match(shown)
        if match and not TAIL.sub("", shown[match.end() :], count=1).strip(" :1"):
            return True
    return False


def _plain(words: str) -> str:
    """Without the signs of Markdown, every character in its place."""
    words = re.sub(
        r"\*{1,3}|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)", lambda m: " " * len(m[0]), words
    )
    words = rejoin(words)
    return words.replace("|", "\t").replace("\f", "\n").replace("\xa0", " ").replace("\r", " ")


def _labels(plain: str, prose: bool) -> Iterator[tuple[str, int, int]]:
    """Name, start, and end of each label."""
    for line in re.finditer(r"[^\n]+", plain):
        if prose and not _SPEAKS.search(line[0]):
            continue
        place = line.start()
        while word := re.compile(r"(?<![\w’'-])[A-Za-z]").search(plain, place, line.end()):
            place = word.end()
            stop = min(line.end(), place + _LONGEST_LABEL)
            if said := phrase_at(plain, line.start(), word.start(), stop, prose=prose):
                yield said
                place = said[2]
                continue
            for name, pattern in LABELS:
                match = pattern.match(plain, word.start(), stop)
                if match and not plain[match.end() : match.end() + 1].isalpha():
                    end = match.end()
                    if name and (tail := TAIL.match(plain, end, stop)):
                        end = tail.end()
                    if _counts(name, plain, line.start(), word.start(), end, line.end(), prose):
                        yield name, word.start(), end
                        place = end
                    break


def _counts(name: str, plain: str, line: int, start: int, end: int, stop: int, prose: bool) -> bool:
    before = plain[max(line, start - _LONGEST_SENTENCE) : start]
    sentence = _SENTENCE_END.split(before)[-1]
    rest = plain[end : min(stop, end + _LONGEST_SENTENCE)]
    if _BINDS.search(sentence):
        return False
    if prose:
        subject = _SUBJECT.match(sentence + plain[start:end])
        # "It is reviewed annually" may be said of anything; a date is said of a policy.
        return bool(name) and subject is not None and not (subject["it"] and not _near(rest))
    starts = _AT_START.search(before) is not None
    colon = re.match(r" ?(?::|\t|[–—] |- )" if starts else r" ?[:\t]", rest)
    if name in ("title", "school", "status", "statutory") and not starts:
        return False
    if name in ("", "date", "title", "school", "status", "statutory"):
        alone = not rest.strip() and not before.strip()
        return (
            colon is not None
            or (alone and bool(name))
            or (not name and bool(colon) and (starts or rest.lstrip()[:1] == ":"))
        )
    if colon or starts:
        return True
    if name == "version":
        return plain[start:end].strip(". ").lower() == "v"
    if name == "owner":
        subject = _SUBJECT.match(sentence + plain[start:end])
        return subject is not None and not subject["it"] and plain[start:end].endswith(" by")
    if name not in _DATED and name != "review_cycle":
        return False
    itself = _IN_PROSE.search(before) and _OF_ITSELF.search(sentence)
    return (itself or OWN_SUBJECT.match(sentence)) is not None


def _near(rest: str) -> bool:
    return any(when.start < 80 for when in find_dates(rest[:120]))


def _value(plain: str, start: int, limit: int) -> Span:
    """The value after a label: to the next one, the cell's or the line's end, or the sentence's."""
    start = max(start, min(limit, _SEPARATOR.match(plain, start).end()))  # type: ignore[union-attr]
    skipped = re.compile(r"(?:[ \t]*\n){1,2}[ \t:]*").match(plain, start, limit)
    if skipped:
        start = skipped.end()
    end = re.compile(r"\n|\t|   ").search(plain, start, limit)
    if end and plain[start : end.start()].rstrip().endswith(":"):
        end = re.compile(r"(?<=\S)[ \t]*(?:\n|\t|   )").search(plain, end.end() + 1, limit)
    stop = end.start() if end else limit
    undated = stop - start > 15 and not find_dates(plain[start:stop])
    if end and end[0] == "\n" and undated and _GOES_ON.match(plain, stop):
        end = re.compile(r"\n").search(plain, stop + 1, limit)
        stop = end.start() if end else limit
    if sentence := _SENTENCE_END.search(plain, start, stop):
        stop = sentence.start()
    value = plain[start:stop]
    stop -= len(value) - len(value.rstrip(" \t\n,;:–—-/·•(&"))
    return Span(start, max(start, stop))


def _stated(name: str, value: str, whole: Span, label: str) -> Iterator[Statement]:
    value = flow(value)
    if not name or not value or (name == "review_due" and CONDITION.match(value)):
        return
    if _UNFILLED.match(value):
        yield Statement("unfilled", value, whole)
        return
    dates = [d for d in find_dates(value) if not _OF_A_LAW.search(value, 0, d.start)]
    if name == "reviewer" and dates:
        name = "reviewed"  # "Reviewed by staff: Jan 24"
    if name in ("review_due", "review", "reviewed", "review_cycle") and not dates:
        every = find_cycle(value)
        if every and value.index(every) <= 12:
            yield Statement("review_cycle", every, whole)
            return
    if name == "date":
        if dates:
            yield Statement("adopted", value[dates[0].start : dates[0].end], whole, weak=True)
    elif name == "effective":
        for fact, part in zip(("effective", "review_due"), _UNTIL.split(value), strict=False):
            if ends := find_dates(part):
                yield Statement(fact, part[ends[0].start : ends[0].end], whole)
    elif name in _DATED:
        if dates:
            several = name in ("reviewed", "review")  # "Reviewed Nov 2022, Nov 2023"
            chosen = max(dates, key=lambda d: d.first) if several else dates[0]
            words = value[chosen.start : chosen.end]
            weak = name.startswith("~") or _STAFF.search(value) is not None
            yield Statement(name.lstrip("~"), words, whole, weak)
        if name == "adopted":
            rest = value[: dates[0].start] + " " + value[dates[0].end :] if dates else value
            if body := _body(rest, label):
                yield Statement("approved_by", body, whole, _STAFF.search(body) is not None)
    elif name == "version":
        if match := re.match(r"v?\.? ?(\d+(?:\.\d+)*[a-z]?)\b", value, re.I):
            yield Statement("version", match[1], whole)
            if when := find_dates(value[match.end() :])[:1]:
                said = value[match.end() :][when[0].start : when[0].end]
                yield Statement("adopted", said, whole, weak=True)
    elif name in ("owner", "reviewer", "approved_by"):
        if name == "owner" and dates:  # "Prepared by Mr Hill – Spring 2022"
            words, value = value[dates[0].start : dates[0].end], value[: dates[0].start]
            yield Statement("written", words, whole, weak=True)
        if body := _body(value, "by"):
            yield Statement(
                "owner" if name == "reviewer" else name, body, whole, name == "reviewer"
            )
    elif name == "status":
        yield Statement("status", value, whole)
    elif name != "review_cycle" and len(value) <= 120:
        yield Statement(name, value, whole)


def _body(words: str, label: str) -> str:
    """Who approved, from what is left of "by the Governing Body on"; "" where nobody is named."""
    words = flow(words)
    inside = re.search(r"(governor|governing \w+|trust\w*|board)s?\b", label, re.I)
    words = re.sub(r"^[\W]*(?:by\b\s*)?(?:(?:the|our)\b\s*)?", "", words, flags=re.I)
    words = re.sub(
        r"(?:\W|\b(?:on|in|at|dated?|during|for|its|the|a|meeting|following\b.*|after\b.*"
        r"|and(?: (?:is|will|are|to)\b.*)?|it|was|has been"
        r"|monday|tuesday|wednesday|thursday|friday))+$",
        "",
        words,
        flags=re.I,
    )
    words = re.split(r",? (?:who|which)\b|, and will\b", words)[0]
    words = re.sub(
        r"^and (?:then )?(?:reviewed|revised|updated|renewed)\b.*", "", words, flags=re.I
    )
    if words.count("(") > words.count(")"):
        words += ")"
    named = _BODY.fullmatch(words) and len(words.split()) <= 12 and "___" not in words
    if named and not re.search(
        r"\b(?:is|are|was|will|be|must|policy|policies)\b|[.]{3}", words, re.I
    ):
        return words
    return inside[0] if inside else ""
