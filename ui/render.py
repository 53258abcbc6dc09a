"""An answer as HTML for the chat, and as plain text for the terminal and for copying.

Whatever comes from a question, a policy or an answer is escaped. In quotes, line breaks and
hyphenated line ends are closed and nothing else is changed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from html import escape

from assistant.answer import Answer, Quote
from ingest.documents import flow
from ui.words import (
    KINDS,
    UNANSWERED,
    citation,
    groups,
    labels,
    printable,
    shares,
    title,
    top_verdict,
    verdict,
)

WIDTH = 78  # columns of plain text


def spoken(answer: Answer) -> str:
    """What a screen reader announces when the answer arrives."""
    count = len(answer.quotes)
    quotes = f" {count} quote{'s'[: count != 1]} below." if count else ""
    return printable(f"{top_verdict(answer)[1]}. {answer.answer}{quotes}")


def html(answer: Answer, *, turn: int = 1, asked_of: str = "", offer: bool = True) -> str:
    """A question and its answer as one article; `offer` lists the options of a clarification."""
    symbol, words = top_verdict(answer)
    tone = answer.verdict if answer.status == "answered" else answer.status
    body = [
        _paragraph("cv-understood", answer.understood, "Taken to mean: "),
        f'<p class="cv-verdict cv-{tone}">{_mark(symbol, words)}</p>',
        _paragraph("cv-plain", _summary(answer)),
        _options(answer.options) if offer else "",
        *_sections(answer, turn),
        _notices(answer.notices),
        _paragraph("cv-closest", answer.closest, "Closest, but not an answer: "),
        _paragraph("cv-ask", _whom(answer), f"<strong>{_ask_label(answer)}</strong> "),
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
    plain = re.sub(r"([\\`*_{}\[\]()#+.!|$~&^=:<>-])", r"\\\1", printable(flow(text)))
    # Streamlit turns ":name:", "->" and "--" into pictures whether escaped or not.
    return re.sub(r"([:<>-])(?=\S)", "\\1\u2060", plain)


def markdown(answer: Answer) -> str:
    """The answer with its citations in plain text that needs neither colour nor width."""
    symbol, words = top_verdict(answer)
    blocks = [_fill(f"Taken to mean: {answer.understood}")] if answer.understood else []
    blocks += [f"{symbol} {words}", _fill(_summary(answer))]
    blocks += ["\n".join(_fill(option, "- ", "  ") for option in answer.options)]
    for part, quotes in shares(answer):
        if part is not None:
            symbol, words = verdict("answered", part.verdict)
            blocks += [_fill(f"## {title(answer, part)}: {symbol} {words}"), _fill(part.answer)]
        elif answer.parts:
            blocks += ["## Also"]
        blocks += [_plain_group(group) for group in groups(quotes)]
    blocks += ["\n".join(_fill(notice, "Note: ", "      ") for notice in answer.notices)]
    if answer.closest:
        blocks += [_fill(f"Closest, but not an answer: {answer.closest}")]
    if _whom(answer):
        blocks += [_fill(f"{_ask_label(answer)} {_whom(answer)}")]
    return "\n\n".join(block for block in blocks if block.strip())


def _summary(answer: Answer) -> str:
    """The answer in short; nothing where it only repeats what each part says."""
    repeats = answer.parts and all(part.answer in answer.answer for part in answer.parts)
    return "" if repeats else answer.answer


def _sections(answer: Answer, turn: int) -> Iterator[str]:
    for number, (part, quotes) in enumerate(shares(answer), 1):
        name = f"turn-{turn}-part-{number}"
        figures = "".join(map(_figure, groups(quotes)))
        if part is not None:
            symbol, words = verdict("answered", part.verdict)
            yield (
                f'<section class="cv-part" aria-labelledby="{name}">'
                f'<h3 id="{name}">{_safe(title(answer, part))}</h3>'
                f'<p class="cv-verdict cv-{part.verdict}">{_mark(symbol, words)}</p>'
                f"{_paragraph('cv-plain', part.answer)}{figures}</section>"
            )
        else:
            heading = "Also" if answer.parts else "Word for word"
            yield (
                f'<section class="cv-quotes" aria-labelledby="{name}">'
                f'<h3 id="{name}">{heading}</h3>{figures}</section>'
            )


def _figure(group: Sequence[Quote]) -> str:
    quote = group[0]
    kind = KINDS.get(quote.kind, "")
    if quote.lead_in:
        bullets = "".join(f"<li>{_safe(flow(q.text))}</li>" for q in group)
        words = f'<p class="cv-lead-in">{_safe(quote.led)}</p><ul>{bullets}</ul>'
    else:
        words = f"<p>{_safe(flow(quote.text))}</p>"
    policy, *place = citation(group)
    warnings = "".join(f'<span class="cv-label">{label}</span> ' for label in labels(quote))
    return (
        f'<figure class="cv-quote cv-kind-{quote.kind}">'
        f"{_paragraph('cv-kind', kind)}<blockquote>{words}</blockquote>"
        f"<figcaption>{warnings}<cite>{_safe(policy)}</cite>"
        f'<span class="cv-place">{"".join(f" <span>{_safe(p)}</span>" for p in place)}</span>'
        "</figcaption></figure>"
    )


def _plain_group(group: Sequence[Quote]) -> str:
    quote = group[0]
    lines = [_fill(f"{KINDS[quote.kind]}:")] if quote.kind in KINDS else []
    if quote.lead_in:
        lines += [_fill(quote.led, "> ", "> ")]
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
        f"{_paragraph('cv-asked-of', asked_of)}"
        f'<div class="cv-answer">{body}</div></article>'
    )


def _mark(symbol: str, words: str) -> str:
    return f'<span class="cv-symbol" aria-hidden="true">{symbol}</span> <strong>{words}</strong>'


def _paragraph(name: str, text: str, before: str = "") -> str:
    return f'<p class="{name}">{before}{_safe(text)}</p>' if text else ""


def _options(options: Sequence[str]) -> str:
    rows = "".join(f"<li>{_safe(option)}</li>" for option in options)
    return f'<ul class="cv-options">{rows}</ul>' if rows else ""


def _notices(notices: Sequence[str]) -> str:
    rows = "".join(f"<li>{_safe(notice)}</li>" for notice in notices)
    return f'<ul class="cv-notices" aria-label="Please note">{rows}</ul>' if rows else ""


def _whom(answer: Answer) -> str:
    """Whom to ask, unless the answer itself has just said so."""
    return "" if f"Ask: {answer.ask}." in answer.answer else answer.ask


def _ask_label(answer: Answer) -> str:
    return "If in doubt, ask:" if answer.status == "answered" else "Whom to ask:"


def _safe(text: str) -> str:
    return escape(printable(text), quote=True)


def _sentence(text: str) -> str:
    """Our own error sentences name commands in backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", _safe(text))


def _fill(text: str, first: str = "", later: str = "") -> str:
    """Lines of at most WIDTH columns; words longer than that, such as addresses, stay whole."""
    return textwrap.fill(
        printable(flow(text)),
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
