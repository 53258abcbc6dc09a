"""What is asked, by whom, and about whom."""

from __future__ import annotations

import pytest

from assistant.answer import ROLES
from assistant.asking import topic, understand, what_kind

KINDS = {
    "may": [
        "can i text a parent",
        "may i use my phone at lunch",
        "is it ok to add a parent on facebook",
        "am i allowed to film my class",
        "are volunteers allowed phones",
        "could i ring a mum from my own mobile",
        "ok if i snap the kids on my iphone",
        "is it against the rules to vape in the car park",
        "can parents take photos at the nativity",
        "what if i text a mum",
        "how about texting a dad",
    ],
    "must": [
        "do i have to hand my phone in",
        "must i report it",
        "do i need to tell anyone",
        "am i supposed to lock my phone",
        "are visitors required to sign in",
        "what do i have to do if a pupil messages me",
        "what should i do if a kid shows me a nude",
        "do we need to get consent",
        "is it compulsory to report",
        "do staff have to use the school camera",
    ],
    "should": [
        "should i accept a friend request from a pupil",
        "shall i delete the pictures",
        "is it a good idea to name the school on linkedin",
        "should staff lock their phones",
    ],
    "will": [
        "will the school pay for my broken phone",
        "do we get a work mobile",
        "does the school give us a phone",
        "will i lose my job",
    ],
    "why": ["why can't i text parents", "how come phones are banned", "why do we need consent"],
    "inform": [
        "who do i tell if a pupil messages me",
        "when can parents take photos",
        "where does my phone go",
        "how do i report it",
        "how many photos can i take",
        "how long do we keep pictures",
        "what counts as personal use",
        "what happens if i ignore the policy",
        "what changed since 2020",
        "which schools allow phones",
        "whats the rule on whatsapp",
        "hi, who is the dsl",
    ],
}


@pytest.mark.parametrize(
    ("question", "kind"), [(question, kind) for kind, asked in KINDS.items() for question in asked]
)
def test_the_kind_of_a_question_is_heard_in_everyday_words(question, kind):
    assert understand(question).kind == kind


@pytest.mark.parametrize("question", ["", "?", "phones", "📱", "a " * 2000])
def test_any_text_has_some_kind(question):
    assert what_kind(question) == "may"
    assert understand(question).question == question


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("i'm a parent helper, can i take photos", "volunteer"),
        ("I’m a parent, can I film the play", "parent"),
        ("can i film my son in the nativity", "parent"),
        ("i'm a governor, can i text a parent", "governor"),
        ("i'm the head, can i text a parent", "headteacher"),
        ("i'm a plumber, can i use my phone", "contractor"),
        ("i'm just visiting, can i use my phone", "visitor"),
        ("i'm in year 6, can i bring my phone", "pupil"),
        ("i'm a new ta, can i text a mum", "staff"),
    ],
)
@pytest.mark.parametrize("given", ["staff", "governor"])
def test_what_askers_say_of_themselves_wins_over_the_role_they_were_given(question, role, given):
    assert understand(question, role=given).role == role


@pytest.mark.parametrize("role", ROLES)
def test_a_question_that_says_nothing_of_the_asker_keeps_the_role_given(role):
    asked = understand("can i use my phone in class", role=role)
    assert (asked.role, asked.subject, asked.own) == (role, role, True)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("can pupils bring phones", "pupil"),
        ("can the kids have their mobiles in lessons", "pupil"),
        ("are parents allowed to film the play", "parent"),
        ("can mums take photos", "parent"),
        ("must volunteers sign in", "volunteer"),
        ("can visitors use their phones", "visitor"),
        ("what about governors", "governor"),
        ("can a teacher text a parent", "staff"),
        ("can i text a parent", "staff"),  # the parent is only spoken of
        ("do i have to tell the head", "staff"),
    ],
)
def test_whose_conduct_is_asked_about_is_the_subject_and_not_whom_it_is_done_to(question, subject):
    assert understand(question).subject == subject


