"""What a document says of itself: cover, running heads, tables, signatures, properties, name."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ingest.documents import Clause, Fact, Span, flow
from ingest.policy.dates import find_dates
from ingest.policy.evidence import Found, choose, found_in, infer, settle_reviews
from ingest.policy.history import read_tables, trim_cells
from ingest.policy.naming import own_school, own_title
from ingest.policy.standing import own_status
from ingest.policy.statements import Statement, read_statements

__all__ = ["own_facts", "own_school"]

_LONGEST_COVER = 3000  # characters
_LONGEST_BODY = 150_000
_LONGEST_CLAUSE = 20_000
_TAIL = 1500
_OPENS_BODY = re.compile(
    r"\W*(?:(?:introduction|aims?|purpose|rationale|scope|contents|overview|background|legislation"
    r"|statement of|policy statement|mission|our (?:aims|vision|school)|vision|why we|definitions?"
    r"|principles?|context|about this|foreword|objectives)\b)",
    re.I,
)
_CONTROL = re.compile(
    r"\b(?:document|policy|version|review|approval|amendment|revision) "
    r"(?:control|details|information|history|log|status|sheet|record)\b",
    re.I,
)
_LOOKS_AFTER = re.compile(
    r"[A-Z][\w’'-]{0,40}\.?(?: [A-Z][\w’'-]{0,40}){0,3}, our ([^,.\n]{3,40}),\s+(?:looks after|is"
    r" responsible for|leads on) "
    r"(?:it|this policy)"
)
_SENTENCE = re.compile(r"\b(?:will|shall|must|should|have|has|had|is|are|was|were|if|not|we)\b")
_OTHERS = re.compile(r"\b(?:act|kcsie|education 20|regulations|©|copyright|framework|dfe)\b", re.I)


def own_facts(
    text: str,
    clauses: Sequence[Clause],
    properties: Mapping[str, str],
    source: str,
    *,
    wrapped: bool = False,
) -> dict[str, Fact]:
    """Facts by name, each with its origin and, where the text says it, its span.

    `source` is the file's path in its folder; `wrapped` as in `own_title`. Always has "title" and
    "status"; of what differs between places the first of `RANKS` is the value and the rest are in
    `also`. An origin that begins with "inferred:" is our reading of weak evidence, and says which.
    """
    clauses = [_cut(clause) for clause in clauses]
    found = list(_statements(text, clauses))
    unfilled = [f.statement for f in found if f.statement.name == "unfilled"]
    found += _in_file_name(source)
    found = settle_reviews([f for f in found if f.statement.name != "unfilled"])
    facts: dict[str, Fact] = {}
    for name in dict.fromkeys(f.statement.name for f in found):
        if name not in ("title", "status", "school"):
            stated = sorted((f for f in found if f.statement.name == name), key=lambda f: f.rank)
            facts[name] = choose(name, stated, _agreed(found))
    said = [f for f in found if f.statement.name == "title"]
    labelled = (
        Fact(said[0].statement.value, said[0].origin, said[0].statement.span) if said else None
    )
    facts["title"] = labelled or own_title(text, clauses, properties, source, wrapped=wrapped)
    infer(facts, properties)
    standing = [(f.statement, f.origin) for f in found if f.statement.name == "status"]
    dated = any(name in facts and facts[name].span for name in ("adopted", "reviewed"))
    facts["status"] = own_status(
        text[: cover_end(text, clauses)], clauses, standing, unfilled, dated, source
    )
    return facts


def _agreed(found: Sequence[Found]) -> dt.date:
    """The day of adoption by the best-placed statement; the first of days where there is none."""
    said = [f for f in found if f.statement.name == "adopted" and f.when]
    best = min(said, key=lambda f: f.rank, default=None)
    return best.when.first if best and best.when else dt.date.min


def _cut(clause: Clause) -> Clause:
    """A clause as long as people write them; megabytes in one piece say nothing of a policy."""
    if len(clause.text) <= _LONGEST_CLAUSE:
        return clause
    span = Span(clause.span.start, clause.span.start + _LONGEST_CLAUSE)
    return replace(clause, text=clause.text[:_LONGEST_CLAUSE], span=span)


def _statements(text: str, clauses: Sequence[Clause]) -> Iterator[Found]:
    cover = cover_end(text, clauses)
    tables, used = read_tables(text, clauses, cover)
    yield from tables
    running = _running(clauses, cover)
    elsewhere = [
        (c.span, "header" if _heads_page(text, c.span) else "footer") for c in _once(running)
    ]
    signatures = _signatures(text, clauses)
    taken = [span for span, _ in elsewhere] + used + signatures
    taken += [c.span for c in running]
    for span in _without(Span(0, cover), taken):
        said = list(read_statements(text, span))
        yield from (found_in(statement, "cover") for statement in said)
        if keeper := _LOOKS_AFTER.search(span.of(text)):
            whole = Span(span.start + keeper.start(), span.start + keeper.end())
            yield found_in(Statement("owner", flow(keeper[1]), whole), "cover")
        for part in _without(span, [statement.span for statement in said]):
            yield from _bare_dates(text, part)
    later_covers = _later_covers(text, clauses, cover)
    tail = Span(max(cover, len(text) - _TAIL), len(text))
    for span in (*later_covers, *_controls(text, clauses, cover)):
        origin = "last page" if span.start >= tail.start else "text"
        for part in _without(span, taken):
            loose = [found_in(s, origin) for s in read_statements(text, part)]
            # Elsewhere "Approval: the Head" may be about a trip; with a date it is the policy's.
            dated = {f.statement.span for f in loose if f.when or f.statement.name == "version"}
            yield from (f for f in loose if origin == "last page" or f.statement.span in dated)
    taken += later_covers
    if len(text) - cover > _LONGEST_BODY + _TAIL:
        taken.append(Span(cover + _LONGEST_BODY, len(text) - _TAIL))
    for part in _without(Span(cover, len(text)), taken):
        yield from (found_in(s, "text") for s in read_statements(text, part, prose=True))
    for span in signatures:
        for statement in read_statements(text, span):
            yield found_in(statement, "signature block")
        yield from _signed(text, span)
    for span, origin in elsewhere:
        yield from (found_in(s, origin) for s in read_statements(text, span))
        yield from _bare_dates(text, span, origin)


def _later_covers(text: str, clauses: Sequence[Clause], cover: int) -> list[Span]:
    """Lines like a cover's after it, and on the last page the short lines with a date by them."""
    found: list[Span] = []
    for before, clause, after in zip((None, *clauses), clauses, (*clauses[1:], None), strict=False):
        if clause.span.start < cover:
            continue
        beside = any(c is not None and c.kind == "cover" for c in (before, after))
        short = len(clause.text.split()) <= 15 and find_dates(clause.text)
        last = clause.span.start >= len(text) - _TAIL and clause.kind in ("clause", "heading")
        if clause.kind == "cover" or (beside and short and last and not clause.number):
            found.append(clause.span)
    return found


