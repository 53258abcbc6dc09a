"""What a sentence claims: its content, how it binds, whom, how much, and under which conditions.

Read with word lists of the evaluation's own, so that the metric of faithfulness cannot share a
blind spot with the verifier that it judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from eval.claims import forces
from eval.claims.amounts import Amount, amounts, bounds, whens
from eval.claims.forces import Bind, Condition
from eval.claims.words import Word, content, listed, plain, sentences, tokens

__all__ = ["Bind", "Claim", "Word", "plain", "read", "sentences"]


@dataclass(frozen=True)
class Claim:
    """A sentence, or the part of one between semicolons, as read."""

    text: str
    stems: tuple[str, ...]  # every word, in order
    words: tuple[Word, ...]
    binds: tuple[Bind, ...]
    amounts: frozenset[Amount]
    bounds: frozenset[tuple[str, str]]  # a number, and whether it is the most, the least, …
    whens: frozenset[tuple[str, str]]  # before or after, and what
    actors: frozenset[str]
    agents: frozenset[str]  # who acts, where that is said
    conditions: tuple[Condition, ...]
    inverts: bool
    denied: bool  # under the condition that something is not
    only: bool
    sweeping: bool
    constant: bool  # always, whatever the case
    hedged: bool  # normally, where possible
    joins: frozenset[str]  # "and", "or"
    spoken: tuple[Word, ...] = ()  # its own words, where `words` holds what a pronoun stands for


@lru_cache(maxsize=4096)
def read(sentence: str) -> Claim:
    """A sentence as a claim."""
    text = plain(sentence)
    found = tokens(text)
    words = tuple(content(found))
    actors = [
        (group.removeprefix("actors:"), found[at][1])
        for groups, at, _ in listed(found, "actors")
        for group in groups
    ]
    return Claim(
        text,
        tuple(stem for stem, _ in found),
        words,
        tuple(forces.binds(text, words)),
        frozenset(amounts(found)),
        frozenset(bounds(text)),
        frozenset(whens(found)),
        frozenset(actor for actor, _ in actors),
        forces.agents(text, actors),
        tuple(forces.conditions(text, words)),
        forces.inverts(text),
        forces.is_denied(text),
        forces.is_only(text),
        forces.is_sweeping(text),
        forces.is_constant(text),
        forces.is_hedged(text),
        frozenset(stem for stem, _ in found if stem in ("and", "or")),
    )
