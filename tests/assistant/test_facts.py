"""What a policy says of itself: when adopted, by whom, due when, and which copy holds."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from assistant.about import asks_change, asks_fact, asks_which_copy
from assistant.facts import doubts
from ingest.documents import Fact, Policy

CORPUS = Path(__file__).parents[2] / "corpus"
NEW = "dothill/social-media-and-mobile-phones.txt"
OLD = "dothill/social-media-and-mobile-phones-2020.txt"
OLD_TITLE = "Use of Social Media Policy (including mobile phone protocol)"


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("when is the policy due for review", "review_due"),
        ("when will this policy be reviewed", "review_due"),
        ("is the policy overdue", "overdue"),
        ("is this policy still in date", "overdue"),
        ("who approved the policy", "approved_by"),
        ("who signed off this document", "approved_by"),
        ("when was the policy adopted", "adopted"),
        ("how old is the policy", "adopted"),
        ("which version is the policy", "version"),
        ("which policies do we have", "list"),
        ("can i text a parent", ""),
        ("who do i tell about a review of my phone bill", ""),
        ("when can parents take photos", ""),
        ("who signs off a school twitter account", ""),
    ],
)
def test_a_question_about_the_document_is_told_from_one_about_a_rule(question, wanted):
    assert asks_fact(question) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "what changed since 2020",
        "what's different in the new policy",
        "has the rule on phones changed",
        "what did the old policy say about phones",
        "what did the 2020 version say about phones",
    ],
)
def test_a_question_about_versions_is_noticed(question):
    assert asks_change(question)


@pytest.mark.parametrize(
    "question",
    [
        "can i text a parent",
        "who is the dsl",
        "can i use my phone",
        "whats different between dothill and weston on calls",
    ],
)
def test_other_questions_are_not_about_versions(question):
    assert not asks_change(question)
    assert not asks_which_copy(question)


@pytest.mark.parametrize(
    ("school", "question", "says", "line"),
    [
        (
            "weston",
            "when is the policy due for review",
            "July 2022",
            "Next review due by: July 2022",
        ),
        ("weston", "when was the policy adopted", "July 2021", "Date: July 2021"),
        ("weston", "who approved the policy", "Local Governing Body", "Approved by: LGB"),
        ("weston", "what version is the policy", "V. 2 July 2021", "V. 2 July 2021"),
        ("st-nicholas", "when was the policy adopted", "May 2018", "adopted by the Governing Body"),
        (
            "st-nicholas",
            "who approved the policy",
            "Governing Body",
            "adopted by the Governing Body",
        ),
        ("st-nicholas", "when is the policy due for review", "September 2018", "Next Review Date"),
    ],
)
def test_a_register_fact_is_said_with_the_line_that_states_it(ask, school, question, says, line):
    answer = ask(question, school)
    assert (answer.status, answer.verdict) == ("answered", "informational")
    assert says in answer.answer
    assert [made.kind for made in answer.quotes] == ["register"]
    assert line in answer.quotes[0].text


def test_every_word_of_a_register_answer_is_in_its_quotes_or_the_register(answers):
    register = tomllib.loads((CORPUS / "register.toml").read_text("utf-8"))
    ours = """was approved by adopted is due for review it overdue in date version follow not the
    copy agreed has undated reads as a revision of names its author or owner""".split()
    known = {word for row in register["policy"] for word in words(row["title"]["value"])}
    known |= {word for row in register["school"] for word in words(row["name"])} | set(ours)
    for row in register["policy"]:
        for name in ("approved_by", "adopted", "review_due", "version", "owner"):
            known |= set(words(row[name]["value"])) if name in row else set()
    checked = 0
    for answer in answers.values():
        if "register" in {made.kind for made in answer.quotes} and not answer.parts:
            checked += 1
            quoted = {word for made in answer.quotes for word in words(made.text)}
            assert set(words(answer.answer)) <= known | quoted, answer.answer
    assert checked > 5


def words(text: str) -> list[str]:
    return [word for word in (w.strip(".,;:()“”") for w in text.lower().split()) if word]


@pytest.mark.parametrize(
    ("day", "overdue"), [(dt.date(2022, 7, 31), False), (dt.date(2022, 8, 1), True)]
)
def test_a_policy_is_overdue_from_the_day_after_the_month_it_was_due_in(ask, day, overdue):
    said = ask("is the policy overdue", "weston", as_of=day)
    assert ("It is overdue." in said.answer) is overdue
    assert ("It is in date." in said.answer) is not overdue
    rule = ask("can i add a pupil as a friend", "weston", as_of=day)
    assert any("is overdue" in notice for notice in rule.notices) is overdue


def test_overdue_is_a_date_and_never_a_legal_word(answers):
    notices = [n for answer in answers.values() for n in answer.notices if "overdue" in n]
    assert notices
    for notice in notices:
        assert "due for review by" in notice
        assert "lawful" not in notice and "illegal" not in notice and "invalid" not in notice


@pytest.mark.parametrize(
    "question",
    [
        "when is the policy due for review",
        "when was the policy adopted",
        "who approved the policy",
        "is the policy overdue",
    ],
)
def test_dothills_undated_copy_is_never_given_the_dates_of_the_2020_one(ask, question):
    answer = ask(question, "dothill")
    assert (answer.status, answer.quotes) == ("not_covered", ())
    said = " ".join((answer.answer, *answer.notices))
    assert "2020" not in answer.answer
    assert "2022" not in said
    assert "Governors" not in said


@pytest.mark.parametrize(
    ("question", "says", "line"),
    [
        ("when was the old policy due for review", "Autumn 2022", "To be reviewed: Autumn 2022"),
        ("who approved the old policy", "Governors", "Agreed by Governors: Autumn 2020"),
        ("when was the 2020 policy adopted", "Autumn 2020", "Agreed by Governors: Autumn 2020"),
    ],
)
def test_the_old_copys_dates_are_given_when_it_is_asked_for_under_its_own_title(
    ask, question, says, line
):
    answer = ask(question, "dothill")
    assert answer.answer.startswith(
        "“Use of Social Media Policy (including mobile phone protocol)”"
    )
    assert says in answer.answer
    assert [(made.source, made.status, made.text) for made in answer.quotes] == [
        (OLD, "superseded", line)
    ]
    assert any("is superseded" in notice for notice in answer.notices)
    assert not any("Protecting Professional Identity" in notice for notice in answer.notices)


def test_no_gold_answer_gives_a_date_of_the_old_copy_as_the_new_ones(answers):
    for id, answer in answers.items():
        for notice in answer.notices:
            if (
                "Protecting Professional Identity" in notice
                and "agreed in Autumn 2020" not in notice
            ):
                assert "2020" not in notice and "2022" not in notice, id
        for made in answer.quotes:
            assert (made.status == "superseded") == (made.source == OLD), id
            if made.source == OLD:
                assert made.policy == OLD_TITLE


@pytest.mark.parametrize(
    "question",
    [
        "what changed about pupils having phones in school",
        "what did the old policy say about pupils having phones in school",
        "has the rule on pupils having phones in school changed since 2020",
    ],
)
def test_a_version_question_shows_old_and_new_each_labelled(ask, question):
    answer = ask(question, "dothill")
    assert [(made.source, made.status) for made in answer.quotes][:2] == [
        (NEW, "current"),
        (OLD, "superseded"),
    ]
    now, _, before = answer.answer.partition("Before, it said: ")
    assert now.startswith("The version in force says: ")
    assert before
    assert any("is superseded" in notice for notice in answer.notices)
    assert any(notice.startswith("We infer that") for notice in answer.notices)


def test_which_copy_to_follow_is_an_inference_and_says_so(ask):
    answer = ask("we have two copies of the phone policy, which one do we follow", "dothill")
    assert answer.answer.startswith("Follow “Social Media - Protecting Professional Identity")
    assert "reads as a revision" in answer.answer
    assert any(notice.startswith("We infer that") for notice in answer.notices)


def test_a_school_with_one_version_has_no_old_text_to_show(ask):
    answer = ask("what changed about adding pupils as friends since the old policy", "weston")
    assert {made.status for made in answer.quotes} <= {"current"}


def test_the_list_of_policies_marks_a_draft_as_a_draft(trust):
    answer = trust("which policies do we have", "oak")
    assert "“Mobile Phone Policy”" in answer.answer
    assert any(notice.endswith("is a draft.") for notice in answer.notices)


def test_a_policy_that_does_not_say_gets_silence_and_whom_to_ask(ask):
    answer = ask("who approved the leaflet", "derbyshire")
    assert (answer.status, answer.quotes) == ("not_covered", ())
    assert "your designated Child Protection Lead" in answer.answer


def holding(**facts: Fact) -> Policy:
    return Policy("oak", "Oak School", "Uniform Policy", "uniform.pdf", facts=facts)


def test_what_a_policy_contradicts_itself_on_is_said_with_each_place():
    adopted = Fact("July 2022", "cover", None, (Fact("July 2020", "footer"),))
    assert doubts(holding(adopted=adopted)) == [
        "“Uniform Policy” contradicts itself on when it was adopted "
        "(cover: July 2022; footer: July 2020)."
    ]


def test_an_inferred_review_date_and_an_unfilled_template_say_so():
    due = Fact("July 2023", "inferred: adopted July 2022, to be reviewed annually")
    blank = Fact("template", "cover: its blanks are not filled in")
    assert doubts(holding(review_due=due, status=blank)) == [
        "“Uniform Policy” is a template (cover: its blanks are not filled in).",
        "We infer when “Uniform Policy” is due for review: "
        "adopted July 2022, to be reviewed annually.",
    ]


def test_a_policy_of_one_mind_raises_no_doubts():
    assert doubts(holding(adopted=Fact("July 2022", "cover"))) == []
