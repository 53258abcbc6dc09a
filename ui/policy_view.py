"""A policy as HTML to be read: what it says of itself, its contents list, clause by clause."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from assistant.answer import Quote
from assistant.facts import doubts, is_overdue
from ingest.documents import Clause, Fact, flow
from ingest.index import Held
from ui.marks import safe, shown
from ui.policy_link import link
from ui.policy_text import PolicyText
from ui.register_table import mark, notes, standing

_FACTS = {
    "status": "Standing",
    "version": "Version",
    "adopted": "Adopted",
    "effective": "Applies from",
    "written": "Written",
    "reviewed": "Last reviewed",
    "review_due": "Next review",
    "review_cycle": "Reviewed how often",
    "approved_by": "Approved by",
    "owner": "Owner",
    "title": "Title",
}
_STATUS_WORDS = {
    "current": "In force",
    "superseded": "Superseded",
    "draft": "Draft",
    "template": "Template",
}
_DEEPEST = 6  # of headings in HTML
_DEEPEST_ITEM = 4
NO_CLAUSE = (
    "The clause that this link leads to is not in this policy as it stands: it was reworded or "
    "removed, or part of the link is missing."
)


def citation_link(quote: Quote) -> str:
    """An address, relative to any place of the app, that opens a quote's policy at its clause."""
    return link(quote.sha256, quote.source, quote.clause_id, quote.start)


def anchor(piece: Clause) -> str:
    """The name of a piece's place on the page."""
    return f"cv-p-{re.sub('[^a-z0-9-]', '', piece.id)}"


def name(piece: Clause, most: int = 90) -> str:
    """A clause in a list to choose from: its number and how it begins."""
    words = flow(piece.text)
    begun = words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]} …"
    return f"{piece.number}  {begun}" if piece.number and piece.kind != "heading" else begun


def head(held: Held, today: dt.date) -> str:
    """Title, school, standing and dates, and what a reader must know before relying on it."""
    policy = held.policy
    parts = [shown(policy.school_name), safe(standing(held))]
    for key in ("adopted", "effective", "review_due"):
        if fact := policy.facts.get(key):
            parts.append(f"{_FACTS[key].lower()} {shown(fact.value)}")
    late = policy.status == "current" and is_overdue(policy, today)
    labels = ["Overdue for review"] * late + notes(held)
    spans = " ".join(f"<span>{part}</span>" for part in parts)
    told = [f"The file could not be read again ({held.stale})."] if held.stale else []
    rows = "".join(f"<li>{shown(sentence)}</li>" for sentence in (*told, *doubts(policy)))
    return (
        f'<header class="cv-head cv-policy-head"><h1 id="cv-policy-title" tabindex="-1">'
        f'{shown(policy.title)}</h1><p class="cv-entry">{spans}</p>'
        f"{' '.join(mark(label) for label in labels)}</header>"
        + (f'<ul class="cv-notices" aria-label="Please note">{rows}</ul>' if rows else "")
    )


def facts(held: Held, text: str) -> str:
    """What is known of a policy and where each of it comes from, its own words quoted."""
    known = held.policy.facts
    order = [*(n for n in _FACTS if n in known), *sorted(known.keys() - _FACTS.keys())]
    rows = "".join(
        f"<dt>{safe(_FACTS.get(n, n.replace('_', ' ').capitalize()))}</dt>"
        f"<dd>{_fact(n, known[n], text)}</dd>"
        for n in order
    )
    source = f"<dt>File</dt><dd><p>{shown(held.source)}</p></dd>"
    if held.policy.rights:
        source += f"<dt>Rights</dt><dd><p>{shown(held.policy.rights)}</p></dd>"
    return (
        '<details class="cv-facts"><summary>Dates and where they come from</summary>'
        f"<dl>{rows}{source}</dl></details>"
    )


def _fact(key: str, fact: Fact, text: str) -> str:
    value = _STATUS_WORDS.get(fact.value, fact.value) if key == "status" else fact.value
    origin = flow(fact.origin)
    where = safe(origin[:1].upper() + origin[1:])
    if fact.span is not None and 0 <= fact.span.start < fact.span.end <= len(text):
        where += f": <q>{shown(fact.span.of(text))}</q>"
    made = f'<p>{shown(value)}</p><p class="cv-where">{where}</p>'
    for other in fact.also:
        made += f'<p class="cv-where">{mark("But")} {shown(other.value)}, {shown(other.origin)}</p>'
    return made


