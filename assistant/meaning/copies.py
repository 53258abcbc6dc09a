"""What came, went or was changed in a sentence that is all but a copy of its quote.

Where most of the words stand in the same order, no reading is needed: a sign that was not there, or a
word said more often than the quote says it, was put there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from assistant.meaning.rules import FORCES, LIGHT, is_content
from assistant.meaning.words import FREE, tokens

COPY = 0.7  # of the words of the sentence, from which it is a copy of the quote
_TIES = frozenset(("IF", "SO-THAT", "WILL", "AT-MOST", "WITHIN"))
_TURNED = frozenset(("MAY", "MAY-NOT", "SHOULD", "SHOULD-NOT"))
_POINTED = frozenset(("school", "person"))
_LIMITS = frozenset(("ONLY", "EXCEPT", "WITHOUT", "UNTIL", "AFTER", "BEFORE"))


def copied(sentence: str, units: Sequence[str]) -> Iterator[str]:
    """What was put into what is otherwise a copy."""
    said = _words(sentence)
    whole = [_words(unit) for unit in units]
    for told in [*whole, [word for words in whole for word in words]] if len(whole) > 1 else whole:
        matcher = SequenceMatcher(None, told, said, autojunk=False)
        same = sum(block.size for block in matcher.get_matching_blocks())
        if same < COPY * len(said) or len(said) < 5:
            continue
        lost, new = Counter(told) - Counter(said), Counter(said) - Counter(told)
        if signs := _signs(told, lost, new):
            yield "put in: " + ", ".join(sorted(signs))
            return
        gone = {word for word in lost if is_content(word) or word == "1"}
        often = [word for word in new if word in told and word not in _POINTED and is_content(word)]
        if gone and often:
            yield f"“{often[0]}” is said once too often"
            return
        if any(word[0].isdigit() for word in new) and any(word[0].isdigit() for word in gone):
            yield "a number was changed"
            return
        for kind, a, b, c, d in matcher.get_opcodes():
            put = {word for word in said[c:d] if word in new and word in LIGHT}
            if kind == "replace" and put and any(is_content(word) for word in told[a:b] if word in gone):
                yield f"“{min(put)}” stands where another word did"
                return


def _signs(told: Sequence[str], lost: Counter[str], new: Counter[str]) -> set[str]:
    """Signs that were put in, but for what `compare` can judge: turned rules and orders."""
    signs = {word for word in new if word.isupper()} - _TIES
    gone = {word for word in lost if word.isupper()} - _TIES
    if signs & _TURNED and gone & _TURNED and (signs | gone) & _LIMITS:
        return set()
    if not FORCES & {*told}:
        signs -= {"MUST"}
    if "NOT" in gone and not FORCES & {*told}:
        signs -= {"MAY-NOT"}
    if gone & {"MAY-NOT", "SHOULD-NOT"}:
        signs -= {"NOT"}
    return signs


def _words(text: str) -> list[str]:
    return [
        "NOT" if word == "NO" else word
        for word in tokens(text)
        if (word not in FREE or word == "1") and (word[0].isalnum() or word[0] == "£" or word.isupper())
    ]
