"""Days as people read them, and how far off one is on the clock of a place."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from api.pages.dates import day_text, due_of, grouped, typed_instant, when_text

SHANGHAI = "Asia/Shanghai"
MIDNIGHT = datetime(2025, 10, 9, 16, 0, tzinfo=UTC)
"""The end of 9 October in Shanghai: what is due then is due on the 9th."""


def test_a_day_is_said_as_each_language_says_it() -> None:
    assert day_text("en", date(2025, 10, 9)) == "9 October 2025"
    assert day_text("zh", date(2025, 10, 9)) == "2025年10月9日"


def test_an_instant_is_said_on_the_clock_of_its_zone() -> None:
    assert when_text("en", MIDNIGHT, SHANGHAI) == "10 October 2025, 00:00"


@pytest.mark.parametrize(
    ("now", "said", "how"),
    [
        ("2025-09-29T08:00:00+00:00", "due in 10 days", "later"),
        ("2025-10-06T08:00:00+00:00", "due in 3 days", "soon"),
        ("2025-10-08T08:00:00+00:00", "due tomorrow", "soon"),
        ("2025-10-09T15:59:59+00:00", "due today", "soon"),
        ("2025-10-09T16:00:00+00:00", "1 day late", "late"),
        ("2025-10-12T08:00:00+00:00", "3 days late", "late"),
    ],
)
def test_a_due_day_says_how_far_off_it_is(now: str, said: str, how: str) -> None:
    due = due_of("en", MIDNIGHT, datetime.fromisoformat(now), SHANGHAI)
    assert (due.day, due.said, due.how) == ("9 October 2025", said, how)


def test_a_browsers_field_is_read_on_the_clock_of_the_zone() -> None:
    assert typed_instant("2025-10-10T00:00", SHANGHAI) == MIDNIGHT
    assert typed_instant("2025-10-09T16:00:00+00:00", SHANGHAI) == MIDNIGHT
    assert typed_instant("2025-10-09", SHANGHAI).hour == 23
    with pytest.raises(ValueError, match="Invalid isoformat"):
        typed_instant("yesterday", SHANGHAI)


@pytest.mark.parametrize(
    ("number", "shown"), [("1090000.00", "1,090,000.00"), ("-1234", "-1,234"), ("88", "88"), ("NR", "NR"), ("", "")]
)
def test_thousands_are_set_apart_and_digits_stay(number: str, shown: str) -> None:
    assert grouped(number) == shown
