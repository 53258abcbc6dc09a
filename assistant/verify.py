"""The only maker of quotes, and the judge of every sentence that an answer says.

A quote is a slice of a stored document, taken from the document itself and compared with what the
index remembers. A sentence passes when it is one of our fixed phrases or a whole sentence of a
quote it comes with, line breaks closed: half a sentence may have lost its "not" or its "except".
A sentence that somebody else worded passes `check_sentence`, which asks `assistant.meaning` what of
it does not stand in its quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.answer import AssistantError, LeadIn, Modality, Quote, QuoteKind
from assistant.meaning import Meaning, faults, led_by, stands_alone, turned_to_you
from assistant.rows import as_row
from ingest.clauses.sentences import split_sentences
from ingest.documents import Fact, Passage, Policy, Span, flow
from ingest.home import document_path
from ingest.index import Held, Index

# Words that only tie a sentence to what stood before; what limits or denies is none of them.
_CONNECTIVE = re.compile(
    r"(?:However|Furthermore|Moreover|Additionally|In addition|Therefore|Also), (?=[A-Za-z])"
)
# "… should ensure the following:" adds nothing to a rule that says itself whom it binds.
_EMPTY_LEAD = re.compile(
    r"[A-Z][\w’' ,/]{2,60} (?:should|must|will|need to|are asked to|are expected to)"
    r" (?:ensure|observe|follow|note|remember)(?: that)? the following(?: \w+)?: (?=[A-Z])"
)
_LIMITS = re.compile(
    r"\b(?:when|where|if|while|whilst|during|for|in|on|at|off|not|no|only|except|unless|until)\b",
    re.I,
)


_SENTENCE = re.compile(
    r"[A-Z“‘][^:]*\b(?:must|should|may|might|will|shall|can|cannot|is|are|was|were|has|have)\b[^:]*[.!]"
)
_POINTS_ON = re.compile(
    r"\b(?:following|follows|below|these|those|include|namely|examples?)\b", re.I
)


class Unverified(AssistantError):
    """The index and the stored document disagree, so nothing is quoted."""


def quote(
    index: Index, passage: Passage, kind: QuoteKind, modality: Modality, flags: Sequence[str] = ()
) -> Quote:
    """The passage's clause as a verbatim span of its stored document."""
    clause, policy = passage.clause, passage.policy
    text = index.text(passage.text_sha256)
    taken = _slice(text, clause.span, clause.text, policy)
    lead = clause.lead_in_span
    if lead is not None:
        _slice(text, lead, clause.lead_in, policy)
    elif clause.lead_in:
        raise _disagrees(policy.source)
    for outer in clause.outer:
        _slice(text, outer.span, outer.text, policy)
    if not document_path(index.home, passage.sha256).is_file():
        raise _disagrees(policy.source)  # nobody could check the quote against such a file
    return Quote(
        text=taken,
        kind=kind,
        lead_in=lead.of(text) if lead else "",
        lead_in_start=lead.start if lead else None,
        lead_in_end=lead.end if lead else None,
        outer_lead_ins=tuple(
            LeadIn(text=o.span.of(text), start=o.span.start, end=o.span.end) for o in clause.outer
        ),
        school=policy.school_name,
        policy=policy.title,
        status=policy.status,
        clause=clause.number,
        heading=clause.heading,
        modality=modality,
        source=policy.source,
        sha256=passage.sha256,
        text_sha256=passage.text_sha256,
        page=clause.page,
        start=clause.span.start,
        end=clause.span.end,
        origin="guidance"
        if policy.body in ("authority", "trust") and clause.origin == "policy"
        else clause.origin,
        flags=tuple(flags),
        clause_id=clause.id,
    )


def quote_fact(index: Index, held: Held, fact: Fact) -> Quote:
    """The line of a document that states a register fact."""
    if fact.span is None:
        raise Unverified(f"{held.source} has no line that says {fact.value!r}.")
    text = index.text(held.text_sha256)
    if not _is_whole(text, fact.span):
        raise _disagrees(held.source)
    return Quote(
        text=fact.span.of(text),
        kind="register",
        school=held.policy.school_name,
        policy=held.policy.title,
        status=held.policy.status,
        modality="statement",
        source=held.source,
        sha256=held.sha256,
        text_sha256=held.text_sha256,
        start=fact.span.start,
        end=fact.span.end,
    )


