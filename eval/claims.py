"""What a sentence claims: its content, how it binds, whom, how much, and under which conditions.

Read with word lists of the evaluation's own (claim_words.toml), so that the metric of faithfulness
cannot share a blind spot with the verifier that it judges.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import Stemmer

_STEM = Stemmer.Stemmer("english")
_SHORT = {
    r"\bcan't\b|\bcannot\b": "can not",
    r"\bwon't\b": "will not",
    r"\bshan't\b": "shall not",
    r"n't\b": " not",
    r"'ve\b": " have",
    r"'ll\b": " will",
    r"'re\b": " are",
    r"\bper cent\b|%": " percent",
    r"\be\.g\.": "for example",
    r"\bi\.e\.": "that is",
    r"\bno[ -]one\b": "nobody",
    r"(?<=[a-z])-(?=[a-z])": " ",
    r"(?<=\d),(?=\d{3})": "",
}
_IRREGULAR = {
    word: forms[0]
    for forms in (
        line.split()
        for line in """give gave given|keep kept|tell told|send sent|leave left|take took taken|write wrote
        written|hold held|pay paid|bring brought|meet met|see saw seen|lose lost|find found|make made|go went
        gone|wear wore worn|speak spoke spoken|child children|break broke broken|buy bought|sell sold|teach
        taught|drive drove driven|ring rang rung|swim swam swum|hurt hurts|let lets|lend lent|spend spent|eat
        ate eaten|begin began begun|choose chose chosen|throw threw thrown|come came|get got|feel felt|hear
        heard|know knew known|say said|show showed shown|stand stood|wake woke woken|grow grew grown|fall fell
        fallen|feed fed|ride rode ridden|steal stole stolen|think thought|win won|woman women|man men|lay laid
        |put puts|hide hid hidden|sleep slept|draw drew drawn""".replace("\n", " ").split("|")
    )
    for word in forms
}  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A content word or phrase: everything it may be matched by."""

    senses: frozenset[str]
    at: int  # of its first word, for order

    def matches(self, other: Word) -> bool:
        return not self.senses.isdisjoint(other.senses)


@dataclass(frozen=True)
class Bind:
    """One verb's force, with the content word that it governs."""

    force: str
    head: frozenset[str]
    scope: tuple[Word, ...]  # the content from the verb before to the verb after
    at: int


@dataclass(frozen=True)
class Condition:
    """What must hold for a rule to apply, or what is left out of it."""

    words: tuple[Word, ...]
    amounts: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Claim:
    """A sentence, or the part of one between semicolons, as read."""

    text: str
    words: tuple[Word, ...]
    binds: tuple[Bind, ...]
    amounts: frozenset[tuple[str, str]]  # number or day, and what is counted
    bounds: frozenset[tuple[str, str]]  # number, and whether it is the most, the least, over, under
    actors: frozenset[str]
    agent: str  # who acts, where that is said
    conditions: tuple[Condition, ...]
    inverts: bool  # unless, until, without: "must not" under it is "may"
    only: bool  # nobody else, nothing else, in no other case
    sweeping: frozenset[str]
    whens: frozenset[tuple[str, str]]  # before or after, and what
    joins: frozenset[str]  # "and", "or"
    spoken: tuple[Word, ...] = ()  # its own words, where `words` holds what a pronoun stands for


