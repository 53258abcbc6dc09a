"""What a clause refers to, in its own document and in other policies of its school."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.clauses.references import refer_to_policies
from ingest.clauses.structure import find_clauses
from ingest.documents import Document, Policy
from ingest.extract import Extract

RULES = """1 Phones

1.1 Staff must lock phones away, unless {words}.

1.2 Nobody may film.

Appendix B: Forms

2 Trips

2.1 The leader must carry a phone:

(a) on land;

(b) at sea.
"""


@pytest.fixture
def targets() -> Callable[[str], list[str]]:
    """Numbers, or the words of headings, to which clause 1.1 refers when it says these words."""

    def read(words: str) -> list[str]:
        text = RULES.format(words=words)
        clauses = find_clauses(text)
        by = {clause.id: clause for clause in clauses}
        (rule,) = (clause for clause in clauses if clause.number == "1.1")
        for reference in rule.references:
            assert rule.span.start <= reference.span.start < reference.span.end <= rule.span.end
        return [by[one.target].number or by[one.target].text for one in rule.references]

    return read


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("section 2 allows it", ["2"]),
        ("see 2.1", ["2.1"]),
        ("paragraphs 1.2 and 2.1 apply", ["1.2", "2.1"]),
        ("clause 2.1(b) applies", ["2.1(b)"]),
        ("the form in Appendix B is signed", ["Appendix B: Forms"]),
        ("see 9.9", []),
        ("they are under 2 years old", []),
        ("section 2 of the Education Act 1996 allows it", []),
        ("part 2 of the statutory guidance says so", []),
        ("section 2 of this policy allows it", ["2"]),
        ("it is before 2.1pm", []),
        ("under 1.2% of staff agree", []),
    ],
)
def test_a_number_refers_where_words_say_so_and_the_document_has_it(
    words: str, found: list[str], targets: Callable[[str], list[str]]
) -> None:
    assert targets(words) == found


def policy(source: str, title: str, school: str = "oak") -> Policy:
    return Policy(school, school.capitalize(), title, source)


def document(source: str, text: str) -> Document:
    return Document(source, "", Extract(text), find_clauses(text))


def test_a_policy_named_in_a_clause_is_found_among_those_of_the_same_school() -> None:
    text = "Parents may appeal under the Complaints Policy."
    _, elm, oak = refer_to_policies(
        [
            (policy("c.txt", "Complaints policy and procedure"), document("c.txt", "Write to us.")),
            (policy("e.txt", "Phones", "elm"), document("e.txt", text)),
            (policy("p.txt", "Phones"), document("p.txt", text)),
        ]
    )
    (reference,) = oak[1].clauses[0].references
    assert reference.target == "c.txt"
    assert reference.span.of(text) == "Complaints Policy"
    assert elm[1].clauses[0].references == ()


def test_a_policy_that_nobody_holds_is_no_reference() -> None:
    ((_, held),) = refer_to_policies(
        [(policy("p.txt", "Phones"), document("p.txt", "See the Lettings Policy."))]
    )
    assert held.clauses[0].references == ()
