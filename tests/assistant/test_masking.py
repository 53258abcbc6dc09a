"""Names, addresses and numbers of a question are masked, and how often is measured."""

from __future__ import annotations

import re
import time
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.masking import EMAIL, MARKS, NAME, NUMBER, mask
from assistant.triage import LONGEST

SET = tomllib.loads(Path(__file__).with_name("planted.toml").read_text("utf-8"))
PLANTED: list[dict[str, Any]] = SET["planted"]
WITHOUT: list[str] = SET["without"]["questions"]

SEPARATORS = st.sampled_from(["", " ", "-", ".", " - ", "/", ") (", "\u200b", "\u00a0", " . ", "_"])


def plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ı", "i"))
    return "".join(c for c in apart if not unicodedata.combining(c))


def names_left(masked: str, name: str) -> bool:
    """Any part of the name still stands as a word, with or without a possessive s."""
    rest = plain(masked.replace(NAME, " "))
    parts = [part for part in re.split(r"[\s-]", plain(name)) if len(part) > 1]
    return any(re.search(rf"(?<!\w){re.escape(part)}s?(?!\w)", rest) for part in parts)


def numbers_left(masked: str) -> bool:
    return re.search(r"\d(?:[\W_]{0,3}\d){3}", masked) is not None


def emails_left(masked: str, address: str) -> bool:
    who = plain(re.split(r"[@ ]", address)[0])
    return "@" in masked or who in plain(masked)


def test_the_set_is_large_enough_to_be_a_measure():
    assert len(PLANTED) >= 120
    assert len(WITHOUT) >= 60
    assert all(
        planted in row["question"]
        for row in PLANTED
        for kind in ("names", "emails", "phones")
        for planted in row.get(kind, ())
    )


def test_nearly_every_planted_name_and_every_address_and_number_is_masked(capsys):
    found = {"names": [0, 0], "emails": [0, 0], "phones": [0, 0]}
    for row in PLANTED:
        masked = mask(row["question"])
        for name in row.get("names", ()):
            found["names"][0] += not names_left(masked, name)
            found["names"][1] += 1
        for address in row.get("emails", ()):
            found["emails"][0] += not emails_left(masked, address)
            found["emails"][1] += 1
        for _ in row.get("phones", ()):
            found["phones"][0] += not numbers_left(masked)
            found["phones"][1] += 1
    wrong = [question for question in WITHOUT if mask(question) != question]
    with capsys.disabled():
        told = ", ".join(f"{kind} {hit}/{of}" for kind, (hit, of) in found.items())
        print(f"\nMasked: {told}; false alarms in {len(wrong)}/{len(WITHOUT)} questions.")
    assert found["names"][0] / found["names"][1] >= 0.95
    assert found["emails"][0] == found["emails"][1]
    assert found["phones"][0] == found["phones"][1]
    assert len(wrong) <= 3, wrong


@pytest.mark.parametrize(
    ("question", "masked"),
    [
        ("can i ring sarahs mum on 07700 900123", "can i ring [name] mum on [number]"),
        ("mrs Khan's class", "mrs [name]'s class"),
        ("email jo.bloggs@example.com or me", "email [e-mail] or me"),
        ("is MR JONES in", "is MR [name] in"),
        ("ring sarah smiths mum", "ring [name] mum"),
        ("my son mark is in y4", "my son [name] is in y4"),
        ("its oh seven seven double oh nine hundred one", "its [number]"),
        ("ring oh seven seven zero oh nine", "ring [number]"),
        ("ring o77oo 9oo 123 now", "ring [number] now"),
        ("see facebook.com/jo.bloggs please", "see [link] please"),
        ("we live at 12 Elm Road, AB1 2CD", "we live at [address], [address]"),
        ("ask @jobloggs99", "ask [name]"),
        ("Søren wants to know", "[name] wants to know"),
    ],
)
def test_what_is_masked_leaves_the_question_readable(question, masked):
    assert mask(question) == masked


@pytest.mark.parametrize(
    "question",
    [
        "will staff be paid in may or june",
        "can i mark in red pen, and may i grant leave",
        "are Years 7, 8, 9, 10 and 11 off on Friday",
        "the 2025/2026 calendar",
        "are we open 9.15-10.30",
        "is St Nicholas shut",
        "St George's day parade",
        "is WhatsApp allowed under GDPR",
        "what do KCSIE and the NEU say",
        "its sooooooooooo cold",
    ],
)
def test_months_years_times_saints_and_letters_are_nobody(question):
    assert mask(question) == question


def test_a_school_s_own_name_is_left_but_a_pupil_who_has_it_is_not():
    own = frozenset({"weston", "nicholas"})
    assert mask("can i park at weston", own) == "can i park at weston"
    assert mask("can i park at weston") == "can i park at [name]"
    assert mask("has nicholas got his coat at st nicholas", own) == (
        "has [name] got his coat at st nicholas"
    )


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_any_text_at_all_is_masked_into_one_short_line(text):
    masked = mask(text)
    assert "\n" not in masked
    longest = max(map(len, MARKS))
    assert len(masked) <= LONGEST * longest


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet="aA1 0@.-+_()[]oO:/\u0661\uff11\u00b2'’", max_size=60))
def test_no_number_grows_and_no_address_stays(text):
    masked = mask(text)
    digits = sum(c.isdigit() for c in unicodedata.normalize("NFKC", text))
    assert sum(c.isdigit() for c in masked) <= digits
    assert re.search(r"\w ?@ ?\w", masked) is None


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.integers(0, 9), min_size=9, max_size=13),
    st.lists(SEPARATORS, min_size=12, max_size=12),
    st.sampled_from(["call {}", "{}", "ring {} please", "its{}.", "({})"]),
)
def test_a_phone_number_is_masked_however_it_is_broken_up(digits, separators, frame):
    typed = "0" + "".join(f"{s}{d}" for d, s in zip(digits, separators, strict=False))
    assert not numbers_left(mask(frame.format(typed))), typed


@settings(deadline=None, max_examples=50)
@given(
    st.from_regex(r"[a-z][a-z0-9._+-]{0,20}[a-z0-9]", fullmatch=True),
    st.from_regex(r"[a-z][a-z0-9-]{0,10}\.(com|co\.uk|sch\.uk|org)", fullmatch=True),
    st.sampled_from(["@", " @ ", "@ "]),
)
def test_an_e_mail_address_is_masked_however_it_is_written(who, host, at):
    masked = mask(f"write to {who}{at}{host} today")
    assert EMAIL in masked
    assert f"{who}{at}" not in masked


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(PLANTED), st.sampled_from(["upper", "lower", "swapcase", "title"]))
def test_shouting_and_whispering_hide_no_number(row, case):
    masked = mask(getattr(row["question"], case)())
    assert not (row.get("phones") and numbers_left(masked))


def test_a_page_of_odd_words_is_masked_quickly():
    started = time.perf_counter()
    mask("".join(f"xqz{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}aj " for i in range(600)))
    mask("a" * 4_000)
    mask("1 a" * 2_000)
    mask("@ . " * 1_000)
    assert time.perf_counter() - started < 5
    assert mask("7 " * 2_000) == NUMBER