@pytest.mark.parametrize(
    "followup",
    ["what about pupils at lunch", "and in the holidays?", "even on a trip?", "is it ok at lunch"],
)
def test_a_question_that_leans_on_the_one_before_takes_its_topic(followup):
    asked = understand(followup, ("can i text a parent",))
    assert asked.follows
    assert asked.text == f"can i text a parent {followup}"


@pytest.mark.parametrize("followup", ["what about on a trip", "and in the holidays?", "governors?"])
def test_an_elliptical_question_asks_what_the_one_before_asked(followup):
    assert understand(followup, ("do i have to report it",)).kind == "must"
    assert understand(followup, ("who do i report it to",)).kind == "inform"


@pytest.mark.parametrize(
    "question",
    [
        "am i allowed to photograph pupils with my own camera",
        "who approves a class instagram account",
        "do i have to report online bullying",
        "is there a helpline for staff who are bullied",
        "can pupils bring phones on a trip",
    ],
)
def test_a_question_that_stands_alone_is_searched_for_alone(question):
    asked = understand(question, ("can i vape in the car park",))
    assert not asked.follows
    assert asked.text == question


def test_in_a_conversation_a_question_that_stands_alone_is_answered_as_if_asked_first(ask):
    question = "who do i report a safeguarding concern on social media to"
    alone = ask(question, "weston")
    after = ask(question, "weston", history=("can i put photos of the class on my insta",))
    assert after.quotes == alone.quotes
    assert after.understood == ""


def test_a_follow_up_says_what_it_was_taken_to_be_about_and_where(ask):
    after = ask("and at the weekend?", "weston", history=("am i allowed to text a parent?",))
    assert after.understood == "about: text a parent, at Weston All Saints CE Primary School"


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Can I text a parent on a trip?", "text a parent on a trip"),
        ("hi, do i have to report a gift", "report a gift"),
        ("what about my own kids photos??", "my own kids photos"),
        ("insta ok?", "insta ok"),
        ("can i", "can i"),
    ],
)
def test_what_a_question_is_about_stands_in_its_own_words(question, about):
    assert topic(question) == about


def test_a_role_stated_earlier_is_remembered():
    assert understand("can i film it", ("i'm a parent helper, hello",)).role == "volunteer"


@pytest.mark.parametrize(
    ("before", "followup", "meant"),
    [
        ("can i go to my mates wedding", "what about my sisters", "can i go to my sisters wedding"),
        ("can i go to my mate's wedding", "and my sister?", "can i go to my sister's wedding"),
        ("can a parent film the play", "what about a governor", "can a governor film the play"),
        ("do my tas need a dbs", "how about volunteers", "do volunteers need a dbs"),
    ],
)
def test_somebody_else_takes_the_place_of_the_one_who_was_asked_about(before, followup, meant):
    asked = understand(followup, (before,))
    assert asked.follows
    assert asked.text == meant


def test_who_takes_the_place_of_whom_it_is_done_to_does_not_ask():
    assert understand("what about pupils", ("can i text a parent",)).subject == "staff"
    assert understand("what about pupils", ("can a parent film the play",)).subject == "pupil"


def test_where_two_people_were_named_both_questions_are_searched_for():
    before = "can a teacher text a parent"
    assert understand("what about a governor", (before,)).text == f"{before} what about a governor"


def test_what_leans_on_what_leans_is_about_the_first():
    asked = understand("and in the holidays", ("can i text a parent", "what about on a trip"))
    assert asked.text == "can i text a parent what about on a trip and in the holidays"


@pytest.mark.parametrize(
    "account",
    [
        "a pupil messaged me on instagram",
        "parent slagging me off on facebook",
        "y9 boy just threw a chair at me",
        "one of the mums keeps ringing me",
        "a dad swore at one of the tas",
    ],
)
def test_an_account_of_what_happened_asks_what_must_be_done(account):
    assert understand(account).kind == "must"


@pytest.mark.parametrize(
    "proposal",
    [
        "she wants her old samsung in her bag for the coach",
        "little one wants to bring her tortoise for show n tell",
        "ok to use my own macbook for teaching",
        "fb friends with parents",
        "phone in my pocket on a trip",
    ],
)
def test_a_proposal_without_a_verb_of_asking_asks_for_leave(proposal):
    assert understand(proposal).kind == "may"
