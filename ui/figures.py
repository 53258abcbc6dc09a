"""Quotes as HTML: quotations with their places, exceptions tied to their rules, versions beside."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Quote
from ui.marks import differing, safe, shown
from ui.policy_view import citation_link
from ui.words import (
    KINDS,
    TIED,
    Versions,
    citation,
    families,
    labels,
    reading,
    same_words,
    versions,
)

_SAME, _POINTS, _OTHER = "The same in both", "The same words in both", "Reworded"
_NEW_TAB = '<span class="cv-hidden"> (opens the policy in a new tab)</span>'


def quotations(quotes: Sequence[Quote]) -> str:
    """All quotes of one school's answer; side by side where they are versions of a policy."""
    if pairs := versions(quotes):
        return "".join(map(_side_by_side, pairs))
    return "".join(map(_family, families(quotes)))


def place(group: Sequence[Quote], parts: Sequence[str]) -> str:
    """Parts of a citation as a link that opens the policy at its clause."""
    spans = " ".join(f"<span>{safe(part)}</span>" for part in parts)
    href = safe(citation_link(group[0]))
    return f'<a class="cv-open" href="{href}" target="_blank">{spans}{_NEW_TAB}</a>'


def _family(family: Sequence[Sequence[Quote]]) -> str:
    rule, *hanging = family
    if not hanging:
        return _figure(rule, KINDS.get(rule[0].kind, ""))
    figures = _figure(rule, KINDS.get(rule[0].kind, ""))
    figures += "".join(_figure(group, TIED[group[0].kind]) for group in hanging)
    return (
        f'<div class="cv-tied" role="group" aria-label="A rule and what limits it">{figures}</div>'
    )


def _figure(group: Sequence[Quote], kind: str) -> str:
    quote = group[0]
    if quote.lead_in:
        bullets = "".join(f"<li>{shown(q.text)}</li>" for q in group)
        words = f'<p class="cv-lead-in">{safe(quote.led)}</p><ul>{bullets}</ul>'
    else:
        words = f"<p>{shown(quote.text)}</p>"
    called = f'<p class="cv-kind">{kind}</p>' if kind else ""
    return (
        f'<figure class="cv-quote cv-kind-{quote.kind}">{called}'
        f"<blockquote>{words}</blockquote>{_caption(group)}</figure>"
    )


def _caption(group: Sequence[Quote]) -> str:
    warnings = "".join(f'<span class="cv-label">{label}</span> ' for label in labels(group[0]))
    return f"<figcaption>{warnings}<cite>{place(group, citation(group))}</cite></figcaption>"


def _side_by_side(pair: Versions) -> str:
    """One clause as it was and as it is, with the words marked that differ."""
    old, new = pair
    if old is not None and new is not None:
        words = differing(reading(old), reading(new))
        kind = _SAME if words[0] == words[1] else _POINTS if same_words(old, new) else _OTHER
        sides = _side("Before", old, words[0]) + _side("Now", new, words[1])
    elif new is not None:
        kind = "Only in the version in force"
        sides = _side("Now", new, shown(reading(new)))
    else:
        assert old is not None  # a pair has at least one side
        kind = "Only in the earlier version"
        sides = _side("Before", old, shown(reading(old)))
    return (
        f'<div class="cv-versions" role="group" aria-label="{kind}">'
        f'<p class="cv-kind">{kind}</p><div class="cv-both">{sides}</div></div>'
    )


def _side(called: str, quote: Quote, words: str) -> str:
    return (
        f'<figure class="cv-quote cv-{called.lower()}"><p class="cv-kind">{called}</p>'
        f"<blockquote><p>{words}</p></blockquote>{_caption([quote])}</figure>"
    )
