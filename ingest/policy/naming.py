"""What a policy is called, and whose it is, as far as the document tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath

from ingest.documents import Clause, Fact, Span, flow
from ingest.policy.dates import find_dates
from ingest.policy.schools import POLICY, find_names
from ingest.policy.statements import is_label, read_statements

_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint)\b.*|document\d*|untitled.*|presentation\d*|title|doc\d+"
    r"|powerpoint presentation|\(?anonymous\)?|template|layout \d"
    r"|.{0,60}\.(?:docx?|pdf|odt|rtf|pages))$",
    re.I,
)
_GENERIC = re.compile(
    r"(?:contents|introduction|aims?|purpose|rationale|scope|overview|background|policy|appendix.*"
    r"|document control|version (?:control|history)|our (?:vision|mission|values)|vision|mission.*"
    r"|table of contents|index|signed|approval|review|(?:policy )?statement|legislation)\W*$",
    re.I,
)
_SECTION = re.compile(
    r"(?:why|how|what|who|when|where|about|monitoring|links?|related|roles|this|aims of|purpose of"
    r"|scope of|review of|statement of intent)\b(?! to (?:keep|do)\b)",
    re.I,
)
# What a title goes on with: "Policy 2023", "and Disability Policy".
_REST = re.compile(
    r"(?:polic(?:y|ies)|procedures?|plan|statement)(?: (?:and|&) \w+)?(?:\W{1,3}(?:19"
    r"|20)[\d–/ -]+)?$"
    r"|(?:and|&|of|for|in|with|to|on)\b",
    re.I,
)
_ADDRESS = re.compile(
    r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|^(?:tel|phone|telephone|e-?mail)\b.*\d", re.I
)
_LONGEST = 300  # characters of a title with the school's name above it
_JOINS = re.compile(r"(?:\b(?:and|of|for|the|on|in|to|with)|&|[-–,:])$", re.I)


@dataclass(frozen=True)
class _Line:
    """A line near the top that may be a title, or a part of one."""

    words: str
    span: Span
    kind: str


def own_title(
    text: str,
    clauses: Sequence[Clause],
    properties: Mapping[str, str],
    source: str,
    *,
    wrapped: bool = False,
) -> Fact:
    """The cover's title, else the first heading, the file's properties or its name.

    `wrapped`: the file's format parts paragraphs, so that a line may go on in the next one.
    """
    lines = list(_top_lines(text, clauses, wrapped))
    fit = [n for n, line in enumerate(lines) if _may_be_title(line.words)]
    named = [n for n in fit if POLICY.search(lines[n].words) and len(lines[n].words.split()) <= 14]
    stated = min((c.span.start for c in clauses if c.kind == "cover"), default=len(text))
    early = [n for n in named if lines[n].span.start < stated or lines[n].kind == "title"]
    named = early or ([] if fit and lines[fit[0]].span.start < stated else named)
    shown = [n for n in fit if lines[n].kind == "title"]
    for choice in (*named[:1], *shown[:1], *fit[:1]):
        return _joined(lines, choice)
    title = flow(properties.get("title", ""))
    if title and not _NO_TITLE.match(title) and len(title) <= 120 and _may_be_title(title):
        return Fact(bare(title), "file properties")
    return Fact(_from_name(source), "file name")


def _top_lines(text: str, clauses: Sequence[Clause], wrapped: bool) -> Iterator[_Line]:
    """Lines of titles, covers and unnumbered headings down to the first rule."""
    for clause in clauses[:40]:
        kind = clause.kind
        if kind in ("clause", "lead_in"):
            says = any(True for _ in read_statements(text, clause.span))
            named = any(is_school(bare(line)) for line in clause.text.split("\n"))
            if clause.number or not (named or says):
                return
            kind = "cover"
        if kind not in ("title", "heading", "cover") or clause.number:
            continue
        for match in re.finditer(r"(?s).+" if wrapped else r"[^\n\f]+", clause.text):
            line = Span(clause.span.start + match.start(), clause.span.start + match.end())
            stated = next(read_statements(text, line), None)
            before = text[line.start : stated.span.start] if stated else match[0]
            if kind == "cover" and not POLICY.search(before):
                if is_school(bare(line.of(text))):
                    continue  # "OAK SCHOOL", and the policy's name on the next line
                break
            called = _called(text, line, line.start + len(before))
            if called is not None and len(before.split()) <= 20:
                yield _Line(bare(called.of(text)), called, kind)


def _called(text: str, line: Span, end: int) -> Span | None:
    """What of a line may be a title: "Oak School – Visits Policy – 2023 (v3.1)" has one in it."""
    if POLICY.search(text[line.start : end]):
        line = Span(line.start, line.start + len(text[line.start : end].rstrip(" \t-–—([,:|")))
    parts = [
        Span(line.start + m.start(), line.start + m.end())
        for m in re.finditer(r"(?s)(?:(?!\s[–—|-]\s).)+", line.of(text))
    ]
    if school := _school_above(line.of(text)):
        line = Span(line.start + school, line.end)
        parts = [line]
    named = [p for p in parts if POLICY.search(p.of(text))]
    if named and any(is_school(bare(p.of(text))) for p in parts):
        line = named[0]
    words = line.of(text)
    start = line.start + len(words) - len(words.lstrip(" \t–—-"))
    end = line.start + len(words.rstrip())
    return Span(start, end) if re.search(r"\w", words) else None


def _school_above(words: str) -> int:
    """Where a title begins below the printed lines of the school's name; 0 without such lines."""
    for match in islice(re.finditer("\n", words[:_LONGEST]), 3):
        rest = words[match.end() :]
        if is_school(flow(words[: match.start()])) and POLICY.search(rest):
            return match.end()
    return 0


