"""What covers call the facts they state: "Ratified by", "Date of next review", "Policy lead"."""

from __future__ import annotations

import re

_WAS = r"(?:approved|adopted|agreed|ratified|authori[sz]ed|endorsed|accepted|determined|signed off)"
_AGAIN = r"(?:reviewed|revised|updated|renewed|revisited|looked at)(?: again)?"
_OF_POLICY = r"(?: (?:of|at) (?:the|this) (?:policy|document|procedure))?"
_PEOPLE = r"(?:policy |document |named |lead |overall |staff |member of )*"
# Labels by fact, the first that fits at a place wins. "review" is decided by the other dates; "~"
# marks a weak date, which counts where none is more exact; "" only ends the value before it.
LABELS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        ("", r"recommended (?:for|by)|to be (?:approved|adopted|agreed|ratified)\b"),
        (
            "review_cycle",
            r"(?:policy |document )*review (?:cycle|period|frequency|interval|schedule|timetable)"
            r"|frequency of (?:policy )?review|reviewed? (?=every)"
            r"|review (?=every|annual|bienn|trien)"
            r"|(?:is |to be |will be )?(?:policy )?reviewed (?=annual|yearly|bienn|trien|every"
            r"|each|"
            r"termly|once|on an? annual)",
        ),
        (
            "review_due",
            r"(?:(?:date|month|term)(?: due)? (?:of|for) )?(?:the |our )?"
            r"(?:next|future|proposed|planned|scheduled) (?:policy |full |formal |scheduled "
            r"|annual |statutory )?(?:review|revision|update|look|renewal)(?:ed|al)?"
            + _OF_POLICY
            + rf"|(?:date |policy )*to be (?:next )?{_AGAIN}"
            rf"|(?:will|shall|is to|should) (?:next |then )?be (?:next )?{_AGAIN}"
            r"|(?:policy |document |date )*(?:is |are |next )?(?:review )?due (?:for|to be) "
            r"(?:re-?)?(?:review(?:ed)?|renewal|renewed|update)"
            r"|(?:date )?review due|review (?:on or before|before|by)(?! (?:the )?[a-z]*gov)"
            r"|renewal date|review deadline|(?:date )?for review|due for renewal|expiry(?: date)?"
            r"|expires(?: on)?|valid (?:un)?till?|review required",
        ),
        (
            "reviewed",
            r"(?:date (?:of )?|policy |this version )*(?:last|latest|previous|most"
            r" recent(?:ly)?)"
            r" (?:policy )?(?:review(?:ed)?|update[d]?|revis(?:ed|ion)|amend(?:ed|ment))(?: date)?"
            + _OF_POLICY,
        ),
        (
            "adopted",
            r"(?:(?:date|policy|document|last|formally|first|originally|was|been|both"
            r"|reviewed (?:and|&|/)|approved/reviewed) ){0,4}?"
            rf"(?:approved/reviewed|reviewed/approved|{_WAS}|noted)(?= by\b| on\b| in\b| at\b|\W|$)"
            r"(?:/reviewed| and adopted| and ratified)?"
            r"|date of (?:last |initial |governor\w*[’']? |governing \w+ |board |full )*"
            r"(?:approval|adoption|ratification|agreement)"
            r"|(?:approval|adoption|ratification|agreement|governor\w*[’']? approval) date"
            r"|governor\w*[’']? approval|approval(?= ?[:\t–-])",
        ),
        ("~adopted", r"policy dated?|date of (?:this )?(?:policy|issue|document|publication)"),
        (
            "review",
            r"(?:date of (?:the )?|policy |annual )*review(?: dates?)?(?! \w*(?:of|and|the)\b)",
        ),
        (
            "approved_by",
            r"(?:approval|approving|reviewing|ratifying) (?:body|committee|level|board|authority)"
            r"|(?:responsible |governor\w*[’']? |governing body )(?:sub-?)?committee"
            r"|committee responsible|(?:sub-?)?committee(?= ?[:\t])",
        ),
        ("reviewer", r"(?:policy )*(?:last )?(?:reviewed|updated|revised|amended) by"),
        ("version", r"revision(?: no\.?| number)?(?=[ :]*\d{1,2}(?:\.\d{1,2})?[ \t]*(?:\t|$))"),
        (
            "reviewed",
            r"(?:date |policy |document |date of |and )*"
            r"(?:reviewed|revised|updated|amended|revision|amendment|update)"
            r"(?= on\b| in\b| at\b| ?[:\t–-]| +\d| +[A-Z]|$)(?: date)?",
        ),
        (
            "written",
            r"(?:date |policy |document )*(?:written|created|produced|drafted|prepared)"
            r"(?! by)(?: on| in| date)*",
        ),
        (
            "effective",
            r"(?:date )?(?:effective|valid|applicable|operational|applies|in force)"
            r"(?: from| date| as of| on)+|with effect from|implementation date|date implemented"
            r"|implemented(?: on| from)?|(?:comes?|came|coming) into (?:force|effect)(?: on|"
            r" from)?",
        ),
        ("~adopted", r"issue date|date issued|issued(?: on)?|published(?: on)?|publication date"),
        (
            "version",
            r"(?:policy |document )*(?:version|issue|edition|revision)(?: (?:no|number|num"
            r"|ref)\b)?\.?"
            r"(?=[\s:\t.–-]*v?\.? ?\d)|\bv\.? ?(?=\d)",
        ),
        (
            "statutory",
            r"(?:is this (?:an? )?)?statutory(?: policy| document| requirement)?(?= ?[?:\t])",
        ),
        ("status", r"(?:policy |document |current )*status(?= ?[:\t–-])"),
        (
            "owner",
            rf"{_PEOPLE}(?:owner|author|holder|writer|originator)(?:\(?s\)?)?(?= ?[:\t–-]| is\b)"
            rf"|{_PEOPLE}lead(?:er)?(?:\(?s\)?)?(?= ?[:\t–-]| (?:for|of|on) this policy is\b)"
            r"(?: (?:for|of|on) this policy is)?"
            r"|(?:policy |document |plan )*(?:written|prepared|produced|created|compiled|drafted"
            r"|administered|maintained|managed|owned|updated) by"
            r"|(?:policy )?(?:person|people|staff|member of staff|officer|lead person|post)"
            r"(?:\(s\))? (?:responsible|in charge)(?: for (?:the |this )?(?:policy|review))?"
            r"|responsible (?:person|officer|member of staff|staff|manager|lead|post"
            r" ?holder)(?:\(s\))?"
            r"|responsib(?:le|ility)(?: of| for (?:this |the )?policy)?(?= ?[:\t–-])"
            r"|(?:named|contact) (?:person|officer)|[a-z]+ (?:leader|lead|manager)(?= ?:)"
            r"|(?:[a-z]+ ){0,2}co-?ordinator(?= ?[:\t])|senco(?= ?[:\t])",
        ),
        (
            "title",
            r"(?:policy|document) (?:title|name)|(?:title|name) of (?:the |this )?(?:policy"
            r"|document)"
            r"|title(?= ?[:\t])|policy(?= ?[:\t])",
        ),
        (
            "school",
            r"(?:name of )?(?:the )?(?:school|academy|setting|nursery)(?:[’']?s)?(?: name)?(?="
            r" ?[:\t])",
        ),
        ("date", r"on(?= ?:)|dated?(?= ?[:\t–-]| of\b|$)"),
        (
            "",
            r"signed(?: by)?|signature|(?:vice[- ])?chair(?:man|person|woman)?(?: of [a-z ]{3,20})?"
            r"|head ?teacher|principal|tel(?:ephone)?|e-?mail|website|address|position|role"
            r"|print name|name|policy (?:number|no|type|ref\w*)|document (?:id|ref\w*|number|type)"
            r"|ref(?:erence)?(?: no)?|related [a-z]+|link(?:ed|s)?(?: [a-z]+){0,2}|audience"
            r"|target audience|applies to|circulat\w+|distribut\w+|shared with|consult\w+"
            r"|location|purpose|scope|summary|changes?|notes?|comments?|next steps|legislation",
        ),
    )
)
TAIL = re.compile(
    r"(?: \([^()\n\t]{1,40}\)(?= ?[:\t])"
    r"| ?\(?(?:date|due|by|on|in|before|is|are|at|no later than|to be|again|this"
    r" policy)\b\)?(?! the "
    r"[a-z])(?! [a-z]+ing\b))*",
    re.I,
)
