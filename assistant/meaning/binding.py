"""How strongly two rules bind, and whether one says the other turned round."""

from __future__ import annotations

from assistant.meaning.rule import Rule

_OPPOSITE = {
    "MAY": "MAY-NOT",
    "MAY-NOT": "MAY",
    "SHOULD": "SHOULD-NOT",
    "SHOULD-NOT": "SHOULD",
    "IS": "IS-NOT",
    "IS-NOT": "IS",
}
DENIES = frozenset(("MAY-NOT", "SHOULD-NOT", "ASK-NOT", "ADVISE-NOT", "DISCOURAGE", "PREFER-NOT"))
DUTIES = frozenset(("MUST", "SHOULD", "WILL", "ASK", ""))


def denies(rule: Rule) -> bool:
    """Whether "no" may stand before it."""
    return rule.force in DENIES or rule.force == "NEED-NOT" or rule.negated


def is_turned(said: Rule, told: Rule) -> bool:
    """“Must not, except …” said as “may, only if …”, or the other way round."""
    sides = (_side(said), _side(told))
    if _OPPOSITE.get(sides[0]) != sides[1]:
        return False
    denied, allowed = (told, said) if sides[1].endswith("NOT") else (said, told)
    takes_out = denied.stems("except") or {"WITHOUT", "UNTIL"} & denied.stems()
    limited = allowed.only or (
        allowed is said
        and allowed.force == "MAY"
        and (allowed.stems("if") or "AFTER" in allowed.stems())
    )
    return bool(takes_out and limited and not allowed.stems("except") and not denied.only)


def bound_otherwise(said: Rule, told: Rule) -> list[str]:
    """How one rule binds that the other does not."""
    wrong = []
    if not _binds_alike(said, told):
        wrong.append(f"it binds otherwise: {_force(said)} for {_force(told)}")
    if said.only != told.only:
        wrong.append("an “only” came or went")
    elif said.only and _only_who(said) != _only_who(told):
        wrong.append("“only” limits something else")
    return wrong


def _only_who(rule: Rule) -> bool:
    return any(word.only and word.place == "who" for word in rule.words)


def _force(rule: Rule) -> str:
    return (rule.force or "a statement") + (" not" if rule.negated else "")


def _side(rule: Rule) -> str:
    """How a rule binds, with what it denies: “nobody drives” is as much as “nobody may”."""
    if rule.force in ("", "WILL"):
        if rule.nobody and rule.negated:
            return "MAY-NOT"
        return "IS-NOT" if rule.negated else "IS"
    return f"not {rule.force}" if rule.negated else rule.force


def _binds_alike(said: Rule, told: Rule) -> bool:
    if said.force == told.force and (said.denials - told.denials) % 2:
        return False  # "no pupil is not …"
    if said.force == told.force or {said.force, told.force} == {"", "WILL"}:
        return said.negated == told.negated
    if "MAY-NOT" in (said.force, told.force) and _side(said) == _side(told):
        return True  # “nobody drives”
    if not said.force and _orders(said, told):
        return told.force in (("MAY-NOT", "SHOULD-NOT") if said.negated else ("MUST", "SHOULD"))
    if not told.force and _orders(told, said):
        return said.force == ("MAY-NOT" if told.negated else "MUST")
    return False


def _orders(order: Rule, other: Rule) -> bool:
    """An instruction: what the other has behind its force stands first in it."""
    verbs = [word.stem for word in other.words if word.place == "what"]
    words = [word.stem for word in order.words if word.place == "what"]
    return bool(verbs and words) and words[0] == verbs[0]