def says_only(answer: str, quotes: Iterable[Quote], fixed: Iterable[str]) -> bool:
    """True when an answer is made of fixed phrases and of whole sentences of its quotes."""
    quotes = list(quotes)
    sayable = {*fixed, *(said for made in quotes for said in _sayable(made))}
    if len({(made.lead_in_start, made.text_sha256) for made in quotes}) == 1 and len(quotes) > 1:
        sayable.add(as_list(quotes[0].led, [made.text for made in quotes]))
    longest_first = sorted(sayable, key=len, reverse=True)
    rest = answer.strip()
    while rest:
        said = next((s for s in longest_first if f"{rest} ".startswith(f"{s} ")), None)
        if not said:
            return False
        rest = rest[len(said) :].lstrip()
    return True


def check_sentence(
    sentence: str, quotes: Sequence[Quote], role: str = "", meaning: Meaning | None = None
) -> tuple[str, ...]:
    """Why a sentence that anybody worded must not be said on the strength of its quotes.

    Empty where it may be: word for word in them, or in other words that keep how each rule binds,
    whom, its numbers, times, conditions and exceptions. `role` is whom "you" stands for; "" whoever
    the clause speaks to. `meaning` knows more words for the same; None only the common ones.
    """
    if word_for_word(sentence, quotes, role):
        return ()
    units = [ways[0] for made in quotes for ways in _units(made)]
    return faults(sentence, units, role, meaning)


def word_for_word(text: str, quotes: Sequence[Quote], role: str = "") -> bool:
    """True for whole sentences of one quote, one or several, as they stand or turned to "you"."""
    if not text.strip():
        return False
    return says_only(text, quotes, ()) or any(
        turned_to_you(text, _units(made), role) for made in quotes
    )


def _units(made: Quote) -> list[tuple[str, ...]]:
    """A quote's sentences on one line each; the first with what leads into it, in two ways."""
    spans = split_sentences(made.text, Span(0, len(made.text)))
    first, *others = [flow(span.of(made.text)) for span in spans] or [""]
    led = (led_by(made.led, first), f"{made.led} {first}") if made.led else (first,)
    return [led, *((other,) for other in others)]


def _sayable(made: Quote) -> Iterator[str]:
    """Every run of a quote's sentences on one line; its first never without the lead-in.

    A row of a table also with the names of its columns.
    """
    if row := as_row([lead.text for lead in made.outer_lead_ins], made.lead_in, made.text):
        yield row
    spans = split_sentences(made.text, Span(0, len(made.text)))
    for first, start in enumerate(spans):
        for last in spans[first:]:
            said = flow(made.text[start.start : last.end])
            if made.led and first == 0:
                if apart_from(made.led, said):
                    yield said
                said = f"{made.led} {said}"
            for one in {said, standing_alone(said)}:
                yield one
                yield one.rstrip(" ;,:") + "."  # a bullet that ends in nothing or in a semicolon


def apart_from(led: str, said: str) -> bool:
    """True where a clause and what leads into it are two whole sentences.

    Not "Staff must not:", nor "These are forbidden." before an item of what they forbid.
    """
    whole = all(_SENTENCE.fullmatch(one) for one in (led, said))
    return whole and not _POINTS_ON.search(led)


def as_list(led: str, items: Sequence[str]) -> str:
    """The items of one list on one line, in their order, after what leads into them."""
    return f"{led} {'; '.join(flow(item).rstrip(' ;,.') for item in items)}."


def standing_alone(sentence: str) -> str:
    """A sentence less what only ties it to others: "However, …", "Staff should do the following:".

    The second goes only before a sentence that has its own people and force, and only where it
    limits nothing.
    """
    bare = _CONNECTIVE.sub("", sentence)
    bare = bare[:1].upper() + bare[1:] if bare != sentence else sentence
    lead = _EMPTY_LEAD.match(bare)
    if lead and not _LIMITS.search(lead[0]) and stands_alone(bare[lead.end() :]):
        return bare[lead.end() :]
    return bare


def _slice(text: str, span: Span, remembered: str, policy: Policy) -> str:
    if not 0 <= span.start < span.end <= len(text) or span.of(text) != remembered:
        raise _disagrees(policy.source)
    return span.of(text)


def _is_whole(text: str, span: Span) -> bool:
    """True when a span holds something and cuts no word in two."""
    if not 0 <= span.start < span.end <= len(text) or span.of(text) != span.of(text).strip():
        return False
    ends = (text[max(0, span.start - 1) : span.start + 1], text[span.end - 1 : span.end + 1])
    return not any(len(pair) == 2 and pair.isalnum() for pair in ends)


def _disagrees(source: str) -> Unverified:
    return Unverified(
        f"The index of {source} disagrees with the stored document; "
        "run `verse ingest` to rebuild it."
    )
