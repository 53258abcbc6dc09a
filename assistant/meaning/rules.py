"""The rules that a sentence lays down, each with all that limits it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from assistant.meaning.parse import Parser, opens_rule
from assistant.meaning.rule import FORCES, NEGATED, Rule, Word, is_content
from assistant.meaning.words import tokens


@lru_cache(maxsize=4_000)
def rules(text: str) -> tuple[Rule, ...]:
    """The rules of one sentence, in order; what leads into all of them is in each."""
    found: list[Rule] = []
    for piece in _pieces(tokens(text)):
        made = _finished(Parser(piece).rules(), found[-1] if found else None)
        if found and made and (piece[0] in ("IF", "EXCEPT") or "exempt" in piece):
            made[0].limits = True  # "…; where there is none, …"
        found += made
    return tuple(found)


def stands_alone(text: str) -> bool:
    """Whether a list's item has somebody and a force of its own."""
    return opens_rule(tokens(text)) and bool(rules(text)[0].stems("who") or rules(text)[0].you)


def _pieces(line: Sequence[str]) -> list[list[str]]:
    """Cut at marks after which nothing before limits what follows."""
    pieces: list[list[str]] = [[]]
    for token in line:
        if token in ";.?!—–:":
            pieces.append([])
        else:
            pieces[-1].append(token)
    return [piece for piece in pieces if any(map(is_content, piece)) or FORCES & set(piece)]


def _finished(made: list[Rule], before: Rule | None) -> list[Rule]:
    """Statements get their place; conditions before the first rule hold for all of them."""
    first = made[0].words if made else []
    lead = (
        [word for word in first if word.place == "if"] if first and first[0].place == "if" else []
    )
    for at, rule in enumerate(made):
        rule.words = _joins(rule.words)
        if not rule.force and not rule.passive:
            rule.words = [replace(w, place="what") if w.place == "who" else w for w in rule.words]
        if rule.stems("by"):
            turn = {"who": "what", "by": "who"}
            rule.words = [replace(w, place=turn.get(w.place, w.place)) for w in rule.words]
        if rule.negated and rule.force in NEGATED:
            rule.force, rule.negated = NEGATED[rule.force], False
            rule.denials -= 1
        if at:
            rule.words = lead + rule.words
        earlier = made[at - 1] if at else before
        if earlier is not None and not rule.stems("who") and rule.force:
            rule.you = rule.you or earlier.you
        if earlier is not None and not rule.stems("who") and rule.force and not rule.you:
            handed = ("who", "if") if not at else ("who",)
            # "Where parents help on trips …. They must not …": the condition holds for both.
            rule.words += [
                replace(w, loose=w.place != "if", handed=True)
                for w in earlier.words
                if w.place in handed
            ]
    return made


def _joins(words: list[Word]) -> list[Word]:
    """A comma in a row stands for the "and" or "or" that ends it."""
    found: list[Word] = []
    join = ""
    for word in reversed(words):
        if found and (word.place, word.deed) != (found[-1].place, found[-1].deed):
            join = ""
        if word.join == ",":
            word = replace(word, join=join)
        join = word.join or join
        found.append(word)
    return found[::-1]
