"""Text from files as HTML: escaped, and with marks round the words that matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from html import escape

from ingest.documents import flow
from ui.words import printable

_MOST = 4000  # words of one clause that are compared one by one; longer ones are marked whole


def safe(text: str) -> str:
    """Text that means only itself in HTML."""
    return escape(printable(text), quote=True)


def shown(text: str) -> str:
    """A stored text as people see it: line breaks and hyphenated line ends closed, escaped."""
    return safe(flow(text))


def differing(old: str, new: str) -> tuple[str, str]:
    """Both texts as HTML, with what only the old one says in <del>, only the new one in <ins>.

    Less its tags, each is what `shown` makes of the same text. How quotation marks, dashes and
    spaces are typed is no difference.
    """
    before, after = _tokens(old), _tokens(new)
    if len(before) > _MOST or len(after) > _MOST:
        return _wrapped("del", before), _wrapped("ins", after)
    left, right = [], []
    match = SequenceMatcher(None, _typed(before), _typed(after), autojunk=False)
    for kind, a, b, c, d in _joined(match.get_opcodes(), before):
        if kind == "equal":
            left.append(safe("".join(before[a:b])))
            right.append(safe("".join(after[c:d])))
        else:
            left.append(_wrapped("del", before[a:b]))
            right.append(_wrapped("ins", after[c:d]))
    return "".join(left), "".join(right)


_ALIKE = str.maketrans("‘’‛“”„–—‐‑−", "'''\"\"\"-----")


def _typed(tokens: Sequence[str]) -> list[str]:
    """Tokens as a typewriter would have them."""
    return [token.translate(_ALIKE) if token.strip() else " " for token in tokens]


Opcode = tuple[str, int, int, int, int]


def _joined(codes: Sequence[Opcode], before: Sequence[str]) -> list[Opcode]:
    """A lone space between two changes is part of the change: it is read as one."""
    made: list[Opcode] = []
    for place, (kind, a, b, c, d) in enumerate(codes):
        inside = 0 < place < len(codes) - 1
        gap = kind == "equal" and inside and not "".join(before[a:b]).strip()
        if made and made[-1][0] != "equal" and (gap or kind != "equal"):
            _, start, _, other, _ = made.pop()
            made.append(("replace", start, b, other, d))
        else:
            made.append((kind, a, b, c, d))
    return made


def _tokens(text: str) -> list[str]:
    """Words, marks and spaces; joined, they are the text as it is shown."""
    return re.findall(r"\s+|\w+(?:['’.,:]\w+)*|[^\w\s]", flow(text))


def _wrapped(tag: str, tokens: Sequence[str]) -> str:
    return f"<{tag}>{safe(''.join(tokens))}</{tag}>" if tokens else ""