_BE = r"(?:(?:is|are|was|were|be|been|being|am|will be) )?(?:\w+ly |also |still |now )?"
_NONE = r"(?:no|nobody|none|neither|nothing)(?: \w+){0,6}?"
FORCES: tuple[tuple[str, str], ...] = (
    ("need not", rf"(?:do|does|did|will|would)(?: \w+)? not(?: \w+)? (?:have|need) to|needs? not|{_BE}not(?: \w+)?"
     r" (?:required|obliged|compulsory|mandatory|necessary|needed)|no (?:need|obligation|requirement|duty)"
     rf"|{_BE}optional|{_BE}under no obligation|(?:do|does) not(?: \w+)? (?:need|require)"),
    ("must not", r"(?:must|may|shall|can|could)(?: (?:\w+ly|also|under any circumstances))? (?:not|never)"
     rf"|{_BE}(?:not|never)(?: \w+)? (?:be )?(?:allowed|permitted|acceptable|ok|okay|fine)(?: to)?|{_BE}(?:forbidden|prohibited"
     rf"|banned|off limits|out of bounds|against the rules)(?: to)?|prohibits?|{_NONE} (?:may|can|must|shall"
     r"|(?:is|are|be) (?:to be )?(?:allowed|permitted))|under no circumstances"
     r"|(?:do|does) not have permission(?: to)?|(?:is|are) (?:not|never) to(?: be)?"),
    ("should not", rf"(?:should|ought)(?: \w+ly)? (?:not|never)(?: to)?|{_NONE} should|should avoid"),
    ("is asked not to", rf"{_BE}(?:asked|advised|encouraged|recommended|requested|urged|expected)(?: \w+)? not to"
     rf"|{_BE}discouraged|{_BE}not(?: \w+)? (?:advised|recommended|encouraged|expected)|{_BE}advised against"),
    ("will not", rf"will(?: \w+)? (?:not|never)|{_NONE} will"),
    ("must", rf"must|shall|(?:have|has|had)(?: got)? to|{_BE}(?:required|obliged|bound|compelled|needed|necessary)"
     rf"(?: to)?|{_BE}(?:obligatory|mandatory|compulsory)|needs? to|needs?|requires?|insists?|an? requirement"),
    ("should", r"should|ought to|had better"),
    ("is asked to", rf"{_BE}(?:asked|requested|encouraged|advised|recommended|urged|invited)(?: to)?|asks?"
     r"|encourages?|advises?|recommends?|good practice"),
    ("is expected to", rf"{_BE}expected(?: to)?|expects?"),
    ("may", rf"may|can|could|might|{_BE}(?:allowed|permitted|free|welcome|entitled|able)(?: to)?|allows?|permits?"
     rf"|permission|{_BE}(?:okay|ok|fine|acceptable)"),
    ("will", r"will|going to"),
    ("is not", r"(?:is|are|was|were|do|does|did|has|have|had|be|been)(?: \w+ly)? (?:not|never)|never|not|no"
     r"|nobody|neither|none"),
)  # fmt: skip
_FORCE = re.compile("|".join(rf"(?P<f{i}>\b(?:{p})\b)" for i, (_, p) in enumerate(FORCES)))
_CONDITION = re.compile(
    r"\b(?:unless|except(?: (?:for|in|where|when|if|that))?|until|if|provided(?: that)?|providing|as long as"
    r"|so long as|on condition that|subject to|without|other than|apart from|save for|in the (?:event|case) of"
    r"|when|whenever|where|wherever|while|whilst|once|(?<!, )who|(?<!, )whose|only (?:with|after|when|if)"
    r"|with (?:the )?(?:(?:prior|written|express|head\w*|parental) )*(?:permission|consent|approval|agreement)"
    r"|after|before|during|outside)\b"
)  # fmt: skip
_INVERTS = re.compile(
    r"\b(?:unless|until|except|without|before|other than|apart from|save for)\b"
)
_ONLY = re.compile(
    r"\bonly\b|\b(?:apart from|other than|save for|nobody but)\b|\bsolely\b|\bexclusively\b|\b(?:no one|nobody|nothing|none|anyone|anybody) (?:but|except|other"
    r" than|apart from)\b|\balone\b|\bnot\b.{0,60}\b(?:unless|until|except|without)\b|\bno other\b"
    r"|\bno one else\b|\bnobody else\b|\bunless\b|\bexcept\b"
)  # fmt: skip
_SWEEPING = re.compile(
    r"\b(?:all|any|anyone|anybody|every|everyone|everybody|always|at all times|whenever"
    r"|in all cases|whatever|without exception|no matter|at any time|under any circumstances|anywhere"
    r"|everywhere|any time|anything|entire|whole)\b"
)  # fmt: skip
_BOUND = (
    ("least", r"at least|no fewer than|not fewer than|no less than|not less than|minimum(?: of)?"),
    ("most", r"at most|no more than|not more than|up to|maximum(?: of)?|no longer than|within|not exceed\w*"
     r"|in under|inside"),
    ("over", r"more than|over|above|exceeding|exceeds?|longer than|older than|greater than"),
    ("under", r"less than|fewer than|under|below|younger than|shorter than"),
    ("by", r"by|before|until|no later than|not later than"),
    ("after", r"after|from|since"),
)  # fmt: skip
_BOUNDED = re.compile("|".join(rf"(?P<b{i}>\b(?:{p})\b)" for i, (_, p) in enumerate(_BOUND)))


