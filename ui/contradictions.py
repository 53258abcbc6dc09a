"""Contradictions as governors read them: cards, what is decided of each, the meeting paper.

A machine found the pairs, so that every sentence says "may". Everything from files is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answer import Quote
from assistant.conflicts.chance import Kind
from assistant.conflicts.find import Conflict, SchoolConflicts
from assistant.decided import Decision, Pair, Ruling, pair_of
from ingest.documents import flow
from ui.coverage_words import day
from ui.figures import quotations
from ui.marks import safe, shown
from ui.paper import Paper, Section, Table
from ui.words import citation

TITLE = "Clauses that may contradict each other"
KINDS: dict[Kind, str] = {
    "number": "Different numbers or times",
    "opposite": "One forbids or requires what the other does not",
    "other": "Different conditions, or different people responsible",
}
RULINGS: dict[Ruling | str, str] = {
    "": "Not decided",
    "accept": "A contradiction",
    "dismiss": "Dismissed",
}
SHOWN = {"": "Not decided yet", "accept": "Contradictions", "dismiss": "Dismissed", "all": "All"}
DECIDED = {"accept": "Contradictions", "dismiss": "Dismissed, with the reasons"}
FILES = "Word and PDF hold what was decided; CSV holds every pair."
NONE = {
    "": "No pair is waiting for a decision.",
    "accept": "No pair was found to be a contradiction.",
    "dismiss": "No pair was dismissed.",
    "all": "No pair of clauses was found that may contradict each other.",
}
_KEPT: dict[Ruling, str] = {"accept": "a contradiction", "dismiss": "dismissed"}
BUTTONS: dict[Ruling, str] = {"accept": "It is a contradiction", "dismiss": "Dismiss"}
PAGE = 10  # cards shown at a time
HOW = (
    "A machine compares clauses in force that speak of the same thing, of one school or of a "
    "school and its trust. Read both clauses before you rely on it: an exception may stand "
    "elsewhere, and a stricter rule is no contradiction."
)

BY_HAND = (  # docs/evaluation.md
    "Real policies contradict each other less often: of the first 20 pairs of a school with 22 "
    "policies, read by hand, 1 was a contradiction. Expect to dismiss most."
)


@dataclass(frozen=True)
class Case:
    """A pair of clauses, the school where it was found, and what was decided of it."""

    conflict: Conflict
    school: str  # its key
    name: str  # of the school
    decision: Decision | None

    @property
    def pair(self) -> Pair:
        one, other = self.conflict.one.clause.reading, self.conflict.other.clause.reading
        return pair_of(one, other)

    @property
    def key(self) -> str:
        """What tells it from other cases, fit for the key of a widget."""
        return "-".join((self.school, *(part[:12] for part in self.pair)))

    @property
    def ruling(self) -> Ruling | str:
        return self.decision.ruling if self.decision else ""


@dataclass(frozen=True)
class Outcome:
    """What came of a decision just taken: of the case with key `of`; `trouble` is "" if kept."""

    of: str
    ruling: Ruling
    trouble: str = ""


def cases(
    found: Sequence[SchoolConflicts], decided: Mapping[str, Mapping[Pair, Decision]]
) -> list[Case]:
    """Every pair, the likeliest first within its school; `decided` is by the school's key."""
    made = []
    for one in found:
        known = decided.get(one.school.key, {})
        for conflict in one.found:
            pair = pair_of(conflict.one.clause.reading, conflict.other.clause.reading)
            made.append(Case(conflict, one.school.key, flow(one.school.name), known.get(pair)))
    return made


def chosen(some: Sequence[Case], show: str, also: str = "") -> list[Case]:
    """Those of a key of SHOWN, and the one with the key `also`."""
    return [case for case in some if show in ("all", case.ruling) or case.key == also]


def outcome(done: Outcome) -> str:
    """What came of a decision, as HTML that the keyboard can be sent to."""
    look, role, said = "cv-alert", "alert", done.trouble
    if not said:
        look, role = "cv-note", "status"
        said = f"Kept: the pair is {_KEPT[done.ruling]}. It is shown under “{SHOWN[done.ruling]}”."
    return f'<p class="{look}" id="cv-done" tabindex="-1" role="{role}">{safe(said)}</p>'


def told(some: Sequence[Case]) -> str:
    """How many pairs there are and how many are decided, in one sentence."""
    if not some:
        return NONE["all"]
    pairs = "1 pair" if len(some) == 1 else f"{len(some)} pairs"
    rulings = [case.ruling for case in some]
    parts = {"accept": "found to be a contradiction", "dismiss": "dismissed"}
    said = [f"{rulings.count(key)} {word}" for key, word in parts.items() if key in rulings]
    waiting = f"{rulings.count('')} not decided"
    return f"{pairs} of clauses may contradict each other: {', '.join([*said, waiting])}."


