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
    bound = _bound(told)
    if said.you and role and bound and not bound & (mine(role) | _GENERAL):
        wrong.append("“you” are not whom it binds")
    return wrong


def _bound(told: Rule) -> set[str]:
    """Whom a rule binds: of people who stand right behind each other the last ("team leaders")."""
    found: list[str] = []
    before = False
    for word in told.words:
        if word.place != "who" or word.tied or word.stem not in PEOPLE:
            before = before and word.place != "who"
            continue
        if before and not word.join:
            found[-1] = word.stem
        else:
            found.append(word.stem)
        before = True
    return set(found)


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
