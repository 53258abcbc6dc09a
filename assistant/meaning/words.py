"""From a line of English to the words and signs that carry its meaning.

Signs, in capitals, stand for what no word may be exchanged for: how a rule binds (`MUST`, `MAY`,
`MAY-NOT`), what limits it (`EXCEPT`, `ONLY`, `IF`), how much and when (`AT-LEAST`, `BEFORE`).
Content words become stems; `same.toml` says which of them are one and the same to a school.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

import Stemmer

_STEM = Stemmer.Stemmer("english", 0)
_TOKEN = re.compile(
    r"[A-Z][A-Z-]*[A-Z]|£?\d+(?:[.:,/]\d+)*(?:%|am\b|pm\b|st\b|nd\b|rd\b|th\b)?|[a-z]+|[,;:.?!()–—]"
)

_SHORT = (
    (r"\b(ca|wo|sha)n't\b", lambda m: {"ca": "can", "wo": "will", "sha": "shall"}[m[1]] + " not"),
    (r"\bcannot\b", "can not"),
    (r"(?<=\w)n't\b", " not"),
    (r"(?<=\w)'ll\b", " will"),
    (r"(?<=\w)'re\b", " are"),
    (r"(?<=\w)'ve\b", " have"),
    (r"\b(it|that|there|who|what|he|she|here|where|nobody|everyone|everybody|one|anyone)'s\b", r"\1 is"),
    (r"\b(i|you|we|they|he|she|it|who)'d\b", r"\1 would"),
    (r"(?<=\w)'s?\b", ""),
    (r"s'(?= |$)", "s"),
)  # fmt: skip

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
_UNITS = r"(?:second|minute|hour|day|week|fortnight|month|term|year|lesson|time|adult|pupil|child|child|parent|member|person|copy|school|working|per)"
_ADV = r"(?:(?:\w+ly|also|now|then|always|still|usually|normally|therefore|at any time) )?"
_WE = r"(?:we|the school|the academy|the governors|the headteacher)"
_BE = r"(?:is|are|be|was|were|been|being|am)"

# In order: what stands first is read first. A sign may swallow the words round it.
_SIGNS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    # numbers and amounts
    (r"\blet ((?:\w+ ){1,4})know\b", r"tell \1"),
    (r"\bif (?:possible|appropriate|necessary|applicable)\b", " IF it is so "),
    (r"\b(?:under|over|below|above) the age of\b", lambda m: m[0].split()[0]),
    (r"\b(?:in relation to|relating to|regarding|concerning|with regard to|in respect of|to do with)\b", "about"),
    (r"\b(?:on (?:your|their|his|her|its|his or her) own|by (?:yourself|themselves|himself|herself))\b(?=\s*(?:[,.;)]|$|(?:in|at|with|on|for|when|if|unless|or|and|to)\b))", "alone"),
    (r"\b(?:either|too|as well|in full)\b(?=\s*(?:[,.;]|$))", ""),
    (r"\b(?:the )?(one|only) person (?=who\b|that\b|allowed\b)", " ONLY person "),
    (r"\bfree of charge\b|\bat no (?:cost|charge)\b|\bwithout charge\b", "free"),
    (r"\bthe (?:whole|entire) (?=day|week|year|time)", "all "),
    (r"\btak(?:e|es|ing|en) (?:any |a |the |some |of )?(?=(?:photo|picture|pic|image|screen|selfie|video|film|recording))", ""),
    (r"\bof (?:the|our|this) (?:school|academy)\b(?!')", ""),
    (r",? (?:or|and) (?:similar|the like|so on|so forth)\b", ""),
    (r"\bto (?:allow|enable|help|let)\b", " SO-THAT "),
    (r"\bto the effect that\b", "that"), (r"\bas a (?:method|means|way) of\b", "for"),
    (r"\btak(?:e|es|ing|en) place\b|\btook place\b", "happen"),
    (r"\b(?:it is |be )?deemed (?:to be )?necessary\b", "needed"),
    (r"\bthe (?=(?:the )?exception)|\bin any case\b|\bin every case\b", ""),
    (rf"\bone(?= {_UNITS})", "1"),
    (r"\bonce (?=a |an |each |every |per )", "1 times "),
    (r"\btwice\b", "2 times"),
    (r"\bper cent\b|\bpercent\b", "%"),
    (r"(?<=\d) %", "%"),
    (r"(?<=\d) (?=am\b|pm\b)", ""),
    (r"\b(?:a )?fortnight\b", "2 weeks"),
    (r"\bno fewer than|\bno less than|\bnot less than|\bnot fewer than|\bat least|\ba minimum of|\bat the very least|\bat minimum", " AT-LEAST "),
    (r"\bno more than|\bnot more than|\bat most|\ba maximum of|\bup to(?= (?:\d|an? ))|\bnot exceeding|\bno longer than|\bno greater than|\bno later than|\bnot later than|\bat the latest", " AT-MOST "),
    (r"\b(?:high|long|larg|bigg|wid|heavi|old|great|lat|tall)er than(?= £?\d)|\bmore than|\bover(?= £?\d)|\bexceeding|\bexceeds?|\babove(?= £?\d)|\blonger than|\bgreater than|\bolder than|\blater than|\bin excess of", " OVER "),
    (r"\bless than|\bfewer than|\bunder(?= £?\d)|\bbelow(?= £?\d)|\bshorter than|\byounger than|\bearlier than", " UNDER "),
    (r"\bwithin|\binside(?= (?:\d|an? (?:hour|day|week|month)))", " WITHIN "),
    (r"(?<=\d) (?:or|and) (?:more|over|above|older|longer)\b|(?<=\w) or (?:more|over|older|longer)\b", " AT-LEAST "),
    (r"\bor (?:less|fewer|under|younger|shorter|below)\b", " AT-MOST "),
    (r"\bfrom time to time|\bnow and (?:then|again)|\boccasionally|\bsometimes|\bfrom occasion to occasion", " SOMETIMES "),
    (r"\bas soon as (?:possible|they can|you can|it can|practicable|is possible|is practicable|reasonably practicable)|\bat the earliest opportunity|\bpromptly|\bsoon\b", " SOON "),
    (r"\bimmediately|\bat once|\bstraight ?away|\bright away|\bwithout delay|\bthere and then|\bstraight off|\binstantly", " AT-ONCE "),
    (r"\b(?:on )?a (daily|weekly|monthly|termly|yearly) basis", r"\1"),
    (r"\bdaily\b", "every day"), (r"\bweekly\b", "every week"), (r"\bmonthly\b", "every month"),
    (r"\btermly\b", "every term"), (r"\b(?:annually|annual|yearly)\b", "every year"),
    (r"\bthereafter\b|\bafter (?:that|this|which)\b(?: point)?|\bafterwards\b|\bfrom then on\b", " AFTERWARDS "),
    (r"\b(?:in advance|ahead of time|ahead|earlier|before|beforehand|sooner)\b(?! of)(?=\s*(?:[,.;)]|$|and\b|or\b|if\b|but\b))", "beforehand"),
    (r"\bprior to\b|\bahead of\b|\bin advance of\b|\bbefore\b", " BEFORE "),
    (r"\bafter\b|\bfollowing\b(?! ?:)|\bonce\b", " AFTER "),
    (r"\b(?:un)?till?\b|\bup until\b", " UNTIL "),
    (r"\bsince\b(?= (?:the|they|it|we|this|these|he|she|you|that|its|their|our|there)\b)|\bgiven that\b|\bowing to\b", " SO-THAT "),
    (r"\bsince\b", " SINCE "),
    (r"^should (?=[^,]+,)", " IF "),
    (r", (\w+) or not\b", r" EVEN \1"),
    (r"\b(?:with or without|whether|whether or not|even (?:if|when|where|though|for|as|in|on|at|to)|even|whatever|no matter|regardless of|irrespective of|however (?:much|many|small|long|late)|wherever|whoever|whenever (?:they|you|he|she|it) (?:like|likes|wish|wishes|want|wants))\b", " EVEN "),
    (r"\b(?:always|at any time|any time|at all times|on every occasion|every time|in all cases|in every case|invariably|without exception|in any circumstances|under any circumstances)\b", " ALWAYS "),
    (r"\b(?:although|though|whereas|yet)\b|, while\b", " but "),
    (r"\boutside(?: of)?\b|\boutwith\b", " OUTSIDE "),
    (r"\binstead of|\brather than|\bin place of", " NOT "),
    # limits
    (r"\bwith the (?:sole |only )?exceptions? of\b|\bexcepting\b|\bexcept(?:ed)?(?: for)?\b|\bunless\b|\bother than\b|\bapart from\b|\baside from\b|\bsave (?:for |in |where |when |that )?(?=\w)|\bexcluding\b|\bbar\b(?= )|\bbut (?:for|for)\b", " EXCEPT "),
    (r"\b(?:but )?only\b|\bsolely\b|\bexclusively\b|\bjust\b|\bnothing but\b", " ONLY "),
    (r"\bprovided(?: that)?\b|\bproviding(?: that)?\b|\bas long as\b|\bso long as\b|\bon condition that\b|\bon the condition that\b|\bsubject to\b|\bin the event (?:of|that)\b|\bin cases? (?:of|where)\b|\bwhenever\b|\bwhere\b|\bwhen\b|\bif\b|\bwhile\b|\bwhilst\b|\bin which case\b", " IF "),
    (r"\bin order (?:to|that)\b|\bso as to\b|\bso that\b|\bbecause(?: of)?\b|\bto (?:help )?(?:ensure|make sure)(?= (?:that |the )?\w)|\bdue to\b", " SO-THAT "),
    (r"\bwithout\b", " WITHOUT "),
    (r"\b(?:normally|usually|generally|ordinarily|typically|as a rule|in general)\b", " NORMALLY "),
    (r"\bnot (?=all\b|every\b|always\b|necessarily\b|everyone\b|everybody\b)", " NOT-ALL "),
    (r"\b(?:all|everyone|everybody|anyone|any|anything|everything|none|nothing|nobody|no one) but\b", " EXCEPT "),
    (r"\b(?:therefore|hence|thus)\b|, so (?=(?:they|you|it|he|she|we|staff|parents|pupils)\b)", " ; "),
    # how it binds
    (rf"\b(?:no[ -]one|nobody|none) (?:has to|needs to|is (?:required|obliged|expected) to)\b", " NEED-NOT "),
    (r"\bthere is no (?:need|requirement|obligation|duty)(?: to| for)?|\bno need (?:to|for)|\bneed (?:\w+ )?not(?: to)?(?= )|\bneeds? no\b", " NEED-NOT "),
    (rf"\b(?:do|does|did|{_BE}) (?:\w+ )?not (?:\w+ly )?(?:have to|need to|required to|obliged to|required|obliged|bound to|compelled to|expected to|compulsory|obligatory|mandatory|necessary|essential|need)\b", " NEED-NOT "),
    (r"\bunder no circumstances\b|\bin no circumstances\b|\bon no account\b|\bnot under any circumstances\b|\bat no time\b|\bnever ever\b|\bnot ever\b|\bnot at any time\b", " NEVER "),
    (r"\b(?:is|are|be) (?:asked|requested) not to\b", " ASK-NOT "),
    (rf"\b(?:{_WE} )?(?:would |may |will )?(?:asks?|requests?) ((?:\w+ ){{1,4}}?)not to\b", r" \1 ASK-NOT "),
    (rf"\b(?:{_WE} )?(?:would |may |will )?(?:asks?|requests?|requests that|asks that) ((?:\w+ ){{1,4}}?)to\b", r" \1 ASK "),
    (rf"\b(?:{_WE} )?(?:strongly )?(?:advises?|recommends?|urges?) ((?:\w+ ){{1,4}}?)(?:not to|against)\b", r" \1 ADVISE-NOT "),
    (rf"\b(?:{_WE} )?(?:strongly )?(?:advises?|recommends?|urges?) (?:that )?((?:\w+ ){{1,4}}?)to\b", r" \1 ADVISE "),
    (rf"\b(?:{_WE} )?(?:encourages?) ((?:\w+ ){{1,4}}?)not to\b", r" \1 DISCOURAGE "),
    (rf"\b(?:{_WE} )?(?:encourages?) ((?:\w+ ){{1,4}}?)to\b", r" \1 ENCOURAGE "),
    (rf"\b(?:{_WE} )?expects? ((?:\w+ ){{1,4}}?)not to\b", r" \1 SHOULD-NOT "),
    (rf"\b(?:{_WE} )?expects? ((?:\w+ ){{1,4}}?)to\b", r" \1 SHOULD "),
    (rf"\b(?:{_WE} )?(?:requires?|obliges?) ((?:\w+ ){{1,4}}?)to\b", r" \1 MUST "),
    (rf"\b(?:{_WE} )(?:allows?|permits?|lets?) ((?:\w+ ){{1,4}}?)to\b", r" \1 MAY "),
    (r"\b(?:would (?:rather|prefer)|prefers?)\b(?= (?:\w+ ){0,4}not\b)(?: \w+){0,4}? not(?: to)?", " PREFER-NOT "),
    (r"\b(?:strongly )?(?:advised?|advises|advising|recommended|recommends?|urged?|urges) (?:\w+ ){0,3}?(?:not to|against)\b|\b(?:advis|recommend)\w* (?:that )?(?:\w+ ){1,4}(?:do |should )?not\b|\bnot (?:advised|recommended|advisable)(?: to)?\b|\binadvisable\b|\badvice is not to\b", " ADVISE-NOT "),
    (r"\b(?:discouraged?|discourages)(?: from)?\b|\b(?:encouraged?|encourages) (?:\w+ ){0,3}?not to\b|\bnot encouraged(?: to)?\b", " DISCOURAGE "),
    (rf"\b(?:should|ought) {_ADV}(?:not|never|NEVER)(?: to)?\b|\b(?:expected|supposed|meant) not to\b|\b{_BE} not (?:supposed|meant) to\b", " SHOULD-NOT "),
    (rf"\b(?:must|shall|may|can|could) {_ADV}(?:not|never|NEVER)\b(?: be (?:allowed|permitted) to\b)?|\b(?:has|have) (?:\w+ )?not to\b|\b(?:required|told|instructed|obliged) not to\b", " MAY-NOT "),
    (rf"\b{_BE} {_ADV}(?:not|never|NEVER) {_ADV}(?:to be )?(?:allowed|permitted|authori[sz]ed|acceptable|permissible|free|entitled|able|welcome)(?: to| for)?\b|\b(?:do|does|will|would) not (?:allow|permit)\b|\bnot (?:allowed|permitted)(?: to)?\b|\b{_BE} (?:never|NEVER|not) to\b", " MAY-NOT "),
    (rf"\b(?:{_BE} )?(?:strictly |expressly |absolutely )?(?:forbidden|prohibited|banned|barred|disallowed|impermissible|unacceptable|off limits|out of bounds)(?: to| from)?\b|\b(?:prohibits?|forbids?|bans?|outlaws?)\b", " MAY-NOT "),
    (r"\bit is (?:absolutely |really |very )?(?:essential|vital|imperative|compulsory|mandatory|obligatory|necessary|a requirement)(?: that| to| for)?\b", " MUST "),
    (rf"\b{_BE} {_ADV}(?:required|obliged|bound|compelled|compulsory|mandatory|obligatory)(?: to)?\b|\b(?:has|have|having|had) {_ADV}(?:got )?to\b|\bneeds? to\b|\b(?:has|have) an? (?:duty|obligation) to\b|\binsists?(?: (?:that|on))?\b|\brequires?\b", " MUST "),
    (r"\bmust\b|\bshall\b", " MUST "),
    (rf"\b{_BE} {_ADV}(?:expected|supposed|meant) to\b|\bexpects?\b", " SHOULD "),
    (r"\bshould\b|\bought to\b", " SHOULD "),
    (rf"\b(?:is|are|am|was|were) {_ADV}(?:asked|requested) to\b|\b(?:ask|asks|request|requests|asking)\b(?= (?:that )?(?:\w+ ){{1,4}}to\b)|\bkindly\b|\bplease\b", " ASK "),
    (rf"\b(?:it is |{_BE} )?{_ADV}(?:advised|recommended|advisable|urged|sensible|wise|best|preferable|good practice)(?: to| that)?\b|\b(?:strongly )?(?:recommends?|advises?|urges?)\b|\b(?:our|the) advice is(?: to)?\b|\b(?:would|had) better\b", " ADVISE "),
    (rf"\b(?:{_BE} )?{_ADV}encouraged(?: to)?\b|\bencourages?\b", " ENCOURAGE "),
    (r"\bwould (?:rather|prefer|like)\b|\bprefers?\b", " PREFER "),
    (rf"\b{_BE} {_ADV}(?:allowed|permitted|free|welcome|entitled|able|authori[sz]ed)(?: to)?\b|\b(?:has|have) (?:the right|permission|a right) to\b|\b(?:is|are) (?:fine|ok|okay|acceptable|permissible|all right|alright)(?: for| to)?\b|\bit is open to\b|\b(?:allows?|permits?)\b", " MAY "),
    (r"\bmay\b|\bcan\b", " MAY "),
    (r"\bmight\b|\bcould\b", " MIGHT "),
    (r"\bwill (?:not|never|NEVER)\b", " WILL NOT "),
    (r"\bwill\b", " WILL "),
    (rf"\b{_BE} (?=to \w)", " MUST "),
    (r"\bdo not\b|\bnever\b", " NOT "),
    (r"\bno longer\b|\bnot any more\b", " NOT "),
    (r"\bnot\b|\bneither\b|\bnor\b", " NOT "),
    (r"\b(?:no[ -]one|nobody)\b", " NO "),
    (r"\bnone\b|\bnothing\b|\bno\b", " NO "),
    (r"\boff(?: the)?(?: school)? (?:site|premises|grounds)\b|\baway from (?:the )?(?:school|site|premises)\b", " OUTSIDE premises "),
    (r"\b(switch|turn|power)(?:ed|ing|s)? (on|off)\b", r"switch\2"),
    (r"\b(sign|opt|log)(?:ned|ning|ted|ting|ged|ging|s)? (in|out|on|off)\b", r"\1\2"),
    (r"\brefuses?\b|\brefused\b|\bdeclines?\b", " NOT allow "),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), to) for pattern, to in _SIGNS)
_ABBREVIATED = tuple((re.compile(pattern), to) for pattern, to in _SHORT)
_SAYING = re.compile(
    r"\b(?:please note that|remember that|note that|according to (?:the|this|our) (?:\w+ ){0,3}?(?:policy|clause|guidance|rules|document|handbook|code)\b,?"
    r"|the (?:\w+ ){0,3}?(?:policy|clause|rules?|guidance) (?:also )?(?:says?|states?)(?: that)?"
    r"|this means(?: that)?|in other words|that is to say|also|however|furthermore"
    r"|moreover|in addition|additionally|likewise)\b,?"
)

# Words that no sentence has to share with its clause: they tie, they point, they carry no claim.
_NO_GROUPS = ("forms", "opposites", "lists")

FREE = frozenset(
    """a an the 1 single this that these those such there here it its itself they them their theirs themselves
    he him his himself she her hers herself you your yours yourself yourselves we us our ours
    ourselves i me my one ones who whom whose which what be is are am was were been being do does
    did doing done have has had having of to in on at by from for with as into onto upon about and or so
    then than too very quite really still even much well any all each every will would shall
    also own same during through throughout per via towards toward in across along among
    if when where while get got getting go goes going make sure let them yes already ever
    s re ll ve d t per else case cases matter way mean means count counts happen time thing things
    anything something everything again out up down over back under inside away around between
    simply particular certain given order part""".split()
)
"""Their own force, where they have one, is told by signs."""


def _lower(text: str) -> str:
    text = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    text = re.sub(r"\.(?!\d)(?!\s+[\"'(]?[A-Z])(?!\s*$)", "", text)  # "e.g.", "inc.", "p.m."
    text = re.sub(r"\b(?:eg|inc|incl|for example|for instance|such as|namely)\b", " INCLUDING ", text.lower())
    text = re.sub(r", (?=\w{2,}ing (?:the|a|an|any|all|their|your|his|her|its|it|them|this|that|to|in|on|at|with|from|reasons?)\b)", ", and ", re.sub(r",? \bincluding\b(?! INCLUDING)", " INCLUDING", text))
    text = re.sub(r"\betc\b|\bat all\b", " ", text)
    text = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text)
    text = re.sub(r"(?<=[a-z]) ?/ ?(?=[a-z])", " or ", text)
    return re.sub(r"[\"\[\]*•●▪_]|(?<!\w)'|'(?!\w)", " ", text)


@lru_cache(maxsize=4_000)
def tokens(text: str) -> tuple[str, ...]:
    """Signs in capitals, canonical stems, numbers as digits, and marks, in their order."""
    plain = _lower(text)
    for pattern, to in _ABBREVIATED:
        plain = pattern.sub(to, plain)
    plain = " ".join(_SAYING.sub(" ", plain).split())
    plain = re.sub(
        rf"\b(?:{'|'.join(_NUMBERS)})\b", lambda m: _NUMBERS[m[0]] if m[0] != "one" else "one", plain
    )
    for pattern, to in _COMPILED:
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
