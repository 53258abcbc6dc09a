"""The rules that a sentence lays down: who, how it binds, what, when, and with which exception."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from assistant.meaning.words import FREE, canonical, listed_words, tokens

FORCES = frozenset(
    """MUST MAY MAY-NOT SHOULD SHOULD-NOT NEED-NOT ASK ASK-NOT ADVISE ADVISE-NOT ENCOURAGE DISCOURAGE
    PREFER PREFER-NOT MIGHT WILL""".split()
)
AMOUNTS = frozenset("AT-LEAST AT-MOST OVER UNDER WITHIN".split())
TIMES = frozenset("BEFORE AFTER UNTIL SINCE OUTSIDE WITHOUT AFTERWARDS AT-ONCE SOON SOMETIMES ALWAYS".split())
NEGATED = {
    "MUST": "MAY-NOT",
    "MAY": "MAY-NOT",
    "SHOULD": "SHOULD-NOT",
    "ASK": "ASK-NOT",
    "ADVISE": "ADVISE-NOT",
    "ENCOURAGE": "DISCOURAGE",
    "PREFER": "PREFER-NOT",
}
_POSITIVE = {"ASK-NOT": "ASK", "MAY-NOT": "MUST", "SHOULD-NOT": "SHOULD", "ADVISE-NOT": "ADVISE"}
_OPENERS = {"IF": "if", "EXCEPT": "except", "SO-THAT": "why", "EVEN": "even"}
_BE = frozenset("be is are was were been being".split())
_JOINS = frozenset((",", "and", "or"))
_PREPOSITIONS = frozenset("in on at for to with as during by of from about into onto under".split())

PEOPLE = frozenset(map(canonical, listed_words("people")))
"""Words that name who does something, or to whom."""
VERBS = frozenset(map(canonical, listed_words("verbs")))
"""Words that, after "and" or "or", begin another thing to do."""


LIGHT = frozenset(map(canonical, listed_words("light")))
"""Verbs that mean little by themselves: "is put in the book", "goes in the book"."""


@dataclass(frozen=True)
class Word:
    """A content word or sign of a rule, and where in it."""

    stem: str
    place: str  # "who", "what", "if", "except", "why", "even", "denied"
    only: bool = False  # in the reach of an "only"
    loose: bool = False  # may be left out: an example, an aside, a reason
    join: str = ""  # "and" or "or" right before it
    deed: int = 0  # which of several things to do: do this and do that
    item: int = 0  # which of several in a row: a, b and c
    bare: bool = True  # no preposition ties its item to what follows
    tied: bool = False  # behind a preposition: "of pupils"
    handed: bool = False  # from the rule before: whom "they" are
    edge: bool = False  # the next word stands behind "and", "or" or a comma


@dataclass
class Rule:
    """One main clause with all that limits it."""

    force: str = ""
    negated: bool = False
    words: list[Word] = field(default_factory=list)
    only: bool = False
    hedged: bool = False
    passive: bool = False
    you: bool = False  # whoever asks is whom it binds
    yours: bool = False  # it speaks to whoever asks
    limits: bool = False  # "but …": what stands before it is not the whole truth

    def stems(self, *places: str) -> set[str]:
        """The words of some places, or all."""
        return {word.stem for word in self.words if not places or word.place in places}


def is_content(token: str) -> bool:
    """A word or number that a sentence must share with its clause."""
    return (token[0].isalnum() or token[0] == "£") and not token.isupper() and token not in FREE


@lru_cache(maxsize=4_000)
def rules(text: str) -> tuple[Rule, ...]:
    """The rules of one sentence, in order; what leads into all of them is in each."""
    found: list[Rule] = []
    for piece in _pieces(tokens(text)):
        made = _Parser(piece).rules(found[-1] if found else None)
        if found and made and piece[0] in ("IF", "EXCEPT"):
            made[0].limits = True  # "…; where there is none, …"
        found += made
    return tuple(found)


def stands_alone(text: str) -> bool:
    """Whether a list's item has somebody and a force of its own."""
    return _opens_rule(tokens(text)) and bool(rules(text)[0].stems("who") or rules(text)[0].you)


