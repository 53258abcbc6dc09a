"""Who does it to whom, and whom "you" may stand for."""

from __future__ import annotations

from assistant.meaning.rule import PEOPLE, Rule
from assistant.meaning.words import canonical

_GENERAL = {
    canonical(word) for word in "person adult user member team individual representative".split()
}
_YOU: dict[str, set[str]] = {
    "staff": {"staff", "teacher", "ta", "tutor"},
    "headteacher": {"headteacher", "staff", "teacher", "slt"},
    "governor": {"governors", "governor", "trustee"},
    "volunteer": {"volunteer", "visitor"},
    "parent": {"parent"},
    "pupil": {"pupil", "boarder", "candidate"},
    "visitor": {"visitor"},
    "contractor": {"contractor", "visitor"},
}


def mine(role: str) -> set[str]:
    """The words for whoever has a role, as stems."""
    return {canonical(word) for word in _YOU.get(role, ())}


def may_be_you(word: str, role: str) -> bool:
    """Whether a word names people of whom whoever asks is one."""
    return canonical(word) in mine(role or "staff") | _GENERAL


def people(said: Rule, told: Rule, role: str, turned: bool) -> list[str]:
    """Who does it to whom."""
    who, whom = _heads(said, "who"), said.stems("what") & PEOPLE
    doers, others = told.stems("who") & PEOPLE, told.stems("what") & PEOPLE
    changed = said.passive != told.passive
    allowed = doers | told.stems("if")
    if changed:
        allowed |= others
    if turned or (said.only and told.only):
        allowed |= told.stems("except")
    if not doers or told.ours:
        allowed |= {"school"}
    if told.you:
        allowed |= mine(role or "staff")
    wrong = [f"“{one}” is not whom it binds" for one in sorted(who - allowed)]
    if said.force and told.force and not changed and not turned:
        heads = _heads(told, "who")
        wrong += [f"“{one}” is whom it binds" for one in sorted(whom & heads - others)]
    if said.you and role and doers and not doers & (mine(role) | _GENERAL):
        wrong.append("“you” are not whom it binds")
    return wrong


def _heads(rule: Rule, place: str) -> set[str]:
    """The people that the words of a place begin with, not those who stand behind them."""
    found: set[str] = set()
    words = [word for word in rule.words if word.place == place]
    for word in words:
        if word.tied or (word.stem == "school" and word is not words[-1]):
            continue  # "of pupils", "school activity"
        if word.stem in PEOPLE:
            found.add(word.stem)
        elif found and not word.join:
            break
    return found
