"""From a line of English to the words and signs that carry its meaning.

Signs, in capitals, stand for what no word may be exchanged for: how a rule binds (`MUST`, `MAY`,
`MAY-NOT`), what limits it (`EXCEPT`, `ONLY`, `IF`), how much and when (`AT-LEAST`, `BEFORE`).
Content words become stems; `same.toml` says which of them are one and the same to a school.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

import Stemmer

_STEM = Stemmer.Stemmer("english", 0)
_TOKEN = re.compile(
    r"[A-Z][A-Z-]*[A-Z]|£?\d+(?:[.:,/]\d+)*(?:%|am\b|pm\b|st\b|nd\b|rd\b|th\b)?|[a-z]+|[,;:.?!()–—]"
)

_NUMBERS = {
    word: str(n)
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80",
     "ninety": "90", "hundred": "100", "thousand": "1000", "dozen": "12", "half": "0.5",
     "quarter": "0.25", "third": "3rd", "second": "2nd", "first": "1st", "fourth": "4th",
     "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th",
     "tenth": "10th"}  # fmt: skip
# Words that no sentence has to share with its clause: they tie, they point, they carry no claim.
_NUMBER = re.compile(rf"\b(?:{'|'.join(_NUMBERS)})\b")
_STOP = re.compile(r"\.(?!\d)(?!\s+[\"'(]?[A-Z])(?!\s*$)")  # of "e.g.", "p.m.", not of a sentence
_EXAMPLES = re.compile(r"\b(?:eg|inc|incl|for example|for instance|such as|namely)\b")
_WHILE_DOING = re.compile(  # "…, giving the reason": another thing to do
    r", (?=\w{2,}ing (?:the|an?|any|all|their|your|his|her|its|it|them|this|that|to|in|on|at|with"
    r"|from|reasons?)\b)"
)
_NO_GROUPS = ("forms", "opposites", "lists")

FREE = frozenset(
    """a an the 1 single this that these those such there here it its itself they them their theirs
    themselves he him his himself she her hers herself you your yours yourself yourselves we
    us our ours ourselves i me my one ones who whom whose which what be is are am was were
    been being do does did doing done have has had having of to in on at by from for with as
    into onto upon about and or so then than too very quite really still even much well any
    all each every will would shall also own during through throughout per via towards
    toward across along among if when where while get got getting go goes going make sure
    let yes already ever s re ll ve d t else case cases matter way mean means count counts
    happen time thing things anything something everything again out up down over back under
    inside away around between simply particular certain given order part""".split()
)
"""Their own force, where they have one, is told by signs."""


def _lower(text: str) -> str:
    for one, other in (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"')):
        text = text.replace(one, other)
    text = _STOP.sub("", text).lower()
    text = _EXAMPLES.sub(" INCLUDING ", text)
    text = re.sub(r",? \bincluding\b", " INCLUDING", text)
    text = _WHILE_DOING.sub(", and ", text)
    text = re.sub(r"\betc\b|\bat all\b", " ", text)
    text = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text)
    text = re.sub(r"(?<=[a-z]) ?/ ?(?=[a-z])", " or ", text)
    text = _NUMBER.sub(lambda found: _NUMBERS[found[0]], text.replace("&", " and "))
    text = re.sub(r"[\"\[\]*•●▪_]|(?<!\w)'|'(?!\w)", " ", text)
    return " ".join(text.split())


@cache
def _signs() -> tuple[tuple[re.Pattern[str], str], ...]:
    tables = tomllib.loads((Path(__file__).parent / "signs.toml").read_text("utf-8"))
    found = []
    for row in tables["sign"]:
        pattern = row["read"]
        for name, words in tables["words"].items():
            pattern = pattern.replace(f"{{{name}}}", words)
        found.append((re.compile(pattern), row["as"]))
    return tuple(found)


@lru_cache(maxsize=4_000)
def tokens(text: str) -> tuple[str, ...]:
    """Signs in capitals, canonical stems, numbers as digits, and marks, in their order."""
    plain = _lower(text)
    for pattern, to in _signs():
        plain = pattern.sub(to, plain)
    plain = " ".join(plain.split())
    phrases, pattern = _phrases()
    plain = pattern.sub(lambda m: phrases[m[1]], plain)
    return tuple(
        token if not token[0].isalpha() or token.isupper() else canonical(token)
        for token in _TOKEN.findall(plain)
    )


@cache
def listed_words(name: str) -> tuple[str, ...]:
    """One of the plain lists of the file."""
    return tuple(_tables()["lists"][name])


@lru_cache(maxsize=50_000)
def canonical(word: str) -> str:
    """A word as its group's name, or its own stem."""
    if word in FREE:
        return word
    single, irregular = _singles()
    word = irregular.get(word, word)
    stem = stemmed(word)
    return single.get(word) or single.get(stem) or stem


def stemmed(word: str) -> str:
    return str(_STEM.stemWord(word))


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "same.toml").read_text("utf-8"))


@cache
def _singles() -> tuple[dict[str, str], dict[str, str]]:
    tables = _tables()
    irregular = {form: base for base, forms in tables["forms"].items() for form in forms}
    found: dict[str, str] = {}
    for name, table in tables.items():
        if name in _NO_GROUPS:
            continue
        for word, others in table.items():
            target = stemmed(word)
            for other in others:
                if " " not in other:
                    found[stemmed(other)] = target
    return found, irregular


@cache
def _phrases() -> tuple[dict[str, str], re.Pattern[str]]:
    found: dict[str, str] = {}
    for name, table in _tables().items():
        if name not in _NO_GROUPS:
            for word, others in table.items():
                found |= {other: word for other in others if " " in other}
    longest = sorted(found, key=len, reverse=True)
    return found, re.compile(r"\b(" + "|".join(map(re.escape, longest)) + r")s?\b")


@cache
def opposites() -> frozenset[frozenset[str]]:
    """Pairs of stems that never stand for each other."""
    return frozenset(
        frozenset((canonical(word), canonical(other)))
        for word, others in _tables()["opposites"].items()
        for other in others
    )
