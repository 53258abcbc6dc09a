"""An answer as HTML for the chat, and as plain text for the terminal and for copying.

Whatever comes from a question, a policy or an answer is escaped. In quotes, line breaks and
hyphenated line ends are closed and nothing else is changed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from assistant.answer import Answer, Part, Quote
from ingest.documents import flow

WIDTH = 78  # columns of plain text

# A word and a symbol, so that colour never carries the meaning alone.
VERDICTS = {
    "permitted": ("✓", "Permitted"),
    "not_permitted": ("✕", "Not permitted"),
    "conditional": ("◐", "Only under conditions"),
    "required": ("!", "Required"),
    "advised": ("+", "Advised"),
    "advised_against": ("−", "Advised against"),
    "informational": ("i", "What the policy says"),
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


def verdict(status: str, given: str) -> tuple[str, str]:
    """Symbol and words for a verdict, or for why there is none."""
    return UNANSWERED.get(status) or VERDICTS[given]


def spoken(answer: Answer) -> str:
    """What a screen reader announces when the answer arrives."""
    count = len(answer.quotes)
    quotes = f" {count} quote{'s'[: count != 1]} below." if count else ""
    return _shown(f"{verdict(answer.status, answer.verdict)[1]}. {answer.answer}{quotes}")


def html(answer: Answer, *, turn: int = 1, asked_of: str = "", offer: bool = True) -> str:
    """A question and its answer as one article; `offer` lists the options of a clarification."""
    symbol, words = verdict(answer.status, answer.verdict)
    tone = answer.verdict if answer.status == "answered" else answer.status
    body = [
        _paragraph("cv-understood", f"Taken to mean: {answer.understood}", answer.understood),
        f'<p class="cv-verdict cv-{tone}">{_mark(symbol, words)}</p>',
        _paragraph("cv-plain", answer.answer, answer.answer),
        _options(answer.options) if offer else "",
        *_sections(answer, turn),
        _notices(answer.notices),
        _paragraph("cv-closest", f"Closest, but not an answer: {answer.closest}", answer.closest),
        _ask(answer),
    ]
    return _article(answer.question, "".join(body), turn, asked_of)


def waiting(question: str, *, turn: int = 1, asked_of: str = "") -> str:
    """A question that is being looked up."""
    busy = '<p class="cv-busy" aria-busy="true">Looking through the policies…</p>'
    return _article(question, busy, turn, asked_of)


def problem(question: str, sentence: str, *, turn: int = 1, asked_of: str = "") -> str:
    """A question that met an error; the question stays readable."""
    symbol, words = UNANSWERED["failed"]
    body = (
        f'<p class="cv-verdict cv-failed">{_mark(symbol, words)}</p>'
        f'<p class="cv-plain">{_sentence(sentence)}</p>'
    )
    return _article(question, body, turn, asked_of)


def alert(sentence: str) -> str:
    """A sentence about the page itself."""
    return f'<p class="cv-alert" role="alert">{_sentence(sentence)}</p>'


def label(text: str) -> str:
    """Text for a button, whose label Streamlit would read as Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|$:~<>&^=])", r"\\\1", _shown(flow(text)))


def markdown(answer: Answer) -> str:
    """The answer with its citations in plain text that needs neither colour nor width."""
    symbol, words = verdict(answer.status, answer.verdict)
    blocks = [_fill(f"Taken to mean: {answer.understood}")] if answer.understood else []
    blocks += [f"{symbol} {words}", _fill(answer.answer)]
    blocks += ["\n".join(_fill(option, "- ", "  ") for option in answer.options)]
    for part, quotes in _shares(answer):
        if part is not None:
            symbol, words = verdict("answered", part.verdict)
            blocks += [f"## {_shown(part.school)}: {symbol} {words}", _fill(part.answer)]
        elif answer.parts:
            blocks += ["## Also"]
        blocks += [_plain_group(group) for group in _groups(quotes)]
    blocks += ["\n".join(_fill(notice, "Note: ", "      ") for notice in answer.notices)]
    if answer.closest:
        blocks += [_fill(f"Closest, but not an answer: {answer.closest}")]
    if answer.ask:
        blocks += [_fill(f"{_ask_label(answer)} {answer.ask}")]
    return "\n\n".join(block for block in blocks if block.strip())


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


def _shares(answer: Answer) -> Iterator[tuple[Part | None, list[Quote]]]:
    """The quotes of each part, then those that belong to no part."""
    used: set[int] = set()
    for part in answer.parts:
        indexes = [i for i in part.quotes if 0 <= i < len(answer.quotes)]
        used.update(indexes)
        yield part, [answer.quotes[i] for i in indexes]
    rest = [quote for i, quote in enumerate(answer.quotes) if i not in used]
    if rest:
        yield None, rest


def _groups(quotes: Sequence[Quote]) -> list[list[Quote]]:
    """Neighbouring bullets of one list stand together under the lead-in they share."""
    groups = [[quote] for quote in quotes[:1]]
    for before, quote in pairwise(quotes):
        if quote.lead_in and _list_of(before) == _list_of(quote):
            groups[-1].append(quote)
        else:
            groups.append([quote])
    return groups