def _pieces(line: Sequence[str]) -> list[list[str]]:
    """Cut at marks after which nothing before limits what follows."""
    pieces: list[list[str]] = [[]]
    for token in line:
        if token in ";.?!—–:":
            pieces.append([])
        else:
            pieces[-1].append(token)
    return [piece for piece in pieces if any(map(is_content, piece)) or FORCES & set(piece)]


class _Parser:
    """Reads one piece from left to right and remembers in which part of a rule it is."""

    def __init__(self, line: Sequence[str]) -> None:
        self.line = line
        self.made: list[Rule] = []
        self.rule = Rule()
        self.place, self.outside, self.join = "who", "who", ""
        self.only = self.loose = self.denied = self.relative = self.tied = False
        self.bare = True
        self.depth = self.deed = self.item = 0
        self.verb = False  # a statement has had its verb
        self.opened = -1  # how many words there were when a condition began

    def rules(self, before: Rule | None) -> list[Rule]:
        for at, token in enumerate(self.line):
            last, ahead = self.line[at - 1] if at else "", self.line[at + 1 :]
            if token in _JOINS or token in _OPENERS or token in ("but", "(", ")"):
                self._close()
            if token == "(":
                self.depth, self.outside = self.depth + 1, self.place
            elif token == ")":
                self.depth, self.loose, self.place = max(0, self.depth - 1), False, self.outside
            elif token == "INCLUDING":
                self.loose = True
            elif token in _JOINS or token == "but":
                self._join(token, last, ahead)
            elif token in FORCES:
                self._force(token, last, ahead)
            elif token in ("NOT", "NO"):
                self._deny(last, ahead)
            else:
                self._other(token, ahead)
        self._close()
        self.made.append(self.rule)
        return _finished([one for one in self.made if one.words or one.force], before)

    def _close(self) -> None:
        """A condition of empty words is one all the same: "where there is one"."""
        if self.opened == len(self.rule.words):
            self.rule.words.append(Word("so", self.place, self.only, self.place == "even"))
        self.opened = -1

    def _next(self, rule: Rule, place: str) -> None:
        self.made.append(self.rule)
        self.rule, self.place, self.verb = rule, place, False
        self.only = self.loose = self.denied = self.relative = self.tied = False

    def _join(self, token: str, last: str, ahead: Sequence[str]) -> None:
        self.join = token if token in ("and", "or") or not self.join else self.join
        if self.rule.words:
            self.rule.words[-1] = replace(self.rule.words[-1], edge=True)
        self.denied = False
        self.item += 1
        self.loose = self.loose and not (token == "," and FORCES & {*ahead})
        rule, after = self.rule, [t for t in ahead[:3] if t not in _JOINS]
        if self.verb and after and after[0] in FORCES and self.place in ("who", "what"):
            who = [word for word in rule.words if word.place == "who"]
            self._next(Rule(limits=token == "but"), "who")  # "is kept here, and may be read"
            self.rule.words = [replace(word, loose=True, handed=True) for word in who]
        elif (rule.force or self.verb) and self.place != "who" and _opens_rule(ahead):
            self._next(Rule(limits=token == "but"), "who")
        elif rule.force in _POSITIVE and token != "," and after[:1] == ["to"]:
            self._next(Rule(force=_POSITIVE[rule.force]), "what")  # "asked not to …, but to …"
        elif rule.force and after[:1] == ["NOT"] and set(after[1:]) & VERBS:
            self._next(Rule(force=rule.force), "what")
        elif token == "but" and (rule.force or rule.words):
            goes_on = rule.force and ahead and (ahead[0].isupper() or ahead[0] in _PREPOSITIONS)
            force = rule.force if goes_on else ""
            self._next(Rule(force=force, limits=True), "what" if goes_on else "who")
        elif token == "," and not rule.force and self.place in ("if", "except", "even", "why"):
            self.place, self.only, self.relative = "who", False, False
        elif self.place == "what" and token != "," and after and after[0] in VERBS:
            self.deed += 1
        elif token == "," and self.place == "what" and after and after[0] in VERBS:
            self.deed += 1
        if token == ",":
            self.only = self.only and self.place == "what"

    def _force(self, token: str, last: str, ahead: Sequence[str]) -> None:
        rule = self.rule
        leads = self.place in ("if", "except", "even", "why") and not self.relative
        of_people = last in ("who", "which", "that")  # "pupils who may …"
        behind = self.place != "if" and any(word.place in ("who", "what") for word in rule.words)
        of_condition = (
            not rule.force and leads and ("," in ahead or FORCES & {*ahead} or behind or self.verb)
        )
        if of_people or of_condition:
            pass
        elif not rule.force or (rule.force == "WILL" and last in ("WILL", "be")):
            rule.force = token
            if rule.negated and token in NEGATED:
                rule.force, rule.negated = NEGATED[token], False
            self.place, self.relative, self.tied = "what", False, False
            rule.passive = bool(ahead) and ahead[0] in _BE
            rule.you = rule.you or list(ahead[:1]) == ["you"]
            return
        if token != "WILL":
            aside = self.loose or self.place != "what"
            rule.words.append(Word(token.lower(), self.place, self.only, aside))

    def _deny(self, last: str, ahead: Sequence[str]) -> None:
        if self.place not in ("who", "what", "by"):
            self.rule.words.append(Word("not", self.place, self.only))
        elif last in _JOINS and self.rule.words and not (ahead and ahead[0] in VERBS):
            self.denied = True  # "the school, not the trust"
        else:
            self.rule.negated = True

    def _other(self, token: str, ahead: Sequence[str]) -> None:
        rule = self.rule
        if token in ("who", "which", "that", "whose", "whom"):
            if self.place == "who" and not rule.force and rule.words:
                self.place, self.relative = "if", True
        elif token in _OPENERS:
            self.place = _OPENERS[token]
            self.only = self.only and token == "IF"
            self.denied = self.relative = self.loose = False
            self.opened = len(rule.words)
            if self.place == "even":
                rule.words.append(Word("EVEN", "even", loose=True))
                self.opened += 1
        elif token == "ONLY":
            rule.only = self.only = True
        elif token == "NORMALLY":
            rule.hedged = True
        elif token in _BE and self.place == "who" and rule.words and not rule.force:
            self.place, self.verb = "what", True
            rule.passive = True
        elif token in ("you", "your"):
            rule.yours = True
            rule.you = rule.you or (token == "you" and self.place == "who")
        elif token == "by" and rule.passive and self.place == "what" and PEOPLE & {*ahead[:4]}:
            self.place = "by"
        elif token in _PREPOSITIONS:
            if self.place == "by":
                self.place = "what"
            self.bare, self.tied = False, True
            rule.words = [
                replace(w, bare=False) if w.item == self.item else w for w in rule.words
            ]
        elif token in AMOUNTS or token in TIMES or token == "NOT-ALL" or is_content(token):
            aside = self.loose or self.depth > 0 or self.place in ("why", "even")
            place = "denied" if self.denied else self.place
            rule.words.append(
                Word(token, place, self.only, aside, self.join, self.deed, self.item, self.bare, self.tied)
            )
            self.join, self.bare = "", True


