"""What is asked, and about whom: "may I", "must I", "who", "what changed"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.answer import Role
from assistant.instead import with_somebody_else
from assistant.wording import concepts

_FURTHER = 2  # questions before the last one that are still leant on

Kind = Literal["may", "must", "should", "will", "why", "inform"]

_ASIDE = re.compile(r"^(?:(?:and|so|ok|okay|but|also|oh|hi|hello|hey|quick (?:one|q)|um|er|well|right"
                    r"|please|pls|sorry)\b[ ,:-]*)+")  # fmt: skip
_MUST = re.compile(
    r"\b(?:(?:do|does|did|will|would|should) (?:\w+ ){1,4}?(?:have|need|ought) to\b"
    r"|must (?:i|we|they|he|she|staff|the|my|a)\b|have (?:i|we|they) (?:got )?to\b|(?:i|we) have to\b"
    r"|(?:do|does|will) (?:i|we|they|he|she|you|staff|parents?) need (?:\w+ ){0,2}(?:permission|consent|approval|an? |any )"
    r"|need to (?:tell|report|declare|log|record|inform|sign|ask|hand)|am i (?:required|supposed|meant|obliged|expected)"
    r"|are (?:we|they|staff|you|parents|pupils|\w+) (?:required|supposed|meant|obliged|expected) to|gotta\b"
    r"|got to\b|do i (?:report|tell|log|declare|hand)|what (?:do|should|must) (?:i|we) (?:have to |need to )?do\b"
    r"|(?:is it|are they) (?:compulsory|mandatory|obligatory))\b",
)  # fmt: skip
_MAY = re.compile(
    r"\b(?:(?:can|may|could|might|cn) (?:i|we|you|they|he|she|my|our|the|a|an|staff|parents?|pupils?|kids?"
    r"|children|visitors?|volunteers?|governors?|teachers?|tas?|someone|anyone|it|this|people|students?)\b"
    r"|(?:is|are|am|was) (?:\w+ ){0,4}?(?:allowed|permitted|banned)\b|allowed to|(?:is|would) (?:it|that|this) (?:be )?"
    r"(?:ok|okay|alright|all right|fine|a problem|against|acceptable|bad|wrong|cool|still ok|ever ok)"
    r"|(?:ok|okay|alright|fine|allowed|cool) (?:to|if|for)\b|am i (?:ok|okay|alright|fine|good|safe)|are (?:we|they) (?:ok|okay|alright)"
    r"|(?:mind|matter|problem) if|get away with|any (?:harm|problem|issue)|what if i|against the rules|a no[ -]no"
    r"|do you mind)\b",
)  # fmt: skip
_SHOULD = re.compile(
    r"\b(?:should (?:i|we|they|he|she|staff|the|my|parents?|pupils?|kids?)|shall i|better to"
    r"|good idea|wise to|ought i|best to|recommended)\b"
)
_WILL = re.compile(
    r"\b(?:(?:will|would|do|does) (?:the )?(?:school|they|head|governors?|trust|you|council|slt)\b"
    r"|(?:can|could) (?:the )?school\b|do (?:we|i) get\b|will (?:i|we) (?:get|be|lose)\b"
    r"|is there\b|are there\b|have (?:we|you) got\b|(?:do|does) (?:you|it|the policy|this))\b"
)
_OPEN = re.compile(
    r"\b(?:who|whos|who's|whom|when|where|wheres|how|which|what|whats|what's|whose|how long|how many"
    r"|how much|how often|what happens|what counts|what changed)\b"
)

# "off sick, who else can i tell" asks who, not whether.
_OPEN_MODAL = re.compile(
    r"\b(?:who|whom|when|where|how (?:long|many|much|often|soon|far|old))(?: \w+){0,2}"
    r" (?:can|do|should|must|may|could|shall) (?:i|we)\b"
)

# An account of what somebody did to somebody; "she wants her old phone in her bag" asks for leave.
_HAPPENED = re.compile(
    r"\b(?:pupils?|kids?|child(?:ren)?|parents?|mums?|dads?|colleagues?|teachers?|tas?|some(?:one|body)|girls?"
    r"|boys?|lads?|lass|heads?|governors?|strangers?|he|she|they|year \d+s?|y\d+s?)\b(?: (?!wants?|needs?)[\w']+){0,4}?"
    r" (?:\w{3,}ed|sent|told|said|hit|swore|bit|caught|threw|put|made|keeps? \w+ing|(?:is |are |been |just )*\w{3,}ing)"
    r"(?: [\w']+){0,3}? (?:me|us|him|her|them|one of|a (?:kid|child|pupil|parent|ta|teacher|colleague))\b"
)

# Whom a question speaks of, when it is not the asker.
_OTHERS: dict[str, str] = {
    "pupil": r"(?:kids?|child|children|pupils?|students?|(?:my )?(?:son|daughter|lad|lass|boy|girl)|"
    r"year \d+s?|y\d+s?|(?:little|young) ones?|sixth formers?|he|she)",
    "parent": r"(?:parents?|mums?|dads?|carers?|grandparents?|nans?|families|family)",
    "volunteer": r"(?:volunteers?|(?:parent )?helpers?)",
    "visitor": r"(?:visitors?|guests?)",
    "contractor": r"(?:contractors?|builders?|plumbers?)",
    "governor": r"(?:governors?|trustees?)",
    "headteacher": r"(?:(?:the )?head(?:teacher)?|principal)",
    "staff": r"(?:staff|teachers?|tas?|teaching assistants?|employees?|supply(?: teachers?)?)",
}
_AFTER_MODAL = (
    r"\b(?:can|may|could|must|should|do|does|are|is|will|would|what about|how about|and|for|if)"
    r" (?:the |a |an |my |our |all |any |some |these |those )*"
)
_SUBJECTS = {role: re.compile(_AFTER_MODAL + words + r"\b") for role, words in _OTHERS.items()}
# What askers say of themselves; their own words win over the role they were given.
_SELF: dict[Role, re.Pattern[str]] = {
    "volunteer": re.compile(
        r"\b(?:i volunteer|i[’']?m (?:just )?(?:a |the |only )?(?:parent )?(?:volunteer|helper)"
        r"|as a (?:parent )?(?:volunteer|helper)|i(?:[’']?m| am) help(?:ing)? (?:out )?(?:on|with|at|in)"
        r"|i help (?:out )?(?:on|with|at|in))\b"
    ),
    "parent": re.compile(
        r"\b(?:i[’']?m (?:just )?(?:a |the )?(?:parent|mum|dad|carer|grandparent|nan)|as a (?:parent|mum|dad)"
        r"|(?:my|our) (?:own )?(?:kids?|child|children|son|daughter|lad|lass|little (?:one|boy|girl)|boy|girl|"
        r"youngest|eldest)(?:[’']?s)?\b)"
    ),
    "governor": re.compile(r"\b(?:i[’']?m (?:a |the )?(?:new )?(?:\w+ )?governor|as a governor)\b"),
    "headteacher": re.compile(r"\b(?:i[’']?m the head\b|as (?:the )?head(?:teacher)?\b)"),
    "contractor": re.compile(
        r"\b(?:i[’']?m (?:a |the )?(?:contractor|builder|plumber|electrician))\b"
    ),
    "visitor": re.compile(r"\b(?:i[’']?m (?:a |just )?(?:visiting|visitor|guest))\b"),
    "pupil": re.compile(r"\b(?:i[’']?m (?:a |in )?(?:pupil|student|year \d+|y\d+))\b"),
    "staff": re.compile(
        r"\b(?:i[’']?m (?:a |an |the |on )?(?:new )?(?:ta|teacher|nqt|ect|supply|caretaker|lsa|teaching"
        r" assistant|dinner lady))\b"
    ),
}


# What only asks, before what is asked about.
_LEADS_IN = re.compile(
    r"(?:(?:am|are|is|do|does|can|could|may|must|should|shall|will|would) (?:i|we|you|it|they|staff)\b"
    r" ?(?:(?:allowed|permitted|ok(?:ay)?|all ?right|fine|have|need|meant|supposed|required) ?(?:to|if (?:i|we))? ?)?"
    r"|(?:what|how) about |what if |(?:who|what|when|where|how) (?:do|does|can|should|must|is|are|happens)"
    r" (?:(?:i|we|you|if) ?\b ?)?)",
    re.I,
)


@dataclass(frozen=True)
class Asked:
    """A question as understood: what kind of answer it wants, by whom, and about whom."""

    question: str  # as typed
    text: str  # what is searched for, history folded in
    kind: Kind
    role: Role  # who asks
    subject: str  # whose conduct is asked about; the asker's own unless another is named
    follows: bool = False  # it leans on an earlier question
    own: bool = True  # the asker's own conduct is asked about


def understand(question: str, history: tuple[str, ...] = (), role: Role = "staff") -> Asked:
    """Read the question; an elliptical one takes its topic and kind from the one before."""
    plain = _plain(question)
    before = _plain(history[-1]) if history else ""
    asker = _self(plain) or _self(" ".join(map(_plain, history))) or role
    kind = what_kind(plain)
    follows = bool(before) and _leans(question)
    opens = _opens(plain)
    if follows and kind in ("inform", "may") and not opens and not _MAY.search(plain):
        kind = what_kind(before)
    text = _folded(question, history) if follows else question
    swapped = follows and with_somebody_else(history[-1], question) != ""
    named = _subject(_plain(text)) if swapped else _subject(plain)
    other = named or (_subject(before) if follows and not swapped else "")
    subject = other or asker
    return Asked(question, text, kind, asker, subject, follows, not other)


def _folded(question: str, history: tuple[str, ...]) -> str:
    """A question that leans with what it leans on, and what that may lean on, too."""
    earlier = history[-1]
    further = history[:-1][-_FURTHER:]
    if further and _leans(earlier):
        earlier = _folded(earlier, further)
    return with_somebody_else(earlier, question) or f"{earlier} {question}"


def topic(question: str) -> str:
    """What a question is about, in its own words: "text a parent on a trip"."""
    asked = re.sub(r"\s+", " ", question).strip(" ?!.,")
    plain = _ASIDE.sub("", asked.lower())
    asked = asked[len(asked) - len(plain) :]
    return _LEADS_IN.sub("", asked, count=1).strip(" ?!.,") or asked


def what_kind(plain: str) -> Kind:
    """The kind of a question in lower case; short forms without a verb ask "may I"."""
    first = plain.split(",")[0]
    if re.match(r"why\b|how come\b|whats the (?:point|reason)", plain):
        return "why"
    opens = _opens(plain)
    if _OPEN_MODAL.search(plain):
        return "inform"
    if re.search(
        r"\bwhat (?:do|should|must|shall) (?:i|we|staff) (?:have to |need to )?do\b", plain
    ):
        return "must"
    if opens and opens.start() <= 8 and not re.match(r"(?:what|how) (?:if|about)\b", plain):
        return "inform"
    found: dict[Kind, re.Match[str] | None] = {
        "must": _MUST.search(plain),
        "may": _MAY.search(plain),
        "should": _SHOULD.search(plain),
        "will": _WILL.search(plain),
    }
    hits = sorted(((m.start(), kind) for kind, m in found.items() if m))
    if hits:
        # "do i have to" starts where "do i get" would: obligation is the narrower reading.
        start = hits[0][0]
        order: tuple[Kind, ...] = ("must", "may", "should", "will")
        tied = [kind for at, kind in hits if at - start <= 3]
        return next(kind for kind in order if kind in tied)
    if opens:
        return "inform"
    if _HAPPENED.search(plain):
        return "must"  # "a pupil messaged me": whoever says so wants to know what to do
    words = first.split()
    if words and re.match(r"(?:do|does|did|is|are|was|has|have)\b", words[0]):
        return "will" if words[0] in ("do", "does", "did") else "may"
    return "may"


def asks(question: str) -> bool:
    """True where it has the words of a question, not of an account of what happened."""
    plain = _plain(question)
    return any(pattern.search(plain) for pattern in _ASKS)


def _opens(plain: str) -> re.Match[str] | None:
    """Where it asks who, what or how; "what about" and "how about" ask nothing of the kind."""
    return _OPEN.search(re.sub(r"\b(?:what|how) (about|if)\b", r"\1", plain))


def _plain(text: str) -> str:
    lowered = re.sub(r"\s+", " ", text.lower().replace("’", "'")).strip()
    return _ASIDE.sub("", lowered)


def _self(plain: str) -> Role | None:
    return next((role for role, pattern in _SELF.items() if pattern.search(plain)), None)


def _subject(plain: str) -> str:
    """The role whose conduct is asked about, when the question names another than the asker."""
    if re.search(r"\b(?:can|may|could|must|should|do|am|shall|if|have|will) (?:i|we)\b", plain):
        return ""
    hits = [(m.start(), role) for role, p in _SUBJECTS.items() if (m := p.search(plain))]
    return min(hits)[1] if hits else ""


_OPENS_LEANING = re.compile(
    r"(?:what|how) about\b|what if\b|(?:and|or|but|so|not|even|same|why not|also|then)\b"
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|it's|that|thats|that's|they|theyre|they're|them|this|these|those|he|hes|he's|she"
    r"|shes|she's|(?<!is )(?<!are )there|one|then|so|instead)\b"
)
_ASKS = (_OPEN, _MUST, _MAY, _SHOULD, _WILL)


def _leans(question: str) -> bool:
    """True when a question, as typed, says too little of its own to be searched for alone.

    A question that can stand alone must: in a conversation, the topic before would drown its own.
    """
    lowered = re.sub(r"\s+", " ", question.lower().replace("’", "'")).strip()
    if _OPENS_LEANING.match(lowered):
        return True
    said = len(set(concepts(lowered)))
    if _POINTS_BACK.search(lowered):
        return said <= 4
    asks = any(pattern.search(lowered) for pattern in _ASKS)
    return said <= (1 if asks else 3)