def cover_end(text: str, clauses: Sequence[Clause]) -> int:
    """Offset where the cover ends: at the first rule, opening heading or long paragraph."""
    end, paragraphs = min(len(text), _LONGEST_COVER), 0
    for clause in clauses:
        if clause.span.start >= end:
            break
        words = len(clause.text.split())
        if clause.kind == "heading" and (clause.number or _OPENS_BODY.match(clause.text)):
            return clause.span.start
        if clause.kind == "heading" and paragraphs and not _CONTROL.search(clause.text):
            return clause.span.start
        if clause.kind == "clause":
            if clause.number or words > 60:
                return clause.span.start
            dated = any(True for _ in read_statements(text, clause.span))
            paragraphs += not dated and words > 12
            if paragraphs > 3:
                return clause.span.start
    return end


def _controls(text: str, clauses: Sequence[Clause], after: int) -> Iterator[Span]:
    """Sections such as "Document control" that stand after the cover."""
    for place, clause in enumerate(clauses):
        if clause.kind == "heading" and clause.span.start >= after and _CONTROL.search(clause.text):
            ends = (c.span.start for c in clauses[place + 1 :] if c.kind == "heading")
            yield Span(clause.span.end, min(next(ends, len(text)), clause.span.end + 1500))


def _signatures(text: str, clauses: Sequence[Clause]) -> list[Span]:
    """Signature lines, each with what is left of its line."""
    spans = [c.span for c in clauses if c.kind == "signature"]
    spans += [Span(*m.span()) for m in re.finditer(r"^[ \t]*Signed\b[^\n]{0,200}", text, re.M)]
    lines = set()
    for span in spans:
        start = text.rfind("\n", 0, span.start) + 1
        end = text.find("\n", span.end)
        lines.add(Span(start, end if end >= 0 else len(text)))
    return sorted(lines)


