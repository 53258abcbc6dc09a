"""An answer as HTML for the chat, and as plain text for the terminal and for copying.

Whatever comes from a question, a policy or an answer is escaped. In quotes, line breaks and
hyphenated line ends are closed and nothing else is changed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import count, groupby

from assistant.answer import Answer, Part, Quote
from ingest.documents import flow
from ui import comparison
from ui.figures import quotations
from ui.marks import safe
from ui.words import (
    KINDS,
    TIED,
    UNANSWERED,
    asks,
    citation,
    families,
    labels,
    printable,
    quotes_of,
    shares,
    title,
    tone,
    top_verdict,
    verdict,
    versions,
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
    ask = "" if asks(answer) else _whom(answer)  # a comparison says it school by school
    body = [
        _paragraph("cv-understood", answer.understood, "Taken to be "),
        f'<p class="cv-verdict cv-{tone(answer)}">{_mark(symbol, words)}</p>',
        _paragraph("cv-plain", _shortly(answer)),
        _options(answer.options) if offer else "",
        *_sections(answer, turn),
        _notices([n for n in answer.notices if _school_of(n, answer) is None]),
        _paragraph("cv-closest", answer.closest, "Closest, but not an answer: "),
        _paragraph("cv-ask", ask, f"<strong>{_ask_label(answer)}</strong> "),
        _tools(turn) if answer.status not in ("clarify", "failed") else "",
    ]
    return _article(answer.question, "".join(body), turn, asked_of)


def waiting(question: str, *, turn: int = 1, asked_of: str = "", heard: Sequence[str] = ()) -> str:
    """A question that is being looked up, with the sentences of its answer that are there."""
    busy = '<p class="cv-busy" aria-busy="true">Looking through the policies…</p>'
    return _article(question, f"{_paragraph('cv-plain', ' '.join(heard))}{busy}", turn, asked_of)


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
    blocks = [_fill(f"Taken to be {answer.understood}")] if answer.understood else []
    blocks += [f"{symbol} {words}", _fill(_summary(answer))]
    blocks += ["\n".join(_fill(option, "- ", "  ") for option in answer.options)]
    for part, quotes in shares(answer):
        if part is not None:
            symbol, words = verdict("answered", part.verdict, part.answer)
            blocks += [_fill(f"## {title(answer, part)}: {symbol} {words}"), _fill(part.answer)]
        elif answer.parts:
            blocks += ["## Also"]
        for rule, *hanging in families(quotes):
            blocks += [_plain_group(rule, KINDS.get(rule[0].kind, ""))]
            blocks += [_plain_group(group, TIED[group[0].kind]) for group in hanging]
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


def _shortly(answer: Answer) -> str:
    """The answer in short; nothing where the versions, side by side, say the same words."""
    return "" if not answer.parts and versions(answer.quotes) else _summary(answer)


def _sections(answer: Answer, turn: int) -> Iterator[str]:
    """One for each question of several and for each school, then the quotes of neither."""
    names = (f"turn-{turn}-part-{number}" for number in count(1))
    told: set[str] = set()
    for question, group in groupby(answer.parts, key=lambda part: part.question):
        parts = list(group)
        compared = len({part.school for part in parts}) > 1
        level = 4 if compared and question else 3
        body = comparison.table(parts, answer.quotes, asks(answer)) if compared else ""
        for part in parts:
            notices = [] if part.school in told else _notices_of(part.school, answer)
            silent = part.verdict == "not_covered" and not part.quotes and not notices
            if compared and asks(answer) and silent:
                continue  # the table has said it all
            told.add(part.school)
            called = part.school if compared else title(answer, part)
            said = _part(part, answer) + _notices(notices)
            body += _section("cv-part", level, next(names), called, said)
        yield _section("cv-several", 3, next(names), question, body) if level == 4 else body
    rest = [quotes for part, quotes in shares(answer) if part is None]
    for quotes in rest:
        yield _section("cv-quotes", 3, next(names), _called(answer), quotations(quotes))


def _part(part: Part, answer: Answer) -> str:
    symbol, words = verdict("answered", part.verdict, part.answer)
    quotes = quotes_of(part, answer.quotes)
    return (
        f'<p class="cv-verdict cv-{tone(part)}">{_mark(symbol, words)}</p>'
        f"{'' if versions(quotes) else _paragraph('cv-plain', part.answer)}{quotations(quotes)}"
    )


def _section(kind: str, level: int, name: str, called: str, body: str) -> str:
    # A group, no landmark: landmarks of a page must differ, and every answer has these.
    return (
        f'<div role="group" class="{kind}" aria-labelledby="{name}">'
        f'<h{level} id="{name}">{safe(called)}</h{level}>{body}</div>'
    )


def _called(answer: Answer) -> str:
    if versions(answer.quotes):
        return "Before and now, word for word"
    return "Also" if answer.parts else "Word for word"


def _school_of(notice: str, answer: Answer) -> str | None:
    """The school of a comparison that a notice is about, which opens with its name."""
    schools = {part.school for part in answer.parts}
    if len(schools) < 2:
        return None
    return next((school for school in schools if notice.startswith(f"{school}: ")), None)


def _notices_of(school: str, answer: Answer) -> list[str]:
    notices = [n for n in answer.notices if _school_of(n, answer) == school]
    return [notice.removeprefix(f"{school}: ") for notice in notices]


def _tools(turn: int) -> str:
    """What can be done with an answer; share.js does it."""
    tools = {"copy": "Copy answer", "link": "Copy link", "print": "Print"}
    buttons = "".join(
        f'<button type="button" class="cv-tool" data-do="{do}" data-turn="{turn}">{name}</button>'
        for do, name in tools.items()
    )
    return f'<div class="cv-tools">{buttons}</div>'


def _plain_group(group: Sequence[Quote], kind: str) -> str:
    quote = group[0]
    lines = [_fill(f"{kind}:")] if kind else []
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
        f'<span class="cv-hidden">You asked: </span>{safe(question)}</h2>'
        f"{_paragraph('cv-asked-of', asked_of)}"
        f'<div class="cv-answer">{body}</div></article>'
    )


def _mark(symbol: str, words: str) -> str:
    return f'<span class="cv-symbol" aria-hidden="true">{symbol}</span> <strong>{words}</strong>'


def _paragraph(name: str, text: str, before: str = "") -> str:
    return f'<p class="{name}">{before}{safe(text)}</p>' if text else ""


def _options(options: Sequence[str]) -> str:
    rows = "".join(f"<li>{safe(option)}</li>" for option in options)
    return f'<ul class="cv-options">{rows}</ul>' if rows else ""


def _notices(notices: Sequence[str]) -> str:
    rows = "".join(f"<li>{safe(notice)}</li>" for notice in notices)
    return f'<ul class="cv-notices" aria-label="Please note">{rows}</ul>' if rows else ""


def _whom(answer: Answer) -> str:
    """Whom to ask, unless the answer itself has just said so."""
    return "" if f"Ask: {answer.ask}." in answer.answer else answer.ask


def _ask_label(answer: Answer) -> str:
    return "If in doubt, ask:" if answer.status == "answered" else "Whom to ask:"


def _sentence(text: str) -> str:
    """Our own error sentences name commands in backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", safe(text))


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