def looked_at(found: Sequence[SchoolConflicts]) -> str:
    """How much was compared, and what could not be checked."""
    clauses, pairs = sum(one.clauses for one in found), sum(one.pairs for one in found)
    warnings = dict.fromkeys(warning for one in found for warning in one.warnings)
    said = [f"{clauses:,} clauses in force, {pairs:,} pairs that may speak of the same thing."]
    if more := sum(one.more for one in found):
        said.append(f"The likeliest of each school are shown; {more:,} less likely ones are not.")
    return " ".join([*said, *warnings])


def how_sure(measured: Mapping[str, float]) -> str:
    """What flagged pairs are worth by our own tests, in plain words."""
    right, found = measured["precision"], measured["recall"]
    whole = measured["whole precision"]
    return (
        f"In our test, of pairs labelled beforehand, {_of_ten(right)} that were flagged were "
        f"contradictions, and {_of_ten(found)} contradictions were flagged; of all that was shown "
        f"of schools with ten planted ones it was {_of_ten(whole)}. {BY_HAND}"
    )


def _of_ten(share: float) -> str:
    number = round(10 * share)
    return "fewer than one in ten" if number < 1 else f"{number} in 10"


def card(case: Case, number: int, several: bool) -> str:
    """Both clauses side by side, word for word, with what was decided; `several` schools or one."""
    conflict = case.conflict
    where = f"{shown(case.name)}: " if several else ""
    titles = " and ".join(
        dict.fromkeys(shown(p.policy.title) for p in (conflict.one, conflict.other))
    )
    return (
        f'<article class="cv-odds"><h2 class="cv-start">{number}. {safe(KINDS[conflict.kind])}</h2>'
        f'<p class="cv-where">{where}{titles}</p>'
        f'<div class="cv-both">{"".join(quotations([quote]) for quote in conflict.quotes)}</div>'
        f"{_decided(case)}</article>"
    )


def _decided(case: Case) -> str:
    if case.decision is None:
        return ""
    return f'<p class="cv-where"><strong>{shown(decided_in_words(case.decision))}</strong></p>'


def decided_in_words(decision: Decision) -> str:
    """The ruling, its day, and its reason."""
    reason = f": {flow(decision.reason)}" if decision.reason else "."
    return f"{RULINGS[decision.ruling]}, {day(decision.day)}{reason}"


def table(some: Sequence[Case]) -> Table:
    """A row a pair, for every form of the paper; quotes stand word for word, with their places."""
    head = ("May contradict in", "One clause", "The other clause", "Decision")
    rows = tuple(
        (
            KINDS[case.conflict.kind],
            *map(_quoted, case.conflict.quotes),
            decided_in_words(case.decision) if case.decision else RULINGS[""],
        )
        for case in some
    )
    return Table("Pairs of clauses, the likeliest first", head, rows, (3, 8, 8, 4))


def _quoted(quote: Quote) -> str:
    said = flow(f"{quote.led} {quote.text}")
    return f"“{said}”\n{', '.join(citation([quote]))}"


def spreadsheet(some: Sequence[Case]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and rows for CSV: each part of a place in a column of its own."""
    sides = ("policy", "clause", "heading", "page", "words")
    head = (
        "School",
        "May contradict in",
        *(f"{part} of one".capitalize() for part in sides),
        *(f"{part} of the other".capitalize() for part in sides),
        "Decision",
        "Day",
        "Reason",
    )
    rows = []
    for case in some:
        decision = case.decision
        rows.append(
            (
                case.name,
                KINDS[case.conflict.kind],
                *(cell for quote in case.conflict.quotes for cell in _cells(quote)),
                RULINGS[case.ruling],
                day(decision.day) if decision else "",
                flow(decision.reason) if decision else "",
            )
        )
    return head, rows


def _cells(quote: Quote) -> tuple[str, ...]:
    heading = " › ".join(map(flow, quote.heading))
    page = "" if quote.page is None else str(quote.page)
    return flow(quote.policy), quote.clause, heading, page, flow(f"{quote.led} {quote.text}")


def paper(some: Sequence[Case], found: Sequence[SchoolConflicts], lines: Sequence[str]) -> Paper:
    """For Word and PDF: a section a school, with what was decided; the rest is only counted."""
    sections = []
    for one in found:
        mine = [case for case in some if case.school == one.school.key]
        told_of = [looked_at([one]), waiting(mine) if mine else NONE["all"]]
        decided = [(title, chosen(mine, key)) for key, title in DECIDED.items()]
        if mine and not any(cases for _, cases in decided):
            told_of.append("No pair was decided yet.")
        sections.append(Section(flow(one.school.name), sentences=tuple(told_of)))
        sections += (Section(title, 3, table=table(cases)) for title, cases in decided if cases)
    return Paper(TITLE, tuple(lines), tuple(sections))


def waiting(some: Sequence[Case]) -> str:
    """How many pairs are not decided, and where that is done, in one sentence."""
    number = len(chosen(some, ""))
    if not number:
        return NONE[""]
    pairs = "1 pair is" if number == 1 else f"{number} pairs are"
    return (
        f"{pairs} not decided and not listed here: decide on the Governors page, under "
        "“Contradictions”; the CSV file lists every pair."
    )
