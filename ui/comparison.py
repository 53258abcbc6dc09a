"""What several schools answer to one question, as a table that a phone shows as cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answer import Part, Quote
from ingest.documents import flow
from ui.figures import place
from ui.marks import safe
from ui.words import quotes_of, tone, verdict

_COLUMNS = ("School", "Verdict", "Clause", "Whom to ask")


def table(parts: Sequence[Part], quotes: Sequence[Quote], asks: Mapping[str, str]) -> str:
    """A row for each part; `quotes` are the whole answer's, `asks` maps a school to whom to ask."""
    columns = _COLUMNS if asks else _COLUMNS[:-1]
    head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in columns)
    rows = "".join(_row(part, quotes, asks) for part in parts)
    # Roles are said outright: as cards the elements are no table any more to some browsers.
    return (
        '<table class="cv-compare" role="table"><caption class="cv-hidden">What each school’s '
        f'policies say</caption><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(part: Part, quotes: Sequence[Quote], asks: Mapping[str, str]) -> str:
    symbol, words = verdict("answered", part.verdict, part.answer)
    said = (
        f'<span class="cv-verdict cv-{tone(part)}"><span class="cv-symbol" aria-hidden="true">'
        f"{symbol}</span> <strong>{words}</strong></span>"
    )
    cells = [("verdict", said), ("clause", _clause(quotes_of(part, quotes)[:1]))]
    if asks:
        cells.append(("ask", safe(asks.get(part.school, ""))))
    rest = "".join(f'<td role="cell" class="cv-cell-{name}">{held}</td>' for name, held in cells)
    return f'<tr role="row"><th scope="row" role="rowheader">{safe(part.school)}</th>{rest}</tr>'


def _clause(decisive: Sequence[Quote]) -> str:
    """The number of the decisive clause, else the heading it stands under, else its policy."""
    for quote in decisive:
        heading = flow(quote.heading[-1]) if quote.heading else flow(quote.policy)
        return place([quote], [f"clause {quote.clause}" if quote.clause else heading])
    return "none"
