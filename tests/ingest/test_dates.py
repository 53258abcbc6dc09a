"""Dates as schools write them."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.policy.dates import find_cycle, find_dates, later, months_between_reviews, period


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
        "21 st July 2022",
        "21st. July 2022",
        "21-Jul-22",
        "21 / 07 / 2022",
        "21July 2022",
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
        "Sept '21",
        "Sep-21",
        "Sept.21",
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
        ("Michaelmas 2024", (2024, 9, 1), (2024, 12, 31)),
        ("Lent term 2024", (2024, 1, 1), (2024, 4, 30)),
        ("Trinity Term 2024", (2024, 5, 1), (2024, 8, 31)),
        ("Summer 2 2025", (2025, 5, 1), (2025, 8, 31)),
        ("Autumn (1) 2025", (2025, 9, 1), (2025, 12, 31)),
        ("Spring Term 2024-25", (2025, 1, 1), (2025, 4, 30)),
        ("Autumn 2024/25", (2024, 9, 1), (2024, 12, 31)),
        ("Term 5 2023/24", (2024, 5, 1), (2024, 8, 31)),
        ("Spring ’26", (2026, 1, 1), (2026, 4, 30)),
        ("2023/24", (2023, 9, 1), (2024, 8, 31)),
        ("2023 – 24", (2023, 9, 1), (2024, 8, 31)),
        ("academic year 23/24", (2023, 9, 1), (2024, 8, 31)),
        ("FY 2024-25", (2024, 4, 1), (2025, 3, 31)),
        ("financial year 2024/2025", (2024, 4, 1), (2025, 3, 31)),
        ("2023 - 2026", (2023, 1, 1), (2026, 12, 31)),
        ("September–December 2024", (2024, 9, 1), (2024, 12, 31)),
        ("1 May 2024 to 30 June 2025", (2024, 5, 1), (2025, 6, 30)),
        ("Sept 2023 – Sept 2025", (2023, 9, 1), (2025, 9, 30)),
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


@pytest.mark.parametrize(
    "words",
    ["31/02/2021", "45/13/2021", "07/21/2022", "2021-13-45", "0/0/2020", "2022/1999", "1.2.3.2021"],
)
def test_figures_that_are_no_day_are_no_date_at_all(words: str):
    assert period(words) is None


def test_dates_in_words_are_found_in_order_with_their_places():
    words = "Reviewed Nov 2022, 3/4/24 and Spring 2025"
    found = find_dates(words)
    assert [words[d.start : d.end] for d in found] == ["Nov 2022", "3/4/24", "Spring 2025"]
    assert [d.precision for d in found] == ["month", "day", "term"]


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("annually", 12),
        ("Annual", 12),
        ("every year", 12),
        ("every 3 years", 36),
        ("every three years", 36),
        ("2-yearly", 24),
        ("two yearly", 24),
        ("biennially", 24),
        ("every other year", 24),
        ("termly", 4),
        ("every 18 months", 18),
        ("3 years", 36),
        ("as needed", None),
        ("every 99 years", None),
    ],
)
def test_how_often_is_read_in_months(words: str, months: int | None):
    assert months_between_reviews(words) == months
    assert (find_cycle(words) != "") == (months is not None)


@pytest.mark.parametrize(
    ("words", "months", "due"),
    [
        ("12/03/24", 24, "12 March 2026"),
        ("29 February 2024", 12, "28 February 2025"),
        ("Sept 23", 12, "September 2024"),
        ("Autumn 2022", 24, "Autumn 2024"),
        ("Autumn 2022", 4, "Spring 2023"),
        ("2023-24", 12, "2024-25"),
        ("2023", 36, "2026"),
    ],
)
def test_a_later_date_is_as_exact_as_the_first(words: str, months: int, due: str):
    assert later(find_dates(words)[0], months) == due


YEARS = st.integers(2000, 2089)


@given(st.sampled_from(["Spring", "Summer", "Autumn"]), YEARS, st.integers(1, 30))
def test_terms_follow_each_other_and_read_back(term: str, year: int, steps: int):
    first = find_dates(f"{term} term {year}")[0]
    after = find_dates(later(first, 4 * steps))[0]
    assert (after.precision, after.first > first.last) == ("term", True)
    if steps == 1:
        assert after.first - first.last == dt.timedelta(days=1)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2089, 12, 31)), st.integers(1, 60))
def test_a_day_is_never_later_than_its_month_and_the_later_one_is_later(day: dt.date, months: int):
    exact, month = find_dates(day.strftime("%d/%m/%y"))[0], find_dates(day.strftime("%B %Y"))[0]
    assert exact.overlaps(month)
    assert (exact.first, exact.last) == (day, day)
    assert find_dates(later(exact, months))[0].first > day


@given(YEARS)
def test_a_school_year_has_three_terms_that_fill_it(year: int):
    whole = find_dates(f"{year}/{(year + 1) % 100:02d}")[0]
    terms = [
        find_dates(f"{t} {year}/{(year + 1) % 100:02d}")[0] for t in ("Autumn", "Spring", "Summer")
    ]
    assert (terms[0].first, terms[2].last) == (whole.first, whole.last)
    for before, after in pairwise(terms):
        assert after.first - before.last == dt.timedelta(days=1)
