"""The verdict table of the contract, and which exception goes with which rule."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.answer import Verdict
from assistant.asking import Asked, understand
from assistant.bindings import by_words
from assistant.learned import learned
from assistant.modality import bind
from assistant.reading import read
from assistant.retrieve import FEATURES, Candidate
from assistant.silence import chance_covered
from assistant.verdict import judge_by_rules
from ingest.documents import Clause, Passage, Policy, Span

RULES = learned("bundled")  # no reader
MAY = ["can i text a parent", "may i text a parent", "is it ok to text a parent"]
MUST = ["must i report it", "do i have to report it", "do i need to tell anyone"]
SHOULD = ["should i lock my phone"]
WILL = ["will the school pay", "do we get a work phone", "does the school film pupils"]
WHY = ["why are phones banned"]
OPEN = [
    "who do i tell",
    "when can parents film",
    "where does my phone go",
    "how do i report it",
    "how many photos may i take",
    "how long do we keep them",
    "what counts as misuse",
    "what happens if i text a parent",
    "what changed since 2020",
    "which schools allow it",
]
FORBIDS = [
    "Staff must not text parents.",
    "Staff should not text parents.",
    "Staff may not text parents.",
    "Staff must never text parents.",
    "Staff are not permitted to text parents.",
    "Staff will not text parents.",
    "Visitors will be asked not to text parents.",
]
ALLOWS = [
    "Staff may text parents.",
    "Staff can text parents.",
    "Staff are free to text parents.",
    "Staff are permitted to text parents.",
]
OPENS_A_CASE = [
    "Staff may text parents only if the Headteacher agrees.",
    "Staff may not text parents except in an emergency.",
    "Staff may text parents with the Headteacher's approval.",
]
BINDS = [
    "Staff must report it.",
    "Staff should report it.",
    "Staff will report it to the DSL.",
    "Staff are required to report it.",
    "Staff are expected to report it.",
    "Staff are asked to report it.",
    "We insist that staff report it.",
]
NO_DUTY = ["Staff need not report it.", "Staff are not required to report it."]
ADVISES = ["Staff are advised to lock it.", "Staff are encouraged to do so.", "It is recommended."]
WARNS = ["Staff are advised not to do so.", "Staff are encouraged not to reply."]
PLAIN = ["This policy applies to staff.", "Texts are short messages."]

ROWS: list[tuple[list[str], list[str], Verdict]] = [
    (MAY, FORBIDS, "not_permitted"),
    (MAY, ALLOWS, "permitted"),
    (MAY, OPENS_A_CASE, "conditional"),
    (MUST, BINDS, "required"),
    (MUST, NO_DUTY, "permitted"),
    (MAY, ADVISES, "advised"),
    (SHOULD, ADVISES, "advised"),
    (MAY, WARNS, "advised_against"),
    (SHOULD, WARNS, "advised_against"),
    (SHOULD, BINDS, "required"),
    (SHOULD, FORBIDS, "not_permitted"),
    (OPEN, [*FORBIDS, *ALLOWS, *OPENS_A_CASE, *BINDS, *ADVISES, *WARNS, *PLAIN], "informational"),
    (WILL, [*BINDS, *ALLOWS, *PLAIN], "informational"),
    (WILL, ["The school will not pay.", "School will not accept responsibility."], "not_permitted"),
    (WHY, [*FORBIDS, *BINDS, *PLAIN], "informational"),
    (MAY, PLAIN, "informational"),
    (MUST, PLAIN, "informational"),  # a statement lays no duty on anyone
    (MUST, ["Parents must report it."], "informational"),  # nor does somebody else's duty
    (MAY, ["Parents must report it."], "informational"),
]
CASES = [
    (question, clause, verdict)
    for questions, clauses, verdict in ROWS
    for question in questions
    for clause in clauses
]


@pytest.mark.parametrize(("question", "clause", "verdict"), CASES)
def test_the_verdict_is_that_of_the_contracts_table(question, clause, verdict):
    assert judge_by_rules(understand(question), bind(clause)) == verdict


POLICY = Policy("oak", "Oak School", "Phones", "oak/phones.txt")


def passages(*texts: str, heading: str = "Phones") -> list[Passage]:
    """Clauses in the order of their document."""
    found, at = [], 0
    for number, text in enumerate(texts):
        clause = Clause(str(number), "clause", text, Span(at, at + len(text)), "", (heading,))
        found.append(Passage(clause, POLICY, "f", "t"))
        at += len(text) + 1
    return found


def ranked(*found: tuple[Passage, float]) -> list[Candidate]:
    """Best first, as a ranking would give them."""
    rows = [(p, score, np.ones(len(FEATURES), np.float32)) for p, score in found]
    return [Candidate(p, score, row, by_words(p)) for p, score, row in rows]


def order(found: list[Passage]) -> dict[str, int]:
    return {passage.clause.id: place for place, passage in enumerate(found)}


ASKED = understand("can i text a parent")
RULE = "Staff must not text parents."
EXCEPTION = "The only exception is a parent who is a relative."


def reading(asked: Asked, found: list[Passage], *best: tuple[int, float]):
    return read(asked, ranked(*((found[i], s) for i, s in best)), order(found), RULES, 0.0)


def test_an_exception_comes_with_its_rule_however_low_it_ranks():
    found = passages(RULE, EXCEPTION, "Staff may ring parents.", "Pupils must hand phones in.")
    got = reading(ASKED, found, (0, 9.0), (2, 2.0), (3, 1.0), (1, -5.0))
    assert [c.passage.clause.text for c in got.chosen[:2]] == [RULE, EXCEPTION]
    assert got.chosen[1].kind == "exception"
    assert got.decisive == (RULE, EXCEPTION)
    assert got.verdict == "conditional"


def test_an_exception_found_first_is_quoted_behind_its_rule():
    found = passages(RULE, EXCEPTION)
    got = reading(ASKED, found, (1, 9.0), (0, 1.0))
    assert [c.passage.clause.text for c in got.chosen] == [RULE, EXCEPTION]
    assert got.verdict == "conditional"


def test_an_exception_to_another_rule_stays_away():
    found = passages(RULE, "Pupils must hand phones in.", EXCEPTION)
    got = reading(ASKED, found, (0, 9.0), (1, 2.0), (2, -5.0))
    assert [c.passage.clause.text for c in got.chosen] == [RULE]
    assert got.verdict == "not_permitted"


def test_an_exception_in_another_section_stays_away():
    found = [*passages(RULE), *passages("", EXCEPTION, heading="Photographs")[1:]]
    got = reading(ASKED, found, (0, 9.0), (1, -5.0))
    assert [c.passage.clause.text for c in got.chosen] == [RULE]


def test_the_decisive_sentence_of_a_clause_is_the_one_that_speaks_of_the_question():
    text = "Staff may use the office phone. Staff must not text parents."
    got = reading(ASKED, passages(text), (0, 9.0))
    assert got.decisive == ("Staff must not text parents.",)
    assert got.verdict == "not_permitted"


def test_below_the_threshold_nothing_is_quoted_and_the_closest_clause_is_kept():
    found = passages(RULE)
    got = read(ASKED, ranked((found[0], 0.0)), order(found), RULES, 1.01)
    assert (got.verdict, got.chosen) == ("not_covered", ())
    assert got.closest == found[0]


def test_with_no_clauses_at_all_nothing_governs():
    got = read(ASKED, [], {}, RULES, 0.0)
    assert (got.verdict, got.chosen, got.closest) == ("not_covered", (), None)


@pytest.mark.parametrize("question", ["?", "and", "📱📱", "is it"])
def test_a_question_without_a_topic_is_governed_by_nothing(question):
    assert chance_covered(understand(question), ranked((passages(RULE)[0], 9.0)), RULES) == 0


def test_the_rule_on_adding_parents_is_quoted_with_its_exception_for_relatives(ask):
    answer = ask("can i add a parent as a friend on facebook", "dothill")
    shown = " ".join(made.text for made in answer.quotes)
    assert "avoid adding pupils or parents as friends" in shown
    assert "The only exception should be if a parent is a relative." in shown


def test_the_exception_inside_a_clause_makes_it_conditional(ask):
    answer = ask("can i use my mobile to contact parents when we are off site", "dothill")
    assert answer.verdict == "conditional"
    assert answer.quotes[0].text.startswith(
        "Staff may not use their mobile phones to contact parents except"
    )
    assert answer.quotes[0].lead_in == "However, \nstaff should ensure the following:"