_TIME = re.compile(r"(?:minut|hour|day|week|month|year|term|night)$")
_OFTEN = {"yearly": "year", "termly": "term", "monthly": "month", "weekly": "week", "daily": "day"}
_NOT_MORE = re.compile(r"\b(?:no|not) (?=(?:more|less|fewer|longer|later|earlier|older|younger) than|only\b)")


def plain(text: str) -> str:
    """One line in lower case, short forms written out, quotes and dashes plain."""
    text = re.sub(r"(?<=[a-z])-\s*\n\s*(?=[a-z])", "-", text)
    text = re.sub(r"[‘’`]", "'", re.sub(r"[“”]", '"', text)).lower()
    text = re.sub(r"\s*[–—]\s*| - ", " , ", re.sub(r"[‐‑]", "-", text))
    for short, whole in _SHORT.items():
        text = re.sub(short, whole, text)
    return re.sub(r"\s+", " ", text).strip()


def sentences(text: str) -> list[str]:
    """The sentences of a text, and their parts between semicolons."""
    flat = re.sub(r"\s+", " ", re.sub(r"(?<=[a-z])-\s*\n\s*(?=[a-z])", "-", text)).strip()
    flat = re.sub(r"\b(e\.g|i\.e|etc|mr|mrs|ms|dr|no|approx|inc|st)\.(?= )", r"\1", flat, flags=re.I)
    parts = re.split(r"(?<=[.!?])[\"”’']?\s+(?=[\"“‘'(]?[A-Z0-9£•])|;\s+", flat)
    return [part.strip() for part in parts if re.search(r"\w", part)]


@lru_cache(maxsize=4096)
def read(sentence: str) -> Claim:
    """A sentence as a claim."""
    text = plain(sentence)
    tokens = _tokens(text)
    words = tuple(_words(tokens))
    actors = _actors(tokens)
    return Claim(
        text,
        words,
        tuple(_binds(text, words)),
        frozenset(_amounts(tokens)),
        frozenset(_bounds(text)),
        frozenset(actor for actor, _ in actors),
        _agent(text, actors),
        tuple(_conditions(text, words)),
        _INVERTS.search(text) is not None,
        _ONLY.search(text) is not None,
        frozenset(m.group() for m in _SWEEPING.finditer(text)),
        frozenset(_whens(tokens)),
        frozenset(stem for stem, _ in tokens if stem in ("and", "or")),
    )


Token = tuple[str, int]  # a stem, or a number, and where it begins


def _tokens(text: str) -> list[Token]:
    found = re.finditer(r"[a-z0-9£](?:[a-z0-9£'.:-]*[a-z0-9])?", text)
    return [(_stem(m.group()), m.start()) for m in found]


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'")
    return str(_STEM.stemWord(_IRREGULAR.get(word, word)))


