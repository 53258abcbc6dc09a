"""Which sentence of a clause decides, which part of it, and how that binds.

"Helpers may read to pupils but may not sign in" answers two questions in two ways: what is asked
about has to be found before anything is made of "may" or "may not".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.asking import Asked
from assistant.modality import Binding, bind, sentences
from assistant.reader import Judgement
from assistant.rows import row_of
from assistant.wording import concepts
from ingest.documents import Passage

Judge = Callable[[Passage, Sequence[str]], list[Judgement]]
"""What the reader makes of some lines of a passage for the question, each as if it stood alone."""

_SENTENCES, _WORDS = 2, 45  # of a clause that an answer says whole
_SURE = 1.5  # in log-odds, by how much a part must be nearer to the question than any other

# Where a sentence turns: each side may allow, forbid or ask for something of its own.
_TURNS = re.compile(
    r";\s+|,?\s+(?=(?:but|although|though|whereas|however|yet|while|save|except|unless|apart from"
    r"|other than|otherwise)\b)"
    r"|,\s+(?=(?:and|or|nor)\s+(?:\w+\s+){0,4}(?:must|may|should|will|can|shall|is|are)\b)"
    r"|\s+(?=and (?:may|must|should|can|will|are|is|do|does)\b)"
)
_ALLOWS, _FORBIDS = {"permission"}, {"prohibition", "advice_against"}


@dataclass(frozen=True)
class Decisive:
    """The sentence of a clause that a verdict is read from, on one line with its lead-in.

    `binding` is that of the part which is asked about, where the sentence allows one thing and
    forbids another; `mixed` says that it does so, `found` that the part stands out.
    """

    line: str
    binding: Binding
    judged: Judgement | None = None
    mixed: bool = False
    found: bool = True


def decisive(asked: Asked, passage: Passage, judge: Judge | None = None) -> Decisive:
    """As the reader has it, where there is one; else by the words that the question shares."""
    heading = " > ".join(passage.clause.heading)
    lines = sentences(passage.clause)
    turns = {line: parts for line in lines if _is_mixed(parts := parts_of(line))}
    if judge is None or (len(lines) < 2 and not turns):
        line = lines[_most_shared(asked, lines)]
        return Decisive(line, bind(line, heading), mixed=line in turns, found=line not in turns)
    every = [*lines, *(part for parts in turns.values() for part in parts)]
    judged = dict(zip(every, judge(passage, every), strict=True))
    line = max(lines, key=lambda one: judged[one].governs)
    if line not in turns:
        return Decisive(line, bind(line, heading), judged[line])
    part, *others = sorted(turns[line], key=lambda one: -judged[one].governs)
    found = all(judged[part].governs - judged[one].governs >= _SURE for one in others)
    binding = bind(part if found else line, heading)
    return Decisive(line, binding, judged[line], True, found)


def parts_of(line: str) -> list[str]:
    """A sentence cut where it turns, each part with the lead-in; alone where it does not."""
    lead, colon, rest = line.rpartition(": ")
    return [f"{lead}{colon}{part.strip()}" for part in _TURNS.split(rest) if part.strip()]


def told(passage: Passage, chosen: Decisive) -> str:
    """What an answer says of a clause: all of it where it is short, for no part to be missed.

    Not where one sentence allows and another forbids: "No." must not stand before the wrong one.
    """
    if row := row_of(passage.clause):
        return row
    said, whole = sentences(passage.clause), passage.clause.reading
    if len(said) > _SENTENCES or len(whole.split()) > _WORDS:
        return chosen.line
    opposed = len(said) > 1 and _are_opposed(said)
    return chosen.line if opposed else whole


def _most_shared(asked: Asked, lines: Sequence[str]) -> int:
    """The place of the sentence that shares most with the question."""
    wanted = set(concepts(asked.text))
    return max(range(len(lines)), key=lambda i: (len(wanted & set(concepts(lines[i]))), -i))


def _is_mixed(parts: Sequence[str]) -> bool:
    return len(parts) > 1 and _are_opposed(parts)


def _are_opposed(lines: Sequence[str]) -> bool:
    found = {bind(line).modality for line in lines}
    return bool(found & _ALLOWS and found & _FORBIDS)
