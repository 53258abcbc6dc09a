"""From everyday words to the words of policies: stems, concepts, and what counts as content."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

import Stemmer

_STEM = Stemmer.Stemmer("english")
_TOKEN = re.compile(r"[a-z0-9]+(?:[’'][a-z]+)?")

# Words that carry no topic. Modals and negations are read elsewhere, from the whole sentence.
FUNCTION_WORDS = frozenset(
    """a about above after again all also am an and any anyone anything are arent as at be
    because been before being below between both but by can cannot cant could couldnt did
    didnt do does doesnt doing done dont down during each even ever every everyone few for
    from further get gets getting give go going gonna got gotta had has hasnt have havent
    having he her here hers him his how i id if ill im in into is isnt it its ive just know
    let like lot make may maybe me might mine more most much must my myself need needs no
    nor not now of off ok okay on once one only or other our ours out over own please put
    really right said same say says shall she should shouldnt so some someone something
    still such sure take than thanks that thats the their theirs them then there theres
    these they theyre thing things this those though through to too under until up us use
    used using very want wanna was we were what whats when where whether which while who
    whos whose why will with without wont would yes yet you your yours actually alright
    anyway bit cos cuz d etc hi hello hey m nothing quick quickly re s school schools t tho
    u ur ve well went work working yeah way policy policies rule rules allowed fine bad good
    ask asked asking today day days time times""".split()
)

_SHORT = {
    "cant": "cannot", "can't": "cannot", "dont": "do not", "don't": "do not", "im": "i am",
    "ive": "i have", "u": "you", "ur": "your", "pls": "please", "plz": "please", "tho": "though",
    "cuz": "because", "cos": "because", "coz": "because", "wot": "what", "dat": "that",
    "gonna": "going to", "wanna": "want to", "gotta": "have to", "aint": "is not", "b4": "before",
    "hw": "homework", "smth": "something", "sum1": "someone", "ppl": "people", "teh": "the",
}  # fmt: skip


@cache
def _lexicon() -> tuple[dict[str, str], re.Pattern[str]]:
    """Everyday word or phrase → concept, and a pattern that finds the phrases."""
    tables = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text("utf-8"))
    concepts: dict[str, str] = {}
    tables.pop("broader")
    tables.pop("letters")
    for table in tables.values():
        for concept, words in table.items():
            for word in (concept, *words):
                key = word.lower().replace("-", " ")
                concepts[key if " " in key else _stem(key)] = concept.replace(" ", "_")
    phrases = sorted((key for key in concepts if " " in key), key=len, reverse=True)
    return concepts, re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b")


def _stem(word: str) -> str:
    return str(_STEM.stemWord(word.replace("’", "'").removesuffix("'s")))


@lru_cache(maxsize=20_000)
def concepts(text: str) -> tuple[str, ...]:
    """The content words of a text as concepts or stems, in order, repeats kept.

    "can i ring a mum" and "Staff may telephone parents" meet where the lexicon says so.
    """
    table, phrases = _lexicon()
    plain = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text.lower().replace("’", "'"))
    found: list[str] = []
    position = 0
    for match in phrases.finditer(plain):
        found += _single(plain[position : match.start()], table)
        found.append(table[match.group()])
        position = match.end()
    return tuple(found + _single(plain[position:], table))


@cache
def _broader() -> dict[str, str]:
    tables = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text("utf-8"))
    return {
        word.replace(" ", "_"): kind.replace(" ", "_")
        for kind, words in tables["broader"].items()
        for word in words
    }


def wanted(question: str) -> tuple[str, ...]:
    """The concepts of a question, each once, and what they are kinds of."""
    found = concepts(question)
    broader = (_broader()[word] for word in found if word in _broader())
    return tuple(dict.fromkeys((*found, *broader)))


def _single(text: str, table: dict[str, str]) -> list[str]:
    words = []
    for word in _TOKEN.findall(text):
        bare = word.replace("'", "")
        if bare in FUNCTION_WORDS or (len(bare) < 2 and not bare.isdigit()):
            continue
        stem = _stem(word)
        words.append(table.get(stem, stem))
    return words


def spell(question: str) -> str:
    """The question with what its abbreviations stand for behind them: "DSL (designated …)"."""

    def told(match: re.Match[str]) -> str:
        return f"{match.group()} ({letters[match.group().lower()]})"

    letters = _letters()
    return re.sub(rf"\b(?:{'|'.join(letters)})\b", told, question, flags=re.I)


@cache
def _letters() -> dict[str, str]:
    tables = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text("utf-8"))
    return dict(tables["letters"])


def expand(question: str) -> str:
    """The question with short forms spelled out and slang followed by the policy's word."""
    table, phrases = _lexicon()
    plain = " ".join(_SHORT.get(word, word) for word in question.lower().replace("’", "'").split())

    def explain(match: re.Match[str]) -> str:
        return f"{match.group()} ({table[match.group()].replace('_', ' ')})"

    plain = phrases.sub(explain, plain)
    words = []
    for word in plain.split():
        bare = word.strip(".,?!()")
        concept = table.get(_stem(bare), "").replace("_", " ")
        known = bare in FUNCTION_WORDS or not concept or _stem(concept) == _stem(bare)
        words.append(word if known or "(" in word or ")" in word else f"{word} ({concept})")
    return " ".join(words)