def _list_of(quote: Quote) -> tuple[object, ...]:
    place = (quote.text_sha256, quote.source, quote.lead_in_start, quote.lead_in, quote.heading)
    return (*place, quote.kind, quote.page, quote.status, quote.origin, quote.flags)


def _sections(answer: Answer, turn: int) -> Iterator[str]:
    for number, (part, quotes) in enumerate(_shares(answer), 1):
        name = f"turn-{turn}-part-{number}"
        figures = "".join(map(_figure, _groups(quotes)))
        if part is not None:
            symbol, words = verdict("answered", part.verdict)
            yield (
                f'<section class="cv-part" aria-labelledby="{name}">'
                f'<h3 id="{name}">{_safe(part.school)}</h3>'
                f'<p class="cv-verdict cv-{part.verdict}">{_mark(symbol, words)}</p>'
                f"{_paragraph('cv-plain', part.answer, part.answer)}{figures}</section>"
            )
        else:
            title = "Also" if answer.parts else "Word for word"
            yield (
                f'<section class="cv-quotes" aria-labelledby="{name}">'
                f'<h3 id="{name}">{title}</h3>{figures}</section>'
            )


def _figure(group: Sequence[Quote]) -> str:
    quote = group[0]
    kind = KINDS.get(quote.kind, "")
    if quote.lead_in:
        bullets = "".join(f"<li>{_safe(flow(q.text))}</li>" for q in group)
        words = f'<p class="cv-lead-in">{_safe(flow(quote.lead_in))}</p><ul>{bullets}</ul>'
    else:
        words = f"<p>{_safe(flow(quote.text))}</p>"
    policy, *place = citation(group)
    warnings = "".join(f'<span class="cv-label">{label}</span> ' for label in labels(quote))
    return (
        f'<figure class="cv-quote cv-kind-{quote.kind}">'
        f"{_paragraph('cv-kind', kind, kind)}<blockquote>{words}</blockquote>"
        f"<figcaption>{warnings}<cite>{_safe(policy)}</cite>"
        f'<span class="cv-place">{"".join(f" <span>{_safe(p)}</span>" for p in place)}</span>'
        "</figcaption></figure>"
    )


def _plain_group(group: Sequence[Quote]) -> str:
    quote = group[0]
    lines = [_fill(f"{KINDS[quote.kind]}:")] if quote.kind in KINDS else []
    if quote.lead_in:
        lines += [_fill(flow(quote.lead_in), "> ", "> ")]
        lines += [_fill(flow(q.text), "> - ", ">   ") for q in group]
    else:
        lines += [_fill(flow(quote.text), "> ", "> ")]
    lines += [_fill(", ".join(citation(group)), "  ", "  ")]
    lines += [_fill(f"[{label}]", "  ", "  ") for label in labels(quote)]
    return "\n".join(lines)


def _article(question: str, body: str, turn: int, asked_of: str) -> str:
    name = f"turn-{turn}"
    return (
        f'<article class="cv-turn" id="{name}" aria-labelledby="{name}-question">'
        f'<h2 class="cv-question" id="{name}-question" tabindex="-1">'
        f'<span class="cv-hidden">You asked: </span>{_safe(question)}</h2>'
        f"{_paragraph('cv-asked-of', asked_of, asked_of)}"
        f'<div class="cv-answer">{body}</div></article>'
    )


def _mark(symbol: str, words: str) -> str:
    return f'<span class="cv-symbol" aria-hidden="true">{symbol}</span> <strong>{words}</strong>'


def _paragraph(name: str, text: str, wanted: str) -> str:
    return f'<p class="{name}">{_safe(text)}</p>' if wanted else ""


def _options(options: Sequence[str]) -> str:
    rows = "".join(f"<li>{_safe(option)}</li>" for option in options)
    return f'<ul class="cv-options">{rows}</ul>' if rows else ""


def _notices(notices: Sequence[str]) -> str:
    rows = "".join(f"<li>{_safe(notice)}</li>" for notice in notices)
    return f'<ul class="cv-notices" aria-label="Please note">{rows}</ul>' if rows else ""


def _ask(answer: Answer) -> str:
    if not answer.ask:
        return ""
    return f'<p class="cv-ask"><strong>{_ask_label(answer)}</strong> {_safe(answer.ask)}</p>'


def _ask_label(answer: Answer) -> str:
    return "If in doubt, ask:" if answer.status == "answered" else "Whom to ask:"


def _shown(text: str) -> str:
    return _UNSAFE.sub("\ufffd", text)


def _safe(text: str) -> str:
    return escape(_shown(text), quote=True)


def _sentence(text: str) -> str:
    """Our own error sentences name commands in backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", _safe(text))


def _fill(text: str, first: str = "", later: str = "") -> str:
    """Lines of at most WIDTH columns; words longer than that, such as addresses, stay whole."""
    return textwrap.fill(
        _shown(flow(text)),
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