@cache
def _lists() -> dict[str, dict[tuple[str, ...], frozenset[str]]]:
    """Phrases as stems → the groups they are in, for content and for actors."""
    tables = tomllib.loads((Path(__file__).parent / "claim_words.toml").read_text("utf-8"))
    made: dict[str, dict[tuple[str, ...], frozenset[str]]] = {}
    for name in ("same", "actors"):
        phrases: dict[tuple[str, ...], set[str]] = {}
        for group, members in tables[name].items():
            for member in members.split():
                stems = tuple(_stem(part) for part in member.split("-"))
                phrases.setdefault(stems, set()).add(f"{name}:{group}")
        made[name] = {stems: frozenset(groups) for stems, groups in phrases.items()}
    return made


@cache
def _stops() -> frozenset[str]:
    tables = tomllib.loads((Path(__file__).parent / "claim_words.toml").read_text("utf-8"))
    return frozenset(_stem(word) for word in tables["function"].split())


@cache
def _numbers() -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    """Number words → numbers, names in the calendar, verbs that give an instruction."""
    tables = tomllib.loads((Path(__file__).parent / "claim_words.toml").read_text("utf-8"))
    pairs = tables["amounts"]["words"].split()
    numbers = {_stem(word): number for word, number in zip(pairs[::2], pairs[1::2], strict=True)}
    calendar = frozenset(_stem(word) for word in tables["amounts"]["calendar"].split())
    return numbers, calendar, frozenset(tables["imperatives"]["verbs"].split())


@cache
def opposites() -> frozenset[frozenset[str]]:
    tables = tomllib.loads((Path(__file__).parent / "claim_words.toml").read_text("utf-8"))
    pairs = (pair.split() for pair in tables["opposite"]["pairs"].split("|"))
    return frozenset(frozenset(map(_stem, pair)) for pair in pairs)


def _phrases(tokens: list[Token], name: str) -> Iterator[tuple[frozenset[str], int, int]]:
    """The longest listed phrases: their groups, where they begin, how many tokens they are."""
    listed = _lists()[name]
    at = 0
    while at < len(tokens):
        for length in (4, 3, 2, 1):
            stems = tuple(stem for stem, _ in tokens[at : at + length])
            split = tuple(part for stem in stems for part in map(_stem, stem.split("-")))
            groups = listed.get(stems) or listed.get(split)
            if len(stems) == length and groups:
                yield groups, at, length
                at += length
                break
        else:
            at += 1


def _words(tokens: list[Token]) -> Iterator[Word]:
    """Content words; a listed phrase is one word, whatever its parts are."""
    numbers, calendar, _ = _numbers()
    phrases: dict[int, tuple[frozenset[str], int]] = {}
    for name in ("same", "actors"):
        for groups, at, length in _phrases(tokens, name):
            before, longest = phrases.get(at, (frozenset(), 0))
            if length >= longest:
                phrases[at] = (groups | before if length == longest else groups, length)
    at = 0
    while at < len(tokens):
        stem, start = tokens[at]
        groups, length = phrases.get(at, (frozenset(), 1))
        stems = [one for one, _ in tokens[at : at + length]]
        content = frozenset(one for one in stems if one not in _stops())
        amount = length == 1 and (stem in numbers or stem in calendar or stem[0] in "0123456789£")
        if (content or length > 1) and not amount:
            yield Word(groups | content, start)
        at += length


def _actors(tokens: list[Token]) -> list[tuple[str, int]]:
    found = []
    for groups, at, _ in _phrases(tokens, "actors"):
        found += [(group.removeprefix("actors:"), tokens[at][1]) for group in groups]
    return found


def _agent(text: str, actors: list[tuple[str, int]]) -> str:
    """Who acts: named after "by", or before the first verb that binds, where it is not passive."""
    if lead := re.match(r"(?:if|when|where|once|unless|after|before|in|on|at|during)\b[^,]*, ", text):
        actors = [(actor, at - lead.end()) for actor, at in actors if at >= lead.end()]
        text = text[lead.end() :]
    for by in re.finditer(r"\bby (?:the |a |an |any |their |his |her )?(?:school |class )?", text):
        for actor, at in actors:
            if 0 <= at - by.end() <= 12:
                return actor
    verb = _FORCE.search(text)
    before = [(actor, at) for actor, at in actors if verb is None or at < verb.start()]
    passive = verb and re.match(r"(?: \w+ly)? (?:be|is|are|been|being) \w+(?:ed|en|t|n)\b", text[verb.end() :])
    return before[0][0] if before and not passive else ""


