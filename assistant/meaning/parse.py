"""Reads a piece of a sentence word by word into the rules it lays down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.meaning.rule import (
    AMOUNTS,
    FORCES,
    NEGATED,
    PEOPLE,
    TIMES,
    VERBS,
    Rule,
    Word,
    is_content,
)

_POSITIVE = {"ASK-NOT": "ASK", "MAY-NOT": "MUST", "SHOULD-NOT": "SHOULD", "ADVISE-NOT": "ADVISE"}
_OPENERS = {"IF": "if", "EXCEPT": "except", "SO-THAT": "why", "EVEN": "even"}
_BE = frozenset("be is are was were been being".split())
_LEADS = frozenset("in on at for during with".split())
_STOPS = frozenset(("(", "who", "which", "that"))
_HOLD = frozenset(("UNTIL", "BEFORE", "AFTER", "SINCE"))
_POINTS = frozenset("it they them this these one its their".split())
_JOINS = frozenset((",", "and", "or"))
_PREPOSITIONS = frozenset("in on at for to with as during by of from about into onto under".split())


class Parser:
    """Reads one piece from left to right and remembers in which part of a rule it is."""

    def __init__(self, line: Sequence[str]) -> None:
        self.line = line
        self.made: list[Rule] = []
        self.rule = Rule()
        self.place, self.outside, self.join = "who", "who", ""
        self.only = self.loose = self.denied = self.relative = self.tied = False
        self.fixed, self.bare = False, True
        self.deed = self.item = 0
        self.aside = False  # in brackets that hold no more than an abbreviation
        self.awaits = False  # a force came before its subject: "should staff …"
        self.verb = False  # a statement has had its verb
        self.opened = -1  # how many words there were when a condition began

    def rules(self) -> list[Rule]:
        """The rules of the piece, each as it stands there."""
        for at, token in enumerate(self.line):
            last, ahead = self.line[at - 1] if at else "", self.line[at + 1 :]
            if token in _JOINS or token in _OPENERS or token in ("but", "(", ")"):
                self._close()
            if token == "(":
                inner = self.line[at + 1 : self.line.index(")", at) if ")" in ahead else None]
                self.aside = sum(map(is_content, inner)) <= 1 and not any(map(str.isupper, inner))
                self.outside = self.place
            elif token == ")":
                self.aside, self.loose, self.place = False, False, self.outside
            elif token == "INCLUDING":
                # "…, such as a concert, for your own use": what follows may limit all of it.
                self.loose = not {"for", "with"} & {*ahead}
            elif token in _JOINS or token == "but":
                self._join(token, ahead)
            elif token in FORCES:
                self._force(token, last, ahead)
            elif token in ("NOT", "NO", "NEVER"):
                self.rule.nobody |= token == "NO" and self.place == "who" and not self.rule.words
                self._deny(last, ahead)
            else:
                self._other(at, token, ahead)
        self._close()
        self.made.append(self.rule)
        return [one for one in self.made if one.words or one.force]

    def _close(self) -> None:
        """A condition of empty words is one all the same: "where there is one"."""
        if self.opened == len(self.rule.words):
            self.rule.words.append(Word("so", self.place, self.only, self.place == "even"))
        self.opened = -1

    def _next(self, rule: Rule, place: str) -> None:
        self.made.append(self.rule)
        self.rule, self.place, self.verb = rule, place, False
        self.only = self.loose = self.denied = self.relative = self.tied = self.fixed = False

    def _join(self, token: str, ahead: Sequence[str]) -> None:
        if token in ("and", "or") or (token == "," and not self.join):
            self.join = token
        if self.rule.words:
            self.rule.words[-1] = replace(self.rule.words[-1], edge=True)
        self.denied = False
        self.item += 1
        self.tied = False
        self.loose = self.loose and not (token == "," and FORCES & {*ahead})
        rule, after = self.rule, [t for t in ahead[:3] if t not in _JOINS]
        if self.verb and after and after[0] in FORCES and self.place in ("who", "what"):
            who = [word for word in rule.words if word.place == "who"]
            self._next(Rule(limits=token == "but"), "who")  # "is kept here, and may be read"
            self.rule.words = [replace(word, loose=True, handed=True) for word in who]
        elif (rule.force or self.verb) and self.place != "who" and opens_rule(ahead, self.verb):
            self._next(Rule(limits=token == "but"), "who")
        elif rule.force in _POSITIVE and token != "," and after[:1] == ["to"]:
            self._next(Rule(force=_POSITIVE[rule.force]), "what")  # "asked not to …, but to …"
        elif self.place == "what" and rule.words and after[:1] == ["NOT"] and {*after[1:]} & VERBS:
            self._next(Rule(force=rule.force), "what")
        elif self.place == "what" and rule.words and set(after[:1]) & _BE and "NOT" in after:
            self._next(Rule(passive=True), "what")  # "…, and are not sold"
        elif token == "," and rule.negated and not rule.force and after and after[0] in VERBS:
            self._next(Rule(), "who")  # "do not stop, and go to …"
        elif token == "but" and (rule.force or rule.words):
            goes_on = rule.force and ahead and (ahead[0].isupper() or ahead[0] in _PREPOSITIONS)
            force = rule.force if goes_on else ""
            self._next(Rule(force=force, limits=True), "what" if goes_on else "who")
        elif (
            token == ","
            and not rule.force
            and self.place in ("if", "except", "even", "why")
            and not rule.stems("who", "what")
        ):
            self.place, self.only = "who", False
            self.relative = self.tied = False
        elif self.place == "what" and after and after[0] in VERBS:
            self.deed += 1
        if token == ",":
            self.fixed = False
            if self.place == "even" and self.rule.force:
                self.place = "what"  # "…, however small, …"
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
                rule.denials -= 1
            self.place, self.relative, self.tied = "what", False, False
            rule.passive = bool(_BE & {*ahead[:1], *ahead[1:2]}) and not _content_first(ahead)
            self.awaits = not rule.stems("who")
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
            self.rule.denials += 1

    def _other(self, at: int, token: str, ahead: Sequence[str]) -> None:
        rule = self.rule
        if token in ("who", "which", "that", "whose", "whom"):
            if self.place == "who" and not rule.force and rule.words:
                self.place, self.relative = "if", True
            elif self.place in ("what", "by") and token != "that":
                self.fixed = True
        elif token == "SO-THAT" and self.line[max(0, at - 1)] in FORCES:
            pass  # "are encouraged to let pupils …"
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
        elif token == "POSS":
            if rule.words:
                rule.words[-1] = replace(rule.words[-1], tied=True)
        elif token in _POINTS:
            rule.points = True
        elif token in ("we", "us", "our"):
            rule.ours = True
        elif token == "any":
            rule.any = True
        elif (
            token == "WITHOUT"
            and self.place == "what"
            and (rule.force.endswith("NOT") or rule.negated)
        ):
            self.place = "except"
        elif (
            token == "by"
            and rule.passive
            and not self.fixed
            and self.place == "what"
            and PEOPLE & {*ahead[:4]}
        ):
            self.place = "by"
        elif token in _LEADS and not at and "," in ahead:
            self.place = "if"  # "in an emergency, …"
        elif token in _PREPOSITIONS:
            if self.place == "by":
                self.place = "what"
            self.bare, self.tied = False, True
            rule.words = [replace(w, bare=False) if w.item == self.item else w for w in rule.words]
        elif token in _HOLD and not rule.words and not rule.force and "," in ahead:
            self.place = "if"  # "before anybody leaves, …"
            rule.words.append(Word(token, "if"))
        elif token in AMOUNTS or token in TIMES or token == "NOT-ALL" or is_content(token):
            aside = self.loose or self.aside or self.place in ("why", "even")
            place = "denied" if self.denied else self.place
            if self.awaits and place == "what" and token in PEOPLE:
                place = "who"
            elif place == "what":
                self.awaits = False
            rule.words.append(
                Word(
                    token,
                    place,
                    self.only,
                    aside,
                    self.join,
                    self.deed,
                    self.item,
                    self.bare,
                    self.tied,
                    self.fixed or token in _HOLD,
                    place == "by",
                )
            )
            self.fixed = self.fixed or token in _HOLD
            self.join, self.bare = "", True


def _content_first(ahead: Sequence[str]) -> bool:
    return is_content(ahead[0])


def opens_rule(ahead: Sequence[str], states: bool = False) -> bool:
    """A subject of few words and a verb of its own follow; `states`: "is" will do."""
    for at, token in enumerate(ahead[:7]):
        if token in FORCES or (states and at and token in _BE):
            return True
        if token in _OPENERS or token in _JOINS or token in _HOLD or token in _STOPS:
            return False
    return False
