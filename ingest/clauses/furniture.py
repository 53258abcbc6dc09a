"""What of a document is no rule: covers, signatures, page numbers, addresses, version tables."""

from __future__ import annotations

import re

_DATED = re.compile(
    r"\b(?:approved|adopted|agreed|ratified|authori[sz]ed|review(?:ed)?|written|issued|updated|date"
    r"|version|owner|author|responsib(?:le|ility)(?: person)?|(?:policy )?lead|co-?ordinator)\b",
    re.I,
)
_DATE = re.compile(
    r"\b(?:(?:19|20)\d\d|(?:spring|summer|autumn|winter)(?: term)?"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})\b",
    re.I,
)
_SIGNATURE = re.compile(
    r"^(?:signed|signature|print name)\b(?! (?:the|a|an|by (?:the|a|an)|in|and|off|out|copies)\b)"
    r"|\.{5,}|_{5,}|…{2,}|[☐□]",
    re.I,
)
_VERSION = re.compile(r"version:? *v?\d+(?:\.\d+)*\b.{0,30}$", re.I)
_SIGNATORY = re.compile(r"^\([^()]{3,40}\)$")
_URL = re.compile(r"https?://|www\.|publishing\.service\.gov\.uk", re.I)
_LINK_INTRO = re.compile(
    r"^(?:please|see|use|visit|further).{0,30}\b(?:web ?sites?|links?)\b.{0,40}"
    r"\b(?:below|following|information)\b:?$",
    re.I,
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+\.[\w.]+")
_PAGE_NUMBER = re.compile(r"^(?:page\s*)?[-–]?\s*\d{1,3}\s*(?:(?:of|/)\s*\d{1,3})?\s*[-–]?$", re.I)
_ATTRIBUTION = re.compile(r"^[(–—-]?\s*[A-Z]\w+,? (?:19|20)\d\d\)?$")
_VERSIONS = re.compile(
    r"\b(?:version|revision|amendment|document|review|change|policy) (?:history|control|log|record)"
    r"|\b(?:record|table|history|log|summary) of (?:amendments|changes|revisions|versions|reviews)",
    re.I,
)
_MODAL = re.compile(r"\b(?:should|must|may|will|shall|can|are|is)\b", re.I)


def is_decoration(words: str) -> bool:
    """A page number, the source of a pulled quote, or no word at all."""
    if _PAGE_NUMBER.match(words) or _ATTRIBUTION.match(words):
        return True
    return re.search(r"[^\W_]", words) is None


def is_signature(words: str, after_signature: bool) -> bool:
    """A form field to be signed, or the name of the office below one."""
    if _SIGNATURE.search(words) and not _MODAL.search(words):
        return True
    return after_signature and _SIGNATORY.match(words) is not None


def is_address(words: str) -> bool:
    return _EMAIL.search(words) is not None and len(words.split()) <= 15


def introduces_links(words: str) -> bool:
    return _LINK_INTRO.search(words) is not None


def is_link(words: str) -> bool:
    """Few words around a web address."""
    return (
        _URL.search(words) is not None and len(words.split()) <= 12 and _MODAL.search(words) is None
    )


def names_version_table(heading: str) -> bool:
    return _VERSIONS.search(heading) is not None


def is_version_row(words: str) -> bool:
    """The head of a table of versions."""
    names = {"version", "author", "approved", "date", "changes", "amendments", "reviewed"}
    names |= {"amendment", "issue", "revision", "change", "rev"}
    found = [word.strip(":|").lower() for word in words.split()]
    return len(found) <= 12 and sum(word in names for word in found) >= 2


def cells(row: str) -> str:
    """A table row of two cells as "label: value"; any other row unchanged."""
    parts = [part.strip() for part in re.split(r"\t|\|", row.strip("| \t")) if part.strip()]
    return ": ".join(parts) if len(parts) == 2 else row


def is_cover_line(words: str) -> bool:
    """A line that says when a policy was adopted, or when it is to be reviewed, or by whom."""
    if len(words.split()) > 20 or words.endswith("?") or not _DATED.search(words):
        return False
    if _VERSION.match(words):
        return True
    label, colon, value = words.partition(":")
    if colon and value.strip() and len(label.split()) <= 9:
        return re.search(r"\b(?:should|must|may)\b", words) is None
    dated = _DATE.search(words) is not None and len(words.split()) <= 12
    return dated and re.search(r"\b(?:should|must|may|will)\b", words) is None
