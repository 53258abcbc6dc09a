"""Where people are named in a typed question, capitals or none.

`names.toml` says what is a name; a word that `ordinary.toml` does not know either is taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.spelling import known_words, misspelt, ordinary, plain
from assistant.wording import FUNCTION_WORDS

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LONG = 150  # words; looking for slips of the keyboard in more would take too long
_TITLES = frozenset(
    "mr mrs ms mx messrs dr prof professor rev reverend sir miss madam mister".split()
)
_NAMED = _TITLES - frozenset("sir miss madam".split())  # those behind which hardly else stands
_CALLED = frozenset("called named hi hiya hello hey dear thanks cheers".split())
_OWN = frozenset("my his her their our your".split())
_RELATIVES = frozenset(
    """son daughter husband wife partner mate friend brother sister mum mam mummy dad daddy stepdad
    stepmum mother father uncle aunt auntie nan nana gran granny grandma grandad grandpa cousin
    niece nephew carer childminder""".split()
)
_ELDERS = frozenset("uncle aunt auntie granny grandma grandad grandpa nana".split())
_KIN = _RELATIVES | frozenset(
    """lad lads girl boy kid child baby neighbour colleague coach teacher headteacher head governor
    caretaker ta tutor fr canon imam rabbi pastor vicar driver pupil student parent twins cleaner
    cook secretary boss manager""".split()
)
_OWNED = _KIN | frozenset(
    """parents family class form phone mobile house bag glasses uniform birthday login inhaler name
    timetable report""".split()
)
_FAMILY = frozenset("family twins brothers sisters lads boys girls kids children parents".split())
_SPEECH = frozenset("says said told asked thinks wants reckons".split())
_BEFORE_PLACES = frozenset(
    """in by from until till since on at of to before after late early mid this next last the a an
    during all every each our their for""".split()
)
# Surnames that, after a first name and without a capital, are what somebody does, has or is.
_AFTER = FUNCTION_WORDS | frozenset(
    """read walk park cook win took close rush love hope cross bring best long day key price hand
    board power law page short small little english french low high senior guest marks house street
    hall church court field chew curry fish flowers gates gold snow winter summer wall kitchen noon
    black white grey green brown""".split()
)
# Before whom something is asked of, and what they then do: "can faith in y6 cycle", "is joy on".
_ASKS = frozenset(
    """can could may might must should shall will would do does did is are was has have had if let
    tell ask give cos because and but when what for with""".split()
)
_DOES = FUNCTION_WORDS | frozenset(
    """has is was gets goes go come comes came wear wears bring brings leave leaves left take takes
    took keep keeps kept lost lose forgot forget sit sits eat eats walk cycle drive drives start
    starts stay stays join joins miss misses missed help helps use uses need needs share shares
    sleep swim play plays refuse refuses hit bit broke wanted fell turned""".split()
)
_PRONOUNS = frozenset("he she his her him hers shes hes himself herself hed".split())
_NOT_THEIRS = FUNCTION_WORDS | frozenset("less lens carries levis wales oscars johnnies".split())
# Surnames that are more often a thing or a place, even with a capital.
_THINGS = _AFTER | frozenset(
    """church castle bridge bank lodge temple west north lake lane abbey park farm forest wood
    woods marsh beach port england ireland holland london york derby durham kent welsh irish english
    french senior guest judge friend steward rugby law art bible close royal summers sen ng mac lo
    le ma ho das deb dad key fields field waters wing""".split()
)
_ENDINGS = re.compile(
    r"(?:ings?|(?<![mvy])ed|[ts]ions?|ments?|ness|able|ible|ful|less|ity|ities|ism|ist|i[sz]ed?|i[sz]es"
    r"|ology|ship|board|room|work|book|time|days?|proof|phone|ware|ically|ively)$"
)


@dataclass(frozen=True)
class Token:
    """A word of the line: where it stands, less a possessive, and what its capital tells."""

    start: int
    end: int
    plain: str
    capital: bool  # inside a sentence, where a capital means something
    opens: bool  # a capital that may be the sentence's
    owns: bool  # "Sarah's", "sarahs"
    letters: bool  # "NEU": letters that stand for something
    accent: bool  # "Björn": nobody's slip of the keyboard


def people(
    line: str, marks: Sequence[str], known: frozenset[str] = frozenset()
) -> Iterator[tuple[int, int]]:
    """Start and end of each name, in order; `marks` are no words, `known` are no strange ones."""
    tokens = list(_tokens(line, marks))
    lenient = len(tokens) <= _LONG
    found = [_is_name(line, tokens, i, known, lenient) for i in range(len(tokens))]
    for i, token in enumerate(tokens[1:], 1):
        if found[i - 1] and not found[i] and _beside(line, tokens[i - 1], token):
            found[i] = not tokens[i - 1].owns and _ends_name(token)
    for i in reversed(range(len(tokens) - 1)):
        if found[i + 1] and not found[i] and _beside(line, tokens[i], tokens[i + 1]):
            found[i] = _begins_name(line, tokens[i])
    for i in range(len(tokens)):
        found[i] = found[i] or _joined(line, tokens, found, i)
    for i, token in enumerate(tokens):
        saint = i > 0 and tokens[i - 1].plain in ("st", "saint", "sts")  # a school, or a day
        if found[i] and not saint:
            yield token.start, token.end


def _tokens(line: str, marks: Sequence[str]) -> Iterator[Token]:
    lists = known_words()
    blank = re.sub("|".join(map(re.escape, marks)), lambda m: "." * len(m.group()), line)
    blank = lists.nobody.sub(lambda m: "." * len(m.group()), blank)
    words = list(_WORD.finditer(blank))
    upper = sum(m.group()[0].isupper() for m in words)
    telling = len(words) < 4 or upper <= 0.6 * len(words)  # else every word has a capital
    for match in words:
        word = match.group().replace("’", "'")
        base = re.sub(r"'s?$", "", word)
        letters = word.isupper() and 1 < len(word) < 6
        capital = word[0].isupper() and not letters and telling
        before = line[: match.start()].rstrip(" \"'“‘(")
        opens = not before or before[-1] in ".!?"
        known = plain(base)
        yield Token(
            match.start(),
            match.start() + len(base),
            known,
            capital and not opens,
            capital and opens,
            base != word or (known.endswith("s") and known not in lists.first | lists.last),
            letters,
            not base.isascii(),
        )


def _is_name(line: str, tokens: list[Token], i: int, known: frozenset[str], lenient: bool) -> bool:
    token, lists = tokens[i], known_words()
    bare = token.plain.removesuffix("s")
    if token.plain in lists.first or (bare in lists.first and token.plain not in _NOT_THEIRS):
        return True
    if _due(line, tokens, i):
        return True
    double = lists.words | lists.places
    if token.plain in double or (bare in double and token.plain not in FUNCTION_WORDS):
        return _double(tokens, i)
    if {token.plain, bare} & known:
        return False
    if not {token.plain, _bare(token)}.isdisjoint(lists.last):
        return _alone(tokens, i) or not ordinary(token.plain)
    theirs = token.owns and _next(tokens, i) in _RELATIVES | _FAMILY
    if theirs and len(bare) > 2 and not ordinary(bare):
        return True  # a slip of the keyboard has no brother
    subject = (not i or tokens[i - 1].plain in _ASKS) and _next(tokens, i) in _DOES
    return _strange(token, subject) and not (lenient and _slip(token))


def _double(tokens: list[Token], i: int) -> bool:
    """A word that is a name as well stands here for somebody."""
    token, lists = tokens[i], known_words()
    before = tokens[i - 1].plain if i else ""
    following = _next(tokens, i)
    if token.capital and (token.plain in lists.words or before not in _BEFORE_PLACES):
        return True
    if following in _RELATIVES and token.plain.endswith("s"):
        return before not in _BEFORE_PLACES
    if token.plain in FUNCTION_WORDS and not token.opens:
        return False
    if token.opens and tokens[i + 1 : i + 2] and tokens[i + 1].capital:
        return following in lists.last
    if (before in _ASKS or not i) and token.plain not in _KIN and _acts(tokens, i):
        return True
    if following in _SPEECH and token.plain in lists.words:
        return before not in _BEFORE_PLACES and before not in _OWN
    return token.owns and following in _OWNED and before not in _BEFORE_PLACES


def _acts(tokens: list[Token], i: int) -> bool:
    """What follows is done by somebody: "rose from the kitchen", "summer go … shes got a note"."""
    ahead = [other.plain for other in tokens[i + 1 :]]
    if ahead[:2] == ["from", "the"] or (ahead[:1] == ["the"] and not _KIN.isdisjoint(ahead[1:2])):
        return True
    return _next(tokens, i) in _DOES and not _PRONOUNS.isdisjoint(ahead)


def _joined(line: str, tokens: list[Token], found: Sequence[bool], i: int) -> bool:
    """A first name that is a word, too, beside another's: "maya and precious"."""
    token = tokens[i]
    if token.plain not in known_words().words - FUNCTION_WORDS:
        return False
    back = i > 1 and found[i - 2] and tokens[i - 1].plain in ("and", "or", "n")
    ahead = found[i + 2 : i + 3] == [True] and tokens[i + 1].plain in ("and", "or", "n")
    slash = i > 0 and found[i - 1] and line[tokens[i - 1].end : token.start] in ("/", " & ", "&")
    return back or (ahead and (i == 0 or tokens[i - 1].plain in _ASKS)) or slash


