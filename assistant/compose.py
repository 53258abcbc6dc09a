"""The words of an answer: fixed phrases of ours, and the clause's own words after them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from assistant.answer import Modality, Quote, Verdict
from assistant.asking import Asked, asks
from assistant.changes import Change
from assistant.choosing import is_list
from assistant.facts import is_overdue
from assistant.modality import bind
from assistant.reading import Reading
from assistant.rows import row_of
from assistant.verify import apart_from, as_list, standing_alone
from ingest.documents import Passage, Policy, flow
from ingest.policy.dates import period
from ingest.policy.register import School

NO_DUTY = "There is no such duty."
EXCEPTION = "There is an exception:"
LIMIT = "There is a limit:"
LISTED = "The policy gives a list, and all of it is quoted below."
CONFLICT = "The policies contradict each other here, so check before you act."
_CHANGES = {
    "same": ("Both versions say the same:", ""),
    "reworded": ("The version in force says:", "Before, it said:"),
    "added": ("This is new in the version in force:", ""),
    "dropped": ("", "This is no longer in force:"),
}
_OPENINGS: dict[str, str] = {
    "not_permitted": "No.",
    "permitted": "Yes.",
    "conditional": "It depends on the circumstances.",
    "required": "Yes, this is required.",
    "advised": "The policy advises:",
    "advised_against": "The policy advises against it.",
}
AS_A_RULE = "As a rule, no."
UNSURE = "This may not be the rule you need, so check that it fits:"
DOUBT = 0.5  # confidence below which an answer is more likely wrong than right
NUMBERED = ("First question:", "Second question:", "Third question:")
DECLINED = {
    "orders": "I only answer questions about the school's policies, from the policies themselves.",
    "legal": "I can't give legal advice; I only quote what the school's policies say.",
    "private": "I don't give out private information about people.",
}
LANGUAGE = "I can only read English so far; please ask in English."
SAFEGUARDING = (
    "If a child may be in danger, act now: tell the person named here, and if the danger is "
    "immediate call 999."
)
SAFEGUARDING_LEAD = "the designated safeguarding lead"  # whom every school in England has
NO_CLAUSE = "No reporting clause was found in the policies."
SILENT_NOTICE = "Near matches are not answers: nothing in these policies governs this question."
FIXED = frozenset(
    {
        *_OPENINGS.values(),
        *DECLINED.values(),
        *NUMBERED,
        UNSURE,
        AS_A_RULE,
        *(phrase for both in _CHANGES.values() for phrase in both if phrase),
        NO_DUTY,
        EXCEPTION,
        LIMIT,
        LISTED,
        CONFLICT,
        LANGUAGE,
        SAFEGUARDING,
        NO_CLAUSE,
    }
)


_INFERRED = "We infer that {} {} in force: {}."
_SILENT_FILE = "the file does not say whether it is in force"  # what ingest notes of such a policy
_LONGEST = 70  # words of a list that an answer says

# What no "yes" or "no" may stand before: it would be ours alone.
_BELIES: dict[str, tuple[Modality, ...]] = {
    "not_permitted": ("permission", "statement"),
    "permitted": ("prohibition", "statement"),
    "required": ("permission", "statement"),
}
_OPEN = re.compile(r"\b(?:what|who|how|when|where)\b")


def say(asked: Asked, reading: Reading, unsure: bool = False) -> str:
    """A fixed opening that states the verdict, then the decisive sentences word for word.

    Where we are `unsure` the opening says that, and nothing is affirmed or denied.
    """
    rule, *others = [_ended(line) for line in reading.decisive]
    excepts = bind(rule).excepts
    begin = UNSURE if unsure else opening(asked, reading.verdict, reading.force, excepts)
    if is_list(reading.chosen):
        clauses = [item.passage.clause for item in reading.chosen]
        rows = [row for clause in clauses if (row := row_of(clause))]
        whole = " ".join(rows) or as_list(clauses[0].led, [clause.text for clause in clauses])
        listed = whole if len(whole.split()) <= _LONGEST else LISTED
        return f"{begin} {listed}".strip()
    said = [begin, standing_alone(rule)] if begin else [standing_alone(rule)]
    if reading.contradicted:
        return " ".join([CONFLICT, standing_alone(rule), *others])
    for line, item in zip(others, reading.chosen[1:], strict=False):
        said += [EXCEPTION if item.kind == "exception" else LIMIT, _beyond(rule, line)]
    return " ".join(said)


def _beyond(rule: str, line: str) -> str:
    """A line without the rule it was led by, where that has just been said."""
    rest = line.removeprefix(f"{rule} ")
    return rest if rest != line and apart_from(rule, rest) else line


def _ended(sentence: str) -> str:
    if sentence and sentence[-1] not in '.!?”"':
        return sentence.rstrip(" ;,:") + "."
    return sentence


def opening(asked: Asked, verdict: Verdict, force: Modality | None, excepts: bool = False) -> str:
    """The verdict as a first word, where the sentence that follows bears it out.

    `force` is how it binds, None where it allows one thing and forbids another; `excepts` says
    that it has an exception, by which a plain "no" may be false.
    """
    if verdict in _BELIES and (force is None or force in _BELIES[verdict]):
        return ""
    if asked.kind == "must" and verdict == "permitted":
        return NO_DUTY
    if asked.kind == "must" and not asks(asked.question):
        return ""  # an account of what happened asks for no leave
    if verdict == "required" and _OPEN.search(asked.question.lower()):
        return ""  # "what do I do" is not answered by yes
    if verdict == "not_permitted" and excepts:
        return AS_A_RULE
    return _OPENINGS.get(verdict, "")


def whole(quote: Quote) -> str:
    """A quote on one line, with what leads into it."""
    return _ended(flow(f"{quote.led} {quote.text}"))


def say_changes(changes: Iterable[Change]) -> str:
    """What each clause says now, and what it said before, whole and word for word."""
    said: list[str] = []
    for change in changes:
        for phrase, passage in zip(_CHANGES[change.kind], (change.new, change.old), strict=True):
            if phrase and passage is not None:
                said += [phrase, _ended(passage.clause.reading)]
    return " ".join(said)


def silent(school: School) -> str:
    whose = "Your policies don't say" if school.body == "school" else "This guidance doesn't say"
    return f"{whose}. Ask: {ask_whom(school)}."


def ask_whom(school: School) -> str:
    return school.ask or "the school office"


def name_clause(passage: Passage) -> str:
    """Policy, heading and number of a clause: named, never quoted."""
    clause = passage.clause
    heading = flow(clause.heading[-1]) if clause.heading else ""
    number = f"clause {clause.number}" if clause.number else ""
    return ", ".join(part for part in (passage.policy.title, heading, number) if part)


def notices_of(policy: Policy, school: School, as_of: dt.date) -> list[str]:
    """What a reader must know of a policy before relying on it: inferred, overdue, not its own."""
    notices: list[str] = []
    status = policy.facts.get("status")
    if policy.status == "superseded":
        notices.append(f"“{policy.title}” is superseded ({_why(status.origin if status else '')}).")
    elif status is not None and status.origin.startswith("inferred"):
        notices.append(_INFERRED.format(f"“{policy.title}”", "is", _why(status.origin)))
    if policy.status == "draft":
        notices.append(f"“{policy.title}” is a draft.")
    if is_overdue(policy, as_of):
        due = _date_words(policy.facts["review_due"].value)
        notices.append(f"“{policy.title}” was due for review by {due} and is overdue.")
    adopted = policy.facts.get("adopted")
    since = period(adopted.value) if adopted else None
    past = as_of < dt.date.today()
    if past and since is None and policy.status == "current":
        notices.append(f"It is not known since when “{policy.title}” applies.")
    if policy.body == "authority":
        inferred = f" ({school.name_from})" if school.name_from else ""
        notices.append(f"This is guidance of an authority, {school.name}{inferred}.")
    return notices


def gathered(notices: Iterable[str]) -> tuple[str, ...]:
    """The same notices, several policies in one where only a file's silence says that they hold."""
    begin, end = _INFERRED.format("|", "is", _SILENT_FILE).split("|")
    rest = list(notices)
    titles = [n.removeprefix(begin).removesuffix(end) for n in rest if _is_inferred(n, begin, end)]
    if len(titles) < 2:
        return tuple(rest)
    place = next(i for i, n in enumerate(rest) if _is_inferred(n, begin, end))
    named = f"{', '.join(titles[:-1])} and {titles[-1]}"
    one = _INFERRED.format(named, "are", "their files do not say whether they are")
    kept = [n for n in rest if not _is_inferred(n, begin, end)]
    return (*kept[:place], one, *kept[place:])


def _is_inferred(notice: str, begin: str, end: str) -> bool:
    return notice.startswith(begin) and notice.endswith(end)


def not_yet(policies: Iterable[Policy], as_of: dt.date) -> tuple[str, ...]:
    """Why a policy does not answer for a day before it was adopted."""
    adopted = [(p, p.facts["adopted"].value) for p in policies if "adopted" in p.facts]
    begun = [(p, value, period(value)) for p, value in adopted if p.status == "current"]
    return tuple(
        f"“{p.title}” was adopted {_date_words(value)}, after the day asked about."
        for p, value, when in begun
        if when and when[0] > as_of
    )


def union_notice(heading: str) -> str:
    return f"“{heading}” is guidance from a union, not the school's own policy."


def stale_notice(policy: Policy, reason: str) -> str:
    return (
        f"“{policy.title}” could not be read at the last ingest ({reason}); "
        "this is what it said before."
    )


def _why(origin: str) -> str:
    return origin.removeprefix("inferred:").strip().rstrip(".")


def _date_words(value: str) -> str:
    return value.split(" (")[0]
