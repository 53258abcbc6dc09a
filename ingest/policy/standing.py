"""Whether a document says that it is a draft, a template, out of force, or approved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from ingest.documents import Clause, Fact, Span, flow
from ingest.policy.statements import Statement

_SAYS = {
    "draft": re.compile(r"(?:working |final )?draft|under (?:review|consultation)|in"
r" consultation", re.I),
    "superseded": re.compile(r"superseded|archived?|withdrawn|obsolete|expired|no longer (?:in"
r"|valid)", re.I),
    "current": re.compile(r"approved|final|current|live|ratified|adopted|in force|active"
r"|published", re.I),
    "template": re.compile(r"template|model\b", re.I),
}  # fmt: skip
_AGREED = (
    r"(?!(?: \d+)?(?: and)? (?:agreed|approved|adopted|ratified|date|written|by|produced|reviewed))"
)
_DRAFT = re.compile(
    rf"^\W*draft\b{_AGREED}|[-–(\[:,] ?draft\b{_AGREED}[\s\d.v]*[)\]]?\W*$"
    r"|\b(?:this (?:policy|document|version)|it) is (?:a |an |still |in )*(?:\w+ )?draft\b"
    r"|\bnot yet (?:been )?(?:approved|adopted|agreed|ratified)\b",
    re.I,
)
_SUPERSEDED = re.compile(
    r"^\W*(?:superseded|withdrawn|archived?|obsolete|no longer in (?:use|force)|do not use|old"
    r" version)\b"
    r"|\bthis (?:policy|document|version) (?:has been|is|was) (?:now )?(?:superseded|withdrawn"
    r"|replaced|archived)",
    re.I,
)
_TEMPLATE = re.compile(
    r"^\W*(?:template|(?:insert|enter|add) (?:name of )?(?:the |your )?school(?:[’']?s)?(?:"
    r" name)?)\b"
    r"|\bthis (?:is a |template |model )*(?:model|template)(?: policy| document)? "
    r"(?:for|is|has been|should|that|can|to)\b"
    r"|\bmodel policy (?:for|to)\b|\btext in \[?\(?(?:square|brackets|red|yellow|italics)",
    re.I,
)
_BLANK_SCHOOL = re.compile(
    r"[\[<{](?:insert |enter |add |your )*(?:name of )?(?:the |your )?(?:school|academy"
    r"|setting|trust)"
    r"(?:[’']?s)?(?: name)?(?: here)?[\]>}]|\bXX+ (?:Primary|School)\b",
    re.I,
)
_OLD_FOLDER = re.compile(
    r"(?:archived?|old|old (?:polic(?:y|ies)|versions?|copies|docs?|files?)|previous(?: versions?)?"
    r"|superseded|out of date|expired|withdrawn|obsolete|do not use|historic(?:al)?)(?: \d{4})?$",
    re.I,
)
_OLD_NAME = re.compile(
    r"\b(?:superseded|archived?|obsolete|withdrawn|out of date|do not use)\b|[( -]old\)?$", re.I
)


def own_status(
    cover: str,
    clauses: Sequence[Clause],
    stated: Sequence[tuple[Statement, str]],
    unfilled: Sequence[Statement],
    dated: bool,
    source: str,
) -> Fact:
    """Status "current", "superseded", "draft" or "template", and how we know.

    `stated` are the cover's "Status: …" lines, `unfilled` its labels with "[Date]" for a value;
    `dated` says that adoption or review bear a real date, which no template does.
    """
    found: list[Fact] = []
    for statement, origin in stated:
        for status, pattern in _SAYS.items():
            if pattern.match(statement.value) and not re.match(
                r"non|statutory", statement.value, re.I
            ):
                found.append(Fact(status, origin, statement.span))
                break
    found += _watermarks(cover, clauses)
    found += _by_name(source)
    blank = _BLANK_SCHOOL.search(cover)
    if not dated and (unfilled or blank):
        span = unfilled[0].span if unfilled else Span(*blank.span()) if blank else None
        found.append(Fact("template", "cover: its blanks are not filled in", span))
    if not found:
        return Fact("current", "inferred: the file does not say whether it is in force")
    first, *rest = found
    other = tuple(fact for fact in rest if fact.value != first.value)
    return Fact(first.value, first.origin, first.span, other)


def _watermarks(cover: str, clauses: Sequence[Clause]) -> list[Fact]:
    """Lines on the cover, and running lines, that begin or end with such a word."""
    found = []
    lines = [(m.start(), m[0], "cover") for m in re.finditer(r"[^\n\f]+", cover)]
    for clause in clauses:
        if clause.kind == "furniture" and clause.span.start >= len(cover):
            lines.append((clause.span.start, clause.text, "watermark"))
    for start, line, origin in lines:
        words = flow(re.sub(r"[*_#>|]", " ", line))
        if len(words.split()) > 25:
            continue
        for status, pattern in (
            ("draft", _DRAFT),
            ("superseded", _SUPERSEDED),
            ("template", _TEMPLATE),
        ):
            shouted = (
                status == "draft"
                and re.search(rf"\bDRAFT\b{_AGREED}", words)
                and not words.isupper()
            )
            if pattern.search(words) or shouted:
                lead = len(line) - len(line.lstrip())
                span = Span(start + lead, start + len(line.rstrip()))
                found.append(Fact(status, origin, span))
    return found


def _by_name(source: str) -> list[Fact]:
    path = PurePosixPath(source)
    stem = re.sub(r"[-_.]+", " ", path.stem)
    if any(_OLD_FOLDER.match(re.sub(r"[-_]+", " ", part).strip()) for part in path.parent.parts):
        return [Fact("superseded", "file name: it lies in a folder of old files")]
    if re.search(rf"\bdraft\b{_AGREED}", stem, re.I):
        return [Fact("draft", "file name")]
    if re.search(r"\b(?:template|blank|model policy)\b", stem, re.I):
        return [Fact("template", "file name")]
    if _OLD_NAME.search(stem):
        return [Fact("superseded", "file name")]
    return []
