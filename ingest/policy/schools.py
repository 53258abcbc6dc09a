"""Names of schools as they stand in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator

POLICY = re.compile(
    r"\b(?:polic(?:y|ies)|procedures?|protocol|code|plan|scheme|statement|guidance|guidelines"
    r"|strategy|handbook|agreement|notice|arrangements|charter|offer|report|objectives)\b",
    re.I,
)
_PLACE = (
    r"(?:Schools?|Academ(?:y|ies)|College|Nursery|Pre-?school|Playgroup|Federation|Trust|Sixth Form"
    r"|Kindergarten|Children[’']s Centre)"
)
_NO_NAME = re.compile(  # never a part of a school's own name
    r"(?:Head ?teachers?|Heads?|Deputy|Governors?|Staff|Pupils?|Parents?|Teachers?|Teaching"
    r"|Children|Child"
    r"|Carers?|Trade|Union|Social|Safeguarding|National|Local|Department|Whole|Every|Each"
    r"|Before|After"
    r"|Maintained|Chair|Visitors?|Students?|Directors?|Principals?|Leaders?|Safer|Healthy|Eco"
    r"|Welcome|Policies|County|Council|State|Mainstream|Receiving|New|Previous|Both|Most|Some"
    r"|Any|No)",
    re.I,
)
_KIND = (
    r"(?:Primary|Infants?|Junior|First|Middle|High|Upper|Lower|Secondary|Grammar|Community|Special"
    r"|Nursery|Prep(?:aratory)?|Church of England|C ?of ?E|CE|CofE|RC|Catholic|VA|VC|Methodist"
    r"|Voluntary|Aided|Controlled|Foundation|Free|Independent|Comprehensive|Multi(?:-Academy)?"
    r"|Academy|and|the|&|of|Sixth|Form|Boys[’']?|Girls[’']?|Endowed|Roman|Learning|Education"
    r"|Educational|Schools?|Junior[s]?|with|Diocesan|Studio|Our|Your|This|A|An|All|Other|Each)"
)
_NAME = re.compile(
    r"(?<![\w’'])(?:The )?(?:[A-Z][\w’'.]{0,40}|St\.?|C of E|of|and|the|in|on|le|upon|with|for|&|-)"
    r"(?:[ -](?:[A-Z][\w’'.]{0,40}|\([A-Z][\w .]{1,20}\)|C of E|of|and|the|in|on|le|upon|with|&|-"
    r"|–)){0,9}?"
    rf"[ ]{_PLACE}(?:[ ]{_PLACE})*(?: (?:and|&) (?:[A-Z]\w{{1,40}} )?{_PLACE}"
    r"| of (?:[A-Z]\w{1,40} ){0,2}(?:Schools|Academies))?(?! (?:Governors?"
    rf"|Sports?|Council|Board|Improvement|Uniform|Meals?|Trips?|Food|Development|Admissions?"
    rf"|Visits?)\b)"
    r"(?![\w’'])",
)
_SHORT = re.compile(r"(?:[A-Z][\w’'.-]{1,40} ){1,5}(?:Primary|Infants|Juniors|High)(?![\w’'])")


def find_names(text: str) -> Iterator[tuple[int, str]]:
    """Offset and words of each school's name that has a name of its own in it."""
    plain = re.sub(r"[*_#]", " ", text)
    for line in re.finditer(r"[^\n\t|·•–]+", plain):
        words = line[0]
        capitals = words.isupper()
        shown = _capitalise(words) if capitals else words
        for match in (*_NAME.finditer(shown), *_SHORT.finditer(shown)):
            name, start = match[0], match.start()
            lead = re.match(
                r"(?:(?:The|This|At|In|For|Of|And|To|By|With|On|of|and|the|in|on|with|for|-|–"
                r"|&)[ -])+",
                name,
            )
            if lead and not (lead[0] == "The " and start == 0):
                start, name = start + lead.end(), name[lead.end() :]
            if match.re is _SHORT and shown[match.end() :].strip(" .,"):
                continue
            own = [w for w in re.split(r"[ -]", name) if not re.fullmatch(f"{_KIND}|{_PLACE}s?", w)]
            own = [
                w for w in own if w != "The" and re.search(r"[A-Za-z0-9]", w) and not w.islower()
            ]
            jobs = any(_NO_NAME.fullmatch(w) for w in own)
            if (
                own
                and not jobs
                and not POLICY.search(name)
                and not re.match(
                    r"(?:Head|Deputy|Chair|National|Department|Ofsted|Every|Whole|Teaching"
                    r"|Safer)\b",
                    name,
                )
            ):
                yield line.start() + start, words[start : start + len(name)]


def _capitalise(words: str) -> str:
    """CAPITALS as Capitals, every character in its place."""
    small = re.sub(r"[A-Z][A-Z’']*", lambda m: m[0][0] + m[0][1:].lower(), words)
    return re.sub(r"\b(?:Of|And|The|In|On|With)\b", lambda m: m[0].lower(), small).replace(
        "C of E", "C of E"
    )
