"""Dates that policies state in everyday English, and words that only look as if they did."""

import pytest

from ingest.clauses.structure import find_clauses
from ingest.documents import Fact
from ingest.policy.cover import own_facts

BODY = "\n\n1. Rules\n\n1.1 Staff must ask first.\n1.2 Staff should write down what was said.\n"


def read(lines: str, after: str = "", properties: dict[str, str] | None = None) -> dict[str, Fact]:
    text = f"Bicycle Policy\n\n{lines}{BODY}{after}"
    return own_facts(text, find_clauses(text), properties or {}, "oak/file.pdf")


def dates(facts: dict[str, Fact]) -> dict[str, str]:
    kinds = ("adopted", "reviewed", "written", "effective", "review_due")
    return {name: facts[name].value for name in kinds if name in facts}


@pytest.mark.parametrize(
    "line",
    [
        "We will look at it again in: May 2027",
        "We'll look at this again in May 2027.",
        "We shall review this policy again in May 2027.",
        "It will be looked at again in May 2027",
        "They will be looked at again in May 2027.",
        "These rules will be looked at again in May 2027.",
        "Governors will revisit this policy in May 2027.",
        "The governing board will come back to it in May 2027.",
        "The staff plan to read it through again in May 2027.",
        "Next time: May 2027",
        "Next time: May 2027, or sooner if families ask",
        "The next check is in May 2027.",
        "Next looked at: May 2027",
        "Up for review: May 2027",
        "This policy comes up for review in May 2027.",
        "It is due for review in May 2027.",
        "Review no later than May 2027",
        "Please review by May 2027",
        "Look at again: May 2027",
        "Revisit: May 2027",
        "Renew by May 2027",
        "Refresh due: May 2027",
        "Back to governors: May 2027",
        "Due back at governors: May 2027",
        "This policy will come back to governors in May 2027.",
        "To be brought back to the board in May 2027",
        "This policy stands until May 2027.",
        "Good until May 2027",
        "When will we look at it again? May 2027",
        "When we will look at this again: May 2027",
        "Our next review of this policy will be in May 2027.",
        "The next review will take place in May 2027.",
        "We aim to update these rules in May 2027.",
        "To be looked at afresh in May 2027",
    ],
)
def test_a_next_review_is_read_however_a_head_puts_it(line: str):
    assert dates(read(line)) == {"review_due": "May 2027"}


@pytest.mark.parametrize(
    "line",
    [
        "We agreed this policy on 4 June 2025.",
        "The governing board approved this policy on 4 June 2025.",
        "The governors of Oak Primary School agreed these rules on 4 June 2025.",
        "These rules were agreed on 4 June 2025.",
        "Charges agreed by the Finance Committee on 4 June 2025.",
        "When we agreed it: 4 June 2025",
        "Date it was agreed: 4 June 2025",
        "Agreed with governors on 4 June 2025",
        "Agreed at the governors' meeting of 4 June 2025",
        "Passed by governors on 4 June 2025",
        "Approval given: 4 June 2025",
        "Signed off by the board on 4 June 2025",
        "It was agreed by the Health and\nWellbeing Group on\n4 June 2025.",
    ],
)
def test_an_adoption_is_read_however_a_head_puts_it(line: str):
    assert dates(read(line)) == {"adopted": "4 June 2025"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("This policy was reviewed in May 2024.", {"reviewed": "May 2024"}),
        ("Reviewed in May 2024", {"reviewed": "May 2024"}),
        ("We last looked at it in May 2024.", {"reviewed": "May 2024"}),
        ("We looked at it again in May 2024.", {"reviewed": "May 2024"}),
        ("Last time: May 2024", {"reviewed": "May 2024"}),
        ("We will look at it again if the law changes.", {}),
        ("We will look at it again if the law of May 2027 changes.", {}),
        ("We will review it again when the works end, perhaps in May 2027.", {}),
        ("It will be looked at again after the inspection of May 2027.", {}),
        ("We will look at the menu again in May 2027.", {}),
        ("We will look at each child's plan again in May 2027.", {}),
        ("The menu will be looked at again in May 2027.", {}),
        ("Each pupil's target is due for review in May 2027.", {}),
        ("Next time: bring a coat", {}),
        ("Revisit the museum in May 2027 with Year 4.", {}),
        ("We agreed a new playground on 4 June 2025.", {}),
        ("Term dates agreed by the county on 4 June 2025.", {}),
        ("Good until eaten; order by May 2027", {}),
        ("It should have been reviewed in May 2024.", {}),
        ("The governors have not agreed this policy on 4 June 2025.", {}),
    ],
)
def test_words_that_only_resemble_a_date_of_the_policy_are_not_taken_for_one(
    line: str, said: dict[str, str]
):
    assert dates(read(line)) == said


