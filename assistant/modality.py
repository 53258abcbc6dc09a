"""How a clause binds: its deontic modality, whom it binds, and what it leaves open.

Obligation, prohibition, permission, advice and plain statement are the field's usual classes; the
cues are those of English school policies, where "should", "will" and "is asked to" bind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.answer import Modality
from ingest.clauses.sentences import split_sentences
from ingest.documents import Clause, Span, flow

_PROHIBITION = re.compile(
    r"\b(?:must|should|shall|may|will|can|could|do|does|need)\s?n[o’']t\b(?! (?:be )?(?:limited to|only"
    r"|hesitate|worry|exhaustive))|\bcannot\b|\b(?:don|won|can|shouldn|mustn)[’']?t\b"
    r"|\bnever\b|\b(?:is|are|be|was) not (?:at any time |normally |currently )?(?:permitted|allowed"
    r"|acceptable|authori[sz]ed|to)\b|\bno (?:\w+ ){1,4}(?:may|must|should|shall|will|is permitted"
    r"|are permitted|is allowed|are allowed)\b|\b(?:prohibited|forbidden|banned|unacceptable|unlawful"
    r"|illegal)\b|\b(?:asked?|asks|instructed|told|required|expected|requested) (?:\w+ )?not to\b"
    r"|\bask (?:\w+ ){1,3}not to\b|\binsist (?:that )?(?:\w+,? ){1,8}(?:do )?not\b"
    r"|\bno circumstances\b|\b(?:make|have) no (?:reference|contact)\b|\bnot (?:give|disclose|engage"
    r"|meet|use|share|post|put)\b|\b(?:must|should|shall|will|they|to|and) (?:always )?avoid\b"
    r"|\bwithout (?:\w+ ){0,3}(?:consent|permission|approval) (?:\w+ )*(?:not|never)\b|\bnot permitted\b"
    r"|\bnot allowed\b|\b(?:is|are) (?:not|never) (?:\w+ed|worn|given|taken|kept|made|used|sent|shown|put)\b"
    r"|\bno (?:one|body)\b|\b(?:nobody|nothing|none of (?:\w+ ){1,3}?\w+)\b[^.;:]{0,80}?\b(?:may|must|should|can|shall|will|is to|are to)\b(?! not)"
    r"|^(?:[^:]*: )?No (?!later)\w+|\btakes? no part\b|\bdo(?:es)? not\b|\brefrain from\b|\bneither\b",
    re.I,
)
_ADVICE_AGAINST = re.compile(
    r"\b(?:advised?|advises|encouraged?|recommended?|urged?) (?:\w+ ){0,3}?"
    r"(?:not to|to avoid|against)\b"
    r"|\b(?:advised|recommended|encouraged) that (?:\w+ ){1,6}(?:do |should )?not\b|\bdiscouraged?\b"
    r"|\bare not (?:advised|encouraged)\b|\bnot advisable\b|\binadvisable\b",
    re.I,
)
_ADVICE = re.compile(
    r"\b(?:advised?|advises|encouraged?|encourages|recommended?|recommends|urged?)\b"
    r"|\b(?:should )?consider\b(?! (?:carefully )?the subjects)|\bgood practice\b"
    r"|\bit is (?:also )?(?:helpful|sensible|advisable|best)\b|\bthink (?:about|before)\b",
    re.I,
)
_OBLIGATION = re.compile(
    r"\b(?:must|should|shall|need to|needs to|has to|have to|is to|are to)\b"
    r"|\b(?:is|are|be) (?:\w+ )?(?:required|expected|asked|obliged|responsible|reminded|requested)\b"
    r"|\b(?:ask|asks|insist|insists|expect|expects|require|requires)\b(?! not)"
    r"|\bwill\b(?! (?:wish to|avoid|include|not|reflect|raise|lead|result|need))|\bhave a (?:responsibility|duty)"
    r"|\bensure\b|\bmandatory\b|\bcompulsory\b",
    re.I,
)
# "May" and "can" permit when somebody may, or something may be done; "social media can blur" does not.
_MAY = re.compile(
    r"\b(?:may|can)\b(?! (?:not|also apply|be misconstrued|be defined|be taken (?:out|as)|be accessed"
    r"|result|lead|have an|prove|cause|expect|potentially|wish to be))(?P<passive> (?:only |also )?be \w+)?"
)
_PERMISSION = re.compile(
    r"\b(?:is|are|be) (?:\w+ )?(?:permitted|allowed|free|welcome|entitled|acceptable)\b|\bpermits?\b"
    r"|\bwill wish to\b|\bwill (?:normally |usually |always )?(?:agree to|grant|allow|be (?:granted|allowed|agreed))\b|\ballows?\b|\bno objection\b|\bnot be required\b|\bneed not\b"
    r"|\bdo(?:es)? not (?:need|have) to\b|\bprovided (?:that|they|it)\b|\bhave access to\b",
    re.I,
)
_PERSON = re.compile(
    r"\b(?:staff|employees?|teachers?|adults?|assistants?|you|users?|representatives?|colleagues|members?"
    r"|individuals?|anyone|everyone|person|people|governors?|trustees|volunteers?|helpers?|parents?|carers?"
    r"|pupils?|child(?:ren)?|students?|learners?|visitors?|contractors?|head ?teachers?|principal|head|school"
    r"|officer|coordinator|senco|they|he|she|we|who|slt|lead|leaders?|driver|hirers?|candidates?|complainants?)\b",
    re.I,
)
# Advice to take care is no advice to do what was asked.
_CAUTION = re.compile(
    r"\b(?:be (?:cautious|careful|aware|mindful)|think (?:very )?(?:about|carefully|before)|caution"
    r"|consider (?:carefully|whether|the (?:risks?|potential|consequences))|potential risks?|take care)\b",
    re.I,
)
_NOT_REQUIRED = re.compile(
    r"\b(?:need not|not (?:be )?(?:required|obliged|expected) to|do(?:es)? not (?:need|have) to"
    r"|no need (?:to|for)|(?:nobody|no one|no (?:member of staff|pupil|parent|teacher))"
    r" (?:\w+,? ){0,12}?(?:has|have|needs?) to)\b",
    re.I,
)
_EXCEPTION = re.compile(
    r"\b(?:except(?:ion|ions)?(?: (?:in|for|where|when|if|that))?|unless|other than|apart from"
    r"|save (?:for|where|in)|with the exception of|excluding|exceptional circumstances)\b",
    re.I,
)
_CONDITION = re.compile(
    r"\b(?:only|will (?:normally|usually)|provided(?: that)?|providing|as long as|so long as|subject to|with(?:out)? (?:the )?"
    r"(?:\w+[’']?s? ){0,4}(?:consent|permission|approval|agreement|authori[sz]ation)"
    r"|if (?:permitted|agreed|necessary|required|approved)|limited to|until|after (?:consent|approval)"
    r"|prior (?:approval|consent|permission|agreement)|must be (?:approved|agreed|authori[sz]ed)"
    r"|(?:has|have|is|are) (?:been )?(?:approved|agreed|authori[sz]ed) by|where possible|on condition)\b",
    re.I,
)

# Whom a clause speaks to, by the words that name them.
_ACTORS: dict[str, re.Pattern[str]] = {
    "staff": re.compile(
        r"\b(?:staff|employees?|teachers?|adults?|teaching assistants?|you|users?|school"
        r" representatives?|colleagues|members? of (?:the )?(?:staff|team)|individuals|anyone|everyone"
        r"|workers?|practitioners)\b",
        re.I,
    ),
    "headteacher": re.compile(r"\b(?:head ?teachers?|principal|slt|senior leadership)\b", re.I),
    "governor": re.compile(r"\b(?:governors?|governing (?:body|board)|trustees?)\b", re.I),
    "volunteer": re.compile(r"\b(?:volunteers?|helpers?|school representatives?|adults)\b", re.I),
    "parent": re.compile(r"\b(?:parents?|carers?|famil(?:y|ies))\b", re.I),
    "pupil": re.compile(
        r"\b(?:pupils?|child(?:ren)?|students?|young (?:people|person)|learners?)\b", re.I
    ),
    "visitor": re.compile(r"\b(?:visitors?|guests?|school representatives?)\b", re.I),
    "contractor": re.compile(r"\b(?:contractors?|suppliers?|school representatives?)\b", re.I),
}
_EVERYBODY = re.compile(
    r"\b(?:all (?:members of the school community|individuals|users|those)|anyone|everyone|nobody"
    r"|no[ -]one|whole school community)\b",
    re.I,
)
_CONNECTIVE = re.compile(
    r"^(?:however|furthermore|therefore|in addition|also|on arrival|whilst [^,]+|when [^,]+|if [^,]+"
    r"|in (?:all cases|their own interests|order to [^,]+)|to be able to [\w ]+?effectively)\b,? ",
    re.I,
)
_SCHOOL_ASKS = re.compile(
    r"\b(?:we|school|slt|governors|headteacher) (?:would |should )?(?:ask|insist|expect|request)s?\b",
    re.I,
)
_ENDS_OF_SUBJECT = re.compile(
    r"\b(?:must|should|shall|may|will|can|cannot|are|is|need|needs|have|has|do|does|who|"
    r"make|keep|use|avoid)\b|,",
    re.I,
)


@dataclass(frozen=True)
class Binding:
    """How a stretch of policy binds.

    `actors` are roles named as its subject; empty where it names none. `excepts` and `conditional`
    say that it leaves a case open.
    """

    modality: Modality
    actors: frozenset[str]
    excepts: bool = False
    conditional: bool = False
    not_required: bool = False
    cautions: bool = False


@lru_cache(maxsize=20_000)
def bind(text: str, heading: str = "") -> Binding:
    """Read one sentence or short clause, lead-in included, as one line of text."""
    return Binding(
        modality=modality(text),
        actors=actors(text, heading),
        excepts=_EXCEPTION.search(text) is not None,
        conditional=_CONDITION.search(text) is not None,
        not_required=_NOT_REQUIRED.search(text) is not None,
        cautions=_CAUTION.search(text) is not None,
    )


def modality(text: str) -> Modality:
    """The deontic class of one line of text; the strictest cue that is not itself advice wins."""
    plain = text.replace("*", "")
    if _NOT_REQUIRED.search(plain):
        return "permission"
    if _ADVICE_AGAINST.search(plain):
        return "advice_against"
    prohibits = _PROHIBITION.search(plain)
    if prohibits:
        return "prohibition"
    advises, obliges = _ADVICE.search(plain), _OBLIGATION.search(plain)
    if advises and (not obliges or advises.start() <= obliges.start()):
        return "advice"
    permits = _permits(plain)
    if obliges and not (permits and permits.start() < obliges.start()):
        return "obligation"
    if permits:
        return "permission"
    if re.match(r"(?:[A-Z][a-z]+ly )?(?:Keep|Use|Make|Check|Report|Remember|Take|Seek|Follow|Be|Ensure"
                r"|Think|Review|Know|Sign|Inform|Disclose|Act|Set|Tell|Ask|Give|Hand|Store)\b", plain):  # fmt: skip
        return "obligation"
    return "statement"


def _permits(text: str) -> re.Match[str] | None:
    found = _PERMISSION.search(text)
    for match in _MAY.finditer(text):
        somebody = _PERSON.search(text[max(0, match.start() - 80) : match.start()])
        if (match["passive"] or somebody) and (found is None or match.start() < found.start()):
            return match
    return found


def actors(text: str, heading: str = "") -> frozenset[str]:
    """Roles named as the subject of a rule: in its own words, else its lead-in's or heading's."""
    for part in reversed(text.split(": ")):
        if named := _subject_of(part):
            return named
    return frozenset(roles_in(heading.rpartition(" > ")[2]))


def subject_words(text: str) -> str:
    """The words before the verb: whom a rule speaks to, in one part of a sentence."""
    plain = _CONNECTIVE.sub("", text)
    end = _ENDS_OF_SUBJECT.search(plain)
    return plain[: end.start()] if end else ""


def _subject_of(text: str) -> frozenset[str]:
    plain, subject = _CONNECTIVE.sub("", text), subject_words(text)
    if asks := _SCHOOL_ASKS.search(plain):
        # "We would ask parents not to …" binds the parents.
        subject = plain[asks.start() : asks.start() + 120]
    if _EVERYBODY.search(subject):
        return frozenset(_ACTORS)
    return frozenset(roles_in(subject))


def roles_in(words: str) -> set[str]:
    """Roles that are named anywhere in these words."""
    return {role for role, pattern in _ACTORS.items() if pattern.search(words)}


def sentences(clause: Clause) -> list[str]:
    """The clause's sentences as single lines; the lead-in belongs to the first alone.

    "…should not:" before the second sentence of a bullet would turn its meaning round.
    """
    spans = split_sentences(clause.text, Span(0, len(clause.text)))
    first, *others = [flow(span.of(clause.text)) for span in spans]
    return [f"{clause.led} {first}".strip(), *others]
