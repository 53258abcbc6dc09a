"""From ranked passages to a reading: does anything govern, which quotes, what verdict. No LLM."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Modality, Verdict
from assistant.asking import Asked
from assistant.choosing import Chosen, choose
from assistant.decisive import Decisive, Judge, decisive, told
from assistant.learned import Learned
from assistant.modality import Binding, modality
from assistant.retrieve import FEATURES, Candidate
from assistant.silence import chance_covered, chance_right
from assistant.verdict import borne_out, denies, judge_by_rules, weigh
from assistant.wording import concepts, wanted
from ingest.documents import Passage

_COVERAGE = FEATURES.index("coverage")
_MAY_GOVERN = -1.5  # log-odds of a clause from which it is said as the limit of another
_RIVALS, _GOVERNS = 4, 2.0  # passages among which one may contradict the first, and how surely

_AMOUNT = re.compile(r"\bhow (?:long|many|much|often|soon|old|far|quickly)\b|\bwhat (?:time|age)\b")
_NUMBERS = re.compile(
    r"\b(?:\d+(?:st|nd|rd|th|am|pm)?|(?:a|per|each|every) (?:minute|hour|day|week|month|term|year)"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|dozen|half|twice|once|daily|weekly|monthly"
    r"|termly|yearly|annual\w*|immediately|at once|promptly|as soon as|no|none|any|all|at any time"
    r"|regularly|until|during|end of)\b",
    re.I,
)

# "Who is the DSL?" asks for a name; what the DSL must do is no answer.
_WHO_IS = re.compile(
    r"\bwho(?:[’']?s| is| are) (?:(?:on|in|part of) )?(?:the |our |my |your )?(?:\w+ ){0,2}?"
    r"(?:dsls?|ddsls?|slt|smt|head(?:teacher)?|deput(?:y|ies)|senco|sendco|dpo|safeguarding lead|chair|governors|board|first aiders?)"
    r"\b(?: (?:at|in|of|for|here|now|again)\b.*|\W*$)"
)
_OFFICE = (
    "The|A|An|Head|Headteacher|Deputy|Designated|Safeguarding|Senior|Leadership|Team|Lead|Leader|Officer|Governing|Governors?|Board|Body|Local|Authority"
    "|School|Primary|Academy|Trust|Child|Protection|Data|Key|Stage|Year|Policy|Special|Educational|Needs|Chair|Chief|Executive|Business|Manager|Director"
    "|Keeping|Children|Safe|First|Aider|In|Any|All|If|Staff"
)
_A_NAME = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Rev)\.? (?:[A-Z]\.? ?){0,3}[A-Z][a-z]+"
    rf"|\b(?!(?:{_OFFICE})\b)[A-Z][a-z]+ (?!(?:{_OFFICE})\b)[A-Z][a-z]+\b"
)


@dataclass(frozen=True)
class Reading:
    """What the passages of one school say to a question.

    `covered` is the estimated probability that any of them governs. `decisive` are the sentences of
    the first quotes that the verdict was read from, each one line with its lead-in: the rule's,
    and its exception's where one goes with it.
    """

    verdict: Verdict
    chosen: tuple[Chosen, ...]
    covered: float
    decisive: tuple[str, ...] = ()
    closest: Passage | None = None
    confidence: float = 0.0
    contradicted: bool = False  # the second quote says the opposite of the first
    certain: float = 0.5  # the reader's estimated probability of the verdict, given the clause
    force: Modality | None = "statement"  # how the first decisive sentence binds, if one way


def read(
    asked: Asked,
    ranked: Sequence[Candidate],
    order: dict[str, int],
    learned: Learned,
    threshold: float | None = None,
    judge: Judge | None = None,
) -> Reading:
    """What a school's ranked passages say; silent when the chance that they govern is too small.

    `order` gives each clause id its place in its document, for finding neighbours; `threshold`
    stands in for the learned one; with `judge` the reader says which sentence of a clause decides.
    """
    threshold = learned.threshold if threshold is None else threshold
    covered = chance_covered(asked, ranked, learned)
    closest = ranked[0].passage if ranked else None
    if covered < threshold or not ranked:
        return Reading("not_covered", (), covered, closest=closest)
    chosen = choose(asked, ranked, order)
    if _AMOUNT.search(asked.question.lower()) and not _says_amount(chosen):
        # A rule about the thing, silent on how long or how many, is a near miss.
        return Reading("not_covered", (), min(covered, 0.4), closest=closest)
    if _WHO_IS.search(asked.question.lower()) and not _names_somebody(chosen):
        return Reading("not_covered", (), min(covered, 0.4), closest=closest)
    deciding = decisive(asked, chosen[0].passage, judge)
    lines = [told(chosen[0].passage, deciding)]
    first = _of(chosen[0], ranked)
    by_rules = judge_by_rules(asked, deciding.binding)
    verdict, certain = weigh(by_rules, first, learned, deciding)
    verdict = borne_out(asked, verdict, deciding, first)
    if verdict == "permitted" and not _speaks_of_it(ranked[0]):
        # "Yes" needs a clause about the very thing; else it is shown and nothing is claimed.
        verdict = "informational"
    if len(chosen) > 1 and chosen[1].kind == "exception":
        exception = chosen[1].passage
        lines.append(told(exception, decisive(asked, exception, judge)))
        if verdict == "not_permitted":
            verdict = "conditional"
    elif verdict in ("permitted", "conditional") and len(chosen) > 1:
        limit = decisive(asked, chosen[1].passage, judge)
        if _limits(asked, deciding, limit, _of(chosen[1], ranked)):
            # What the first allows this one forbids in part: "Yes" alone would do harm.
            lines.append(told(chosen[1].passage, limit))
            verdict = "conditional"
    sure = chance_right(covered, ranked, certain, learned)
    rival = _rival(asked, first, deciding.binding, ranked)
    if rival is not None:
        chosen = [chosen[0], Chosen(rival.passage, "rule", rival.binding, rival.score)]
        lines = [lines[0], told(rival.passage, decisive(asked, rival.passage, judge))]
        verdict = "conditional"
    contradicted = rival is not None
    return Reading(
        verdict,
        tuple(chosen),
        covered,
        tuple(lines),
        closest,
        sure,
        contradicted,
        certain,
        _force(lines[0], deciding),
    )


def _limits(asked: Asked, rule: Decisive, limit: Decisive, candidate: Candidate) -> bool:
    """True where a permission is followed by what may well forbid the same to whoever asks."""
    forbids = limit.binding.modality in ("prohibition", "advice_against")
    if rule.binding.modality != "permission" or not forbids or candidate.judgement is None:
        return False
    actors = limit.binding.actors
    binds = not actors or asked.subject in actors
    shares = set(wanted(asked.text)) & set(concepts(limit.line))
    return bool(binds and shares and candidate.judgement.governs >= _MAY_GOVERN)


def _of(chosen: Chosen, ranked: Sequence[Candidate]) -> Candidate:
    return next(c for c in ranked if c.passage.clause.id == chosen.passage.clause.id)


def _rival(
    asked: Asked, first: Candidate, binding: Binding, ranked: Sequence[Candidate]
) -> Candidate | None:
    """A clause on the same question and for the same people that allows what the first forbids.

    Rules and reader must say so of both, and neither may leave a case open: what looks like a
    contradiction is mostly a rule and its exception.
    """
    side = _side(asked, first, binding)
    if not side:
        return None
    beside = first.passage.clause
    for candidate in ranked[:_RIVALS]:
        clause = candidate.passage.clause
        apart = clause.heading != beside.heading and clause.lead_in_span != beside.span
        together = bool(first.binding.actors & candidate.binding.actors)
        other = decisive(asked, candidate.passage).binding
        if apart and together and _side(asked, candidate, other) == -side:
            return candidate
    return None


def _side(asked: Asked, candidate: Candidate, binding: Binding) -> int:
    """1 where a clause flatly allows what is asked, -1 where it flatly forbids it, else 0."""
    judged = candidate.judgement
    if judged is None or judged.governs < _GOVERNS or binding.excepts or binding.conditional:
        return 0
    by_rules = judge_by_rules(asked, binding)
    if by_rules == "permitted" and not denies(judged):
        return 1
    return -1 if by_rules == "not_permitted" and denies(judged) else 0


def _force(line: str, deciding: Decisive) -> Modality | None:
    """How what is said first binds; None where it turns and the part asked about is not known."""
    if deciding.mixed:
        return deciding.binding.modality if deciding.found else None
    return modality(line)


def _speaks_of_it(candidate: Candidate) -> bool:
    """At least a third of what is asked about, weighed by rarity, stands in the clause."""
    return float(candidate.features[_COVERAGE]) >= 1 / 3


def _says_amount(chosen: Sequence[Chosen]) -> bool:
    return any(_NUMBERS.search(c.passage.clause.reading) for c in chosen)


def _names_somebody(chosen: Sequence[Chosen]) -> bool:
    return any(_A_NAME.search(c.passage.clause.reading) for c in chosen)