def test_of_a_sentence_broken_by_a_narrow_column_each_date_is_its_own():
    facts = read(
        "This leaflet is for families at\nElm Infants. It was\nagreed by the Health and\n"
        "Wellbeing Group in Autumn\n2024 and is due for review in\nAutumn 2026."
    )
    assert dates(facts) == {"adopted": "Autumn 2024", "review_due": "Autumn 2026"}
    assert facts["approved_by"].value == "Health and Wellbeing Group"
    assert facts["adopted"].also == ()


def test_rules_of_the_body_are_no_next_review():
    rules = (
        "1.3 We will look at the plan again in May 2027.\n"
        "1.4 It will be checked next time: May 2027.\n"
        "1.5 Governors will revisit the budget in May 2027.\n"
    )
    assert dates(read("", after=rules)) == {}


def test_lines_at_the_end_say_when_it_was_agreed_and_when_it_is_next_looked_at():
    end = "\nIf you are unhappy, talk to the Head.\n\nAgreed: Summer 2024\nNext time: Summer 2027\n"
    assert dates(read("", after=end)) == {"adopted": "Summer 2024", "review_due": "Summer 2027"}


def test_where_sources_differ_the_earlier_review_counts_and_both_are_kept():
    due = read(
        "Approved: 11 September 2025\nNext review date: September 2027\n",
        after="\n\nDocument control\n\nReview due: July 2026\n",
    )["review_due"]
    assert (due.value, [f.value for f in due.also]) == ("July 2026", ["September 2027"])


def test_a_review_that_was_due_before_the_adoption_does_not_count_but_is_kept():
    due = read(
        "Approved: 11 September 2025\nNext review date: September 2027\n",
        after="\n\nDocument control\n\nReview due: July 2024\n",
    )["review_due"]
    assert (due.value, [f.value for f in due.also]) == ("September 2027", ["July 2024"])


def test_a_date_of_the_file_s_properties_is_said_to_be_inferred_from_them():
    adopted = read("", properties={"modified": "2024-05-06T10:00:00"})["adopted"]
    assert adopted.value == "6 May 2024"
    assert adopted.origin.startswith("inferred: the file's properties")


@pytest.mark.parametrize(
    "day", ["2000-01-01", "1980-01-01", "2004-12-31", "2006-09-16", "2013-12-23", "0000-00-00"]
)
def test_a_date_that_a_program_puts_in_by_itself_means_nothing(day: str):
    assert dates(read("", properties={"created": day, "modified": day})) == {}


def test_another_property_is_read_where_the_first_means_nothing():
    facts = read("", properties={"modified": "2000-01-01", "created": "2024-05-06"})
    assert dates(facts) == {"adopted": "6 May 2024"}


def test_the_file_s_properties_never_beat_the_text():
    saved = {"modified": "2024-05-06"}
    agreed = "Charges agreed by the Finance Committee on 3 February 2025."
    assert dates(read(agreed, properties=saved)) == {"adopted": "3 February 2025"}
    # Saved after the review that the text names: it is no day of adoption.
    assert dates(read("Next review: May 2023", properties=saved)) == {"review_due": "May 2023"}
