"""Is a question about the documents themselves: when due, by whom approved, what changed?"""

from __future__ import annotations

import re

_DOCUMENT = r"(?:polic\w+|documents?|leaflet|guidance|guidelines|rules?|protocol|version|copy|ones?|it|this|that|these|they|thing|paperwork)"
_ASKS: dict[str, re.Pattern[str]] = {
    "list": re.compile(
        r"\b(?:which|what|how many) (?:other )?polic(?:y|ies) (?:do|have|are|is)\b(?!.{0,20}\bsays?\b)|\bwhich polic\w+ can i\b|\blist (?:of )?(?:the |our |all )*polic\w+"
    ),
    "overdue": re.compile(
        rf"\b(?:overdue|past (?:its|their|the) (?:review|renewal|sell)|out of date|outdated|(?:still )?(?:in date|up to date|valid|current|in force)|expired|past its|lapsed"
        rf"|how old is {_DOCUMENT}|too old)\b"
    ),
    "review_due": re.compile(
        rf"\b(?:(?:due|up) (?:for (?:a )?)?(?:review|renewal|an? (?:update|refresh))|next review\w*|review date|when .{{0,30}}\b(?:reviewed|renewed|updated|looked at again|revisited)\b"
        rf"|(?:be |get )?(?:reviewed|looked at again|revisited|renewed)|needs? (?:reviewing|renewing|updating)|review (?:of )?(?:this|the|our) {_DOCUMENT})\b"
    ),
    "approved_by": re.compile(
        rf"\bwho\b.{{0,25}}\b(?:approved|adopted|agreed|ratified|sign(?:ed)? (?:(?:it|this|that|the \w+) )?off|passed|okayed|ok'?d|wrote|written|owns?)\b"
        rf"|\b(?:approved|adopted|ratified|signed off) by\b|\bwho(?:se|s)? (?:wrote|own\w*|is responsible for) (?:the |this |our )?{_DOCUMENT}"
    ),
    "adopted": re.compile(
        rf"\b(?:when|what (?:date|year)|how long ago|since when)\b.{{0,40}}\b(?:approved|adopted|agreed|ratified|come in|came in|brought in|written|wrote|done|passed|issued|sign(?:ed)? (?:(?:it|this|that|the \w+) )?off|start\w*|dated|from)\b"
        rf"|\bhow old\b|\bwhat(?:'?s| is) the date (?:on|of)\b|\bdate of (?:the|this) {_DOCUMENT}|\bwhen (?:was|is) {_DOCUMENT}\b.{{0,10}}\bfrom\b"
    ),
    "owner": re.compile(
        rf"\b(?:author|owner) (?:of|for) (?:the |this |our )?(?:\w+ ){{0,3}}{_DOCUMENT}"
    ),
    "version": re.compile(r"\b(?:what|which) version (?:is|are|number|of)\b|\bversion number\b"),
}
_ABOUT_DOCUMENT = re.compile(rf"\b{_DOCUMENT}\b")
_CHANGED = re.compile(
    r"\b(?:got|gotten|become|any) (?:any )?(?:softer|stricter|tougher|looser)\b|\b(?:what(?:'?s| has| is)? (?:all )?(?:been )?(?:chang\w+|differen\w+(?! (?:between|at)\b)|new\b)|(?:has|have|did|anything|any) .{0,40}\bchang\w+|used to\b"
    r"|(?:old|older|previous|last|2020|earlier|superseded|original|former) (?:\w+ )?(?:policy|version|copy|one|rules?|protocol|document)"
    r"|(?:new|newer|current|latest) (?:policy|version|copy|one|rules?) .{0,30}\b(?:old|previous|from before)\b|since (?:the )?(?:(?:autumn|spring|summer) )?(?:20\d\d|last|old)"
    r"|back in 20\d\d|in 20\d\d|compared? (?:to|with) (?:the )?(?:old|20\d\d|last|previous)|still (?:the )?(?:same|hand|say)\w*)\b"
)
_WHICH_COPY = re.compile(
    r"\bwhich (?:one|copy|version|policy|of (?:the|these) (?:two|2))\b.{0,40}\b(?:follow|use|go by|go with|right|current|apply|applies|stick to|count\w*|valid|in force)\b"
    r"|\btwo (?:copies|versions|policies)\b|\b2 (?:copies|versions|policies)\b"
)

_WHICH_ARE = re.compile(
    r"\b(?:which|any|what|how many|list)\b.{0,30}\b(?:polic(?:y|ies)|ones?|documents?|of (?:them|these|our))\b"
)
_OLD_COPY = re.compile(
    r"\b(?:old|older|previous|superseded|earlier|original|former|last|(?:autumn |spring |summer )?20\d\d) (?:\w+ )?(?:one|copy|version|policy|protocol|document)\b"
)


def asks_fact(plain: str) -> str:
    """Which register fact a lower-case question wants; empty where it wants none."""
    for wanted, pattern in _ASKS.items():
        if pattern.search(plain) and (_ABOUT_DOCUMENT.search(plain) or wanted == "list"):
            return wanted
    return ""


def asks_change(plain: str) -> bool:
    """True when a question is about versions, so that superseded text may be shown."""
    return _CHANGED.search(plain) is not None


def asks_which_copy(plain: str) -> bool:
    return _WHICH_COPY.search(plain) is not None


def asks_about_old(plain: str) -> bool:
    """True when it is the earlier copy of a policy that is asked about."""
    return _OLD_COPY.search(plain) is not None


def asks_which_are(plain: str) -> bool:
    """True when a question wants those documents alone for which something holds."""
    return _WHICH_ARE.search(plain) is not None
