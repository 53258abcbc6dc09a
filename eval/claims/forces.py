"""How a sentence binds: which verbs give it force, what they govern, under which conditions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eval.claims.amounts import Amount, amounts
from eval.claims.words import Word, instructions, tokens

_NOT_MORE = re.compile(
    r"\b(?:no|not) (?=(?:more|less|fewer|longer|later|earlier|older|younger) than|only\b)"
)
_CLAUSE = re.compile(r"(?:if|when|whenever|where|wherever|while|unless|until|once)\b")
_RELATIVE = re.compile(r"(?:\w+ )?(?:who|whose|which|whom|that)\b")
_DENIED = re.compile(r"\b(?:not|never|nobody|no)\b")
_AT_WILL = re.compile(r"(?:if|as|when|whenever) (?:you|they|he|she) ")
_LIGHT = re.compile(r"(?:can|could|(?:is |are )?able|will|going|is|are|no)\b")
_OWNER = re.compile(r"[\w-]+(?: [\w-]+)?'")
_PASSIVE = re.compile(r"(?: \w+ly)? (?:be|is|are|been|being) \w+(?:ed|en|t|n)\b")


@dataclass(frozen=True)
class Bind:
    """One verb's force, and the content that it governs."""

    force: str
    head: frozenset[str]  # the senses of the content word that follows
    scope: tuple[Word, ...]  # the content from the verb before to the verb after
    at: int
    light: bool  # may do no more than help a sentence along: "can", "will"

    @property
    def sign(self) -> int:
        return -1 if " not" in self.force and self.force != "need not" else 1


@dataclass(frozen=True)
class Condition:
    """What must hold for a rule to apply, or what is left out of it."""

    words: tuple[Word, ...]
    amounts: frozenset[Amount]


def binds(text: str, words: tuple[Word, ...]) -> Iterator[Bind]:
    """Every verb that binds, and "do" for an instruction; those within a condition bind nobody."""
    found: list[tuple[str, int, int]] = []
    first = re.match(r"(?:please |always |then |so |just )*(do not|never|[a-z]+)", text)
    please = "please " if first and "please" in first.group() else ""
    if first and first.group(1) in ("do not", "never"):
        found.append((f"{please}do not", 0, first.end()))
    elif first and (please or first.group(1) in instructions()):
        found.append((f"{please}do", 0, first.start(1)))
    # "No more than ten" forbids nothing; blanked out at its length, so that places stay right.
    blanked = _NOT_MORE.sub(lambda match: "~" * len(match.group()), text)
    within = _condition_spans(text)
    for verb in _verbs().finditer(blanked):
        if any(start < verb.start() < end for start, end in within):
            continue
        if (
            first is None
            or verb.start() >= first.end()
            or first.group(1) not in ("do not", "never")
        ):
            name = (verb.lastgroup or "").replace("_", " ")
            found.append((name, verb.start(), verb.end()))
    if any(_AT_WILL.match(text, start) for _, start, _ in found):
        found = [one for one in found if one[0] not in ("do", "please do")]
    for place, (name, start, end) in enumerate(found):
        since = found[place - 1][2] if place else 0
        until = found[place + 1][1] if place + 1 < len(found) else len(text)
        head = next((word.senses for word in words if word.at >= end), frozenset())
        scope = tuple(word for word in words if since <= word.at < until)
        yield Bind(name, head, scope, start, _LIGHT.match(text[start:end]) is not None)


def conditions(text: str, words: tuple[Word, ...]) -> Iterator[Condition]:
    """Each condition with its content."""
    for start, end in _condition_spans(text):
        content = tuple(word for word in words if start <= word.at < end)
        counted = frozenset(amounts(tokens(text[start:end])))
        if content or counted:
            yield Condition(content, counted)


def inverts(text: str) -> bool:
    """Whether a condition turns the rule round: "must not … unless" permits."""
    return _phrase("inverts").search(text) is not None