def _signed(text: str, span: Span) -> Iterator[Found]:
    """Governors who signed with a date approved by that."""
    words = span.of(text)
    role = re.search(r"(?:Chair|Governor)[\w ]{0,40}", words)
    dates = find_dates(words)
    if dates and role and "Signed" in words:
        yield found_in(
            Statement("approved_by", role[0].strip(), trim_cells(text, span)), "signature block"
        )


def _bare_dates(text: str, span: Span, origin: str = "cover") -> Iterator[Found]:
    """A line that is a date, or a title with one: "Behaviour Policy – July 2020"."""
    for match in re.finditer(r"[^\n\f]+", span.of(text)):
        line = match[0]
        words = re.sub(r"[#*_|]", " ", line)
        if len(words.split()) > 12 or _OTHERS.search(words) or ":" in words:
            continue
        whole = trim_cells(text, Span(span.start + match.start(), span.start + match.end()))
        if origin != "cover" and any(True for _ in read_statements(text, whole)):
            continue
        dates = find_dates(words)
        if len(dates) != 1 or _SENTENCE.search(words):
            continue
        rest = (words[: dates[0].start] + words[dates[0].end :]).strip(" \t–—-()[],.")
        names = re.search(
            r"\b(?:policy|procedure|plan|statement|code|handbook|page|arrangements|scheme)\b",
            rest,
            re.I,
        )
        if rest and not names:
            continue
        said = words[dates[0].start : dates[0].end]
        wide = dates[0].precision in ("school year", "range", "year", "financial year")
        if wide and origin != "cover":
            continue
        name = "effective" if wide and dates[0].precision != "year" else "adopted"
        yield found_in(Statement(name, said, whole, weak=True), origin)


def _in_file_name(source: str) -> Iterator[Found]:
    stem = re.sub(r"[_+]", " ", PurePosixPath(source).stem)
    nowhere = Span(0, 0)
    if match := re.search(r"(?<![a-z])(?:v|ver|version)\.? ?(\d+(?:\.\d+)*)\b", stem, re.I):
        yield found_in(Statement("version", match[1], nowhere, True), "file name")
        stem = stem.replace(match[0], " ")
    for when in find_dates(stem)[-1:]:
        wide = when.precision in ("school year", "range", "financial year")
        name = "effective" if wide else "adopted"
        yield found_in(Statement(name, stem[when.start : when.end], nowhere, True), "file name")


def _running(clauses: Sequence[Clause], cover: int) -> list[Clause]:
    """Running heads and feet; a line that stands but once, on the cover, is the cover's."""
    furniture = [c for c in clauses if c.kind == "furniture"]
    times = Counter(_unnumbered(c) for c in furniture)
    return [c for c in furniture if c.span.start >= cover or times[_unnumbered(c)] > 1]


def _unnumbered(clause: Clause) -> str:
    return re.sub(r"\d+(?=\W*$)|(?<=page )\d+", "", flow(clause.text).lower())


def _once(clauses: Iterable[Clause]) -> Iterator[Clause]:
    """Each running line once, whatever its page number."""
    seen: set[str] = set()
    for clause in clauses:
        key = _unnumbered(clause)
        if key not in seen:
            seen.add(key)
            yield clause


def _heads_page(text: str, span: Span) -> bool:
    before = text[max(0, span.start - 3) : span.start]
    return "\f" in before or not text[: span.start].strip()


def _without(span: Span, taken: Iterable[Span]) -> Iterator[Span]:
    """What is left of a stretch when others are cut out."""
    start = span.start
    for other in sorted(taken):
        if other.end <= start or other.start >= span.end:
            continue
        if other.start > start:
            yield Span(start, other.start)
        start = max(start, other.end)
    if start < span.end:
        yield Span(start, span.end)
