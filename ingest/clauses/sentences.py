"""Where one sentence of a policy ends and the next begins."""

from __future__ import annotations

import re
from itertools import pairwise

from ingest.documents import Span, flow

# A full stop after these never ends a sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|etc|inc|incl|mr|mrs|ms|dr|no|nos|approx|vs|para|paras|pp?|ref|dept|tel|ext"
    r"|cf|viz|esp|min|max|rev|st|hon|prof|jan|feb|aug|sept?|oct|nov|dec)|\b[a-z])\.$",
    re.I,
)
# "… with code L. A pupil who": a letter that ends a sentence, and no initial of a name.
_OPENS = re.compile(
    r"\s+(?:A|An|The|If|When|Where|All|Any|Every|No|Staff|Pupils|Parents|This|It|In|There|Each)\s"
)
_END = re.compile(r"[.?!][\"”’'»)\]]*(?=\s+[\"“‘'(\[]?[A-Z0-9])")

# Sentences that cannot stand without the one before them. "It is expected that …" stands alone:
# its "it" points at nothing.
_POINTS_BACK = re.compile(
    r"[\"“‘'(]?(?:"
    r"(?:They|These|Those|Their|Its|He|She|His|Her|Such|Otherwise|Similarly|Likewise)\b"
    r"|This\b(?! (?:policy|protocol|document|leaflet|guidance|term|procedure|code|statement"
    r"|school|year|section|appendix)\b)"
    r"|It\b(?! (?:is|may be|will be|should be) (?:(?:also|fully|often|generally|not|very) )?"
    r"(?:\w+ed|best|important|essential|vital|good|the responsibility|unlawful|illegal)\b)"
    r"|(?:In|Under) (?:these|this|such|that|those) (?:circumstances?|cases?|events?|instances?)\b"
    r"|After (?:that|this)\b(?! \w+ (?:policy|date|meeting))|For (?:example|instance)\b"
    r"|Failure to\b|Also\b|Please remember\b|If (?:so|not)\b"
    r")"
)

# The start of a new sentence after a full stop was lost: somebody, or "Use of …", then a modal.
_LOST_STOP = re.compile(
    r"(?<=[a-z)])\s+(?=(?:Staff|Employees|Pupils|Children|Adults|Parents|Volunteers|Visitors"
    r"|Governors|Teachers|Use of|Any|All|No|If|When|Where|It is|They|Mobile phones|Photographs)\b"
    r"(?:[^.?!:;]|\b(?:inc|eg|etc|e\.g|i\.e)\.){0,80}?\b(?:should|must|may|will|shall|can|are|is)\b)"
)
_MODAL = re.compile(r"\b(?:should|must|may|will|shall|can|cannot|are|is|be|have|has)\b", re.I)
_TIES_ON = re.compile(
    r"\b(?:the|a|an|of|by|to|and|or|for|with|in|at|on|from|as|all|any|some|no|other|their|our|your"
    r"|its|his|her|that|this|these|those|both|senior|school|between|including|e\.g\.|if|when|where"
    r"|which|who|than|not|only|but|unless|until|because|while|although|before|after|via|per)$",
    re.I,
)


def split_sentences(text: str, within: Span) -> list[Span]:
    """Spans of the sentences of running prose; one that points back stays with the one before."""
    spans: list[Span] = []
    for piece in _cut(text, within):
        if spans and points_back(piece.of(text)):
            spans[-1] = Span(spans[-1].start, piece.end)
        else:
            spans.append(piece)
    return spans


def count_sentences(text: str, within: Span) -> int:
    return len(_cut(text, within))


def points_back(sentence: str) -> bool:
    """True when a sentence needs the one before it to be understood."""
    return _POINTS_BACK.match(flow(sentence[:80])) is not None


def lost_stop(text: str, within: Span) -> int | None:
    """Where a second sentence begins though the full stop before it was lost, else None."""
    modal = _MODAL.search(text, within.start, within.end)
    for match in _LOST_STOP.finditer(text, within.start, within.end):
        before = text[max(within.start, match.start() - 20) : match.start()]
        if modal and modal.end() <= match.start() and not _TIES_ON.search(before):
            return match.end()
    return None


def trim(text: str, within: Span, also: str = "") -> Span:
    """The span without the white space at its ends, nor any of the characters in `also`."""
    start, end = within.start, within.end
    while start < end and (text[start].isspace() or text[start] in also):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in also):
        end -= 1
    return Span(start, end)


def _cut(text: str, within: Span) -> list[Span]:
    cuts = [within.start]
    for match in _END.finditer(text, within.start, within.end):
        # Only the last few letters matter; a text full of "e.g." must not be read over and over.
        tail = text[max(cuts[-1], match.start() - 12) : match.start() + 1]
        if match.group()[0] == "." and _ABBREVIATION.search(tail):
            letter = re.search(r"\b[A-Z]\.$", tail)
            if letter is None or not _OPENS.match(text, match.end()):
                continue
        cuts.append(match.end())
    cuts.append(within.end)
    pieces: list[Span] = []
    for start, end in pairwise(cuts):
        piece = trim(text, Span(start, end))
        while (second := lost_stop(text, piece)) is not None:
            pieces.append(trim(text, Span(piece.start, second)))
            piece = trim(text, Span(second, piece.end))
        if piece.start < piece.end:
            pieces.append(piece)
    return pieces
