"""What came, went or was changed in a sentence that is all but a copy of its quote.

Where most of the words stand in the same order, no reading is needed: a sign that was not there, or
a word said more often than the quote says it, was put there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from assistant.meaning.rule import FORCES, LIGHT, PEOPLE, is_content
from assistant.meaning.words import FREE, tokens

COPY = 0.7  # of the words of the sentence, from which it is a copy of the quote
_FEW = 5  # words: of fewer nothing can be told
_MASKED = 0.6  # the same, where people are not told apart
_GENERAL = frozenset(("person", "adult", "user", "member"))
_TIES = frozenset(("IF", "SO-THAT", "WILL", "AT-MOST", "WITHIN", "POSS", "INCLUDING"))
_TURNED = frozenset(("MAY", "MAY-NOT", "SHOULD", "SHOULD-NOT", "NOT"))
_MILD = frozenset(("ALWAYS", "EVEN"))
_ALIKE = {"WITHOUT": "EXCEPT", "NEVER": "NOT"}
_POINTED = frozenset(("school", "person"))
_LIMITS = frozenset(("ONLY", "EXCEPT", "WITHOUT", "UNTIL", "AFTER", "BEFORE"))


def copied(sentence: str, units: Sequence[str]) -> Iterator[str]:
    """What was put into what is otherwise a copy."""
    said = _words(sentence)
    nearest, words = max(
        ((unit, _words(unit)) for unit in units),
        key=lambda one: _same(one[1], said),
        default=("", []),
    )
    if other := _another(words, said, ("by" in tokens(sentence)) != ("by" in tokens(nearest))):
        yield f"“{other}” stands where somebody else did"
    every = [word for unit in units for word in _words(unit)]
    told = words if _same(words, said) >= COPY * len(said) else every
    if len(said) >= _FEW and _same(told, said) >= COPY * len(said):
        yield from _changed(told, said)


def _same(told: Sequence[str], said: Sequence[str]) -> int:
    blocks = SequenceMatcher(None, told, said, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


def _changed(told: Sequence[str], said: Sequence[str]) -> Iterator[str]:
    """What differs in two lines of words that are nearly the same."""
    lost, new = Counter(told) - Counter(said), Counter(said) - Counter(told)
    if signs := _signs(told, lost, new):
        yield "put in: " + ", ".join(sorted(signs))
        return
    turned = bool({*lost} & _TURNED and {*new} & _TURNED)  # "may not, except": "may only"
    gone = {word for word in lost if is_content(word) or word == "1"}
    often = [word for word in new if word in told and word not in _POINTED and is_content(word)]
    if gone and often:
        yield f"“{often[0]}” is said once too often"
        return
    if any(word[0].isdigit() for word in new) and any(word[0].isdigit() for word in gone):
        yield "a number was changed"
        return
    for kind, a, b, c, d in SequenceMatcher(None, told, said, autojunk=False).get_opcodes():
        left = [word for word in told[a:b] if word in lost]
        if kind == "delete" and left and not turned and all(map(_bare_sign, left)):
            yield "left out: " + ", ".join(left)
            return
        put = {word for word in said[c:d] if word in new and word in LIGHT}
        if (
            kind == "replace"
            and put
            and any(is_content(word) for word in told[a:b] if word in gone)
        ):
            yield f"“{min(put)}” stands where another word did"
            return


def _another(told: Sequence[str], said: Sequence[str], turned: bool) -> str:
    """Who stands in the place of somebody else; `turned`: "by" came or went, which may be why."""
    one_way, other_way = (
        ["somebody" if word in PEOPLE else word for word in words] for words in (told, said)
    )
    blocks = SequenceMatcher(None, one_way, other_way, autojunk=False).get_matching_blocks()
    if turned or sum(block.size for block in blocks) < _MASKED * len(said):
        return ""
    for block in blocks:
        for n in range(block.size if block.size > 1 else 0):
            one, other = told[block.a + n], said[block.b + n]
            if one != other and one in said and not {one, other} & _GENERAL:
                return other
    return ""


def _bare_sign(word: str) -> bool:
    """A number, or a sign that says how much, when or whether; alone it is no small thing."""
    return (word.isupper() and word not in _TIES and word not in _MILD) or word[0].isdigit()


def _signs(told: Sequence[str], lost: Counter[str], new: Counter[str]) -> set[str]:
    """Signs that were put in, but for what `compare` can judge: turned rules and orders."""
    signs = {_ALIKE.get(word, word) for word in new if word.isupper()} - _TIES
    gone = {_ALIKE.get(word, word) for word in lost if word.isupper()} - _TIES
    signs -= gone
    if signs & _TURNED and gone & _TURNED and (signs | gone) & _LIMITS:
        return set()
    if not FORCES & {*told}:
        signs -= {"MUST"}
    if "NOT" in gone:
        signs -= {"MAY-NOT"}
    if gone & {"MAY-NOT", "SHOULD-NOT"}:
        signs -= {"NOT"}
    return signs


def _words(text: str) -> list[str]:
    return [
        "NOT" if word == "NO" else word
        for word in tokens(text)
        if (word not in FREE or word == "1")
        and (word[0].isalnum() or word[0] == "£" or word.isupper())
    ]
