"""Working days: a country's holidays and make-up days, the firm's own days, and the file that keeps them."""

from __future__ import annotations

from datetime import date

import pytest

from engine.calendar import WorkingDays
from engine.definition.holidays import SURE, days_of, days_text, known_country, working_days
from engine.definition.model import CalendarPlan


def test_china_s_holidays_and_make_up_days_are_known() -> None:
    days = working_days(CalendarPlan("Asia/Shanghai", "CN"), range(2025, 2026))
    assert [days.is_working(date(2025, 10, day)) for day in (1, 8, 9, 11)] == [False, False, True, True]
    assert days.is_working(date(2025, 9, 28))


def test_the_firm_s_own_days_come_last() -> None:
    plan = CalendarPlan("Asia/Shanghai", "CN", closed=("2025-10-09",), open=("2025-10-01",))
    days = working_days(plan, range(2025, 2026))
    assert not days.is_working(date(2025, 10, 9))
    assert days.is_working(date(2025, 10, 1))


def test_without_a_country_only_weekends_are_free() -> None:
    assert working_days(CalendarPlan("UTC")) == WorkingDays()


def test_a_part_of_a_country_has_its_own_days() -> None:
    assert known_country("DE-BY")
    assert not known_country("DE-XX")
    assert not known_country("XX")


def test_the_days_read_back_from_their_file() -> None:
    days = working_days(CalendarPlan("Asia/Shanghai", "CN"), range(2025, 2026))
    assert days_of(days_text(days)) == days


def test_a_file_that_is_none_is_refused() -> None:
    for text in ("[]", '{"closed": []}', '{"closed": ["x"], "opened": []}'):
        with pytest.raises(ValueError, match=r"."):
            days_of(text)


def test_the_countries_taken_for_sure_are_in_the_library() -> None:
    for code in SURE:
        assert working_days(CalendarPlan("UTC", code), range(2025, 2026)).closed, code