def _next(tokens: list[Token], i: int) -> str:
    return tokens[i + 1].plain if i + 1 < len(tokens) else ""


def _alone(tokens: list[Token], i: int) -> bool:
    """A surname that is a word too has a capital, is no usual thing, and is no part of a title."""
    beside = (*tokens[max(0, i - 1) : i], *tokens[i + 1 : i + 2])
    return (
        tokens[i].capital
        and tokens[i].plain not in _THINGS
        and not any(other.capital or other.opens for other in beside)
    )


def _due(line: str, tokens: list[Token], i: int) -> bool:
    """After a title, "my son" or "called", and before "family", a word that could be a name is."""
    token, lists = tokens[i], known_words()
    if not i or not re.fullmatch(r"[ .,:]{1,2}", line[tokens[i - 1].end : token.start]):
        return False
    before = tokens[i - 1].plain
    listed = lists.words | lists.places | lists.last
    double = token.plain in listed or _bare(token) in listed
    could = token.capital or token.plain not in _AFTER
    if before in _NAMED and token.plain in lists.last:
        return True
    if before in _TITLES:
        return could and (double or not ordinary(token.plain))
    if before == "the" and i + 1 < len(tokens) and tokens[i + 1].plain in _FAMILY:
        return could and token.plain in lists.last
    if len(token.plain) < 2:
        return False
    somebody = before in _KIN and i > 1 and tokens[i - 2].plain in _OWN
    if before in _ELDERS and len(token.plain) > 3 and not ordinary(token.plain):
        return True
    if before in _CALLED or somebody:
        return could and (token.plain in lists.words | lists.places or _strange(token))
    return before in _KIN and token.capital and (double or _strange(token))


