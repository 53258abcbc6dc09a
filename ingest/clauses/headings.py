"""Which heading stands under which, in text that has lost its styles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# "Mobile Phone Policy (including …)" names a policy; "Aims of the policy" does not.
_NAMES_A_POLICY = re.compile(
    r"^(?!(?:aims?|review|status|scope|purpose|body|main)\b)(?:(?! of | the ).)*"
    r"\b(?:Policy|Protocol)\b\s*(?:\(.*\))?$",
    re.I,
)
_ACTORS = re.compile(
    r"^(?:(?:the )?(?:do[’']?s|don[’']?ts)|slt"
    r"|senior leadership(?: team)?|(?:head ?)?teachers?|staff"
    r"|all staff|pupils?|students?|children|parents?(?:\s*(?:/|and|&)\s*carers?)?|carers|governors?"
    r"|governing (?:body|board)|trustees|volunteers?|visitors?|contractors?|"
    r"[a-z]+(?:/[a-z]+)+(?: of [a-z ]+)?|administrators?|designated safeguarding lead|dsl|senco)$",
    re.I,
)
# A run of short lines (a list of names) is no staircase of ever deeper headings.
_DEEPEST = 6
_APPENDIX = re.compile(r"^(?:Appendix|Schedule|Annex)\b", re.I)

_FINITE = re.compile(
    r"\b(?:should|must|may|will|shall|can|cannot|is|are|was|were|has|have|do not|does not"
    r"|don[’']t)\b"
)
_ASKS = re.compile(r"(?:What|Who|How|When|Why|Where|Which)\b")


def looks_like_heading(words: str) -> bool:
    """True for a short line that names rather than states."""
    if not words or not (words[0].isupper() or words[0].isdigit() or words[0] in "‘“\"'"):
        return False
    if len(words) > 100 or len(words.split()) > 14 or re.search(r"[.;:,][\"”’')\]*_]*$", words):
        return False
    if re.search(r"https?://|www\.|@|\.{4,}|_{4,}|\t|\|", words):
        return False
    if words.endswith("?"):
        return True
    return _ASKS.match(words) is not None or _FINITE.search(words) is None


@dataclass
class Outline:
    """The headings open at this point of the document, outermost first."""

    flat: bool = False  # layout lost: order cannot be trusted, so neither can nesting
    _open: list[tuple[int, str, str]] = field(default_factory=list)  # level, text, number
    _plain: int = 0  # level of the last unnumbered heading that names no actor
    _opening: int = 2  # level that unnumbered headings go back to after a numbered one
    _fresh: bool = False  # no content yet under the last heading
    _seen: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(text for _, text, _ in self._open)

    @property
    def number(self) -> str:
        return self._open[-1][2] if self._open else ""

    def content(self) -> None:
        """Something other than a heading stands here."""
        self._fresh = False

    def push(self, text: str, number: str = "", level: int = 0) -> tuple[str, ...]:
        """Open a heading; returns the path of its ancestors."""
        level = 1 if self.flat else min(level or self._level(text), _DEEPEST)
        for above, _, counted in self._open:
            if counted and number.startswith(f"{counted}."):  # "3.1" stands under "3"
                level = min(max(level, above + number[len(counted) :].count(".")), _DEEPEST)
        if _APPENDIX.match(text):
            level = min([level, *(lv for lv, _, counted in self._open if counted)])
        numbered = bool(number) or _APPENDIX.match(text) is not None
        if numbered:
            self._plain = 0
        elif not _ACTORS.match(text):
            self._plain = level
            if not self._seen and level == 1:
                self._opening = 1
        self._open = [item for item in self._open if item[0] < level]
        ancestors = self.path
        self._open.append((level, text, number))
        self._fresh = self._seen = True
        return ancestors

    def _level(self, text: str) -> int:
        if not self._open:
            return 1
        level, last, number = self._open[-1]
        below_appendix = next((lv for lv, t, _ in self._open if _APPENDIX.match(t)), 0)
        if _NAMES_A_POLICY.match(text) and not below_appendix and not number:
            return 1
        if self._fresh:
            return level + 1  # nothing stands between: the one above is its parent
        if _ACTORS.match(text) and _ACTORS.match(last):
            return level
        if below_appendix:
            return min(level, below_appendix + 2) if level > below_appendix + 1 else level + 1
        if self._plain:
            root = _NAMES_A_POLICY.match(self._open[0][1]) is not None
            return max(self._plain, 2) if root else self._plain
        return self._opening
