"""What a rule is made of: who, how it binds, what, when, and with which exception."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.meaning.words import FREE, canonical, listed_words

FORCES = frozenset(
    """MUST MAY MAY-NOT SHOULD SHOULD-NOT NEED-NOT ASK ASK-NOT ADVISE ADVISE-NOT ENCOURAGE
    DISCOURAGE PREFER PREFER-NOT MIGHT WILL""".split()
)
AMOUNTS = frozenset("AT-LEAST AT-MOST OVER UNDER WITHIN".split())
TIMES = frozenset(
    "BEFORE AFTER UNTIL SINCE OUTSIDE WITHOUT AFTERWARDS AT-ONCE SOON SOMETIMES ALWAYS".split()
)
NEGATED = {
    "MUST": "MAY-NOT",
    "MAY": "MAY-NOT",
    "SHOULD": "SHOULD-NOT",
    "ASK": "ASK-NOT",
    "ADVISE": "ADVISE-NOT",
    "ENCOURAGE": "DISCOURAGE",
    "PREFER": "PREFER-NOT",
}

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
    fixed: bool = False  # behind "until", "before", "who": it limits, and stays
    doer: bool = False  # behind the "by" of a passive
    handed: bool = False  # from the rule before: whom "they" are
    edge: bool = False  # the next word stands behind "and", "or" or a comma


@dataclass
class Rule:
    """One main clause with all that limits it."""

    force: str = ""
    negated: bool = False
    denials: int = 0  # of "not" and "no" that its force does not tell
    words: list[Word] = field(default_factory=list)
    only: bool = False
    hedged: bool = False
    passive: bool = False
    you: bool = False  # whoever asks is whom it binds
    ours: bool = False  # "we", "us", "our": the school
    any: bool = False  # "any a or b": each of them
    nobody: bool = False  # "nobody …", "no pupil …"
    points: bool = False  # "it", "they": something named elsewhere
    yours: bool = False  # it speaks to whoever asks
    limits: bool = False  # "but …": what stands before it is not the whole truth

    def stems(self, *places: str) -> set[str]:
        """The words of some places, or all."""
        return {word.stem for word in self.words if not places or word.place in places}


def is_content(token: str) -> bool:
    """A word or number that a sentence must share with its clause."""
    return (token[0].isalnum() or token[0] == "£") and not token.isupper() and token not in FREE
