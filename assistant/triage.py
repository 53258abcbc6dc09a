"""What must be noticed before any policy is searched: nonsense, orders, danger, other tongues."""

from __future__ import annotations

import re
import unicodedata

from assistant.wording import FUNCTION_WORDS

LONGEST = 4_000  # characters; a question, not an essay

_ORDERS = re.compile(
    r"\b(?:ignore|forget|disregard|override|bypass)\b.{0,40}\b(?:polic\w+|rules?|instructions?|prompt|above"
    r"|previous|everything|all|that|it|guidelines?)\b|\bsystem prompt\b|\bjailbreak\b|\bdeveloper mode\b"
    r"|\b(?:pretend|act|imagine|roleplay|role-play|behave)\b.{0,15}\b(?:you|ur|your|to be|as|like|that)\b"
    r"|\b(?:you are|you[’']?re|your|ur) now (?:(?:a|an|my) \w+|(?-i:[A-Z]{2,}))|(?:^|[.!?;,] ?)(?:you are|you[’']?re|ur) (?:a|an|my) \w+"
    r"|\bfrom now on,? (?:you|answer|act|pretend|ignore|say|only|always)\b|\bjust (?:say|tell me) (?:yes|its|it[’']?s|that)\b"
    r"|\bsay (?:its|it[’']?s|it is|that its?|yes|permitted)\b|\banswer (?:yes|permitted|only)\b"
    r"|\byour (?:instructions|prompt) (?:are|say)\b|\bnew instructions?\b|\bmake (?:up|it up)\b"
    r"|\b(?:write|tell|sing|give|do|make) (?:me|us) an? (?:\w+ ){0,2}(?:shanty|poem|joke|song|story|limerick|rap|excuse|essay|letter)\b"
    r"|\btell (?:us |me )?(?:a |another |some )?jokes?\b|\bwrite (?:a|my|an|some) (?:\w+ )?(?:poem|joke|song|rap|essay|limerick"
    r"|reference|resignation|email|letter|report)\b",
    re.I,
)
# "Is it ok to say yes", "what if I ignore it": somebody's conduct, and no order to us.
_SOMEBODY_DOES = re.compile(
    r"\b(?:i|we|they|he|she|it|who|someone|anyone|anybody|people|everyone|staff|head|school|dsl|office|tas?|teachers?"
    r"|parents?|mums?|dads?|pupils?|kids?|child|children|volunteers?|helpers?|visitors?|governors?"
    r"|(?<!want you )(?<!need you )to)"
    r"(?: (?:just|simply|also|then|ever|always|never|not|still|have to|has to|had to))*$",
    re.I,
)
_LEGAL = re.compile(
    r"\b(?:can|could|should|would|will|may) (?:i|we|they|you|he|she|the parents?) (?:\w+ )?(?:sue|be sued|get sued"
    r"|take (?:them|him|her|the school|it) to court|press charges|prosecute|claim compensation|win in court)\b"
    r"|\b(?:sue|suing) (?:the|them|him|her|my|a|over|for)\b|\blegal advice\b|\b(?:is|was) (?:it|this|that) (?:even )?"
    r"(?:legal|illegal|lawful|unlawful|against the law)\b|\b(?:get|need|find me) a (?:solicitor|lawyer)\b"
    r"|\bemployment tribunal\b|\bunfair dismissal\b|\bmy legal rights\b",
    re.I,
)
_PRIVATE = re.compile(
    r"\b(?:what(?:[’']?s| is)|whats|wheres?|where does|where do|give me|tell me|got|find|send me|have you got|do you know|how much)\b"
    r".{0,40}\b(?:home address|address|live|lives|mobile number|phone number|number(?! of)|personal e-?mail|salary|wage|earn"
    r"|date of birth|dob|birthday|medical|sick record|marriage|married|sexuality|religion|age(?! (?:limit|group|range)))\b",
    re.I,
)
_PERSON = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|sir)\.? ?[a-z]+|\b(?:the )?(?:head|headteacher|deputy|caretaker|dsl|chair of governors"
    r"|ta|teacher|secretary|pupil|parent|boy|girl|kid)[’']?s?\b|\b(?:his|her|their)\b|(?-i:\b[A-Z][a-z]+ [A-Z][a-z]+\b)"
    r"|\b(?!(?:what|where|who|when|how|that|it|there|here)[’'])\w+[’']s\b",
    re.I,
)
_ROLE_DETAIL = re.compile(
    r"\b(?:school office|the office|helpline|counselling|employee assistance|lado|police|childline|nspcc)\b",
    re.I,
)

