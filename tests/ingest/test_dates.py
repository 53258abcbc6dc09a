"""Dates as schools write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import period


def test_a_day_is_its_own_period():
    assert period("Adopted on 21 July 2022") == (dt.date(2022, 7, 21), dt.date(2022, 7, 21))


@pytest.mark.parametrize(
    "words",
    [
        "21 July 2022",
        "21st July 2022",
        "21st of July, 2022",
        "Thursday 21 July 2022",
        "21 Jul 22",
        "21 jul. ’22",
        "July 21, 2022",
        "July 21st 2022",
        "21/07/2022",
        "21/7/22",
        "21.07.2022",
        "21-07-2022",
        "2022-07-21",
    ],
)
def test_a_day_is_read_however_it_is_written(words: str):
    assert period(words) == (dt.date(2022, 7, 21), dt.date(2022, 7, 21))


@pytest.mark.parametrize(
    "words",
    [
        "September 2021",
        "SEPTEMBER 2021",
        "September, 2021",
        "Sept 2021",
        "Sept. 2021",
        "Sep 21",
        "Sept ’21",
        "09/2021",
        "9/2021",
        "2021-09",
        "September 2021 (or earlier due to change in statutory guidance)",
    ],
)
def test_a_month_lasts_from_its_first_day_to_its_last(words: str):
    assert period(words) == (dt.date(2021, 9, 1), dt.date(2021, 9, 30))


def test_february_knows_its_leap_years():
    assert period("Feb 2024") == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    assert period("Feb 2023") == (dt.date(2023, 2, 1), dt.date(2023, 2, 28))


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("Autumn 2020", (2020, 9, 1), (2020, 12, 31)),
        ("Autumn term 2020", (2020, 9, 1), (2020, 12, 31)),
        ("Autumn Term 2020", (2020, 9, 1), (2020, 12, 31)),
        ("AUTUMN TERM, 2020", (2020, 9, 1), (2020, 12, 31)),
        ("Autumn 1 2020", (2020, 9, 1), (2020, 12, 31)),
        ("Spring Term 2023", (2023, 1, 1), (2023, 4, 30)),
        ("Summer 2024", (2024, 5, 1), (2024, 8, 31)),
        ("Academic year 2021-22", (2021, 9, 1), (2022, 8, 31)),
        ("2021/2022", (2021, 9, 1), (2022, 8, 31)),
        ("in 2022", (2022, 1, 1), (2022, 12, 31)),
    ],
)
def test_terms_school_years_and_years_are_periods(
    words: str, first: tuple[int, int, int], last: tuple[int, int, int]
):
    assert period(words) == (dt.date(*first), dt.date(*last))


@pytest.mark.parametrize("words", ["V. 2 July 2021", "V 2 July 2021", "Version 2 July 2021"])
def test_the_number_of_a_version_is_no_day(words: str):
    assert period(words) == (dt.date(2021, 7, 1), dt.date(2021, 7, 31))


@pytest.mark.parametrize(
    "words",
    ["", "annually", "every two years", "Autumn", "1 September", "within 24 hours", "12 governors"],
)
def test_words_without_a_year_are_no_date(words: str):
    assert period(words) is None


def test_a_day_that_does_not_exist_is_read_as_its_month():
    assert period("31 February 2021") == (dt.date(2021, 2, 1), dt.date(2021, 2, 28))


@given(st.text(max_size=60) | st.from_regex(r"[0-9/. -]{0,12}[A-Za-z]{0,9}\.? ?[0-9'’/-]{0,9}"))
def test_no_words_break_it(words: str):
    found = period(words)
    assert found is None or found[0] <= found[1]


@given(st.dates(dt.date(1990, 1, 1), dt.date(2089, 12, 31)))
def test_a_date_written_out_is_read_back(day: dt.date):
    for shape in ("%d %B %Y", "%d/%m/%Y", "%Y-%m-%d", "%B %d, %Y"):
        assert period(day.strftime(shape)) == (day, day)
