"""Text of every format but plain text passes through `clean`."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean

ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        (
            "o\ufb03ce sta\ufb00, \ufb01rst, \ufb02oor, \ufb06yle",
            "office staff, first, floor, style",
        ),
        ("co\u00adoperate", "cooperate"),
        ("must\u202e ton\u202c not", "must ton not"),
        ("must\u200b not\ufeff", "must not"),
        ("30\u00a0minutes\u2009each", "30 minutes each"),
        ("self\u2011harm", "self-harm"),
        ("plain\U000e0069\U000e0067", "plain"),
        ("a\0b\x07c\ud800d", "abcd"),
        ("cafe\u0301", "café"),
        ("one\r\ntwo\u2028three\x0bfour", "one\ntwo\nthree\nfour"),
        ("name\tdate\fnext", "name date next"),
    ],
)
def test_what_nobody_sees_is_left_out(written: str, seen: str):
    assert clean(written) == seen


def test_the_caller_decides_which_breaks_stay():
    assert clean("a\tb\nc\fd", keep="\t\f") == "a\tb c\fd"


@given(ANY)
def test_cleaning_twice_changes_nothing(text: str):
    assert clean(clean(text)) == clean(text)


@given(ANY)
def test_nothing_invisible_is_left(text: str):
    for character in clean(text):
        assert (
            unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
            or character == "\n"
        )
