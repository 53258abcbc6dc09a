"""May a sentence that a language model wrote be said? Each is judged alone, by `verify`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant.answer import Quote, Role
from assistant.meaning import Meaning
from assistant.verify import check_sentence, word_for_word
from assistant.writing.draft import Said
from ingest.clauses.sentences import split_sentences
from ingest.documents import Span

# Nothing that a page could take for a link, a picture, an order or a format.
_MARKED = re.compile(
    r"https?:|www\.|\w@\w|[<>`*_#|\[\]{}\\]|\b\w+\.(?:com|org|net|uk|io|co|sch)\b|javascript:|data:",
    re.I,
)
# With its comma: "No recording may be made" and "No-one may" would else say the contrary.
_YES_NO = re.compile(r"^(?:yes|no)\s*[,.:;!–—-]+\s+", re.I)


def tidied(text: str) -> str:
    """One line, without the yes or no that is ours to say."""
    said = _YES_NO.sub("", re.sub(r"\s+", " ", text).strip())
    return said[:1].upper() + said[1:]


def why_not(
    said: Said, quotes: Sequence[Quote], role: Role, meaning: Meaning | None
) -> tuple[str, ...]:
    """Why a sentence, tidied, must not be said; empty where it may.

    `quotes` are the clauses as they were sent, the first with number 1.
    """
    if any(unicodedata.category(c)[0] == "C" for c in said.text):
        return ("it holds characters that cannot be seen",)
    if _MARKED.search(said.text):
        return ("it holds a link, an address or formatting",)
    if not all(1 <= number <= len(quotes) for number in said.clauses):
        return ("it names a clause that was not given",)
    cited = [quotes[number - 1] for number in dict.fromkeys(said.clauses)]
    if word_for_word(said.text, cited, role):
        return ()
    reasons: list[str] = []
    for span in split_sentences(said.text, Span(0, len(said.text))):
        reasons += check_sentence(span.of(said.text), cited, role, meaning)
    return tuple(dict.fromkeys(reasons))
