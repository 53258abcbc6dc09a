"""Sentences that are a clause's own but for "you", and what is none."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.meaning import turned_to_you

# Of a clause: who asks, and the clause as it is said to them.
PAIRS = [
    (
        "Staff must not use their own phones in lessons, except in an emergency.",
        "staff",
        "You must not use your own phones in lessons, except in an emergency.",
    ),
    (
        "However, all members of staff working in schools should lock their screens.",
        "staff",
        "You should lock your screens.",
    ),
    (
        "An employee who is too ill to work must ring the absence line before 7.15 am if they "
        "teach, and before 7.45 am if they do not.",
        "staff",
        "If you are too ill to work you must ring the absence line before 7.15 am if you teach, "
        "and before 7.45 am if you do not.",
    ),
    (
        "A volunteer who drives a minibus shows the office their licence by the first day of term.",
        "volunteer",
        "If you drive a minibus you show the office your licence by the first day of term.",
    ),
    (
        "We recognise that parents and carers will want a copy of the report within 10 days.",
        "parent",
        "We recognise that you will want a copy of the report within 10 days.",
    ),
    (
        "Staff and volunteers may keep their bags in the cupboard. They must lock it.",
        "staff",
        "You may keep your bags in the cupboard. You must lock it.",
    ),
    (
        "All adults working in schools and members of the governing committee must sign in.",
        "staff",
        "You and members of the governing committee must sign in.",
    ),
    (
        "Staff and those adults defined in paragraph 1.2.1 should lock their screens.",
        "staff",
        "You should lock your screens.",
    ),
    (
        "School staff should ensure that they lock their screens; the adult must report a loss.",
        "staff",
        "You should ensure that you lock your screens; you must report a loss.",
    ),
    (
        "Everyone at this school must sign in.",
        "pupil",
        "You must sign in.",
    ),
    (
        "Governors who are approached at the gate must not discuss the case, and should explain "
        "how to reach the Clerk.",
        "governor",
        "If you are approached at the gate, you must not discuss the case, and should explain "
        "how to reach the Clerk.",
    ),
]


def passes(text, clause, role="staff"):
    units = [(one,) for one in re.split(r"(?<=\.) ", clause)]
    return turned_to_you(text, units, role)


@pytest.mark.parametrize(("clause", "role", "said"), PAIRS)
def test_a_clause_may_be_turned_to_whoever_it_binds(clause, role, said):
    assert passes(clause, clause, role)
    assert passes(said, clause, role)


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("Parents must sign in.", "You must sign in."),
        ("Pupils must hand their phones to staff.", "You must hand your phones to staff."),
        ("No member of staff may drive alone.", "You may drive alone."),
        ("New staff must read the code.", "You must read the code."),
        ("Staff on duty must wear a coat.", "You must wear a coat."),
        ("Staff named below must sign in.", "You must sign in."),
        ("Staff listed in section 3 must sign in.", "You must sign in."),
        ("Staff working for contractors must sign in.", "You must sign in."),
        ("Staff working in the nursery must sign in.", "You must sign in."),
        ("Staff governors must sign in.", "You must sign in."),
        ("Members of the committee must sign in.", "You must sign in."),
        ("Team leaders must sign in.", "You must sign in."),
        ("Adult visitors must sign in.", "You must sign in."),
        ("Teachers must sign in.", "You must sign in."),
        ("A member of staff must be present.", "You must be present."),
        ("An adult must be present.", "You must be present."),
        ("The person must sign in.", "You must sign in."),
        ("Staff other than teachers must sign in.", "You must sign in."),
        ("Only staff may open the gate.", "You may open the gate."),
        (
            "Staff must see that pupils keep their phones off.",
            "You must see that pupils keep your phones off.",
        ),
        (
            "Staff must ring parents when they are ill.",
            "You must ring parents when you are ill.",
        ),
        (
            "Staff must remind pupils that they must not run.",
            "You must remind pupils that you must not run.",
        ),
        ("An employee who teaches must ring by 7.15.", "You must ring by 7.15."),
        ("Staff must not smoke. The only exception is the yard.", "You must not smoke."),
        ("Staff may leave at 4. They must sign out.", "They must sign out."),
    ],
)
def test_what_binds_others_or_fewer_or_is_limited_is_not_said_to_you(clause, said):
    assert not passes(said, clause)


@given(st.sampled_from(PAIRS), st.data())
def test_no_word_may_be_left_out(pair, data):
    clause, role, said = pair
    words = said.split()
    at = data.draw(st.integers(0, len(words) - 1))
    assert not passes(" ".join(words[:at] + words[at + 1 :]), clause, role)


@given(
    st.sampled_from(PAIRS),
    st.sampled_from(
        "not never only except unless may must should without 30 normally pupils or".split()
    ),
    st.data(),
)
def test_no_word_may_be_put_in_or_stand_for_another(pair, word, data):
    clause, role, said = pair
    words = said.split()
    at = data.draw(st.integers(0, len(words) - 1))
    assume(words[at].strip(".,").lower() != word)
    assert not passes(" ".join([*words[:at], word, *words[at:]]), clause, role)
    assert not passes(" ".join([*words[:at], word, *words[at + 1 :]]), clause, role)


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["", "staff", "parent"]))
def test_no_text_at_all_breaks_it(said, clause, role):
    turned_to_you(said, [(clause,)], role)


def test_a_long_run_of_the_same_word_is_compared_in_no_time():
    assert not passes("you may " * 99, "staff may " * 99 + "not")