_DANGER = re.compile(
    r"\b(?:self[- ]?harm\w*|suicid\w*|kill (?:him|her|my|them)sel\w+|end (?:it all|my life|his life|her life)"
    r"|(?:cut|cutting|hurt|hurting|harming) (?:him|her|my|them)sel\w+|overdos\w+|want(?:s|ed)? to die|dont want to be here"
    r"|rap(?:ed|ing)|molest\w*|sexually|touch(?:ed|es|ing) (?:him|her|me|them|a child|kids|inappropriately)|interfer(?:ed|ing) with"
    r"|(?:hit|hits|hitting|beat|beats|beating|punch\w*|slap\w*|smack\w*|kick\w*|hurt|hurts|hurting|harm\w*|starv\w*|burn\w*) "
    r"(?:him|her|me|them|the kids?|my (?:son|daughter)|a (?:child|kid|pupil)|by (?:his|her|their|a|my))\b(?! (?:off|out|up for|to (?:it|the)|at)\b)"
    r"|(?:scared|frightened|afraid|terrified) (?:to go home|of (?:his|her|their|my) (?:dad|mum|stepdad|step|uncle|brother|parents?))"
    r"|(?:told|tells|telling|said to|saying to) (?:me|us|a ta|the ta|staff) (?:\w+ ){0,3}?(?:stuff|things?|something|about) (?:\w+ ){0,3}?(?:(?:at|about) home|(?:her|his|their) (?:step ?|step-)?(?:dad|mum|father|mother|brother|uncle|grandad|carer))\b"
    r"|(?:being|been|is|was|getting) (?:abused|groomed|neglected|hit|beaten|hurt|harmed|molested|exploited)"
    r"|(?:grooming|abusing|neglecting) (?:a |the |one of |my |her|him|kids?)|disclos(?:ed|es|ing|ure)\b|bruis\w+"
    r"|(?:child|kid|pupil|lad|lass|girl|boy) (?:is |might be |could be )?(?:at risk|in danger|unsafe)"
    r"|(?:child|children|kids?|pupils?|lad|lass|girl|boy|toddler|(?:one|two|some) of (?:them|mine|ours|my \w+|the (?:kids|children|class|group))) "
    r"(?:(?:is|are|was|has|have|had|s|now|still|just|\w+ly|been|gone|went|going|goes|got) ){0,3}(?:missing|lost|disappeared|vanished|wandered off|run off|ran off|run away|ran away)"
    r"(?! (?:a|an|any|the|his|her|their|my|our|some|one|two|pe|homework|lessons?|school|class|classes|assembly|kit|property|consent|out|its|steam|with)\b)"
    r"|(?:lost|cant find|can[’']t find|cannot find) (?:a|one of the|one of my|one of our) (?:child|kid|pupil|lad|lass|girl|boy|children|kids|pupils)"
    r"|(?:chatting|talking|speaking|messag\w+|texting|snapchatting|dm\w*) (?:\w+ ){0,3}?(?:man|bloke|guy|stranger|older (?:lad|boy|girl|man|person))\b(?: \w+){0,3}? online"
    r"|\bonline\b (?:\w+ ){0,4}?(?:wants?|asks?|asking|asked|begging) (?:\w+ ){0,3}?(?:pics?|pictures?|photos?|selfies?|to meet|her address|his address|where (?:she|he) lives?)\b"
    r"|\b(?:one|two|1|2) (?:kid |child |pupil )?(?:less|fewer|short|down) than (?:i|we) (?:should|set|started|came|left)\b|\b(?:i[’']?m|we[’']?re|were|im) (?:one|a child|a kid|a pupil|two) (?:short|down|missing)\b(?! (?:\w+ )?(?:staff|adults?|helpers?|ratios?|teachers?|tas?|volunteers?)\b)"
    r"|nudes?\b|(?:child |kiddie )?(?:abuse|porn) (?:images?|pics?|pictures?|videos?)|indecent (?:images?|pics?|pictures?) of (?:a )?(?:child\w*|kids?|pupils?)|(?:grown man|older man|adult|stranger|bloke)s? (?:\w+ ){0,4}(?:meet|messag\w*|contact\w*|dm\w*)|fgm|county lines|radicali[sz]\w+|domestic (?:abuse|violence)|cant cope|cannot cope|can't cope"
    r"|(?:meet|meeting) (?:up with )?(?:a )?(?:man|bloke|stranger|someone) (?:she|he|they) met online"
    r"|sen(?:t|ding) (?:him|her|me|them)? ?(?:nudes?|naked|sexual)|nudes? (?:of|from) (?:a |one of )?(?:pupil|child|kid|year))",
    re.I,
)

_ENGLISH = FUNCTION_WORDS | frozenset(
    """phone mobile social media photo parent parents child children staff school policy head
    trip class teacher pupil pupils kid kids text email facebook whatsapp insta pic picture""".split()
)


def clean(question: str) -> str:
    """Without control, bidirectional and invisible characters; white space closed.

    Pictures go, too, where there are words: they say nothing that a policy could answer.
    """
    kept = []
    for char in unicodedata.normalize("NFC", question):
        category = unicodedata.category(char)
        if category in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif category not in ("Cf", "Cs", "Co", "Cn"):
            kept.append(char)
    words = ["" if unicodedata.category(char) == "So" else char for char in kept]
    return _closed(words) or _closed(kept)


def _closed(chars: list[str]) -> str:
    return re.sub(r"\s+", " ", "".join(chars)).strip()


def declines(question: str) -> str:
    """Why we do not answer: "orders", "legal" or "private"; "" when we do."""
    if any(
        not _SOMEBODY_DOES.search(question[: m.start()].rstrip())
        for m in _ORDERS.finditer(question)
    ):
        return "orders"
    if _LEGAL.search(question):
        return "legal"
    if _PRIVATE.search(question) and _PERSON.search(question) and not _ROLE_DETAIL.search(question):
        about_rule = re.search(
            r"\b(?:can|may|should|am i|are we|allowed|ok to|give out|policy)\b", question, re.I
        )
        return "" if about_rule else "private"
    return ""


def sounds_dangerous(question: str) -> bool:
    """True when a child may be at risk or somebody in crisis."""
    return _DANGER.search(question) is not None


def reads_as_english(question: str) -> bool:
    """False for a sentence in which no English is to be found."""
    letters = [c for c in question if c.isalpha()]
    if letters and sum(ord(c) < 0x250 for c in letters) / len(letters) < 0.6:
        return False
    words = re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)?", question.lower())
    if len(words) < 4:
        return True
    known = sum(word.replace("’", "").replace("'", "") in _ENGLISH for word in words)
    return known / len(words) >= 0.15