def _opens_rule(ahead: Sequence[str]) -> bool:
    """A subject of few words and a verb of its own follow."""
    for token in ahead[:7]:
        if token in FORCES:
            return True
        if token in _OPENERS or token in _JOINS or token in ("(", "who", "which", "that"):
            return False
    return False


def _finished(made: list[Rule], before: Rule | None) -> list[Rule]:
    """Statements get their place; conditions before the first rule hold for all of them."""
    first = made[0].words if made else []
    lead = [word for word in first if word.place == "if"] if first and first[0].place == "if" else []
    for at, rule in enumerate(made):
        rule.words = _joins(rule.words)
        if not rule.force and not rule.passive:
            rule.words = [replace(w, place="what") if w.place == "who" else w for w in rule.words]
        if rule.stems("by"):
            turn = {"who": "what", "by": "who"}
            rule.words = [replace(w, place=turn.get(w.place, w.place)) for w in rule.words]
        if rule.negated and rule.force in NEGATED:
            rule.force, rule.negated = NEGATED[rule.force], False
        if at:
            rule.words = lead + rule.words
        earlier = made[at - 1] if at else before
        if earlier is not None and not rule.stems("who") and rule.force and not rule.you:
            handed = ("who", "if") if not at else ("who",)
            rule.words += [replace(w, loose=True, handed=True) for w in earlier.words if w.place in handed]
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