def contents(text: PolicyText) -> str:
    """The headings as a list of links within the page; "" where there is nothing to choose."""
    headings = [piece for piece in text.pieces if piece.kind == "heading"]
    if len(headings) < 2:
        return ""
    rows = "".join(
        f'<li class="cv-d{min(len(h.heading), _DEEPEST_ITEM)}">'
        f'<a href="#{anchor(h)}">{shown(h.text)}</a></li>'
        for h in headings
    )
    return (
        f'<details class="cv-contents"><summary>Contents</summary><nav aria-label="Contents">'
        f"<ul>{rows}</ul></nav></details>"
    )


def body(text: PolicyText, chosen: Clause | None = None) -> str:
    """Every piece in order; the chosen one is marked, named and can be linked to."""
    made = "".join(_blocks(text, chosen))
    lacking = (
        ""
        if text.whole
        else '<p class="cv-where">Only clauses are shown; for the rest see the file.</p>'
    )
    return f'<section class="cv-policy" aria-labelledby="cv-policy-title">{lacking}{made}</section>'


def _blocks(text: PolicyText, chosen: Clause | None) -> Iterator[str]:
    numbered = _own_numbers(text.pieces)
    page = None
    for in_list, run in groupby(text.pieces, key=lambda piece: _depth(piece) > 0):
        blocks = []
        for piece in run:
            turned = piece.page is not None and piece.page != page and (text.pages or 0) > 1
            page = piece.page if piece.page is not None else page
            leaf = f'<span class="cv-page">Page {page}</span>' if turned else ""
            here = chosen is not None and piece.id == chosen.id
            block = _block(text, piece, numbered.get(piece.id, ""), leaf, here)
            blocks.append(block)
        made = "".join(blocks)
        yield f'<ul class="cv-items">{made}</ul>' if in_list else made


def _block(text: PolicyText, piece: Clause, number: str, leaf: str, here: bool) -> str:
    words = shown(piece.text)
    own = f'<span class="cv-number">{safe(number)}</span> ' if number else ""
    names = f"cv-piece cv-{piece.kind}" + (" cv-here" if here else "")
    place = f'id="{anchor(piece)}"' + (' tabindex="-1"' if here else "")
    if here:
        address = link(text.held.sha256, text.held.source, piece.id)
        words = f"<mark>{words}</mark>"
        own = f'<span class="cv-hidden">This clause: </span>{own}'
        words += f'<a class="cv-permalink" href="{safe(address)}">Link to this clause</a>'
    if piece.kind == "heading":
        level = min(len(piece.heading) + 2, _DEEPEST)
        return f"{leaf}<h{level} {place} class='{names}'>{words}</h{level}>"
    if _depth(piece):
        depth = min(_depth(piece), _DEEPEST_ITEM)
        return f"<li {place} class='{names} cv-d{depth}'>{leaf}{own}{words}</li>"
    return f"<div {place} class='{names}'>{leaf}<p>{own}{words}</p></div>"


def _depth(piece: Clause) -> int:
    """How deep in lists a piece stands."""
    if piece.kind not in ("clause", "lead_in"):
        return 0
    return len(piece.outer) + bool(piece.lead_in)


def _own_numbers(pieces: Sequence[Clause]) -> dict[str, str]:
    """Numbers to be shown: those that a piece has for itself, not those it inherits."""
    found: dict[str, str] = {}
    last = ""
    for piece in pieces:
        if piece.kind == "heading":
            last = piece.number if piece.number and piece.text.startswith(piece.number) else ""
            begins = re.match(r"\W*([A-Za-z]*\d[\w.()]*)", piece.text)
            last = last or (begins[1].rstrip(".") if begins else "")
        elif piece.number and piece.kind in ("clause", "lead_in") and piece.number != last:
            found[piece.id] = last = piece.number
    return found
