"""Days, spans and periods: edges that real calendars have."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import (
    DAY,
    KINDS,
    WorkingDays,
    add_months,
    add_span,
    add_working_days,
    day_end,
    day_start,
    kind_of,
    months_of,
    next_period,
    parse_period,
    parts_of,
    period_of,
    previous_period,
    span_end,
)

PLAIN = WorkingDays()


def china_2025() -> WorkingDays:
    """The State Council's days for 2025: weekdays off, and the Saturdays and Sundays worked instead."""
    def days(first: tuple[int, int], last: tuple[int, int]) -> set[date]:
        day, end, found = date(2025, *first), date(2025, *last), set()
        while day <= end:
            found.add(day)
            day += DAY
        return found

    closed = (days((1, 1), (1, 1)) | days((1, 28), (2, 4)) | days((4, 4), (4, 6)) | days((5, 1), (5, 5))
              | days((5, 31), (6, 2)) | days((10, 1), (10, 8)))
    opened = {date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)}
    return WorkingDays(frozenset(closed), frozenset(opened))


def test_make_up_days_of_china_are_working_days() -> None:
    days = china_2025()
    assert days.is_working(date(2025, 9, 28))  # a Sunday
    assert days.is_working(date(2025, 10, 11))  # a Saturday
    assert not days.is_working(date(2025, 10, 8))  # a Wednesday
    assert not days.is_working(date(2025, 10, 12))


def test_working_days_jump_over_golden_week_and_count_the_make_up_days() -> None:
    days = china_2025()
    assert add_working_days(days, date(2025, 9, 26), 1) == date(2025, 9, 28)
    assert add_working_days(days, date(2025, 9, 30), 1) == date(2025, 10, 9)
    assert add_working_days(days, date(2025, 9, 30), 3) == date(2025, 10, 11)
    assert add_working_days(days, date(2025, 10, 9), -1) == date(2025, 9, 30)
    assert add_working_days(days, date(2025, 9, 29), -1) == date(2025, 9, 28)


def test_without_the_opened_days_the_same_count_ends_later() -> None:
    without = WorkingDays(china_2025().closed)
    assert add_working_days(without, date(2025, 9, 30), 3) == date(2025, 10, 13)


def test_2025_has_248_working_days_in_china() -> None:
    days, year = china_2025(), [date(2025, 1, 1) + n * DAY for n in range(365)]
    assert sum(days.is_working(day) for day in year) == 248


def test_a_day_both_closed_and_opened_is_open() -> None:
    day = date(2025, 10, 11)
    assert WorkingDays(frozenset({day}), frozenset({day})).is_working(day)


def test_zero_working_days_is_the_day_itself_even_on_a_sunday() -> None:
    assert add_working_days(PLAIN, date(2025, 9, 28), 0) == date(2025, 9, 28)


def test_months_end_on_the_last_day_where_a_month_is_shorter() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2024, 2, 29), 48) == date(2028, 2, 29)
    assert add_months(date(2025, 1, 15), -1) == date(2024, 12, 15)


@pytest.mark.parametrize(
    ("count", "unit", "reached"),
    [
        (2, "days", date(2024, 3, 1)), (-1, "days", date(2024, 2, 27)), (1, "weeks", date(2024, 3, 6)),
        (-2, "weeks", date(2024, 2, 14)), (1, "months", date(2024, 3, 28)), (2, "working days", date(2024, 3, 1)),
        (-3, "working days", date(2024, 2, 23)),
    ],
)
def test_spans_reach_over_a_29_february_both_ways(count: int, unit: str, reached: date) -> None:
    assert add_span(PLAIN, date(2024, 2, 28), count, unit) == reached


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnights"):
        add_span(PLAIN, date(2024, 2, 28), 1, "fortnights")


def test_a_due_instant_is_the_end_of_the_subjects_local_day() -> None:
    start = datetime(2025, 7, 1, 17, 0, tzinfo=UTC)  # already 2 July in Shanghai
    assert span_end(PLAIN, "Asia/Shanghai", start, 0, "days") == datetime(2025, 7, 2, 16, 0, tzinfo=UTC)
    assert span_end(PLAIN, "America/New_York", start, 0, "days") == datetime(2025, 7, 2, 4, 0, tzinfo=UTC)


def test_days_on_which_clocks_change_are_23_and_25_hours_long() -> None:
    zone = "Europe/Berlin"
    assert day_end(zone, date(2025, 3, 30)) - day_start(zone, date(2025, 3, 30)) == timedelta(hours=23)
    assert day_end(zone, date(2025, 10, 26)) - day_start(zone, date(2025, 10, 26)) == timedelta(hours=25)


def test_a_span_over_the_change_of_clocks_still_ends_at_local_midnight() -> None:
    start = datetime(2025, 3, 28, 9, 0, tzinfo=UTC)
    assert span_end(PLAIN, "Europe/Berlin", start, 1, "working days") == datetime(2025, 3, 31, 22, 0, tzinfo=UTC)


def test_where_clocks_skip_midnight_the_day_begins_at_the_skip() -> None:
    assert day_start("Asia/Beirut", date(2025, 3, 30)) == datetime(2025, 3, 29, 22, 0, tzinfo=UTC)


def test_a_negative_span_ends_with_an_earlier_day() -> None:
    start = datetime(2025, 7, 7, 4, 0, tzinfo=UTC)  # a Monday
    assert span_end(PLAIN, "Asia/Shanghai", start, -1, "working days") == datetime(2025, 7, 4, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("2025-Q3", date(2025, 7, 1), date(2025, 9, 30)), ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-H2", date(2025, 7, 1), date(2025, 12, 31)), ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
    ],
)
def test_a_period_key_names_its_first_and_last_day(key: str, first: date, last: date) -> None:
    assert parse_period(key) == (key, first, last)


NO_PERIODS = ("2025-Q5", "2025-13", "2025-00", "2025Q3", "2025-q3", "", "2025-W54", "25-Q1", "2025-H3")


@pytest.mark.parametrize("key", NO_PERIODS)
def test_what_is_no_period_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_period(key)


def test_periods_turn_over_the_year() -> None:
    assert next_period("2025-Q4") == "2026-Q1"
    assert previous_period("2025-01") == "2024-12"
    assert next_period("2020-W53") == "2021-W01"
    assert previous_period("2026-H1") == "2025-H2"


def test_months_and_weeks_of_a_period() -> None:
    assert months_of("2025-Q3") == ("2025-07", "2025-08", "2025-09")
    assert months_of("2025-07") == ("2025-07",)
    assert parts_of("2025-02", "week") == ("2025-W05", "2025-W06", "2025-W07", "2025-W08", "2025-W09")


@given(st.sampled_from(KINDS), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_day_lies_in_its_period_and_neighbours_touch(kind: str, day: date) -> None:
    key, first, last = period_of(kind, day)
    assert first <= day <= last
    assert kind_of(key) == kind
    assert parse_period(key) == (key, first, last)
    assert previous_period(next_period(key)) == key
    assert parse_period(next_period(key))[1] == last + DAY


@given(st.dates(date(2024, 6, 1), date(2026, 6, 1)), st.integers(1, 60))
def test_going_back_as_far_as_forward_comes_home_from_a_working_day(day: date, count: int) -> None:
    days = china_2025()
    reached = add_working_days(days, day, count)
    assert days.is_working(reached)
    home = add_working_days(days, reached, -count)
    assert home == day if days.is_working(day) else home < day
    assert sum(days.is_working(day + n * DAY) for n in range(1, (reached - day).days + 1)) == count