def _ends_name(token: Token) -> bool:
    """A surname, or a second first name, right behind a name."""
    lists = known_words()
    listed = token.plain in lists.last | lists.words or _bare(token) in lists.last
    if token.capital or token.opens:
        return listed or token.plain in lists.places or not ordinary(token.plain)
    return (listed and token.plain not in _AFTER) or _strange(token)


def _begins_name(line: str, token: Token) -> bool:
    """An initial, or a first name that is a word too, right before a name."""
    lists = known_words()
    if len(token.plain) == 1:
        return line[token.start].isupper() and token.plain not in "ia"
    if (len(token.plain) > 2 or line[token.end] == "-") and not ordinary(token.plain):
        return True  # even where it may be a slip of the keyboard
    double = token.plain in lists.words | lists.places
    return double and (token.capital or token.plain not in FUNCTION_WORDS)


def _bare(token: Token) -> str:
    """Without the s of "sarahs"."""
    return token.plain.removesuffix("s") if token.owns else token.plain


def _beside(line: str, one: Token, other: Token) -> bool:
    return re.fullmatch(r" |-|\. ?|, ", line[one.end : other.start]) is not None


def _strange(token: Token, subject: bool = False) -> bool:
    """No word we know of, and one that could be said; as a `subject`, whatever it ends in."""
    word = token.plain
    if not word.isascii():
        return len(word) > 1
    if token.letters or ordinary(word) or len(word) < 3 or not re.search("[aeiouy]", word):
        return False
    return token.capital or subject or (len(word) > 3 and not _ENDINGS.search(word))


def _slip(token: Token) -> bool:
    return not (token.capital or token.accent or not token.plain.isascii()) and misspelt(
        token.plain
    )
