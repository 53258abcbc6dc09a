"""One school's question is never answered with another school's rule, nor with one not in force."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.ask import BadQuestion
from assistant.scope import UnknownSchool, find_school, named_schools, schools_asked, without_names
from ingest.policy.register import School

OAK = School(key="oak", name="Oak Primary School")
OAKFIELD = School(key="oakfield", name="Oakfield Junior School")
MARYS = School(key="st-marys", name="St Mary's C.E. Primary School", aliases=("St Mary's",))
SHIRE = School(key="shire", name="Shire Council", body="authority")
SCHOOLS = (OAK, OAKFIELD, MARYS, SHIRE)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("oak", OAK),  # an exact key wins over the longer name that begins with it
        ("OAK", OAK),
        ("Oak Primary School", OAK),
        ("oak primary school!", OAK),
        ("st-marys", MARYS),
        ("St Mary's", MARYS),
        ("ST MARYS", MARYS),
        ("st. mary’s", MARYS),
        ("oakf", OAKFIELD),  # a part, at the start of a word
        ("junior", OAKFIELD),
        ("mary", MARYS),
        ("shire", SHIRE),
        ("council", SHIRE),
    ],
)
def test_a_school_is_found_by_key_name_or_unique_part(wanted, found):
    assert find_school(wanted, SCHOOLS) == found


@pytest.mark.parametrize(
    "wanted", ["field", "ak", "hire", "narnia", "oak school primary", "?", " "]
)
def test_a_part_inside_a_word_or_nothing_is_unknown_and_the_schools_are_listed(wanted):
    with pytest.raises(UnknownSchool, match="unknown") as caught:
        find_school(wanted, SCHOOLS)
    assert caught.value.wrong_usage
    for school in SCHOOLS:
        assert school.key in str(caught.value)
        assert school.name in str(caught.value)


@pytest.mark.parametrize("wanted", ["primary", "school", "oa", "s"])
def test_a_part_of_two_schools_is_ambiguous_and_the_schools_are_listed(wanted):
    with pytest.raises(UnknownSchool, match="more than one") as caught:
        find_school(wanted, SCHOOLS)
    assert "oak (Oak Primary School), oakfield (Oakfield Junior School)" in str(caught.value)


def test_two_schools_of_one_name_are_told_apart_by_key():
    twins = (School(key="a", name="Oak School"), School(key="b", name="Oak School"))
    assert find_school("b", twins) == twins[1]
    with pytest.raises(UnknownSchool, match="more than one"):
        find_school("Oak School", twins)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("can i text a parent at oakfield", [OAKFIELD]),
        ("can i text a parent at Oakfield Junior School", [OAKFIELD]),
        ("what do st mary's say", [MARYS]),
        ("oakfield and st marys: same rule?", [OAKFIELD, MARYS]),
        ("is there an oakfielder", []),
        ("what is Oakfield's rule, and St Mary’s", [OAKFIELD, MARYS]),
        ("can i text a parent at primary school", []),
        ("what does the council say", []),  # "council" is what any authority is called
        ("what does shire council say", [SHIRE]),
    ],
)
def test_schools_that_a_question_names_are_noticed(text, found):
    assert named_schools(text, SCHOOLS) == found


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("who is the DSL at Oakfield?", "who is the DSL ?"),
        ("St. Mary’s C.E. Primary School's rule on phones", "rule on phones"),
        ("ok at st marys?", "ok ?"),
        ("can i text a parent", "can i text a parent"),
        ("Oakfield Junior School", "Oakfield Junior School"),  # nothing else is asked
    ],
)
def test_a_schools_name_is_not_searched_for(text, rest):
    assert without_names(text, SCHOOLS) == rest


def test_a_schools_name_does_not_change_what_is_found(ask):
    for question in ("who is the DSL", "can i add a pupil as a friend"):
        named, given = ask(f"{question} at Weston?"), ask(f"{question}?", "weston")
        assert named.quotes == given.quotes


@pytest.mark.parametrize(
    ("question", "history", "given", "asked"),
    [
        ("can i text", [], OAK, [OAK]),
        ("can i text", ["at oakfield?"], OAK, [OAK]),
        ("can i text at oakfield", [], None, [OAKFIELD]),
        ("and photos?", ["can i text at oakfield"], None, [OAKFIELD]),
        ("and photos?", ["at oakfield?", "and at st mary's?", "texts?"], None, [MARYS]),
        ("and at st mary's?", ["can i text at oakfield"], None, [MARYS]),
        ("is st mary's stricter", ["can i text at oakfield"], None, [OAKFIELD, MARYS]),
        ("is it the same at oakfield", [], OAK, [OAK, OAKFIELD]),
        ("can i text", [], None, [OAK, OAKFIELD, MARYS]),
        ("what does shire say on texts", [], None, [SHIRE]),
        ("which schools allow texts", [], None, [OAK, OAKFIELD, MARYS, SHIRE]),
    ],
)
def test_the_school_is_the_one_given_else_named_else_every_school(question, history, given, asked):
    assert schools_asked(question, history, given, SCHOOLS) == asked


def test_the_only_school_indexed_is_the_one_asked():
    assert schools_asked("can i text", [], None, [OAK]) == [OAK]
    assert schools_asked("can i text", [], None, [SHIRE]) == [SHIRE]


def test_eight_schools_are_answered_side_by_side_and_nine_are_not():
    nine = [School(key=f"s{n}", name=f"School {n}") for n in range(9)]
    assert schools_asked("can i text", [], None, nine[:8]) == nine[:8]
    assert schools_asked("can i text", [], None, nine) == []
    assert schools_asked("can i text", [], nine[3], nine) == [nine[3]]


def test_an_unknown_school_is_wrong_usage_that_lists_the_real_ones(ask):
    with pytest.raises(UnknownSchool, match="weston") as caught:
        ask("can i text a parent", "narnia")
    assert caught.value.wrong_usage


def test_no_gold_question_about_one_school_is_answered_with_anothers_quote(
    gold, answers, assistant
):
    names = {school.key: school.name for school in assistant.schools}
    checked = 0
    for one in gold:
        answer = answers[one.question.id]
        others = named_schools(one.question.question, assistant.schools)
        if one.question.school and all(s.key == one.question.school for s in others):
            assert answer.scope.school == one.question.school
            assert {made.school for made in answer.quotes} <= {names[one.question.school]}
            assert {part.school for part in answer.parts} <= {names[one.question.school]}
            checked += bool(answer.quotes)
    assert checked > 150


def test_no_gold_question_is_answered_with_a_school_it_does_not_ask_about(gold, answers, assistant):
    for one in gold:
        answer = answers[one.question.id]
        named = {s.name for s in named_schools(one.question.question, assistant.schools)}
        if named and not one.question.school and not one.question.history:
            assert {made.school for made in answer.quotes} <= named, one.question.id


def test_a_school_named_in_the_question_is_the_scope(ask):
    answer = ask("can i add a pupil as a friend at weston")
    assert answer.scope.school == "weston"
    assert {made.school for made in answer.quotes} == {"Weston All Saints CE Primary School"}


def test_a_school_named_earlier_stays_the_scope(ask):
    answer = ask("and a parent?", history=("can i add a pupil as a friend at st nicholas",))
    assert answer.scope.school == "st-nicholas"
    assert {made.school for made in answer.quotes} == {"St Nicholas CE Primary School"}


def test_an_authority_answers_only_when_named_or_asked(ask, trust):
    lent = "can i lend my phone to a pupil"
    assert {made.school for made in trust(lent, "shire").quotes} == {"Shire Council"}
    assert {made.school for made in trust(f"{lent} says shire").quotes} == {"Shire Council"}
    assert "Shire Council" not in {made.school for made in trust(lent, "oak").quotes}
    everyone = ask("can i use my phone camera to take pictures of pupils")
    assert everyone.parts
    assert "Derbyshire (local authority)" not in [part.school for part in everyone.parts]


def test_an_authority_is_named_as_such_and_its_inferred_name_as_inferred(ask):
    answer = ask("can i take a photo of a pupil with my own phone", "derbyshire")
    assert {made.origin for made in answer.quotes} == {"guidance"}
    notice = next(n for n in answer.notices if "guidance of an authority" in n)
    assert "inferred from the e-mail address" in notice


def test_superseded_text_is_quoted_for_version_and_register_questions_only(gold, answers):
    kinds = {one.question.id: one.question.kind for one in gold}
    seen = set()
    for id, answer in answers.items():
        if any(made.status == "superseded" for made in answer.quotes):
            seen.add(kinds[id])
    assert seen <= {"version", "register"}
    assert "version" in seen


def test_before_a_policy_was_adopted_the_one_before_it_answers_and_is_labelled(trust):
    question = "can i text parents from my own phones"
    now = trust(question, "oak")
    assert {(made.source, made.status) for made in now.quotes} == {("oak/phones.txt", "current")}
    then = trust(question, "oak", as_of=dt.date(2021, 6, 1))
    sources = {(made.source, made.status) for made in then.quotes}
    assert sources == {("oak/phones-2020.txt", "superseded")}
    assert any("is superseded" in notice for notice in then.notices)
    before = trust(question, "oak", as_of=dt.date(2019, 6, 1))
    assert (before.status, before.quotes) == ("not_covered", ())
    assert before.notices == (
        "“Mobile Phone Policy” was adopted 1 March 2024, after the day asked about.",
    )


@pytest.mark.parametrize(
    ("day", "status"), [(dt.date(2024, 2, 29), "not_covered"), (dt.date(2024, 3, 1), "answered")]
)
def test_a_policy_answers_from_the_day_it_was_adopted(trust, day, status):
    answer = trust("can i text parents from my own phones", "elm", as_of=day)
    assert answer.status == status


def test_an_unknown_start_is_said_when_the_question_is_about_the_past(ask):
    answer = ask("can i add a pupil as a friend", "derbyshire", as_of=dt.date(2015, 1, 1))
    assert any("not known since when" in notice for notice in answer.notices)
    answer = ask("can i add a pupil as a friend", "weston", as_of=dt.date(2021, 9, 1))
    assert not any("not known since when" in notice for notice in answer.notices)


def test_a_draft_never_answers(trust):
    assert trust("can i ride a skateboard in the corridor", "oak").status == "not_covered"
    named = trust("can i ride a skateboard in the corridor at oak")
    changed = trust("what changed about skateboards in the corridor since 2020", "oak")
    for answer in (named, changed):
        assert "oak/skateboards.txt" not in {made.source for made in answer.quotes}


def test_before_the_newer_version_only_the_older_is_in_force(trust):
    asked = "what changed about texting parents"
    now = trust(asked, "oak")
    assert [made.status for made in now.quotes] == ["current", "superseded"]
    then = trust(asked, "oak", as_of=dt.date(2021, 6, 1))
    assert {made.source for made in then.quotes} == {"oak/phones-2020.txt"}


def test_an_empty_question_is_wrong_usage_whatever_the_school(ask):
    for question in ("", "  \n", "\u200b\u202e"):
        with pytest.raises(BadQuestion, match="empty") as caught:
            ask(question, "dothill")
        assert caught.value.wrong_usage