def _may_be_title(text: str) -> bool:
    words = bare(text)
    if not re.search(r"[A-Za-z]{2}", words) or is_school(words) or _GENERIC.match(words):
        return False
    if _ADDRESS.search(words):
        return False
    if (
        is_label(words)
        or re.match(r"[\[<]|(?:supersedes|replaces)\b", words, re.I)
        or _SECTION.match(words)
    ):
        return False
    stated = next(read_statements(words, Span(0, len(words))), None)
    if stated is not None and not POLICY.search(words[: stated.span.start]):
        return False
    dates = find_dates(words)
    return not dates or dates[0].end - dates[0].start < len(words) - 3


def _joined(lines: Sequence[_Line], choice: int) -> Fact:
    """A title with the lines it goes on in: "Relationships and / Sex Education / Policy"."""
    first = last = choice
    text = lines[choice].words

    def goes_on(line: _Line) -> bool:
        brief = len(line.words.split()) <= 8 and re.search(r"[A-Za-z]", line.words)
        return bool(brief) and not is_school(line.words) and not is_label(line.words)

    while first and goes_on(lines[first - 1]):
        before = lines[first - 1].words
        if not (_REST.match(text) or _JOINS.search(before)):
            break
        first, text = first - 1, f"{before} {text}"
    while last + 1 < len(lines) and goes_on(lines[last + 1]):
        after = lines[last + 1].words
        if not (_JOINS.search(text) or (_REST.match(after) and not POLICY.search(text))):
            break
        last, text = last + 1, f"{text} {after}"
    heading = lines[choice].kind == "heading" and not POLICY.search(text)
    span = Span(lines[first].span.start, lines[last].span.end)
    return Fact(text, "first heading" if heading else "cover", span)


def _from_name(source: str) -> str:
    """ "Behaviour_Policy_Sept_2023 v2 FINAL (1)" → "Behaviour Policy"."""
    stem = re.sub(r"[_+]|%20", " ", PurePosixPath(source).stem)
    shown = re.sub(r"[-\s]+", " ", stem).strip()
    for when in reversed(find_dates(stem)):
        stem = stem[: when.start] + " " + stem[when.end :]
    stem = re.sub(r"\(\d+\)|\b(?:v|ver|version)\.? ?\d+(?:\.\d+)*\b", " ", stem, flags=re.I)
    stem = re.sub(r"\b(?:final|draft|copy(?: of)?|template|approved|signed|updated?"
r"|new)\b", " ", stem, flags=re.I)  # fmt: skip
    stem = re.sub(r"[-–\s().,]+", " ", stem).strip()
    words = stem if len(stem) > 2 else shown
    return words[:1].upper() + words[1:] if words else "Untitled"


def bare(text: str) -> str:
    """A title without its Markdown."""
    return re.sub(r"^[#>\s]+|[*_=#]{2,}|-{3,}", "", flow(text)).strip(" *_|") or flow(text)


def is_school(words: str) -> bool:
    """True for words that are a school's name and nothing more."""
    words = words.strip(" .,:;*#")
    if POLICY.search(words) or len(words.split()) > 14:
        return False
    return any(name == words for _, name in find_names(words))


def own_school(text: str, clauses: Sequence[Clause], properties: Mapping[str, str]) -> Fact | None:
    """The school a document names most, cover and running heads before the rest; None if none.

    The origin begins with "inferred:", for a policy may name other schools too.
    """
    weights: Counter[str] = Counter()
    shown: dict[str, tuple[str, Span]] = {}
    for clause in clauses:
        early = clause.span.start < 2500
        prominent = clause.kind in ("title", "cover", "furniture", "heading")
        weight = (8 if early else 3) if prominent else 3 if early else 1
        whole = is_school(bare(clause.text))
        for place, name in find_names(clause.span.of(text)):
            key = _key(name)
            weights[key] += weight * (3 if whole and early else 1)
            start = clause.span.start + place
            span = Span(start, start + len(name))
            if key not in shown or (shown[key][0].isupper() and not name.isupper()):
                shown[key] = (flow(name), span)
    if not weights:
        title = properties.get("title", "") + " " + properties.get("company", "")
        found = next(iter(find_names(title)), None)
        return Fact(flow(found[1]), "inferred: named in the file properties") if found else None
    trusts = {k for k in weights if re.search(r"\b(?:trust|federation)$", k)}
    schools = {k: n for k, n in weights.items() if k not in trusts} or weights
    best = max(schools, key=lambda key: (schools[key], -shown[key][1].start))
    name, span = shown[best]
    if weights[best] < 3:
        return None  # one mention in the body may be of any school
    where = "named on the cover" if span.start < 2500 else "the school it names most"
    return Fact(name, f"inferred: {where}", span)


def _key(name: str) -> str:
    name = re.sub(r"\bc ?of ?e\b|\bchurch of england\b", "ce", flow(name).lower())
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"[’']", "", name)).strip().removeprefix("the ")