def is_denied(text: str) -> bool:
    """Whether a condition is that something is not: "if they have not" is "unless they have"."""
    return any(_DENIED.search(text[start:end]) for start, end in _condition_spans(text))


def is_only(text: str) -> bool:
    """Whether it holds for nobody else, or in no other case."""
    return _phrase("only").search(text) is not None


def is_hedged(text: str) -> bool:
    """Whether it leaves room: "normally", "where possible"."""
    return _phrase("hedged").search(text) is not None


def is_constant(text: str) -> bool:
    """Whether it claims to hold always, whatever the case."""
    return _phrase("always").search(text) is not None


def is_sweeping(text: str) -> bool:
    """Whether it claims to hold for everybody, or always; "not … any" claims no more than "not"."""
    negative = any(bind.sign < 0 for bind in binds(text, ()))
    return _phrase("all" if negative else "sweeping").search(text) is not None


def agents(text: str, actors: list[tuple[str, int]]) -> frozenset[str]:
    """Who may act: named after "by", or before the first verb that binds, unless it is passive."""
    lead = re.match(r"(?:if|when|where|once|unless|after|before|in|on|at|during)\b[^,]*, ", text)
    if lead:
        actors = [(actor, at - lead.end()) for actor, at in actors if at >= lead.end()]
        text = text[lead.end() :]
    found: set[str] = set()
    for by in re.finditer(r"\bby (?:(?:the|a|an|any|their|his|her) )?(?:school |class )?", text):
        found.update(actor for actor, at in actors if 0 <= at - by.end() <= 12)
    verb = _verbs().search(text)
    before = [
        actor
        for actor, at in actors
        if (verb is None or at < verb.start()) and not _OWNER.match(text, at)
    ]
    passive = _PASSIVE.match(text, verb.end()) if verb else _PASSIVE.search(text)
    if before and not passive and not (found and verb is None):
        found.add(before[0])
    return frozenset(found)


def _condition_spans(text: str) -> list[tuple[int, int]]:
    """From the word that opens a condition to the next comma or opening.

    A condition before the rule's own verb ends there: "Pupils who arrive late must sign in".
    """
    openings = list(_phrase("condition").finditer(text))
    opened = [opening.start() for opening in openings]
    # "If nobody", "when no adult": these deny the condition, and are no verb of the rule.
    within_it = {opening.end() + 1 for opening in openings}
    if _CLAUSE.match(text):
        within_it |= set(range(max(0, text.find(","))))
    verbs = [
        verb.start()
        for verb in _verbs().finditer(text)
        if verb.lastgroup != "is_not" or verb.start() not in within_it
    ]
    spans = []
    for start, following in zip(opened, [*opened[1:], len(text)], strict=False):
        comma = text.find(",", start + 1)
        end = min(following, comma if comma > 0 else len(text))
        within = [verb for verb in verbs if start < verb < end]
        relative = _RELATIVE.match(text, start) is not None
        if within and (relative or end != comma) and not any(verb < start for verb in verbs):
            end = within[-1]
        spans.append((start, end))
    if verbs and all(any(start < verb < end for start, end in spans) for verb in verbs):
        # The rule must have a verb: it is the last one before the comma.
        spans = [
            (start, max((v for v in verbs if start < v < end), default=end)) for start, end in spans
        ]
    return spans


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "forces.toml").read_text("utf-8"))


@cache
def _verbs() -> re.Pattern[str]:
    """Every force as a named group, in the order of the file."""
    tables = _tables()
    groups = []
    for name, patterns in tables["forces"].items():
        listed = "|".join(patterns).replace("BE", tables["BE"]).replace("NONE", tables["NONE"])
        groups.append(rf"(?P<{name.replace(' ', '_')}>\b(?:{listed})\b)")
    return re.compile("|".join(groups))


@cache
def _phrase(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_tables()['phrases'][name])})\b")