def _binds(text: str, words: tuple[Word, ...]) -> Iterator[Bind]:
    """Every verb that binds, and "do" for an instruction."""
    found: list[tuple[str, int, int]] = []
    first = re.match(r"(?:please |always |then |so |just )*(do not|never|[a-z]+)", text)
    if first and first.group(1) in ("do not", "never"):
        found.append(("do not", 0, first.end()))
    elif first and first.group(1) in _numbers()[2]:
        found.append(("do", 0, first.start(1)))
    # "No more than ten" forbids nothing; blanked out at its length, so that places stay right.
    blanked = _NOT_MORE.sub(lambda match: "~" * len(match.group()), text)
    for verb in _FORCE.finditer(blanked):
        if verb.start() or not verb.group().startswith(("do not", "never")):
            name = FORCES[int((verb.lastgroup or "f0")[1:])][0]
            found.append((name, verb.start(), verb.end()))
    for place, (name, _, end) in enumerate(found):
        since = found[place - 1][2] if place else 0
        until = found[place + 1][1] if place + 1 < len(found) else len(text)
        head = next((word.senses for word in words if word.at >= end), frozenset())
        scope = tuple(word for word in words if since <= word.at < until)
        yield Bind(name, head, scope, found[place][1])


def _amounts(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """Numbers with what they count, and names in the calendar."""
    numbers, calendar, _ = _numbers()
    for groups, _, _ in _phrases(tokens, "same"):
        for often, unit in _OFTEN.items():
            if f"same:{often}" in groups:
                yield "1", unit
    for at, (stem, _) in enumerate(tokens):
        if stem == "fortnight":
            yield "2", "week"
            continue
        if stem in calendar:
            yield stem, ""
            continue
        number = numbers.get(stem) or (stem if stem[0] in "0123456789£" else None)
        if number is None:
            continue
        unit = [one for one, _ in tokens[at + 1 : at + 3] if one not in ("of", "full", "clear")]
        if stem == "one" and not _TIME.match(unit[0] if unit else ""):
            continue  # "one of them", "a new one": nothing is counted
        if len(unit) == 2 and unit[0] in ("work", "school"):
            yield number, f"{unit[0]} {unit[1]}"
        else:
            yield number, unit[0] if unit else ""


def _whens(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """What something must come before or after."""
    sides = {"befor": "before", "by": "before", "until": "before", "after": "after", "sinc": "after"}
    for at, (stem, _) in enumerate(tokens):
        if stem in sides:
            for other, _ in tokens[at + 1 : at + 4]:
                if other not in _stops():
                    yield sides[stem], other
                    break


def _bounds(text: str) -> Iterator[tuple[str, str]]:
    """Numbers with the side on which they bound: at least, at most, over, under, by, after."""
    numbers, _, _ = _numbers()
    for found in _BOUNDED.finditer(text):
        name = _BOUND[int((found.lastgroup or "b0")[1:])][0]
        rest = _tokens(text[found.end() :])[:3]
        for stem, _ in rest:
            number = numbers.get(stem) or (stem if stem[0] in "0123456789£" else None)
            if number is not None:
                yield number, name
                break


def _conditions(text: str, words: tuple[Word, ...]) -> Iterator[Condition]:
    """Each condition: from the word that opens it to the next comma or opening."""
    opened = [m.start() for m in _CONDITION.finditer(text)]
    for place, start in enumerate(opened):
        comma = text.find(",", start + 1)
        ends = [end for end in (comma, *opened[place + 1 : place + 2]) if end > 0]
        end = min(ends, default=len(text))
        content = tuple(word for word in words if start <= word.at < end)
        amounts = frozenset(_amounts(_tokens(text[start:end])))
        if content or amounts:
            yield Condition(content, amounts)
