"""Widths and line breaks: texts fit, words stay whole, Chinese breaks where Chinese may."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.drawing.letters import NEVER_FIRST, clean, longest_word, shortened, width_of, wrapped


@given(st.text(max_size=60), st.integers(40, 200), st.integers(1, 4))
def test_no_line_is_wider_than_its_room(text: str, width: int, most: int) -> None:
    lines = wrapped(text, 12, width, most)
    assert len(lines) <= most
    assert all(width_of(line, 12) <= width for line in lines)


@given(st.text(alphabet="abc 汉字，。（）-_.", max_size=40))
def test_nothing_is_lost_where_there_is_room(text: str) -> None:
    lines = wrapped(text, 12, 60, 100)
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")


def test_chinese_signs_are_twice_as_wide_as_they_count() -> None:
    assert width_of("汉字", 12) == 24
    assert width_of("ij", 12) < 10
    assert width_of("Aa", 12, bold=True) > width_of("Aa", 12)


def test_lines_are_filled_evenly_and_words_stay_whole() -> None:
    assert wrapped("The grade is reopened", 12, 100, 4) == ("The grade is", "reopened")
    assert wrapped("Verantwortungsbereich", 12, 60, 4) != ("Verantwortungsbereich",)


def test_no_line_begins_with_a_closing_sign() -> None:
    for width in range(48, 120, 6):
        lines = wrapped("同意，不同意（满 2 次后）。截止、完成", 12, width, 50)
        assert not [line for line in lines[1:] if line[0] in NEVER_FIRST]


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert wrapped("one two three four five six", 12, 40, 2)[-1].endswith("…")
    assert shortened("Improvement plan", 12, 60).endswith("…")
    assert shortened("Plan", 12, 60) == "Plan"


def test_names_may_be_broken_where_they_are_joined() -> None:
    assert wrapped("improvement_plan_of_the_year", 12, 120, 3)[0].endswith("_")
    assert longest_word("hear.reason == procedure", 12) < width_of("hear.reason", 12)
    assert longest_word("50.55", 12) == width_of("50.55", 12)


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\u200b", "\ud800", "\ufffe"])
def test_signs_that_xml_may_not_hold_or_that_deceive_are_dropped(sign: str) -> None:
    assert clean(f"a{sign}b") == "ab"
