"""Characters that mean nothing to a reader of the policy are left out of its text."""

from __future__ import annotations

import re
import unicodedata

_BREAKS = re.compile("\r\n|[\r\v\x85\u2028\u2029]")
# Tabs, and the separators that only old data formats use, still part words.
_PARTING = re.compile("[\t\n\f\x1c-\x1f]")
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # soft hyphen, fillers
    "\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # of no width, or turning the direction
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"  # formats of other scripts
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\ufe00-\ufe0f\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff"  # variants, and what is no character
    "\U000e0000-\U000e0fff"  # tags, in which text can be hidden
    "\ud800-\udfff"  # halves of a character
    "]"
)
_SPELT = str.maketrans(
    {
        **dict.fromkeys("\xa0\u1680\u202f\u205f\u3000", " "),
        **{chr(code): " " for code in range(0x2000, 0x200B)},
        **dict.fromkeys("\u2010\u2011", "-"),  # Word's hyphen that does not break
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
    }
)


def clean(text: str, keep: str = "\n") -> str:
    """The text without invisible and turning characters, ligatures spelt out, in NFC.

    Every kind of space becomes a plain one, every kind of line break "\\n"; of "\\n", "\\t" and
    "\\f" those in `keep` stay and the others become spaces. Soft hyphens go too: whoever writes
    one at a line's end does so after cleaning. Cleaning twice changes nothing more.
    """
    text = _INVISIBLE.sub("", _BREAKS.sub("\n", text))
    text = _PARTING.sub(lambda m: m.group() if m.group() in keep else " ", text)
    return unicodedata.normalize("NFC", text.translate(_SPELT))
